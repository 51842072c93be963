"""MIDI bytes, as mido writes them and as devices do, to events."""

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaud_live.control.midi_events import Clock, Control, Event, Note, Quiet
from plaud_live.control.midi_parser import MAX_PARAMETERS, PAIR_SECONDS, Parser


class Device:
    """A device at the parser: what it sends, a millisecond apart, becomes events."""

    def __init__(self) -> None:
        self.parser = Parser("nano")
        self.now = 100.0

    def send(self, kind: str, **values: int) -> list[Event]:
        self.now += 0.001
        return self.parser.take(bytes(mido.Message(kind, **values).bytes()), self.now)

    def cc(self, control: int, value: int, channel: int = 0) -> list[Event]:
        return self.send("control_change", control=control, value=value, channel=channel)

    def ccs(self, *pairs: tuple[int, int]) -> list[Control]:
        return [event for pair in pairs for event in self.cc(*pair) if isinstance(event, Control)]

    def rest(self, seconds: float = 2 * PAIR_SECONDS) -> list[Event]:
        self.now += seconds
        return self.parser.flush(self.now)


def named(events: list[Control], control: str) -> list[tuple[int, int]]:
    return [(event.raw, event.bits) for event in events if event.control == control]


def test_a_controller_is_0_to_1_with_its_channel_and_time() -> None:
    device = Device()
    (event,) = device.cc(21, 127, channel=15)
    assert event == Control(device.now, "nano", 16, "cc21", 1.0, 7, 127)
    assert [event.value for event in device.cc(64, 0)] == [0.0]


def test_notes_go_up_by_either_message() -> None:
    device = Device()
    (down,) = device.send("note_on", note=60, velocity=127, channel=2)
    pressed = device.now
    (up,) = device.send("note_off", note=60, velocity=0, channel=2)
    (silent,) = device.send("note_on", note=61, velocity=0)
    assert down == Note(pressed, "nano", 3, 60, 1.0, True)
    assert (up.on, up.velocity) == (False, 0.0)
    assert (silent.on, silent.key, silent.velocity) == (False, 61, 0.5)


@pytest.mark.parametrize(("pitch", "value"), [(-8192, -1.0), (0, 0.0), (8191, 1.0), (-4096, -0.5)])
def test_bend_is_minus_1_to_1_and_0_in_the_middle(pitch: int, value: float) -> None:
    (event,) = Device().send("pitchwheel", pitch=pitch)
    assert (event.control, event.value, event.raw, event.bits) == ("bend", value, pitch + 8192, 14)


def test_pressure_of_a_channel_and_of_a_key() -> None:
    device = Device()
    (channel,) = device.send("aftertouch", value=127)
    (key,) = device.send("polytouch", note=60, value=0)
    assert (channel.control, channel.value) == ("touch", 1.0)
    assert (key.control, key.value) == ("touch60", 0.0)


def test_a_pair_is_one_value_of_14_bits() -> None:
    events = Device().ccs((21, 64), (53, 3))
    assert named(events, "cc21-14") == [(64 * 128 + 3, 14)]
    assert named(events, "cc21") == [(64, 7)]
    assert named(events, "cc53") == [(3, 7)]
    assert not any(event.part for event in events)


def test_what_always_comes_together_is_known_to_be_a_pair() -> None:
    device = Device()
    device.ccs(*[each for i in range(4) for each in ((21, i), (53, i))])
    events = device.ccs((21, 9), (53, 9))
    assert [(event.control, event.part) for event in events] == [
        ("cc21", True),
        ("cc53", True),
        ("cc21-14", False),
    ]


def test_a_known_pair_never_jumps_at_a_step_of_its_msb() -> None:
    device = Device()
    sweep = [value for i in range(0, 16384, 37) for value in ((21, i >> 7), (53, i & 127))]
    values = [raw for raw, _ in named(device.ccs(*sweep), "cc21-14")]
    assert values == list(range(0, 16384, 37))


def test_an_msb_whose_lsb_is_left_out_counts_alone_after_a_while() -> None:
    device = Device()
    device.ccs(*[each for i in range(4) for each in ((21, i), (53, 99))])
    assert named(device.ccs((21, 50)), "cc21-14") == []
    (event,) = device.rest()
    assert (event.control, event.raw) == ("cc21-14", 50 << 7)
    assert device.rest() == []
    assert named(device.ccs((53, 5)), "cc21-14") == [((50 << 7) + 5, 14)]  # and an LSB alone is a fine step


def test_two_knobs_that_are_32_apart_stay_two() -> None:
    device = Device()
    for i in range(50):
        assert [event.control for event in device.ccs((21, i))] == ["cc21"]
        assert device.rest() == []
    for i in range(50):
        events = device.ccs((53, i))
        assert [event.control for event in events if not event.part] == ["cc53"]
        assert named(events, "cc21-14") == [(49 * 128 + i, 14)]  # for whoever asks for the pair all the same


