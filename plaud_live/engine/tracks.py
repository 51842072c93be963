"""What sounds, for whoever writes it down: the last seconds of input, mix and instruments, in shared memory.

The memory has no name; the supervisor makes it, so that it outlives an engine and a writer. One clock: place
`n % LENGTH` of every ring is engine sample n. The engine's render thread writes (`capture`), the process of
`recording` reads; neither waits for the other. Data goes first, then the counter `written`. What has been
overwritten while it was copied is found by looking at `written` again.

Instruments come and go: a list of entries says whose sound lies in which ring, from which sample to which,
and what its control frames look like. A ring that was given back is taken again last, so that its sound stays
for as long as that of the others, unless more than 16 come within that time.
"""

import mmap
import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plaud_live.engine.counters import Counters, header
from plaud_live.engine.snapshot import shared_file
from plaud_live.errors import SessionError

Samples = NDArray[np.float32]
Frames = NDArray[np.float64]

GRID = 1024
LENGTH = 375 * GRID
"""Samples in a ring, a multiple of GRID: 8.7 s at 44.1 kHz, 4 s at 96 kHz."""

SLACK = 8 * GRID
"""So many of them are about to be overwritten: two of the longest blocks."""

CHANNELS = 2
INPUT, MIX = 0, 1
"""The rings of these two; those of instruments follow."""

INSTRUMENTS = 16
RINGS = 2 + INSTRUMENTS
FRAMES_ROOM = 1 << 16
"""Numbers in a ring of control frames: 20 s of a model of 8 latents, 2.7 s of 128."""

MAX_ENTRIES = 256
OPEN = 1 << 62
"""Where an entry ends that has not ended."""

