"""Brightness: the logarithm of the spectral centroid, where the power of a sound has its middle.

The centroid is weighted by power (of two sines, each stands for its power), which makes it the same whether
it is taken of a spectrum or of the partials and bands that make one. Octaves, as in MPEG-7's
AudioSpectrumCentroid (ISO/IEC 15938-4), because they are how brightness is heard.
"""

from torch import Tensor

from plaud_live.features.feature import Reading, SpectralFeature, is_heard, log2


class Brightness(SpectralFeature):
    """log2 of the centroid in Hz; known where there is sound."""

    def forward(self, frames: Tensor) -> Reading:
        """Read `frames` [batch, frames, window_size]."""
        power = self.power(frames)
        hz = self.hz.to(power.dtype)
        return Reading(log2(power @ hz) - log2(power.sum(dim=-1)), is_heard(frames))