@pytest.mark.parametrize(("kind", "high", "low"), [("nrpn", 99, 98), ("rpn", 101, 100)])
def test_parameter_numbers_with_7_and_14_bits(kind: str, high: int, low: int) -> None:
    device = Device()
    coarse = device.ccs((high, 1234 >> 7), (low, 1234 & 127), (6, 64))
    assert named(coarse, f"{kind}1234") == [(64, 7)]
    fine = device.ccs((38, 1))
    assert named(fine, f"{kind}1234") == [(64 * 128 + 1, 14)]
    assert named(device.ccs((6, 65)), f"{kind}1234") == []  # now known to have an LSB: it waits
    assert named(device.ccs((38, 2)), f"{kind}1234") == [(65 * 128 + 2, 14)]
    assert all(event.part for event in (*coarse, *fine) if event.control.startswith("cc"))


def test_data_increment_and_decrement_move_a_parameter() -> None:
    device = Device()
    device.ccs((99, 0), (98, 5), (6, 0))
    up = [event.value for _ in range(127) for event in device.ccs((96, 0)) if event.control == "nrpn5"]
    assert up == sorted(up)
    assert up[-1] == pytest.approx(1.0, abs=1e-9)
    down = [event.value for _ in range(200) for event in device.ccs((97, 0)) if event.control == "nrpn5"]
    assert down[-1] == 0.0


def test_after_the_null_data_entry_is_a_controller_as_any() -> None:
    device = Device()
    device.ccs((99, 0), (98, 5), (6, 3), (99, 127), (98, 127))
    (event,) = device.ccs((6, 64))
    assert (event.control, event.part) == ("cc6", False)


def test_parameters_of_channels_do_not_mix() -> None:
    device = Device()
    for channel in (0, 1):
        device.cc(99, 0, channel)
        device.cc(98, 10 + channel, channel)
    events = [*device.cc(6, 1, 0), *device.cc(6, 2, 1)]
    assert [(e.control, e.channel) for e in events if e.control.startswith("nrpn")] == [
        ("nrpn10", 1),
        ("nrpn11", 2),
    ]


def test_parameters_without_end_are_forgotten_and_still_read() -> None:
    device = Device()
    for number in range(MAX_PARAMETERS + 100):
        device.ccs((99, number >> 7), (98, number & 127), (6, 64), (38, 1))
    assert named(device.ccs((99, 0), (98, 0), (6, 3)), "nrpn0") == [(3, 7)]  # that it had an LSB is forgotten


def test_clock_transport_and_song_position() -> None:
    device = Device()
    kinds = [device.send(kind)[0] for kind in ("clock", "start", "continue", "stop")]
    assert [event.kind for event in kinds if isinstance(event, Clock)] == [
        "clock",
        "start",
        "continue",
        "stop",
    ]
    (position,) = device.send("songpos", pos=1000)
    assert position == Clock(device.now, "nano", "position", 1000)


@pytest.mark.parametrize("control", [120, 123])
def test_notes_off_and_sound_off_are_quiet(control: int) -> None:
    device = Device()
    assert device.cc(control, 0, 4)[-1] == Quiet(device.now, "nano", 5)
    assert device.send("reset") == [Quiet(device.now, "nano", 0)]


def test_reset_all_controllers_puts_to_rest_what_a_player_holds() -> None:
    events = Device().cc(121, 0)
    rest = {event.control: event.value for event in events if isinstance(event, Control)}
    assert rest == {"cc121": 0.0, "bend": 0.0, "touch": 0.0, "cc1": 0.0, "cc11": 1.0, "cc64": 0.0} | {
        f"cc{cc}": 0.0 for cc in (65, 66, 67)
    }


def test_bytes_may_come_in_pieces_and_several_messages_at_once() -> None:
    parser = Parser("nano")
    assert parser.take(bytes((0xB0, 21)), 1.0) == []
    events = parser.take(bytes((64, 0xF8, 0x90, 60, 1)), 2.0)
    assert [type(event).__name__ for event in events] == ["Control", "Clock", "Note"]


def test_messages_of_a_system_say_nothing() -> None:
    assert Device().send("active_sensing") == []
    assert Parser("x").take(bytes((0xF0, 1, 2, 3, 0xF7)), 0.0) == []


@given(st.lists(st.binary(max_size=64), max_size=20))
def test_any_bytes_make_sound_events_or_none(pieces: list[bytes]) -> None:
    parser = Parser("x")
    for i, piece in enumerate(pieces):
        for event in (*parser.take(piece, i * 0.004), *parser.flush(i * 0.004)):
            if isinstance(event, Control):
                assert -1.0 <= event.value <= 1.0
                assert 1 <= event.channel <= 16
            elif isinstance(event, Note):
                assert 0 <= event.key <= 127
                assert 0.0 <= event.velocity <= 1.0
