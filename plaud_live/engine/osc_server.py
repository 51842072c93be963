"""The OSC server: packets to messages to what they ask for, and replies. One thread, never sleeping.

Plain sets that wait together are submitted together, of each parameter the last alone, so that a flood costs
no more than the parameters it moves. What has a time waits in a queue until shortly before it is rendered.
"""

import time
from collections.abc import Callable, Hashable

from plaud_live.control.namespace import (
    CONTROLS,
    LIVE,
    PUSH,
    REVERB,
    TRAIN,
    WHOLE,
    is_control_name,
    is_guarded,
    split,
)
from plaud_live.control.osc import (
    IMMEDIATE,
    MalformedMessageError,
    OscBundle,
    OscMessage,
    parse,
    to_unix_seconds,
)
from plaud_live.control.osc_fields import Field, read
from plaud_live.control.osc_messages import changes_of
from plaud_live.control.transaction import Change
from plaud_live.engine.access import Access
from plaud_live.engine.inputs import MAX_SIZE
from plaud_live.engine.leases import Leases
from plaud_live.engine.limits import Peer
from plaud_live.engine.osc_batch import Batch, Launch, Wish
from plaud_live.engine.osc_clients import ABOUT_THE_SENDER, Clients
from plaud_live.engine.osc_port import Counts, OscPort
from plaud_live.engine.osc_queries import ACTING, QUERIES, Desk, Reply
from plaud_live.engine.osc_replies import Replies
from plaud_live.engine.telling import Teller
from plaud_live.engine.timed import Timed
from plaud_live.errors import OscError, PlaudError

WORK_AT_ONCE, WORK_SECONDS = 256, 0.003
"""Packets, and how long they may take, before it is the turn of prompts, MIDI, and what has arrived since."""

PAST_SECONDS, AHEAD_SECONDS = 1.0, 60.0
"""What is meant for longer ago, or for later, has another clock than ours: it is taken as immediate."""

LEAD_SECONDS = 0.03
"""What has a time is handed over so long before it is rendered: launching may take some milliseconds."""

_ANSWERS = frozenset(("/plaud/fail", "/plaud/done", "/plaud/synced"))
_CONTROL_FIELDS = tuple(Field(f"x{i}", optional=i > 0) for i in range(MAX_SIZE))


