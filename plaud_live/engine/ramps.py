"""Sources that only glide from number to number, as faders leave them, computed by one kernel.

A hand on a fader, or a stream of messages, puts one transition into another many times a second. As a graph
that costs a dozen calls of NumPy for each of them, in every block; here it costs one call for all.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from plaud_live.signals.graph import Array, Constant, Signal
from plaud_live.signals.space import Columns, Vector
from plaud_live.signals.transitions import SHAPES, Transition

MOST_STEPS = 64
_START, _BEATS, _SHAPE, _TARGET = range(4)
_SMOOTH, _LINEAR, _EARLY, _LATE = range(4)
_NUMBERS = dict(zip(("smooth", "linear", "early", "late"), range(4), strict=True))


@njit(cache=True, error_model="numpy")
def _share(shape: int, x: float) -> float:
    """How much of the way is gone at the share `x`, 0 to 1, of the time: as in `signals.transitions`."""
    if shape == _SMOOTH:
        return 0.5 - 0.5 * math.cos(math.pi * x)
    if shape == _EARLY:
        return math.sin(0.5 * math.pi * x)
    if shape == _LATE:
        return 1.0 - math.cos(0.5 * math.pi * x)
    return x


@njit(cache=True, error_model="numpy")
def _follow(beats: Array, firsts: Array, ends: Array, steps: Array, out: Array) -> None:
    """Fill `out` [n, d]. The steps of source i end before `ends[i]`; each begins at `firsts[i]`."""
    for n in range(len(beats)):
        beat, begin = beats[n], 0
        for i in range(len(firsts)):
            value = firsts[i]
            for k in range(begin, ends[i]):
                start, length, target = steps[k, _START], steps[k, _BEATS], steps[k, _TARGET]
                if beat >= start + length:
                    value = target
                elif beat > start:
                    value += (target - value) * _share(int(steps[k, _SHAPE]), (beat - start) / length)
            out[n, i] = value
            begin = ends[i]


@dataclass(frozen=True)
class Ramps:
    """Several such sources: `firsts` [d], `ends` [d], and `steps` [k, 4] of all of them, in order."""

    firsts: Array
    ends: Array
    steps: Array

    def at(self, beats: Array) -> Array:
        """Values [n, d] at beats [n]."""
        out = np.empty((len(beats), len(self.firsts)))
        _follow(np.ascontiguousarray(beats), self.firsts, self.ends, self.steps, out)
        return out


_Steps = list[tuple[float, float, float, float]]


def ramp(signal: Signal) -> Ramps | None:
    """A source of one number, where it only glides between numbers."""
    return _ramps([_read(signal, None)])


def ramps(signal: Signal, size: int) -> Ramps | None:
    """A source of `size` latents, where all of them only glide between numbers."""
    read = []
    for index in range(size):
        read.append(_read(signal, index))
        if read[-1] is None:
            return None
    return _ramps(read)


def _ramps(sources: Sequence[tuple[float, _Steps] | None]) -> Ramps | None:
    """None where a source is, or where all of them have no step: then nothing moves."""
    known = [each for each in sources if each is not None]
    steps = [step for _, taken in known for step in taken]
    if len(known) < len(sources) or not 0 < len(steps) <= MOST_STEPS:
        return None
    ends = np.cumsum([len(taken) for _, taken in known])
    return Ramps(np.array([first for first, _ in known]), ends, np.array(steps))


def _read(signal: Signal, index: int | None) -> tuple[float, _Steps] | None:
    """Where a source, or one latent of it, begins, and its transitions from the first on."""
    steps: _Steps = []
    while len(steps) <= MOST_STEPS:
        match signal:
            case Constant(number=number):
                return number, steps[::-1]
            case Vector(values=values) if index is not None and index < len(values):
                return values[index], steps[::-1]
            case Columns(base=base, indices=indices, signals=signals) if index is not None:
                inside = index in indices
                signal = signals[indices.index(index)] if inside else base
                index = None if inside else index
            case Transition(before=before, after=after, start=start, beats=beats, shape=shape):
                target = _read(after, index)
                if target is None or target[1] or shape not in _NUMBERS:
                    return None
                steps.append((start, beats, _NUMBERS[shape], target[0]))
                signal = before
            case _:
                return None
    return None


def warm() -> None:
    """Compile the kernel, or load it from the disk."""
    for shape in SHAPES:
        glide = ramp(Transition(Constant(0.0), Constant(1.0), 0.0, 1.0, shape))
        if glide is not None:
            glide.at(np.linspace(-1.0, 2.0, 4))
