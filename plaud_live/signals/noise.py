"""Seeded randomness as a pure function of the beat: a hash of (seed, step), never a running generator."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from plaud_live.errors import SignalError
from plaud_live.signals.graph import Array, Evaluation, Signal, positive

MAX_LEVELS = 20
PAGE = 64


@dataclass(frozen=True, eq=False)
class Drift(Signal):
    """Value noise (Perlin, 1985) with a new random value every `beats` beats, joined by quintic curves."""

    beats: float
    seed: int

    def evaluate(self, at: Evaluation) -> Array:
        position = at.beats / self.beats
        step = np.floor(position)
        x = position - step
        before, after = _ends(at, self.beats, step, _uniform_page, (self.seed,))
        return before + (after - before) * (x * x * x * (x * (6.0 * x - 15.0) + 10.0))


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
        step = np.floor(position)
        before, after = _ends(at, self.beats, step, _walk_page, (self.seed, self.step))
        path = before + (after - before) * (position - step)
        return np.abs(path - 2.0 * np.round(0.5 * path))


def _ends(
    at: Evaluation, beats: float, step: Array, page: Callable[..., Array], keys: tuple[float, ...]
) -> tuple[Array, Array]:
    """Random values at the steps [n] and at those that follow, which come in pages of PAGE steps."""
    if not len(step):
        return step, step
    first, last = math.floor(at.low / beats / PAGE), math.floor(at.high / beats / PAGE)
    if first == last:
        table = page(first, *keys)
        index = (step - first * PAGE).astype(np.intp)
        return table[index], table[index + 1]
    before, after = np.empty(len(step)), np.empty(len(step))
    pages = np.floor(step / PAGE)
    for each in np.unique(pages):
        mine = pages == each
        table = page(int(each), *keys)
        index = (step[mine] - each * PAGE).astype(np.intp)
        before[mine], after[mine] = table[index], table[index + 1]
    return before, after


@lru_cache(maxsize=1024)
def _uniform_page(page: int, seed: int) -> Array:
    return uniform(seed, np.arange(page * PAGE, (page + 1) * PAGE + 1))


@lru_cache(maxsize=1024)
def _walk_page(page: int, seed: int, step: float) -> Array:
    """The unreflected path at whole steps."""
    levels = walk_levels(step)
    spans = 2 ** np.arange(levels, 0, -1)  # steps between the ends of the intervals of each level
    steps = np.arange(page * PAGE, (page + 1) * PAGE + 1)
    interval, inside = np.divmod(steps[:, None], spans)
    tent = 1.0 - np.abs(2.0 * inside / spans - 1.0)
    size = step * np.sqrt(0.75 * spans)  # a uniform number's deviation is 1/sqrt(3) of its bound
    bent = (2.0 * uniform(seed, interval * 32 + np.arange(levels, 0, -1)) - 1.0) * size * tent
    end, along = interval[:, 0], inside[:, 0] / spans[0]
    first, last = uniform(seed, end * 32), uniform(seed, (end + 1) * 32)
    return first + (last - first) * along + bent.sum(axis=1)


def walk_levels(step: float) -> int:
    """How often 2**k steps are halved, where k is such that a walk of so many steps fills 0..1."""
    return min(max(math.ceil(-2.0 * math.log2(step)), 1), MAX_LEVELS)


def drift(beats: float = 4, seed: int = 0) -> Signal:
    """Wander smoothly in 0..1, towards a new place every `beats` beats.

    Another `seed` (a whole number) is another way; the same one is the same at the same beat.

    >>> drone.z1 = .3 + .2*drift(8)
    """
    return Drift(positive(beats, "drift"), seed_of(seed, "drift"))


def walk(beats: float = 1, step: float = 0.1, seed: int = 0) -> Signal:
    """A random walk in 0..1, one step of about `step` every `beats` beats.

    Another `seed` (a whole number) is another way; the same one is the same at the same beat.

    >>> drone.z2 = walk(1/2, .05)
    """
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
