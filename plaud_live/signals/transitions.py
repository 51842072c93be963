"""Transitions: how what sounds becomes what was asked for.

A launch is a pure function of beats too: before `start` the old source, after `start + beats` the new
one, between them a crossfade of both. So a launch in the future needs no queue and replays exactly.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals.graph import (
    Array,
    Constant,
    Evaluation,
    Hold,
    Signal,
    Warp,
    align,
    number,
    positive,
    signal,
)
from plaud_live.signals.slew import Slew, reach
from plaud_live.signals.space import Column, Columns, Layer, Reference, Vector, set_column
from plaud_live.signals.traversal import rebuild

SHAPES: dict[str, Callable[[Array], Array]] = {
    "smooth": lambda x: 0.5 - 0.5 * np.cos(np.pi * x),
    "linear": lambda x: x,
    "early": lambda x: np.sin(0.5 * np.pi * x),
    "late": lambda x: 1.0 - np.cos(0.5 * np.pi * x),
}


@dataclass(frozen=True, eq=False)
class Transition(Signal):
    """From `before` to `after`, beginning at beat `start`, taking `beats` beats."""

    before: Signal
    after: Signal
    start: float
    beats: float
    shape: str = "smooth"

    def evaluate(self, at: Evaluation) -> Array:
        if at.high < self.start:
            return at.value(self.before)
        if at.low >= self.start + self.beats:
            return at.value(self.after)
        if self.beats > 0.0:
            share = (at.beats - self.start) / self.beats
            mix = SHAPES[self.shape](np.minimum(np.maximum(share, 0.0), 1.0))
        else:
            mix = np.where(at.beats >= self.start, 1.0, 0.0)
        before, after = align(at.value(self.before), at.value(self.after))
        ended = mix.max() >= 1.0
        if before.ndim == 2:
            mix = mix[:, None]
        mixed = before + (after - before) * mix
        return np.where(mix >= 1.0, after, mixed) if ended else mixed


@dataclass(frozen=True, eq=False)
class To(Signal):
    """A transition that has not begun: from whatever sounds when it is launched."""

    target: Signal
    beats: float
    shape: str

    def evaluate(self, at: Evaluation) -> Array:
        return at.value(self.target)


def to(target: object, beats: float = 4, shape: str = "smooth") -> Signal:
    """Go from whatever sounds now to `target`, any signal, in `beats` beats.

    `shape` is smooth, linear, early (fast first) or late (slow first).

    >>> drone.z = to(A.bell, 16)
    """
    if shape not in SHAPES:
        raise SignalError(f"to: no shape {shape!r} — have {', '.join(SHAPES)}")
    return To(signal(target), positive(beats, "to") if number(beats, "to") else 0.0, shape)


def target(source: Signal) -> Signal:
    """Where a source is going: itself, or the end of the last transition launched on it."""
    while isinstance(source, Transition):
        source = source.after
    if isinstance(source, Columns) and any(isinstance(s, Transition) for s in (source.base, *source.signals)):
        signals = tuple(target(s) for s in source.signals)
        return Columns(target(source.base), source.size, source.indices, signals)
    return source


def column(source: Signal, index: int) -> Signal:
    """One latent of a vector source, taken apart so far that a link touches only what it reads."""
    match source:
        case Columns() if index in source.indices:
            return source.signals[source.indices.index(index)]
        case Columns():
            return column(source.base, index)
        case Transition():
            before, after = column(source.before, index), column(source.after, index)
            return Transition(before, after, source.start, source.beats, source.shape)
        case Vector():
            return Constant(source.values[index])
        case Constant():
            return source
        case Reference(index=None):
            return Reference(source.instrument, source.parameter, index)
        case _:
            return Column(source, index)


def settle(source: Signal, beat: float) -> Signal:
    """The same source from `beat` on, without the transitions that have ended by then."""

    def replace(node: Signal) -> Signal | None:
        match node:
            case Transition(start=start, beats=beats) if start + beats <= beat:
                return settle(node.after, beat)
            case Warp(source=inner, factor=factor, lag=lag):
                settled = settle(inner, (beat - lag) * factor)
                return node if settled is inner else Warp(settled, factor, lag)
            case Hold(source=inner, every=every):
                settled = settle(inner, math.floor(beat / every) * every)
                return node if settled is inner else Hold(settled, every)
            case Slew(source=inner, beats=beats):
                settled = settle(inner, beat - reach(beats))
                return node if settled is inner else Slew(settled, beats)
            case _:
                return None

    return _flat(rebuild(source, replace))


def arrival(source: Signal) -> float:
    """The beat at which `target(source)` is reached; minus infinity where nothing has been launched."""
    end = -math.inf
    while isinstance(source, Transition):
        end = max(end, source.start + source.beats)
        source = source.after
    if isinstance(source, Columns):
        end = max(end, arrival(source.base), *(arrival(s) for s in source.signals))
    return end


def begun_before(source: Signal, beat: float) -> Signal:
    """`source` without the transitions at its top that would begin at `beat` or later."""
    while isinstance(source, Transition) and source.start >= beat:
        source = source.before
    return source


def pending(source: Signal, beat: float) -> int:
    """How many transitions lie one inside another at the top of `source` and have not ended by `beat`.

    Of latents that are driven one by one, those of the one in which most do.
    """
    depth = 0
    while isinstance(source, Transition) and source.start + source.beats > beat:
        depth += 1
        source = source.before
    if isinstance(source, Columns):
        depth += max(pending(each, beat) for each in (source.base, *source.signals))
    return depth


def without_layer(source: Signal, key: str) -> Signal:
    """`source` without the layer that was typed as `key`, wherever in it that layer lies."""

    def replace(node: Signal) -> Signal | None:
        if isinstance(node, Layer) and node.key == key:
            return without_layer(node.base, key)
        if isinstance(node, Transition):
            after = without_layer(node.after, key)
            return after if after is not node.after else node
        return None

    return _flat(rebuild(source, replace))


def _flat(source: Signal) -> Signal:
    """`source`, where columns lie on columns as one."""
    if isinstance(source, Columns) and isinstance(source.base, Columns):
        inner = source.base
        for index, each in zip(source.indices, source.signals, strict=True):
            inner = set_column(inner, index, source.size, each)
        return inner
    return source
