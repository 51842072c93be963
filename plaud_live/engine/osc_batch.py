"""What OSC messages ask for, gathered and launched together: of each parameter the last alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from plaud_live.control.osc import OscMessage
from plaud_live.control.transaction import Change, Mark, Set, Transaction
from plaud_live.engine.leases import Leases
from plaud_live.engine.limits import Peer
from plaud_live.engine.osc_queries import Desk
from plaud_live.engine.osc_replies import Replies
from plaud_live.engine.readings import addresses_of
from plaud_live.errors import PlaudError


@dataclass(frozen=True, eq=False)
class Wish:
    """What messages that belong together ask for, checked; `asked` is the size of their packet in bytes."""

    peer: Peer
    address: str
    asked: int
    changes: tuple[Change, ...]
    controls: tuple[tuple[str, list[float]], ...] = ()
    questions: tuple[OscMessage, ...] = ()


class Batch:
    """Wishes that wait for the end of a round. All that wait have the same sender and the same time."""

    def __init__(
        self,
        desk: Desk,
        leases: Leases,
        replies: Replies,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk, self._leases, self._replies, self._clock = desk, leases, replies, clock
        self._asked: list[Wish] = []
        self._latest: dict[tuple[str, str], Wish] = {}  # plain sets that wait, by parameter
        self._sample: int | None = None

    def add(self, wish: Wish, sample: int | None) -> None:
        """Launch it with the others from an engine sample on, or now. A plain set replaces an earlier one."""
        if self._asked and (self._asked[-1].peer is not wish.peer or self._sample != sample):
            self.submit()
        self._sample = sample
        match wish.changes:
            case (Set(instrument=name, parameter=parameter, over=None, at=0.0),):
                earlier = self._latest.get((name, parameter))
                if earlier is not None:
                    self._asked.remove(earlier)
                self._latest[name, parameter] = wish
            case _:
                self._latest.clear()  # the order of what is not plain matters
        self._asked.append(wish)

    def submit(self) -> None:
        """Launch what waits. Where it is refused, each message is tried alone, so the right one fails."""
        asked, self._asked = self._asked, []
        self._latest.clear()
        if not asked:
            return
        try:
            self._launch(asked)
        except PlaudError as error:
            if len(asked) == 1:
                self._replies.fail(asked[0].peer, asked[0].asked, asked[0].address, error)
                return
            for each in asked:
                try:
                    self._launch([each])
                except PlaudError as reason:
                    self._replies.fail(each.peer, each.asked, each.address, reason)

    def beat_of(self, sample: int) -> float:
        """A beat that is reached with this sample, and not with the one before it."""
        return self._desk.state.tempo.beat(sample - 0.5)

    def _launch(self, asked: list[Wish]) -> None:
        peer = asked[0].peer
        text = asked[0].address if len(asked) == 1 else f"{asked[0].address} and {len(asked) - 1} more"
        merge = f"osc {peer.address[0]}:{peer.address[1]}"
        changes = tuple(change for each in asked for change in each.changes)
        beat = None if self._sample is None else self.beat_of(self._sample)
        self._desk.submit(Transaction(changes, text, "osc", merge, beat))
        if len(self._leases):
            self._leases.moved(peer.address, addresses_of(self._desk.state, changes), self._clock())
        for each in asked:
            for change in each.changes:
                if isinstance(change, Mark):
                    self._replies.say(each.peer, each.asked, "/plaud/done", each.address, change.name)
