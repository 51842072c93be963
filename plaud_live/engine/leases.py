"""Who wants to be told of what: `/plaud/notify`, for a minute at a time, renewed by any packet.

A lease goes to the host that asked, at its own port or at another that it names, and nowhere else.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from plaud_live.control.namespace import RATES_HZ, TOPICS
from plaud_live.engine.limits import Address
from plaud_live.errors import OscError

LEASE_SECONDS = 60.0
MAX_LEASES = 32
DEFAULT_RATE_HZ = 20.0
OWN_SECONDS = 0.1
"""A client is not told of what it has moved itself, before it has left it alone for so long."""

MAX_OWN = 4096
MAX_EVENTS = 64


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

    def __iter__(self) -> Iterator[Lease]:
        return iter(tuple(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def grant(
        self, address: Address, topics: frozenset[str], port: int | None, rate: float | None, now: float
    ) -> Lease:
        """A new lease in place of an old one. Raises OscError: 409 when there are too many."""
        if address not in self._all and len(self._all) >= MAX_LEASES:
            raise OscError(f"{MAX_LEASES} clients are told already", 409)
        target = (address[0], port or address[1])
        hz = min(max(rate or DEFAULT_RATE_HZ, RATES_HZ[0]), RATES_HZ[1])
        lease = self._all[address] = Lease(target, topics, hz, now + LEASE_SECONDS, now)
        return lease

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
