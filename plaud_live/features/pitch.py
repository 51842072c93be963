"""Pitch by YIN (de Cheveigné and Kawahara, 2002): the lag at which a sound repeats itself.

The steps and their numbers are the paper's: difference function, cumulative mean normalisation, absolute
threshold, parabolic interpolation. The correlation is taken by Fourier transform.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from plaud_live.features.feature import Feature, Reading, is_heard, log2

LOW_HZ, HIGH_HZ = 50.0, 2000.0
_THRESHOLD = 0.1  # the first dip below it is the period, so that no multiple of it is taken
_VOICED = 0.2  # a sound whose best dip is above it has no pitch
_TINY = 1e-20


@dataclass(frozen=True)
class Lags:
    """How unlike itself a frame is, by lag: `difference` and its normalised form [batch, frames, lags]."""

    difference: Tensor
    normalised: Tensor


class Pitch(Feature):
    """log2 of the fundamental in Hz, known where a frame repeats itself at 50 to 2000 Hz."""

    seconds = 2048 / 44100

    def __init__(self, sample_rate: int, hop_size: int) -> None:
        super().__init__(sample_rate, hop_size)
        self.longest = min(int(sample_rate / LOW_HZ) + 1, self.window_size // 2)
        self.reach = self.window_size - self.longest - 1
        self.shortest = max(2, int(sample_rate / HIGH_HZ))

    def forward(self, frames: Tensor) -> Reading:
        """Read `frames` [batch, frames, window_size]."""
        lags = self.compare(frames)
        lag = _first_dip(lags.normalised, self.shortest)
        depth = lags.normalised.gather(-1, lag.unsqueeze(-1))[..., 0]
        hz = self.sample_rate / _parabola(lags.difference, lag)
        return Reading(log2(hz), (depth < _VOICED) & is_heard(frames))

    def compare(self, frames: Tensor) -> Lags:
        """The newest `reach` samples of `frames` with those 0 to `longest` + 1 samples before them."""
        size, reach = self.window_size, self.reach
        frames = frames.flip(-1)
        spectrum = torch.fft.rfft(frames)
        head = torch.fft.rfft(frames[..., :reach], n=size)
        product = torch.fft.irfft(spectrum * head.conj(), n=size)[..., : self.longest + 2]
        energy = torch.nn.functional.pad(frames.square().cumsum(dim=-1), (1, 0))
        moved = energy[..., reach:] - energy[..., : self.longest + 2]
        difference = (moved + moved[..., :1] - 2.0 * product).clamp_min(0.0)
        numbers = torch.arange(1, difference.shape[-1], device=frames.device, dtype=frames.dtype)
        mean = difference[..., 1:].cumsum(dim=-1) / numbers
        normalised = torch.ones_like(difference)
        normalised[..., 1:] = difference[..., 1:] / (mean + _TINY)
        return Lags(difference, normalised)


def _first_dip(normalised: Tensor, shortest: int) -> Tensor:
    """Lag [batch, frames] of the first local minimum below the threshold, else of the deepest."""
    inner = normalised[..., shortest:-1]
    dip = (inner < normalised[..., shortest - 1 : -2]) & (inner <= normalised[..., shortest + 1 :])
    first = dip & (inner < _THRESHOLD)
    deepest = torch.where(dip, inner, torch.inf).argmin(dim=-1)
    return shortest + torch.where(first.any(dim=-1), first.to(torch.uint8).argmax(dim=-1), deepest)


def _parabola(difference: Tensor, lag: Tensor) -> Tensor:
    """Lag [batch, frames] of the minimum of a parabola through a dip of `difference` and its neighbours."""
    left, middle, right = (difference.gather(-1, (lag + i).unsqueeze(-1))[..., 0] for i in (-1, 0, 1))
    bend = left - 2.0 * middle + right
    return lag + (0.5 * (left - right) / (bend + _TINY)).clamp(-0.5, 0.5)
