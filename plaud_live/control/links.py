"""Links between parameters: who reads whom, how far back, and that no link leads back to where it starts."""

from collections.abc import Mapping
from functools import lru_cache

from plaud_live.control.state import State
from plaud_live.errors import TransactionError
from plaud_live.signals.graph import Address, Signal, address_text
from plaud_live.signals.lookback import MAX_BEATS, lookback
from plaud_live.signals.space import Reference
from plaud_live.signals.transitions import Transition, target
from plaud_live.signals.traversal import rebuild, walk

Parameters = Mapping[tuple[str, str], float]
"""A number by instrument and source."""


def reach(state: State) -> Parameters:
    """How many beats back each source is read by others; those that are read at their own beat are left out.

    What reads a delayed source with a delay of its own reads both delays back.
    """
    readers: dict[tuple[str, str], list[tuple[tuple[str, str], float]]] = {}
    reading = [(key, source.signal) for key, source in state.sources()]
    reading += [(("", to), outlet.signal) for to, outlet in state.outputs.items()]
    for key, signal in reading:
        read, back = _reads(signal)
        for each in read:
            readers.setdefault(each, []).append((key, back))
    found: dict[tuple[str, str], float] = {}
    for each in readers:
        beats = _longest(each, readers, ())
        if beats > 0.0:
            found[each] = beats
    return found


def check_cycles(old: State, state: State) -> None:
    """Refuse links that lead back to where they start, once all transitions have ended.

    A circle that was not there before goes through a source that was not there before.
    Raises TransactionError that names the circle.
    """
    done: set[Address] = set()
    before = dict(old.sources())
    for key, source in state.sources():
        if source is not before.get(key):
            _follow(state, (*key, None), (), done)


@lru_cache(maxsize=1024)
def _reads(signal: Signal) -> tuple[tuple[tuple[str, str], ...], float]:
    """The sources that a signal reads, and how far back it reads anything."""
    read = {(node.instrument, node.parameter) for node in walk(signal) if isinstance(node, Reference)}
    return tuple(sorted(read)), lookback(signal) if read else 0.0


def _longest(
    address: tuple[str, str],
    readers: Mapping[tuple[str, str], list[tuple[tuple[str, str], float]]],
    path: tuple[tuple[str, str], ...],
) -> float:
    if address in path:  # latents that read each other, or links that cross while they change
        return 0.0
    onward = (*path, address)
    beats = (back + _longest(reader, readers, onward) for reader, back in readers.get(address, ()))
    return min(max(beats, default=0.0), MAX_BEATS)


def _follow(state: State, address: Address, path: tuple[Address, ...], done: set[Address]) -> None:
    if address in path:
        circle = " → ".join(address_text(a) for a in (*path[path.index(address) :], address))
        raise TransactionError(f"{circle} is a circle — kept the old ones")
    if address not in done:
        for each in _read_in_the_end(state.lookup(address)):
            _follow(state, each, (*path, address), done)
        done.add(address)


def _read_in_the_end(signal: Signal) -> list[Address]:
    settled = rebuild(target(signal), lambda n: target(n) if isinstance(n, Transition) else None)
    return [(n.instrument, n.parameter, n.index) for n in walk(settled) if isinstance(n, Reference)]
