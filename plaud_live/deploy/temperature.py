"""The noise that `temperature` adds, scripted: the numbers of `models.temperature`, a function of the frame.

64-bit integers here have a sign; they wrap like those without, and a shift to the right is masked.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

_SIGN = 1 << 63


def _signed(number: int) -> int:
    """A number of 64 bits with the same bits and a sign."""
    return (number ^ _SIGN) - _SIGN


class Deviates(nn.Module):
    """Normal deviates scaled by `residual`, a value for each latent: SplitMix64 (Steele, Lea and Flood, 2014)

    and Box and Muller (1958).
    """

    residual: Tensor

    def __init__(self, residual: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("residual", torch.tensor(residual, dtype=torch.float64))
        self.step = _signed(0x9E3779B97F4A7C15)
        self.first = _signed(0xBF58476D1CE4E5B9)
        self.second = _signed(0x94D049BB133111EB)

    def forward(self, frame: int, batch: int) -> Tensor:
        """[batch, latents] for the frame of this number; each of the batch has its own."""
        device = self.residual.device
        seeds = torch.arange(batch, dtype=torch.int64, device=device).unsqueeze(1)
        dims = torch.arange(self.residual.size(0), dtype=torch.int64, device=device)
        key = self.mix(self.mix(self.mix(seeds + self.step) + frame + self.step) + dims + self.step)
        radius = torch.sqrt(-2.0 * torch.log1p(-self.uniform(key + self.step)))
        turn = torch.cos((2.0 * math.pi) * self.uniform(key + self.step + self.step))
        return radius * turn * self.residual

    def uniform(self, key: Tensor) -> Tensor:
        """Numbers from 0 to below 1."""
        return self.shift(self.mix(key), 11).to(torch.float64) * 2.0**-53

    def mix(self, x: Tensor) -> Tensor:
        """SplitMix64's output function."""
        x = torch.bitwise_xor(x, self.shift(x, 30)) * self.first
        x = torch.bitwise_xor(x, self.shift(x, 27)) * self.second
        return torch.bitwise_xor(x, self.shift(x, 31))

    def shift(self, x: Tensor, bits: int) -> Tensor:
        """To the right, with zeros from the left."""
        return torch.bitwise_and(torch.bitwise_right_shift(x, bits), (1 << (64 - bits)) - 1)
