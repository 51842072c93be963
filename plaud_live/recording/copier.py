"""From memory to disk: what sounds is copied into the spool; what could not be is written down as a gap."""

import contextlib
import errno
from collections.abc import Callable

from plaud_live.engine.tracks import INPUT, MIX, Entry, Samples, Tracks
from plaud_live.recording import spool as files
from plaud_live.recording.room import Room, Wanted
from plaud_live.recording.spool import Part, Spool

AWAY, FULL = "the writer was away", "the disk was full"


class Copier:
    """`wanted` says what takes still want of the spool; `say` tells the performer."""

    def __init__(
        self,
        tracks: Tracks,
        spool: Spool,
        room: Room,
        wanted: Callable[[], Wanted],
        say: Callable[[str], None],
    ) -> None:
        self._tracks, self.spool, self._room = tracks, spool, room
        self._wanted, self._say = wanted, say
        self._following: dict[int, int] = {}  # by entry that goes on: how many of its frames are written
        self._entries = 0
        self._full = False

    @property
    def done(self) -> int:
        """The sample up to which all is on disk, or lost."""
        return self._tracks.get("captured")

    def work(self) -> None:
        """Copy all that is new, in portions."""
        tracks = self._tracks
        written, start = tracks.get("written"), self.done
        entries = self._note_entries()
        if start < tracks.oldest:
            oldest = min(written, tracks.oldest + files.PORTION)  # ahead of what overwrites it
            self._miss(start, oldest, AWAY)
            start = oldest
        while start < written:
            stop = min(written, start + files.PORTION)
            if not self._copy_portion(start, stop, entries):
                return
            tracks.set("captured", stop)
            start = stop
        for part, entry in entries:
            number = entry.number
            frames, following = tracks.read_frames(entry, self._following.get(number, 0))
            if len(frames):
                with contextlib.suppress(OSError):  # the disk is full: that has been said
                    self.spool.write_frames(part, frames)
            self._following[number] = following
            if part.ended <= written:
                del self._following[number]

    def _copy_portion(self, start: int, stop: int, entries: list[tuple[Part, Entry]]) -> bool:
        """Samples [start, stop) of all tracks. False: the disk is full, and they are tried again."""
        tracks, rings = self._tracks, {files.MIX: MIX, files.INPUT: INPUT}
        for key, ring in rings.items():
            sound = tracks.read(ring, start, stop)
            if sound is None:
                self._miss(start, stop, AWAY)
                return True
            if not self._put(key, start, sound):
                return self._give_up(stop)
        for part, entry in entries:
            first, last = max(start, part.born), min(stop, part.ended)
            if first >= last:
                continue
            sound = tracks.read(entry.ring, first, last)
            if sound is None:  # overwritten since the mix was read
                self._miss(start, stop, AWAY)
                return True
            if not self._put(part.key, first, sound):
                return self._give_up(stop)
        if self._full:
            self._full = False
            self._say("there is room on the disk again: what sounds is recorded")
        return True

    def _put(self, key: str, start: int, sound: Samples) -> bool:
        """Write into the spool; where the disk is full, in place of the oldest."""
        while True:
            try:
                self.spool.write(key, start, sound)
            except OSError as error:
                if not is_full(error) or not self._room.make(self.done, self._wanted()):
                    self.say_full(error)
                    return False
            else:
                return True

    def _give_up(self, stop: int) -> bool:
        """After a write that failed: try again, until what is tried is overwritten in memory."""
        if self._tracks.get("written") - self.done < self._tracks.length // 2:
            return False
        self._miss(self.done, stop, FULL)
        return True

    def _miss(self, start: int, stop: int, why: str) -> None:
        """Write a gap down, and say it."""
        with contextlib.suppress(OSError):  # a full disk: the line below is all that can be done
            self.spool.miss(start, stop, why)
        self._tracks.set("lost", self._tracks.get("lost") + stop - start)
        self._tracks.set("captured", stop)
        if why == AWAY:
            seconds = (stop - start) / self._tracks.sample_rate
            self._say(f"{seconds:.1f} s are missing from what is recorded: {why} — takes are silent there")

    def _note_entries(self) -> list[tuple[Part, Entry]]:
        """Instruments whose sound or frames are to be copied, with their entries."""
        tracks = self._tracks
        found = []
        going = [entry for number in self._following if (entry := tracks.find(number))]
        self._following = {entry.number: self._following[entry.number] for entry in going}
        for entry in [*going, *tracks.entries(self._entries)]:
            form = entry.hop, entry.latents, entry.width
            part = Part(entry.number, entry.name, entry.digest, *form, entry.born, entry.ended)
            with contextlib.suppress(OSError):
                self.spool.note(part)
            if entry.number >= self._entries and entry.ended <= self.done:
                continue  # the writer before has written it
            self._following.setdefault(entry.number, 0)
            found.append((part, entry))
        self._entries = tracks.get("entries")
        return found

    def say_full(self, error: OSError) -> None:
        """Once, until it goes on."""
        if not self._full:
            self._full = True
            where = self.spool.folder.parent
            self._say(f"{where}: {error.strerror}: what sounds is not recorded — make room on the disk")


def is_full(error: OSError) -> bool:
    """Whether a disk, or somebody's share of it, has no room."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
