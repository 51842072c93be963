"""Talk between processes: JSON objects, one a line, over stream sockets. Standard library only.

Prompt and engine, over the socket `engine.sock` in the run folder (`Client` and `Server`):
    request {"id": 1, "do": "submit", "transaction": {...}}
    answer  {"id": 1, "ok": {...}}  or  {"id": 1, "error": "SignalError", "text": "..."}
    event   {"event": "state", "state": S}                    pushed to every prompt
            {"event": "message", "text": TEXT}
            {"event": "entry", "text": TEXT, "beat": B, "by": WHO, "file": PATH}

What can be asked, with its fields and what comes back; the offline twin answers all but `status` alike:
    hello                                      state version pid model device sample_rate osc_port
    status                                     the snapshot, now
    submit  transaction                        beat message sample state; sample: the one that was now
    undo redo panic  by?                       beat message sample state; by: prompt, loop, …
    entry   text file? files? by? began?       beat sample: an accepted entry is recorded and told to all;
                                               `file`: it is the text of this script; `files`: {name: text}
            launched?                          of the scripts that it ran; `by`: prompt, editor, …; `began`,
                                               `launched`: samples of its beginning and its launches
    ran     name n beat began launched next    nothing: a run of a loop is recorded; `next`: the beat of the
            cut                                next run, or null; `cut`: it was ended from outside
    web                                        nothing: the supervisor is told to open the web surface
    samples name first step values             next: values [n] or [n, d] of `fn/ID` at the beats
                                               (first + i) * step
    control_frames  instrument since           samples [f], values [f, d + 10], names, more: raw latents and
                    step? most?                controls of the voice from the engine sample `since` on; every
                                               `step`th frame, at most `most`
    encode  instrument path start end          raw [d]: the place of a span, in seconds, of a sound file
    midi    what on?                           devices [{name stem in out connected heard}]; or on: whether
                                               this peer is told what they send, as messages; `what`:
                                               devices or monitor; `on` null: the other than now
    heard   name                               values whose: what a live input says now, null for nothing, and
                                               what it is called by the profile of its device
    save_anchors  instrument name              path message state: the model file with the session's anchors;
                                               name null: the file that it plays

Supervisor and engine, over a socket pair (`Channel` on both ends). The engine is started as
`python -m plaud_live.engine.process --channel FD --ring FD,FD,FD --snapshot FD --osc-port N`, warms up and
waits:
    to the engine    {"do": "prepare", "state": S}      load the models of S, stay silent; S may be null
                     {"do": "activate", "state": S, "model": NAME, "device": TEXT}
                                                        attach to the ring, open socket and OSC port, sound;
                                                        S null: a fresh start; NAME: the session's first model
                     {"do": "device", "device": TEXT}   the sink has changed; its latency stands in the ring
                     {"do": "tell", "text": TEXT}       pass on to the prompts as an event "message"
                     {"do": "quit"}                     fade out, wait until it is played, exit 0
    from the engine  {"event": "ready"}                 warm; and again after each "prepare"
                     {"event": "active", "osc_port": N} sounds; N is the port that it got
                     {"event": "state", "state": S}     after every change: what a replacement is given
                     {"event": "commit", ...}           for events.jsonl: kind by text sample beat data
                     {"event": "message", "text": TEXT} something that the performer should see
                     {"event": "web"}                   a performer wants the web surface
A closed channel means that the other side is gone: children then exit.
"""

import contextlib
import json
import logging
import os
import queue
import selectors
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plaud_live import errors
from plaud_live.errors import PlaudError, SessionError

Message = dict[str, Any]

MAX_MESSAGE_BYTES = 1 << 20
MAX_PENDING_BYTES = 4 * MAX_MESSAGE_BYTES
"""A peer that leaves more than this unread is dropped: it must not hold up the engine."""

RECEIVE_BYTES = 1 << 16
RECONNECT_SECONDS = 2.0
RETRY_SECONDS = 0.01
TRIES = 4
"""A dying engine may take a connection yet, when its peers are gone already: more than one may be lost."""

REPEATABLE = frozenset(("hello", "status", "entry", "ran", "samples", "control_frames", "encode", "heard"))
SLOW = frozenset(("submit", "encode", "save_anchors"))
SLOW_SECONDS = 20.0
"""How long the answer to a request may take that reads or writes a model or a sound file."""

MAX_PATH_BYTES = 103
"""What macOS allows for the path of a socket; Linux allows 107."""


