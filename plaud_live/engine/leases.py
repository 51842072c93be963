"""Who wants to be told of what: `/plaud/notify`, for a minute at a time, renewed by any packet.

A lease goes to the host that asked, at its own port or at another that it names, and nowhere else. Anybody
can forge the address of another machine: from beyond this one a lease is given when numbers have come back
that were sent there, or the token was shown.
"""

import secrets
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from plaud_live.control.namespace import RATES_HZ, TOPICS
from plaud_live.engine.access import is_loopback
from plaud_live.engine.limits import Address
from plaud_live.errors import OscError

LEASE_SECONDS = 60.0
MAX_LEASES = 32
"""To programs of this machine. To others as many, but to each of those at most MAX_OF_HOST."""

MAX_OF_HOST = 4
MAX_ASKED = 1024
ASKED_SECONDS = 10.0
"""So long it is waited for numbers to come back."""

NUMBER_BITS = 24
"""Of each of two: what a 32-bit float holds, as Pd has no other numbers."""

Numbers = tuple[int, int]

DEFAULT_RATE_HZ = 20.0
OWN_SECONDS = 0.1
"""A client is not told of what it has moved itself, before it has left it alone for so long."""

MAX_OWN = 4096
MAX_EVENTS = 64


@dataclass(frozen=True)
class Asked:
    """A lease that somebody asks for: as in a Lease, `rate` in Hz."""

    target: Address
    topics: frozenset[str]
    rate: float

    @classmethod
    def of(cls, address: Address, topics: frozenset[str], port: int | None, rate: float | None) -> "Asked":
        """What a sender asks for, with what it leaves out."""
        hz = min(max(rate or DEFAULT_RATE_HZ, RATES_HZ[0]), RATES_HZ[1])
        return cls((address[0], port or address[1]), topics, hz)


@dataclass(eq=False)
class Lease:
    """One client's: told at `target` of `topics`, `rate` times a second, until `until` (monotonic seconds).

    `told` has the values that it knows, `own` when it last moved one itself, both by address; `events` are
    packets that wait.
    """

    target: Address
    topics: frozenset[str]
    rate: float
    until: float
    due: float
    told: dict[str, float] = field(default_factory=dict)
    own: dict[str, float] = field(default_factory=dict)
    events: deque[bytes] = field(default_factory=lambda: deque(maxlen=MAX_EVENTS))
    xruns: tuple[int, int] | None = None


def topics_of(text: str | None) -> frozenset[str]:
    """Topics by their names with spaces or commas between; None or none are all. Raises OscError."""
    names = (text or "").replace(",", " ").split()
    for name in names:
        if "." in name or ":" in name:
            raise OscError(f"notify {name!r:.40}: only the host that asks is told", 403)
        if name not in TOPICS:
            raise OscError(f"notify {name!r:.40}: have {', '.join(TOPICS)}", 404)
    return frozenset(names or TOPICS)


class Leases:
    """All leases, by the address of who asked."""

    def __init__(self) -> None:
        self._all: dict[Address, Lease] = {}
        self._asked: dict[Address, tuple[Numbers, Asked, float]] = {}

    def __iter__(self) -> Iterator[Lease]:
        return iter(tuple(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def grant(self, address: Address, asked: Asked, now: float) -> tuple[Lease, list[Lease]]:
        """A new lease in place of an old one, and what ends for it: what nobody has renewed for longest."""
        ended = [] if address in self._all else [self._all.pop(each) for each in self._too_many(address)]
        lease = Lease(asked.target, asked.topics, asked.rate, now + LEASE_SECONDS, now)
        self._all[address] = lease
        return lease, ended

    def has(self, address: Address, asked: Asked) -> bool:
        """Whether there is such a lease already."""
        lease = self._all.get(address)
        return lease is not None and (lease.target, lease.topics, lease.rate) == (
            asked.target,
            asked.topics,
            asked.rate,
        )

    def ask(self, address: Address, asked: Asked, now: float) -> Numbers:
        """The numbers that have to come back from there before it has this lease."""
        self._asked.pop(address, None)
        while len(self._asked) >= MAX_ASKED:
            del self._asked[next(iter(self._asked))]
        numbers = secrets.randbits(NUMBER_BITS), secrets.randbits(NUMBER_BITS)
        self._asked[address] = numbers, asked, now + ASKED_SECONDS
        return numbers

    def answered(self, address: Address, numbers: Numbers, now: float) -> Asked | None:
        """What was asked for there, if these are the numbers that were sent."""
        sent, asked, until = self._asked.get(address, (None, None, now))
        if sent != numbers or now >= until:
            return None
        del self._asked[address]
        return asked

    def _too_many(self, address: Address) -> list[Address]:
        """Leases that end for another to this address, at most one."""
        near = is_loopback(address[0])
        alike = [each for each in self._all if is_loopback(each[0]) == near]
        same = [each for each in alike if each[0] == address[0]]
        if near or len(same) < MAX_OF_HOST:
            same = alike if len(alike) >= MAX_LEASES else []
        return [min(same, key=lambda each: self._all[each].until)] if same else []

    def end(self, address: Address) -> None:
        """No more of it."""
        self._all.pop(address, None)

    def renew(self, address: Address, now: float) -> None:
        """A packet has come from there."""
        lease = self._all.get(address)
        if lease is not None:
            lease.until = now + LEASE_SECONDS

    def target(self, address: Address) -> Address | None:
        """Where who asked from `address` is answered, if it is registered."""
        lease = self._all.get(address)
        return lease.target if lease is not None else None

    def moved(self, address: Address, parameters: list[str], now: float) -> None:
        """A client has moved parameters itself."""
        lease = self._all.get(address)
        if lease is None:
            return
        if len(lease.own) > MAX_OWN:
            lease.own.clear()
        lease.own.update(dict.fromkeys(parameters, now))

    def expire(self, now: float) -> None:
        """End those that nobody has renewed."""
        for address, lease in tuple(self._all.items()):
            if lease.until <= now:
                del self._all[address]
