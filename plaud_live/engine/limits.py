"""What each sender of datagrams may do: so many messages a second, by itself and with others of its host.

On this machine several programs share one address: there each port is a sender with an allowance of its own,
and all ports together have another. Beyond it a host is one sender, whatever ports it sends from; hosts that
have shown nothing but an address, which anybody can forge, have one allowance together.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field

from plaud_live.engine.access import LOOPBACK, is_loopback
from plaud_live.engine.turns import Line, Turns

NEAR_PER_SECOND, FAR_PER_SECOND = 10_000, 2_000
"""Messages of one program on this machine, and of a host beyond; what is above it is dropped and counted."""

OWN_PER_SECOND = 1_000
"""Of a program on this machine whatever the others send: what a performer's stream takes."""

HOST_PER_SECOND = 40_000
"""What all programs on this machine may send together above that."""

STRANGERS_PER_SECOND = 8_000
"""Messages of all hosts together that have shown nothing but their address."""

MAX_HOSTS = 64
MAX_PORTS = 256
MAX_FAR_PORTS = 16
"""Senders of a host that are known, here and beyond; the one that was silent longest is forgotten."""

REPLY_BYTES, REPLY_FACTOR = 512, 4
Address = tuple[str, int]


@dataclass(eq=False)
class Allowance:
    """So many a second, of which `most` can be saved up (None: those of a second); `left` are there now."""

    rate: float
    left: float
    seen: float
    most: float | None = None

    def has(self, count: float, now: float) -> bool:
        """Whether so many are there."""
        most = self.rate if self.most is None else self.most
        self.left = min(most, self.left + (now - self.seen) * self.rate)
        self.seen = now
        return self.left >= count

    def spend(self, count: float, now: float) -> bool:
        """Whether so many are there; if so, they are taken."""
        if not self.has(count, now):
            return False
        self.left -= count
        return True


@dataclass(eq=False)
class Host:
    """An address, and the ports from which it sends. `all` is what they may send together."""

    address: str
    all: Allowance
    ports: OrderedDict[Address, "Peer"] = field(default_factory=OrderedDict)
    line: Line["Peer"] = field(default_factory=Line)
    """What waits of a host beyond this machine, from whatever port."""

    known: bool = False
    """It is this machine, or somebody there has answered, or shown the token: no address that is forged."""

    warned: bool = False
    """The performer was told that its clock is not ours."""

    @property
    def near(self) -> bool:
        """Whether it is this machine."""
        return is_loopback(self.address)


@dataclass(eq=False)
class Peer:
    """A sender: a port of a host. `one` is what it may send itself, `own` what of that it always may."""

    address: Address
    host: Host
    one: Allowance
    own: Allowance
    line: Line["Peer"]
    strangers: Allowance
    trusted: bool = False
    """It has shown the token, or is on this machine."""

    packets: int = 0
    free_at: float = 0.0
    """When the next of its plain sets may be launched."""

    @property
    def account(self) -> Hashable:
        """On whose account it is what waits: its own here, its host's beyond, or that of all strangers."""
        if self.host.near:
            return self.address
        return self.host.address if self.host.known else ""

    def spend(self, messages: int, now: float) -> bool:
        """Whether it may send so many messages; if so, they are counted."""
        host = self.host
        if not host.near:
            if not host.all.has(messages, now) or not (host.known or self.strangers.spend(messages, now)):
                return False
            return host.all.spend(messages, now)
        return self.one.spend(messages, now) and (
            self.own.spend(messages, now) or host.all.spend(messages, now)
        )


def reply_room(question: int) -> int:
    """Bytes that an unregistered peer may be answered to a question of so many."""
    return max(REPLY_BYTES, REPLY_FACTOR * question)


class Peers:
    """All senders, and what they have sent that waits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._hosts: OrderedDict[str, Host] = OrderedDict()
        self._strangers = Allowance(STRANGERS_PER_SECOND, STRANGERS_PER_SECOND, 0.0)
        self._turns: Turns[Peer] = Turns(clock)

    def __len__(self) -> int:
        return sum(len(host.ports) for host in self._hosts.values())

    def of(self, address: Address, now: float) -> Peer:
        """The sender with this address; where there are too many, another is forgotten for it."""
        host = self._host(address[0], now)
        peer = host.ports.get(address)
        if peer is None:
            # One that is new has nothing saved up: nobody gains by sending from ever new ports.
            own, one = Allowance(OWN_PER_SECOND, 0.0, now), Allowance(NEAR_PER_SECOND, NEAR_PER_SECOND, now)
            line: Line[Peer] = Line() if host.near else host.line
            peer = Peer(address, host, one, own, line, self._strangers, trusted=host.near)
            host.ports[address] = peer
            if len(host.ports) > (MAX_PORTS if host.near else MAX_FAR_PORTS):
                host.ports.popitem(last=False)
        host.ports.move_to_end(address)
        return peer

    def _host(self, address: str, now: float) -> Host:
        near = is_loopback(address)
        address = LOOPBACK if near else address  # 127.0.0.2 is the same machine
        host = self._hosts.get(address)
        if host is None:
            rate = HOST_PER_SECOND if near else FAR_PER_SECOND
            host = self._hosts[address] = Host(address, Allowance(rate, rate, now), known=near)
            if len(self._hosts) > MAX_HOSTS:
                self._forget_another(host)
        self._hosts.move_to_end(address)
        return host

    def _forget_another(self, kept: Host) -> None:
        """Forget a host: the one that was silent longest, if possible one that nobody knows."""
        others = [host for host in self._hosts.values() if host is not kept]
        del self._hosts[next((host for host in others if not host.known), others[0]).address]

    @property
    def waiting(self) -> bool:
        """Whether anything waits."""
        return self._turns.waiting

    def put(self, peer: Peer, packet: bytes) -> bool:
        """Let a packet wait for its turn. False: no room."""
        return self._turns.put(peer.line, peer, packet)

    def take(self, most: int, seconds: float = float("inf")) -> Iterator[tuple[Peer, bytes]]:
        """At most so many packets, by turns, for about so many seconds."""
        return self._turns.take(most, seconds)

    def forget_waiting(self, but: Callable[[bytes], bool]) -> int:
        """Drop all that waits, but some packets; how many were dropped."""
        return self._turns.forget(but)