class _ReplacedError(SessionError):
    """The engine went away between a request and its answer."""


def encode(message: Message, state: bytes | None = None) -> bytes:
    """One line; `state` is added as the last member, being JSON already.

    Raises SessionError when it is longer than MAX_MESSAGE_BYTES.
    """
    return _line(_json(message, state), str(message.get("do") or message.get("event") or "an answer"))


def _line(text: bytes, what: str) -> bytes:
    if len(text) >= MAX_MESSAGE_BYTES:
        raise SessionError(f"{what}: a message of {len(text) + 1} bytes — at most {MAX_MESSAGE_BYTES}")
    return text + b"\n"


def _json(message: Message, state: bytes | None) -> bytes:
    text = json.dumps(message, separators=(",", ":")).encode()
    return text if state is None else b'%b%b"state":%b}' % (text[:-1], b"," if message else b"", state)


def error_from(name: str, text: str) -> PlaudError:
    """The error that another process raised, by the name of its class in plaud_live.errors."""
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, PlaudError):
        return kind(text)
    return SessionError(f"the engine failed: {name}: {text}")


class Channel:
    """One end of a stream, never blocking. `closed` is set once the other side is gone or talks nonsense."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._incoming = bytearray()
        self._outgoing = bytearray()
        self.closed = False

    @classmethod
    def from_fd(cls, fd: int) -> "Channel":
        """The end of a socket pair that this process inherited."""
        return cls(socket.socket(fileno=fd))

    def fileno(self) -> int:
        """The descriptor, for a selector; -1 once closed."""
        return self._socket.fileno()

    @property
    def wants_write(self) -> bool:
        """Something waits to be sent: call `flush` when the descriptor is writable."""
        return bool(self._outgoing) and not self.closed

    def receive(self) -> list[Message]:
        """All whole messages that have arrived. Sets `closed` at the end of the stream."""
        messages: list[Message] = []
        while not self.closed:
            try:
                data = self._socket.recv(RECEIVE_BYTES)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                data = b""
            self._incoming += data
            messages += self._whole_messages()
            if not data or len(self._incoming) > MAX_MESSAGE_BYTES:
                self.close()
        return messages

    def _whole_messages(self) -> list[Message]:
        *lines, rest = self._incoming.split(b"\n")
        self._incoming = rest
        messages: list[Message] = []
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError:
                message = None
            if not isinstance(message, dict):
                self.close()
                break
            messages.append(message)
        return messages

    def send(self, message: Message) -> None:
        """Send what the other side takes now, the rest with later calls of `flush`; nothing when closed."""
        self.send_line(encode(message))

    def send_line(self, line: bytes) -> None:
        """As `send`, for a message that is encoded once for several peers."""
        if not self.closed:
            self._outgoing += line
            self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the other side takes it."""
        try:
            while self._outgoing and not self.closed:
                sent = self._socket.send(self._outgoing[:RECEIVE_BYTES])
                del self._outgoing[:sent]
        except (BlockingIOError, InterruptedError):
            if len(self._outgoing) > MAX_PENDING_BYTES:
                self.close()
        except OSError:
            self.close()

    def close(self) -> None:
        """Close this end; the other side sees the end of the stream."""
        self.closed = True
        self._socket.close()


