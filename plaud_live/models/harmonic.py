"""Harmonic block: a fundamental and its whole multiples, silent from Nyquist on.

The distribution is a softmax over the harmonics (Engel et al., 2020). What guides f0 towards a tracked
pitch is a loss on `HarmonicControls.f0_hz`, which `PlaudNet.training_pass` hands out with the other
controls.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from plaud_live import filterbank
from plaud_live.model_file import ModelConfig
from plaud_live.models import oscillators
from plaud_live.models.controls import PlayControls
from plaud_live.models.oscillators import OscillatorState
from plaud_live.models.synth import START_LEVEL_DB, Grid, amplitude, fade_near_nyquist, start_of_amplitude


def multiples_of(f0_hz: Tensor, count: int) -> Tensor:
    """The harmonics of `f0_hz` [..., 1], in Hz, [..., count]."""
    return f0_hz * torch.arange(1, count + 1).to(f0_hz)


@dataclass(frozen=True)
class HarmonicControls:
    """`f0_hz` [batch, frames, 1] and the `amplitude` of each harmonic [batch, frames, harmonics]."""

    f0_hz: Tensor
    amplitude: Tensor

    @property
    def frequency_hz(self) -> Tensor:
        """Of each harmonic, [batch, frames, harmonics]."""
        return multiples_of(self.f0_hz, self.amplitude.shape[-1])


class Harmonic(nn.Module):
    """Features to a harmonic sound: f0, amplitude of all, distribution."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.count = config.harmonics
        self.features = config.harmonics + 2
        self._low_hz = config.f0_low_hz
        self._octaves = math.log2(config.f0_high_hz / config.f0_low_hz)
        self._phases = torch.from_numpy(filterbank.start_phases(config.harmonics))

    def start_bias(self) -> Tensor:
        """f0 in the middle of its range, harmonics falling as 1/k, START_LEVEL_DB in all."""
        numbers = multiples_of(torch.ones(1), self.count)
        shares = (1.0 / numbers) / (1.0 / numbers).sum()
        gain = math.sqrt(2.0 * 10.0 ** (START_LEVEL_DB / 10.0) / float(shares.square().sum()))
        head = torch.tensor([0.0, start_of_amplitude(min(gain, 1.0))])
        return torch.cat([head, -torch.log(numbers)])

    def get_controls(
        self, features: Tensor, grid: Grid, play: PlayControls | None = None
    ) -> HarmonicControls:
        """Fundamental and harmonics for `features` [batch, frames, harmonics + 2].

        f0 is what `play` asks for, at most Nyquist, where that is above 0.
        """
        place, level, distribution = features.split([1, 1, self.count], dim=-1)
        f0 = self._low_hz * torch.exp2(self._octaves * torch.sigmoid(place))
        if play is not None:
            asked = play.f0.unsqueeze(-1).to(f0)
            f0 = torch.where(asked > 0.0, asked.clamp(max=grid.nyquist_hz), f0)
        fade = fade_near_nyquist(multiples_of(f0, self.count), grid)
        return HarmonicControls(f0, amplitude(level) * torch.softmax(distribution, dim=-1) * fade)

    def get_signal(
        self, controls: HarmonicControls, state: OscillatorState | None, grid: Grid, channel: int = 0
    ) -> tuple[Tensor, OscillatorState]:
        """Audio [batch, frames * hop_size]; without a state from `filterbank.start_phases`.

        All channels start in phase: what they agree on stands in the middle, and no sum of them cancels.
        """
        return oscillators.render(controls.frequency_hz, controls.amplitude, state, self._phases, grid)

    def random_state(self, controls: HarmonicControls) -> OscillatorState:
        """The start of a stream, but with random phases, so that training learns none."""
        return oscillators.random_state(controls.frequency_hz, controls.amplitude)
