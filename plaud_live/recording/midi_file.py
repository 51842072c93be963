"""Standard MIDI files, after the specification RP-001: format 1, ticks of a beat.

Our own writer, as no more than this is wanted of one.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

MOST_WAIT = (1 << 28) - 1
"""Ticks that can pass between two events of a track."""

_TEXT, _NAME, _MARKER, _END, _TEMPO, _METER = 0x01, 0x03, 0x06, 0x2F, 0x51, 0x58
_META = 0xFF
_HEADER = struct.Struct(">4sIHHH")
_CHUNK = struct.Struct(">4sI")
CLOCKS_A_CLICK, THIRTY_SECONDS_A_BEAT = 24, 8


@dataclass
class Track:
    """Events at ticks. Of those at the same tick, the one that was added first comes first."""

    name: str
    events: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, tick: int, message: bytes) -> None:
        """A message of a channel, whole."""
        self.events.append((tick, message))

    def tempo(self, tick: int, microseconds: int) -> None:
        """So many a beat from here on."""
        self.add(tick, _meta(_TEMPO, microseconds.to_bytes(3, "big")))

    def meter(self, tick: int, beats: int) -> None:
        """So many quarter notes a bar from here on."""
        self.add(tick, _meta(_METER, bytes((beats, 2, CLOCKS_A_CLICK, THIRTY_SECONDS_A_BEAT))))

    def marker(self, tick: int, text: str) -> None:
        """A place with a name."""
        self.add(tick, _meta(_MARKER, _encoded(text)))

    def to_bytes(self, end: int) -> bytes:
        """As a chunk of a file, that ends at a tick or after its last event."""
        data = bytearray(_wait(0) + _meta(_NAME, _encoded(self.name)))
        events = sorted(self.events, key=lambda event: event[0])
        now = 0
        for tick, message in [*events, (max(end, events[-1][0] if events else 0), _meta(_END, b""))]:
            while tick - now > MOST_WAIT:
                data += _wait(MOST_WAIT) + _meta(_TEXT, b"")
                now += MOST_WAIT
            data += _wait(tick - now) + message
            now = tick
        return _CHUNK.pack(b"MTrk", len(data)) + bytes(data)


def write(path: Path, ticks_a_beat: int, tracks: Iterable[Track], end: int) -> None:
    """Write a file that is not there yet, as long as `end` ticks. Raises OSError."""
    chunks = [track.to_bytes(end) for track in tracks]
    header = _HEADER.pack(b"MThd", 6, 1, len(chunks), ticks_a_beat)
    with path.open("xb") as file:
        file.write(header + b"".join(chunks))


def _meta(kind: int, data: bytes) -> bytes:
    return bytes((_META, kind)) + _wait(len(data)) + data


def _wait(number: int) -> bytes:
    """A number in as many groups of seven bits as it needs."""
    groups = [number & 127]
    while number := number >> 7:
        groups.insert(0, number & 127 | 128)
    return bytes(groups)


def _encoded(text: str) -> bytes:
    """The specification leaves letters beyond ASCII to the reader; most take them as UTF-8."""
    return text.encode("utf-8", "replace")
