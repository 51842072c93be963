"""The OSC port: datagrams to messages to what they ask for, and replies. One thread, never sleeping.

Plain sets that wait together are submitted together, of each parameter the last alone, so that a flood costs
no more than the parameters it moves. Panic is looked for before anything else is read.
"""

import contextlib
import errno
import socket
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from plaud_live.control.osc import (
    BUNDLE,
    IMMEDIATE,
    MAX_PACKET_BYTES,
    MalformedMessageError,
    OscBundle,
    OscMessage,
    encode,
    parse,
)
from plaud_live.control.osc_messages import changes_of, numbers
from plaud_live.control.transaction import Change, Mark, Set, Transaction
from plaud_live.engine.inputs import MAX_SIZE
from plaud_live.engine.osc_queries import QUERIES, Desk, Value
from plaud_live.errors import OscError, PlaudError, SessionError
from plaud_live.signals.live import is_live_name

HOST = "127.0.0.1"
RECEIVE_BUFFER_BYTES = 1 << 20
PORTS_TRIED = 100
MESSAGES_PER_SECOND = 10_000
"""Packets of one peer; what is above it is dropped and counted."""

MAX_PEERS = 256
READ_AT_ONCE = 4096
WORK_AT_ONCE = 256
REPLY_BYTES = 512
REPLY_FACTOR = 4
PANIC = "/plaud/panic"
CONTROL = "/plaud/ctl/"
"""What follows it names a live input: what `osc("NAME")` reads."""

_PANIC_BYTES = PANIC.encode() + b"\0"
_ANSWERS = frozenset(("/plaud/fail", "/plaud/done", "/plaud/pong", "/plaud/synced"))

Address = tuple[str, int]


@dataclass
class Counts:
    """What happened at the port so far."""

    packets: int = 0
    malformed: int = 0
    dropped: int = 0
    timed: int = 0
    unsent: int = 0


@dataclass
class _Peer:
    """A sender, and how many more packets it may send now."""

    address: Address
    allowance: float
    seen: float
    warned: bool = False


@dataclass(frozen=True, eq=False)
class _Asked:
    """Changes that a message asked for; `room` is how long a reply may be."""

    peer: _Peer
    address: str
    room: int
    changes: tuple[Change, ...]


