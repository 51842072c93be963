"""What is sent, as it is typed: lines that are accepted, listed, ended, and those that are refused."""

import pytest

from plaud_live.control.clocks import Run
from plaud_live.repl.outputs import MidiOut, OscWord
from tests.repl.silent import Prompt


def outputs(prompt: Prompt) -> dict[str, str]:
    return {key: outlet.text for key, outlet in prompt.performance.state.outputs.items()}


def test_a_signal_is_sent_over_osc_listed_and_ended(prompt: Prompt) -> None:
    assert prompt.accept("osc.out()") == "osc.out: nothing is sent yet"
    assert prompt.accept('osc.out("127.0.0.1:7000", "/x", drone.z0)').endswith('"/x") ← drone.z0')
    prompt.accept('x = osc.out("localhost:7000", "/y/z", lfo(4)*.5, rate=20)')
    assert outputs(prompt) == {"osc/127.0.0.1:7000/x": "drone.z0", "osc/127.0.0.1:7000/y/z": "lfo(4)*0.5"}
    assert prompt.accept("osc.out()").split("\n") == [
        'osc.out("127.0.0.1:7000", "/x") ← drone.z0, 60 a second',
        'osc.out("127.0.0.1:7000", "/y/z") ← lfo(4)*0.5, 20 a second',
    ]
    assert prompt.accept('osc.out("127.0.0.1:7000", "/x")').startswith('osc.out("127.0.0.1:7000", "/x") ← dr')
    assert prompt.accept('osc.out("127.0.0.1:7000", "/w")').endswith('"/w"): nothing is sent there')
    assert prompt.accept('midi.out("nano").cc(21)') == 'midi.out("nano").cc(21): nothing is sent there'
    assert "sends osc.out" in prompt.accept("who()")
    prompt.accept("x.stop()")
    assert list(outputs(prompt)) == ["osc/127.0.0.1:7000/x"]
    prompt.accept('osc.out("127.0.0.1:7000", "/x", None)')
    assert outputs(prompt) == {}
    assert "nothing is sent there" in prompt.refuse('osc.out("127.0.0.1:7000", "/x", None)')


def test_all_to_one_port_and_all_end_together(prompt: Prompt) -> None:
    for where, address in (("127.0.0.1:7000", "/a"), ("127.0.0.1:7000", "/b"), ("127.0.0.1:7001", "/a")):
        prompt.accept(f'osc.out("{where}", "{address}", drone.z1)')
    prompt.accept('midi.out("nano").bend(lfo(4))')
    assert prompt.accept('osc.out("127.0.0.1:7000", None)').endswith("2 ended")
    assert list(outputs(prompt)) == ["osc/127.0.0.1:7001/a", "midi/bend/ch1/nano"]
    prompt.accept("osc.out(None)")
    assert list(outputs(prompt)) == ["midi/bend/ch1/nano"]
    prompt.accept("undo()")
    assert len(outputs(prompt)) == 2


def test_anything_that_can_be_assigned_can_be_sent(prompt: Prompt) -> None:
    for value in (
        ".5",
        '"0 1 <.5 .2>"',
        "[.1, drone.z0, .3]",
        "A.bell",
        "drone.z",
        "cc(21).slew(1/4)",
        "mic.loud",
    ):
        prompt.accept(f'osc.out("127.0.0.1:7000", "/x", {value})')
    prompt.accept('with at(4, over=2): osc.out("127.0.0.1:7000", "/x", 1)')
    prompt.accept('osc.out("127.0.0.1:7000", "/f", fn(lambda beat: beat % 1))')
    assert prompt.engine.samples  # this prompt samples it


def test_midi_goes_to_a_device(prompt: Prompt) -> None:
    prompt.accept(
        'n = midi.out("nano"); n.cc(21, drone.z0); n.cc(1, lfo(8), ch=3, bits=14); n.nrpn(1234, .5)'
    )
    prompt.accept("n.bend(lfo(4).range(-1, 1)); n.touch(drone.z1); n.touch(.2, key=60)")
    prompt.accept('n.note("60 <64 67> 72 _", gate=sq(1), vel=.9, ch=2)')
    assert list(outputs(prompt)) == [
        "midi/cc21/ch1/nano",
        "midi/cc1-14/ch3/nano",
        "midi/nrpn1234/ch1/nano",
        "midi/bend/ch1/nano",
        "midi/touch/ch1/nano",
        "midi/touch60/ch1/nano",
        "midi/note/ch2/nano",
    ]
    assert 'midi.out("nano").cc(1, bits=14, ch=3) ← lfo(8), 100 a second' in prompt.accept("midi.out()")
    assert "cc1-14 ch3 ← lfo(8) · nrpn1234 ← 0.5" in prompt.accept('midi.out("nano")')
    assert '.note(ch=2) ← "60 <64 67> 72 _", gate=sq(1), vel=0.9,\n' in prompt.accept("midi.out()")
    prompt.accept("n.note(60, gate=sq(2))")
    assert "note ← 60, gate=sq(2)" in prompt.accept('midi.out("nano")').replace("\n   ", "")
    prompt.accept("n.note(None)")
    prompt.accept("n.cc(21, None)")
    prompt.accept("n.note(None, ch=2)")
    assert len(outputs(prompt)) == 5
    prompt.accept("n.clock(); n.stop()")
    assert outputs(prompt) == {}
    assert not prompt.performance.state.clocks


