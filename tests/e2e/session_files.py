"""The files of a session, opened one by one, and its takes held against the session rendered again."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from plaud_live import model_file
from plaud_live.errors import ModelFileError

SECONDS = 20
"""Of sound that are compared at once."""

AFTER = 1 << 14
"""Samples after a death was noted until it had come."""


def unreadable(folder: Path) -> list[str]:
    """A line for each file of a session that does not open as what it is.

    A line of a record may be torn, where a process was killed: whoever goes on writes below it.
    """
    wrong = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            if path.suffix == ".wav":
                soundfile.info(path)
            elif path.suffix == ".npz":
                with np.load(path) as arrays:
                    assert all(len(arrays[name].shape) for name in arrays.files)
            elif path.suffix == ".jsonl":
                lines_of(path)
            elif path.suffix == ".json":
                json.loads(path.read_bytes())
            elif path.suffix == ".toml":
                tomllib.loads(path.read_text())
            elif path.suffix == ".plaud":
                model_file.read(path)
        except FileNotFoundError:  # it was there when the others were listed
            continue
        except (OSError, ValueError, AssertionError, soundfile.LibsndfileError, ModelFileError) as error:
            wrong.append(f"{path.relative_to(folder)}: {error}")
    return wrong


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The lines of a file of JSON. Raises ValueError where one is torn that is not the last of a process."""
    found: list[dict[str, Any]] = []
    lines = path.read_bytes().split(b"\n")
    torn = 0
    for line in lines:
        try:
            found += [json.loads(line)] if line else []
        except ValueError:
            torn += 1
    if torn > 1:
        raise ValueError(f"{torn} lines are torn")
    return found


def takes_of(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The mix of each take, also in the bin, and the first line of its sidecar."""
    sidecars = sorted(path for where in ("takes", "takes/bin") for path in (folder / where).glob("*.jsonl"))
    return [(path.with_suffix(".wav"), lines_of(path)[0]) for path in sidecars]


def differing(folder: Path, replay: Path, deaths: Sequence[int] = ()) -> list[str]:
    """A line for each take that is not, to the bit, what `replay` has: the session rendered again.

    Of an engine that died at an engine sample the last second is left out: the record lacks the end of it.
    """
    wrong = []
    with soundfile.SoundFile(replay) as again:
        for path, info in takes_of(folder):
            with soundfile.SoundFile(path) as take:
                again.seek(int(info["start"]))
                at, others = int(info["start"]), 0
                while len(sound := take.read(SECONDS * take.samplerate, dtype="float32", always_2d=True)):
                    other = again.read(len(sound), dtype="float32", always_2d=True, fill_value=np.nan)
                    if info["bits"] == 24:
                        other = (np.rint(other.astype(np.float64) * 2**23) / 2**23).astype(np.float32)
                    off = at + np.flatnonzero((sound != other).any(axis=1))
                    for death in deaths:
                        off = off[(off < death - take.samplerate) | (off > death + AFTER)]
                    others += len(off)
                    at += len(sound)
                if others:
                    wrong.append(f"{path.name}: {others} of {take.frames} samples are others")
    return wrong
