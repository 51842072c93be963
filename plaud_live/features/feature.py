"""What a feature is: one number for each frame of sound, and where that number means something."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from plaud_live.features.framing import Framing

QUIET = 1e-6
"""Mean square, -60 dB, below which a frame has no colour and no pitch."""

_TINY = 1e-20  # keeps logarithms and quotients finite, far below QUIET


@dataclass(frozen=True)
class Reading:
    """`value` of each frame [batch, frames] in the feature's unit, and where it is `known`, of that shape."""

    value: Tensor
    known: Tensor


class Feature(nn.Module):
    """Base of all features. A frame's value depends on the `window_size` samples that end with it alone.

    So frames can be picked and left out, and a frame t of a stream knows nothing of what comes after sample
    (t + 1) * hop_size.
    """

    seconds = 1024 / 44100
    """Length of the window that a kind of feature wants; taken to the nearest power of two of samples."""

    def __init__(self, sample_rate: int, hop_size: int) -> None:
        super().__init__()
        self.sample_rate = sample_rate
        self.hop_size = hop_size
        self.window_size = max(hop_size, nearest_power_of_two(self.seconds * sample_rate))

    def forward(self, frames: Tensor) -> Reading:
        """Read `frames` [batch, frames, window_size]."""
        raise NotImplementedError

    def measure(self, audio: Tensor) -> Reading:
        """Read all frames that `audio` [batch, samples] completes; before it is silence."""
        return self(Framing(self.window_size, self.hop_size)(audio)[0])


class SpectralFeature(Feature):
    """A feature of the power spectrum of a frame under a Hann window, without its mean."""

    window: Tensor
    hz: Tensor

    def __init__(self, sample_rate: int, hop_size: int) -> None:
        super().__init__(sample_rate, hop_size)
        bins = torch.arange(1, self.window_size // 2 + 1, dtype=torch.float64)
        hann = torch.hann_window(self.window_size, dtype=torch.float64)
        self.register_buffer("window", (hann * 2.0 / hann.sum()).float(), persistent=False)
        self.register_buffer("hz", (bins * sample_rate / self.window_size).float(), persistent=False)

    def power(self, frames: Tensor) -> Tensor:
        """[batch, frames, bins] of the bins at `hz` [bins]; a sine of amplitude 1 peaks at 1."""
        spectrum = torch.fft.rfft(frames * self.window.to(frames.dtype))[..., 1:]
        return spectrum.real.square() + spectrum.imag.square()


def mean_square(frames: Tensor) -> Tensor:
    """Power [batch, frames] of `frames` [batch, frames, samples]."""
    return frames.square().mean(dim=-1)


def is_heard(frames: Tensor) -> Tensor:
    """Where `frames` [batch, frames, samples] are above QUIET, [batch, frames]."""
    return mean_square(frames) > QUIET


def log2(x: Tensor) -> Tensor:
    """Logarithm to base 2 of what is not negative, finite at 0."""
    return torch.log2(x + _TINY)


def nearest_power_of_two(count: float) -> int:
    """The power of two that is nearest by ratio to `count`, at least 1."""
    return int(2 ** max(0, round(float(torch.log2(torch.tensor(count, dtype=torch.float64))))))
