"""The OSC socket: datagrams of those who may send, in turns. Panic is looked for before all else is read."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from plaud_live.control.osc import BUNDLE, OscBundle, parse
from plaud_live.engine.access import Access
from plaud_live.engine.limits import Address, Peer, Peers
from plaud_live.engine.osc_sockets import Datagram, Sockets
from plaud_live.errors import OscError

GOES_ON = 4
"""Packets after which a sender gets a socket of its own."""

PANIC = "/plaud/panic"

_PANIC_BYTES = PANIC.encode() + b"\0"


@dataclass
class Counts:
    """What happened at the port so far.

    `refused` came from where nobody may send; `timed` found their time, `late` had it a moment ago,
    `untimely` had one that cannot be ours; `unlogged` were remarks too many.
    """

    packets: int = 0
    malformed: int = 0
    dropped: int = 0
    refused: int = 0
    timed: int = 0
    late: int = 0
    untimely: int = 0
    unsent: int = 0
    unlogged: int = 0

    def shown(self) -> dict[str, int]:
        """For the status, by name."""
        return asdict(self)


class OscPort:
    """Call `receive` when the socket is readable, `take` while something is `waiting`.

    `panic` is called at once, and says how much else that waits it has dropped. What only `asks` outlives it:
    nobody knows which of two sockets was first, and a question makes no sound.
    """

    def __init__(
        self,
        port: int,
        access: Access,
        panic: Callable[[], int],
        asks: Callable[[bytes], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Listen on `port`, or on the next that is free. Raises SessionError if there is none."""
        self.counts = Counts()
        self._access, self._panic, self._asks, self._clock = access, panic, asks, clock
        self._sockets = Sockets(port, access.host)
        self._peers = Peers(clock)
        self.fileno, self.close = self._sockets.fileno, self._sockets.close

    @property
    def number(self) -> int:
        """The port that was got."""
        return self._sockets.port

    @property
    def waiting(self) -> bool:
        """Whether packets have been read that were not taken yet."""
        return self._peers.waiting

    def receive(self) -> None:
        """Read what has arrived. Panic acts here, and what came before it is forgotten, but for questions."""
        came = self._sockets.receive()
        panics = any(self._silences(*each) for packets in came.values() for each in packets)
        if panics:
            self.counts.dropped += self._panic() + self._peers.forget_waiting(self._asks)
            for source, packets in self._sockets.rest(came).items():
                came[source] += packets
        self.counts.packets += sum(map(len, came.values()))
        now = self._clock()
        for packets in map(self._after_panic, came.values()) if panics else came.values():
            for packet, address in packets:
                self._put(packet, address, now)

    def take(self, most: int, seconds: float) -> Iterator[tuple[Peer, bytes]]:
        """At most so many packets, for about so many seconds, those of each sender in order."""
        return self._peers.take(most, seconds)

    def send(self, packet: bytes, target: Address) -> None:
        """Send, or count what could not be sent."""
        if not self._sockets.send(packet, target):
            self.counts.unsent += 1

    def _put(self, packet: bytes, address: Address, now: float) -> None:
        """Let a packet wait for its turn, if its sender may send it."""
        if not self._access.permits(address[0]):
            self.counts.refused += 1
            return
        peer = self._peers.of(address, now)
        peer.packets += 1
        if peer.packets == GOES_ON:
            for left in self._sockets.welcome(address):
                self._put(*left, now)
        if not peer.spend(1, now) or not self._peers.put(peer, packet):
            self.counts.dropped += 1

    def _silences(self, packet: bytes, address: Address) -> bool:
        return _is_panic(packet) and self._access.permits(address[0])

    def _after_panic(self, packets: list[Datagram]) -> list[Datagram]:
        """What came on the same socket after it, and questions; on others, nobody knows what came after."""
        last = max((n for n, each in enumerate(packets) if self._silences(*each)), default=len(packets))
        before = [each for each in packets[:last] if not self._silences(*each)]
        kept = [each for each in before if self._asks(each[0])]
        self.counts.dropped += len(before) - len(kept)
        return kept + packets[last + 1 :]


def _is_panic(packet: bytes) -> bool:
    if packet.startswith(_PANIC_BYTES):
        return True
    if not packet.startswith(BUNDLE) or _PANIC_BYTES not in packet:
        return False
    with contextlib.suppress(OscError):
        parsed = parse(packet)
        return isinstance(parsed, OscBundle) and any(m.address == PANIC for m in parsed.messages())
    return False
