"""How far back a signal reads: what it reads must be kept as it was for that long."""

from plaud_live.signals.graph import Hold, Signal, Warp
from plaud_live.signals.slew import Slew, reach
from plaud_live.signals.traversal import walk

MAX_BEATS = 64.0


def lookback(source: Signal) -> float:
    """How many beats before now `source` may read, at most 64 (as far as inputs remember)."""
    found: dict[int, float] = {}
    for node in walk(source):  # children first
        inner = max((found[id(child)] for child in node.children()), default=0.0)
        found[id(node)] = min(max(_own(node, inner), 0.0), MAX_BEATS)
    return found[id(source)]


def _own(node: Signal, inner: float) -> float:
    match node:
        case Warp(factor=factor) if factor < 1.0:
            return MAX_BEATS  # however far: half the speed is half the age of the piece
        case Warp(factor=factor, lag=lag):
            return lag * factor + inner
        case Hold(every=every):
            return every + inner
        case Slew(beats=beats):
            return reach(beats) + inner
        case _:
            return inner