@dataclass(frozen=True)
class Request:
    """What a prompt asked: answer it once, now or later."""

    peer: Channel
    number: int
    do: str
    data: Message

    def answer(self, **result: Any) -> None:
        """Send the result. A `state` in bytes is JSON already."""
        state = result.pop("state") if isinstance(result.get("state"), bytes) else None
        text = b'{"id":%d,"ok":%b}' % (self.number, _json(result, state))
        try:
            self.peer.send_line(_line(text, "an answer"))
        except SessionError as error:
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Send the error: the prompt raises it again."""
        self.peer.send({"id": self.number, "error": type(error).__name__, "text": str(error)})


class Server:
    """The engine's socket for prompts. Lives in the engine's selector: one thread, no locks.

    Every descriptor that it registers has this server as its key's `data`::

        for key, events in selector.select():
            if key.data is server:
                for request in server.handle(key, events): ...
    """

    def __init__(self, path: Path, selector: selectors.BaseSelector) -> None:
        """Listen at `path` (mode 0600, its folder 0700), in place of the engine that listened there before.

        The lock of the run folder sees to it that there is one at a time; the dead one may not be gone to the
        last descriptor yet. Raises SessionError when the path cannot be used.
        """
        self._path = path
        self._selector = selector
        self._peers: dict[int, Channel] = {}
        self._listener = _listen(path)
        selector.register(self._listener, selectors.EVENT_READ, self)

    @property
    def peers(self) -> int:
        """How many prompts are connected."""
        return len(self._peers)

    def handle(self, key: selectors.SelectorKey, events: int) -> list[Request]:
        """Accept, read and write what `select` found ready. Returns the requests that came in."""
        if key.fileobj is self._listener:
            self._accept()
            return []
        peer = self._peers.get(key.fd)
        if peer is None:
            return []
        if events & selectors.EVENT_WRITE:
            peer.flush()
        messages = peer.receive() if events & selectors.EVENT_READ else []
        self._update(key.fd, peer)
        return [request for message in messages if (request := _to_request(peer, message))]

    def broadcast(self, event: str, **data: Any) -> None:
        """Push an event to every prompt."""
        if self._peers:
            self.broadcast_line(encode({"event": event, **data}))

    def broadcast_line(self, line: bytes) -> None:
        """As `broadcast`, for an event that is encoded already."""
        for fd, peer in list(self._peers.items()):
            peer.send_line(line)
            self._update(fd, peer)

    def update(self) -> None:
        """Look after peers that were answered outside `handle`: call once a round, after answering.

        Where the socket's file is gone (somebody tidied up), there is another one from now on.
        """
        if not self._path.exists():
            self._listen_again()
        for fd, peer in list(self._peers.items()):
            self._update(fd, peer)

    def close(self) -> None:
        """Close all connections and remove the socket's file."""
        for peer in self._peers.values():
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(peer)
            peer.close()
        self._peers.clear()
        self._selector.unregister(self._listener)
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _listen_again(self) -> None:
        try:
            listener = _listen(self._path)
        except SessionError:
            return  # the folder cannot be written: who is connected stays so
        self._accept_waiting()
        self._selector.unregister(self._listener)
        self._listener.close()
        self._listener = listener
        self._selector.register(listener, selectors.EVENT_READ, self)

    def _accept(self) -> None:
        self.update()  # a number that a closed peer gave back may be the new one's
        self._accept_waiting()

    def _accept_waiting(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                sock, _ = self._listener.accept()
                peer = Channel(sock)
                self._peers[peer.fileno()] = peer
                self._selector.register(peer, selectors.EVENT_READ, self)

    def _update(self, fd: int, peer: Channel) -> None:
        """Watch for writing only while something waits; forget a closed peer."""
        if peer.closed:
            # The descriptor is closed already: selectors finds its key by searching.
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(peer)
            self._peers.pop(fd, None)
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.wants_write else 0)
        if self._selector.get_key(peer).events != wanted:
            self._selector.modify(peer, wanted, self)


def _to_request(peer: Channel, message: Message) -> Request | None:
    number, do = message.pop("id", None), message.pop("do", None)
    if isinstance(number, int) and isinstance(do, str):
        return Request(peer, number, do, message)
    return None


def _listen(path: Path) -> socket.socket:
    part = path.with_suffix(".part")
    if len(os.fsencode(part)) > MAX_PATH_BYTES:
        raise SessionError(f"{path}: too long a path for a socket — set PLAUD_RUN_DIR to a shorter folder")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        part.unlink(missing_ok=True)
        listener.bind(str(part))
        part.chmod(0o600)
        listener.listen(16)
        part.replace(path)
    except OSError as error:
        listener.close()
        raise SessionError(
            f"{path}: {error.strerror} — set PLAUD_RUN_DIR to a folder that can be written"
        ) from None
    listener.setblocking(False)
    return listener


