"""The sockets of one UDP port: one for everybody, and one of its own for each sender that goes on sending.

A socket that is connected to a sender gets what comes from there, and has a buffer of its own. So who floods
fills its own, and the kernel drops nothing of the others': an ordinary Linux gives a buffer for some hundred
packets. Where a system cannot do this, all share the one.
"""

import errno
import selectors
import socket
from collections.abc import Iterator, Mapping, Set

from plaud_live.control.osc import MAX_PACKET_BYTES
from plaud_live.engine.access import is_loopback
from plaud_live.engine.limits import Address
from plaud_live.errors import SessionError

RECEIVE_BUFFER_BYTES = 1 << 20
PORTS_TRIED = 100
MOST_OWN = 64
"""Sockets of senders on this machine."""

MOST_FAR, MOST_OF_HOST = 16, 4
"""Of senders beyond it, and of one host: its address may be forged, and it sends from what ports it likes."""

READ_AT_ONCE = 64
"""Packets of one socket, before it is the next one's turn, and the sound's."""

MOST_AT_ONCE = 2048
"""And where all that has come is wanted: of a socket that is closed, or when a panic has come."""

Datagram = tuple[bytes, Address]

_SHARING: int | None = getattr(socket, "SO_REUSEPORT", None)


class Sockets:
    """Never waits. `fileno` is readable when something has come to any of them."""

    def __init__(self, port: int, host: str) -> None:
        """Listen on `port`, or on the next that is free. Raises SessionError if there is none."""
        self._all = _open(port, host)
        self._own: dict[Address, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._all, selectors.EVENT_READ)
        self._room = memoryview(bytearray(MAX_PACKET_BYTES + 1))

    @property
    def port(self) -> int:
        """The port that was got."""
        return int(self._all.getsockname()[1])

    def fileno(self) -> int:
        """A descriptor for a selector."""
        return self._selector.fileno()

    def close(self) -> None:
        """Give the port back."""
        self._selector.close()
        for each in (self._all, *self._own.values()):
            each.close()

    def send(self, packet: bytes, target: Address) -> bool:
        """Whether it could be sent."""
        try:
            self._all.sendto(packet, target)
        except OSError:
            return False
        return True

    def receive(self) -> dict[int, list[Datagram]]:
        """What has come, by socket, in order: first what came for everybody's."""
        return self._of({key.fd for key, _ in self._selector.select(0)}, READ_AT_ONCE)

    def rest(self, came: Mapping[int, list[Datagram]]) -> dict[int, list[Datagram]]:
        """What waits behind what has just come, where that was as much as is read at once."""
        return self._of({fd for fd, packets in came.items() if len(packets) == READ_AT_ONCE}, MOST_AT_ONCE)

    def _of(self, wanted: Set[int], most: int) -> dict[int, list[Datagram]]:
        sockets = (self._all, *self._own.values())
        return {each.fileno(): list(self._read(each, most)) for each in sockets if each.fileno() in wanted}

    def welcome(self, address: Address) -> list[Datagram]:
        """Give a sender a socket of its own. What had come for one that makes room for it is returned."""
        made = None if address in self._own else self._connected(address)
        if made is None:
            return []
        room = self._in_the_way(address)
        self._own[address] = made
        self._selector.register(made, selectors.EVENT_READ)
        if room is None:
            return []
        old = self._own.pop(room)
        self._selector.unregister(old)
        left = list(self._read(old, MOST_AT_ONCE))
        old.close()
        return left

    def _in_the_way(self, address: Address) -> Address | None:
        """Who has to give up its socket for another of this sender, if anybody."""
        near = is_loopback(address[0])
        alike = [each for each in self._own if is_loopback(each[0]) == near]
        same = [each for each in alike if each[0] == address[0]]
        if not near and len(same) >= MOST_OF_HOST:
            return same[0]
        return alike[0] if len(alike) >= (MOST_OWN if near else MOST_FAR) else None

    def _read(self, source: socket.socket, most: int) -> Iterator[Datagram]:
        """Copies as long as what has come: memory for the longest, cut for each, would be left in pieces."""
        for _ in range(most):
            try:
                size, address = source.recvfrom_into(self._room)
            except BlockingIOError:
                return
            except OSError:  # an answer of ours was refused, which is told here: go on
                continue
            yield bytes(self._room[:size]), address

    def _connected(self, address: Address) -> socket.socket | None:
        """Another socket on the same port. All allow it for this moment alone: nobody else can have one."""
        if _SHARING is None:
            return None
        made = _socket()
        everyone = (self._all, *self._own.values(), made)
        try:
            for each in everyone:
                each.setsockopt(socket.SOL_SOCKET, _SHARING, 1)
            made.bind(self._all.getsockname())
            made.connect(address)
        except OSError:
            made.close()
            return None
        finally:
            for each in everyone:
                if each.fileno() >= 0:
                    each.setsockopt(socket.SOL_SOCKET, _SHARING, 0)
        return made


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    made.setblocking(False)
    return made


def _open(port: int, host: str) -> socket.socket:
    last = min(65535, port + PORTS_TRIED) if port else 0
    for wanted in range(port, last + 1):
        opened = _socket()
        try:
            opened.bind((host, wanted))
        except OSError as error:
            opened.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise SessionError(
                    f"OSC port {wanted}: {error.strerror} — choose another with --osc-port"
                ) from None
            continue
        return opened
    raise SessionError(f"OSC ports {port} to {last} are all in use — choose another with --osc-port")
