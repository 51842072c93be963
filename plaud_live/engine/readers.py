"""Who reads which live inputs: found once a signal, whenever a state is handed over."""

from collections.abc import Mapping

from plaud_live.control.state import State
from plaud_live.signals.graph import Signal, walk
from plaud_live.signals.live import Live

Names = frozenset[str]


class Readers:
    """Belongs to the thread that hands states over. Signals that were seen in the last state are known."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Signal, Names]] = {}

    def find(self, state: State) -> Mapping[str, Mapping[str, Names]]:
        """Names of inputs by instrument and parameter, only where there are any."""
        before, self._known = self._known, {}
        found: dict[str, dict[str, Names]] = {}
        for name, instrument in state.instruments.items():
            for parameter, source in instrument.sources.items():
                known = before.get(id(source.signal)) or (source.signal, live_names(source.signal))
                self._known[id(source.signal)] = known  # with the signal, so that no other takes its id
                if known[1]:
                    found.setdefault(name, {})[parameter] = known[1]
        return found


def live_names(signal: Signal) -> Names:
    """The inputs that `signal` reads itself, not those of parameters that it follows."""
    return frozenset(node.name for node in walk(signal) if isinstance(node, Live))