class Client:
    """A prompt's end of the engine's socket. It outlives the engine and connects to the one that follows.

    Events are handed to `on_event` in a thread of their own, which may call `request`. Besides what the
    engine pushes there are {"event": "connected", "again": bool} and {"event": "disconnected"}.
    """

    def __init__(
        self, path: Path, timeout: float = 5.0, on_event: Callable[[Message], None] | None = None
    ) -> None:
        """Connect to `path` within `timeout` seconds, which is also how long most answers may take.

        Raises SessionError when nothing answers there.
        """
        self.on_event = on_event
        self._path = path
        self._timeout = timeout
        self._socket: socket.socket | None = None
        self._closing = False
        self._numbers = 0
        self._answers: dict[int, Message | None] = {}
        self._changed = threading.Condition()
        self._sending = threading.Lock()
        self._events: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=run, name=f"plaud-link-{run.__name__.strip('_')}", daemon=True)
            for run in (self._read, self._dispatch)
        ]
        for thread in self._threads:
            thread.start()
        try:
            self._connected(timeout)
        except SessionError:
            self.close()
            raise

    @property
    def connected(self) -> bool:
        """An engine is on the line now."""
        return self._socket is not None

    def request(self, do: str, **data: Any) -> Message:
        """Ask the engine and wait for the answer; while an engine is replaced, up to RECONNECT_SECONDS more.

        What may be asked twice is put to the replacement again. Raises the PlaudError that the
        engine raised; SessionError when it is gone or does not answer.
        """
        for _ in range(TRIES - 1 if do in REPEATABLE else 0):
            with contextlib.suppress(_ReplacedError):
                return self._ask(do, data)
        return self._ask(do, data)

    def _ask(self, do: str, data: Message) -> Message:
        timeout = max(self._timeout, SLOW_SECONDS) if do in SLOW else self._timeout
        with self._changed:
            self._numbers += 1
            number = self._numbers
            self._answers[number] = None
        try:
            sock = self._send(encode({"id": number, "do": do, **data}))
            with self._changed:
                self._changed.wait_for(
                    lambda: self._answers[number] is not None or self._socket is not sock, timeout
                )
                answer = self._answers[number]
                lost = self._socket is not sock
        finally:
            with self._changed:
                del self._answers[number]
        if answer is None and lost:
            raise _ReplacedError(f"{do}: the engine was replaced before it answered — look, then try again")
        if answer is None:
            raise SessionError(f"{do}: no answer from the engine in {timeout:g} s")
        if "error" in answer:
            raise error_from(str(answer["error"]), str(answer.get("text", "")))
        result: Message = answer.get("ok", {})
        return result

    def close(self) -> None:
        """Hang up and end the threads."""
        with self._changed:
            self._closing = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
            self._changed.notify_all()
        self._events.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout=2.0)

    def _send(self, line: bytes) -> socket.socket:
        """Send to the engine, or to the next one when it is just gone. Returns whom it was sent to."""
        for _ in range(TRIES):
            sock = self._connected(RECONNECT_SECONDS)
            try:
                with self._sending:
                    sock.sendall(line)
            except OSError:
                self._wait_lost(sock)
                continue
            return sock
        raise SessionError(f"the engine is gone, and {TRIES - 1} after it, too")

    def _wait_lost(self, sock: socket.socket) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._socket is not sock, RECONNECT_SECONDS)

    def _connected(self, seconds: float) -> socket.socket:
        with self._changed:
            self._changed.wait_for(lambda: self._socket is not None or self._closing, seconds)
            if self._socket is None or self._closing:
                raise SessionError(f"no engine answers at {self._path}")
            return self._socket

    def _read(self) -> None:
        again = False
        while not self._closing:
            sock = self._connect()
            if sock is None:
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, RETRY_SECONDS)
                continue
            with self._changed:
                self._socket = sock
                self._changed.notify_all()
            self._events.put({"event": "connected", "again": again})
            again = True
            self._read_from(sock)
            with self._changed:
                self._socket = None
                self._changed.notify_all()
            sock.close()
            self._events.put({"event": "disconnected"})

    def _connect(self) -> socket.socket | None:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(str(self._path))
        except OSError:
            sock.close()
            return None
        return sock

    def _read_from(self, sock: socket.socket) -> None:
        """Hand out answers and events until the engine is gone or sends what is no message."""
        rest = b""
        while not self._closing:
            try:
                data = sock.recv(RECEIVE_BYTES)
            except OSError:
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                try:
                    message = json.loads(line)
                except ValueError:
                    return
                if isinstance(message, dict):
                    self._take(message)
            if not data or len(rest) > MAX_MESSAGE_BYTES:
                return

    def _take(self, message: Message) -> None:
        if "event" in message:
            self._events.put(message)
            return
        with self._changed:
            if message.get("id") in self._answers:
                self._answers[message["id"]] = message
                self._changed.notify_all()

    def _dispatch(self) -> None:
        while (message := self._events.get()) is not None:
            if self.on_event is None:
                continue
            try:
                self.on_event(message)
            except Exception:
                logging.getLogger(__name__).exception("event %s", message.get("event"))
