"""Standard MIDI files, format 1, written by mido: here events have ticks, there the waits between them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mido

MOST_WAIT = (1 << 28) - 1
"""Ticks that a file can have between two events of a track."""


@dataclass
class Track:
    """Events at ticks. Of those at the same tick, the one that was added first comes first."""

    name: str
    _events: list[tuple[int, Any]] = field(default_factory=list)

    def add(self, tick: int, message: bytes) -> None:
        """A message of a channel, whole."""
        self._events.append((tick, mido.Message.from_bytes(message)))

    def tempo(self, tick: int, microseconds: int) -> None:
        """So many a beat from here on."""
        self._events.append((tick, mido.MetaMessage("set_tempo", tempo=microseconds)))

    def meter(self, tick: int, beats: int) -> None:
        """So many quarter notes a bar from here on."""
        self._events.append((tick, mido.MetaMessage("time_signature", numerator=beats, denominator=4)))

    def marker(self, tick: int, text: str) -> None:
        """A place with a name."""
        self._events.append((tick, mido.MetaMessage("marker", text=_encodable(text))))

    def as_waits(self, end: int) -> mido.MidiTrack:
        """As mido has it; it ends at the tick `end`, or after its last event."""
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=_encodable(self.name))])
        now = 0
        for tick, message in sorted(self._events, key=lambda event: event[0]):
            now = _wait(track, now, tick)
            track.append(message.copy(time=tick - now))
            now = tick
        now = _wait(track, now, max(end, now))
        track.append(mido.MetaMessage("end_of_track", time=max(end - now, 0)))
        return track


def write(path: Path, ticks_a_beat: int, tracks: Iterable[Track], end: int) -> None:
    """Write a file that is not there yet, as long as `end` ticks. Raises OSError."""
    made = mido.MidiFile(type=1, ticks_per_beat=ticks_a_beat, charset="utf-8")
    made.tracks.extend(track.as_waits(end) for track in tracks)
    with path.open("xb") as file:
        made.save(file=file)


def _wait(track: mido.MidiTrack, now: int, tick: int) -> int:
    """Part a wait that is longer than a file can count; returns the tick from which the rest is counted."""
    while tick - now > MOST_WAIT:
        track.append(mido.MetaMessage("text", time=MOST_WAIT))
        now += MOST_WAIT
    return now


def _encodable(text: str) -> str:
    """Without halves of surrogate pairs, that UTF-8 cannot have."""
    return text.encode("utf-8", "replace").decode("utf-8")
