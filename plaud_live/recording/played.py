"""What was played on devices and typed as notes, as tracks of a MIDI file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.keys import TypedNote
from plaud_live.control.state import State
from plaud_live.recording.midi_file import Track
from plaud_live.recording.score import Score
from plaud_live.recording.sessions import Event

NOTE_OFF, NOTE_ON, PRESSURE, CONTROL, PROGRAM, TOUCH, BEND = 0x80, 0x90, 0xA0, 0xB0, 0xC0, 0xD0, 0xE0
SYSTEM = 0xF0
RECORD = "midi"
"""The kind of event that has the bytes: see `engine.midi_record`."""

_LENGTHS = {PROGRAM: 2, TOUCH: 2}
_RELEASE = 64
"""How fast a key comes up, of which nobody has said how fast."""


def messages(data: bytes) -> Iterator[bytes]:
    """The messages of channels in some bytes, each whole with its status; what is none is left out."""
    status, at = 0, 0
    while at < len(data):
        if data[at] >= NOTE_OFF:
            status, at = data[at], at + 1
        size = _LENGTHS.get(status & 0xF0, 3) - 1
        values = data[at : at + size]
        if not NOTE_OFF <= status < SYSTEM or len(values) < size or max(values) >= NOTE_OFF:
            at += 1
            continue
        yield bytes((status, *values))
        at += size


@dataclass
class _Channel:
    """The track of a channel of a device; what it says before the first sample is gathered.

    `stood` has the last of each controller, `held` the keys that are down.
    """

    track: Track
    stood: dict[tuple[int, int], bytes] = field(default_factory=dict)
    held: dict[int, bytes] = field(default_factory=dict)

    def note(self, message: bytes) -> None:
        """See what a message does."""
        kind, key = message[0] & 0xF0, message[1]
        if kind == NOTE_ON and message[2]:
            self.held[key] = message
        elif kind in (NOTE_ON, NOTE_OFF):
            self.held.pop(key, None)
        elif kind != PRESSURE:
            place = kind, key if kind == CONTROL else 0
            self.stood.pop(place, None)  # the order in which they came is kept
            self.stood[place] = message

    def begin(self) -> None:
        """Have it stand, from the first tick on, as it stood before."""
        for message in (*self.stood.values(), *self.held.values()):
            self.track.add(0, message)

    def lift(self, tick: int) -> None:
        """Let all keys go."""
        for key, message in self.held.items():
            self.track.add(tick, bytes((NOTE_OFF | message[0] & 0xF, key, _RELEASE)))
        self.held.clear()


def device_tracks(events: Iterable[Event], score: Score, start: int, stop: int) -> list[Track]:
    """A track for each channel of each device, of samples [start, stop): each byte as it came.

    Controllers stand at the beginning as they stood then; keys that are held at the end are let go.
    """
    channels: dict[tuple[str, int], _Channel] = {}
    begun: set[tuple[str, int]] = set()
    for sample, device, data in _rows(events):
        if sample >= stop:
            break
        tick = score.tick(max(sample, start))
        if sample >= start:
            _begin(channels, begun)
        if not data:
            for place, channel in channels.items():
                if place[0] == device:
                    channel.lift(tick)
        for message in messages(data):
            place = device, (message[0] & 0xF) + 1
            if place not in channels:
                channels[place] = _Channel(Track(f"{device} channel {place[1]}"))
            channels[place].note(message)
            if sample >= start:
                begun.add(place)
                channels[place].track.add(tick, message)
    _begin(channels, begun)
    for channel in channels.values():
        channel.lift(score.end)
    return [channels[place].track for place in sorted(channels)]


def _begin(channels: dict[tuple[str, int], _Channel], begun: set[tuple[str, int]]) -> None:
    for place in channels.keys() - begun:
        channels[place].begin()
    begun |= channels.keys()


def _rows(events: Iterable[Event]) -> list[tuple[int, str, bytes]]:
    """Sample, device and bytes of all that came, in order."""
    found = []
    for event in events:
        if event.get("kind") != RECORD:
            continue
        for row in event.get("data") or ():
            sample, device, data = row
            found.append((int(sample), str(device), bytes.fromhex(data)))
    return sorted(found, key=lambda row: row[0])


def typed_tracks(
    states: Sequence[tuple[int, State]], tempo: TempoMap, score: Score, start: int, stop: int
) -> list[Track]:
    """A track for each instrument that notes were typed for, or sent over OSC, of samples [start, stop)."""
    tracks: dict[str, Track] = {}
    for note, end in sorted(_typed(states, tempo), key=lambda each: each[0].start):
        first = max(start, round(tempo.sample(note.start)))
        last = stop if end is None else min(end, stop)
        if first >= last:
            continue
        track = tracks.setdefault(note.instrument, Track(f"{note.instrument} notes"))
        key, velocity = min(max(round(note.key), 0), 127), min(max(round(127 * note.velocity), 1), 127)
        tick = score.tick(first)
        track.add(max(score.tick(last), tick + 1), bytes((NOTE_OFF, key, _RELEASE)))
        track.add(tick, bytes((NOTE_ON, key, velocity)))
    return [tracks[name] for name in sorted(tracks)]


def _typed(states: Sequence[tuple[int, State]], tempo: TempoMap) -> Iterator[tuple[TypedNote, int | None]]:
    """Each note, and the sample at which it ends: where its end is, or where a state knows it no more."""
    going: dict[tuple[Any, ...], tuple[TypedNote, int | None]] = {}
    for sample, state in states:
        there = {(note.instrument, note.key, note.start): note for note in state.notes}
        for key in going.keys() - there.keys():
            note, end = going.pop(key)
            yield note, sample if end is None else min(end, sample)
        for key, note in there.items():
            going[key] = note, None if note.end is None else round(tempo.sample(note.end))
    yield from going.values()
