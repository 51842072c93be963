"""Trajectories: a way through latent space that was gone once, frame by frame, played again.

A node has its frames by digest: a graph that is sent, recorded or kept names them, and whoever evaluates it
has looked them up before (`look_in`): no file is read while it sounds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals.graph import ROUNDING, Array, Evaluation, Hold, Signal, Warp
from plaud_live.signals.traversal import rebuild

LOOP, ONCE, WAIT = "loop", "once", "wait"
MODES = frozenset((LOOP, ONCE, WAIT))
SEAM_FRAMES = 9
"""A loop's last frames, 50 ms of most models, lead to its first one: where it begins anew nothing clicks."""

MOST_LOOKED_IN = 8


class Frames:
    """Places one after the other, `values` [n + 1, d] in playable units, at n equal steps from first to last.

    None where nobody has them. `looped` is the same with an end that leads to its beginning.
    """

    __slots__ = ("__weakref__", "digest", "looped", "values")

    def __init__(self, digest: str, values: Array | None) -> None:
        self.digest = digest
        self.values = None if values is None else np.ascontiguousarray(values, dtype=np.float64)
        self.looped = None if self.values is None else _looped(self.values)


_known: WeakValueDictionary[str, Frames] = WeakValueDictionary()
_look_in: list[Callable[[str], Array | None]] = []


def look_in(find: Callable[[str], Array | None]) -> None:
    """Have frames that nobody here holds found by their digest: whoever was named last is asked first."""
    _look_in.insert(0, find)
    del _look_in[MOST_LOOKED_IN:]


def frames(digest: str, values: Array | None = None) -> Frames:
    """The frames of a digest, as long as somebody holds them the same object. Not while it sounds."""
    found = _known.get(digest)
    if found is not None:
        return found
    for find in _look_in if values is None else ():
        values = find(digest)
        if values is not None:
            break
    made = Frames(digest, values)
    if values is not None:
        _known[digest] = made
    return made


@dataclass(frozen=True, eq=False)
class Trajectory(Signal):
    """Frames in `beats` beats: `loop` round and round, so that the first one is at beat `start`; `once` from
    `start` on, and then the last holds; `wait`: once, as soon as it is launched.

    `text` is how it was typed.
    """

    frames: Frames
    text: str
    start: float
    beats: float
    mode: str

    def evaluate(self, at: Evaluation) -> Array:
        loops = self.mode == LOOP
        rows = self.frames.looped if loops else self.frames.values
        if rows is None:
            raise SignalError(f"{self.text}: its frames are not in the session")
        share = (at.beats - self.start) / self.beats
        if loops:
            share = share - np.floor(share + ROUNDING)
        elif self.mode == WAIT:
            share = np.zeros(len(at.beats))
        steps = len(rows) - 1
        place = np.minimum(np.maximum(share, 0.0), 1.0) * steps
        below = np.minimum(place.astype(np.int64), steps - 1)
        mix = (place - below)[:, None]
        value = rows[below] * (1.0 - mix) + rows[below + 1] * mix
        return value[:, 0] if value.shape[1] == 1 else value


def begun(source: Signal, beat: float) -> Signal:
    """`source`, in which what waits begins at a beat."""

    def replace(node: Signal) -> Signal | None:
        match node:
            case Trajectory(mode="wait"):
                return Trajectory(node.frames, node.text, beat, node.beats, ONCE)
            case Warp(source=inner, factor=factor, lag=lag):
                ready = begun(inner, (beat - lag) * factor)
                return node if ready is inner else Warp(ready, factor, lag)
            case Hold(source=inner, every=every):
                ready = begun(inner, beat)
                return node if ready is inner else Hold(ready, every)
            case _:
                return None

    return rebuild(source, replace)


def _looped(values: Array) -> Array:
    rows = values.copy()
    count = min(SEAM_FRAMES, len(rows) - 1)
    share = (np.arange(1, count + 1) / count)[:, None]
    rows[-count:] += (rows[0] - rows[-count:]) * (0.5 - 0.5 * np.cos(np.pi * share))
    rows[-1] = rows[0]
    return rows
