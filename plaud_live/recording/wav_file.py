"""Sound files that are whole at every moment: WAV with a broadcast chunk, RF64 once larger than 4 GB.

After EBU Tech 3285 (the chunk `bext`, whose time reference says at which sample of the session it begins) and
EBU Tech 3306 (RF64: the place of its chunk `ds64` is kept free by a chunk `JUNK` until it is needed). Our own
writer rather than libsndfile's, as a recording must go on in the file that a killed process has left, at any
size, and what is silent takes no room on the disk. Sound goes first, then the header that counts it.

Places in it have a chunk `cue ` and, in a list `adtl`, names (`labl`) and lengths (`ltxt`), after the sound,
as in the Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft, 1991).
"""

import os
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from plaud_live.errors import SessionError

Samples = NDArray[np.float32]

CHANNELS = 2
WIDTHS = {32: 4, 24: 3}
"""Bits: 32 is floating point; bytes of one number."""

LARGEST_RIFF = 0xFFFFFFFF
"""Bytes that a RIFF header can count; above it is RF64."""

_FLOAT, _PCM = 3, 1
_RIFF = struct.Struct("<4sI4s")
_DS64 = struct.Struct("<4sIQQQI")
_BEXT = struct.Struct("<256s32s32s10s8sQH254s")
_FORMAT = struct.Struct("<4sIHHIIHHH")
_FACT = struct.Struct("<4sII")
_CHUNK = struct.Struct("<4sI")
_CUE = struct.Struct("<II4sIII")
_SPAN = struct.Struct("<II4sHHHH")
_HEADER_BYTES = _RIFF.size + _DS64.size + _CHUNK.size + _BEXT.size + _FORMAT.size + _FACT.size + _CHUNK.size
_BEXT_AT = _RIFF.size + _DS64.size
_FORMAT_AT = _BEXT_AT + _CHUNK.size + _BEXT.size
SILENCE = 8192
"""Samples of silence in a row that are left out."""


@dataclass(frozen=True)
class Kind:
    """What a file holds: `bits` a number, from sample `start` of a session on."""

    sample_rate: int
    bits: int = 32
    start: int = 0
    description: str = ""

    def __post_init__(self) -> None:
        if self.bits not in WIDTHS:
            raise SessionError(f"bits={self.bits}: wants 24, or 32 for floating point")

    @property
    def sample_bytes(self) -> int:
        """Of one sample on both channels."""
        return WIDTHS[self.bits] * CHANNELS


@dataclass(frozen=True)
class Place:
    """A sample of a file with a name, or so many samples from there on."""

    sample: int
    name: str
    samples: int = 0


