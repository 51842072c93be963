"""Port names of the systems to stems, and the same stems again after a plug, a boot, a second device."""

import pytest

from plaud_live.control.midi_stems import Port, assign, is_device, is_physical, stem_of


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("nanoKONTROL2 24:0", "nanoKONTROL2"),
        ("nanoKONTROL2 28:0", "nanoKONTROL2"),
        ("nanoKONTROL2:nanoKONTROL2 MIDI 1 24:0", "nanoKONTROL2"),
        ("nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTRL 24:0", "nanoKONTROL2"),
        ("nanoKONTROL2:nanoKONTROL2 MIDI 1", "nanoKONTROL2"),
        ("a2j:nanoKONTROL2 [24] (capture): nanoKONTROL2 MIDI 1", "nanoKONTROL2"),
        ("Midi-Bridge:nanoKONTROL2 1:(capture_0) nanoKONTROL2 MIDI 1", "nanoKONTROL2"),
        ("nanoKONTROL2 SLIDER/KNOB", "nanoKONTROL2"),
        ("nanoKONTROL2 CTRL", "nanoKONTROL2"),
        ("Launchkey MK3:Launchkey MK3 MIDI 2 28:1", "Launchkey MK3 2"),
        ("Launch Control XL", "Launch Control XL"),
        ("IAC Driver Bus 1", "IAC Driver Bus 1"),
        ("nano:MIDI 1", "nano"),
        ("nano-01:MIDI 1", "nano"),
        ("A-49:A-49 MIDI 1 20:0", "A-49"),
        ("sender:out", "sender"),
    ],
)
def test_a_port_is_a_device_by_any_name(name: str, stem: str) -> None:
    assert stem_of(name) == stem


def stems(ports: list[Port]) -> dict[str, str]:
    return {port.name: port.stem for port in ports}


def test_two_that_are_alike_are_told_apart_and_stay_so() -> None:
    both = assign(["nano 20:0", "nano 24:0"])
    assert stems(both) == {"nano 20:0": "nano", "nano 24:0": "nano#2"}
    second = assign(["nano 24:0"], both)
    assert stems(second) == {"nano 24:0": "nano#2"}
    again = assign(["nano 24:0", "nano 28:0"], second)  # the first is plugged in again, elsewhere
    assert stems(again) == {"nano 24:0": "nano#2", "nano 28:0": "nano"}


def test_two_of_one_name_are_told_apart_by_their_order() -> None:
    """CoreMIDI: two nanoKONTROL2 are `nanoKONTROL2 SLIDER/KNOB` both."""
    name = "nanoKONTROL2 SLIDER/KNOB"
    one = assign(["IAC Driver Bus 1", name])
    two = assign([name, "IAC Driver Bus 1", name], one)
    assert [port.stem for port in two] == ["IAC Driver Bus 1", "nanoKONTROL2", "nanoKONTROL2#2"]
    assert [port.place([name, "IAC Driver Bus 1", name]) for port in two] == [1, 0, 2]
    assert two[0] == one[0] and two[1] != one[1], "which of the two it was nobody knows: it is opened anew"
    assert assign([name, "IAC Driver Bus 1", name], two) == two, "and what has not changed stays open"
    sent = assign([name, name, "IAC Driver Bus 1"], (), two)
    assert [port.stem for port in sent] == ["nanoKONTROL2", "nanoKONTROL2#2", "IAC Driver Bus 1"]
    left = assign(["IAC Driver Bus 1", name], two)
    assert left == one
    assert [port.place([name, "IAC Driver Bus 1", name]) for port in left] == [1, None], "it changed again"


def test_what_is_sent_to_a_device_goes_to_the_one_that_sends() -> None:
    inputs = [Port("nano 20:0", "nano#2"), Port("nano 24:0", "nano")]
    assert stems(assign(["nano 20:0", "nano 24:0"], (), inputs)) == stems(inputs)


def test_the_order_of_a_boot_does_not_matter_to_different_devices() -> None:
    before = stems(assign(["nano 20:0", "Launch Control XL:Launch Control XL MIDI 1 24:0"]))
    after = stems(assign(["Launch Control XL:Launch Control XL MIDI 1 20:0", "nano 28:0"]))
    assert sorted(before.values()) == sorted(after.values())


def test_ports_of_our_own_and_of_the_system_are_no_devices() -> None:
    for name in ("plaud-live:in", "Midi Through:Midi Through Port-0 14:0", "PipeWire-RT-Event:input 1:0"):
        assert not is_device(name)
    assert is_device("nanoKONTROL2 24:0")


def test_ports_of_devices_in_jack_are_known_by_who_makes_them() -> None:
    assert is_physical("system:midi_capture_1")
    assert is_physical("a2j:nanoKONTROL2 [24] (capture): nanoKONTROL2 MIDI 1")
    assert not is_physical("a-daw:midi_out")
