"""End a Python-level loop of another thread: KeyboardInterrupt, raised there and nowhere else."""

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


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
        """Let no interrupt through from here on. May be called twice."""
        with self._lock:
            self._thread = None
        _raise_in(threading.get_ident(), None)  # one that was asked for but has not arrived is dropped

    def interrupt(self) -> bool:
        """Raise KeyboardInterrupt in the thread that is within; False if none is."""
        with self._lock:
            if self._thread is None:
                return False
            _raise_in(self._thread, KeyboardInterrupt)
            return True


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(error) if error else None
    )
