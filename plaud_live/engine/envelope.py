"""The envelope of a note: attack, decay, sustain, release, in closed form at every sample, without clicks.

The attack is half a cosine; decay and release are exponentials that reach their end. What begins while
another note still sounds begins at its level, so that the envelope is continuous whatever is played.
"""

import math

import numpy as np
import numpy.typing as npt
from numba import njit

LEAST_ATTACK, LEAST_RELEASE = 0.001, 0.005
"""Seconds. What is shorter would click."""

_STEEPNESS = 5.0  # a decay has come down by 36 dB where it is bent to reach its end
_END = math.exp(-_STEEPNESS)
_START, _ORIGIN, _PEAK, _ATTACK, _DECAY, _SUSTAIN, _RELEASE, _HELD = range(8)

Samples = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]


@njit(cache=True, error_model="numpy")
def _fall(x: float) -> float:
    """From 1 at 0 to 0 at 1 and after it."""
    return (math.exp(-_STEEPNESS * x) - _END) / (1.0 - _END) if x < 1.0 else 0.0


@njit(cache=True, error_model="numpy")
def _level(shape: Array, sample: int) -> float:
    """The level at an engine sample."""
    t = max(sample - shape[_START] + 1.0, 0.0)
    if shape[_HELD] == 0.0:
        return shape[_ORIGIN] * _fall(t / shape[_RELEASE])
    peak = shape[_PEAK]
    if t < shape[_ATTACK]:
        share = 0.5 - 0.5 * math.cos(math.pi * t / shape[_ATTACK])
        return shape[_ORIGIN] + (peak - shape[_ORIGIN]) * share
    sustained = shape[_SUSTAIN]
    return peak * (sustained + (1.0 - sustained) * _fall((t - shape[_ATTACK]) / shape[_DECAY]))


@njit(cache=True, error_model="numpy")
def _add(shape: Array, first: int, sound: Samples, out: Samples) -> None:
    """Add `sound` [n], which begins at the sample `first`, to `out` [n]."""
    for i in range(len(out)):
        out[i] += sound[i] * _level(shape, first + i)


class Envelope:
    """One voice's. Times are engine samples; levels are linear."""

    def __init__(self, sample_rate: float, level: float = 0.0) -> None:
        self._rate = sample_rate
        self._shape = np.zeros(8)
        self._shape[[_PEAK, _SUSTAIN, _ATTACK, _DECAY, _RELEASE]] = level, 1.0, 1.0, 1.0, 1.0
        self._shape[_HELD] = 1.0 if level else 0.0

    def press(
        self, sample: int, peak: float, attack: float, decay: float = 0.0, sustain: float = 1.0
    ) -> None:
        """Rise to `peak` from `sample` on, in `attack` seconds, and fall to the share `sustain` of it."""
        origin = self.level(sample - 1)
        seconds = max(attack, LEAST_ATTACK), max(decay, LEAST_RELEASE)
        self._shape[[_START, _ORIGIN, _PEAK, _SUSTAIN, _HELD]] = sample, origin, peak, sustain, 1.0
        self._shape[[_ATTACK, _DECAY]] = [max(1.0, each * self._rate) for each in seconds]

    def lift(self, sample: int, release: float) -> None:
        """Fall to nothing from `sample` on, in `release` seconds."""
        origin = self.level(sample - 1)
        self._shape[[_START, _ORIGIN, _HELD]] = sample, origin, 0.0
        self._shape[_RELEASE] = max(1.0, max(release, LEAST_RELEASE) * self._rate)

    @property
    def held(self) -> bool:
        """Whether it was not let go."""
        return bool(self._shape[_HELD])

    def level(self, sample: int) -> float:
        """The level at a sample."""
        return float(_level(self._shape, sample))

    def is_silent(self, sample: int) -> bool:
        """Whether it is 0 from `sample` on."""
        over = sample - self._shape[_START] + 1.0 >= self._shape[_RELEASE]
        return not self.held and (bool(over) or self._shape[_ORIGIN] == 0.0)

    def is_open(self, sample: int) -> bool:
        """Whether it is 1 from `sample` on."""
        return self.held and self.level(sample) == 1.0 == self._shape[_PEAK] == self._shape[_SUSTAIN]

    def add(self, first: int, sound: Samples, out: Samples) -> None:
        """Add `sound` [n], which begins at the sample `first`, to `out` [n], shaped."""
        _add(self._shape, first, sound, out)


def warm() -> None:
    """Compile the kernels, or load them from the disk."""
    sound = np.zeros(8, np.float32)
    envelope = Envelope(44100.0)
    envelope.press(0, 1.0, 0.1)
    envelope.add(0, sound, sound)
