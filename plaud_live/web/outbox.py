"""What waits to be sent to a browser: bounded, and of what is shown only the newest.

A phone in a pocket reads slowly or not at all: it misses frames, it never makes the others wait.
"""

import asyncio
from collections import deque

MOST_WAITING = 256


class Outbox:
    """Texts and packets in order; and one text of each kind that the next of its kind replaces."""

    def __init__(self) -> None:
        self.dropped = 0
        self._waiting: deque[str | bytes] = deque()
        self._newest: dict[str, str] = {}
        self._there = asyncio.Event()

    def put(self, message: str | bytes) -> None:
        """To be sent in order; dropped and counted where too many wait."""
        if len(self._waiting) >= MOST_WAITING:
            self.dropped += 1
            return
        self._waiting.append(message)
        self._there.set()

    def show(self, kind: str, text: str) -> None:
        """To be sent unless another of this kind comes before it could be."""
        self._newest[kind] = text
        self._there.set()

    async def get(self) -> list[str | bytes]:
        """Everything that waits, once there is something."""
        await self._there.wait()
        self._there.clear()
        found = [*self._waiting, *self._newest.values()]
        self._waiting.clear()
        self._newest.clear()
        return found
