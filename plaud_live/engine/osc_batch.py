"""What OSC messages ask for, gathered and launched together: of each parameter the last alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from plaud_live.control.gathering import whole_places
from plaud_live.control.osc import OscMessage
from plaud_live.control.transaction import Change, Mark, Set, Transaction
from plaud_live.engine.leases import Leases
from plaud_live.engine.limits import Peer
from plaud_live.engine.osc_queries import Desk
from plaud_live.engine.osc_replies import Replies
from plaud_live.engine.readings import addresses_of
from plaud_live.errors import PlaudError

STREAM_SECONDS = 0.004
"""Of a stream of plain sets, what comes within this time is one launch: it costs as much as one message."""


@dataclass(frozen=True, eq=False)
class Wish:
    """What messages that belong together ask for, checked; `asked` is the size of their packet in bytes."""

    peer: Peer
    address: str
    asked: int
    changes: tuple[Change, ...]
    controls: tuple[tuple[str, list[float]], ...] = ()
    questions: tuple[OscMessage, ...] = ()


@dataclass(eq=False)
class _Gathered:
    """Wishes of one sender for one time: `sample`, or now."""

    sample: int | None
    wishes: list[Wish] = field(default_factory=list)
    latest: dict[tuple[str, str], Wish] = field(default_factory=dict)
    """Plain sets among them, by parameter."""

    plain: bool = True


class Batch:
    """Wishes that are launched together: those of a round; plain sets of a stream wait a little longer."""

    def __init__(
        self,
        desk: Desk,
        leases: Leases,
        replies: Replies,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk, self._leases, self._replies, self._clock = desk, leases, replies, clock
        self._waiting: dict[Peer, _Gathered] = {}

    @property
    def due(self) -> float:
        """When something is to be submitted; infinity where nothing waits."""
        return min((peer.free_at for peer in self._waiting), default=float("inf"))

    def add(self, wish: Wish, sample: int | None) -> None:
        """Launch it with the others from an engine sample on, or now. A plain set replaces an earlier one."""
        gathered = self._waiting.get(wish.peer)
        if gathered is not None and gathered.sample != sample:
            self._submit(wish.peer)
            gathered = None
        if gathered is None:
            gathered = self._waiting[wish.peer] = _Gathered(sample)
        match wish.changes:
            case (Set(instrument=name, parameter=parameter, over=None, at=0.0),) if sample is None:
                earlier = gathered.latest.get((name, parameter))
                if earlier is not None:
                    gathered.wishes.remove(earlier)
                gathered.latest[name, parameter] = wish
            case _:
                gathered.latest.clear()  # the order of what is not plain matters
                gathered.plain = False
        gathered.wishes.append(wish)

    def submit(self, now: float | None = None) -> None:
        """Launch what waits; with `now`, all but plain sets of senders that have launched a moment ago."""
        for peer, gathered in tuple(self._waiting.items()):
            if now is None or not gathered.plain or peer.free_at <= now:
                self._submit(peer)

    def forget(self) -> int:
        """Drop all that waits; how many wishes those were."""
        count = sum(len(gathered.wishes) for gathered in self._waiting.values())
        self._waiting.clear()
        return count

    def _submit(self, peer: Peer) -> None:
        """Where it is refused, each message is tried alone, so the right one fails."""
        gathered = self._waiting.pop(peer)
        peer.free_at = self._clock() + STREAM_SECONDS
        try:
            self._launch(gathered.wishes, gathered.sample)
        except PlaudError as error:
            if len(gathered.wishes) == 1:
                self._replies.fail(peer, gathered.wishes[0].asked, gathered.wishes[0].address, error)
                return
            for each in gathered.wishes:
                try:
                    self._launch([each], gathered.sample)
                except PlaudError as reason:
                    self._replies.fail(peer, each.asked, each.address, reason)

    def beat_of(self, sample: int) -> float:
        """A beat that is reached with this sample, and not with the one before it."""
        return self._desk.state.tempo.beat(sample - 0.5)

    def _launch(self, asked: list[Wish], sample: int | None) -> None:
        peer = asked[0].peer
        text = asked[0].address if len(asked) == 1 else f"{asked[0].address} and {len(asked) - 1} more"
        merge = f"osc {peer.address[0]}:{peer.address[1]}"
        changes = tuple(change for each in asked for change in each.changes)
        beat = None if sample is None else self.beat_of(sample)
        together = whole_places(self._desk.state, changes)
        self._desk.submit(Transaction(together, text, "osc", merge, beat))
        if len(self._leases):
            self._leases.moved(peer.address, addresses_of(self._desk.state, changes), self._clock())
        for each in asked:
            for change in each.changes:
                if isinstance(change, Mark):
                    self._replies.say(each.peer, each.asked, "/plaud/done", each.address, change.name)
