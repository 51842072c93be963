"""Pitch bend as MIDI Polyphonic Expression 1.0 (M1-100-UM, formerly RP-053) adds it up.

In a zone that a device has configured (RPN 6), the bend of the master channel is added to that of each note's
own channel. RPN 0 says over how many semitones: on the master channel for that one (2 until then), on any
member channel for all members (48). Elsewhere a channel bends alone, by as much as whoever plays it likes,
unless RPN 0 says how much.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from plaud_live.control.midi_events import Control, Event
from plaud_live.control.midi_notes import Zones

MASTER_SEMITONES, MEMBER_SEMITONES = 2.0, 48.0
MOST_SEMITONES = 96.0
_COARSE_BITS = 7
_CENTS = 100.0


@dataclass(frozen=True, slots=True)
class Bent:
    """A channel's bend: its own `value` -1..1 over `semitones` (None: nobody has said it), and what its zone
    adds, in semitones."""

    value: float = 0.0
    semitones: float | None = None
    zone: float = 0.0

    @property
    def share(self) -> float:
        """All of it as a share of the channel's own range, -1..1."""
        added = self.zone / self.semitones if self.semitones else 0.0
        return min(max(self.value + added, -1.0), 1.0)


class Bends:
    """The bends of all devices. `zones` gives those of a device, which are to hear of an event first."""

    def __init__(self, zones: Callable[[str], Zones]) -> None:
        self._zones = zones
        self._values: dict[tuple[str, int], float] = {}  # by device and channel
        self._ranges: dict[tuple[str, int], float] = {}  # the same; of members, by minus their master's

    def take(self, event: Event) -> tuple[int, ...]:
        """Note what has come; the channels of the event's device that are bent in another way by it."""
        if not isinstance(event, Control):
            return ()
        device, channel = event.device, event.channel
        zone = self._zones(device)
        match event.control:
            case "bend":
                self._values[device, channel] = event.value
                return zone.members_with(channel) if zone.is_master(channel) else (channel,)
            case "rpn0":
                if zone.master_of(channel) is None or zone.is_master(channel):
                    self._ranges[device, channel] = _semitones(event)
                    return zone.members_with(channel)
                master = zone.master(channel)
                self._ranges[device, -master] = _semitones(event)
                return zone.members_with(master)
            case "rpn6":
                self._forget(device, (*zone.members_with(channel), -channel))
                return tuple(range(1, 17))  # channels may have changed zones
            case _:
                return ()

    def of(self, device: str, channel: int) -> Bent:
        """The bend of a channel."""
        value, zone = self._values.get((device, channel), 0.0), self._zones(device)
        master = zone.master_of(channel)
        if master is None:
            return Bent(value, self._ranges.get((device, channel)))
        above = self._ranges.get((device, master), MASTER_SEMITONES)
        if master == channel:
            return Bent(value, above)
        own = self._ranges.get((device, -master), MEMBER_SEMITONES)
        return Bent(value, own, above * self._values.get((device, master), 0.0))

    def _forget(self, device: str, channels: Iterable[int]) -> None:
        for channel in channels:
            self._values.pop((device, channel), None)
            self._ranges.pop((device, channel), None)


def _semitones(event: Control) -> float:
    """The range that RPN 0 says: semitones, then hundredths."""
    fine = event.bits > _COARSE_BITS
    said = (event.raw >> _COARSE_BITS) + (event.raw & 0x7F) / _CENTS if fine else float(event.raw)
    return min(said, MOST_SEMITONES)
