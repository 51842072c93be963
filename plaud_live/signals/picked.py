"""Picked: one of several values by a number, as keys lead from anchor to anchor."""

from dataclasses import dataclass

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals.graph import ROUNDING, Array, Evaluation, Signal
from plaud_live.signals.selection import select

MAX_VALUES = 256


@dataclass(frozen=True, eq=False)
class Picked(Signal):
    """The value of which `which` is the number: 0 is the first, and after the last the first comes again."""

    values: tuple[Signal, ...]
    which: Signal

    def evaluate(self, at: Evaluation) -> Array:
        number = at.value(self.which)
        if number.ndim != 1:
            raise SignalError(f"which value: {number.shape[1]} numbers, wants one")
        steps = np.floor(np.where(np.isfinite(number), number, 0.0) + ROUNDING)
        return select(at, self.values, np.mod(steps, len(self.values)).astype(np.intp))
