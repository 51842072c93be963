"""Which live inputs of MIDI a state reads: those alone are written when a message comes."""

from functools import lru_cache

from plaud_live.control.state import State
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live
from plaud_live.signals.midi_names import MIDI
from plaud_live.signals.traversal import walk


def midi_names_of(state: State) -> frozenset[str]:
    """All `midi/…` names in what a state plays and sends."""
    return frozenset(name for signal in state.signals() for name in _names(signal))


@lru_cache(maxsize=1024)
def _names(signal: Signal) -> frozenset[str]:
    return frozenset(n.name for n in walk(signal) if isinstance(n, Live) and n.name.startswith(MIDI))
