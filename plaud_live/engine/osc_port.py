"""The OSC socket: datagrams of those who may send, in turns. Panic is looked for before all else is read."""

import contextlib
import errno
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from plaud_live.control.osc import BUNDLE, MAX_PACKET_BYTES, OscBundle, parse
from plaud_live.engine.access import Access
from plaud_live.engine.limits import Address, Peer, Peers
from plaud_live.errors import OscError, SessionError

RECEIVE_BUFFER_BYTES = 1 << 20
PORTS_TRIED = 100
READ_AT_ONCE = 4096
PANIC = "/plaud/panic"

_PANIC_BYTES = PANIC.encode() + b"\0"


@dataclass
class Counts:
    """What happened at the port so far.

    `refused` came from where nobody may send; `timed` found their time, `late` had it a moment ago,
    `untimely` had one that cannot be ours.
    """

    packets: int = 0
    malformed: int = 0
    dropped: int = 0
    refused: int = 0
    timed: int = 0
    late: int = 0
    untimely: int = 0
    unsent: int = 0

    def shown(self) -> dict[str, int]:
        """For the status, by name."""
        return asdict(self)


class OscPort:
    """Call `receive` when the socket is readable, `take` while something is `waiting`.

    `panic` is called at once, and says how much else that waits it has dropped.
    """

    def __init__(
        self,
        port: int,
        access: Access,
        panic: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Listen on `port`, or on the next that is free. Raises SessionError if there is none."""
        self.counts = Counts()
        self._access, self._panic, self._clock = access, panic, clock
        self._socket = _open(port, access.host)
        self._peers = Peers()

    @property
    def number(self) -> int:
        """The port that was got."""
        return int(self._socket.getsockname()[1])

    @property
    def waiting(self) -> bool:
        """Whether packets have been read that were not taken yet."""
        return self._peers.waiting

    def fileno(self) -> int:
        """The descriptor, for a selector."""
        return self._socket.fileno()

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

    def receive(self) -> None:
        """Read what has arrived. Panic acts here, and what came before it is forgotten."""
        now, counts = self._clock(), self.counts
        for _ in range(READ_AT_ONCE):
            try:
                packet, address = self._socket.recvfrom(MAX_PACKET_BYTES + 1)
            except OSError:  # nothing more
                return
            counts.packets += 1
            if not self._access.permits(address[0]):
                counts.refused += 1
            elif _is_panic(packet):
                counts.dropped += self._peers.forget_waiting() + self._panic()
            else:
                peer = self._peers.of(address, now)
                if not peer.spend(1, now) or not self._peers.put(peer, packet):
                    counts.dropped += 1

    def take(self, most: int) -> Iterator[tuple[Peer, bytes]]:
        """At most so many packets, those of each sender in order."""
        return self._peers.take(most)

    def send(self, packet: bytes, target: Address) -> None:
        """Send, or count what could not be sent."""
        try:
            self._socket.sendto(packet, target)
        except OSError:
            self.counts.unsent += 1


def _is_panic(packet: bytes) -> bool:
    if packet.startswith(_PANIC_BYTES):
        return True
    if not packet.startswith(BUNDLE) or _PANIC_BYTES not in packet:
        return False
    with contextlib.suppress(OscError):
        parsed = parse(packet)
        return isinstance(parsed, OscBundle) and any(m.address == PANIC for m in parsed.messages())
    return False


def _open(port: int, host: str) -> socket.socket:
    last = min(65535, port + PORTS_TRIED) if port else 0
    for wanted in range(port, last + 1):
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        opened.setblocking(False)
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
