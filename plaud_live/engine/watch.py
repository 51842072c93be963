"""The supervisor's event loop: messages and ends of children, signals, things to be done later."""

import heapq
import itertools
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from plaud_live.engine.child import Child
from plaud_live.engine.link import Message

OnMessage = Callable[[Child, Message], None]
OnGone = Callable[[Child], None]
OnEnd = Callable[[int], None]
Action = Callable[[], None]


class Watch:
    """Made in the main thread, whose signal handlers it takes over until `close`."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._children: dict[Child, tuple[OnMessage, OnGone]] = {}
        self._processes: dict[subprocess.Popen[bytes], OnEnd] = {}
        self._signals: dict[int, Action] = {}
        self._later: list[tuple[float, int, Action]] = []
        self._order = itertools.count()
        self._handlers: dict[int, Any] = {}
        # A signal may come while select sleeps: Python writes its number into this pair, and select returns.
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._old_wakeup = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self.on_signal(signal.SIGCHLD, self._look_for_ends)

    def add(self, child: Child, on_message: OnMessage, on_gone: OnGone) -> None:
        """Hand on what `child` says, and once that it is gone: its channel closed or its process ended."""
        self._children[child] = on_message, on_gone
        self._selector.register(child.channel, selectors.EVENT_READ, child)

    def forget(self, child: Child) -> None:
        """No longer watch it."""
        if self._children.pop(child, None) is not None:
            self._selector.unregister(child.channel)

    def add_process(self, process: subprocess.Popen[bytes], on_end: OnEnd) -> None:
        """Call `on_end` with the exit status once the process has ended."""
        self._processes[process] = on_end

    def later(self, seconds: float, action: Action) -> None:
        """Do `action` once, `seconds` from now."""
        heapq.heappush(self._later, (time.monotonic() + seconds, next(self._order), action))

    def on_signal(self, signum: int, action: Action) -> None:
        """Do `action` in the loop when the signal comes. Children start with the default one."""
        self._signals[signum] = action
        self._handlers.setdefault(signum, signal.signal(signum, _nothing))

    def run(self, going_on: Callable[[], bool]) -> None:
        """Loop while `going_on()`."""
        while going_on():
            wait = max(0.0, self._later[0][0] - time.monotonic()) if self._later else None
            for key, _ in self._selector.select(wait):
                if isinstance(key.data, Child):
                    self._hear(key.data)
                else:
                    for signum in dict.fromkeys(self._woken.recv(4096)):
                        self._signals[signum]()
            while self._later and self._later[0][0] <= time.monotonic():
                heapq.heappop(self._later)[2]()
            for child in [child for child in self._children if child.channel.wants_write]:
                child.channel.flush()
                self.later(0.01, lambda: None)  # a child that reads slowly: look again soon

    def close(self) -> None:
        """Give the signal handlers back."""
        signal.set_wakeup_fd(self._old_wakeup)
        for signum, handler in self._handlers.items():
            signal.signal(signum, handler)
        self._selector.close()
        self._woken.close()
        self._waker.close()

    def _hear(self, child: Child) -> None:
        for message in child.channel.receive():
            if child in self._children:
                self._children[child][0](child, message)
        if child.channel.closed:
            self._gone(child)

    def _look_for_ends(self) -> None:
        for child in list(self._children):
            if not child.alive:
                self._hear(child)  # what it said last
                self._gone(child)
        for process in list(self._processes):
            if (status := process.poll()) is not None:
                self._processes.pop(process)(status)

    def _gone(self, child: Child) -> None:
        if child in self._children:
            on_gone = self._children[child][1]
            self.forget(child)
            on_gone(child)


def _nothing(signum: int, frame: FrameType | None) -> None:
    """The wakeup descriptor has told the loop already."""
