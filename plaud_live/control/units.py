"""Conversions between what is typed and what is computed: one function each, in one place."""

import math

import numpy as np
from numpy.typing import NDArray

UNITY_FADER = 0.75
_CURVE = math.log(2.0) / math.log(1.0 / UNITY_FADER)


def fader_to_gain(position: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Linear gain of a fader position: 0 is off, 0.75 is 0 dB, 1 is +6 dB."""
    return np.power(np.clip(position, 0.0, 1.0) / UNITY_FADER, _CURVE)


def fader_to_db(position: float) -> float:
    """Decibels of a fader position; minus infinity at 0."""
    gain = float(fader_to_gain(position))
    return 20.0 * math.log10(gain) if gain > 0.0 else -math.inf


def pan_to_gains(pan: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Left and right gain of a pan position 0..1, of constant power, 0.707 each at the centre."""
    angle = np.clip(pan, 0.0, 1.0) * (0.5 * math.pi)
    return np.cos(angle), np.sin(angle)


def playable_to_raw(
    playable: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Raw latents [..., d] of playable ones: 0 and 1 are the 1st and 99th percentile of the material."""
    return low + playable * (high - low)


def raw_to_playable(
    raw: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Playable latents [..., d] of raw ones."""
    return (raw - low) / (high - low)
