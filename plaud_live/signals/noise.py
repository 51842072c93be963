"""Seeded randomness as a pure function of the beat: a hash of (seed, step), never a running generator."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plaud_live.errors import SignalError
from plaud_live.signals.graph import Array, Evaluation, Signal, positive

MAX_LEVELS = 20


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


@dataclass(frozen=True, eq=False)
class Walk(Signal):
    """A random walk in 0..1 with steps of standard deviation `step`, one every `beats` beats.

    Its ends, 2**k steps apart, are hashed; between them it is a Brownian bridge made by midpoint
    displacement (Lévy's construction), so that any beat is reached at once. It is reflected at 0 and 1.
    """

    beats: float
    step: float
    seed: int

    def evaluate(self, at: Evaluation) -> Array:
        position = at.beats / self.beats
        levels = walk_levels(self.step)
        spans = 2.0 ** np.arange(levels, 0, -1)  # steps between the ends of the intervals of each level
        inside = position[:, None] / spans
        interval = np.floor(inside)
        keys = interval.astype(np.int64) * 32 + np.arange(levels, 0, -1)
        tent = 1.0 - np.abs(2.0 * (inside - interval) - 1.0)
        size = self.step * np.sqrt(spans * 0.75)  # a uniform number's deviation is 1/sqrt(3) of its bound
        bent = ((2.0 * uniform(self.seed, keys) - 1.0) * size * tent).sum(axis=1)
        end = interval[:, 0].astype(np.int64)
        first, last = uniform(self.seed, end * 32), uniform(self.seed, (end + 1) * 32)
        path = first + (last - first) * (inside[:, 0] - interval[:, 0]) + bent
        return np.abs(path - 2.0 * np.round(0.5 * path))


def walk_levels(step: float) -> int:
    """How often 2**k steps are halved, where k is such that a walk of so many steps fills 0..1."""
    return min(max(math.ceil(-2.0 * math.log2(step)), 1), MAX_LEVELS)


def drift(beats: float = 4, seed: int = 0) -> Signal:
    """Wander smoothly in 0..1, towards a new place every `beats` beats: `drone.z1 = .3 + .2*drift(8)`."""
    return Drift(positive(beats, "drift"), seed_of(seed, "drift"))


def walk(beats: float = 1, step: float = 0.1, seed: int = 0) -> Signal:
    """A random walk in 0..1, one step of about `step` every `beats` beats: `drone.z2 = walk(1/2, .05)`."""
    size = positive(step, "walk: step")
    if size > 1.0:
        raise SignalError(f"walk: step={size:g}: wants at most 1, all of the range")
    return Walk(positive(beats, "walk"), size, seed_of(seed, "walk"))


def pick(seed: int, step: int, n: int) -> int:
    """A whole number from 0 to `n` - 1 that depends on `seed` and `step` alone."""
    return min(int(uniform(seed, np.array([step], dtype=np.int64))[0] * n), n - 1)


def seed_of(seed: object, what: str) -> int:
    """A seed as 32 bits. Raises SignalError that names `what` wanted it."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise SignalError(f"{what}: seed {seed!r} wants to be a whole number")
    return seed & 0xFFFFFFFF


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
