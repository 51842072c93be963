"""What senders of datagrams have waiting: by turns, so that one that floods delays itself alone."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

MAX_WAITING_BYTES = 2 << 20
"""Of this each line has an equal part, so that no other can take its room; one that is empty has room for a
packet in any case."""

FEW_LINES = 4
"""So many parts are made of it at least. What fills its part before others come keeps what it has."""

MAX_TURNS = 4096
"""Lines in which something waits."""

PACKET_BYTES = 100
"""What a packet takes besides what is in it."""

TURN, TURN_SECONDS = 32, 0.001
"""Packets of one line before it is the next one's turn, and how long they may take to be worked off: what
took longer is taken off its next turns, up to MOST_OWED_SECONDS."""

MOST_OWED_SECONDS = 0.05

Sender = TypeVar("Sender")


class Line(deque[tuple[Sender, bytes]]):
    """Packets that wait, with who sent them: those of a program of this machine, or of another host.

    `bytes` of them all; `seconds` that are left of its turn.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0
        self.seconds = 0.0

    def take_seconds(self, seconds: float) -> None:
        """So long was worked for it."""
        self.seconds = max(self.seconds - seconds, -MOST_OWED_SECONDS)


class Turns(Generic[Sender]):
    """All lines in which something waits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lines: deque[Line[Sender]] = deque()

    @property
    def waiting(self) -> bool:
        """Whether anything waits."""
        return bool(self._lines)

    def put(self, line: Line[Sender], sender: Sender, packet: bytes) -> bool:
        """Let a packet wait in its line. False: no room; but there is for a line that is empty."""
        size = len(packet) + PACKET_BYTES
        if line:
            if line.bytes + size > MAX_WAITING_BYTES // max(FEW_LINES, len(self._lines)):
                return False
        elif len(self._lines) >= MAX_TURNS:
            return False
        else:
            self._lines.append(line)
        line.append((sender, packet))
        line.bytes += size
        return True

    def take(self, most: int, seconds: float = float("inf")) -> Iterator[tuple[Sender, bytes]]:
        """At most so many packets, by turns, and no further one after so many seconds.

        What the caller does with a packet before it asks for the next is the time that it takes.
        """
        begun = self._clock()
        end = begun + seconds
        while self._lines and most > 0:
            line = self._lines.popleft()
            line.seconds = min(line.seconds + TURN_SECONDS, TURN_SECONDS)
            for _ in range(min(TURN, most, len(line))):
                if line.seconds <= 0.0:
                    break
                sender, packet = line.popleft()
                line.bytes -= len(packet) + PACKET_BYTES
                yield sender, packet
                most -= 1
                now = self._clock()
                line.take_seconds(now - begun)
                begun = now
                if now >= end:
                    most = 0
                    break
            if line:
                self._lines.append(line)

    def forget(self, but: Callable[[bytes], bool]) -> int:
        """Drop all that waits, but some packets; how many were dropped."""
        dropped = 0
        for line in self._lines:
            kept = [waiting for waiting in line if but(waiting[1])]
            dropped += len(line) - len(kept)
            line.clear()
            line.extend(kept)
            line.bytes = sum(len(packet) + PACKET_BYTES for _, packet in kept)
        self._lines = deque(line for line in self._lines if line)
        return dropped
