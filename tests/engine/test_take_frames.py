"""Frames of takes that a prompt asks for: of the right instrument, model, tempo and part."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.conductor import Conductor
from plaud_live.control.state import State
from plaud_live.control.trajectories import TrajectoryFiles
from plaud_live.control.transaction import Load, Swap, Tempo, Transaction
from plaud_live.engine.take_frames import TakeFrames
from plaud_live.errors import ParameterError, PlaudError, SessionError
from plaud_live.signals.trajectories import frames
from tests.repl.silent import model_info

RATE, ZERO, SAMPLES, HOP = 44100, 100_000, 88_200, 256


class Now:
    """A loader that does all at once."""

    def do(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Any], None]) -> None:
        try:
            result = work()
        except PlaudError as error:
            failed(error)
        else:
            done(result)


class Rig:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.conductor = Conductor(RATE, lambda name: model_info(name, 2 if name == "small" else 4))
        self.do(Load("drone", "default"))
        (folder / "takes").mkdir()
        self.samples = np.arange(0, SAMPLES, HOP)
        self.raw = np.random.default_rng(1).uniform(-2.0, 2.0, (len(self.samples), 4))
        self.write(drone=(self.samples, self.raw))
        self.take = TakeFrames(self.find, TrajectoryFiles(folder), Now())

    @property
    def state(self) -> State:
        return self.conductor.state

    def do(self, *changes: Any) -> None:
        self.conductor.submit(Transaction(changes), 0)

    def find(self, number: int) -> dict[str, Any]:
        if number != 1:
            raise ParameterError(f"there is no take {number}")
        path = str(self.folder / "takes" / "0001_home.wav")
        return {"number": 1, "start": ZERO, "samples": SAMPLES, "path": path}

    def write(self, models: dict[str, str] | None = None, **parts: Any) -> None:
        arrays = {}
        for name, (samples, raw) in parts.items():
            arrays |= {f"{name.replace('_', '.')}.samples": samples, f"{name.replace('_', '.')}.latents": raw}
        np.savez(self.folder / "takes" / "0001_home.npz", **arrays)
        first = {"models": models or {"drone": "default"}, "state": self.state.to_data()}
        (self.folder / "takes" / "0001_home.jsonl").write_text(json.dumps(first) + "\n")

    def ask(self, **data: Any) -> dict[str, Any]:
        told: list[Any] = []
        given = {"number": 1, "instrument": "drone", **data}
        self.take.ask(given, self.state, told.append, told.append)
        (answer,) = told
        if isinstance(answer, PlaudError):
            raise answer
        return dict(answer)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_the_frames_of_a_take_are_kept_with_the_session(rig: Rig) -> None:
    told = rig.ask()
    tempo = TempoMap(RATE)
    assert told["latents"] == 4 and told["beat"] == tempo.beat(ZERO)
    assert told["beats"] == pytest.approx(tempo.beat(ZERO + SAMPLES) - tempo.beat(ZERO))
    values = frames(told["digest"]).values
    assert values is not None and len(values) == len(rig.samples) + 1
    first = (rig.raw[0] + 2.0) / 4.0  # the model's ranges are -2 to 2
    np.testing.assert_allclose(values[0], first, atol=1e-6)
    (path,) = (rig.folder / "trajectories").iterdir()
    assert path.stem == told["digest"] and rig.ask()["digest"] == told["digest"]


def test_a_part_of_it_and_two_models_of_one_instrument(rig: Rig) -> None:
    half = len(rig.samples) // 2
    whole = rig.ask()
    rig.write(drone=(rig.samples[half:], rig.raw[half:]), drone_2=(rig.samples[:half], rig.raw[:half]))
    assert rig.ask()["digest"] == whole["digest"]
    told = rig.ask(start=22_050, stop=66_150)
    assert told["beat"] == TempoMap(RATE).beat(ZERO + 22_050)
    assert told["beats"] == pytest.approx(whole["beats"] / 2)


def test_ranges_are_those_of_the_model_that_it_was(rig: Rig) -> None:
    rig.write(models={"drone": "default"}, drone=(rig.samples, rig.raw))
    before = rig.ask()["digest"]
    rig.conductor._load_info = lambda name: model_info(name)
    rig.do(Swap("drone", "other", 0.0))
    assert rig.state.instruments["drone"].info.name == "other" and rig.ask()["digest"] == before


def test_a_tempo_that_changed_since_counts_from_there(rig: Rig) -> None:
    rig.conductor.submit(Transaction((Tempo(184.0),)), ZERO + SAMPLES // 2)
    told = rig.ask()
    tempo = rig.state.tempo
    assert (
        told["beats"] == pytest.approx(tempo.beat(ZERO + SAMPLES) - tempo.beat(ZERO)) and tempo.bpm == 184.0
    )


@pytest.mark.parametrize(
    ("data", "error", "why"),
    [
        ({"instrument": "bass"}, ParameterError, r'no frames of bass — have drone: take.z\["drone"\]'),
        ({"number": 2}, ParameterError, "there is no take 2"),
        ({"number": "1"}, ParameterError, "wants the number of a take"),
        ({"start": -1}, ParameterError, "are no samples of take 1"),
        ({"start": 100, "stop": 100}, ParameterError, "take 1: drone has no frames there"),
    ],
)
def test_what_is_not_there_is_a_line(rig: Rig, data: Any, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        rig.ask(**data)


def test_a_take_without_frames_and_one_that_cannot_be_read(rig: Rig) -> None:
    rig.write()
    with pytest.raises(ParameterError, match="no frames of drone — it was silent"):
        rig.ask()
    (rig.folder / "takes" / "0001_home.npz").write_bytes(b"PK nonsense")
    with pytest.raises(SessionError, match="take 1 has no frames that can be read"):
        rig.ask()
    (rig.folder / "takes" / "0001_home.npz").unlink()
    with pytest.raises(SessionError, match="take 1 has no frames that can be read"):
        rig.ask()
