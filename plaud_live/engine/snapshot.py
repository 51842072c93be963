"""What the engine shows, twenty times a second: one JSON object in shared memory. Standard library only.

The memory is a nameless file whose descriptor is inherited, so nothing can be left behind. One process
writes; any number read without ever holding it up. A reader that meets a half-written object sees it by its
checksum and keeps the last whole one, so nothing rests on the order in which a processor makes stores
visible.
"""

import json
import mmap
import os
import struct
import sys
import tempfile
import zlib
from typing import Any

from plaud_live.errors import SessionError

SNAPSHOT_BYTES = 1 << 16
_HEADER = struct.Struct("=QII")  # number of the object, its length in bytes, its checksum
_ROOM = SNAPSHOT_BYTES - _HEADER.size
_TRIES = 3


def shared_file(name: str, size: int) -> int:
    """Descriptor of `size` zero bytes that processes share by inheriting it; no name in any folder."""
    if sys.platform == "linux":
        fd = os.memfd_create(name)
    else:
        with tempfile.TemporaryFile(prefix=name) as file:
            fd = os.dup(file.fileno())
    os.ftruncate(fd, size)
    return fd


class Snapshot:
    """The shared object: made once by the supervisor, opened by its descriptor in engine and prompts.

    Fields, all written by the engine: beat, bpm, position (samples), cpu_avg, cpu_peak (0..1), xruns, late
    (blocks), launches {late, moved, worst_ms} (of those meant for a beat: less than 30 ms late, or moved to
    the next quant), latency_ms, device, pid, peak, rms, instruments {name: {peak, rms, z, text, held}},
    inputs {name: last values}, train [{instrument, name, stage, done, loss, left_seconds}]: jobs of training,
    rec: seconds of the recording that goes on, or null.
    """

    def __init__(self, fd: int) -> None:
        """Open the memory behind `fd`. Raises SessionError when it is not a snapshot."""
        try:
            self._memory = mmap.mmap(fd, SNAPSHOT_BYTES)
        except (OSError, ValueError) as error:
            raise SessionError(f"descriptor {fd} is no snapshot: {error}") from None
        self.fd = fd
        self._last: dict[str, Any] = {}
        self._last_number = 0

    @classmethod
    def create(cls) -> "Snapshot":
        """A new, empty one."""
        return cls(shared_file("plaud-snapshot", SNAPSHOT_BYTES))

    def write(self, data: dict[str, Any]) -> None:
        """Replace the object. Raises SessionError when it is too large."""
        payload = json.dumps(data, separators=(",", ":")).encode()
        if len(payload) > _ROOM:
            raise SessionError(f"a snapshot of {len(payload)} bytes — at most {_ROOM}")
        number = _HEADER.unpack_from(self._memory)[0] + 1
        self._memory[_HEADER.size : _HEADER.size + len(payload)] = payload
        self._memory[: _HEADER.size] = _HEADER.pack(number, len(payload), _checksum(number, payload))

    def read(self) -> dict[str, Any]:
        """The newest whole object; empty before the first."""
        for _ in range(_TRIES):
            number, length, checksum = _HEADER.unpack_from(self._memory)
            if number == self._last_number:
                break
            payload = self._memory[_HEADER.size : _HEADER.size + min(length, _ROOM)]
            if payload and _checksum(number, payload) == checksum:  # zeros would have a checksum of 0
                self._last, self._last_number = json.loads(payload), number
                break
        return self._last

    def close(self) -> None:
        """Let go of the memory and its descriptor."""
        self._memory.close()
        os.close(self.fd)


def _checksum(number: int, payload: bytes) -> int:
    return zlib.crc32(payload, number & 0xFFFFFFFF)
