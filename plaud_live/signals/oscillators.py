"""Oscillators at control rate: 0..1, their phase taken from the global beat."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals.graph import ROUNDING, Array, Evaluation, Signal, number, positive


@dataclass(frozen=True, eq=False)
class Oscillator(Signal):
    """A shape that repeats every `beats` beats, `phase` (0..1) ahead."""

    shape: str
    beats: float
    phase: float

    def evaluate(self, at: Evaluation) -> Array:
        turns = at.beats / self.beats + self.phase
        return _SHAPES[self.shape](turns - np.floor(turns + ROUNDING))


_SHAPES: dict[str, Callable[[Array], Array]] = {
    "lfo": lambda p: 0.5 - 0.5 * np.cos(2.0 * np.pi * p),
    "tri": lambda p: np.maximum(1.0 - np.abs(2.0 * p - 1.0), 0.0),
    "saw": lambda p: np.maximum(p, 0.0),
    "sq": lambda p: np.where(p < 0.5 - ROUNDING, 1.0, 0.0),
}


def _oscillator(shape: str, beats: object, phase: object) -> Oscillator:
    if isinstance(beats, Signal):
        raise SignalError(f"{shape}: its length is a number of beats; .fast() and .slow() change the speed")
    return Oscillator(shape, positive(beats, shape), number(phase, f"{shape}: phase"))


def lfo(beats: float = 4, phase: float = 0) -> Signal:
    """A sine that swings from 0 to 1 and back once every `beats` beats.

    `phase` 0..1 is where in its cycle beat 0 finds it.

    >>> drone.z0 = lfo(16)
    """
    return _oscillator("lfo", beats, phase)


def tri(beats: float = 4, phase: float = 0) -> Signal:
    """A triangle, 0 to 1 and back once every `beats` beats.

    `phase` 0..1 is where in its cycle beat 0 finds it.

    >>> drone.pan = tri(8)
    """
    return _oscillator("tri", beats, phase)


def saw(beats: float = 4, phase: float = 0) -> Signal:
    """A ramp from 0 to 1 every `beats` beats, then back at once.

    `phase` 0..1 is where in its cycle beat 0 finds it.

    >>> drone.z1 = saw(2)
    """
    return _oscillator("saw", beats, phase)


def sq(beats: float = 4, phase: float = 0) -> Signal:
    """A square: 1 for half of `beats` beats, then 0 for as long.

    `phase` 0..1 is where in its cycle beat 0 finds it.

    >>> drone.gain = sq(1).range(.3, .75)
    """
    return _oscillator("sq", beats, phase)