def test_the_clock_is_sent_and_followed(prompt: Prompt) -> None:
    prompt.accept('midi.out("nano").clock()')
    assert prompt.performance.state.clocks == {"nano": Run(True, 4.0)}
    assert "clock of nano runs" in prompt.accept("who()")
    assert prompt.accept("midi.out()") == 'midi.out("nano").clock runs'
    assert "the clock runs" in prompt.accept('midi.out("nano")')
    prompt.engine.position = 5 * 44100
    prompt.accept('midi.out("nano").clock("stop")')
    assert not prompt.performance.state.clocks["nano"].runs
    prompt.accept('midi.out("nano").clock(None)')
    assert not prompt.performance.state.clocks
    assert prompt.accept("clock.source") == "'own'"
    prompt.accept('clock.source = "midi"')
    assert prompt.accept("clock").endswith("waits for a MIDI clock")
    prompt.accept('clock.source = "box"')
    assert prompt.said[-1] == "clock.source: no device 'box' is there — midi.devices()"
    prompt.accept("clock.bpm = 100")  # nobody leads yet
    heard = {"leader": {"device": "box", "bpm": 120.0, "jitter_ms": 0.4, "running": False}}
    prompt.performance.snapshot = lambda: {**prompt.engine.snapshot(), **heard}
    assert prompt.accept("clock").endswith("follows box, jitter 0.4 ms, stands")
    assert prompt.refuse("clock.bpm = 90") == 'clock.bpm follows box — clock.source = "own" leads again'
    assert "follows box" in prompt.refuse("clock.tap()")
    prompt.accept('clock.source = "own"; clock.bpm = 90')
    assert prompt.performance.state.leader == ""


BAD = {
    'osc.out("example.com:7000", "/x", 1)': "names are not looked up",
    'osc.out("127.0.0.1", "/x", 1)': "wants a port",
    'osc.out("127.0.0.1:7000", "x", 1)': "wants an address such as /x",
    'osc.out("127.0.0.1:7000", "/x", lambda: 1)': "is a function",
    'osc.out("127.0.0.1:7000", "/x", 1, rate=1000)': "wants 0.1 to 200 a second",
    'osc.out("127.0.0.1:7000", "/x", 1/saw(4))': "not finite",
    "osc.out(7000)": "wants a host and port",
    'osc.out("127.0.0.1:7000", 3, 1)': "in quotes",
    "osc.outt": "did you mean 'out'",
    "osc.x = 3": "cannot be set",
    'osc.out("127.0.0.1:7000", "/x", 1, over=-1)': "beats",
    "midi.out(3)": "beginning of a name",
    'midi.out("nano").cc(128, 1)': "midi.out(…).cc(128): wants a whole number, 0 to 127",
    'midi.out("nano").cc(21, 1, ch=17)': "ch=17: wants a whole number, 1 to 16",
    'midi.out("nano").nrpn(16383, 1)': "0 to 16382",
    'midi.out("nano").cc(64, 1, bits=14)': "0 to 31",
    'midi.out("nano").cc(21, 1, bits=9)': "wants 7 or 14",
    'midi.out("nano").cc(21, 1, ch=0)': "1 to 16",
    'midi.out("nano").cc(21, drone.z)': "has 4 dims, wants 1",
    'midi.out("nano").note([60, 64])': 'midi.out("nano").note(): key has 2 dims, wants 1 — kept the old one',
    'midi.out("nano").note(60, vel=drone.z)': 'midi.out("nano").note(): vel has 4 dims, wants 1',
    'midi.out("nano").clock("dance")': "wants",
    'midi.out("nano").ccc(21, 1)': "did you mean 'cc'",
    "clock.source = 3": "wants",
    "clock.sorce": "did you mean 'source'",
}


@pytest.mark.parametrize("line", BAD)
def test_what_is_wrong_is_said_in_a_line(line: str, prompt: Prompt) -> None:
    shown = prompt.refuse(line)
    assert BAD[line] in shown
    assert "\n" not in shown


def test_the_words_explain_themselves(prompt: Prompt) -> None:
    assert prompt.accept("help(osc)").startswith("osc(name, size=1)")
    assert prompt.accept("help(osc.out)").startswith("out(where, address, signal")
    assert "controller" in prompt.accept('help(midi.out("nano").cc)')
    assert repr(OscWord(prompt.performance)).startswith('osc("td/x") reads')
    assert dir(MidiOut(prompt.performance, "nano"))
