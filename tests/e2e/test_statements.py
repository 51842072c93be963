"""A hundred statements typed into the real prompt, and what was heard of them rendered again from the record.

Every one of them is accepted, in its order. The mix and each instrument are the same to the bit as captured:
loops and functions that the prompt ran, what other programs and hands moved, keys that were typed.
"""

import json
import subprocess
import time
from pathlib import Path

import pytest

from plaud_live.cli import main
from plaud_live.engine.link import Client
from plaud_live.recording.sessions import read_events
from tests.e2e.concert import differences, kept
from tests.e2e.performance import CONTROLLER, HAND, OTHER_PROGRAM, moves, statements
from tests.e2e.stage import Terminal, instrument, is_plugged_in, missing_programs
from tests.jack import MidiPeer
from tests.processes import JackServer, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
]

PAUSE_SECONDS = 0.2
"""From an accepted statement to the next."""


def test_statements_are_heard_again_to_the_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUD_MIDI_API", "jack")
    monkeypatch.setenv("PLAUD_MIDI_CONNECT", "nano")
    play(tmp_path)
    (session,) = tmp_path.glob("sessions/*/")
    typed = [event["text"] for event in read_events(session) if event["kind"] == "entry"]
    expected = [text for text in statements() if not text.startswith(OTHER_PROGRAM)]
    assert typed[-len(expected) :] == expected
    again = tmp_path / "again.wav"
    assert main(["replay", str(session), "--out", str(again), "--stems"]) == 0
    take = kept(session, "all")
    assert set(take.tracks) == {"mix", "drone", "glint"} and take.stop - take.start > 15 * 44100
    assert differences(take, again) == {}


def play(home: Path) -> None:
    """Play the whole performance, and keep it."""
    jack = JackServer()
    hands: MidiPeer | None = None
    try:
        with instrument(home, jack, ["--osc-port", "0"]) as terminal:
            terminal.wait("help()")
            hands = MidiPeer(CONTROLLER, jack)
            wait_for(lambda: is_plugged_in(home, CONTROLLER), f"{CONTROLLER} is found")
            perform(terminal, home, hands)
            screen = terminal.screen()
            client = Client(home / "run" / "engine.sock")
            try:
                client.request("keep", beats=1000.0, name="all")
            finally:
                client.close()
    finally:
        if hands is not None:
            hands.close()
        jack.close()
    assert "rror" not in screen, screen
    sent = {data[2] for _, data in hands.received if data[:2] == bytes((0xB0, 21))}
    assert min(sent) < 5 and max(sent) > 120  # the controller heard all of lfo(2)


def perform(terminal: Terminal, home: Path, hands: MidiPeer) -> None:
    """Type all statements, each once the one before was accepted; move controls where hands do."""
    port = str(json.loads((home / "run" / "instance.json").read_text())["osc_port"])
    (events,) = home.glob("sessions/*/events.jsonl")
    for statement in statements():
        if statement.startswith(HAND):
            for message in moves(statement):
                hands.send(message)
        elif statement.startswith(OTHER_PROGRAM):
            program, *words = statement.removeprefix(OTHER_PROGRAM).split()
            subprocess.run([program, "127.0.0.1", port, *words], check=True)
        else:
            entered = events.read_text().count('"kind": "entry"')
            enter(terminal, statement)
            try:
                wait_for(lambda n=entered: events.read_text().count('"kind": "entry"') > n, statement)
            except pytest.fail.Exception as error:
                raise AssertionError(f"{error}; the screen:\n{terminal.screen()}") from None
        time.sleep(PAUSE_SECONDS)


def enter(terminal: Terminal, statement: str) -> None:
    """Type a line, paste a block; one whose last line is indented waits for an empty one."""
    if "\n" not in statement:
        terminal.type(statement)
        return
    terminal.paste(statement)
    terminal.key("Enter")
    if statement.splitlines()[-1].startswith(" "):
        terminal.key("Enter")
