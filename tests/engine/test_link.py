"""The socket between prompts and engine: whole messages, errors by name, bad peers, replaced engines."""

import os
import selectors
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plaud_live.engine.link import Channel, Client, Request, Server, encode
from plaud_live.engine.link.channel import MAX_MESSAGE_BYTES, MAX_PENDING_BYTES
from plaud_live.engine.link.stream import PORTION_BYTES
from plaud_live.errors import ParameterError, SessionError

SECONDS = 10.0  # how long a test waits for something that must come


class Engine:
    """A server in a thread: answers by `reply`, and can be told to do things in its own thread."""

    def __init__(self, path: Path, reply: Callable[[Request], None]) -> None:
        self.selector = selectors.DefaultSelector()
        self.server = Server(path, self.selector)
        self._reply = reply
        self._orders: list[Callable[[], None]] = []
        self._wake, self._waker = socket.socketpair()
        self.selector.register(self._wake, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run)
        self._running = True
        self._thread.start()

    def do(self, order: Callable[[], None]) -> None:
        self._orders.append(order)
        self._waker.send(b"!")

    def stop(self) -> None:
        if self._running:
            self._running = False
            self._waker.send(b"!")
            self._thread.join(SECONDS)
            self.server.close()
            self.selector.close()
            self._wake.close()
            self._waker.close()

    def _run(self) -> None:
        while self._running:
            for key, events in self.selector.select(SECONDS):
                if key.data is self.server:
                    for request in self.server.handle(key, events):
                        self._reply(request)
                else:
                    self._wake.recv(100)
            while self._orders:
                self._orders.pop(0)()
            self.server.update()


def echo(request: Request) -> None:
    if request.do == "refuse":
        request.fail(ParameterError("drone.z9: no such parameter — z0 to z7"))
    elif request.do == "break":
        request.fail(KeyError("z"))
    elif request.do != "ignore":
        request.answer(do=request.do, **request.data)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    running = Engine(tmp_path / "run" / "engine.sock", echo)
    yield running
    running.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "engine.sock"


def test_answer_carries_what_the_request_brought(engine: Engine, path: Path) -> None:
    client = Client(path)
    large = "é" * 100_000  # more than one piece, and not ASCII
    assert client.request("hello", value=[1, 2.5, None], text=large) == {
        "do": "hello",
        "value": [1, 2.5, None],
        "text": large,
    }
    client.close()


def test_requests_from_several_threads_get_their_own_answers(engine: Engine, path: Path) -> None:
    client = Client(path)
    got: dict[int, int] = {}

    def ask(number: int) -> None:
        for _ in range(20):
            got[number] = client.request("hello", number=number)["number"]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    client.close()
    assert got == {number: number for number in range(4)}


def test_errors_come_back_as_the_class_that_was_raised(engine: Engine, path: Path) -> None:
    client = Client(path)
    with pytest.raises(ParameterError, match=r"drone\.z9: no such parameter"):
        client.request("refuse")
    with pytest.raises(SessionError, match="KeyError"):
        client.request("break")
    client.close()


def test_events_reach_the_client_which_may_ask_from_there(engine: Engine, path: Path) -> None:
    seen: list[object] = []
    told = threading.Event()

    def on_event(message: dict[str, object]) -> None:
        if message["event"] == "message":
            seen.append(client.request("hello", text=message["text"])["text"])
            told.set()

    client = Client(path, on_event=on_event)
    client.request("hello")
    engine.do(lambda: engine.server.broadcast("message", text="sound card lost"))
    assert told.wait(SECONDS)
    client.close()
    assert seen == ["sound card lost"]


def test_no_engine_is_one_line(path: Path) -> None:
    with pytest.raises(SessionError, match="no engine answers at"):
        Client(path, timeout=0.05)


def test_silent_engine_is_one_line(engine: Engine, path: Path) -> None:
    client = Client(path, timeout=0.1)
    with pytest.raises(SessionError, match="ignore: no answer"):
        client.request("ignore")
    assert client.request("hello", value=1)["value"] == 1  # and the line is still good
    client.close()


def test_client_finds_the_engine_that_replaces_the_dead_one(engine: Engine, path: Path) -> None:
    happened: list[object] = []
    back = threading.Event()

    def on_event(message: dict[str, object]) -> None:
        happened.append((message["event"], message.get("again")))
        if message.get("again"):
            back.set()

    client = Client(path, on_event=on_event)
    client.request("hello")
    engine.stop()
    replacement = Engine(path, echo)
    assert client.request("hello", value=7)["value"] == 7
    assert back.wait(SECONDS)
    client.close()
    replacement.stop()
    assert happened[:3] == [("connected", False), ("disconnected", None), ("connected", True)]


def test_request_that_dies_with_its_engine_says_so(engine: Engine, path: Path) -> None:
    received = threading.Event()
    engine._reply = lambda _: received.set()
    client = Client(path)
    failures: list[str] = []

    def ask() -> None:
        try:
            client.request("submit")
        except SessionError as error:
            failures.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    assert received.wait(SECONDS)
    engine.stop()
    asking.join(SECONDS)
    client.close()
    assert failures == ["submit: the engine was replaced before it answered — look, then try again"]


