"""Seeded randomness as a pure function of the beat: a hash of (seed, step), never a running generator."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plaud_live.errors import SignalError
from plaud_live.signals.graph import Array, Evaluation, Signal, positive


@dataclass(frozen=True, eq=False)
class Drift(Signal):
    """Value noise (Perlin, 1985) with a new random value every `beats` beats, joined by quintic curves."""

    beats: float
    seed: int

    def evaluate(self, at: Evaluation) -> Array:
        position = at.beats / self.beats
        step = np.floor(position)
        x = position - step
        index = step.astype(np.int64)
        before, after = uniform(self.seed, index), uniform(self.seed, index + 1)
        return before + (after - before) * x**3 * (x * (6.0 * x - 15.0) + 10.0)


def drift(beats: float = 4, seed: int = 0) -> Signal:
    """Wander smoothly in 0..1, towards a new place every `beats` beats: `drone.z1 = .3 + .2*drift(8)`."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise SignalError(f"drift: seed {seed!r} wants to be a whole number")
    return Drift(positive(beats, "drift"), seed & 0xFFFFFFFF)


def uniform(seed: int, step: NDArray[np.int64]) -> Array:
    """Numbers in 0..1 that depend on `seed` and `step` alone (SplitMix64, Steele, Lea and Flood, 2014)."""
    with np.errstate(over="ignore"):
        key = _mix(np.asarray([seed], dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15))
        mixed = _mix(key + (step.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
