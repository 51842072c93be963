"""Sinusoidal block: partials that are each free within a band of their own."""

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


@dataclass(frozen=True)
class SineControls:
    """`frequency_hz` and `amplitude` of each partial, [batch, frames, sines]."""

    frequency_hz: Tensor
    amplitude: Tensor


class Sinusoidal(nn.Module):
    """Features to partials: first the frequencies of all, then their amplitudes."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        low, high = (torch.from_numpy(edge).double() for edge in filterbank.partial_bands(config))
        self.count = config.sines
        self.features = 2 * config.sines
        self._low_hz, self._octaves = low, torch.log2(high / low)  # no buffers: they stay float64
        self._phases = torch.from_numpy(filterbank.start_phases(config.sines))

    def start_bias(self) -> Tensor:
        """Frequencies in the middle of their bands, amplitudes equal, START_LEVEL_DB in all."""
        gain = math.sqrt(2.0 * 10.0 ** (START_LEVEL_DB / 10.0) / self.count)
        return torch.cat([torch.zeros(self.count), torch.full((self.count,), start_of_amplitude(gain))])

    def get_controls(self, features: Tensor, grid: Grid, play: PlayControls | None = None) -> SineControls:
        """Partials for `features` [batch, frames, 2 * sines]."""
        place, level = features.split(self.count, dim=-1)
        octaves = self._octaves.to(features) * torch.sigmoid(place)
        frequency = self._low_hz.to(features) * torch.exp2(octaves)
        return SineControls(frequency, amplitude(level) * fade_near_nyquist(frequency, grid))

    def get_signal(
        self, controls: SineControls, state: OscillatorState | None, grid: Grid, channel: int = 0
    ) -> tuple[Tensor, OscillatorState]:
        """Audio [batch, frames * hop_size]; without a state from `filterbank.start_phases`.

        All channels start in phase: what they agree on stands in the middle, and no sum of them cancels.
        """
        return oscillators.render(controls.frequency_hz, controls.amplitude, state, self._phases, grid)

    def random_state(self, controls: SineControls) -> OscillatorState:
        """The start of a stream, but with random phases, so that training learns none."""
        return oscillators.random_state(controls.frequency_hz, controls.amplitude)
