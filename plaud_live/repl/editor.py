"""The prompt's socket for editors: a block of text in, a line of JSON out.

`prompt.sock` in the run folder (mode 0600) takes blocks of UTF-8 in one of two ways:
    the text, then the end of the sender's side     one block
    `# plaud 42` and a line feed, then 42 bytes     as many blocks on one connection as one likes
and answers each, once it has run as an entry of the prompt, by
    {"ok": true, "shown": "42", "beat": 17.0}
`ok`: whether it was accepted; `shown`: its value or what was wrong, '' for nothing; `beat`: from which its
launch sounds, null when it launched nothing.
"""

import contextlib
import json
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path

from plaud_live.errors import SessionError
from plaud_live.repl.desk import Desk
from plaud_live.repl.editor_client import MAX_BYTES, OPENING, RECEIVE_BYTES, Answer, too_long
from plaud_live.repl.evaluate import Result
from plaud_live.repl.messages import one_line

MAX_CLIENTS = 16
STALLED_SECONDS = 5.0
"""A block that was begun and does not go on for so long is refused; between blocks there is no hurry."""

MAX_SKIPPED_BYTES = 64_000_000

TYPED, MORE = "editor> ", "      . "
SHOWN_LINES = 8

_FRAME = re.compile(rb"# plaud (\d{1,9})\r?\n")
_FRAME_BYTES = 20


class _RefusedError(Exception):
    """A block that is not run; its text is the answer."""


@contextlib.contextmanager
def listening(desk: Desk, path: Path) -> Iterator[None]:
    """Let editors enter blocks at `desk`, each shown above the prompt; where that fails, a line says so."""

    def enter(text: str) -> "Future[Result]":
        desk.messages.show(typed(text))
        return desk.enter(text, remember=False, by="editor")

    try:
        editors = EditorSocket(path, enter)
    except SessionError as error:
        desk.messages.say(str(error))
        yield
        return
    try:
        yield
    finally:
        editors.close()


def typed(text: str) -> str:
    """A block as it is shown above the prompt: its first lines, and how many more there are."""
    lines = [line for line in text.splitlines() if line.strip()]
    shown = [
        prefix + line[: len(line) - len(line.lstrip(" "))][:40] + one_line(line)
        for prefix, line in zip([TYPED, *[MORE] * SHOWN_LINES], lines[:SHOWN_LINES], strict=False)
    ]
    if len(lines) > SHOWN_LINES:
        shown.append(f"{MORE}… {len(lines) - SHOWN_LINES} more lines")
    return "\n".join(shown) or f"{TYPED}(nothing)"


class EditorSocket:
    """Listens at `path` until `close`, and hands every block to `enter`, whose future is the answer.

    A thread for each client; none of them holds up the prompt, and one that hangs up changes nothing.
    """

    def __init__(self, path: Path, enter: "Callable[[str], Future[Result]]") -> None:
        """Take the place of a prompt that was killed. Raises SessionError where nothing can listen."""
        self._path = path
        self._enter = enter
        self._lock = threading.Lock()
        self._clients: set[socket.socket] = set()
        self._closed = False
        self._listener = _listen(path)
        threading.Thread(target=self._accept, name="editors", daemon=True).start()

    def close(self) -> None:
        """Hang up on everybody and remove the socket's file."""
        with self._lock:
            self._closed = True
            open_now = [self._listener, *self._clients]
        self._path.unlink(missing_ok=True)
        for sock in open_now:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            with self._lock:
                taken = not self._closed and len(self._clients) < MAX_CLIENTS
                if taken:
                    self._clients.add(client)
            if taken:
                threading.Thread(target=self._serve, args=(client,), name="editor", daemon=True).start()
            else:
                _send(client, _refusal(f"{MAX_CLIENTS} editors are connected already"))
                client.close()

    def _serve(self, client: socket.socket) -> None:
        blocks = Blocks(client)
        try:
            while (text := blocks.next()) is not None:
                if not _send(client, self._run(text)):
                    return
        except _RefusedError as error:
            _send(client, _refusal(str(error)))
        except OSError:
            return  # it hung up
        finally:
            with self._lock:
                self._clients.discard(client)
            client.close()

    def _run(self, text: str) -> Answer:
        try:
            result = self._enter(text).result()
        except (CancelledError, RuntimeError):
            return _refusal("the prompt is closing")
        return {"ok": result.accepted, "shown": result.shown, "beat": result.beat}


class Blocks:
    """The blocks that a client sends, one after another."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        self._got = bytearray()
        self._ended = False

    def next(self) -> str | None:
        """The next block; None when there are no more.

        Raises _RefusedError for one that is too long, stalls, breaks off or is not text, OSError when the
        client is gone.
        """
        self._fill(1, None)
        if not self._got:
            return None
        self._fill(len(OPENING), STALLED_SECONDS, b"\n")
        if self._got.startswith(OPENING):
            self._fill(_FRAME_BYTES, STALLED_SECONDS, b"\n")
            if frame := _FRAME.match(self._got):
                return self._framed(frame.end(), int(frame[1]))
        self._fill(MAX_BYTES + 1, STALLED_SECONDS)
        if not self._ended:
            raise _RefusedError(too_long(self._skip()))
        return _decoded(self._take(len(self._got)))

    def _framed(self, start: int, size: int) -> str:
        if size > MAX_BYTES:
            raise _RefusedError(too_long(size))
        self._fill(start + size, STALLED_SECONDS)
        if len(self._got) < start + size:
            raise _RefusedError(f"a block of {size} bytes ended after {len(self._got) - start}")
        return _decoded(self._take(start + size)[start:])

    def _skip(self) -> int:
        """Drop the rest of a block that is too long, so that its sender comes to read why; its size."""
        size = len(self._got)
        while not self._ended and size < MAX_SKIPPED_BYTES:
            self._got.clear()
            self._fill(1, STALLED_SECONDS)
            size += len(self._got)
        return size

    def _take(self, size: int) -> bytes:
        taken = bytes(self._got[:size])
        del self._got[:size]
        return taken

    def _fill(self, size: int, seconds: float | None, until: bytes = b"") -> None:
        """Receive until there are `size` bytes, or `until` is among them, or the end has come."""
        self._client.settimeout(seconds)
        while len(self._got) < size and not self._ended and not (until and until in self._got):
            try:
                data = self._client.recv(RECEIVE_BYTES)
            except TimeoutError:
                raise _RefusedError(
                    "the block has no end: close the sending side, or begin with '# plaud BYTES'"
                ) from None
            self._got += data
            self._ended = not data


def _listen(path: Path) -> socket.socket:
    part = path.with_suffix(".part")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        part.unlink(missing_ok=True)
        listener.bind(str(part))
        part.chmod(0o600)
        listener.listen(MAX_CLIENTS)
        os.replace(part, path)
    except OSError as error:
        listener.close()
        raise SessionError(f"{path}: {error.strerror or error} — editors cannot reach this prompt") from None
    return listener


def _send(client: socket.socket, answer: Answer) -> bool:
    """Send an answer; False when the client is gone or does not take it."""
    try:
        client.settimeout(STALLED_SECONDS)
        client.sendall(json.dumps(answer).encode() + b"\n")
    except OSError:
        return False
    return True


def _decoded(block: bytes) -> str:
    try:
        return block.decode()
    except UnicodeDecodeError as error:
        raise _RefusedError(f"byte {error.start} is not UTF-8: a block is text") from None


def _refusal(text: str) -> Answer:
    return {"ok": False, "shown": text, "beat": None}
