"""A take that is being written: copied from the spool, as far as that has come, into the take's files.

It makes no difference whether it is cut after the fact or goes on for an hour, nor whether the process that
began it is the one that ends it: what is in the files says how far it is.
"""

from pathlib import Path
from typing import Any

import numpy as np

from plaud_live.clock.tempo import TempoMap
from plaud_live.engine.tracks import OPEN
from plaud_live.recording.session_events import events_of
from plaud_live.recording.spool import INPUT, MIX, Part, Spool
from plaud_live.recording.takes import Info, Takes
from plaud_live.recording.wav_file import Kind, WavFile

VERSION = 1
"""Of the form of a sidecar."""

MARGIN = 8192
"""So many samples before the state of its beginning are the events from: two blocks, whatever their size."""

MOST = 1 << 19
"""Samples that are written in one go: what sounds meanwhile must not be missed."""


class Recording:
    """`position` is the session's sample up to which all files are; `order` says from where to where."""

    def __init__(self, takes: Takes, spool: Spool, order: dict[str, Any]) -> None:
        """Begin, or go on with the files that are there. Raises OSError or SessionError."""
        self.order = order
        self._takes, self._spool = takes, spool
        self._files: dict[str, WavFile] = {}
        for name in (MIX, INPUT):
            self._open(name)
        stem = takes.path(order).stem
        for path in takes.folder.glob(f"{stem}.*.wav"):
            self._open(path.name.removeprefix(f"{stem}.").removesuffix(".wav"))
        self.position = order["start"] + min(file.samples for file in self._files.values())

    @property
    def start(self) -> int:
        """Its first sample."""
        return int(self.order["start"])

    @property
    def stop(self) -> int | None:
        """Where it ends; None: nobody has said so."""
        return None if self.order["stop"] is None else int(self.order["stop"])

    def follow(self, position: int) -> None:
        """Write what there is to `position`, at most MOST samples. Raises OSError: it may be tried again."""
        stop = min(position, self.position + MOST, OPEN if self.stop is None else self.stop)
        if stop <= self.position:
            return
        self._copy(MIX, MIX, stop)
        self._copy(INPUT, INPUT, stop)
        for part in self._spool.parts_in(self.position, stop):
            self._copy(part.key, file_name(part), min(stop, part.ended), max(self.position, part.born))
        for file in self._files.values():
            file.extend(stop - self.start)
        self.position = stop

    def finish(self, stop: int, events: Path) -> Info:
        """End at sample `stop`, that it has come to or passed; write frames and sidecar. Raises OSError."""
        for file in self._files.values():
            file.cut(stop - self.start)
            file.close()
        order, start = self.order, self.start
        order["beats"] = order["beats"] or beats_between(order, start, stop)
        parts = self._spool.parts_in(start, stop)
        frames = self._frames(parts, stop)
        path = self._takes.path(order, suffix="npz")
        part_written = path.with_name(path.name + ".part")
        with part_written.open("wb") as into:
            np.savez(into, **frames)
        part_written.replace(path)
        gaps = [[g.start - start, g.stop - start, g.why] for g in self._spool.gaps_in(start, stop)]
        first = {
            "version": VERSION,
            **{key: value for key, value in order.items() if key not in ("do", "stop", "state", "columns")},
            "samples": stop - start,
            "tracks": list(self._files),
            "files": {name: file.path.name for name, file in self._files.items()},
            "models": {part.name: part.digest for part in parts if part.digest},
            "gaps": gaps,
            "state": order.get("state"),
        }
        since = int(order.get("state_sample", start)) - MARGIN
        return self._takes.finish(order, first, events_of(events, since, stop, start))

    def close(self) -> None:
        """Leave it as it is, to be gone on with."""
        for file in self._files.values():
            file.close()

    def _open(self, name: str) -> WavFile:
        path = self._takes.path(self.order, "" if name == MIX else name)
        if name not in self._files:
            if path.exists():
                self._files[name] = WavFile.again(path)
            else:
                said = f"take {self.order['number']} {self.order['name']}: {name}"
                kind = Kind(self.order["sample_rate"], self.order["bits"], self.start, said)
                self._files[name] = WavFile(path, kind)
        return self._files[name]

    def _copy(self, key: str, name: str, stop: int, start: int | None = None) -> None:
        """A file of its own has what has sounded: instruments that were silent have none."""
        for at, sound in self._spool.read(key, self.position if start is None else start, stop):
            if name in self._files or sound.any():
                self._open(name).write(at - self.start, sound)

    def _frames(self, parts: list[Part], stop: int) -> dict[str, Any]:
        """Control frames of each instrument, their samples counted from the take's first one."""
        arrays: dict[str, Any] = {}
        for part in parts:
            frames = self._spool.frames(part, self.start, stop)
            if not part.hop or not len(frames):
                continue
            name, count = part.name, 1
            while f"{name}.samples" in arrays:  # another model has taken over
                count += 1
                name = f"{part.name}.{count}"
            arrays[f"{name}.samples"] = frames[:, 0].astype(np.int64) - self.start
            arrays[f"{name}.latents"] = frames[:, 1 : 1 + part.latents]
            arrays[f"{name}.controls"] = frames[:, 1 + part.latents :]
            arrays[f"{name}.names"] = np.array(self.order.get("columns") or [""])
        return arrays


def file_name(part: Part) -> str:
    """What an instrument's file is called; two names have a meaning of their own."""
    return f"{part.name}-instrument" if part.name in (MIX, INPUT) else part.name


def beats_between(order: dict[str, Any], start: int, stop: int) -> float:
    """How many beats some samples are, at the tempo that was known when the take began; 0 if none was."""
    try:
        tempo = TempoMap.from_data(order["state"]["tempo"])
        return round(tempo.beat(stop) - tempo.beat(start), 6)
    except (KeyError, TypeError, ValueError):
        return 0.0
