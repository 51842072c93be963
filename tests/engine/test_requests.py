"""Requests that engine and offline twin answer alike: entries, samples of functions, control frames."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.transaction import Load, Play, Set, Transaction
from plaud_live.engine.link import encode
from plaud_live.engine.offline import OfflineEngine
from plaud_live.engine.requests import MAX_TEXT, Entry
from plaud_live.errors import ParameterError, SessionError, SignalError
from plaud_live.signals.live import Live
from plaud_live.signals.oscillators import lfo
from plaud_live.synths.controls import CONTROL_NAMES
from tests.models_for_tests import tiny_file


@pytest.fixture
def engine(tmp_path: Path) -> OfflineEngine:
    made = OfflineEngine()
    changes = Load("drone", str(tiny_file(tmp_path))), Play("drone", 0.0, 0.0)
    made.request("submit", transaction=Transaction(changes).to_data())
    return made


def test_an_entry_is_told_with_its_beat(engine: OfflineEngine) -> None:
    told: list[dict[str, Any]] = []
    engine.on_event = told.append
    engine.render(1.0)
    answer = engine.request("entry", text="drone.z0 = .5", by="editor")
    assert answer == {"beat": pytest.approx(92 / 60), "sample": 44100}
    assert told == [
        {"event": "entry", "text": "drone.z0 = .5", "beat": answer["beat"], "by": "editor", "file": ""}
    ]


def test_an_entry_knows_its_scripts() -> None:
    entry = Entry.from_data({"text": "run('x.py')", "files": {"x.py": "1 + 1"}})
    assert (entry.by, entry.file) == ("prompt", "")
    assert entry.extras() == {"file": None, "files": {"x.py": "1 + 1"}, "began": None, "launched": []}
    assert Entry.from_data({"text": "", "began": 90, "launched": [100, 300]}).launched == (100, 300)
    assert Entry.from_data({"text": "1 + 1", "file": "x.py"}).extras()["file"] == "x.py"


@pytest.mark.parametrize(
    "data",
    [
        {"text": 1},
        {"text": "", "launched": ["now"]},
        {"text": "", "launched": 100},
        {"text": "", "began": 1.5},
        {"text": "x", "files": ["a"]},
        {"text": "x", "files": {"a": 1}},
        {"text": "x" * (MAX_TEXT + 1)},
        {"text": "", "files": {"a": "x" * (MAX_TEXT + 1)}},
    ],
)
def test_what_is_no_entry_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(SessionError, match="entry"):
        Entry.from_data(data)


def test_samples_of_a_function_are_what_a_latent_follows(engine: OfflineEngine) -> None:
    """A straight line, sampled on its grid: straight between the samples as well."""
    change = Set("drone", "z0", Live("fn/1", 0), 0.0, 0.0)
    for start in (0, 64):
        values = [(start + i) / 640 for i in range(64)]
        answer = engine.request("samples", name="fn/1", first=start, step=1 / 64, values=values)
        assert answer == {"next": start + 64}
    engine.request("submit", transaction=Transaction((change,)).to_data())
    engine.render(1.0)
    frames = engine.request("control_frames", instrument="drone", since=0)
    info = engine.conductor.state.instruments["drone"].info
    playable = (np.array(frames["values"])[:, 0] - info.low[0]) / (info.high[0] - info.low[0])
    beats = np.array(frames["samples"]) / 44100 * 92 / 60
    np.testing.assert_allclose(playable, beats / 10, atol=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": 3},
        {"first": 0.5},
        {"first": None},
        {"step": 0},
        {"step": True},
        {"step": float("nan")},
        {"values": []},
        {"values": None},
        {"values": "loud"},
        {"values": [1.0, float("nan")]},
        {"values": [[1.0], [1.0, 2.0]]},
        {"values": [[[1.0]]]},
        {"values": [0.0] * 20000},
    ],
)
def test_samples_that_are_none_are_refused(engine: OfflineEngine, wrong: dict[str, Any]) -> None:
    good = {"name": "fn/1", "first": 0, "step": 1 / 64, "values": [0.1, 0.2]}
    with pytest.raises(SignalError):
        engine.request("samples", **{**good, **wrong})


def test_control_frames_are_what_drove_the_voice(engine: OfflineEngine) -> None:
    engine.request("submit", transaction=Transaction((Set("drone", "z1", lfo(2), 0.0, 0.0),)).to_data())
    engine.render(1.0)
    answer = engine.request("control_frames", instrument="drone", since=0)
    assert answer["names"] == ["z0", "z1", "z2", "z3", *CONTROL_NAMES]
    samples, values = np.array(answer["samples"]), np.array(answer["values"])
    assert np.array_equal(samples, np.arange(0, 44100, 256)) and not answer["more"]
    info = engine.conductor.state.instruments["drone"].info
    expected = 0.5 - 0.5 * np.cos(np.pi * samples / 44100 * 92 / 60)
    np.testing.assert_allclose(values[:, 1], info.low[1] + expected * (info.high[1] - info.low[1]))
    later = engine.request("control_frames", instrument="drone", since=int(samples[50]))
    assert later["samples"] == answer["samples"][50:] and later["values"] == answer["values"][50:]
    assert json.loads(encode({"id": 1, "ok": answer}))["ok"] == answer


def test_a_minute_of_frames_comes_in_answers_that_can_be_sent(engine: OfflineEngine) -> None:
    slot = engine.renderer.slots
    engine.render(0.01)
    count, samples = 10_000, np.arange(10_000) * 256
    values = np.random.default_rng(1).normal(size=(count, 13)) / 3.0
    slot["drone"].frames_since = lambda since: (  # type: ignore[method-assign]
        samples[samples >= since],
        values[samples >= since],
    )
    got: list[list[float]] = []
    since, more = 0, True
    while more:
        answer = engine.request("control_frames", instrument="drone", since=since)
        encode({"id": 1, "ok": answer})
        got += answer["values"]
        since, more = answer["samples"][-1] + 1, answer["more"]
    assert np.array_equal(np.array(got), values)


def test_frames_of_nobody_are_one_line(engine: OfflineEngine) -> None:
    engine.render(0.01)
    with pytest.raises(ParameterError, match="did you mean 'drone'"):
        engine.request("control_frames", instrument="drome", since=0)
    with pytest.raises(ParameterError, match="since"):
        engine.request("control_frames", instrument="drone", since="yesterday")


def test_frames_in_large_steps_and_small_answers(engine: OfflineEngine) -> None:
    engine.render(1.0)
    every = engine.request("control_frames", instrument="drone", since=0)
    some = engine.request("control_frames", instrument="drone", since=256, step=16, most=5)
    assert some["samples"] == every["samples"][1 : 1 + 5 * 16 : 16] and some["more"]
    assert some["values"] == every["values"][1 : 1 + 5 * 16 : 16]
    for wrong in ({"step": 0}, {"most": 0}, {"step": 1.5}, {"most": True}, {"step": "all"}):
        with pytest.raises(ParameterError, match="step and most"):
            engine.request("control_frames", instrument="drone", since=0, **wrong)
