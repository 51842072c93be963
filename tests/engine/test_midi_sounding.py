"""What devices were told to sound ends with the engine that told them."""

from plaud_live.engine.midi_sounding import Sounding
from tests.jack import message


def test_keys_that_are_held_are_let_go_each_on_its_device_and_channel_and_once() -> None:
    sounding = Sounding()
    for device, kind, note, channel in (
        (0, "note_on", 60, 0),
        (0, "note_on", 60, 3),
        (1, "note_on", 60, 0),
        (1, "note_on", 61, 0),
        (1, "note_off", 61, 0),
        (0, "note_on", 60, 0),
    ):
        sounding.note(device, message(kind, note=note, channel=channel))
    sounding.note(1, message("note_on", note=60, velocity=0))
    assert sounding.end() == [(0, b"\x80\x3c\x00"), (0, b"\x83\x3c\x00")]
    assert sounding.end() == []


def test_clocks_that_run_are_stopped_and_nothing_else_is_said() -> None:
    sounding = Sounding()
    for device, data in ((0, b"\xfa"), (1, b"\xfb"), (2, b"\xfa"), (2, b"\xf8"), (2, b"\xfc"), (3, b"")):
        sounding.note(device, data)
    sounding.note(3, message("control_change", control=60, value=1))
    sounding.note(3, message("polytouch", note=60, value=1))
    assert sounding.end() == [(0, b"\xfc"), (1, b"\xfc")]
