"""Work that takes too long for the control thread, one thing after the other in a thread of its own."""

import os
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from plaud_live.engine import realtime
from plaud_live.errors import PlaudError, SessionError

PRIORITY = 1
"""Real time, if only just: holding the interpreter, it must not be held up itself by other processes."""

Work = Callable[[], Any]
Done = Callable[[Any], None]
Failed = Callable[[PlaudError], None]


class Loader:
    """Does work beside the control thread, and hands the results back to it."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[tuple[Work, Done, Failed]] = queue.SimpleQueue()
        self._finished: deque[Callable[[], None]] = deque()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        threading.Thread(target=self._run, name="plaud-loader", daemon=True).start()

    def fileno(self) -> int:
        """Readable when `finish` has something to do."""
        return self._wake_read

    def do(self, work: Work, done: Done, failed: Failed) -> None:
        """Do `work` soon; `finish` then calls `done` with what it returned, or `failed` with its error."""
        self._waiting.put((work, done, failed))

    def finish(self) -> None:
        """Call back, in the caller's thread, for all work that has ended."""
        try:
            os.read(self._wake_read, 4096)
        except BlockingIOError:
            return
        while self._finished:
            self._finished.popleft()()

    def _run(self) -> None:
        realtime.raise_priority(PRIORITY)
        while True:
            work, done, failed = self._waiting.get()
            self._finished.append(self._outcome(work, done, failed))
            try:
                os.write(self._wake_write, b"\0")
            except BlockingIOError:
                continue  # the pipe is full of calls to wake up

    @staticmethod
    def _outcome(work: Work, done: Done, failed: Failed) -> Callable[[], None]:
        try:
            result = work()
        except PlaudError as error:
            return _bound(failed, error)
        except Exception as error:  # a bug or the memory's end is the asker's news, not the engine's end
            return _bound(failed, SessionError(f"{type(error).__name__}: {error}"))
        return _bound(done, result)


def _bound(call: Callable[[Any], None], value: Any) -> Callable[[], None]:
    return lambda: call(value)
