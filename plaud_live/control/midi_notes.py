"""Which notes are held, and which of them counts: the last, the lowest, or one for each voice of an MPE zone.

MIDI Polyphonic Expression 1.0 (RP-053): in a zone each note has a channel of its own, so that bend, pressure
and timbre (controller 74) are the note's alone; the zone's first or last channel speaks for all of it.
"""

from collections import OrderedDict
from dataclasses import dataclass

from plaud_live.control.midi_events import Control, Event, Note, Quiet
from plaud_live.signals.midi_names import MPE_VOICES

_LOWER, _UPPER = 1, 16
_MOST_HELD = 128

Key = tuple[str, int, int]
"""Device, channel, key."""


@dataclass
class Zones:
    """The MPE zones of one device: how many channels belong to the lower (from 2 up) and the upper (from 15
    down). Until it says so, a device has the lower zone with all channels, each of which bends alone."""

    lower: int = 15
    upper: int = 0
    configured: bool = False

    def set(self, master: int, members: int) -> None:
        """The MPE configuration message, RPN 6 on a master channel. The newer zone takes from the older."""
        members = min(members, 15)
        self.configured |= master in (_LOWER, _UPPER)
        if master == _LOWER:
            self.lower = members
            self.upper = min(self.upper, max(0, 14 - members))
        elif master == _UPPER:
            self.upper = members
            self.lower = min(self.lower, max(0, 14 - members))

    def master(self, channel: int) -> int:
        """The channel that speaks for `channel`; itself where it is in no zone."""
        if channel <= 1 + self.lower and self.lower:
            return _LOWER
        return _UPPER if channel >= 16 - self.upper and self.upper else channel

    def master_of(self, channel: int) -> int | None:
        """The master of the zone that a channel belongs to, itself for a master, where the device has
        configured it; None elsewhere."""
        master = self.master(channel)
        return master if self.configured and (master != channel or self.is_master(channel)) else None

    def is_master(self, channel: int) -> bool:
        """Whether a channel speaks for a zone that the device has configured."""
        members = self.lower if channel == _LOWER else self.upper if channel == _UPPER else 0
        return self.configured and members > 0

    def members_with(self, master: int) -> tuple[int, ...]:
        """A master channel and those that it speaks for; a channel alone that speaks for no other."""
        if not self.is_master(master):
            return (master,)
        return tuple(channel for channel in range(1, 17) if self.master_of(channel) == master)


class Notes:
    """The notes of all devices, in the order in which they were pressed. The sustain pedal holds them too."""

    def __init__(self) -> None:
        self._held: OrderedDict[Key, float] = OrderedDict()
        self._lifted: set[Key] = set()  # of those, the ones that only a pedal holds
        self._pedals: set[tuple[str, int]] = set()
        self._zones: dict[str, Zones] = {}

    def zones(self, device: str) -> Zones:
        """The MPE zones of a device."""
        return self._zones.setdefault(device, Zones())

    def held(self) -> list[tuple[Key, float]]:
        """The notes that sound with their velocities, the one first that was pressed first."""
        return list(self._held.items())

    def take(self, event: Event) -> list[Note]:
        """Note what has come; what begins or ends to sound by it, as notes. A pedal up ends several."""
        match event:
            case Note(on=True):
                key = (event.device, event.channel, event.key)
                ended = [self._end(event, key)] if key in self._held else []
                if len(self._held) >= _MOST_HELD:
                    ended.append(self._end(event, next(iter(self._held))))
                self._held[key] = event.velocity
                return [*ended, event]
            case Note():
                key = (event.device, event.channel, event.key)
                if key not in self._held:
                    return []
                if self._is_pedalled(event.device, event.channel):
                    self._lifted.add(key)
                    return []
                return [self._end(event, key)]
            case Control(control="cc64"):
                return self._pedal(event)
            case Control(control="rpn6"):
                self.zones(event.device).set(event.channel, event.raw >> 7 if event.bits > 7 else event.raw)
                return []
            case Quiet(device=device, channel=channel):
                self._pedals -= {p for p in self._pedals if p[0] == device and channel in (0, p[1])}
                keys = [key for key in self._held if key[0] == device and channel in (0, key[1])]
                return [self._end(event, key) for key in keys]
            case _:
                return []

    def _pedal(self, event: Control) -> list[Note]:
        pedal = (event.device, event.channel)
        if event.value >= 0.5:
            self._pedals.add(pedal)
            return []
        self._pedals.discard(pedal)
        ended = [key for key in self._held if key in self._lifted and not self._is_pedalled(*key[:2])]
        return [self._end(event, key) for key in ended]

    def _is_pedalled(self, device: str, channel: int) -> bool:
        return bool({(device, channel), (device, self.zones(device).master(channel))} & self._pedals)

    def _end(self, event: Event, key: Key) -> Note:
        del self._held[key]
        self._lifted.discard(key)
        velocity = event.velocity if isinstance(event, Note) and not event.on else 0.5
        return Note(event.time, key[0], key[1], key[2], velocity, False)


class Voices:
    """Gives each note one of MPE_VOICES voices: the one released first, else the oldest is stolen."""

    def __init__(self) -> None:
        self.keys: list[Key | None] = [None] * MPE_VOICES
        self.velocities = [0.0] * MPE_VOICES
        self.gates = [False] * MPE_VOICES
        self._order = list(range(MPE_VOICES))  # the next to be taken first

    def take(self, note: Note) -> int | None:
        """Begin or end a note; the voice that it concerns."""
        key = (note.device, note.channel, note.key)
        if note.on:
            free = [voice for voice in self._order if not self.gates[voice]]
            voice = (free or self._order)[0]
            self.keys[voice], self.velocities[voice] = key, note.velocity
        else:
            found = [voice for voice in self._order if self.gates[voice] and self.keys[voice] == key]
            if not found:
                return None
            voice = found[0]
        self.gates[voice] = note.on
        self._order.remove(voice)
        self._order.append(voice)
        return voice
