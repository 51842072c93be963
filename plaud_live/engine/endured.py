"""The last state that an engine has lived with: what to go back to from one that kills."""

from collections import deque

from plaud_live.engine.link import Message


class Endured:
    """Looks at what engines play: a state that was played for `seconds` is not one that kills at once."""

    def __init__(self, seconds: float) -> None:
        self.state: Message | None = None
        """The newest that was played for so long before an engine died. None: an engine starts empty."""
        self._seconds = seconds
        self._played: deque[tuple[float, Message | None]] = deque()
        """From when on each was played: the newest that is old enough, and those after it."""

    def play(self, state: Message | None, now: float) -> None:
        """An engine plays this from `now` (s) on."""
        self._played.append((now, state))
        self._forget(now)

    def die(self, now: float) -> None:
        """The engine has died."""
        self._forget(now)
        if self._played and now - self._played[0][0] >= self._seconds:
            self.state = self._played[0][1]
        self._played.clear()

    def _forget(self, now: float) -> None:
        """Those that are older than one that is old enough."""
        while len(self._played) > 1 and now - self._played[1][0] >= self._seconds:
            self._played.popleft()
