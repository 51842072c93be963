"""Read recordings of any rate and width as float32 at one sample rate, in blocks. soundfile and soxr."""

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


def sound_blocks(path: Path, sample_rate: int, channels: int) -> Iterator[np.ndarray]:
    """Yield a recording as float32 [samples, channels] at `sample_rate`, its level kept.

    A recording of another number of channels is the mean of its own, in each. Raises DatasetError if the file
    cannot be read, is cut off, or holds values that are not finite.
    """
    try:
        with soundfile.SoundFile(path) as file:
            stream = None
            if file.samplerate != sample_rate:
                stream = soxr.ResampleStream(
                    file.samplerate, sample_rate, channels, dtype="float32", quality="VHQ"
                )
            for block in file.blocks(blocksize=_BLOCK_FRAMES, dtype="float32", always_2d=True):
                if file.channels != channels:
                    mean = block.mean(axis=1, dtype=np.float32, keepdims=True)
                    block = np.repeat(mean, channels, axis=1)
                if not np.isfinite(block).all():
                    raise DatasetError("holds values that are not finite")
                yield block if stream is None else _rows(stream.resample_chunk(block), channels)
            if stream is not None:
                rest = stream.resample_chunk(np.zeros((0, channels), dtype=np.float32), last=True)
                yield _rows(rest, channels)
    except soundfile.LibsndfileError as error:
        raise DatasetError(_reason(path, error.error_string)) from None
    except RuntimeError as error:
        raise DatasetError(str(error)) from None


def read_sound(path: Path, sample_rate: int, channels: int = 1) -> np.ndarray:
    """A whole recording as float32 [channels, samples] at `sample_rate`. Raises DatasetError, as above."""
    blocks = list(sound_blocks(path, sample_rate, channels))
    return np.concatenate(blocks).T if blocks else np.zeros((channels, 0), dtype=np.float32)


def read_mono(path: Path, sample_rate: int) -> np.ndarray:
    """The mean of a recording's channels as float32 [samples] at `sample_rate`. Raises DatasetError."""
    return read_sound(path, sample_rate)[0]


def _rows(samples: np.ndarray, channels: int) -> np.ndarray:
    return samples.reshape(-1, channels)


def _reason(path: Path, message: str) -> str:
    """What libsndfile says, in plain words; it calls an MP3 without a frame a file that does not exist."""
    if "does not exist" in message and path.is_file():
        return "no audio in it"
    return message.removeprefix("Error : ").strip().rstrip(".").lower()