class OscServer:
    """Listens on loopback. Call `receive` when the socket is readable and `work` while something waits."""

    def __init__(self, port: int, desk: Desk, clock: Callable[[], float] = time.monotonic) -> None:
        """Listen on `port`, or on the next that is free. Raises SessionError if there is none."""
        self.counts = Counts()
        self._desk = desk
        self._clock = clock
        self._socket = _open(port)
        self._peers: OrderedDict[Address, _Peer] = OrderedDict()
        self._packets: deque[tuple[bytes, _Peer]] = deque()
        self._asked: list[_Asked] = []
        self._latest: dict[tuple[str, str], _Asked] = {}  # plain sets that wait, by parameter

    @property
    def port(self) -> int:
        """The port that was got."""
        return int(self._socket.getsockname()[1])

    @property
    def waiting(self) -> bool:
        """Whether packets have been read that are not worked off yet."""
        return bool(self._packets)

    def fileno(self) -> int:
        """The descriptor, for a selector."""
        return self._socket.fileno()

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

    def receive(self) -> None:
        """Read what has arrived. Panic acts here, and what came before it is forgotten."""
        now = self._clock()
        for _ in range(READ_AT_ONCE):
            try:
                packet, address = self._socket.recvfrom(MAX_PACKET_BYTES + 1)
            except OSError:  # nothing more
                return
            self.counts.packets += 1
            if _is_panic(packet):
                self.counts.dropped += len(self._packets)
                self._packets.clear()
                self._desk.panic()
                continue
            peer = self._peer(address, now)
            if peer.allowance < 1.0:
                self.counts.dropped += 1
                continue
            peer.allowance -= 1.0
            self._packets.append((packet, peer))

    def work(self) -> None:
        """Carry out some of what waits."""
        for _ in range(min(len(self._packets), WORK_AT_ONCE)):
            packet, peer = self._packets.popleft()
            room = max(REPLY_BYTES, REPLY_FACTOR * len(packet))
            try:
                parsed = parse(packet)
            except OscError as error:
                self.counts.malformed += 1
                if isinstance(error, MalformedMessageError):
                    self._fail(peer, room, error.address, error)
                continue
            if isinstance(parsed, OscBundle):
                self._note_time(parsed, peer)
                self._do(list(parsed.messages()), peer, room)
            else:
                self._do([parsed], peer, room)
        self._submit()

    def _do(self, messages: list[OscMessage], peer: _Peer, room: int) -> None:
        """Carry out messages that belong together: all changes among them are one transaction, or none."""
        if self._asked and self._asked[-1].peer is not peer:
            self._submit()
        changes: list[Change] = []
        questions: list[OscMessage] = []
        controls: list[tuple[str, list[float]]] = []
        for message in messages:
            if message.address in QUERIES:
                questions.append(message)
            elif message.address not in _ANSWERS and not message.address.endswith(".reply"):
                try:
                    if message.address.startswith(CONTROL):
                        controls.append(_control(message))
                    else:
                        changes += changes_of(self._desk.state, message)
                except OscError as error:
                    self._fail(peer, room, message.address, error)
                    return
        for name, heard in controls:
            self._desk.hear(name, heard)
        if changes:
            self._add(_Asked(peer, messages[0].address, room, tuple(changes)))
        if questions:
            self._submit()
        for message in questions:
            try:
                address, values = QUERIES[message.address](self._desk, message)
            except PlaudError as error:
                self._fail(peer, room, message.address, error)
            else:
                self._reply(peer, room, address, *values)

    def _add(self, asked: _Asked) -> None:
        """Let changes wait for the end of this round; a plain set takes the place of an earlier one."""
        match asked.changes:
            case (Set(instrument=name, parameter=parameter, over=None, at=0.0),):
                earlier = self._latest.get((name, parameter))
                if earlier is not None:
                    self._asked.remove(earlier)
                self._latest[name, parameter] = asked
            case _:
                self._latest.clear()  # the order of what is not plain matters
        self._asked.append(asked)

    def _submit(self) -> None:
        """Launch what waits. Where it is refused, each message is tried alone, so the right one fails."""
        asked, self._asked = self._asked, []
        self._latest.clear()
        if not asked:
            return
        try:
            self._launch(asked)
        except PlaudError as error:
            if len(asked) == 1:
                self._fail(asked[0].peer, asked[0].room, asked[0].address, error)
                return
            for each in asked:
                try:
                    self._launch([each])
                except PlaudError as reason:
                    self._fail(each.peer, each.room, each.address, reason)

    def _launch(self, asked: list[_Asked]) -> None:
        peer = asked[0].peer
        text = asked[0].address if len(asked) == 1 else f"{asked[0].address} and {len(asked) - 1} more"
        merge = f"osc {peer.address[0]}:{peer.address[1]}"
        changes = tuple(change for each in asked for change in each.changes)
        self._desk.submit(Transaction(changes, text, "osc", merge))
        for each in asked:
            for change in each.changes:
                if isinstance(change, Mark):
                    self._reply(each.peer, each.room, "/plaud/done", each.address, change.name)

    def _note_time(self, bundle: OscBundle, peer: _Peer) -> None:
        """Timetags are taken as immediate: counted, and said once a sender."""
        if bundle.timetag == IMMEDIATE:
            return
        self.counts.timed += 1
        if not peer.warned:
            peer.warned = True
            host, port = peer.address
            self._desk.tell(f"OSC from {host}:{port} has timetags: played at once")

    def _fail(self, peer: _Peer, room: int, address: str, error: PlaudError) -> None:
        code = error.code if isinstance(error, OscError) else 422
        self._reply(peer, room, "/plaud/fail", address[:100], code, str(error)[:200])

    def _reply(self, peer: _Peer, room: int, address: str, *values: Value) -> None:
        packet = encode(address, *values)
        if len(packet) > room:
            error = OscError(f"a reply of {len(packet)} bytes, {room} are allowed for this question", 403)
            packet = encode("/plaud/fail", address.removesuffix(".reply"), error.code, str(error))
        try:
            self._socket.sendto(packet, peer.address)
        except OSError:
            self.counts.unsent += 1

    def _peer(self, address: Address, now: float) -> _Peer:
        peer = self._peers.get(address)
        if peer is None:
            peer = self._peers[address] = _Peer(address, MESSAGES_PER_SECOND, now)
            if len(self._peers) > MAX_PEERS:
                self._peers.popitem(last=False)
            return peer
        self._peers.move_to_end(address)
        earned = (now - peer.seen) * MESSAGES_PER_SECOND
        peer.allowance = min(MESSAGES_PER_SECOND, peer.allowance + earned)
        peer.seen = now
        return peer


def _is_panic(packet: bytes) -> bool:
    if packet.startswith(_PANIC_BYTES):
        return True
    if not packet.startswith(BUNDLE) or _PANIC_BYTES not in packet:
        return False
    with contextlib.suppress(OscError):
        parsed = parse(packet)
        return isinstance(parsed, OscBundle) and any(m.address == PANIC for m in parsed.messages())
    return False


def _control(message: OscMessage) -> tuple[str, list[float]]:
    """The live input that a message is for, and what it says. Raises OscError."""
    name = "osc/" + message.address.removeprefix(CONTROL)
    if not is_live_name(name):
        raise OscError("wants a name of letters, digits, - and _ after /plaud/ctl/", 404)
    return name, numbers(message, 1, MAX_SIZE, f"1 to {MAX_SIZE} numbers")


def _open(port: int) -> socket.socket:
    last = min(65535, port + PORTS_TRIED) if port else 0
    for wanted in range(port, last + 1):
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        opened.setblocking(False)
        try:
            opened.bind((HOST, wanted))
        except OSError as error:
            opened.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise SessionError(
                    f"OSC port {wanted}: {error.strerror} — choose another with --osc-port"
                ) from None
            continue
        return opened
    raise SessionError(f"OSC ports {port} to {last} are all in use — choose another with --osc-port")
