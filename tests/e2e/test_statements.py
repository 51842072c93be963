"""A hundred statements typed into the real prompt, and the same statements played again offline.

The session's record says at which sample each entry launched; the offline twin runs the same texts at the
same samples, loops and functions by its own clock. What drove the voices, frame by frame, is the same to the
bit: also where a control drives it that stands still, where one came to rest that had been learnt, and where
keys were typed. What arrives while it is heard is not in the record: a latent is left out as long as another
program or a moving hand drives it.
"""

import json
import subprocess
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from plaud_live.engine.link import Client
from plaud_live.engine.offline import OfflineEngine
from plaud_live.repl.replay import Record, Replay
from tests.e2e.performance import CONTROLLER, HAND, OTHER_PROGRAM, moves, statements
from tests.e2e.stage import Terminal, instrument, is_plugged_in, missing_programs
from tests.jack import MidiPeer
from tests.processes import JackServer, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.realtime,
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
]

LIVE = (
    (2, 'drone.z2 = osc("td/x")', "drone.z2 = .5 + .3*tri(6)"),
    (3, "drone.z3 = knob.f1.slew(1/4)", "drone.z3 = .4"),
    (2, "learn(drone.z2, drone.gain)", "maps()"),
)
"""Latents of drone that another program or a hand moves, from one statement to another."""

STANDING = {"midi/cc21/ch2": (100 / 127,)}
"""Controls that were moved before anything followed them, and stand still since."""

PAUSE_SECONDS = 0.1
"""From an accepted statement to the next: the whole is shorter than the minute of frames that is kept."""

STARVED = "fn starved"
"""In the record where a busy machine had no time to sample functions ahead: then it is played once more."""

MOST_PERFORMANCES = 3

Frames = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]


def test_statements_give_the_same_frames_live_and_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAUD_MIDI_API", "jack")
    monkeypatch.setenv("PLAUD_MIDI_CONNECT", "nano")
    for number in range(MOST_PERFORMANCES):
        home = tmp_path / str(number)
        home.mkdir()
        end, live = played(home)
        (session,) = home.glob("sessions/*/")
        if STARVED not in (session / "events.jsonl").read_text():
            break
    record = Record.read(session)
    typed = [step.text for step in record.steps if not step.request]
    expected = [text for text in statements() if not text.startswith(OTHER_PROGRAM)]
    assert [text for text in typed if text in expected][-len(expected) :] == expected
    replay = Replay(record, OfflineEngine(44100, 128))
    replay.engine.renderer.inputs.recall(STANDING)
    try:
        replay.play()
        replay.advance(end)
        assert replay.refused == []
        offline = {name: frames(replay.engine, name) for name in live}
    finally:
        replay.close()
    for name, ours in live.items():
        compare(name, ours, offline[name], record)


def played(home: Path) -> tuple[int, dict[str, Frames]]:
    """Play the whole performance; the sample at its end, and the frames of each instrument until then."""
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
                end = client.request("entry", text="'the end'")["sample"]
                live = {name: frames(client, name) for name in ("drone", "glint")}
            finally:
                client.close()
    finally:
        if hands is not None:
            hands.close()
        jack.close()
    assert "rror" not in screen, screen
    sent = {data[2] for _, data in hands.received if data[:2] == bytes((0xB0, 21))}
    assert min(sent) < 5 and max(sent) > 120  # the controller heard all of lfo(2)
    return end, live


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


def frames(engine: Client | OfflineEngine, name: str) -> Frames:
    """All control frames that an engine remembers of an instrument: samples [f], values [f, d + 9]."""
    samples: list[int] = []
    values: list[list[float]] = []
    more = True
    while more:
        since = samples[-1] + 1 if samples else 0
        answer = engine.request("control_frames", instrument=name, since=since)
        samples += answer["samples"]
        values += answer["values"]
        more = answer["more"]
    return np.array(samples), np.array(values)


def compare(name: str, live: Frames, offline: Frames, record: Record) -> None:
    """The frames are the same, but for the latents that another program or a hand moved for a while."""
    begin = max(live[0][0], offline[0][0])
    end = min(live[0][-1], offline[0][-1])  # the engine may not have rendered yet what is asked last
    whole = ((s, v, (s >= begin) & (s <= end)) for s, v in (live, offline))
    (ours, heard), (theirs, again) = ((s[both], v[both]) for s, v, both in whole)
    assert ours.tolist() == theirs.tolist(), name
    assert len(ours) > 10 * 44100 / 256
    wrong = heard != again
    launched = {step.text: step.sample for step in record.steps}
    for latent, first, last in LIVE if name == "drone" else ():
        driven = (ours >= launched[first]) & (ours < launched[last] + 44100)
        if launched[first] >= begin:  # else a part of it is all that is remembered
            assert wrong[driven, latent].any(), f"{first}: nothing moved it"
        wrong[driven, latent] = False
    frames, columns = wrong.any(axis=1), wrong.any(axis=0)
    assert not frames.any(), (
        f"{name}: {frames.sum()} of {len(frames)} frames differ, the first at sample"
        f" {ours[np.argmax(frames)]}, in the columns {np.flatnonzero(columns).tolist()}"
    )
