"""What the control thread does at times of its own, besides answering: it sleeps until the first is due."""

import sys
import time
import traceback
from collections.abc import Callable
from typing import Protocol

RETRY_SECONDS = 1.0
"""What has failed is not tried again sooner."""


class Chore(Protocol):
    """Something to be done again and again.

    `due` is when, in seconds of `time.monotonic`, infinity for not before somebody sets it; `work` does it,
    sets `due` anew, and never waits.
    """

    due: float

    def work(self, now: float) -> None:
        """Do what is due at `now`."""


class Chores:
    """The chores of one thread. What fails in one is for the log, and delays none of the others."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all: list[Chore] = []

    def add(self, chore: Chore) -> None:
        """Do this, too."""
        self._all.append(chore)

    def remove(self, chore: Chore) -> None:
        """No more of this."""
        self._all.remove(chore)

    @property
    def due(self) -> float:
        """When the next one is due; infinity where there is none."""
        return min((chore.due for chore in self._all), default=float("inf"))

    def work(self) -> None:
        """Do all that is due."""
        now = self._clock()
        for chore in tuple(self._all):
            if chore.due <= now:
                try:
                    chore.work(now)
                except Exception:  # the others, and the sound, go on; the log says what it was
                    traceback.print_exc(file=sys.stderr)
                    sys.stderr.flush()
                    chore.due = max(chore.due, now + RETRY_SECONDS)