class WavFile:
    """A stereo file that grows. `samples` is how long it is; `kind` what it holds."""

    def __init__(self, path: Path, kind: Kind, largest: int = LARGEST_RIFF) -> None:
        """Make a new file. Raises FileExistsError where there is one, OSError where it cannot be written."""
        self.path, self.kind, self.samples = path, kind, 0
        self._largest, self._places = largest, b""
        self._made = time.strftime("%Y-%m-%d%H:%M:%S")
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            self._count()
        except OSError:
            self.close()
            path.unlink()
            raise

    @classmethod
    def again(cls, path: Path, largest: int = LARGEST_RIFF) -> "WavFile":
        """Go on with a file that this class has made. Raises SessionError where it is none, OSError."""
        file = cls.__new__(cls)
        file.path, file._largest, file._places = path, largest, b""
        file._fd = os.open(path, os.O_RDWR)
        header = os.pread(file._fd, _HEADER_BYTES, 0)
        try:
            file._read(header)
        except (struct.error, SessionError, ValueError) as error:
            file.close()
            raise SessionError(f"{path}: not a recording of ours: {error}") from None
        return file

    def read(self, start: int, stop: int) -> Samples:
        """Samples [start, stop), [n, 2], as far as they are there."""
        size = self.kind.sample_bytes
        data = os.pread(self._fd, max(0, min(stop, self.samples) - start) * size, self._place(start))
        return _decoded(data[: len(data) // size * size], self.kind.bits)

    def write(self, at: int, sound: Samples) -> None:
        """Put `sound` [n, 2] at sample `at`; the file becomes as long as that wants. Raises OSError."""
        for first in range(0, len(sound), SILENCE):
            piece = sound[first : first + SILENCE]
            if piece.any() or at + first < self.samples:
                self._put(self._place(at + first), _encoded(piece, self.kind.bits))
        self.extend(at + len(sound))

    def extend(self, samples: int) -> None:
        """Be at least so long; what was not written is silence. Raises OSError."""
        if samples > self.samples:
            os.ftruncate(self._fd, self._place(samples))
            self.samples = samples
            self._count()

    def cut(self, samples: int) -> None:
        """Be no longer than this. Raises OSError."""
        if samples < self.samples:
            self.samples = samples
            self._count()
            os.ftruncate(self._fd, self._place(samples))

    def mark(self, places: Sequence[Place]) -> None:
        """Name places, once the file is as long as it will be. Raises OSError."""
        self._places = _places(places)
        self._put(self._place(self.samples), self._places)
        self._count()

    def close(self) -> None:
        """Close it; it was whole before, too."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def _place(self, sample: int) -> int:
        return _HEADER_BYTES + sample * self.kind.sample_bytes

    def _put(self, place: int, data: bytes) -> None:
        """Write all of it."""
        while data:
            count = os.pwrite(self._fd, data, place)
            place, data = place + count, data[count:]

    def _count(self) -> None:
        self._put(0, self._header())

    def _header(self) -> bytes:
        kind, width = self.kind, WIDTHS[self.kind.bits]
        size = self.samples * kind.sample_bytes
        total = _HEADER_BYTES - 8 + size + len(self._places)
        large = total > self._largest
        riff = _RIFF.pack(b"RF64" if large else b"RIFF", LARGEST_RIFF if large else total, b"WAVE")
        ds64 = _DS64.pack(
            b"ds64" if large else b"JUNK",
            _DS64.size - 8,
            *((total, size, self.samples) if large else (0, 0, 0)),
            0,
        )
        bext = _BEXT.pack(
            kind.description.encode("ascii", "replace")[:256],
            b"plaud-live",
            b"",
            self._made[:10].encode(),
            self._made[10:].encode(),
            kind.start,
            1,
            b"",
        )
        rate, per_second = kind.sample_rate, kind.sample_rate * kind.sample_bytes
        tag = _FLOAT if kind.bits == 32 else _PCM
        form = _FORMAT.pack(
            b"fmt ", _FORMAT.size - 8, tag, CHANNELS, rate, per_second, kind.sample_bytes, 8 * width, 0
        )
        fact = _FACT.pack(b"fact", 4, LARGEST_RIFF if large else self.samples)
        data = _CHUNK.pack(b"data", LARGEST_RIFF if large else size)
        return riff + ds64 + _CHUNK.pack(b"bext", _BEXT.size) + bext + form + fact + data

    def _read(self, header: bytes) -> None:
        """Take over what a header says that `_header` has made."""
        if header[:4] not in (b"RIFF", b"RF64") or header[_BEXT_AT : _BEXT_AT + 4] != b"bext":
            raise SessionError("it begins otherwise")
        told = _BEXT.unpack_from(header, _BEXT_AT + _CHUNK.size)
        rate, bits = struct.unpack_from("<I", header, _FORMAT_AT + 12)[0], header[_FORMAT_AT + 22]
        self._made = (told[3] + told[4]).decode()
        self.kind = Kind(rate, bits, told[5], told[0].rstrip(b"\0").decode("ascii", "replace"))
        size = struct.unpack_from("<I", header, _HEADER_BYTES - 4)[0]
        if header[:4] == b"RF64":
            size = _DS64.unpack_from(header, _RIFF.size)[3]
        self.samples = size // self.kind.sample_bytes


def _places(places: Sequence[Place]) -> bytes:
    """The chunks of some places, numbered from 1 on. What lies beyond 32 bits has no place there."""
    kept = [place for place in places if 0 <= place.sample <= LARGEST_RIFF]
    cues = [_CUE.pack(i, place.sample, b"data", 0, 0, place.sample) for i, place in enumerate(kept, 1)]
    names = [_chunk(b"labl", struct.pack("<I", i) + _named(place)) for i, place in enumerate(kept, 1)]
    spans = [
        _chunk(b"ltxt", _SPAN.pack(i, min(place.samples, LARGEST_RIFF), b"rgn ", 0, 0, 0, 0))
        for i, place in enumerate(kept, 1)
        if place.samples
    ]
    if not kept:
        return b""
    cue = _chunk(b"cue ", struct.pack("<I", len(kept)) + b"".join(cues))
    return cue + _chunk(b"LIST", b"adtl" + b"".join([*names, *spans]))


def _named(place: Place) -> bytes:
    return place.name.replace("\0", " ").encode("utf-8", "replace") + b"\0"


def _chunk(name: bytes, data: bytes) -> bytes:
    """A chunk begins at an even byte."""
    return _CHUNK.pack(name, len(data)) + data + b"\0" * (len(data) % 2)


def _encoded(sound: Samples, bits: int) -> bytes:
    """Sound as it stands in a file; 24 bits are rounded and limited to what they can say."""
    if bits == 32:
        return np.ascontiguousarray(sound, dtype="<f4").tobytes()
    scaled = np.rint(sound.astype(np.float64) * (1 << 23))
    whole = np.clip(scaled, -(1 << 23), (1 << 23) - 1).astype("<i4")
    return np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def _decoded(data: bytes, bits: int) -> Samples:
    """What `_encoded` has written, [n, 2]."""
    if bits == 32:
        return np.frombuffer(data, "<f4").reshape(-1, CHANNELS).astype(np.float32)
    whole = np.zeros((len(data) // 3, 4), np.uint8)
    whole[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
    return (whole.view("<i4") / float(1 << 31)).reshape(-1, CHANNELS).astype(np.float32)
