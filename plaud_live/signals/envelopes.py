"""Envelopes: levels joined by segments of given lengths, again and again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals.graph import ROUNDING, Array, Constant, Evaluation, Signal, number, positive, signal
from plaud_live.signals.selection import crossfade, select
from plaud_live.signals.transitions import SHAPES

MAX_LEVELS = 256


@dataclass(frozen=True, eq=False)
class Envelope(Signal):
    """From level to level in `times` beats each, begun anew every `every` beats; between, the last holds."""

    levels: tuple[Signal, ...]
    times: tuple[float, ...]
    every: float
    shape: str

    def evaluate(self, at: Evaluation) -> Array:
        ends = np.cumsum(self.times)
        beat = at.beats - np.floor(at.beats / self.every + ROUNDING) * self.every
        segment = np.searchsorted(ends, beat + ROUNDING, side="right")
        inside = np.minimum(segment, len(self.times) - 1)
        times = np.asarray(self.times)[inside]
        begin = ends[inside] - times
        mix = np.where(segment > inside, 1.0, (beat - begin) / np.where(times > 0.0, times, 1.0))
        mix = SHAPES[self.shape](np.clip(mix, 0.0, 1.0))
        if not at.thorough and all(isinstance(level, Constant) for level in self.levels):
            numbers = np.array([level.number for level in self.levels if isinstance(level, Constant)])
            return crossfade(numbers[inside], numbers[inside + 1], mix)
        return crossfade(select(at, self.levels, inside), select(at, self.levels, inside + 1), mix)


def env(
    levels: Sequence[object],
    times: Sequence[object] | None = None,
    every: float | None = None,
    shape: str = "linear",
) -> Signal:
    """An envelope: a way through `levels` (0..1), again and again.

    `times` has the beats of each segment, one fewer than the levels (1 each unless told). It begins anew
    `every` beats, as soon as it has ended unless told. `shape` is linear, smooth, early or late.

    >>> drone.gain = env([0, 1, .3, 0], [.1, 1, 4], every=8)
    """
    if isinstance(levels, str) or not isinstance(levels, Sequence) or not 2 <= len(levels) <= MAX_LEVELS:
        raise SignalError(f"env: wants a list of 2 to {MAX_LEVELS} levels: env([0, 1, 0], [.1, 4])")
    if shape not in SHAPES:
        raise SignalError(f"env: no shape {shape!r} — have {', '.join(SHAPES)}")
    lengths = [1.0] * (len(levels) - 1) if times is None else _times(times)
    if len(lengths) != len(levels) - 1:
        raise SignalError(f"env: {len(levels)} levels want {len(levels) - 1} times, not {len(lengths)}")
    total = positive(sum(lengths), "env: its times together")
    length = total if every is None else positive(every, "env: every")
    if length < total:
        raise SignalError(f"env: every={length:g} is shorter than its times, {total:g} beats")
    return Envelope(tuple(signal(level) for level in levels), tuple(lengths), length, shape)


def _times(times: object) -> list[float]:
    if isinstance(times, str) or not isinstance(times, Sequence):
        raise SignalError("env: times are a list of beats: env([0, 1, 0], [.1, 4])")
    lengths = [number(each, "env: times") for each in times]
    if min(lengths, default=0.0) < 0.0:
        raise SignalError(f"env: times of {min(lengths):g} beats: wants 0 or more")
    return lengths
