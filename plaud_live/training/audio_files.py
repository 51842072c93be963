"""Read recordings of any rate and width as mono float32 at one sample rate, in blocks. soundfile and soxr."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from plaud_live.errors import DatasetError

EXTENSIONS = (".wav", ".wave", ".flac", ".aif", ".aiff", ".aifc", ".ogg", ".oga", ".mp3")
_BLOCK_FRAMES = 1 << 18


@dataclass(frozen=True)
class Found:
    """What a folder holds: recordings by their extension, and how many files of other kinds."""

    recordings: tuple[Path, ...]
    others: int


def find_recordings(folder: Path, leave_out: Path | None = None) -> Found:
    """Look through `folder` and below, in a fixed order; hidden folders and `leave_out` are passed over.

    Raises DatasetError if `folder` is not a folder.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder}: {'not a folder' if folder.exists() else 'no such folder'}")
    recordings: list[Path] = []
    others = 0
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts):
            continue
        if leave_out is not None and path.is_relative_to(leave_out):
            continue
        if path.suffix.lower() in EXTENSIONS and not path.is_dir():
            recordings.append(path)
        elif path.is_file():
            others += 1
    return Found(tuple(recordings), others)


def require_recordings(found: Found, folder: Path) -> None:
    """Raise DatasetError with one line if `folder` holds no recording."""
    if found.recordings:
        return
    what = f"{found.others} other file{'s' if found.others != 1 else ''}" if found.others else "nothing"
    raise DatasetError(f"{folder}: no recordings (WAV, FLAC, AIFF, OGG or MP3) in it; it holds {what}")


def digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def mono_blocks(path: Path, sample_rate: int) -> Iterator[np.ndarray]:
    """Yield a recording as float32 [samples] at `sample_rate`: the mean of its channels, its level kept.

    Raises DatasetError if the file cannot be read, is cut off, or holds values that are not finite.
    """
    try:
        with soundfile.SoundFile(path) as file:
            stream = None
            if file.samplerate != sample_rate:
                stream = soxr.ResampleStream(file.samplerate, sample_rate, 1, dtype="float32", quality="VHQ")
            for block in file.blocks(blocksize=_BLOCK_FRAMES, dtype="float32", always_2d=True):
                mono = np.ascontiguousarray(block.mean(axis=1, dtype=np.float32))
                if not np.isfinite(mono).all():
                    raise DatasetError("holds values that are not finite")
                yield mono if stream is None else stream.resample_chunk(mono)
            if stream is not None:
                yield stream.resample_chunk(np.zeros(0, dtype=np.float32), last=True)
    except soundfile.LibsndfileError as error:
        raise DatasetError(_reason(path, error.error_string)) from None
    except RuntimeError as error:
        raise DatasetError(str(error)) from None


def read_mono(path: Path, sample_rate: int) -> np.ndarray:
    """A whole recording as float32 [samples] at `sample_rate`. Raises DatasetError as `mono_blocks` does."""
    blocks = list(mono_blocks(path, sample_rate))
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)


def _reason(path: Path, message: str) -> str:
    """What libsndfile says, in plain words; it calls an MP3 without a frame a file that does not exist."""
    if "does not exist" in message and path.is_file():
        return "no audio in it"
    return message.removeprefix("Error : ").strip().rstrip(".").lower()
