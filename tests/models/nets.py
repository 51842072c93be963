"""Small networks and moving controls for the tests of this folder."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from plaud_live.models import files
from plaud_live.models.controls import PlayControls
from plaud_live.models.plaud import PlaudNet
from tests.models_for_tests import tiny_model

ALL_BLOCKS = {"sines": 12, "harmonics": 9, "noise_bands": 16}
SUBSETS = {
    "all": ALL_BLOCKS,
    "sines": {"sines": 12, "noise_bands": 0},
    "harmonic": {"sines": 0, "harmonics": 9, "noise_bands": 0},
    "noise": {"sines": 0, "noise_bands": 16},
    "stereo": {**ALL_BLOCKS, "channels": 2},
}


def tiny_net(seed: int = 1, **config: Any) -> PlaudNet:
    """A network with the weights of `tiny_model`, in evaluation mode, all blocks unless told otherwise."""
    return files.from_model(tiny_model(seed=seed, **{**ALL_BLOCKS, **config}))


def moving_latents(batch: int, frames: int, size: int, seed: int) -> Tensor:
    """Latents that wander within about -2 to 2, float32 [batch, frames, size]."""
    dice = np.random.default_rng(seed)
    t = np.arange(frames)[None, :, None]
    rate, phase = dice.uniform(0.001, 0.05, (2, batch, 1, size))
    wander = 1.5 * np.sin(2 * np.pi * (rate * t + 20.0 * phase)) + 0.1 * dice.standard_normal(
        (batch, frames, size)
    )
    return torch.from_numpy(wander).float()


def moving_controls(net: PlaudNet, batch: int, frames: int, seed: int) -> PlayControls:
    """Every control moves: counts and freeze in steps, the rest from frame to frame."""
    dice = np.random.default_rng(seed)

    def steps(low: float, high: float, length: int) -> Tensor:
        values = dice.uniform(low, high, (batch, frames // length + 1))
        return torch.from_numpy(np.repeat(values, length, axis=1)[:, :frames]).float()

    config = net.config
    return PlayControls(
        sines=steps(-1.0, config.sines + 2.0, 7),
        harmonics=steps(-1.0, config.harmonics + 2.0, 11),
        noise_bands=steps(-1.0, config.noise_bands + 2.0, 13),
        sine_gain=steps(0.0, 2.0, 1),
        harmonic_gain=steps(0.0, 2.0, 2),
        noise_gain=steps(0.0, 2.0, 3),
        temperature=steps(0.0, 1.0, 5),
        smoothing=steps(0.0, config.max_smoothing + 3.0, 4),
        freeze=(steps(0.0, 1.0, 9) > 0.7).float(),
        f0=steps(-500.0, 3000.0, 8),
    )
