"""The last minutes of every track on disk: files of a fixed span of samples each, the oldest removed.

    capture/mix.000012.f32         samples 12·SPAN to 13·SPAN of the mix: stereo float32, little-endian
    capture/input.000012.f32
    capture/i7.000012.f32          of entry 7 of the roll, which is the sound of one instrument
    capture/i7.000012.frames       its control frames that begin there: float64, a sample and its numbers
    capture/roll.jsonl             a line for each entry as it begins and as it ends, and for each gap

What is silent is not written and takes no room; what was never written is silent. A file is as long as what
is known of it, so that a process that is killed leaves what it has done.
"""

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from plaud_live.engine.tracks import CHANNELS, OPEN, Frames, Samples

SPAN = 1 << 20
"""Samples in a file: 24 s at 44.1 kHz."""

SAMPLE_BYTES = 4 * CHANNELS
MIX, INPUT = "mix", "input"
ROLL = "roll.jsonl"
PORTION = 1 << 16
"""Samples that are written or read at once."""

SILENCE = 8192
"""Samples of silence in a row that are left out."""

_FILE = re.compile(r"(mix|input|i\d+)\.(\d+)\.(f32|frames)")


@dataclass(frozen=True)
class Part:
    """An instrument's sound from sample `born` until before `ended`; its key among the files is `i` + number.

    Its control frames have `width` numbers, of which the first `latents` are raw latents, each `hop` samples.
    """

    number: int
    name: str
    digest: str
    hop: int
    latents: int
    width: int
    born: int
    ended: int = OPEN

    @property
    def key(self) -> str:
        """What its files begin with."""
        return f"i{self.number}"


@dataclass(frozen=True)
class Gap:
    """Samples [start, stop) that nobody has written down, and why."""

    start: int
    stop: int
    why: str