_HEADER = header(
    {
        "length": np.uint64,
        "first": np.uint64,
        # written by the engine
        "sample_rate": np.float64,
        "delay": np.uint64,
        "written": np.uint64,
        "entries": np.uint64,
        # written by the writer
        "captured": np.uint64,
        "recording": np.uint64,
        "lost": np.uint64,
        "alive_ns": np.uint64,
    }
)
_ENTRY = np.dtype(
    [
        ("number", np.uint64),
        ("name", "S64"),
        ("digest", "S64"),
        ("ring", np.uint32),
        ("hop", np.uint32),
        ("latents", np.uint32),
        ("width", np.uint32),
        ("born", np.uint64),
        ("ended", np.uint64),
        ("frames", np.uint64),
    ]
)
_ENTRIES_AT = _HEADER.itemsize
_SOUND_AT = -(-(_ENTRIES_AT + MAX_ENTRIES * _ENTRY.itemsize) // 4096) * 4096


@dataclass(frozen=True)
class Entry:
    """Whose sound ring `ring` has from sample `born` until before `ended`.

    A frame is a sample, then `width` numbers, of which the first `latents` are raw latents. `hop` is 0 and
    `digest` empty for what has no frames.
    """

    number: int
    name: str
    digest: str
    ring: int
    hop: int
    latents: int
    width: int
    born: int
    ended: int


class Tracks(Counters):
    """One process's view of the memory."""

    def __init__(self, fd: int) -> None:
        """Open what another process made. Raises SessionError when the descriptor is none."""
        self.fd = fd
        try:
            memory = mmap.mmap(fd, os.fstat(fd).st_size)
            if hasattr(mmap, "MADV_NOHUGEPAGE"):
                memory.madvise(mmap.MADV_NOHUGEPAGE)  # a large page that comes late has cost 7 ms in a block
            super().__init__(np.frombuffer(memory, _HEADER, count=1))
            self.length = self.get("length")
            self.table = np.frombuffer(memory, _ENTRY, MAX_ENTRIES, _ENTRIES_AT)
            numbers = RINGS * self.length * CHANNELS
            sounds = np.frombuffer(memory, np.float32, numbers, _SOUND_AT)
            room = np.frombuffer(memory, np.float64, INSTRUMENTS * FRAMES_ROOM, _SOUND_AT + 4 * numbers)
        except (OSError, ValueError) as error:
            raise SessionError(f"descriptor {fd} holds no tracks: {error}") from None
        self.sounds: Samples = sounds.reshape(RINGS, self.length, CHANNELS)
        """[ring, sample, channel]."""
        self.rooms: Frames = room.reshape(INSTRUMENTS, FRAMES_ROOM)
        """Of the rings from 2 on: [ring - 2, number]."""

    @classmethod
    def create(cls, length: int = LENGTH, first: int = 0) -> "Tracks":
        """New and silent, from engine sample `first` on. Memory is taken as it is written to."""
        if length % GRID or length <= SLACK:
            raise ValueError(f"{length} is no length for tracks: wants a multiple of {GRID} above {SLACK}")
        size = _SOUND_AT + RINGS * length * CHANNELS * 4 + INSTRUMENTS * FRAMES_ROOM * 8
        fd = shared_file("plaud-tracks", size)
        head = np.zeros(1, _HEADER)
        head["length"] = length
        head["first"] = head["written"] = head["captured"] = first
        head["entries"] = first  # numbers that no entry of this session had before
        with mmap.mmap(fd, _HEADER.itemsize) as memory:
            memory[:] = head.tobytes()
        return cls(fd)

    def set_stream(self, sample_rate: float, delay: int) -> None:
        """By the engine: what it renders at, and by how many samples the mix is later than its parts."""
        self.set("sample_rate", sample_rate)
        self.set("delay", delay)

    @property
    def oldest(self) -> int:
        """The first sample that can be read now."""
        return max(0, self.get("written") - self.length + SLACK)

    def read(self, ring: int, start: int, stop: int) -> Samples | None:
        """A copy of samples [start, stop) of a ring, [n, 2]; None where they are gone, or are to come."""
        if not self.oldest <= start <= stop <= self.get("written"):
            return None
        at, count = start % self.length, stop - start
        first = min(count, self.length - at)
        copy = np.concatenate([self.sounds[ring, at : at + first], self.sounds[ring, : count - first]])
        return copy if self.oldest <= start else None

    def entries(self, since: int = 0) -> list[Entry]:
        """The entries from number `since` on, as they are now; those before the last 256 are forgotten."""
        count = self.get("entries")
        found = map(self.find, range(max(since, count - MAX_ENTRIES), count))
        return [entry for entry in found if entry is not None]

    def find(self, number: int) -> Entry | None:
        """An entry as it is now; None where there is none of that number, any more or at all."""
        row = self.table[number % MAX_ENTRIES]
        if int(row["number"]) != number or number >= self.get("entries"):
            return None
        name, digest = row["name"].decode(), row["digest"].decode()
        kept = (int(row[each]) for each in ("ring", "hop", "latents", "width", "born", "ended"))
        return Entry(number, name, digest, *kept)

    def read_frames(self, entry: Entry, since: int) -> tuple[Frames, int]:
        """The control frames from number `since` on, [f, 1 + width], and the number of the next one.

        What has been overwritten is left out.
        """
        row = self.table[entry.number % MAX_ENTRIES]
        count, size = int(row["frames"]), 1 + entry.width
        holds = FRAMES_ROOM // size
        first = max(since, count - holds + 1)
        if not entry.hop or first >= count:
            return np.zeros((0, size)), max(since, count)
        room = self.rooms[entry.ring - 2, : holds * size].reshape(holds, size)
        found = room[np.arange(first, count) % holds]
        gone = max(0, int(row["frames"]) - holds + 1 - first)
        if any(later.ring == entry.ring for later in self.entries(entry.number + 1)):
            gone = len(found)
        return found[gone:], count

    def close(self) -> None:
        """Close the descriptor; the memory goes with the last process."""
        os.close(self.fd)
