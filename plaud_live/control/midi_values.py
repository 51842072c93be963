"""What live inputs of MIDI read: events to values of those names that somebody reads.

Only names that are wanted are written, so that a flood of all controllers costs what is played with. What
every control said last is kept, up to a bound: a name that begins to be read has it at once.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import cache

from plaud_live.control.midi_events import Control, Event, Note
from plaud_live.control.midi_notes import Key, Notes, Voices
from plaud_live.control.mpe_bends import Bends
from plaud_live.signals.midi_names import (
    NOTE_FIELDS,
    TURN_STEPS,
    MidiName,
    device_fits,
    parse,
    unheard,
)

MAX_CONTROLS = 4096
"""Controls whose last value is kept: past that, the one that has been still for longest is forgotten."""

MAX_CHANNELS = 256
"""Of all devices, whose last note is kept."""

_KEYS = 127.0
_SLIDE = "cc74"
_KEY = "key"

Written = tuple[str, float]
"""A live input's name and its value from now on."""


class MidiValues:
    """`want` the names that are read, `take` events: both return what is to be written."""

    def __init__(self) -> None:
        self.notes = Notes()
        self.bends = Bends(self.notes.zones)
        self._last: OrderedDict[tuple[str, str, int], Control] = OrderedDict()  # by control, device, channel
        self._wanted: dict[str, MidiName] = {}
        self._readers: dict[str, list[tuple[str, MidiName]]] = {}  # names by the control that moves them
        self._players: list[tuple[str, MidiName]] = []  # names that notes move
        self._voices: dict[tuple[str, int], Voices] = {}
        self._turned: dict[str, float] = {}
        self._struck: OrderedDict[tuple[str, int], Note] = OrderedDict()  # the last note of each channel
        self._fits = cache(device_fits)

    def last(self) -> list[Control]:
        """What each control said last, the one that moved last at the end."""
        return list(self._last.values())

    def now(self, name: str) -> float | None:
        """What a live input reads, whether anybody reads it or not; None where nothing was heard."""
        each = parse(name)
        written = [] if each is None else list(self._now(name, each))
        return written[-1][1] if written else self._turned.get(name)

    def speaker(self, name: str) -> Control | Note | None:
        """What was heard last of all that a live input listens to; None for nothing."""
        each = parse(name)
        if each is None:
            return None
        base = each.control.partition("-")[0]
        zone = base.startswith("mpe")
        said: Iterable[Control | Note] = reversed(self._struck.values())
        if not (zone or base in NOTE_FIELDS or base.startswith(_KEY)):
            said = (e for e in reversed(self._last.values()) if e.control in (each.control, base))
        return next((e for e in said if self._concerns(each, e.device, e.channel, zone)), None)

    def want(self, names: Iterable[str]) -> list[Written]:
        """Follow these names alone; values of those that are new, where something has been heard of them."""
        wanted = {name: parsed for name in sorted(names) if (parsed := parse(name)) is not None}
        new = [name for name in wanted if name not in self._wanted]
        if len(new) == 0 and len(wanted) == len(self._wanted):
            return []
        self._wanted = wanted
        self._readers, self._players, scopes = {}, [], {}
        for name, each in wanted.items():
            base, _, kind = each.control.partition("-")
            if base in NOTE_FIELDS or base.startswith(_KEY):
                self._players.append((name, each))
            elif base.startswith("mpe"):
                self._players.append((name, each))
                scope = (each.device, each.channel)
                scopes[scope] = self._voices.get(scope) or self._voices_of(each)
            else:
                for control in {base, each.control} if kind == "14" else {base}:
                    self._readers.setdefault(control, []).append((name, each))
        self._voices = scopes
        self._turned = {name: value for name, value in self._turned.items() if name in wanted}
        return [written for name in new for written in self._now(name, wanted[name])]

    def take(self, event: Event) -> list[Written]:
        """What an event changes of the names that are wanted."""
        notes = self.notes.take(event)
        written: list[Written] = []
        if isinstance(event, Control):
            written += self._moved(event, self.bends.take(event))
        for note in notes:
            written += self._played(note)
        return written

    def _moved(self, event: Control, bent: tuple[int, ...]) -> Iterator[Written]:
        key = (event.control, event.device, event.channel)
        self._last[key] = event
        self._last.move_to_end(key)
        if len(self._last) > MAX_CONTROLS:
            self._last.popitem(last=False)
        for name, each in self._readers.get(event.control, ()):
            if self._concerns(each, event.device, event.channel):
                yield from self._read(name, each, event)
        for name, each in self._players:
            voice, field = _voice(each)
            if voice is None or field not in ("bend", "touch", "slide"):
                continue
            note = self._voices[each.device, each.channel].keys[voice]
            if note is None or note[0] != event.device:
                continue
            if field == "bend" and note[1] in bent:
                yield name, self.bends.of(*note[:2]).share
            elif note[1] != event.channel or field == "bend":
                continue
            elif event.control in (_SLIDE if field == "slide" else field, f"{field}{note[2]}"):
                yield name, event.value

    def _read(self, name: str, each: MidiName, event: Control) -> Iterator[Written]:
        kind = each.control.partition("-")[2]
        if kind.startswith("rel"):
            steps = turned(event.raw, int(kind[-1]))
            value = self._turned.get(name, unheard(name)) + steps / TURN_STEPS
            self._turned[name] = min(max(value, 0.0), 1.0)
            yield name, self._turned[name]
        elif each.control == event.control or not event.part:  # without an LSB the MSB has to do
            yield name, event.value

    def _played(self, note: Note) -> Iterator[Written]:
        if note.on:
            self._struck[note.device, note.channel] = note
            self._struck.move_to_end((note.device, note.channel))
            if len(self._struck) > MAX_CHANNELS:
                self._struck.popitem(last=False)
        for (device, channel), voices in self._voices.items():
            if self._concerns(MidiName("mpe", channel, device), note.device, note.channel, zone=True):
                voice = voices.take(note)
                if voice is not None:
                    yield from self._voice_now(device, channel, voice)
        for name, each in self._players:
            if _voice(each)[0] is None and self._concerns(each, note.device, note.channel):
                yield from self._note_now(name, each)

    def _note_now(self, name: str, each: MidiName) -> Iterator[Written]:
        """The note that counts for a name; where none is held the last one stays, its gate shut."""
        field, _, low = each.control.partition("-")
        held = [(k, v) for k, v in self.notes.held() if self._concerns(each, k[0], k[1])]
        if field.startswith(_KEY):
            number = int(field.removeprefix(_KEY))
            yield name, next((velocity for key, velocity in held if key[2] == number), 0.0)
        elif field == "gate":
            yield name, float(bool(held))
        elif held:
            key, velocity = min(held, key=lambda note: note[0][2]) if low else held[-1]
            yield name, _field(field, key, velocity)

    def _note_before(self, name: str, each: MidiName) -> Iterator[Written]:
        """The note that was let go last, for a name that begins to be read while none is held."""
        field = each.control.partition("-")[0]
        for note in reversed(self._struck.values()):
            if self._concerns(each, note.device, note.channel):
                key = note.device, note.channel, note.key
                silent = field == "gate" or field.startswith(_KEY)
                yield name, 0.0 if silent else _field(field, key, note.velocity)
                return

    def _voice_now(self, device: str, channel: int, voice: int) -> Iterator[Written]:
        for name, each in self._players:
            if (each.device, each.channel, _voice(each)[0]) == (device, channel, voice):
                yield from self._voice_field(name, each)

    def _voice_field(self, name: str, each: MidiName) -> Iterator[Written]:
        voice, field = _voice(each)
        voices = self._voices.get((each.device, each.channel)) or self._voices_of(each)
        key = None if voice is None else voices.keys[voice]
        if voice is None or key is None:
            return
        if field == "gate":
            yield name, float(voices.gates[voice])
        elif field in NOTE_FIELDS:
            yield name, _field(field, key, voices.velocities[voice])
        elif field == "bend":
            yield name, self.bends.of(*key[:2]).share
        else:
            said = self._last.get((_SLIDE if field == "slide" else field, *key[:2]))
            yield name, unheard(name) if said is None else said.value

    def _voices_of(self, each: MidiName) -> Voices:
        """Voices that have the notes which are held already."""
        voices = Voices()
        for (device, channel, key), velocity in self.notes.held():
            if self._concerns(each, device, channel, zone=True):
                voices.take(Note(0.0, device, channel, key, velocity, True))
        return voices

    def _now(self, name: str, each: MidiName) -> Iterator[Written]:
        """What a name that begins to be read has been told already."""
        base, _, kind = each.control.partition("-")
        if base in NOTE_FIELDS or base.startswith(_KEY):
            held = any(self._concerns(each, *key[:2]) for key, _ in self.notes.held())
            yield from self._note_now(name, each) if held else self._note_before(name, each)
        elif base.startswith("mpe"):
            yield from self._voice_field(name, each)
        elif not kind.startswith("rel"):
            said = [
                event
                for event in self._last.values()
                if event.control in (each.control, base) and self._concerns(each, event.device, event.channel)
            ]
            exact = [event for event in said if event.control == each.control]
            if said:
                yield name, (exact or said)[-1].value

    def _concerns(self, each: MidiName, device: str, channel: int, zone: bool = False) -> bool:
        """Whether a name listens to a channel of a device; with `zone`, to all of its MPE zone."""
        if each.device and not self._fits(each.device, device):
            return False
        return each.channel in (0, channel, self.notes.zones(device).master(channel) if zone else 0)


def turned(raw: int, encoding: int) -> int:
    """Steps that a relative encoder turned, to the right above 0, by its encoding 1..3."""
    match encoding:
        case 1:
            return raw - 128 if raw >= 64 else raw
        case 2:
            return raw - 64
        case _:
            return -(raw & 63) if raw & 64 else raw


def _voice(each: MidiName) -> tuple[int | None, str]:
    head, _, field = each.control.partition("-")
    return (int(head[-1]), field) if head.startswith("mpe") else (None, head)


def _field(field: str, key: Key, velocity: float) -> float:
    match field:
        case "pitch":
            return key[2] / _KEYS
        case "number":
            return float(key[2])
        case _:
            return velocity
