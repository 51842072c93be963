"""Sequences: one value after the other, each for the same number of beats."""

from dataclasses import dataclass

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals.graph import ROUNDING, Array, Evaluation, Signal, number, positive, signal
from plaud_live.signals.selection import crossfade, select
from plaud_live.signals.transitions import SHAPES

MAX_VALUES = 256


@dataclass(frozen=True, eq=False)
class Sequence(Signal):
    """Each of `values` for `every` beats, over and over; the first `glide` beats of each lead there."""

    values: tuple[Signal, ...]
    every: float
    glide: float

    def evaluate(self, at: Evaluation) -> Array:
        position = at.beats / self.every
        step = np.floor(position + ROUNDING)
        index = np.mod(step, len(self.values)).astype(np.intp)
        after = select(at, self.values, index)
        if self.glide <= 0.0:
            return after
        mix = np.clip((position - step) * self.every / self.glide, 0.0, 1.0)
        if bool((mix >= 1.0).all()):
            return after
        before = select(at, self.values, (index - 1) % len(self.values))
        return crossfade(before, after, SHAPES["smooth"](mix))


def seq(*values: object, every: float = 4, glide: float = 0) -> Signal:
    """Each value for `every` beats, then the next, round and round.

    A value is a number, an anchor, a list of latents, or any other signal; a single list holds the values
    themselves. `glide` is how many beats the way to a value takes.

    >>> drone.z = seq(A.bell, A.glass, A.wood, every=4, glide=2)
    """
    if len(values) == 1 and isinstance(values[0], list | tuple):
        values = tuple(values[0])
    if not 1 <= len(values) <= MAX_VALUES:
        raise SignalError(f"seq: has {len(values)} values, wants 1 to {MAX_VALUES}")
    length = positive(every, "seq: every")
    return Sequence(tuple(signal(v) for v in values), length, glide_of(glide, length, "seq"))


def glide_of(glide: object, step: float, what: str) -> float:
    """A glide in beats, at most as long as the step that it leads into. Raises SignalError."""
    beats = number(glide, f"{what}: glide")
    if beats < 0.0:
        raise SignalError(f"{what}: glide={beats:g}: wants 0 beats or more")
    return min(beats, step)
