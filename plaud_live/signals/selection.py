"""Choosing among signals frame by frame: what sequences, patterns and envelopes have in common."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plaud_live.signals.graph import Array, Evaluation, Signal, align

Index = NDArray[np.intp]


def select(at: Evaluation, choices: Sequence[Signal], index: Index) -> Array:
    """Of each frame the choice number `index` [n]; [n, d] where one of those is a vector."""
    if at.thorough:
        _compare(at, choices)
    first = int(index[0]) if len(index) else 0
    if len(index) <= 1 or bool((index == first).all()):
        return at.value(choices[first])
    used = {int(i): at.value(choices[i]) for i in np.unique(index)}
    widest = max(used.values(), key=lambda value: value.shape[1] if value.ndim == 2 else 0)
    out = np.empty(widest.shape)
    for i, value in used.items():
        rows = index == i
        out[rows] = align(value, out)[0][rows]
    return out


def crossfade(before: Array, after: Array, mix: Array) -> Array:
    """From `before` (mix 0) to `after` (mix 1); where the mix is 1, exactly `after`."""
    before, after = align(before, after)
    if before.ndim == 2:
        mix = mix[:, None]
    return np.where(mix >= 1.0, after, before + (after - before) * mix)


def _compare(at: Evaluation, choices: Sequence[Signal]) -> None:
    """Raise SignalError unless all choices go together."""
    widest = np.empty((len(at.beats), 1))
    for choice in choices:
        pair = align(at.value(choice), widest)
        widest = max(pair, key=lambda value: value.shape[1])
