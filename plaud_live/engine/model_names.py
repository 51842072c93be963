"""The names of the models that can be loaded, read beside the control thread: a disk may take its time."""

import math
import threading
from collections.abc import Callable

from plaud_live.errors import OscError
from plaud_live.settings import model_names

CACHED_SECONDS = 3.0
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 10.0
MOST_WAITING = 64

Answer = Callable[[list[str] | OscError], None]


class _Reading(threading.Thread):
    """One look into the folder."""

    def __init__(self, read: Callable[[], list[str]], begun: float) -> None:
        super().__init__(name="model-names", daemon=True)
        self.begun = begun
        self.found: list[str] | OscError | None = None
        self._read = read

    def run(self) -> None:
        try:
            self.found = self._read()
        except OSError as error:
            self.found = OscError(f"the folder of models: {error.strerror or error}", 503)


class ModelNames:
    """Answers with names once they are there. At most one look at a time, however long it takes."""

    def __init__(self, read: Callable[[], list[str]] = model_names) -> None:
        self.due = math.inf
        self._read = read
        self._reading: _Reading | None = None
        self._waiting: list[tuple[float, Answer]] = []
        self._known: list[str] = []
        self._known_until = -math.inf

    def ask(self, answer: Answer, now: float) -> None:
        """Call `answer` with the names, at once if they were read a moment ago. Raises OscError: 409."""
        if now < self._known_until:
            answer(self._known)
            return
        if len(self._waiting) >= MOST_WAITING:
            raise OscError("the folder of models is being read, and enough wait for it", 409)
        self._waiting.append((now + PATIENCE_SECONDS, answer))
        if self._reading is None:
            self._reading = _Reading(self._read, now)
            self._reading.start()
        self.due = now

    def work(self, now: float) -> None:
        """Answer those who wait, or tell them that it takes too long."""
        reading = self._reading
        if reading is not None and reading.found is not None:
            self._reading = None
            waiting, self._waiting = self._waiting, []
            if not isinstance(reading.found, OscError):
                self._known, self._known_until = reading.found, now + CACHED_SECONDS
            for _, answer in waiting:
                answer(reading.found)
        while self._waiting and self._waiting[0][0] <= now:
            self._waiting.pop(0)[1](OscError("the folder of models does not answer", 503))
        self.due = now + LOOK_SECONDS if self._waiting else math.inf
