"""What a live input says when it is asked alone: from the bytes of devices, by their profiles."""

from pathlib import Path

import pytest

from plaud_live.control.maps import Knob
from plaud_live.control.transaction import Set
from plaud_live.signals.live import Live
from tests.engine.hands_on import NANO, HandsOn


@pytest.fixture
def on(tmp_path: Path) -> HandsOn:
    return HandsOn(tmp_path)


def heard(on: HandsOn, name: str) -> tuple[object, object]:
    answer = on.desk.controls.heard(name)
    return answer["values"], answer["whose"]


def test_nothing_was_heard_yet(on: HandsOn) -> None:
    for name in ("knob/f1", "midi/cc0", "midi/pitch", "osc/td/x"):
        assert heard(on, name) == (None, "")


def test_a_control_is_called_as_its_profile_does(on: HandsOn) -> None:
    on.turn(0, 0, 127)
    assert heard(on, "midi/cc0") == ((1.0,), f"knob.f1, fader of {NANO}")
    assert heard(on, "knob/f1") == ((1.0,), f"fader of {NANO}, cc(0, ch=1)")
    assert heard(on, "midi/cc1") == (None, f"knob.f2, fader of {NANO}"), "it is there, and was not moved"
    assert heard(on, "knob/f2") == (None, f"fader of {NANO}, cc(1, ch=1)")
    on.turn(99, 127, device="Synth", channel=3)
    assert heard(on, "midi/cc99") == ((1.0,), "Synth")
    assert heard(on, "midi/cc99/ch1") == (None, "")


def test_what_is_read_says_what_it_reads(on: HandsOn) -> None:
    on.do(Set("drone", "z1", Live("knob/f1", 0), at=0.0))
    on.turn(0, 0, 127, 0)
    assert heard(on, "knob/f1")[0] == (0.0,)
    on.desk.hear("osc/td/x", (0.25, 0.5))
    assert heard(on, "osc/td/x") == ((0.25, 0.5), "")


def test_a_knob_that_was_named_here_is_its_control(on: HandsOn) -> None:
    on.do(Knob("cutoff", "midi/cc70/ch1/Synth"), Knob("pull", "osc/td/x"))
    assert heard(on, "knob/cutoff") == (None, 'cc(70, ch=1, device="Synth")')
    on.turn(70, 127, device="Synth")
    assert heard(on, "knob/cutoff") == ((1.0,), 'cc(70, ch=1, device="Synth")')
    on.desk.hear("osc/td/x", (0.25,))
    assert heard(on, "knob/pull") == ((0.25,), 'osc("td/x")')


def test_notes_and_bends_say_whose_they_are(on: HandsOn) -> None:
    on.send(0x90, 60, 127, device="piano")
    on.send(0xE0, 0, 0, device="piano")
    assert heard(on, "midi/number") == ((60.0,), "key 60 of piano")
    assert heard(on, "midi/bend") == ((-1.0,), "piano")
