"""The words of MIDI: each makes the live input that it names, is shown as typed, and refuses the rest."""

import pytest

from plaud_live.repl.completion import complete
from plaud_live.repl.midi_words import FIELDS, VOICE_FIELDS, bend, cc, midi_words, nrpn, touch
from plaud_live.signals.live import Live
from tests.repl.silent import Prompt

NOTE = midi_words(None)["note"]  # type: ignore[arg-type]  # of all the words `midi` alone asks the engine

TYPED = {
    "cc(21)": "midi/cc21",
    'cc(21, ch=2, device="nano")': "midi/cc21/ch2/nano",
    "cc(21, bits=14)": "midi/cc21-14",
    "cc(16, rel=2)": "midi/cc16-rel2",
    "nrpn(1234)": "midi/nrpn1234",
    "bend()": "midi/bend",
    "bend(ch=3)": "midi/bend/ch3",
    "touch()": "midi/touch",
    "touch(60)": "midi/touch60",
    "note.pitch": "midi/pitch",
    "note.number": "midi/number",
    "note.vel": "midi/vel",
    "note.gate": "midi/gate",
    "note.low.pitch": "midi/pitch-low",
    'note(ch=2, device="keys").pitch': "midi/pitch/ch2/keys",
    "note(ch=2).low.gate": "midi/gate-low/ch2",
    "note.mpe[0].bend": "midi/mpe0-bend",
    "note(ch=16).mpe[3].slide": "midi/mpe3-slide/ch16",
    "note[36]": "midi/key36",
    "note(ch=10)[36]": "midi/key36/ch10",
}


@pytest.mark.parametrize("text", TYPED)
def test_a_word_is_the_input_that_it_names_and_is_shown_as_typed(text: str) -> None:
    made = eval(text, {"cc": cc, "nrpn": nrpn, "bend": bend, "touch": touch, "note": NOTE})
    assert isinstance(made, Live)
    assert (made.name, made.size) == (TYPED[text], 0)
    assert repr(made) == text


@pytest.fixture
def prompt() -> Prompt:
    made = Prompt()
    made.accept('drone = load("default")')
    return made


BAD = {
    "drone.z0 = cc(128)": "cc(128): wants a whole number, 0 to 127",
    "drone.z0 = cc(40, bits=14)": "0 to 31",
    "drone.z0 = cc(1, bits=8)": "wants 7 or 14",
    "drone.z0 = cc(1, rel=4)": "wants 1, 2 or 3",
    "drone.z0 = cc(1, rel=True)": "wants 1, 2 or 3",
    "drone.z0 = cc('1')": "wants a whole number",
    "drone.z0 = cc(1, ch=0)": "wants a channel, 1 to 16",
    "drone.z0 = cc(1, device='')": "beginning of a name",
    "drone.z0 = nrpn(16383)": "0 to 16382",
    "drone.z0 = touch(128)": "0 to 127",
    "drone.z0 = note.pich": "did you mean 'pitch'",
    "drone.z0 = note[128]": "note[128]: wants a whole number",
    "drone.z0 = note.mpe[4].bend": "0 to 3",
    "drone.z0 = note.mpe[0].slid": "did you mean 'slide'",
    "note.pitch = 3": "is what is played",
    "midi.x": "midi has no 'x'",
    "midi.devices = 3": "cannot be set",
    "midi.monitor(3)": "wants True, False or nothing",
}


@pytest.mark.parametrize("line", BAD)
def test_what_does_not_fit_is_one_line_that_says_what_does(line: str, prompt: Prompt) -> None:
    assert BAD[line] in prompt.refuse(line)


def test_a_controller_is_a_signal_as_any(prompt: Prompt) -> None:
    prompt.accept("drone.z0 = (cc(21)*.5 + .2*bend()).slew(1/4)")
    assert "(cc(21)*0.5 + 0.2*bend()).slew(0.25) · live" in prompt.accept("who(drone)")


