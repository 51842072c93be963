"""What the process of the MIDI ports and the engine say to each other, over a stream socket.

Frames: a header of kind, device and length, with a time in seconds of time.monotonic(), then the payload.
    DEVICES  ports → engine   JSON: the devices, in an order that gives each its number, what was lost of it
    BYTES    ports → engine   whole messages that came from a device, and when
    SEND     engine → ports   whole messages for a device, to be sent at a time (0: now)
Both ends run on one machine; the socket lies in the run folder, which is the performer's alone.
"""

import socket
import struct
from collections import Counter
from typing import NamedTuple

from plaud_live.engine.link.stream import arriving, send_waiting

DEVICES, BYTES, SEND = 1, 2, 3
SOCKET_NAME = "midi.sock"
MAX_PAYLOAD = (1 << 16) - 1
MAX_WAITING = 1 << 20
"""Bytes that a slow reader may leave; past that the newest are dropped and counted, but for DEVICES."""

_HEADER = struct.Struct("=BHHd")


class Frame(NamedTuple):
    """One of the messages above."""

    kind: int
    device: int
    time: float
    payload: bytes


class Wire:
    """One end of the stream, never blocking. `ended` once the other side is gone: then `close` it."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._incoming = b""
        self._outgoing = bytearray()
        self.lost: Counter[int] = Counter()
        """Messages that were dropped, by the number of their device."""
        self.ended = False

    def fileno(self) -> int:
        """The descriptor, for a selector; -1 once closed."""
        return self._socket.fileno()

    def put(self, kind: int, device: int, time: float, payload: bytes) -> None:
        """Let a frame wait for `flush`."""
        if len(self._outgoing) > MAX_WAITING and kind != DEVICES:
            self.lost[device] += 1
        elif len(payload) <= MAX_PAYLOAD:
            self._outgoing += _HEADER.pack(kind, device, len(payload), time)
            self._outgoing += payload

    def flush(self) -> None:
        """Send what waits, as far as the other side takes it."""
        if not self.ended:
            self.ended = not send_waiting(self._socket, self._outgoing)

    def receive(self) -> list[Frame]:
        """All whole frames that have arrived. Sets `ended` at the end of the stream."""
        for data in () if self.ended else arriving(self._socket):
            self._incoming += data
            self.ended = not data
        frames, start, size = [], 0, _HEADER.size
        while len(self._incoming) >= start + size:
            kind, device, length, time = _HEADER.unpack_from(self._incoming, start)
            if len(self._incoming) < start + size + length:
                break
            frames.append(Frame(kind, device, time, self._incoming[start + size : start + size + length]))
            start += size + length
        self._incoming = self._incoming[start:]
        return frames

    def close(self) -> None:
        """Close this end; the other side sees the end of the stream."""
        self.ended = True
        self._socket.close()
