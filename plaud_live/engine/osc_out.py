"""OSC that is sent: values to addresses of other programs, in bundles stamped with when they are heard."""

import socket
import struct
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from plaud_live.control.osc import bundle, encode, to_timetag
from plaud_live.control.outputs import OscTarget
from plaud_live.signals.graph import Array

RESEND_SECONDS = 3.0
"""A value that stands still is sent again so often, for who has come late or missed it."""

MOST = float(np.finfo(np.float32).max)

_NEVER = (b"", float("-inf"))
BUNDLE_BYTES = 1400
"""Of one datagram: what a network carries in one piece."""

Values = list[tuple[OscTarget, Array]]


class OscOut:
    """Sends what has changed. `permits` says whether a host beyond this machine may be sent to."""

    def __init__(self, permits: Callable[[str], bool], tell: Callable[[str], None]) -> None:
        self.sent = 0
        """Datagrams."""
        self.failed = 0
        self._permits, self._tell = permits, tell
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._last: dict[str, tuple[bytes, float]] = {}  # by key: what was sent, and when it was heard
        self._told: set[str] = set()

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

    def forget(self, kept: set[OscTarget]) -> None:
        """Nothing but `kept` is sent any more."""
        keys = {target.key for target in kept}
        for key in self._last.keys() - keys:
            del self._last[key]
        self._told &= keys | {target.host for target in kept}

    def send(self, values: Values, heard: float, wall: float) -> None:
        """Send values [d] that are heard at the monotonic time `heard`; `wall` is that in seconds since 1970.

        What is as it was is left out, unless it was sent long ago.
        """
        packets: dict[tuple[str, int], list[bytes]] = {}
        for target, value in values:
            body = self._fitting(target, value).astype(">f4").tobytes()
            last, when = self._last.get(target.key, _NEVER)
            if (body == last and heard - when < RESEND_SECONDS) or not self._may(target):
                continue
            self._last[target.key] = body, heard
            packets.setdefault((target.host, target.port), []).append(
                _head(target.address, len(value)) + body
            )
        timetag = to_timetag(wall) if packets else 0
        for address, messages in packets.items():
            for part in _parts(messages):
                self._put(bundle(part, timetag), address)

    def _put(self, packet: bytes, address: tuple[str, int]) -> None:
        try:
            self._socket.sendto(packet, address)
        except OSError:  # nobody there, or no network: it is tried again with the next value
            self.failed += 1
        else:
            self.sent += 1

    def _fitting(self, target: OscTarget, value: Array) -> Array:
        """A value as near as OSC's floats come to it: said once, for what they cannot hold."""
        fits = np.clip(value, -MOST, MOST)
        if target.key not in self._told and (fits != value).any():
            self._told.add(target.key)
            self._tell(f"{target.typed} is beyond what OSC holds: sent as {MOST:.4g} at most")
        return fits

    def _may(self, target: OscTarget) -> bool:
        if target.is_loopback or self._permits(target.host):
            return True
        if target.host not in self._told:
            self._told.add(target.host)
            self._tell(f"{target.typed} is not sent: {target.host} is another machine — play with --lan")
        return False


@lru_cache(maxsize=512)
def _head(address: str, size: int) -> bytes:
    """What stands before the numbers of a message."""
    packet = encode(address, *[0.0] * size)
    return packet[: len(packet) - struct.calcsize(f">{size}f")]


def _parts(messages: list[bytes]) -> list[list[bytes]]:
    """Messages in lots that fit a datagram."""
    parts: list[list[bytes]] = [[]]
    room = BUNDLE_BYTES
    for message in messages:
        if len(message) > room and parts[-1]:
            parts.append([])
            room = BUNDLE_BYTES
        parts[-1].append(message)
        room -= len(message) + 4
    return parts
