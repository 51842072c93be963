"""The dry run: before it may sound, a signal is evaluated; it must be finite, fitting, and cheap."""

import numpy as np

from plaud_live.control.state import State
from plaud_live.errors import SignalError
from plaud_live.signals.graph import Constant, Evaluation, Signal
from plaud_live.signals.space import Vector
from plaud_live.signals.transitions import arrival, target
from plaud_live.signals.traversal import walk

MAX_COST = 256
"""Nodes that one parameter may evaluate in a block, with all that it reads: each takes about 6 µs."""

MAX_STATE_COST = 768
"""Nodes that all parameters together may evaluate in a block: what is read by many counts once."""

_BEATS = np.concatenate([np.linspace(0.0, 1.0, 17), np.geomspace(1.3, 64.0, 16)])
_GRID = np.arange(0.0, 64.0, 0.5)
"""Beats on which saws and squares begin anew: where `1/saw(4)` is infinite, whenever it is typed."""


def try_signal(state: State, label: str, size: int, signal: Signal, beat: float) -> None:
    """Evaluate a signal for a parameter of `size` numbers as from `beat` on.

    Raises SignalError where it is too large, not finite, of the wrong shape, or costs too much.
    """
    for _ in walk(signal):  # too large or too deep
        continue
    beats = np.concatenate([beat + _BEATS, np.ceil(beat) + _GRID])
    at = Evaluation(beats, state.lookup, thorough=True)
    try:
        value = at.value(signal)
    except SignalError as error:
        raise SignalError(f"{label}: {error} — kept the old one") from None
    dims = 1 if value.ndim == 1 else value.shape[1]
    if dims not in (1, size) or (size == 1 and value.ndim != 1):
        raise SignalError(f"{label} has {dims} dims, wants {size} — kept the old one")
    if not np.isfinite(value).all():
        bad = beats[~np.isfinite(value.reshape(len(beats), -1)).all(axis=1)][0]
        raise SignalError(f"{label} is not finite at beat {bad:.2f} (a division by 0?) — kept the old one")
    cost = _cost([signal], state, beat)
    if cost > MAX_COST:
        raise SignalError(
            f"{label} wants {cost} steps a block, at most {MAX_COST}: build it from fewer — kept the old one"
        )


def check_cost(old: State, new: State) -> None:
    """Refuse a state that will cost too much to evaluate, once all fades have ended. Raises SignalError.

    Where mere numbers have changed, nothing is refused: faders may be moved whatever sounds.
    """
    going = {key: target(source.signal) for key, source in new.sources()}
    before = dict(old.sources())
    changed = [going[key] for key, source in new.sources() if before.get(key) is not source]
    if all(isinstance(signal, Constant | Vector) for signal in changed):
        return
    landed = max(arrival(source.signal) for _, source in new.sources())
    cost = _cost(list(going.values()), new, max(landed, 0.0) + 1.0)
    if cost > MAX_STATE_COST:
        raise SignalError(
            f"all parameters together want {cost} steps a block, at most {MAX_STATE_COST}: give some of them"
            " a number — kept the old ones"
        )


def _cost(signals: list[Signal], state: State, beat: float) -> int:
    """How many nodes are evaluated for a block at a beat; a node that several read counts once."""
    at = Evaluation(np.array([beat, beat + 0.01]), state.lookup)
    for signal in signals:
        try:
            at.value(signal)
        except SignalError:  # one that fails while it sounds is held there
            continue
    return at.evaluated
