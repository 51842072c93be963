"""Small recordings, a small model, and short runs, all with fixed seeds."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.training.checkpoint import LAST, load_checkpoint
from plaud_live.training.options import TrainOptions
from tests.signals import noise, sine

RATE = 16000
TINY = ModelConfig(
    sample_rate=RATE,
    latent_size=2,
    mel_bands=16,
    mel_high_hz=8000.0,
    encoder_size=16,
    encoder_dilations=(1,),
    decoder_size=16,
    sines=8,
    sine_high_hz=6000.0,
    noise_bands=16,
    noise_high_hz=7000.0,
)

COMMAND = (
    "--sines=8", "--noise-bands=16", "--decoder-size=16", "--latent-size=2", "--crop-seconds=0.5",
    "--batch-size=2", "--threads=1", "--accelerator=cpu",
)  # fmt: skip
"""A short run, as words of `plaud-live train`."""


def weights(folder: Path) -> dict[str, torch.Tensor]:
    """Those of a run's last checkpoint."""
    return load_checkpoint(folder / LAST).weights


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    """Whether two nets are equal to the bit."""
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """A folder of three recordings at 16 kHz, 15 s in all: a tone, noise, a tone that decays."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    samples = 5 * RATE
    decay = np.exp(-np.arange(samples) / (0.5 * RATE))
    for name, sound in {
        "tone": sine(samples, 440.0, RATE, 0.3),
        "noise": noise(samples, 1, 0.2),
        "bell": sine(samples, 1234.0, RATE, 0.5) * decay,
    }.items():
        soundfile.write(folder / f"{name}.wav", sound, RATE, subtype="PCM_24")  # FLOAT has the time in it
    return folder


@pytest.fixture
def dataset(recordings: Path, tmp_path: Path) -> Path:
    """The recordings, prepared."""
    from plaud_live.training.prepare import prepare

    prepare(recordings, tmp_path / "dataset", sample_rate=RATE, licence="CC0")
    return tmp_path / "dataset"


@pytest.fixture
def options(dataset: Path, tmp_path: Path) -> Callable[..., TrainOptions]:
    """Makes the options of a short run; keywords replace them."""

    def make(**changes: object) -> TrainOptions:
        values: dict[str, object] = {
            "dataset": dataset,
            "name": "tiny",
            "out": tmp_path / "models",
            "config": TINY,
            "minutes": None,
            "steps": 4,
            "batch_size": 2,
            "crop_seconds": 0.5,
            "threads": 1,
            "accelerator": "cpu",
            "progress": False,
            "validate_every_seconds": 1e9,
        }
        return TrainOptions(**{**values, **changes})  # type: ignore[arg-type]

    return make
