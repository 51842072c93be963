"""What the latents of a model mean: measured where it encodes, and where it is played."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from plaud_live.features.attributes import ATTRIBUTES
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.evaluation.latents import Scores, score
from plaud_live.training.evaluation.readings import NAMES, Readings, read_attributes
from plaud_live.training.evaluation.sweep import Sweep, choose_places, sweep

_HEARD_DB = -40.0  # places to sweep from are louder


@dataclass(frozen=True)
class Material:
    """Windows of sound as the model hears them, frame by frame: `means` [frames, latents] and attributes."""

    means: np.ndarray
    readings: Readings

    @property
    def loudness_db(self) -> np.ndarray:
        """Of each frame."""
        return self.readings.values[:, NAMES.index("loudness")]


@dataclass(frozen=True)
class Space:
    """Measures of a latent space: `scores` of its encoder, the `sweep` of its decoder."""

    scores: Scores
    sweep: Sweep


@torch.no_grad()
def hear(net: PlaudNet, windows: np.ndarray) -> Material:
    """Encode `windows` [n, channels, samples] and measure them.

    The first frames of each, that know only silence before them, are left out where enough remain.
    """
    config = net.config
    read = read_attributes(windows.mean(axis=1), config.sample_rate, config.hop_size)
    means = np.concatenate([net.encode(torch.from_numpy(w)[None])[0].numpy() for w in windows])
    settle = net.encoder.receptive_frames if means.shape[1] > 2 * net.encoder.receptive_frames else 0
    means, values, known = (rows[:, settle:] for rows in (means, read.values, read.known))
    return Material(
        means.reshape(-1, means.shape[-1]).astype(np.float64),
        Readings(values.reshape(-1, len(NAMES)), known.reshape(-1, len(NAMES))),
    )


def measure_space(
    net: PlaudNet, material: Material, low: Sequence[float], high: Sequence[float], names: Sequence[str]
) -> Space:
    """Measure a latent space whose playable range is `low` to `high` and whose latents are called `names`."""
    scores = score(material.means, material.readings.values, material.readings.known, tied_latents(names))
    places = choose_places(material.means, material.loudness_db > _HEARD_DB)
    return Space(scores, sweep(net, places, low, high))


def tied_latents(names: Sequence[str]) -> list[int | None]:
    """For each attribute the latent that bears its name."""
    aliases = [ATTRIBUTES[name].alias for name in NAMES]
    return [names.index(alias) if alias in names else None for alias in aliases]
