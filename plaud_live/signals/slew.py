"""Slew: a moving average, so that a jump becomes a ramp. A function of beats like the rest, without state.

The average is taken of the source at multiples of 1/32 of its length, and is linear between them; so it
needs no future and comes out the same however the beats are cut into blocks.
"""

from dataclasses import dataclass

import numpy as np

from plaud_live.signals.graph import Array, Evaluation, Signal

POINTS = 32
_WINDOW = np.arange(-POINTS, 1, dtype=np.float64)


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
        points, rows = np.unique(last[:, None] + _WINDOW, return_inverse=True)
        value = at.at(("slew", step, 0.0), lambda: points * step).value(self.source)
        window = value[rows.reshape(len(last), POINTS + 1)]  # [n, 33] or [n, 33, d]
        if window.ndim == 3:
            x = x[:, None]
        inner = window[:, 1:-1].sum(axis=1)
        return (inner + window[:, 0] * (1.0 - x) + window[:, -1] * x) / POINTS


def reach(beats: float) -> float:
    """How many beats back a slew of `beats` reads."""
    return beats * (1.0 + 1.0 / POINTS)
