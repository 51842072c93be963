"""What goes wrong while it sounds: sources that are held, voices that gave what is no number."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from plaud_live.control.namespace import root_of
from plaud_live.engine.slot import Slot

MAX_EVENTS = 256


@dataclass(frozen=True)
class Event:
    """Something that went wrong at engine sample `sample`; `kind` is held (a source) or nan (a voice)."""

    kind: str
    sample: int
    instrument: str
    parameter: str
    reason: str

    @property
    def address(self) -> str:
        """Where, as OSC has it."""
        return (root_of(self.instrument) + self.parameter).rstrip("/")

    @property
    def line(self) -> str:
        """For the performer."""
        if self.kind == "held":
            return f"{self.instrument}.{self.parameter} is held at its last value: {self.reason}"
        return f"{self.instrument} was silenced for a moment and started again: its voice was {self.reason}"


class Troubles:
    """Leaves an event where a voice or a source has begun to fail, for each at most one a second.

    `events` is taken from by another thread; the oldest go where nobody takes them.
    """

    def __init__(self, sample_rate: int) -> None:
        self.events: deque[Event] = deque(maxlen=MAX_EVENTS)
        self._pause = sample_rate  # samples
        self._told: dict[str, Mapping[str, str]] = {}
        self._quiet_until: dict[str, int] = {}

    def look_at(self, slot: Slot, held: Mapping[str, str], position: int) -> None:
        """After a block that ends before the engine sample `position`; `held` has parameters, and why."""
        if slot.trouble:
            self._leave(Event("nan", position, slot.name, "", slot.reason), slot.name)
        slot.trouble = 0
        told = self._told.get(slot.name, {})
        if held != told:
            for parameter in sorted(held.keys() - told.keys()):
                place = f"{slot.name}.{parameter}"
                self._leave(Event("held", position, slot.name, parameter, held[parameter]), place)
            self._told[slot.name] = held

    def _leave(self, event: Event, place: str) -> None:
        if event.sample >= self._quiet_until.get(place, 0):
            self.events.append(event)
            self._quiet_until[place] = event.sample + self._pause
