"""The power spectra that a model's controls sound with on the average, without making the sound.

Over all phases of the partials and all positions in the noise loops, the powers of components add up. Under a
window w, noise bands have the power sum_j <a_j^2> N_j(bin), N_j being a band's own spectrum; a partial of
amplitude a and frequency f adds (<a> sum(w) / 2)^2 V(bin - f), V being the window's response. What stands in
<> is the mean, under w (w^2 for noise), of frame values that ramp. This costs a few small matrix products
where the sound itself costs every oscillator at every sample, and its gradient has none of the noise's
chance in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from plaud_live import filterbank
from plaud_live.model_file import ModelConfig
from plaud_live.models.band_spectra import extents, mixed, without_floor
from plaud_live.models.lobes import spread
from plaud_live.models.synth import Grid

_POSITIONS_APART = 64  # samples between the places in a loop that a band's spectrum is the mean over
_BANDS_AT_ONCE = 32


@dataclass(frozen=True)
class Windows:
    """Hann windows of `size` samples, `hop` apart, seen by an FFT of `fft_size`."""

    size: int
    fft_size: int
    hop: int

    @property
    def bins(self) -> int:
        """Of a spectrum."""
        return self.fft_size // 2 + 1

    def count(self, samples: int) -> int:
        """How many lie within so many samples."""
        return 1 + (samples - self.size) // self.hop

    def power(self, audio: Tensor) -> Tensor:
        """Power spectra [batch, windows, bins] of `audio` [batch, samples]."""
        window = torch.hann_window(self.size, dtype=audio.dtype, device=audio.device)
        spectrum = torch.fft.rfft(audio.unfold(1, self.size, self.hop) * window, n=self.fft_size)
        return spectrum.real.square() + spectrum.imag.square()


class Expectation(nn.Module):
    """Expected power spectra of crops of so many `frames`, whose first `delay` frames are not looked at.

    Raises ValueError if not one window fits.
    """

    noise: Tensor
    noise_bins: Tensor
    under_power: Tensor
    under_amplitude: Tensor

    def __init__(self, config: ModelConfig, windows: Windows, frames: int, delay: int = 0) -> None:
        super().__init__()
        hop = config.hop_size
        if windows.size > (frames - delay) * hop:
            raise ValueError(f"a window of {windows.size} samples is longer than {frames - delay} frames")
        self.windows = windows
        self.bins_per_hz = windows.fft_size / config.sample_rate
        window = torch.hann_window(windows.size, dtype=torch.float64)
        self.peak = 0.5 * float(window.sum())
        share = _ramps(frames, delay, hop).unfold(0, windows.size, windows.hop)  # [windows, frames, size]
        self.register_buffer("under_amplitude", (share @ (window / window.sum())).float(), persistent=False)
        power = window.square()
        self.register_buffer("under_power", (share @ (power / power.sum())).float(), persistent=False)
        noise = noise_spectra(config, windows) if config.noise_bands else torch.zeros(0, windows.bins)
        self.register_buffer("noise", without_floor(noise), persistent=False)
        self.register_buffer("noise_bins", extents(self.noise), persistent=False)

    def forward(self, controls: Mapping[str, Any], channel: int = 0) -> tuple[Tensor, Tensor]:
        """Power of the noise and of the partials, each [batch, windows, bins], by a model's `controls`.

        They are in its training pass's output: sines, harmonics, noise_bands, in other channels sines.1 and
        so on.
        """
        if channel:
            parts = (key.partition(".") for key in controls)
            controls = {name: controls[f"{name}.{n}"] for name, _, n in parts if n == str(channel)}
        else:
            controls = {key: values for key, values in controls.items() if "." not in key}
        first = next(iter(controls.values())).amplitude
        nothing = first.new_zeros(first.shape[0], len(self.under_power), self.windows.bins)
        noise = nothing
        if "noise_bands" in controls:
            levels = self.under_power @ controls["noise_bands"].amplitude.square()
            noise = mixed(levels.flatten(0, 1), self.noise, self.noise_bins).unflatten(0, levels.shape[:2])
        partials = [controls[name] for name in ("sines", "harmonics") if name in controls]
        if not partials:
            return noise, nothing
        amplitudes = torch.cat([each.amplitude for each in partials], dim=-1)
        frequencies = torch.cat([each.frequency_hz for each in partials], dim=-1)
        power = (self.peak * (self.under_amplitude @ amplitudes)).square()
        total = self.under_amplitude.sum(dim=1, keepdim=True).clamp(min=1e-6)  # less where it begins silent
        position = self.bins_per_hz * (self.under_amplitude @ frequencies / total)
        made = spread(
            power.flatten(0, 1),
            position.flatten(0, 1),
            self.windows.bins,
            self.windows.fft_size / self.windows.size,
        )
        return noise, made.unflatten(0, power.shape[:2])


def _ramps(frames: int, delay: int, hop: int) -> Tensor:
    """How much each frame's value counts in each sample after the delay, [samples, frames], float64."""
    ramp = Grid(1, hop).ramp(torch.zeros((), dtype=torch.float64))
    weights = torch.zeros(frames, hop, frames, dtype=torch.float64)
    here = torch.arange(frames)
    weights[here, :, here] = ramp
    weights[here[1:], :, here[:-1]] = 1.0 - ramp  # before the first frame there is silence
    return weights[delay:].flatten(0, 1)


def noise_spectra(config: ModelConfig, windows: Windows) -> Tensor:
    """Mean power spectrum [bands, bins] of each band at RMS 1, over all of its loops."""
    loops = filterbank.noise_loops(config, config.sample_rate)
    total = np.zeros((config.noise_bands, windows.bins))
    look = Windows(windows.size, windows.fft_size, _POSITIONS_APART)
    for loop in loops.loops:
        for first in range(0, config.noise_bands, _BANDS_AT_ONCE):
            bands = slice(first, first + _BANDS_AT_ONCE)
            rows = torch.tensor(loop[bands] * loops.scale[bands, None], dtype=torch.float32)
            rows = torch.cat([rows, rows[:, : windows.size]], dim=1)
            total[bands] += look.power(rows).mean(dim=1).numpy()
    return torch.from_numpy(total).float()