def test_typed_alone_it_says_what_is_heard_now(prompt: Prompt) -> None:
    assert prompt.accept("cc(21)") == "cc(21): not heard yet, reads 0.50"
    assert prompt.accept("bend()") == "bend(): not heard yet, reads 0.00"
    prompt.engine.heard["knob/f1"] = {"values": [0.6378], "whose": "fader of nano, cc(0, ch=1)"}
    prompt.engine.heard["midi/number"] = {"values": [60.0], "whose": "key 60 of piano"}
    prompt.engine.heard["osc/td/x"] = {"values": [0.25, 0.5], "whose": ""}
    assert prompt.accept("knob.f1") == "knob.f1: 0.64 — fader of nano, cc(0, ch=1)"
    assert prompt.accept("note.number") == "note.number: 60 — key 60 of piano"
    assert prompt.accept('osc("td/x", 2)') == 'osc("td/x"): 0.25 0.50'
    assert prompt.accept("mic.z") == "mic.z: not heard yet"
    assert prompt.accept("cc(21)*.5") == "cc(21)*0.5"
    assert (
        not prompt.engine.learnt and "submit" not in prompt.engine.asked[prompt.engine.asked.index("heard") :]
    )


def test_who_listens_to_a_device_that_is_not_there_is_told(prompt: Prompt) -> None:
    assert prompt.accept('drone.z0 = cc(21, device="korg")') == "", "offline nobody knows"
    prompt.performance.snapshot = lambda: {**prompt.engine.snapshot(), "midi": ["jack", "nanoKONTROL2"]}
    said = "no device 'korg' is there yet, it is waited for — midi.devices()"
    assert prompt.accept('drone.z0 = .2 + cc(21, device="korg")*note(device="korg").gate') == said
    assert prompt.accept('drone.z0 = cc(21, device="kontrol").slew(1) + bend()') == ""


def test_without_devices_it_says_what_to_do(prompt: Prompt) -> None:
    assert prompt.accept("midi.devices()") == "no MIDI device is there — plug one in, it is found"


def test_what_was_lost_of_a_device_is_listed(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    nano = {
        "name": "nano 24:0",
        "stem": "nano",
        "in": True,
        "out": False,
        "connected": True,
        "lost": 7,
    }
    monkeypatch.setattr(prompt.engine, "request", lambda do, **data: {"devices": [nano, {**nano, "lost": 0}]})
    assert prompt.accept("midi.devices()").split("\n") == [
        "nano: in, 7 messages lost (nano 24:0)",
        "nano: in (nano 24:0)",
    ]


def test_who_looks_for_the_clock_is_told_where_it_is(prompt: Prompt) -> None:
    assert 'clock.source = "midi" follows,' in prompt.refuse("midi.clock")


def test_completion_offers_what_a_note_has(prompt: Prompt) -> None:
    def offered(before: str) -> set[str]:
        return {each.text for each in complete(before, prompt.performance, prompt.namespace)}

    assert offered("drone.z0 = note.") == set(FIELDS)
    assert offered("drone.z0 = note.low.") == {"pitch", "number", "vel", "gate"}
    assert "slew" in offered("drone.z0 = note.pitch.")
    assert offered("drone.z0 = note.mpe[0].") == set(VOICE_FIELDS)
    assert {"devices", "monitor"} <= offered("midi.")
    assert "cc" in offered("drone.z0 = c")


def test_completion_offers_the_devices_that_are_there(prompt: Prompt) -> None:
    prompt.performance.snapshot = lambda: {"midi": ["jack", "nanoKONTROL2"]}

    def offered(before: str) -> list[str]:
        return [each.text for each in complete(before, prompt.performance, prompt.namespace)]

    assert offered('drone.z0 = cc(21, device="na') == ["nanoKONTROL2"]
    assert offered('midi.out("') == ["jack", "nanoKONTROL2"]
    assert offered('clock.source = "') == ["midi", "own", "jack", "nanoKONTROL2"]
