"""From the decoder's features to physical controls: frequencies in Hz and amplitudes."""

from typing import NamedTuple

import numpy as np

from plaud_live.filterbank import AMPLITUDE_FLOOR, NYQUIST_FADE, partial_bands
from plaud_live.model_file import ModelConfig
from plaud_live.synths.compile import Array, kernel
from plaud_live.synths.elementary import exp, log, sigmoid

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
def set_amplitudes(features: Array, amplitudes: Array) -> None:
    """Exponentiated sigmoid 2·sigmoid(x)^ln(10) + floor (Engel et al., 2020) of `features` [k]."""
    for k in range(amplitudes.size):
        amplitudes[k] = 2.0 * exp(-_LOG_10 * log(1.0 + exp(-features[k]))) + AMPLITUDE_FLOOR


@kernel()
def nyquist_gain(hz: float, nyquist: float) -> float:
    """1 up to 0.9 of Nyquist, from there linearly down to 0 at Nyquist."""
    return min(max((1.0 - hz / nyquist) / (1.0 - NYQUIST_FADE), 0.0), 1.0)


@kernel()
def fade_near_nyquist(hz: Array, nyquist: float, amplitudes: Array) -> None:
    """Scale `amplitudes` [k] by the `nyquist_gain` of their frequencies."""
    for k in range(hz.size):
        amplitudes[k] *= nyquist_gain(hz[k], nyquist)


@kernel()
def set_partials(features: Array, ranges: Ranges, hz: Array, amplitudes: Array) -> None:
    """Partials from `features` [2 · sines]: the frequencies of all, then their amplitudes."""
    for k in range(hz.size):
        hz[k] = ranges.sine_low[k] * exp(ranges.sine_width[k] * sigmoid(features[k]))
    set_amplitudes(features[hz.size :], amplitudes)
    fade_near_nyquist(hz, ranges.nyquist, amplitudes)


@kernel()
def set_harmonics(features: Array, ranges: Ranges, asked: float, hz: Array, amplitudes: Array) -> None:
    """Multiples of f0 from `features` [2 + harmonics]: f0, the amplitude of all, and how they share it.

    f0 is what is `asked` for in Hz, at most Nyquist, where that is above 0.
    """
    f0 = ranges.f0_low * exp(ranges.f0_width * sigmoid(features[0]))
    if asked > 0.0:
        f0 = min(asked, ranges.nyquist)
    set_amplitudes(features[1:2], amplitudes[:1])
    loudness = amplitudes[0]
    shares = features[2:]
    largest = -np.inf
    for k in range(hz.size):
        largest = max(largest, shares[k])
    total = 0.0
    for k in range(hz.size):
        hz[k] = (k + 1) * f0
        amplitudes[k] = exp(shares[k] - largest)
        total += amplitudes[k]
    for k in range(hz.size):
        amplitudes[k] *= loudness / total
    fade_near_nyquist(hz, ranges.nyquist, amplitudes)


@kernel()
def get_controls(features: Array, ranges: Ranges, f0: float, hz: Array, amplitudes: Array) -> None:
    """Fill `hz` [sines + harmonics] and `amplitudes` [sines + harmonics + noise_bands] from `features`.

    `f0` is the fundamental of the harmonics in Hz; 0: that of the features.
    """
    sines, harmonics = ranges.sine_low.size, ranges.harmonics
    partials = sines + harmonics
    set_partials(features[: 2 * sines], ranges, hz[:sines], amplitudes[:sines])
    if harmonics > 0:
        shared = features[2 * sines : 2 * sines + 2 + harmonics]
        set_harmonics(shared, ranges, f0, hz[sines:], amplitudes[sines:partials])
    set_amplitudes(features[features.size - ranges.noise_bands :], amplitudes[partials:])
