"""The folder of takes: numbers that are given once, what each take is, tags, and the bin.

takes/0001_home.wav            the mix
takes/0001_home.input.wav      the input; takes/0001_home.drone.wav  what `drone` added to the mix
takes/0001_home.npz            control frames: drone.samples, drone.latents, drone.controls, drone.names
takes/0001_home.jsonl          what it is, in the first line; the events of its span; its tags
takes/0002.json                an order that is not finished: take 2 is being written
takes/parts/                   parts of takes that somebody wanted as files: 0001_home.0-44100.wav
takes/bin/                     what was deleted
"""

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from plaud_live.errors import ParameterError, SessionError
from plaud_live.recording.wav_file import WavFile

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
TAKE = "take"
"""What a take is called that was given no name."""

MAX_TAKES = 9999
PORTION = 1 << 18
"""Samples that are copied at once."""

_ANY = re.compile(r"(\d{4})[_.].*")
_SIDECAR = re.compile(r"(\d{4})_([A-Za-z0-9_-]{1,64})\.jsonl")
_SHOWN = (
    *("number", "name", "kind", "start", "samples", "sample_rate", "bits"),
    *("beats", "tracks", "gaps", "id", "stop_id"),
)
"""Of a sidecar's first line, what those are told who list takes."""

Info = dict[str, Any]