class OscServer:
    """Call `receive` when the socket is readable, `work` while something waits, and when it is due: a chore.

    Listens on this machine alone, unless `access` says otherwise. `teller` is a chore of its own.
    """

    def __init__(
        self,
        port: int,
        desk: Desk,
        access: Access | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Listen on `port`, or on the next that is free. Raises SessionError if there is none."""
        self.due = float("inf")
        self._desk, self._times, self._clock = desk, desk.times, clock
        self._access = access or Access()
        self._port = OscPort(port, self._access, self._panic, _asks, clock)
        self._leases = Leases()
        self._replies = Replies(self._port, self._leases)
        self._batch = Batch(desk, self._leases, self._replies, clock)
        self._timed: Timed[Hashable, Wish] = Timed()
        self.teller = Teller(desk, desk.times, self._leases, self._port.send, clock)
        self._clients = Clients(
            desk, self._access, self._port, self._leases, self._replies, self.teller, clock
        )
        self.receive, self.fileno, self.close = self._port.receive, self._port.fileno, self._port.close

    @property
    def port(self) -> int:
        """The port that was got."""
        return self._port.number

    @property
    def launch(self) -> Launch:
        """What launches changes that want models: they are to be read first."""
        return self._batch.launch

    @launch.setter
    def launch(self, launch: Launch) -> None:
        self._batch.launch = launch

    @property
    def counts(self) -> Counts:
        """What happened so far."""
        return self._port.counts

    @property
    def waiting(self) -> bool:
        """Whether packets have been read that are not worked off yet."""
        return self._port.waiting

    def work(self, now: float | None = None) -> None:
        """Carry out some of what waits, and some of what is due: the rest when it is called again."""
        now = self._clock() if now is None else now
        for peer, packet in self._port.take(WORK_AT_ONCE, WORK_SECONDS):
            self._desk.give_way()
            self._leases.renew(peer.address, now)
            try:
                self._take(parse(packet), peer, len(packet), now)
            except OscError as error:
                self.counts.malformed += 1
                if isinstance(error, MalformedMessageError):
                    self._replies.fail(peer, len(packet), error.address, error)
        if len(self._timed):
            end = self._clock() + WORK_SECONDS
            for entry in self._timed.take(now + self._lead(now)):
                self._do(entry.thing, self._times.sample_at(entry.when))
                if self._clock() >= end:
                    break
        self._batch.submit(now, WORK_SECONDS)
        self._clients.work(now)
        self.due = min(self._batch.due, self._clients.due)
        if len(self._timed):
            self.due = min(self.due, self._timed.soonest - self._lead(now))

    def _panic(self) -> int:
        self._desk.panic()
        return self._timed.clear() + self._batch.forget()

    def _take(self, parsed: OscMessage | OscBundle, peer: Peer, asked: int, now: float) -> None:
        """Carry out a packet, or keep what of it has a time. All of it is checked before."""
        if isinstance(parsed, OscMessage):
            if (wish := self._checked([parsed], peer, asked)) is not None:
                self._do(wish)
            return
        moments = parsed.moments()
        if not peer.spend(sum(map(len, moments.values())) - 1, now):
            self.counts.dropped += 1
            return
        wishes = []
        for timetag, messages in moments.items():
            wish = self._checked(messages, peer, asked)
            if wish is None:
                return
            wishes.append((self._when(timetag, peer, now), wish))
        for when, wish in wishes:
            if when is None:
                self._do(wish)
            elif not self._timed.put(when, peer.account, wish):
                self.counts.dropped += 1
                self._replies.fail(peer, asked, wish.address, OscError("too much waits for its time", 409))

    def _checked(self, messages: list[OscMessage], peer: Peer, asked: int) -> Wish | None:
        """What messages ask for together; None, and an answer, if any of them is refused."""
        changes: list[Change] = []
        questions: list[OscMessage] = []
        controls: list[tuple[str, list[float]]] = []
        for message in messages:
            address = message.address
            try:
                _guard(address, peer)
                if address in QUERIES or address in ABOUT_THE_SENDER or _is_job(address):
                    questions.append(message)
                elif address.startswith(CONTROLS):
                    controls.append(_control(message))
                elif address not in _ANSWERS and not address.endswith(".reply"):
                    changes += changes_of(self._desk.state, message)
            except OscError as error:
                self._replies.fail(peer, asked, address, error)
                return None
        return Wish(peer, messages[0].address, asked, tuple(changes), tuple(controls), tuple(questions))

    def _when(self, timetag: int, peer: Peer, now: float) -> float | None:
        """The monotonic time that a timetag means; None: now. What cannot be ours is said once a sender."""
        if timetag == IMMEDIATE:
            return None
        when = self._times.wall_to_monotonic(to_unix_seconds(timetag))
        if not -PAST_SECONDS <= when - now <= AHEAD_SECONDS:
            self.counts.untimely += 1
            away = f"{abs(when - now):.3g} s {'ahead of' if when > now else 'behind'}"
            self._clients.warn(peer, f"has timetags {away} our clock: played at once")
            return None
        if self._times.sample_at(when) < self._desk.next_sample:
            self.counts.late += 1
            return None
        self.counts.timed += 1
        return when

    def _lead(self, now: float) -> float:
        """How long before it is heard something is handed over."""
        return max(0.0, self._times.monotonic_at(self._desk.next_sample) - now) + LEAD_SECONDS

    def _do(self, wish: Wish, sample: int | None = None) -> None:
        """Carry out what belongs together, from an engine sample on, or now."""
        for name, heard in wish.controls:
            self._desk.hear(name, heard, None if sample is None else self._batch.beat_of(sample))
        if wish.changes:
            self._batch.add(wish, sample)
        if wish.questions:
            self._batch.flush(wish.peer)
        for message in wish.questions:
            self._answer(wish, message)

    def _answer(self, wish: Wish, message: OscMessage) -> None:
        address = message.address
        try:
            if _is_job(address):
                (self._clients.push if address == REVERB + PUSH else self._clients.train)(wish, message)
                return
            arguments = read(WHOLE[address].fields, message)
            if address in ABOUT_THE_SENDER:
                reply: Reply | None = ABOUT_THE_SENDER[address](self._clients, wish, *arguments)
            else:
                reply = QUERIES[address](self._desk, *arguments)
        except PlaudError as error:
            self._replies.fail(wish.peer, wish.asked, address, error)
        else:
            if reply is not None:
                self._replies.say(wish.peer, wish.asked, reply[0], *reply[1])


def _asks(packet: bytes) -> bool:
    """Whether it is a message that wants to know something, and does nothing."""
    address = packet.split(b"\0", 1)[0].decode("ascii", "replace")
    return address in ABOUT_THE_SENDER or (address in QUERIES and address not in ACTING)


def _is_job(address: str) -> bool:
    """Whether an instrument's model is to learn something, or the reverb to be pushed."""
    return address == REVERB + PUSH or split(address)[1] == TRAIN


def _guard(address: str, peer: Peer) -> None:
    """Refuse from beyond this machine what wants a token that was not shown. Raises OscError: 403."""
    if peer.trusted:
        return
    if is_guarded(address):
        raise OscError("wants the session's token: /plaud/auth s first", 403)


def _control(message: OscMessage) -> tuple[str, list[float]]:
    """The live input that a message is for, and what it says. Raises OscError."""
    name = message.address.removeprefix(CONTROLS)
    if not is_control_name(name):
        raise OscError("wants a name of letters, digits, - and _ after /plaud/ctl/", 404)
    values = read(_CONTROL_FIELDS, message)
    return LIVE + name, [value for value in values if isinstance(value, float)]
