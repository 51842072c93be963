"""What has a time yet to come: kept in order of it, bounded, until it is to be handed over."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

MAX_TIMED = 4096
MAX_OF_ONE = MAX_TIMED // 2
"""Of one sender: it may not keep the others out."""

Owner = TypeVar("Owner")
Thing = TypeVar("Thing")


@dataclass(order=True)
class Entry(Generic[Owner, Thing]):
    """A thing and the time at which it is meant, in seconds of `time.monotonic`."""

    when: float
    number: int
    owner: Owner = field(compare=False)
    thing: Thing = field(compare=False)


class Timed(Generic[Owner, Thing]):
    """A queue by time; what has the same time stays in the order in which it came."""

    def __init__(self) -> None:
        self._heap: list[Entry[Owner, Thing]] = []
        self._numbers = count()
        self._by_owner: dict[Owner, int] = {}

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def soonest(self) -> float:
        """The time of the first; infinity where there is none."""
        return self._heap[0].when if self._heap else float("inf")

    def put(self, when: float, owner: Owner, thing: Thing) -> bool:
        """Keep it; False where there is no room for it."""
        mine = self._by_owner.get(owner, 0)
        if len(self._heap) >= MAX_TIMED or mine >= MAX_OF_ONE:
            return False
        self._by_owner[owner] = mine + 1
        heapq.heappush(self._heap, Entry(when, next(self._numbers), owner, thing))
        return True

    def take(self, until: float) -> Iterator[Entry[Owner, Thing]]:
        """All whose time is not after `until`, in order; what is not asked for stays."""
        while self._heap and self._heap[0].when <= until:
            entry = heapq.heappop(self._heap)
            left = self._by_owner[entry.owner] - 1
            self._by_owner[entry.owner] = left
            if not left:
                del self._by_owner[entry.owner]
            yield entry

    def clear(self) -> int:
        """Forget all; how many those were."""
        forgotten = len(self._heap)
        self._heap.clear()
        self._by_owner.clear()
        return forgotten
