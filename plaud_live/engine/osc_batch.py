"""What OSC messages ask for, gathered and launched together: of each parameter the last alone."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from plaud_live.control.conductor import Outcome
from plaud_live.control.gathering import whole_places
from plaud_live.control.osc import OscMessage
from plaud_live.control.transaction import Change, Mark, Set, Swap, Transaction
from plaud_live.engine.leases import Leases
from plaud_live.engine.limits import Peer
from plaud_live.engine.osc_queries import Desk
from plaud_live.engine.osc_replies import Replies
from plaud_live.engine.readings import addresses_of
from plaud_live.errors import OscError, PlaudError

STREAM_SECONDS = 0.004
"""Of a stream of plain sets, what comes within this time is one launch: it costs as much as one message."""

SHARE = 1 / 8
"""Of the time, that launching the stream of one sender may take; where it takes long, it comes less often."""

MOST_SECONDS = 0.05

MOST_TOGETHER = 8
"""Wishes that are not plain sets, and others with them: launching takes its time for each."""


Launch = Callable[[Transaction, Callable[[Outcome], None], Callable[[PlaudError], None]], None]
"""Launches a transaction as soon as it can, then says what came of it, or why not."""


def _cannot_launch(
    transaction: Transaction, done: Callable[[Outcome], None], failed: Callable[[PlaudError], None]
) -> None:
    failed(OscError("no models can be read here", 503))


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
        self.launch: Launch = _cannot_launch
        """What launches changes that want models: they are to be read first."""
        self._waiting: dict[Peer, _Gathered] = {}

    @property
    def due(self) -> float:
        """When something is to be submitted; infinity where nothing waits."""
        return min(
            (peer.free_at if waiting.plain else -math.inf for peer, waiting in self._waiting.items()),
            default=math.inf,
        )

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
        if not gathered.plain and len(gathered.wishes) >= MOST_TOGETHER:
            self._submit(wish.peer)

    def flush(self, peer: Peer) -> None:
        """Launch what waits of a sender: it asks what came of it."""
        if peer in self._waiting:
            self._submit(peer)

    def submit(self, now: float, seconds: float) -> None:
        """Launch what waits, but plain sets of who has launched a moment ago, and no more after `seconds`."""
        end = self._clock() + seconds
        for peer, gathered in tuple(self._waiting.items()):
            if not gathered.plain or peer.free_at <= now:
                self._desk.give_way()
                begun = self._clock()
                self._submit(peer)
                ended = self._clock()
                peer.line.take_seconds(ended - begun)
                if ended >= end:
                    return

    def forget(self) -> int:
        """Drop all that waits; how many wishes those were."""
        count = sum(len(gathered.wishes) for gathered in self._waiting.values())
        self._waiting.clear()
        return count

    def _submit(self, peer: Peer) -> None:
        """Where it is refused, each message is tried alone, so the right one fails."""
        gathered, begun = self._waiting.pop(peer), self._clock()
        try:
            self._launch(gathered.wishes, gathered.sample)
        except PlaudError as error:
            self._launch_alone(gathered, error)
        ended = self._clock()
        peer.free_at = begun + max(STREAM_SECONDS, min((ended - begun) / SHARE, MOST_SECONDS))

    def _launch_alone(self, gathered: _Gathered, error: PlaudError) -> None:
        """Launch wishes one by one, and answer those that fail; a single one has done so with `error`."""
        if len(gathered.wishes) == 1:
            self._fail(gathered.wishes[0], error)
            return
        for wish in gathered.wishes:
            try:
                self._launch([wish], gathered.sample)
            except PlaudError as reason:
                self._fail(wish, reason)

    def _fail(self, wish: Wish, error: PlaudError) -> None:
        self._replies.fail(wish.peer, wish.asked, wish.address, error)

    def _fail_all(self, wishes: list[Wish], error: PlaudError) -> None:
        for wish in wishes:
            self._fail(wish, error)

    def _done(self, wishes: list[Wish], outcome: Outcome) -> None:
        """Say what came of changes that wanted models."""
        for wish in wishes:
            self._replies.say(wish.peer, wish.asked, "/plaud/done", wish.address, outcome.message)

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
        transaction = Transaction(together, text, "osc", merge, beat)
        if any(isinstance(change, Swap) for change in together):
            self.launch(
                transaction, lambda outcome: self._done(asked, outcome), partial(self._fail_all, asked)
            )
            return
        self._desk.submit(transaction)
        if len(self._leases):
            self._leases.moved(peer.address, addresses_of(self._desk.state, changes), self._clock())
        for each in asked:
            for change in each.changes:
                if isinstance(change, Mark):
                    self._replies.say(each.peer, each.asked, "/plaud/done", each.address, change.name)
