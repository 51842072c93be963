"""What OSC clients ask for themselves: to be told, to be trusted, a line in the log, a list."""

from collections.abc import Callable, Mapping

from plaud_live.control.namespace import PUSH, TRAIN, nodes_of, split
from plaud_live.control.osc import OscMessage, encode
from plaud_live.control.osc_fields import read
from plaud_live.control.osc_messages import part_of
from plaud_live.control.parameters import VERB
from plaud_live.engine.access import Access
from plaud_live.engine.leases import LEASE_SECONDS, Asked, Leases, topics_of
from plaud_live.engine.limits import Peer
from plaud_live.engine.link import Message
from plaud_live.engine.model_names import ModelNames
from plaud_live.engine.osc_batch import Wish
from plaud_live.engine.osc_port import OscPort
from plaud_live.engine.osc_queries import MOST_TEXT, Desk, Reply, names_of
from plaud_live.engine.osc_replies import Replies
from plaud_live.engine.remarks import Remarks
from plaud_live.engine.taking import Done, Failed, Info, Taking, title
from plaud_live.engine.telling import Teller
from plaud_live.engine.training import sources_named
from plaud_live.errors import OscError, PlaudError, SessionError

KEEP_SECONDS = 1.0
"""Takes that are asked for sooner after another are left out: each is files on the disk."""

MOST_PUSHES = 4
"""That wait for what the plugin says; more are left out."""

BY = "osc"
"""Who asked, for the record."""

MOST_WARNED = 16
"""Hosts of which the performer is told that something is wrong with them."""


