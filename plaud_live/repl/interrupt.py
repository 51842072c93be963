"""End a Python-level loop of another thread: KeyboardInterrupt, raised there and nowhere else."""

import ctypes
import sys
import threading
from collections.abc import Callable
from types import CodeType
from typing import TypeVar

Result = TypeVar("Result")

PYTHON_SECONDS = 1.6
"""What an entry may take of Python; with the time to leave it alone, the answer is there within 2.5 s."""

WAIT_SECONDS = 20.0
"""What an entry may wait for the engine (a model to load, a sound to encode), or for an import."""

MOST_FRAMES = 2000
"""How deep a wait is looked for: a recursion without end shall not hold up the one who watches it."""

_IMPORTING = "<frozen importlib._bootstrap>"


class OvertimeError(KeyboardInterrupt):
    """It ran for longer than it may."""

    def __str__(self) -> str:
        return "took 2 s: ended, nothing changed"


class WaitedTooLongError(KeyboardInterrupt):
    """It waited for longer than it may."""

    def __str__(self) -> str:
        return f"waited for {WAIT_SECONDS:g} s: ended, nothing changed"


class Section:
    """A stretch of one thread's code that another thread may interrupt; what lies outside stays whole.

    CPython raises an asynchronous exception at the next call or backward jump of the thread
    (`PyThreadState_SetAsyncExc`), so code that waits in C is reached only when it comes back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: int | None = None

    def run(self, function: Callable[[], Result]) -> Result:
        """Call `function`; raises KeyboardInterrupt out of it if another thread asked for it meanwhile."""
        try:
            self._thread = threading.get_ident()
            return function()
        finally:
            self.leave()

    def leave(self) -> None:
        """Let no interrupt through from here on; one that has not arrived ends here. May be called twice.

        It is taken by waiting for it. Asking for none instead leaves CPython 3.11 looking for it for good:
        each call of the process is slower from then on, and the first that is traced never begins.
        """
        try:
            self._close()
            for _ in range(2):  # it arrives at a backward jump
                pass
        except KeyboardInterrupt:
            self._close()

    def _close(self) -> None:
        with self._lock:
            self._thread = None

    def interrupt(self, error: type[KeyboardInterrupt] = KeyboardInterrupt) -> bool:
        """Raise `error` in the thread that is within; False if none is."""
        with self._lock:
            if self._thread is None:
                return False
            _raise_in(self._thread, error)
            return True


class Allowance:
    """The time that an entry has had, told apart by what it was doing: Python of its own, or waiting."""

    def __init__(self) -> None:
        self._seconds = {OvertimeError: 0.0, WaitedTooLongError: 0.0}

    def charge(
        self, seconds: float, thread: int, waits: frozenset[CodeType]
    ) -> type[KeyboardInterrupt] | None:
        """Charge `seconds` to what `thread` does just now; what to end it with once that is used up.

        It waits while it is within one of the functions `waits`, or imports.
        """
        kind = WaitedTooLongError if _within(thread, waits) else OvertimeError
        self._seconds[kind] += seconds
        limit = WAIT_SECONDS if kind is WaitedTooLongError else PYTHON_SECONDS
        return kind if self._seconds[kind] >= limit else None


def _within(thread: int, functions: frozenset[CodeType]) -> bool:
    """Whether `thread` is within one of `functions`, or imports."""
    frame = sys._current_frames().get(thread)
    for _ in range(MOST_FRAMES):
        if frame is None:
            return False
        if frame.f_code in functions or frame.f_code.co_filename == _IMPORTING:
            return True
        frame = frame.f_back
    return False


def _raise_in(thread: int, error: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))
