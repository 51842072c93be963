"""Eighty statements typed into the real prompt, and the same statements played again offline.

The session's record says at which sample each entry launched; the offline twin runs the same texts at the
same samples, loops and functions by its own clock. What drove the voices, frame by frame, is the same to the
bit.
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
from tests.e2e.performance import OTHER_PROGRAM, statements
from tests.e2e.stage import Terminal, instrument, missing_programs
from tests.processes import JackServer, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
]

LIVE = ("drone", 2, 'drone.z2 = osc("td/x")', "drone.z2 = .5 + .3*tri(6)")
"""The latent that follows another program, from one statement to another: what arrives is not recorded."""

PAUSE_SECONDS = 0.25
"""From an accepted statement to the next: the whole is shorter than the minute of frames that is kept."""

Frames = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]


def test_statements_give_the_same_frames_live_and_offline(tmp_path: Path) -> None:
    jack = JackServer()
    try:
        with instrument(tmp_path, jack, []) as terminal:
            terminal.wait("help()")
            perform(terminal, tmp_path)
            screen = terminal.screen()
            client = Client(tmp_path / "run" / "engine.sock")
            try:
                end = client.request("entry", text="'the end'")["sample"]
                live = {name: frames(client, name) for name in ("drone", "glint")}
            finally:
                client.close()
    finally:
        jack.close()
    assert "rror" not in screen, screen
    (session,) = tmp_path.glob("sessions/*/")
    record = Record.read(session)
    typed = [step.text for step in record.steps if not step.request]
    expected = [text for text in statements() if not text.startswith(OTHER_PROGRAM)]
    assert [text for text in typed if text in expected][-len(expected) :] == expected
    replay = Replay(record, OfflineEngine(44100, 128))
    try:
        replay.play()
        replay.advance(end)
        assert replay.refused == []
        offline = {name: frames(replay.engine, name) for name in live}
    finally:
        replay.close()
    for name, ours in live.items():
        compare(name, ours, offline[name], record)


def perform(terminal: Terminal, home: Path) -> None:
    """Type all statements, each once the one before was accepted."""
    port = str(json.loads((home / "run" / "instance.json").read_text())["osc_port"])
    (events,) = home.glob("sessions/*/events.jsonl")
    for statement in statements():
        if statement.startswith(OTHER_PROGRAM):
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
    """The frames are the same, but for the latent that another program drove for a while."""
    begin = max(live[0][0], offline[0][0])
    (ours, heard), (theirs, again) = ((s[s >= begin], v[s >= begin]) for s, v in (live, offline))
    assert ours.tolist() == theirs.tolist(), name
    assert len(ours) > 15 * 44100 / 256
    wrong = heard != again
    instrument_name, latent, first, last = LIVE
    if name == instrument_name:
        launched = {step.text: step.sample for step in record.steps}
        driven = (ours >= launched[first]) & (ours < launched[last] + 44100)
        assert wrong[driven, latent].any()  # else this could be compared, too
        wrong[driven, latent] = False
    frames, columns = wrong.any(axis=1), wrong.any(axis=0)
    assert not frames.any(), (
        f"{name}: {frames.sum()} of {len(frames)} frames differ, the first at sample"
        f" {ours[np.argmax(frames)]}, in the columns {np.flatnonzero(columns).tolist()}"
    )
