"""MIDI that is sent, read back by our own parser and by mido's."""

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaud_live.control.midi_bytes import NoteOut, control_messages, level
from plaud_live.control.midi_events import Control
from plaud_live.control.midi_parser import Parser

CONTROLS = ["cc0", "cc21", "cc127", "cc21-14", "nrpn1234", "nrpn0", "rpn1", "bend", "touch", "touch60"]


def heard(messages: list[bytes]) -> list[Control]:
    """What our parser makes of them."""
    parser = Parser("nano")
    found = [event for message in messages for event in parser.take(message, 0.0)]
    return [event for event in [*found, *parser.flush(1.0)] if isinstance(event, Control)]


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("value", [0.0, 0.25, 0.5, 1.0, -0.5])
def test_a_control_is_heard_as_it_was_sent(control: str, value: float) -> None:
    number = level(control, value)
    events = heard(control_messages(control, 3, number))
    asked = value if control == "bend" else max(value, 0.0)
    steps = 8191 if control == "bend" else 127 if number < 128 and events[-1].bits == 7 else 16383
    last = [event for event in events if event.control == control][-1]
    assert (last.channel, last.raw) == (3, number)
    assert last.value == pytest.approx(asked, abs=0.6 / steps)


@given(st.sampled_from(CONTROLS), st.integers(1, 16), st.floats(-2.0, 2.0))
def test_whatever_is_sent_is_midi(control: str, channel: int, value: float) -> None:
    for message in control_messages(control, channel, level(control, value)):
        assert mido.parse(message).bytes() == list(message)


def test_what_cannot_be_sent_says_so() -> None:
    with pytest.raises(ValueError, match="pitch"):
        control_messages("pitch", 1, 0)


def notes(messages: list[bytes]) -> list[tuple[str, int, int]]:
    found = [mido.parse(message) for message in messages]
    return [(m.type, m.note, m.velocity) for m in found]


def test_keys_are_pressed_changed_legato_and_let_go() -> None:
    out = NoteOut(2)
    assert out.take(60.0, 0.0, 0.5) == []
    assert notes(out.take(60.2, 1.0, 0.5)) == [("note_on", 60, 64)]
    assert out.take(60.4, 1.0, 0.9) == []
    assert notes(out.take(62.0, 0.7, 1.0)) == [("note_on", 62, 127), ("note_off", 60, 0)]
    assert notes(out.take(62.0, 0.2, 1.0)) == [("note_off", 62, 0)]
    assert notes(out.take(300.0, 1.0, 0.0)) == [("note_on", 127, 1)]  # a velocity of 0 would be a note off
    assert notes(out.end()) == [("note_off", 127, 0)]
    assert out.end() == []
