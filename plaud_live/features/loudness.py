"""Loudness of frames: the logarithm of their root mean square, so that a level is never normalised away."""

import torch
from torch import Tensor, nn

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
