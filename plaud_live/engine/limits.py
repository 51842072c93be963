"""What each sender of datagrams may do: so many messages a second, and its turn among the others.

Senders are told apart by address and port. They take turns, so that one that floods delays itself alone.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from plaud_live.engine.access import is_loopback

NEAR_PER_SECOND, FAR_PER_SECOND = 10_000, 2_000
"""Messages of one peer on this machine, and beyond; what is above it is dropped and counted."""

MAX_PEERS = 256
MAX_WAITING_BYTES = 16 << 20
MAX_TURNS = 4096
"""Peers that have something waiting. Who sends from ever new ports is ever another peer."""

TURN = 32
"""Packets of one peer before it is the next one's turn."""

REPLY_BYTES, REPLY_FACTOR = 512, 4
Address = tuple[str, int]


@dataclass(eq=False)
class Peer:
    """A sender. `allowance` is how many messages it may send now; `waiting` are packets to be worked off."""

    address: Address
    allowance: float
    seen: float
    waiting: deque[bytes] = field(default_factory=deque)
    trusted: bool = False
    """It has shown the token, or is on this machine."""

    packets: int = 0
    free_at: float = 0.0
    """When the next of its plain sets may be launched."""

    warned: bool = False
    """The performer was told that its clock is not ours."""

    @property
    def rate(self) -> float:
        """Messages a second."""
        return NEAR_PER_SECOND if is_loopback(self.address[0]) else FAR_PER_SECOND

    def spend(self, messages: int, now: float) -> bool:
        """Whether it may send so many messages; if so, they are counted."""
        self.allowance = min(self.rate, self.allowance + (now - self.seen) * self.rate)
        self.seen = now
        if self.allowance < messages:
            return False
        self.allowance -= messages
        return True


def reply_room(question: int) -> int:
    """Bytes that an unregistered peer may be answered to a question of so many."""
    return max(REPLY_BYTES, REPLY_FACTOR * question)


class Peers:
    """All senders, and what they have sent that waits."""

    def __init__(self) -> None:
        self._known: OrderedDict[Address, Peer] = OrderedDict()
        self._turns: deque[Peer] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._known)

    def of(self, address: Address, now: float) -> Peer:
        """The sender with this address. Of too many, the one that was heard longest ago is forgotten."""
        peer = self._known.get(address)
        if peer is not None:
            self._known.move_to_end(address)
            return peer
        peer = Peer(address, 0.0, now, trusted=is_loopback(address[0]))
        peer.allowance = peer.rate
        self._known[address] = peer
        if len(self._known) > MAX_PEERS:
            self._known.popitem(last=False)
        return peer

    @property
    def waiting(self) -> bool:
        """Whether anything waits."""
        return bool(self._turns)

    def put(self, peer: Peer, packet: bytes) -> bool:
        """Let a packet wait for its turn. False: no room; but there is for a peer that has nothing there."""
        full = self._bytes > MAX_WAITING_BYTES if peer.waiting else len(self._turns) >= MAX_TURNS
        if full:
            return False
        if not peer.waiting:
            self._turns.append(peer)
        peer.waiting.append(packet)
        self._bytes += len(packet)
        return True

    def take(self, most: int) -> Iterator[tuple[Peer, bytes]]:
        """At most so many packets, by turns."""
        while self._turns and most > 0:
            peer = self._turns.popleft()
            for _ in range(min(TURN, most, len(peer.waiting))):
                most -= 1
                packet = peer.waiting.popleft()
                self._bytes -= len(packet)
                yield peer, packet
            if peer.waiting:
                self._turns.append(peer)

    def forget_waiting(self) -> int:
        """Drop all that waits; how many packets those were."""
        count = sum(len(peer.waiting) for peer in self._turns)
        for peer in self._turns:
            peer.waiting.clear()
        self._turns.clear()
        self._bytes = 0
        return count
