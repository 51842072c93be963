"""A small parent that has learnt old sound, and a dataset of new sound: made once, never changed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.model_file import PlaudModel, read
from plaud_live.training.options import TrainOptions
from plaud_live.training.prepare import prepare
from plaud_live.training.trainer import train
from tests.signals import noise, sine
from tests.training.conftest import RATE, TINY

SECONDS = 4
PARENT_STEPS = 40


@dataclass(frozen=True)
class Family:
    """The parent's file, what it was trained on, and what its children are to learn."""

    parent: Path
    old: Path
    new: Path

    @property
    def model(self) -> PlaudModel:
        """The parent."""
        return read(self.parent)


def settings(dataset: Path, out: Path, **changes: object) -> TrainOptions:
    """The options of a short run."""
    values: dict[str, object] = {
        "dataset": dataset, "out": out, "config": TINY, "minutes": None, "batch_size": 4, "threads": 1,
        "accelerator": "cpu", "progress": False, "validate_every_seconds": 1e9, "learning_rate": 5e-3,
    }  # fmt: skip
    return TrainOptions(**{**values, **changes})  # type: ignore[arg-type]


def write_sounds(folder: Path, sounds: dict[str, np.ndarray]) -> Path:
    """Each of `sounds` [samples] as a file."""
    folder.mkdir(parents=True)
    for name, sound in sounds.items():
        soundfile.write(folder / f"{name}.wav", sound, RATE, subtype="PCM_24")
    return folder


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> Family:
    """Old: a tone, noise, a decaying bell. New: a rough chord and pulses."""
    home, samples = tmp_path_factory.mktemp("family"), SECONDS * RATE
    decay = np.exp(-(np.arange(samples) % RATE) / (0.3 * RATE))
    old = {
        "tone": sine(samples, 440.0, RATE, 0.3),
        "noise": noise(samples, 1, 0.2),
        "bell": sine(samples, 1234.0, RATE, 0.5) * decay,
    }
    new = {
        "chord": sum(sine(samples, hz, RATE, 0.15) for hz in (150.0, 190.0, 3100.0)),
        "pulses": noise(samples, 2, 0.5) * (np.arange(samples) % (RATE // 4) < 400),
        "low": sine(samples, 90.0, RATE, 0.6),
    }
    for name, sounds in (("old", old), ("new", new)):
        prepare(write_sounds(home / name / "recordings", sounds), home / name / "dataset", RATE, licence=name)
    parent = train(settings(home / "old" / "dataset", home, name="parent", steps=PARENT_STEPS))
    assert parent is not None
    return Family(parent.path, home / "old" / "dataset", home / "new" / "dataset")


@pytest.fixture
def child(family: Family, tmp_path: Path) -> Callable[..., TrainOptions]:
    """Makes the options of a child of the parent; keywords replace them."""

    def make(**changes: object) -> TrainOptions:
        values = {"name": "child", "parent": family.parent, "warmup": 0.0, "steps": 3, **changes}
        return settings(family.new, tmp_path / "models", **values)

    return make
