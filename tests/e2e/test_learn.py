"""A controller in JACK and a performer at a real terminal: learn, take over, undo, unplug, come back."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from plaud_live.engine.instance import read_instance
from tests.e2e.stage import WAIT_SECONDS, Terminal, instrument, is_plugged_in, missing_programs
from tests.jack import MidiPeer
from tests.processes import JackServer, jack_server, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_programs()), reason=f"not installed: {missing_programs()}"),
]

NANO = "nanoKONTROL2"


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    monkeypatch.setenv("PLAUD_MIDI_API", "jack")
    monkeypatch.setenv("PLAUD_MIDI_CONNECT", "nano")
    with jack_server() as server:
        yield server


def sweep(nano: MidiPeer, cc: int, start: int, end: int) -> None:
    for value in range(start, end, 1 if end > start else -1):
        nano.cc(cc, value)


def rest(terminal: Terminal, nano: MidiPeer, cc: int, value: int, shown: str) -> None:
    """Send a control's value again until the toolbar shows what it does: each is shown only for a while."""

    def is_shown() -> bool:
        nano.cc(cc, value)
        return shown in terminal.screen()

    wait_for(is_shown, f"{shown!r} in the toolbar", WAIT_SECONDS)


def plug_in(terminal: Terminal, jack: JackServer, home: Path) -> MidiPeer:
    """A controller that the instrument has found."""
    terminal.wait("help()")
    nano = MidiPeer(NANO, jack)
    wait_for(lambda: is_plugged_in(home, NANO), f"{NANO} is found")
    return nano


def test_a_controller_is_learnt_plays_and_comes_back(jack: JackServer, tmp_path: Path) -> None:
    options = ["--osc-port", "0", "--session", "gig"]
    with instrument(tmp_path, jack, options) as terminal:
        nano = plug_in(terminal, jack, tmp_path)
        try:
            nano.cc(7, 64)
            terminal.wait("f8: cc 7 ch 1 = 64 (unmapped)")
            terminal.type("drone.z2 = .5; drone.gain = .7")
            terminal.type("learn(drone.z2, drone.gain, slew=1/8)")
            terminal.wait("move a knob for drone.z2, then drone.gain · Esc ends it")
            sweep(nano, 0, 0, 10)
            terminal.wait("learnt: drone.z2 ← knob.f1 of nanoKONTROL2 (pickup) — next: drone.gain")
            terminal.key("Escape")
            rest(terminal, nano, 0, 9, "f1 0.07 ↑ 0.50 drone.z2")
            sweep(nano, 0, 10, 91)
            terminal.wait("drone.z2 ← f1 0.71")
            os.kill(read_instance(tmp_path / "run")["engine"], signal.SIGKILL)
            terminal.wait("was replaced")
            wait_for(lambda: is_plugged_in(tmp_path, NANO), f"{NANO} is found again")
            sweep(nano, 0, 90, 101)  # from where it stands
            terminal.wait("drone.z2 ← f1 0.79")
            terminal.type("learn(drone.gain)")
            terminal.wait("move a knob for drone.gain · Esc")
            sweep(nano, 1, 120, 60)
            terminal.wait("drone.gain ← f2 0.48")
            terminal.type("maps()")
            terminal.wait("drone.gain ← f2")
            terminal.type("drone.z0 = knob.f3.range(.2, .8)")
            nano.cc(2, 127)
            terminal.wait("f3: cc 2 ch 1 = 127")
            terminal.type("drone.z1 = knob.ff3")
            terminal.wait("there is no knob 'ff3' — did you mean 'f3'?")
        finally:
            nano.close()
        terminal.wait(f"MIDI: {NANO} is gone — its knobs stay where they are")
        terminal.type("unlearn(drone.gain)")
        terminal.wait("drone.gain unlearnt")
    kept = next(tmp_path.glob("sessions/*_gig/maps.toml")).read_text()
    assert 'control = "midi/cc0/ch1/nanoKONTROL2"' in kept
    assert "drone.gain" not in kept
    wait_for(lambda: not read_instance(tmp_path / "run"), "the instrument ends")
    with instrument(tmp_path, jack, options) as terminal:
        terminal.wait("here is drone; who() says what moves it")
        nano = plug_in(terminal, jack, tmp_path)
        try:
            terminal.type("drone.z2 = .5")
            terminal.wait("✓ drone.z2→0.5")
            sweep(nano, 0, 100, 40)
            terminal.wait("drone.z2 ← f1 0.32")
        finally:
            nano.close()
