"""What MIDI inputs read: controllers, encoders, notes by priority, voices of MPE."""

from collections.abc import Iterable

import mido
import pytest

from plaud_live.control.midi_parser import Parser
from plaud_live.control.midi_values import MAX_CONTROLS, MidiValues, turned


class Desk:
    """Devices at one table of values; `read` is what the live inputs say."""

    def __init__(self, *names: str) -> None:
        self.values = MidiValues()
        self.read: dict[str, float] = {}
        self.parsers: dict[str, Parser] = {}
        self.want(*names)

    def want(self, *names: str) -> None:
        self.read |= dict(self.values.want(names))

    def send(self, kind: str, device: str = "nano", **values: int) -> None:
        parser = self.parsers.setdefault(device, Parser(device))
        for event in parser.take(bytes(mido.Message(kind, **values).bytes()), 1.0):
            self.read |= dict(self.values.take(event))

    def cc(self, control: int, value: int, channel: int = 0, device: str = "nano") -> None:
        self.send("control_change", device, control=control, value=value, channel=channel)

    def on(self, note: int, velocity: int = 100, channel: int = 0, device: str = "nano") -> None:
        self.send("note_on", device, note=note, velocity=velocity, channel=channel)

    def off(self, note: int, channel: int = 0, device: str = "nano") -> None:
        self.send("note_off", device, note=note, channel=channel)

    def __getitem__(self, control: str) -> float | None:
        return self.read.get(f"midi/{control}")


def played(desk: Desk, fields: Iterable[str]) -> list[float | None]:
    return [desk[field] for field in fields]


def test_only_what_is_wanted_is_written() -> None:
    desk = Desk("midi/cc21")
    for control in range(120):
        desk.cc(control, 127)
    assert desk.read == {"midi/cc21": 1.0}


def test_a_name_hears_any_channel_and_device_or_its_own() -> None:
    desk = Desk("midi/cc21", "midi/cc21/ch2", "midi/cc21/ch2/launch", "midi/cc21/launch")
    desk.cc(21, 127, channel=0)
    assert desk.read == {"midi/cc21": 1.0}
    desk.cc(21, 0, channel=1)
    assert desk.read == {"midi/cc21": 0.0, "midi/cc21/ch2": 0.0}
    desk.cc(21, 127, channel=1, device="Launch Control XL")
    assert set(desk.read.values()) == {1.0}
    assert len(desk.read) == 4


def test_a_name_that_begins_to_be_read_stands_where_its_knob_stands() -> None:
    desk = Desk()
    desk.cc(21, 127, channel=0)
    desk.cc(21, 0, channel=1)
    desk.want("midi/cc21", "midi/cc21/ch1", "midi/cc22")
    assert desk.read == {"midi/cc21": 0.0, "midi/cc21/ch1": 1.0}


