"""From the decoder's features to physical controls: frequencies in Hz and amplitudes."""

from typing import NamedTuple

import numpy as np

from plaud_live.filterbank import AMPLITUDE_FLOOR, NYQUIST_FADE, partial_bands
from plaud_live.model_file import ModelConfig
from plaud_live.synths.compile import Array, kernel

_LOG_10 = float(np.log(10.0))


class Ranges(NamedTuple):
    """What the features are mapped to, in Hz: the band of each partial [sines] and of f0, and Nyquist.

    A frequency is low · exp(width · sigmoid). `harmonics` and `noise_bands` are counts.
    """

    sine_low: Array
    sine_width: Array
    f0_low: float
    f0_width: float
    nyquist: float
    harmonics: int
    noise_bands: int


def ranges(config: ModelConfig, sample_rate: int) -> Ranges:
    """The ranges of a model at the rate that is being rendered."""
    low, high = (edge.astype(np.float64) for edge in partial_bands(config))
    f0_width = float(np.log(config.f0_high_hz / config.f0_low_hz))
    return Ranges(
        low,
        np.log(high / low),
        config.f0_low_hz,
        f0_width,
        0.5 * sample_rate,
        config.harmonics,
        config.noise_bands,
    )


@kernel()
def amplitude(x: float) -> float:
    """Exponentiated sigmoid 2·sigmoid(x)^ln(10) + floor (Engel et al., 2020)."""
    return 2.0 * np.exp(-_LOG_10 * np.log1p(np.exp(-x))) + AMPLITUDE_FLOOR


@kernel()
def fade(hz: float, nyquist: float) -> float:
    """1 up to 0.9 of Nyquist, from there linearly to 0 at Nyquist."""
    return min(max((1.0 - hz / nyquist) / (1.0 - NYQUIST_FADE), 0.0), 1.0)


@kernel()
def get_controls(features: Array, ranges: Ranges, hz: Array, amplitudes: Array) -> None:
    """Fill `hz` [sines + harmonics] and `amplitudes` [sines + harmonics + noise_bands] from `features`."""
    sines, harmonics = ranges.sine_low.size, ranges.harmonics
    for k in range(sines):
        hz[k] = ranges.sine_low[k] * np.exp(ranges.sine_width[k] / (1.0 + np.exp(-features[k])))
        amplitudes[k] = amplitude(features[sines + k]) * fade(hz[k], ranges.nyquist)
    at = 2 * sines
    if harmonics > 0:
        f0 = ranges.f0_low * np.exp(ranges.f0_width / (1.0 + np.exp(-features[at])))
        distribution = features[at + 2 : at + 2 + harmonics]
        largest = distribution[0]
        for k in range(1, harmonics):
            largest = max(largest, distribution[k])
        total = 0.0
        for k in range(harmonics):
            amplitudes[sines + k] = np.exp(distribution[k] - largest)
            total += amplitudes[sines + k]
        loudness = amplitude(features[at + 1]) / total
        for k in range(harmonics):
            hz[sines + k] = (k + 1) * f0
            amplitudes[sines + k] *= loudness * fade(hz[sines + k], ranges.nyquist)
        at += harmonics + 2
    for k in range(ranges.noise_bands):
        amplitudes[sines + harmonics + k] = amplitude(features[at + k])
