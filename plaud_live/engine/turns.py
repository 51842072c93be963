"""What senders of datagrams have waiting: by turns, so that one that floods delays itself alone."""

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

MAX_WAITING_BYTES = 16 << 20
MAX_TURNS = 4096
"""Lines in which something waits."""

TURN = 32
"""Packets of one line before it is the next one's turn."""

Sender = TypeVar("Sender")


class Line(deque[tuple[Sender, bytes]]):
    """Packets that wait, with who sent them: those of a program of this machine, or of another host."""


class Turns(Generic[Sender]):
    """All lines in which something waits."""

    def __init__(self) -> None:
        self._lines: deque[Line[Sender]] = deque()
        self._bytes = 0

    @property
    def waiting(self) -> bool:
        """Whether anything waits."""
        return bool(self._lines)

    def put(self, line: Line[Sender], sender: Sender, packet: bytes) -> bool:
        """Let a packet wait in its line. False: no room; but there is for a line that is empty."""
        full = self._bytes > MAX_WAITING_BYTES if line else len(self._lines) >= MAX_TURNS
        if full:
            return False
        if not line:
            self._lines.append(line)
        line.append((sender, packet))
        self._bytes += len(packet)
        return True

    def take(self, most: int) -> Iterator[tuple[Sender, bytes]]:
        """At most so many packets, by turns."""
        while self._lines and most > 0:
            line = self._lines.popleft()
            for _ in range(min(TURN, most, len(line))):
                most -= 1
                sender, packet = line.popleft()
                self._bytes -= len(packet)
                yield sender, packet
            if line:
                self._lines.append(line)

    def forget(self) -> int:
        """Drop all that waits; how many packets those were."""
        count = sum(map(len, self._lines))
        for line in self._lines:
            line.clear()
        self._lines.clear()
        self._bytes = 0
        return count