def test_a_take_is_asked_for_again_under_the_same_key(engine: Engine, path: Path) -> None:
    received = threading.Event()
    keys: list[object] = []

    def take_in(request: Request) -> None:
        keys.append(request.data["key"])
        received.set()

    engine._reply = take_in
    client = Client(path)
    answers: list[object] = []
    asking = threading.Thread(target=lambda: answers.append(client.request("keep", beats=8.0)))
    asking.start()
    assert received.wait(SECONDS)
    engine.stop()
    replacement = Engine(path, echo)
    asking.join(SECONDS)
    other = client.request("keep", beats=8.0)["key"]
    client.close()
    replacement.stop()
    assert answers == [{"do": "keep", "beats": 8.0, "key": keys[0]}] and other != keys[0]


def test_question_that_dies_with_its_engine_is_put_to_the_next_one(engine: Engine, path: Path) -> None:
    received = threading.Event()
    engine._reply = lambda _: received.set()
    client = Client(path)
    answers: list[object] = []
    asking = threading.Thread(target=lambda: answers.append(client.request("hello", value=7)["value"]))
    asking.start()
    assert received.wait(SECONDS)
    engine.stop()
    replacement = Engine(path, echo)
    asking.join(SECONDS)
    client.close()
    replacement.stop()
    assert answers == [7]


def test_socket_is_for_its_owner_only(engine: Engine, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_socket_of_another_engine_is_replaced_whether_it_listens_or_not(tmp_path: Path) -> None:
    path = tmp_path / "engine.sock"
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(path))
    dead.close()
    with selectors.DefaultSelector() as selector:
        dying = Server(path, selector)
        server = Server(path, selector)
        client = Client(path)
        server.handle(selector.get_key(server._listener), selectors.EVENT_READ)
        assert (server.peers, dying.peers) == (1, 0)
        client.close()
        server.close()
    assert not path.exists()


def test_long_path_is_one_line(tmp_path: Path) -> None:
    with selectors.DefaultSelector() as selector, pytest.raises(SessionError, match="PLAUD_RUN_DIR"):
        Server(tmp_path / ("x" * 120) / "engine.sock", selector)


def test_peer_that_sends_nonsense_or_too_much_is_dropped_alone(engine: Engine, path: Path) -> None:
    client = Client(path)
    for bad in (b"not json\n", b"[1]\n", b"x" * (MAX_MESSAGE_BYTES + PORTION_BYTES)):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(SECONDS)
            peer.connect(str(path))
            try:
                peer.sendall(bad)
                assert peer.recv(1) == b""
            except (BrokenPipeError, ConnectionResetError):
                pass  # dropped while we were still sending
    assert client.request("hello", value=1)["value"] == 1
    client.close()


def test_request_longer_than_allowed_is_refused_here(engine: Engine, path: Path) -> None:
    client = Client(path)
    with pytest.raises(SessionError, match="at most"):
        client.request("submit", text="x" * MAX_MESSAGE_BYTES)
    client.close()


def test_channel_puts_messages_together_from_any_pieces() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    whole = encode({"a": 1}) + encode({"b": "zwölf"})
    got = []
    for byte in whole:
        theirs.send(bytes([byte]))
        got += channel.receive()
    assert got == [{"a": 1}, {"b": "zwölf"}]
    theirs.close()
    assert channel.receive() == []
    assert channel.closed


def test_channel_keeps_what_the_other_side_does_not_take_yet() -> None:
    ours, theirs = map(Channel, socket.socketpair())
    sent = [{"number": n, "text": "x" * 50_000} for n in range(20)]  # more than a socket buffers
    for message in sent:
        ours.send(message)
    assert ours.wants_write
    got = []
    while len(got) < len(sent):
        got += theirs.receive()
        ours.flush()
    assert got == sent
    assert not ours.wants_write
    ours.close()
    theirs.close()


def test_channel_drops_a_side_that_never_reads() -> None:
    ours, theirs = map(Channel, socket.socketpair())
    rounds = 2 * MAX_PENDING_BYTES // 500_000
    for _ in range(rounds):
        ours.send({"text": "x" * 500_000})
    assert ours.closed
    theirs.close()


def test_channel_to_a_slow_supervisor_stays() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel.from_fd(ours.detach())
    rounds = 2 * MAX_PENDING_BYTES // 500_000
    for _ in range(rounds):
        channel.send({"text": "x" * 500_000})
    assert not channel.closed and channel.pending > MAX_PENDING_BYTES
    got, reader = 0, Channel(theirs)
    while got < rounds:
        got += len(reader.receive())
        channel.flush()
    assert not channel.pending
    channel.close()
    reader.close()


def test_channel_from_inherited_descriptor() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel.from_fd(os.dup(ours.fileno()))
    ours.close()
    channel.send({"event": "ready"})
    assert Channel(theirs).receive() == [{"event": "ready"}]
    channel.close()
    theirs.close()


def test_who_waits_at_a_socket_that_is_removed_is_heard(path: Path) -> None:
    selector = selectors.DefaultSelector()
    server = Server(path, selector)
    waiting = socket.socket(socket.AF_UNIX)
    waiting.connect(str(path))  # before the server has looked
    try:
        path.unlink()
        server.update()
        server.broadcast("message", text="hello")
        waiting.settimeout(SECONDS)
        assert b"hello" in waiting.recv(1000)
    finally:
        waiting.close()
        server.close()


def test_a_socket_that_is_removed_comes_back(engine: Engine, path: Path) -> None:
    before, after = Client(path, SECONDS), None
    try:
        path.unlink()
        done = threading.Event()
        engine.do(done.set)  # a round of the engine
        assert before.request("x")["do"] == "x"
        assert done.wait(SECONDS)
        after = Client(path, SECONDS)
        assert after.request("y")["do"] == "y" and before.request("z")["do"] == "z"
    finally:
        for client in (before, after):
            if client is not None:
                client.close()
