"""How much of a disk the last minutes may take: what they need, while enough stays free for all else."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from plaud_live.engine.tracks import OPEN
from plaud_live.errors import SessionError
from plaud_live.recording.spool import SAMPLE_BYTES, Spool

KEPT_FREE = 256 << 20
KEPT_SHARE = 0.05
"""So many bytes of a disk stay free, on a small one this share of it."""

SPARE = 0.05
"""So much more is kept than takes go back: while one is cut, time goes on."""

TRACKS = 2
"""Tracks that usually sound: the mix and one instrument."""


@dataclass(frozen=True)
class Wanted:
    """The first sample of which takes that are being written still want the sound, and the control frames."""

    sound: int
    frames: int


NOTHING = Wanted(OPEN, OPEN)


class Room:
    """The room for a spool of `seconds`."""

    def __init__(self, spool: Spool, seconds: float) -> None:
        self._spool, self._seconds = spool, seconds
        self._kept = min(KEPT_FREE, int(KEPT_SHARE * shutil.disk_usage(spool.folder).total))
        self._said = False
        self.problem = ""
        """What is to be said, once."""

    def tidy(self, position: int, sample_rate: float, wanted: Wanted = NOTHING) -> None:
        """Remove what is older than it must be, and what the disk has no room for."""
        spool = self._spool
        kept = int((1.0 + SPARE) * self._seconds * sample_rate)
        spool.remove(position - kept, wanted.frames)
        short = False
        while free_bytes(spool.folder) < self._kept and self.make(position, wanted):
            short = True
        there = (position - spool.oldest) / sample_rate
        to_come = max(0, free_bytes(spool.folder) - self._kept) / (TRACKS * SAMPLE_BYTES * sample_rate)
        if short or there + to_come < self._seconds:
            self._say(there if short else there + to_come)

    def check(self, size: int) -> None:
        """Raises SessionError where so many bytes more would leave nothing free for all else."""
        free = max(0, free_bytes(self._spool.folder) - self._kept)
        if free < size:
            raise SessionError(
                f"no take: it wants up to {size >> 20} MB, of which {free >> 20} are free"
                " — make room on the disk, then again"
            )

    def make(self, position: int, wanted: Wanted = NOTHING) -> bool:
        """Remove the oldest span, though it is not too old, unless it is wanted or the newest. False: no."""
        spans = self._spool.spans()
        if not spans or (spans[0] + 1) * self._spool.span > min(position, wanted.sound):
            return False
        self._spool.remove((spans[0] + 1) * self._spool.span, wanted.frames)
        return True

    def _say(self, seconds: float) -> None:
        if not self._said:
            self._said = True
            self.problem = (
                f"the disk of {self._spool.folder.parent} is almost full: keep() goes back"
                f" {seconds / 60:.1f} of {self._seconds / 60:g} minutes — make room there, or set PLAUD_HOME"
            )


def free_bytes(folder: Path) -> int:
    """What is free on the disk of a folder."""
    return shutil.disk_usage(folder).free
