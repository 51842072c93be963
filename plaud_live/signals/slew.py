"""Slew: a moving average, so that a jump becomes a ramp. A function of beats like the rest, without state.

The average is taken of the source at multiples of 1/32 of its length, and is linear between them; so it
needs no future and comes out the same however the beats are cut into blocks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plaud_live.errors import SignalError
from plaud_live.signals.graph import Array, Evaluation, Signal

POINTS = 32
MAX_POINTS = 1 << 20
"""Values that a dry run may want; three slews in one another, each shorter than the next, want more."""

_WINDOW = np.arange(-POINTS, 1, dtype=np.float64)
_ROWS = np.arange(POINTS + 1)


@dataclass(frozen=True, eq=False)
class Slew(Signal):
    """The mean of the last `beats` beats of the source."""

    source: Signal
    beats: float

    def evaluate(self, at: Evaluation) -> Array:
        step = self.beats / POINTS
        position = at.beats / step
        last = np.floor(position)
        x = position - last
        points, rows = _grid(last)
        value = at.at(("slew", step, 0.0), lambda: points * step).value(self.source)
        window = value[rows]  # [n, 33] or [n, 33, d]
        if window.ndim == 3:
            x = x[:, None]
        inner = np.cumsum(window[:, 1:-1], axis=1)[:, -1]  # in order, unlike a sum of numbers or of vectors
        return (inner + window[:, 0] * (1.0 - x) + window[:, -1] * x) / POINTS


def _grid(last: Array) -> tuple[Array, NDArray[np.intp]]:
    """Multiples of the step that are read, each once, and where in them the windows [n, 33] lie."""
    low, high = float(last.min(initial=np.inf)), float(last.max(initial=-np.inf))
    if not len(last):
        return last, np.empty((0, POINTS + 1), dtype=np.intp)
    if high - low <= POINTS:  # without gaps
        return np.arange(low - POINTS, high + 1.0), (last - low).astype(np.intp)[:, None] + _ROWS
    if len(last) * (POINTS + 1) > MAX_POINTS:
        raise SignalError(f"slews within slews want {len(last) * (POINTS + 1)} values at a time; use fewer")
    points, rows = np.unique(last[:, None] + _WINDOW, return_inverse=True)
    return points, rows.reshape(len(last), POINTS + 1)


def reach(beats: float) -> float:
    """How many beats back a slew of `beats` reads."""
    return beats * (1.0 + 1.0 / POINTS)