class Clients:
    """A part of the server. Its answers are in ABOUT_THE_SENDER, by address."""

    def __init__(
        self,
        desk: Desk,
        access: Access,
        port: OscPort,
        leases: Leases,
        replies: Replies,
        teller: Teller,
        clock: Callable[[], float],
    ) -> None:
        self._desk, self._access, self._port, self._leases = desk, access, port, leases
        self._replies, self._teller, self._clock = replies, teller, clock
        self._models = ModelNames()
        self._remarks = Remarks()
        self._warned = 0
        self._kept_at = -KEEP_SECONDS

    @property
    def due(self) -> float:
        """When `work` is to be called next."""
        return self._models.due

    def work(self, now: float) -> None:
        """Answer what has been found out."""
        self._models.work(now)

    def warn(self, peer: Peer, text: str) -> None:
        """Tell the performer what is wrong with a host, the first thing of each; not of ever new ones."""
        if peer.host.warned or self._warned >= MOST_WARNED:
            return
        peer.host.warned = True
        self._warned += 1
        host, port = peer.address
        self._desk.tell(f"OSC from {host}:{port} {text}")

    def notify(
        self, wish: Wish, on: float, topics: str | None, port: float | None, rate: float | None
    ) -> Reply | None:
        """Begin or end to tell a client; from beyond this machine it has to answer a ping first."""
        peer = wish.peer
        if on < 0.5:
            self._leases.end(peer.address)
            return "/plaud/done", ("/plaud/notify", 0)
        if port is not None and int(port) == self._port.number:
            raise OscError(f"notify: port {int(port)} is the instrument's own", 403)
        now = self._clock()
        asked = Asked.of(peer.address, topics_of(topics), None if port is None else int(port), rate)
        if peer.trusted or self._leases.has(peer.address, asked):
            return self._grant(peer, asked, now)
        self._port.send(encode("/plaud/ping", *self._leases.ask(peer.address, asked, now)), asked.target)
        return None

    def pong(self, wish: Wish, first: float | None, second: float | None) -> Reply | None:
        """A client has answered a ping: what it asked for is given."""
        now = self._clock()
        asked = self._leases.answered(wish.peer.address, (int(first or 0.0), int(second or 0.0)), now)
        if asked is None:
            return None
        wish.peer.host.known = True
        return self._grant(wish.peer, asked, now)

    def auth(self, wish: Wish, token: str) -> Reply:
        """A client shows the session's token."""
        if not self._access.is_token(token):
            raise OscError("this is not the session's token: `plaud-live doctor` shows it", 403)
        wish.peer.trusted = wish.peer.host.known = True
        return "/plaud/done", ("/plaud/auth",)

    def log(self, wish: Wish, text: str) -> None:
        """A remark in the log, not more of them than somebody reads."""
        host = wish.peer.host
        if self._remarks.may_write(host.address, host.near, self._clock()):
            self._desk.remark("".join(filter(str.isprintable, text))[:MOST_TEXT], "osc")
            return
        self._port.counts.unlogged = self._remarks.left_out
        self.warn(wish.peer, "writes too much into the log: the rest is left out")
        raise OscError("too many remarks: this one is left out", 409)

    def list(self, wish: Wish, what: str) -> Reply | None:
        """Names. Those of models are read beside: a disk may take its time."""
        if what == "takes":
            taking = self._desk.taking
            return "/plaud/list.reply", (what, *(taking.names() if taking else ()))
        if what != "models":
            return names_of(self._desk.state, what)

        def answer(found: list[str] | OscError) -> None:
            if isinstance(found, OscError):
                self._replies.fail(wish.peer, wish.asked, "/plaud/list", found)
            else:
                self._replies.say(wish.peer, wish.asked, "/plaud/list.reply", what, *found)

        self._models.ask(answer, self._clock())
        return None

    def rec_start(self, wish: Wish, name: str | None) -> None:
        """Record from now on; what goes on goes on."""
        self._take(wish, "start", lambda taking, *answers: taking.start(name, 32, BY, *answers))

    def rec_stop(self, wish: Wish) -> None:
        """End the recording."""
        self._take(wish, "stop", lambda taking, *answers: taking.stop(BY, *answers))

    def keep(self, wish: Wish, beats: float, name: str | None) -> None:
        """Make a take of the last beats, not more of them than somebody means to."""
        now = self._clock()
        if now - self._kept_at < KEEP_SECONDS:
            raise OscError(f"one take in {KEEP_SECONDS:g} s: this one is left out", 409)
        self._kept_at = now
        self._take(wish, "keep", lambda taking, *answers: taking.keep(beats, name, BY, *answers))

    def train(self, wish: Wish, message: OscMessage) -> None:
        """Have an instrument's model learn takes; the answer names its child. Raises a PlaudError."""
        taking, training, address = self._desk.taking, self._desk.training, message.address
        if taking is None or training is None:
            raise OscError("there is no trainer here", 503)
        name, _ = split(address)
        node = nodes_of(part_of(self._desk.state, name).info).get(TRAIN)
        if node is None:
            raise OscError(f"{name} has no {TRAIN!r}", 404)
        takes, minutes = read(node.fields, message)
        order = {"instrument": name, "sources": sources_named(str(takes), taking.takes), "minutes": minutes}

        def done(job: Message) -> None:
            self._replies.say(wish.peer, wish.asked, "/plaud/done", address, str(job.get("name")))

        training.train(order, done, lambda error: self._replies.fail(wish.peer, wish.asked, address, error))

    def push(self, wish: Wish, message: OscMessage) -> None:
        """Publish the reverb that plays; the answer says what the plugin made of it. Raises a PlaudError."""
        pushing, address = self._desk.pushing, message.address
        if pushing is None:
            raise OscError("there is no publisher here", 503)
        read(nodes_of(part_of(self._desk.state, VERB).info)[PUSH].fields, message)
        if pushing.waiting >= MOST_PUSHES:
            raise OscError("pushes wait for their answers: this one is left out", 409)

        def failed(error: PlaudError) -> None:
            is_gone = isinstance(error, SessionError)
            self._replies.fail(wish.peer, wish.asked, address, OscError(str(error), 503 if is_gone else 422))

        def done(came: Message) -> None:
            if came.get("outcome") == "silent":
                failed(SessionError(str(came.get("text"))))
                return
            figures = int(came.get("generation") or 0), str(came.get("verdict")), float(came["compile_ms"])
            self._replies.say(wish.peer, wish.asked, "/plaud/done", address, *figures)

        pushing.push({}, done, failed)

    def _take(self, wish: Wish, verb: str, ask: Callable[[Taking, Done, Failed], None]) -> None:
        """Answer with the take's name once the writer has made it. Raises a PlaudError."""
        taking, address = self._desk.taking, f"/plaud/rec/{verb}"
        if taking is None:
            raise OscError("there is nobody who records", 503)

        def done(info: Info) -> None:
            self._replies.say(wish.peer, wish.asked, "/plaud/done", address, title(info))

        ask(taking, done, lambda error: self._replies.fail(wish.peer, wish.asked, address, error))

    def _grant(self, peer: Peer, asked: Asked, now: float) -> Reply:
        lease, ended = self._leases.grant(peer.address, asked, now)
        for each in ended:
            told = encode("/plaud/fail", "/plaud/notify", 409, "too many clients: another is told instead")
            self._port.send(told, each.target)
        self._teller.begin(lease, now)
        return "/plaud/done", ("/plaud/notify", 1, int(LEASE_SECONDS))


ABOUT_THE_SENDER: Mapping[str, Callable[..., Reply | None]] = {
    "/plaud/notify": Clients.notify,
    "/plaud/pong": Clients.pong,
    "/plaud/auth": Clients.auth,
    "/plaud/log": Clients.log,
    "/plaud/list": Clients.list,
    "/plaud/rec/start": Clients.rec_start,
    "/plaud/rec/stop": Clients.rec_stop,
    "/plaud/rec/keep": Clients.keep,
}
"""By address: what answers, given the clients, the wish and the arguments; None: no answer, or later."""
