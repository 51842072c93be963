"""What synth blocks share: grid of frames, amplitude function, fade near Nyquist, protocol.

A block turns its share of the decoder's features into named physical controls (`get_controls`), and those
into audio (`get_signal`). Controls ramp linearly over the samples of a frame: sample i of a hop of H stands
at r = (i + 1) / H between the frame before and this one.
"""

import math
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from plaud_live import filterbank
from plaud_live.model_file import ModelConfig
from plaud_live.models.controls import PlayControls

_EXPONENT = math.log(10.0)
START_LEVEL_DB = -45.0
"""Level of each block before training, in dB of full scale."""


@dataclass(frozen=True)
class Grid:
    """Where frames lie among samples: `sample_rate` in Hz, `hop_size` in samples."""

    sample_rate: int
    hop_size: int

    @classmethod
    def of(cls, config: ModelConfig, sample_rate: int | None = None) -> "Grid":
        """The grid of a model at `sample_rate`, its own by default."""
        rate = sample_rate or config.sample_rate
        return cls(rate, filterbank.hop_samples(config, rate))

    @property
    def nyquist_hz(self) -> float:
        """Half the sample rate."""
        return 0.5 * self.sample_rate

    def ramp(self, like: Tensor) -> Tensor:
        """Weight of the newer frame for each sample of a hop, [hop_size], in the type and place of `like`."""
        steps = torch.arange(1, self.hop_size + 1, dtype=torch.float64)
        return (steps / self.hop_size).to(dtype=like.dtype, device=like.device)


class SynthBlock(Protocol):
    """A part of the voice: so many features in, controls that can be looked at, audio out.

    `count` components sound; `features` is how many of the decoder's outputs the block reads.
    """

    count: int
    features: int

    def start_bias(self) -> Tensor:
        """Bias [features] of the decoder's last layer that sets the block to a sensible start."""
        ...

    def get_controls(self, features: Tensor, grid: Grid, play: PlayControls | None = None) -> Any:
        """Physical controls for `features` [batch, frames, features], but for what `play` asks for itself."""
        ...

    def get_signal(self, controls: Any, state: Any, grid: Grid, channel: int = 0) -> tuple[Tensor, Any]:
        """Audio [batch, frames * hop_size] of a channel and the state after it."""
        ...

    def random_state(self, controls: Any) -> Any:
        """A start for training, with random phases."""
        ...


def amplitude(x: Tensor) -> Tensor:
    """Exponentiated sigmoid: 0 to 2, steep in dB, with a floor (Engel et al., 2020)."""
    return 2.0 * torch.exp(_EXPONENT * F.logsigmoid(x)) + filterbank.AMPLITUDE_FLOOR


def start_of_amplitude(gain: float) -> float:
    """The x for which `amplitude(x)` is `gain` (above the floor)."""
    share = ((gain - filterbank.AMPLITUDE_FLOOR) / 2.0) ** (1.0 / _EXPONENT)
    return math.log(share / (1.0 - share))


def fade_near_nyquist(frequency_hz: Tensor, grid: Grid) -> Tensor:
    """Gain of a partial: 1 up to NYQUIST_FADE times Nyquist, then linearly down to 0 at Nyquist and above."""
    return ((1.0 - frequency_hz / grid.nyquist_hz) / (1.0 - filterbank.NYQUIST_FADE)).clamp(0.0, 1.0)


def with_previous(values: Tensor, previous: Tensor) -> Tensor:
    """Pairs [batch, frames, 2, count]: `values` [batch, frames, count] with those a frame before."""
    before = torch.cat([previous.unsqueeze(1), values[:, :-1]], dim=1)
    return torch.stack([before, values], dim=2)