def test_the_table_of_controls_is_bounded() -> None:
    desk = Desk()
    for i in range(MAX_CONTROLS + 50):
        desk.send("polytouch", f"d{i // 2048}", note=i % 128, channel=i // 128 % 16, value=1)
    assert len(desk.values.last()) == MAX_CONTROLS


@pytest.mark.parametrize(
    ("encoding", "up", "down"),
    [(1, (1, 3, 63), (127, 125, 64)), (2, (65, 67), (63, 61)), (3, (1, 3), (65, 67))],
)
def test_encoders_turn_both_ways_in_three_encodings(encoding: int, up: tuple[int], down: tuple[int]) -> None:
    assert all(turned(raw, encoding) > 0 for raw in up)
    assert all(turned(raw, encoding) < 0 for raw in down)
    assert sum(turned(raw, encoding) for raw in (up[0], up[1], down[0], down[1])) == 0


@pytest.mark.parametrize(("encoding", "step"), [(1, 1), (2, 65), (3, 1)])
def test_127_steps_of_an_encoder_are_the_full_range(encoding: int, step: int) -> None:
    desk = Desk(f"midi/cc16-rel{encoding}")
    for _ in range(64):
        desk.cc(16, step)
    assert desk[f"cc16-rel{encoding}"] == 1.0  # from the middle, and no further
    back = {1: 127, 2: 63, 3: 65}[encoding]
    for _ in range(127):
        desk.cc(16, back)
    assert desk[f"cc16-rel{encoding}"] == pytest.approx(0.0, abs=1e-9)


def test_a_pair_reads_14_bits_and_without_an_lsb_7() -> None:
    desk = Desk("midi/cc21-14", "midi/cc22-14")
    desk.cc(21, 64)
    desk.cc(53, 1)
    desk.cc(22, 127)
    assert desk["cc21-14"] == (64 * 128 + 1) / 16383
    assert desk["cc22-14"] == 1.0


def test_the_last_note_counts_and_the_one_before_returns() -> None:
    desk = Desk("midi/number", "midi/pitch", "midi/vel", "midi/gate")
    desk.on(60, 127)
    assert played(desk, ("number", "pitch", "vel", "gate")) == [60.0, 60 / 127, 1.0, 1.0]
    desk.on(72, 0x20)
    assert played(desk, ("number", "vel", "gate")) == [72.0, 0x20 / 127, 1.0]
    desk.off(72)
    assert played(desk, ("number", "vel", "gate")) == [60.0, 1.0, 1.0]
    desk.off(60)
    assert played(desk, ("number", "vel", "gate")) == [60.0, 1.0, 0.0]


def test_the_lowest_note_counts_where_it_is_asked_for() -> None:
    desk = Desk("midi/number-low", "midi/number")
    for note in (60, 72, 48, 65):
        desk.on(note)
    assert played(desk, ("number-low", "number")) == [48.0, 65.0]
    desk.off(48)
    assert desk["number-low"] == 60.0
    desk.off(65)
    assert played(desk, ("number-low", "number")) == [60.0, 72.0]


def test_notes_of_another_channel_are_not_heard() -> None:
    desk = Desk("midi/number/ch2", "midi/gate/ch2")
    desk.on(60)
    assert desk.read == {}
    desk.on(62, channel=1)
    desk.on(64)
    assert desk["number/ch2"] == 62.0


def test_the_pedal_holds_what_is_let_go() -> None:
    desk = Desk("midi/number", "midi/gate")
    desk.on(60)
    desk.cc(64, 127)
    desk.on(64)
    desk.off(64)
    desk.off(60)
    assert played(desk, ("number", "gate")) == [64.0, 1.0]
    desk.cc(64, 0)
    assert desk["gate"] == 0.0
    desk.on(65)
    desk.off(65)
    assert played(desk, ("number", "gate")) == [65.0, 0.0]


def test_a_key_pressed_again_under_the_pedal_ends_by_its_own_release() -> None:
    desk = Desk("midi/gate")
    desk.cc(64, 127)
    desk.on(60)
    desk.off(60)
    desk.on(60)
    desk.cc(64, 0)
    assert desk["gate"] == 1.0
    desk.off(60)
    assert desk["gate"] == 0.0


def test_all_notes_off_ends_those_of_its_channel() -> None:
    desk = Desk("midi/gate/ch1", "midi/gate/ch2")
    desk.on(60)
    desk.on(62, channel=1)
    desk.cc(123, 0)
    assert played(desk, ("gate/ch1", "gate/ch2")) == [0.0, 1.0]


def test_a_key_is_a_button() -> None:
    desk = Desk("midi/key36")
    desk.on(36, 127)
    assert desk["key36"] == 1.0
    desk.on(38)
    desk.off(36)
    assert desk["key36"] == 0.0


MPE = [
    f"midi/mpe{voice}-{field}" for voice in range(4) for field in ("number", "gate", "bend", "touch", "slide")
]


def test_each_note_of_mpe_bends_alone() -> None:
    desk = Desk(*MPE)
    for voice, note in enumerate((60, 64, 67)):
        desk.send("pitchwheel", channel=1 + voice, pitch=0)
        desk.on(note, channel=1 + voice)
    desk.send("pitchwheel", channel=2, pitch=8191)
    desk.send("aftertouch", channel=3, value=127)
    desk.cc(74, 127, channel=1)
    assert [desk[f"mpe{voice}-number"] for voice in range(3)] == [60.0, 64.0, 67.0]
    assert [desk[f"mpe{voice}-bend"] for voice in range(3)] == [0.0, 1.0, 0.0]
    assert desk["mpe2-touch"] == 1.0
    assert desk["mpe0-slide"] == 1.0
    assert desk["mpe3-gate"] in (None, 0.0)


def test_a_note_of_mpe_begins_with_what_its_channel_said_before_it() -> None:
    desk = Desk(*MPE)
    desk.send("pitchwheel", channel=1, pitch=-8192)
    desk.on(60, channel=1)
    assert desk["mpe0-bend"] == -1.0


def test_the_voice_that_was_released_first_is_taken_and_else_the_oldest() -> None:
    desk = Desk(*MPE)
    for channel, note in enumerate((60, 61, 62, 63), 1):
        desk.on(note, channel=channel)
    desk.off(62, channel=3)
    desk.off(61, channel=2)
    desk.on(70, channel=5)
    desk.on(71, channel=6)
    assert [desk[f"mpe{voice}-number"] for voice in range(4)] == [60.0, 71.0, 70.0, 63.0]
    desk.on(72, channel=7)
    assert desk["mpe0-number"] == 72.0
    desk.off(60, channel=1)  # it is no longer there
    assert desk["mpe0-gate"] == 1.0


def test_the_pedal_of_a_zone_is_the_masters() -> None:
    desk = Desk(*MPE)
    desk.cc(64, 127, channel=0)
    desk.on(60, channel=4)
    desk.off(60, channel=4)
    assert desk["mpe0-gate"] == 1.0
    desk.cc(64, 0, channel=0)
    assert desk["mpe0-gate"] == 0.0


def test_a_configuration_message_makes_two_zones_that_are_heard_apart() -> None:
    desk = Desk("midi/mpe0-number/ch1", "midi/mpe0-number/ch16")
    for master, members in ((0, 7), (15, 7)):
        desk.cc(101, 0, master)
        desk.cc(100, 6, master)
        desk.cc(6, members, master)
    zones = desk.values.notes.zones("nano")
    assert (zones.lower, zones.upper) == (7, 7)
    desk.on(60, channel=3)
    desk.on(72, channel=12)
    assert played(desk, ("mpe0-number/ch1", "mpe0-number/ch16")) == [60.0, 72.0]


def test_the_bend_of_a_zone_that_was_configured_is_added_as_a_share_of_the_notes_range() -> None:
    desk = Desk("midi/mpe0-bend", "midi/mpe1-bend")
    desk.on(60, channel=1)
    desk.on(64, channel=2)
    desk.send("pitchwheel", channel=0, pitch=8191)
    assert played(desk, ("mpe0-bend", "mpe1-bend")) == [0.0, 0.0]  # no zone was configured
    for control, value in ((101, 0), (100, 6), (6, 15)):
        desk.cc(control, value)
    desk.send("pitchwheel", channel=1, pitch=-4096)
    assert desk["mpe0-bend"] == -0.5
    desk.send("pitchwheel", channel=0, pitch=8191)
    assert played(desk, ("mpe0-bend", "mpe1-bend")) == pytest.approx([-0.5 + 2 / 48, 2 / 48])
    for control, value in ((101, 0), (100, 0), (6, 48)):
        desk.cc(control, value)
    assert played(desk, ("mpe0-bend", "mpe1-bend")) == pytest.approx([0.5, 1.0])
    desk.on(67, channel=3)
    desk.want("midi/mpe2-bend")
    assert desk["mpe2-bend"] == 1.0


def test_a_newer_zone_takes_channels_from_the_older() -> None:
    desk = Desk()
    for master, members in ((0, 10), (15, 8)):
        desk.cc(101, 0, master)
        desk.cc(100, 6, master)
        desk.cc(6, members, master)
    zones = desk.values.notes.zones("nano")
    assert (zones.lower, zones.upper) == (6, 8)


def test_voices_that_begin_to_be_read_have_the_notes_that_are_held() -> None:
    desk = Desk()
    desk.on(60, channel=1)
    desk.on(64, channel=2)
    desk.want("midi/mpe1-number", "midi/number", "midi/gate")
    assert desk.read == {"midi/mpe1-number": 64.0, "midi/number": 64.0, "midi/gate": 1.0}


def test_it_is_known_what_a_name_would_read_though_nobody_reads_it() -> None:
    desk = Desk()
    names = ("cc21", "cc21/ch2", "cc22", "bend", "pitch", "vel", "gate", "mpe0-number", "cc3-rel1")
    assert [desk.values.now(f"midi/{name}") for name in names] == [None] * len(names)
    desk.cc(21, 127)
    desk.send("pitchwheel", pitch=-8192)
    desk.on(60, 127)
    desk.cc(3, 5)
    now = [desk.values.now(f"midi/{name}") for name in names]
    assert now == [1.0, None, None, -1.0, 60 / 127, 1.0, 1.0, 60.0, None]
    desk.off(60)
    assert [desk.values.now(f"midi/{name}") for name in ("pitch", "vel", "gate")] == [60 / 127, 1.0, 0.0]
    assert desk.values.now("midi/number/ch2") is None
    assert desk.read == {}


def test_a_note_that_was_let_go_is_there_for_who_begins_to_read_it() -> None:
    desk = Desk()
    desk.on(72, 127)
    desk.off(72)
    desk.on(48, channel=1)
    desk.want("midi/number/ch1", "midi/gate/ch1", "midi/number", "midi/key72/ch1")
    assert played(desk, ("number/ch1", "gate/ch1", "number", "key72/ch1")) == [72.0, 0.0, 48.0, 0.0]


def test_it_is_known_who_spoke_last() -> None:
    desk = Desk()
    assert desk.values.speaker("midi/cc21") is None
    desk.cc(21, 3)
    desk.cc(21, 4, channel=4, device="Synth")
    desk.on(60, channel=2)
    for name, device in {"cc21": "Synth", "cc21/ch1": "nano", "pitch": "nano", "mpe0-pitch": "nano"}.items():
        speaker = desk.values.speaker(f"midi/{name}")
        assert speaker is not None and speaker.device == device
    assert desk.values.speaker("midi/pitch/Synth") is None