class Takes:
    """The takes of one session. Errors of the disk are raised as OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, folder / "bin"
        self.bin.mkdir(parents=True, exist_ok=True)
        self._known: dict[int, Info] = {}
        for where in (self.folder, self.bin):
            for path in sorted(where.iterdir()):
                if (match := _SIDECAR.fullmatch(path.name)) and (info := _read(path)):
                    self._known[int(match[1])] = {**info, "binned": where == self.bin}

    def all(self) -> list[Info]:
        """What there is, also in the bin, by number; `path` is the file of the mix."""
        return [self.shown(self._known[number]) for number in sorted(self._known)]

    def shown(self, info: Info) -> Info:
        """A take with the place of its mix."""
        path = self.path(info)
        return {**info, "path": str((self.bin / path.name if info["binned"] else path).resolve())}

    def find(self, number: int) -> Info:
        """A take that is not in the bin. Raises ParameterError."""
        info = self._known.get(number)
        if info is None or info["binned"]:
            raise ParameterError(
                f"there is no take {number}" + (" any more: it is in the bin" if info else "")
            )
        return info

    def done(self, order_id: str) -> Info | None:
        """The take that this order has made or ended, if it was carried out already."""
        orders = ((info, (info["id"], info["stop_id"])) for info in self._known.values())
        return next((info for info, ids in orders if order_id and order_id in ids), None)

    # Taking numbers

    def begin(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """The order with a number that no other take has, written down until `finish`."""
        check_name(order["name"])
        for number in range(self._last() + 1, MAX_TAKES + 1):
            numbered = {"stop_id": "", **order, "number": number}
            try:
                with self._order(number).open("x") as file:
                    json.dump(numbered, file)
            except FileExistsError:
                continue
            except OSError:
                self._order(number).unlink(missing_ok=True)
                raise
            return numbered
        raise SessionError(f"{MAX_TAKES} takes are enough for a session — open another")

    def change(self, order: Mapping[str, Any]) -> None:
        """Write an order down again."""
        _replace(self._order(order["number"]), json.dumps(order))

    def unfinished(self) -> Iterator[dict[str, Any]]:
        """Orders that somebody has left. What cannot be read is moved aside."""
        for path in sorted(self.folder.glob("[0-9][0-9][0-9][0-9].json")):
            try:
                yield json.loads(path.read_text())
            except ValueError:
                path.rename(path.with_suffix(".damaged"))

    def drop(self, order: Mapping[str, Any]) -> None:
        """Forget an order that could not begin; its files have nothing in them."""
        for path in (*self.folder.glob(f"{self.path(order).stem}.*"), self._order(order["number"])):
            path.unlink(missing_ok=True)

    def put_aside(self, order: Mapping[str, Any]) -> None:
        """Leave an order that cannot be gone on with, and its files, as they are."""
        self._order(order["number"]).rename(self._order(order["number"]).with_suffix(".damaged"))

    def path(self, order: Mapping[str, Any], track: str = "", suffix: str = "wav") -> Path:
        """The file of a track of a take; without one, that of the take."""
        stem = f"{order['number']:04d}_{order['name']}"
        return self.folder / f"{stem}{'.' if track else ''}{track}.{suffix}"

    def finish(self, order: Mapping[str, Any], first: Mapping[str, Any], events: list[Any]) -> Info:
        """Write the sidecar of a take whose other files are there, and forget the order."""
        lines = [json.dumps(each, ensure_ascii=False) for each in (first, *events)]
        _replace(self.path(order, suffix="jsonl"), "\n".join(lines) + "\n")
        self._order(order["number"]).unlink(missing_ok=True)
        info = {key: first[key] for key in _SHOWN} | {"tags": [], "binned": False}
        self._known[order["number"]] = info
        return info

    # What is done to takes

    def tag(self, number: int, tag: str) -> Info:
        """Give a take a tag, once. Raises ParameterError."""
        info = self.find(number)
        check_name(tag)
        if tag not in info["tags"]:
            with self._sidecar(info).open("a") as file:
                file.write(json.dumps({"tagged": tag, "time": round(time.time(), 3)}) + "\n")
            info["tags"] = [*info["tags"], tag]
        return info

    def part(self, number: int, start: int, stop: int) -> Path:
        """A file of samples [start, stop) of a take's mix; the same one again. Raises ParameterError."""
        info = self.find(number)
        if not 0 <= start < stop <= info["samples"]:
            raise ParameterError(f"take {number} has {info['samples']} samples, not {start} to {stop}")
        whole = self.path(info)
        path = self.folder / "parts" / f"{whole.stem}.{start}-{stop}.wav"
        if path.exists():
            return path
        path.parent.mkdir(exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.unlink(missing_ok=True)
        source = WavFile.again(whole)
        kind = replace(source.kind, start=source.kind.start + start)
        into = WavFile(part, kind)
        for at in range(start, stop, PORTION):
            into.write(at - start, source.read(at, min(stop, at + PORTION)))
        source.close()
        into.close()
        part.rename(path)
        return path

    def delete(self, number: int) -> Info:
        """Move all files of a take to the bin. Raises ParameterError."""
        info = self.find(number)
        stem = f"{number:04d}_{info['name']}"
        for path in sorted(self.folder.glob(f"{stem}.*")):
            path.rename(self.bin / path.name)
        info["binned"] = True
        return info

    def _order(self, number: int) -> Path:
        return self.folder / f"{number:04d}.json"

    def _sidecar(self, info: Info) -> Path:
        return self.path(info, suffix="jsonl")

    def _last(self) -> int:
        """The highest number of which anything is there, wherever it came from."""
        names = [*os.listdir(self.folder), *os.listdir(self.bin)]
        return max((int(match[1]) for name in names if (match := _ANY.fullmatch(name))), default=0)


def check_name(name: object) -> None:
    """Raises ParameterError for what cannot be the name of a take, or a tag."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ParameterError(
            f"{name!r:.40} is no name for a take: wants letters, digits, _ and -, at most 64"
        )


def _read(path: Path) -> Info | None:
    """What a sidecar says of its take; None where it says nothing."""
    try:
        with path.open("rb") as file:
            first = json.loads(file.readline())
            tags = [json.loads(line)["tagged"] for line in file if line.startswith(b'{"tagged"')]
        return {key: first[key] for key in _SHOWN} | {"tags": list(dict.fromkeys(tags))}
    except (ValueError, KeyError, TypeError):
        return None


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
