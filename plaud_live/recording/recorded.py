"""What of a session's input and mix lies on the disk: in its takes, and in the last minutes' capture."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from plaud_live.engine.tracks import Samples
from plaud_live.errors import SessionError
from plaud_live.recording.sessions import Event, last_sample
from plaud_live.recording.spool import MIX, SAMPLE_BYTES, SPAN, Spool
from plaud_live.recording.wav_file import WavFile

Span = tuple[int, int]
PORTION = 1 << 16


class Recorded:
    """Reads the folder `session`. `said` has a line for each file that cannot be read."""

    def __init__(self, session: Path, span: int = SPAN) -> None:
        self.said: list[str] = []
        self._takes = [*_sidecars(session / "takes"), *_sidecars(session / "takes" / "bin")]
        self._spool: Spool | None = None
        if (session / "capture").is_dir():
            try:
                self._spool = Spool(session / "capture", span)
            except OSError as error:
                self.said.append(f"{error.filename}: {error.strerror}")

    def close(self) -> None:
        """Close all files."""
        if self._spool is not None:
            self._spool.close()

    def read(self, track: str, start: int, stop: int) -> Iterator[tuple[int, Samples]]:
        """Sound [n, 2] of a track from samples on, in portions: the capture's, then that of takes over it."""
        for first, last in self._captured(track):
            if self._spool is not None:
                yield from self._spool.read(track, max(first, start), min(last, stop))
        for folder, info in self._takes:
            zero, path = int(info["start"]), folder / info["files"].get(track, "")
            first, last = max(zero, start), min(zero + int(info["samples"]), stop)
            if track in info["files"] and first < last:
                yield from self._of_take(path, zero, first, last)

    def missing(self, track: str, start: int, stop: int) -> list[Span]:
        """What of samples [start, stop) nobody has kept."""
        there = self._captured(track)
        for _, info in self._takes:
            if track in info["files"]:
                zero = int(info["start"])
                gaps = [(zero + int(a), zero + int(b)) for a, b, _ in info["gaps"]]
                there += without((zero, zero + int(info["samples"])), gaps)
        return without((start, stop), there)

    def _captured(self, track: str) -> list[Span]:
        """Samples of a track that the capture has."""
        found: list[Span] = []
        spool = self._spool
        if spool is None:
            return found
        for number in spool.spans():
            path = spool.folder / f"{track}.{number:06d}.f32"
            if path.exists():
                first = number * spool.span
                last = first + path.stat().st_size // SAMPLE_BYTES
                found += without((first, last), [(gap.start, gap.stop) for gap in spool.gaps])
        return found

    def _of_take(self, path: Path, zero: int, start: int, stop: int) -> Iterator[tuple[int, Samples]]:
        try:
            file = WavFile.again(path)
        except (OSError, SessionError) as error:
            self.said.append(f"{path.name}: {error}")
            return
        try:
            for at in range(start, stop, PORTION):
                yield at, file.read(at - zero, min(stop, at + PORTION) - zero)
        finally:
            file.close()


def sounded_until(session: Path, events: Iterable[Event]) -> int:
    """The engine sample up to which a session has sounded: where nothing was done, its record ends before."""
    captured = max((session / "capture").glob(f"{MIX}.*.f32"), default=None)
    if captured is None:
        return last_sample(events)
    first = int(captured.name.split(".")[1]) * SPAN
    return max(last_sample(events), first + captured.stat().st_size // SAMPLE_BYTES)


def without(whole: Span, gone: Iterable[Span]) -> list[Span]:
    """The parts of a span that none of others has, in order."""
    at, stop = whole
    left = []
    for first, last in sorted(gone):
        if first > at:
            left.append((at, min(first, stop)))
        at = max(at, last)
        if at >= stop:
            break
    return [(a, b) for a, b in (*left, (at, stop)) if a < b]


def _sidecars(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The takes of a folder, the oldest first; what cannot be read is none."""
    found = []
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.jsonl")):
        try:
            with path.open("rb") as file:
                info = json.loads(file.readline())
            whole = {key: info[key] for key in ("start", "samples", "files", "gaps", "number")}
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append((folder, whole))
    return found
