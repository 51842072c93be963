"""MIDI in the engine: devices and their bytes, the events for whoever listens, the live inputs that are read.

Belongs to the control thread. Ports are a process of their own (`engine.midi_ports`); without one, as in
tests and offline, bytes are fed in and what is sent is kept.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable

from plaud_live.control.midi_events import Event, Quiet
from plaud_live.control.midi_parser import Parser
from plaud_live.control.midi_values import MidiValues, Written

MAX_DEVICES = 64
MAX_KEPT = 1000

Listener = Callable[[Event], None]


class MidiHub:
    """`listeners` are called with every event, in the order in which they came; `write` gives a live input
    a value."""

    def __init__(
        self, write: Callable[[str, float], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.listeners: list[Listener] = []
        self.values = MidiValues()
        self.sent: deque[tuple[str, bytes, float | None]] = deque(maxlen=MAX_KEPT)
        """What was sent while there were no ports: stem of the device, bytes, when."""
        self._write, self._clock = write, clock
        self._parsers: dict[str, Parser] = {}

    def want(self, names: Iterable[str]) -> None:
        """Write these live inputs from now on, and no others; what is known of new ones at once."""
        self._put(self.values.want(names))

    def feed(self, device: str, data: bytes, at: float | None = None) -> None:
        """Bytes of whole messages have come from a device, `at` in seconds of time.monotonic(); None: now."""
        parser = self._parsers.get(device)
        if parser is None:
            if len(self._parsers) >= MAX_DEVICES:
                return
            parser = self._parsers[device] = Parser(device)
        self._tell(parser.take(data, self._clock() if at is None else at))

    def poll(self) -> None:
        """Take what has come, and what has waited for its other half. A few times a second at least."""
        now = self._clock()
        for parser in self._parsers.values():
            self._tell(parser.flush(now))

    def send(self, device: str, data: bytes, at: float | None = None) -> None:
        """Send bytes of whole messages to a device, `at` in seconds of time.monotonic(); None: now."""
        self.sent.append((device, data, at))

    def devices(self) -> list[dict[str, object]]:
        """What is or was plugged in: name, stem, in, out (whether it has such ports), connected."""
        stems = sorted(self._parsers)
        return [{"name": s, "stem": s, "in": True, "out": False, "connected": True} for s in stems]

    def unplug(self, device: str) -> None:
        """A device is gone: its notes end, its knobs stay."""
        if self._parsers.pop(device, None) is not None:
            self._tell([Quiet(self._clock(), device)])

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            self._put(self.values.take(event))
            for listener in self.listeners:
                listener(event)

    def _put(self, written: Iterable[Written]) -> None:
        for name, value in written:
            self._write(name, value)
