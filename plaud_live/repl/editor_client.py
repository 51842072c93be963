"""Send a block of text to the prompt that plays, and bring back its answer. Standard library only.

The protocol is described in `editor`; `plaud-live eval` is this client.
"""

import contextlib
import json
import socket
from pathlib import Path
from typing import Any

from plaud_live.errors import SessionError

SOCKET_NAME = "prompt.sock"
MAX_BYTES = 100_000
"""Longest block; what is longer belongs in a file: run("file.py")."""

OPENING = b"# plaud "
ANSWER_SECONDS = 30.0
"""The longest entry, a model that loads, and those that wait before it."""

RECEIVE_BYTES = 1 << 16

Answer = dict[str, Any]


def send(text: str, path: Path, seconds: float = ANSWER_SECONDS) -> Answer:
    """Have the prompt that listens at `path` run `text`; its answer, for which `seconds` are waited.

    Raises SessionError when no prompt is there, or it does not answer.
    """
    block = text.encode("utf-8", "replace")
    if len(block) > MAX_BYTES:
        raise SessionError(too_long(len(block)))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(seconds)
        try:
            sock.connect(str(path))
            with contextlib.suppress(BrokenPipeError):  # refused before it was read: the answer says why
                sock.sendall(OPENING + b"%d\n" % len(block) + block)
                sock.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: sock.recv(RECEIVE_BYTES), b""))
        except TimeoutError:
            raise SessionError(
                f"no answer from the prompt in {seconds:g} s — Ctrl-\\ there reopens it"
            ) from None
        except OSError as error:
            raise SessionError(f"no prompt at {path}: {error.strerror or error} — start plaud-live") from None
    try:
        return dict(json.loads(answer))
    except (ValueError, TypeError):
        raise SessionError("the prompt was closed before it answered") from None


def too_long(size: int) -> str:
    """What is said of a block of `size` bytes."""
    return f'a block of {size / 1000:.0f} kB — wants at most {MAX_BYTES // 1000}; run("file.py") plays a file'
