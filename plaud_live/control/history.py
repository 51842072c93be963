"""What a source did: kept for those who read it late, drawn in a few lines where it was too much."""

import numpy as np

from plaud_live.control.state import State
from plaud_live.errors import SignalError
from plaud_live.signals.graph import Array, Constant, Evaluation, Signal
from plaud_live.signals.space import Vector
from plaud_live.signals.transitions import Transition

MOST_LAUNCHES = 40
"""Launches kept one inside another: a stream of a fader's moves makes fifty a second."""

EXACT_LAUNCHES = 16
PIECES = 16


def thinned(state: State, source: Signal, beat: float, reach: float) -> Signal:
    """`source`, whose last launches stay as they are; many before them become straight lines.

    `reach`: how many beats before `beat` it is still read.
    """
    chain = []
    node = source
    while isinstance(node, Transition):
        chain.append(node)
        node = node.before
    if len(chain) <= MOST_LAUNCHES:
        return source
    old = chain[EXACT_LAUNCHES]
    end = max(each.start + each.beats for each in chain[EXACT_LAUNCHES:])
    if end > beat:  # one of them sounds on beneath the others
        return source
    path = _lines(state, old, np.linspace(min(beat - reach, end), end, PIECES + 1))
    result: Signal = Transition(path, old.after, end, 0.0)
    for each in reversed(chain[:EXACT_LAUNCHES]):
        result = Transition(result, each.after, each.start, each.beats, each.shape)
    return result


def _lines(state: State, source: Signal, beats: Array) -> Signal:
    """Straight lines from value to value of `source` at `beats`; one that is no number repeats the last."""
    try:
        values = Evaluation(beats, state.lookup).value(source)
    except SignalError:
        return source
    values = np.where(np.isfinite(values), values, 0.5)
    path = _place(values[0])
    for value, start, beat in zip(values[1:], beats[:-1], beats[1:], strict=True):
        path = Transition(path, _place(value), float(start), float(beat - start), "linear")
    return path


def _place(value: Array) -> Signal:
    return Constant(float(value)) if np.ndim(value) == 0 else Vector(tuple(value.tolist()))
