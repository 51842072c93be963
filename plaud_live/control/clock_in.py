"""MIDI clock that leads: what its ticks and its transport say, as a tempo and a place in a song."""

from plaud_live.control.clock_filter import TICKS_A_BEAT, ClockFilter
from plaud_live.control.midi_events import Clock

TICKS_A_SIXTEENTH = 6


class ClockIn:
    """One device's clock. `take` its events in order; times are seconds of `time.monotonic()`.

    After a start the next tick is the song's first beat; after a continue, the place where it was stopped or
    that a song position has named. Until then, and after ticks that stopped without a word, only the tempo
    is known.
    """

    def __init__(self, device: str) -> None:
        self.device = device
        self.filter = ClockFilter()
        self.running = False
        self._origin: int | None = None  # the filter's number of the song's tick 0
        self._next: int | None = None  # song position of the next tick, in ticks, where it was announced

    def take(self, event: Clock) -> None:
        """What the device said."""
        match event.kind:
            case "clock":
                self._tick(event.time)
            case "start":
                self.running, self._next = True, 0
            case "continue":
                self.running = True
                if self._next is None and self._origin is not None:
                    self._next = self.filter.count + 1 - self._origin
            case "stop":
                if self.running and self._next is None and self._origin is not None:
                    self._next = self.filter.count + 1 - self._origin
                self.running = False
            case "position":
                self._next = event.position_sixteenths * TICKS_A_SIXTEENTH

    def beat(self, now: float) -> float | None:
        """Where in its song the device is, in beats; None where that is not known, or while it stands."""
        if not self.running or self._next is not None or self._origin is None:
            return None
        return (self.filter.ticks(now) - self._origin) / TICKS_A_BEAT

    def _tick(self, time: float) -> None:
        if self.filter.is_gone(time) and self._next is None:
            self._origin = None
        self.filter.tick(time)
        if self.running and self._next is not None:
            self._origin, self._next = self.filter.count - self._next, None
