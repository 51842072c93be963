"""Noisiness: how flat the spectrum is within narrow bands, 0 for partials that stand alone, 1 for noise.

Spectral flatness band by band (MPEG-7's AudioSpectrumFlatness, ISO/IEC 15938-4), because the slope of a
spectrum over all of it says nothing about noise; the bands are a third of an octave wide, and no narrower
than 250 Hz, so that a partial has room beside it. A band's flatness in dB is taken as Johnston (1988) does,
linearly from tonal to noise, and the bands are weighed about as loud as they are heard, by the power of 0.3
(Stevens' law): hiss beside a strong tone counts.
"""

import numpy as np
import torch
from torch import Tensor

from plaud_live.features.feature import Reading, SpectralFeature, is_heard

LOW_HZ, HIGH_HZ = 40.0, 16000.0
NARROWEST_HZ = 250.0
OCTAVES = 1.0 / 3.0
LOUDNESS_EXPONENT = 0.3
NOISE_DB = -10.0 * np.euler_gamma / np.log(10.0)
"""Flatness of noise: its spectrum is exponentially distributed, whose log-mean is exp(-gamma)."""
TONAL_DB = -20.0
"""Flatness from which on a band counts as tonal."""
_FLOOR = 1e-12  # power of a bin, -120 dB, which silence has


class Noisiness(SpectralFeature):
    """0..1, known where there is sound. Harmonics closer than about 60 Hz are not told from noise."""

    seconds = 4096 / 44100
    bands: Tensor

    def __init__(self, sample_rate: int, hop_size: int) -> None:
        super().__init__(sample_rate, hop_size)
        edges = torch.from_numpy(band_edges(0.5 * sample_rate)).to(self.hz)
        inside = (self.hz >= edges[:-1, None]) & (self.hz < edges[1:, None])
        count = inside.sum(dim=1, keepdim=True)
        self.register_buffer("bands", inside.float() / count.clamp_min(1), persistent=False)

    def forward(self, frames: Tensor) -> Reading:
        """Read `frames` [batch, frames, window_size]."""
        power, mean = self.power(frames) + _FLOOR, self.bands.to(frames.dtype).T
        average = power @ mean
        flatness_db = 10.0 * (torch.log10(power) @ mean - torch.log10(average))
        return Reading(weigh(noise_of(flatness_db), average), is_heard(frames))


def band_edges(nyquist_hz: float) -> np.ndarray:
    """Edges of the bands in Hz, float64 [bands + 1], below HIGH_HZ and Nyquist."""
    top, edges = min(HIGH_HZ, nyquist_hz), [LOW_HZ]
    while (wide := max(NARROWEST_HZ, edges[-1] * (2.0**OCTAVES - 1.0))) <= top - edges[-1]:
        edges.append(edges[-1] + wide)
    return np.array(edges)


def noise_of(flatness_db: Tensor) -> Tensor:
    """From the flatness of a band in dB to 0..1."""
    return ((flatness_db - TONAL_DB) / (NOISE_DB - TONAL_DB)).clamp(0.0, 1.0)


def weigh(noise: Tensor, power: Tensor) -> Tensor:
    """Mean over bands of `noise` [..., bands], weighed by how loud the bands' `power` is."""
    loudness = power**LOUDNESS_EXPONENT
    return (noise * loudness).sum(dim=-1) / loudness.sum(dim=-1)
