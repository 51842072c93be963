"""Onset: how much of the spectrum rises at once, 0 to 1.

Spectral flux of the logarithmic mel spectrum, rising bands only (Böck, Krebs and Schedl, 2012; the mel
spectrum here is without their filtering of vibrato). A frame is compared with the sound a little before it,
both of which lie in the feature's window. Loud noise that begins after silence is 1, a steady sound 0.
"""

import math

import torch
from torch import Tensor

from plaud_live import filterbank
from plaud_live.features.feature import Feature, Reading, nearest_power_of_two

_BANDS = 40
_LOW_HZ, _HIGH_HZ = 60.0, 16000.0
_PART_SECONDS = 512 / 44100  # of sound in either spectrum
_APART_SECONDS = 512 / 44100
_FLOOR = 10.0 ** (-70.0 / 20.0)  # magnitude below which a rise does not count
_FULL_DB = 30.0  # a mean rise by so much is 1


class Onset(Feature):
    """Mean rise over all bands as a share of 30 dB; known everywhere."""

    seconds = _PART_SECONDS + _APART_SECONDS
    window: Tensor
    bands: Tensor

    def __init__(self, sample_rate: int, hop_size: int) -> None:
        super().__init__(sample_rate, hop_size)
        self.part = nearest_power_of_two(_PART_SECONDS * sample_rate)
        top = min(_HIGH_HZ, 0.5 * sample_rate)
        self.register_buffer(
            "bands",
            torch.from_numpy(filterbank.mel_triangles(_BANDS, self.part, sample_rate, _LOW_HZ, top)),
            persistent=False,
        )
        hann = torch.hann_window(self.part, dtype=torch.float64)
        self.register_buffer("window", (hann * 2.0 / hann.sum()).float(), persistent=False)

    def forward(self, frames: Tensor) -> Reading:
        """Read `frames` [batch, frames, window_size]."""
        before, now = (self._decibels(frames[..., s]) for s in (slice(self.part), slice(-self.part, None)))
        rise = (now - before).clamp_min(0.0).mean(dim=-1) / _FULL_DB
        value = rise.clamp_max(1.0)
        return Reading(value, torch.ones_like(value, dtype=torch.bool))

    def _decibels(self, part: Tensor) -> Tensor:
        magnitude = torch.fft.rfft(part * self.window.to(part.dtype)).abs()
        return torch.log(magnitude @ self.bands.to(part.dtype).T + _FLOOR) * (20.0 / math.log(10.0))
