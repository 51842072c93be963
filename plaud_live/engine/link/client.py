"""A prompt's end of the engine's socket, which outlives the engine."""

import contextlib
import json
import logging
import queue
import socket
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plaud_live import errors
from plaud_live.engine.link.channel import MAX_MESSAGE_BYTES, Message, encode
from plaud_live.engine.link.stream import PORTION_BYTES
from plaud_live.errors import PlaudError, SessionError

RECONNECT_SECONDS = 2.0
KEEP_SECONDS = 60.0
"""How long is waited for an engine to make a take: one that nobody stood by for is slow on a busy machine."""

RETRY_SECONDS = 0.01
TRIES = 4
"""A dying engine may take a connection yet, when its peers are gone already: more than one may be lost."""

KEYED = frozenset(("keep", "rec_start"))
"""What makes a take is asked with a key: whoever hears it twice makes one."""

REPEATABLE = KEYED | frozenset(
    ("hello", "status", "entry", "samples", "control_frames", "encode", "heard", "takes", "push")
)
SLOW = frozenset(
    ("submit", "undo", "redo", "offer", "models", "encode", "save_anchors", "keep", "rec_stop", "cut", "push")
)
SLOW_SECONDS = 20.0
"""How long the answer to a request may take that reads or writes a model or a sound file."""


def error_from(name: str, text: str) -> PlaudError:
    """The error that another process raised, by the name of its class in plaud_live.errors."""
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, PlaudError):
        return kind(text)
    return SessionError(f"the engine failed: {name}: {text}")


class _ReplacedError(SessionError):
    """The engine went away between a request and its answer."""


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
        """Ask the engine and wait for the answer; while an engine is replaced, up to RECONNECT_SECONDS more,
        to make a take up to KEEP_SECONDS.

        What may be asked twice is put to the replacement again. Raises the PlaudError that the
        engine raised; SessionError when it is gone or does not answer.
        """
        if do in KEYED:
            data = {"key": uuid.uuid4().hex, **data}
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
            seconds = KEEP_SECONDS if do in KEYED else RECONNECT_SECONDS
            sock = self._send(encode({"id": number, "do": do, **data}), seconds)
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

    def _send(self, line: bytes, seconds: float) -> socket.socket:
        """Send to the engine, or to the next one when it is just gone. Returns whom it was sent to."""
        for _ in range(TRIES):
            sock = self._connected(seconds)
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
                data = sock.recv(PORTION_BYTES)
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
