"""Who reads which live inputs: found once a signal, whenever a state is handed over."""

from collections.abc import Mapping

from plaud_live.control.state import State
from plaud_live.errors import SignalError
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live
from plaud_live.signals.space import Columns
from plaud_live.signals.traversal import walk

Names = frozenset[str]


class Readers:
    """Belongs to the thread that hands states over. Signals that were in the last state are known."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Signal, dict[str, Names]]] = {}

    def find(self, state: State) -> Mapping[str, Mapping[str, Names]]:
        """Names of inputs by instrument and parameter, only where there are any."""
        before, self._known = self._known, {}
        found: dict[str, dict[str, Names]] = {}
        for name, part in state.parts.items():
            for parameter, source in part.sources.items():
                signal = source.signal
                known = before.get(id(signal)) or (signal, _reads(parameter, signal))
                self._known[id(signal)] = known  # with the signal, so that no other takes its id
                if known[1]:
                    found.setdefault(name, {}).update(known[1])
        return found


def _reads(parameter: str, signal: Signal) -> dict[str, Names]:
    """The inputs that a source reads, not those of what it follows; latents that were set alone by name."""
    parts = {parameter: signal}
    if isinstance(signal, Columns):
        columns = zip(signal.indices, signal.signals, strict=True)
        parts = {parameter: signal.base, **{f"{parameter}{i}": each for i, each in columns}}
    names = {name: _names(part) for name, part in parts.items()}
    return {name: found for name, found in names.items() if found}


def _names(signal: Signal) -> Names:
    try:
        return frozenset(node.name for node in walk(signal) if isinstance(node, Live))
    except SignalError:  # too large to be looked through: it plays all the same
        return frozenset()
