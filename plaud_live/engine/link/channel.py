"""One end of a stream of messages, never blocking, and the messages themselves."""

import json
import socket
from typing import Any

from plaud_live.engine.link.stream import arriving, send_waiting
from plaud_live.errors import SessionError

Message = dict[str, Any]

MAX_MESSAGE_BYTES = 1 << 20
MAX_PENDING_BYTES = 4 * MAX_MESSAGE_BYTES
"""A peer that leaves more than this unread is dropped: it must not hold up the engine."""

MAX_PENDING_OF_SUPERVISOR = 64 * MAX_MESSAGE_BYTES
"""An engine ends with its supervisor's channel: a slow disk alone must not be that end."""


def encode(message: Message, state: bytes | None = None) -> bytes:
    """One line; `state` is added as the last member, being JSON already.

    Raises SessionError when it is longer than MAX_MESSAGE_BYTES.
    """
    return line_of(json_of(message, state), str(message.get("do") or message.get("event") or "an answer"))


def line_of(text: bytes, what: str) -> bytes:
    """A message in JSON as a line. Raises SessionError, naming `what` it is, when that is too long."""
    if len(text) >= MAX_MESSAGE_BYTES:
        raise SessionError(f"{what}: a message of {len(text) + 1} bytes — at most {MAX_MESSAGE_BYTES}")
    return text + b"\n"


def json_of(message: Message, state: bytes | None) -> bytes:
    """A message in JSON, with `state`, which is that already, as its last member."""
    text = json.dumps(message, separators=(",", ":")).encode()
    return text if state is None else b'%b%b"state":%b}' % (text[:-1], b"," if message else b"", state)


class Channel:
    """One end of a stream, never blocking. `closed` is set once the other side is gone or talks nonsense."""

    def __init__(self, sock: socket.socket, most_pending: int = MAX_PENDING_BYTES) -> None:
        sock.setblocking(False)
        self._socket, self._most_pending = sock, most_pending
        self._incoming = bytearray()
        self._outgoing = bytearray()
        self.closed = False

    @classmethod
    def from_fd(cls, fd: int) -> "Channel":
        """The end of a socket pair that this process inherited from its supervisor."""
        return cls(socket.socket(fileno=fd), MAX_PENDING_OF_SUPERVISOR)

    def fileno(self) -> int:
        """The descriptor, for a selector; -1 once closed."""
        return self._socket.fileno()

    @property
    def pending(self) -> int:
        """Bytes that the other side has not taken yet."""
        return len(self._outgoing)

    @property
    def wants_write(self) -> bool:
        """Something waits to be sent: call `flush` when the descriptor is writable."""
        return bool(self._outgoing) and not self.closed

    def receive(self) -> list[Message]:
        """All whole messages that have arrived. Sets `closed` at the end of the stream."""
        messages: list[Message] = []
        for data in () if self.closed else arriving(self._socket):
            self._incoming += data
            messages += self._whole_messages()
            if not data or len(self._incoming) > MAX_MESSAGE_BYTES:
                self.close()
            if self.closed:
                break
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
        if self.closed:
            return
        if not send_waiting(self._socket, self._outgoing) or len(self._outgoing) > self._most_pending:
            self.close()

    def close(self) -> None:
        """Close this end; the other side sees the end of the stream."""
        self.closed = True
        self._socket.close()