class Spool:
    """One process writes. Errors of the disk are raised as OSError; what stands in files stays."""

    def __init__(self, folder: Path, span: int = SPAN) -> None:
        """Go on in `folder`, where something may lie already."""
        self.folder, self.span = folder, span
        folder.mkdir(parents=True, exist_ok=True)
        self.parts: dict[int, Part] = {}
        self.gaps: list[Gap] = []
        self._files: dict[str, int] = {}
        for line in _lines(folder / ROLL):
            with contextlib.suppress(TypeError):  # a line that another version has written says nothing here
                if "gap" in line:
                    gap = Gap(*line["gap"])
                    if self.gaps and self.gaps[-1].start == gap.start:
                        self.gaps.pop()  # it has grown
                    self.gaps.append(gap)
                elif "part" in line:
                    part = Part(**line["part"])
                    self.parts[part.number] = part
        self._roll = os.open(folder / ROLL, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        with contextlib.suppress(OSError):  # a disk without locks
            fcntl.flock(self._roll, fcntl.LOCK_SH | fcntl.LOCK_NB)  # others see that somebody writes here

    def close(self) -> None:
        """Close all files."""
        for fd in (self._roll, *self._files.values()):
            os.close(fd)
        self._files.clear()

    # Writing

    def note(self, part: Part) -> None:
        """An instrument has come, or has gone."""
        if self.parts.get(part.number) != part:
            self._append({"part": asdict(part)})
            self.parts[part.number] = part

    def miss(self, start: int, stop: int, why: str) -> Gap:
        """Samples [start, stop) are lost: they are silence from now on."""
        gap = Gap(start, stop, why)
        if self.gaps and self.gaps[-1].stop == start and self.gaps[-1].why == why:
            gap = replace(self.gaps.pop(), stop=stop)
        self.gaps.append(gap)
        self._append({"gap": [gap.start, gap.stop, why]})
        return gap

    def write(self, key: str, start: int, sound: Samples) -> None:
        """Put `sound` [n, 2] at sample `start` of a track. The files become as long as that wants."""
        for at, piece in self._pieces(start, sound):
            fd = self._open(f"{key}.{at // self.span:06d}.f32")
            place = at % self.span * SAMPLE_BYTES
            for first in range(0, len(piece), SILENCE):
                some = piece[first : first + SILENCE]
                if some.any():
                    _put(fd, np.ascontiguousarray(some, "<f4").tobytes(), place + first * SAMPLE_BYTES)
            end = place + len(piece) * SAMPLE_BYTES
            if os.fstat(fd).st_size < end:
                os.ftruncate(fd, end)

    def write_frames(self, part: Part, frames: Frames) -> None:
        """Append control frames [f, 1 + width], the first number of each its sample."""
        spans = frames[:, 0].astype(np.int64) // self.span
        for number in np.unique(spans):
            fd = self._open(f"{part.key}.{number:06d}.frames")
            size = 8 * (1 + part.width)
            end = os.fstat(fd).st_size // size * size  # a process that was killed may have left half a frame
            _put(fd, np.ascontiguousarray(frames[spans == number], "<f8").tobytes(), end)

    # What is there

    def spans(self) -> list[int]:
        """Numbers of the spans of which there is sound, in order."""
        found = filter(None, map(_FILE.fullmatch, os.listdir(self.folder)))
        return sorted({int(match[2]) for match in found if match[3] == "f32"})

    @property
    def oldest(self) -> int:
        """The first sample of what is there; 0 where nothing is."""
        spans = self.spans()
        return spans[0] * self.span if spans else 0

    def end(self, before: int) -> int:
        """The sample behind the last one of the mix that is there before a sample; 0 where there is none."""
        ends = [0]
        for number in self.spans():
            path = self.folder / f"{MIX}.{number:06d}.f32"
            if path.exists() and number * self.span < before:
                ends.append(number * self.span + path.stat().st_size // SAMPLE_BYTES)
        return min(max(ends), before)

    def remove(self, before: int, frames_before: int | None = None) -> None:
        """Remove the files that end before a sample; of control frames those before another, if given."""
        for name in os.listdir(self.folder):
            if match := _FILE.fullmatch(name):
                limit = before if match[3] == "f32" or frames_before is None else min(before, frames_before)
                if (int(match[2]) + 1) * self.span <= limit:
                    self._close(name)
                    (self.folder / name).unlink(missing_ok=True)

    def parts_in(self, start: int, stop: int) -> list[Part]:
        """The instruments that had a part in samples [start, stop), as they came."""
        return [part for part in self.parts.values() if part.born < stop and part.ended > start]

    def gaps_in(self, start: int, stop: int) -> list[Gap]:
        """What of samples [start, stop) is missing."""
        return [
            Gap(max(gap.start, start), min(gap.stop, stop), gap.why)
            for gap in self.gaps
            if gap.start < stop and gap.stop > start
        ]

    def read(self, key: str, start: int, stop: int) -> Iterator[tuple[int, Samples]]:
        """What of samples [start, stop) of a track is there: where it begins, and the sound [n, 2]."""
        at = start
        while at < stop:
            end = min(stop, at + PORTION, (at // self.span + 1) * self.span)
            path = self.folder / f"{key}.{at // self.span:06d}.f32"
            if not path.exists():
                at = min(stop, (at // self.span + 1) * self.span)
                continue
            with path.open("rb") as file:
                file.seek(at % self.span * SAMPLE_BYTES)
                data = file.read((end - at) * SAMPLE_BYTES)
            sound = np.frombuffer(data[: len(data) // SAMPLE_BYTES * SAMPLE_BYTES], "<f4")
            yield at, sound.reshape(-1, CHANNELS).astype(np.float32)
            at = end

    def frames(self, part: Part, start: int, stop: int) -> Frames:
        """The control frames of a part that begin in [start, stop), each once: [f, 1 + width]."""
        found = [np.zeros((0, 1 + part.width))]
        for number in range(start // self.span, -(-stop // self.span)):
            path = self.folder / f"{part.key}.{number:06d}.frames"
            if path.exists():
                data = path.read_bytes()
                whole = len(data) // (8 * (1 + part.width)) * (1 + part.width)
                found.append(np.frombuffer(data, "<f8", whole).reshape(-1, 1 + part.width))
        frames = np.concatenate(found)
        _, first = np.unique(frames[:, 0], return_index=True)
        frames = frames[first]
        begins = frames[:, 0]
        return frames[(begins >= max(start, part.born)) & (begins < min(stop, part.ended))]

    # Files

    def _pieces(self, start: int, sound: Samples) -> Iterator[tuple[int, Samples]]:
        """The sound, cut where one file ends."""
        done = 0
        while done < len(sound):
            at = start + done
            count = min(len(sound) - done, self.span - at % self.span)
            yield at, sound[done : done + count]
            done += count

    def _open(self, name: str) -> int:
        fd = self._files.get(name)
        if fd is None:
            number = _number(name)
            for other in [each for each in self._files if _number(each) < number - 1]:
                self._close(other)
            fd = self._files[name] = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o644)
        return fd

    def _close(self, name: str) -> None:
        fd = self._files.pop(name, None)
        if fd is not None:
            os.close(fd)

    def _append(self, line: dict[str, object]) -> None:
        """A line of its own, also behind one that was torn."""
        data = (json.dumps(line) + "\n").encode()
        if os.write(self._roll, data) != len(data):
            os.write(self._roll, b"\n")


def _number(name: str) -> int:
    return int(name.split(".")[1])


def _put(fd: int, data: bytes, place: int) -> None:
    """Write all of it."""
    while data:
        count = os.pwrite(fd, data, place)
        place, data = place + count, data[count:]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a file of JSON; none where there is no file."""
    if not path.exists():
        return
    for line in path.read_bytes().split(b"\n"):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found
