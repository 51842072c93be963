"""The engine's end of its socket: any number of prompts, one thread, no locks."""

import contextlib
import os
import selectors
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plaud_live.engine.link.channel import Channel, Message, encode, json_of, line_of
from plaud_live.errors import SessionError

MAX_PATH_BYTES = 103
"""What macOS allows for the path of a socket; Linux allows 107."""


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
        text = b'{"id":%d,"ok":%b}' % (self.number, json_of(result, state))
        try:
            self.peer.send_line(line_of(text, "an answer"))
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
