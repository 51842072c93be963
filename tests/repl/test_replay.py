"""Sessions played again: the same sound to the bit, from the texts and the samples of the record alone."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.transaction import Set, Transaction
from plaud_live.engine.journal import Journal
from plaud_live.engine.offline import OfflineEngine
from plaud_live.errors import SessionError
from plaud_live.repl.offline import OfflinePrompt
from plaud_live.repl.replay import Record, Replay
from plaud_live.signals.graph import Constant
from tests.models_for_tests import tiny_file

KINDS = ("submit", "undo", "redo", "panic")


class RecordedEngine(OfflineEngine):
    """An engine whose journal tells what it did, as the supervisor's does. A request takes `late` samples."""

    def __init__(self, journal: Journal, late: int) -> None:
        super().__init__(block_size=64)
        self._journal, self._late = journal, late

    def request(self, do: str, **data: Any) -> dict[str, Any]:
        if do in KINDS:
            self.render(self._late / self.sample_rate)
        answer = super().request(do, **data)
        if do == "ran":
            self._journal.write("run", "loop", data, self.renderer.position, answer.get("beat"))
        elif do == "entry":
            more = {name: data.get(name) for name in ("file", "files", "began", "launched")}
            self._journal.enter(data["by"], data["text"], answer["sample"], answer["beat"], **more)
        elif do in KINDS:
            transaction = data.get("transaction")
            by, text = (transaction or data).get("by", "prompt"), (transaction or {}).get("text", "")
            self._journal.write(do, by, transaction, answer["sample"], answer["beat"], text)
        return answer


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which `load("tiny")` finds a small model."""
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    for name in ("models", "patches"):
        (tmp_path / name).mkdir()
    tiny_file(tmp_path / "models", "tiny")
    return tmp_path


class Session:
    """A prompt whose session is recorded. `close` gives the folder of the record."""

    def __init__(self, home: Path, late: int = 0) -> None:
        self._journal = Journal(home / "sessions", "test")
        self.engine = RecordedEngine(self._journal, late)
        self.said: list[str] = []
        self.prompt = OfflinePrompt(self.engine, self.said.append)

    def enter(self, *texts: str) -> None:
        for text in texts:
            result = self.prompt.enter(text)
            assert result.accepted, (text, result.shown)
            self.prompt.render(0.21)

    def close(self) -> Path:
        self.prompt.close()
        self._journal.close()
        assert self._journal.folder is not None
        return self._journal.folder


def frames(engine: OfflineEngine, name: str) -> list[list[float]]:
    answer = engine.request("control_frames", instrument=name, since=0)
    return [[sample, *row] for sample, row in zip(answer["samples"], answer["values"], strict=True)]


def check(session: Session, folder: Path) -> Replay:
    """The replay has the same frames as the session, all of them."""
    end = session.engine.renderer.position
    heard: list[np.ndarray] = []
    replay = Replay(Record.read(folder), OfflineEngine(), heard.append)
    replay.play()
    replay.advance(end)
    replay.close()
    assert replay.refused == []
    assert sum(map(len, heard)) == end
    assert np.abs(np.concatenate(heard)).max() > 1e-3
    ours = frames(session.engine, "x")
    assert len(ours) > 50
    assert frames(replay.engine, "x") == ours
    return replay


@pytest.mark.parametrize("late", [0, 700])
def test_the_same_texts_at_the_same_samples_give_the_same_frames(home: Path, late: int) -> None:
    """Also where a request of an entry with several launches came later than the entry began."""
    session = Session(home, late)
    session.enter(
        'x = load("tiny"); clock.bpm = 133; x.play()',
        "clock.quant = 0",
        "x.z0 = .9; x.z1 = lfo(1/3)",
        "x.z1 = choose(.1, .2, .3, .4, .5, .6)",
        "undo(); x.z0 = to(.2, 1)",
        "n = clock.beat",
        "x.z1 = n % 1",
        "@every(1/2)\ndef hop(n): x.z0 = choose(0, .2, .4)",
        "x.z1 = fn(lambda beat: (beat*beat) % 1)",
        "clock.bpm = to(90, 4)",
        "clock.quant = 1/2; scene('a')",
        "hop.stop()",
        "scene.a(over=1)",
    )
    check(session, session.close())


def test_what_a_loop_takes_back_is_taken_back_once(home: Path) -> None:
    session = Session(home, 300)
    session.enter(
        'x = load("tiny"); x.play(); clock.bpm = 133; clock.quant = 1/4',
        "x.z0 = .9",
        "x.z0 = .1",
        "x.z0 = .6",
        "@every(1)\ndef back(n):\n    if n == 1: undo()",
        "x.z1 = .3",
        "x.z1 = .6",
        "back.stop()",
    )
    check(session, session.close())


STALL = 33_000
"""Samples: three runs of a loop that runs every 1/2 beat at 133 bpm."""


@pytest.mark.parametrize("stalled", ["before a launch", "after a launch"])
def test_runs_that_were_late_are_played_again_as_they_were(home: Path, stalled: str) -> None:
    """A busy machine lets the prompt stand for a while: runs are left out, and `n` counts those that were."""
    session = Session(home)
    session.enter(
        'x = load("tiny"); x.play(); clock.bpm = 133; clock.quant = 1/4; runs = []',
        "@every(1/2, at=1)\ndef hop(n):\n    runs.append(clock.beat)\n    if n % 3: x.z0 = choose(0, .2, .4)",
        "x.z1 = .3",
    )
    submit, hold = session.engine.request, [STALL, 0, 0, STALL]

    def stall(do: str, **data: Any) -> dict[str, Any]:
        by_loop = do == "submit" and data["transaction"]["by"] == "loop"
        wait = hold.pop(0) / session.engine.sample_rate if by_loop and hold else 0.0
        if stalled == "before a launch":
            session.engine.render(wait)
        answer = submit(do, **data)
        if stalled == "after a launch":
            session.engine.render(wait)
        return answer

    session.engine.request = stall  # type: ignore[method-assign]
    session.enter(*["None"] * 14, "x.z1 = len(runs)/40", "hop.stop()", "x.z2 = .7")
    runs = session.prompt.namespace.names["runs"]
    assert len(runs) < (runs[-1] - runs[0]) / 0.5, "some were left out"
    replay = check(session, session.close())
    assert replay.namespace.names["runs"] == runs


def test_a_run_that_was_ended_from_outside_is_launched_as_far_as_it_came(home: Path) -> None:
    session = Session(home)
    session.enter('x = load("tiny"); x.play(); clock.bpm = 133; clock.quant = 0; ran = []', "x.z0 = .9")
    session.enter("@once(1)\ndef drop():\n    ran.append(1)\n    undo()")
    session.enter("None", "None", "None")
    assert session.prompt.namespace.names["ran"] == [1]
    folder = session.close()
    events = folder / "events.jsonl"
    told = events.read_text()
    assert '"cut": false' in told
    events.write_text(told.replace('"cut": false', '"cut": true'))
    assert check(session, folder).namespace.names["ran"] == []


def test_keys_and_osc_are_played_again_too(home: Path) -> None:
    session = Session(home)
    session.enter('x = load("tiny"); x.play(); clock.quant = 0', "x.z0 = .9")
    session.prompt.performance.act("undo")
    session.prompt.render(0.3)
    session.prompt.performance.act("redo")
    session.prompt.render(0.3)
    set_z1 = Transaction((Set("x", "z1", Constant(0.2)),), by="osc")
    session.engine.request("submit", transaction=set_z1.to_data())
    session.enter("x.z2 = .2")
    check(session, session.close())


def test_a_script_is_played_as_it_was(home: Path) -> None:
    patch = home / "patches" / "one.py"
    patch.write_text("x.z0 = lfo(1)\nx.z1 = .2\n")
    session = Session(home)
    session.enter('x = load("tiny"); x.play()', 'run("one.py")')
    patch.unlink()
    check(session, session.close())


def test_what_is_refused_now_is_told(home: Path) -> None:
    session = Session(home)
    session.enter('x = load("tiny"); x.play()', "x.z0 = .3")
    folder = session.close()
    (home / "models" / "tiny.plaud").unlink()
    replay = Replay(Record.read(folder), OfflineEngine())
    replay.play()
    replay.close()
    assert [text for text, _ in replay.refused] == ['x = load("tiny"); x.play()', "x.z0 = .3"]


def test_a_torn_line_costs_only_itself(home: Path) -> None:
    session = Session(home)
    session.enter('x = load("tiny"); x.play()', "x.z0 = .3")
    folder = session.close()
    events = folder / "events.jsonl"
    lines = events.read_text().splitlines()
    events.write_text("\n".join([*lines, lines[-1][:20], json.dumps([1])]))
    assert [step.text for step in Record.read(folder).steps] == ['x = load("tiny"); x.play()', "x.z0 = .3"]


def test_a_folder_without_a_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="no record of a session"):
        Record.read(tmp_path)
