"""Loudness of frames: the logarithm of their root mean square, so that a level is never normalised away."""

import torch
from torch import Tensor, nn

from plaud_live.features.feature import Feature, Reading, mean_square

FLOOR_DB = -70.0
"""What silence reads in decibels; a sound of this level reads 3 dB more."""

_SILENCE = 1e-30  # keeps the gradient of the root finite at silence, -300 dB


class Loudness(nn.Module):
    """Natural logarithm of the root mean square, with `floor` added before the logarithm."""

    def __init__(self, floor: float) -> None:
        super().__init__()
        self.floor = floor

    def forward(self, frames: Tensor) -> Tensor:
        """Return [batch, frames, 1] for `frames` [batch, frames, window_size]."""
        power = frames.square().mean(dim=-1, keepdim=True)
        return torch.log(torch.sqrt(power + _SILENCE) + self.floor)


class LoudnessDb(Feature):
    """Level in dB of full scale (a square wave of amplitude 1 is 0), known everywhere."""

    def forward(self, frames: Tensor) -> Reading:
        """Read `frames` [batch, frames, window_size]."""
        value = 10.0 * torch.log10(mean_square(frames) + 10.0 ** (FLOOR_DB / 10.0))
        return Reading(value, torch.ones_like(value, dtype=torch.bool))
