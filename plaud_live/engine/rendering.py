"""The render thread: woken by the sink, it keeps the ring full, measures itself, and does nothing else."""

import sys
import threading
import time
import traceback

import numpy as np

from plaud_live.engine import realtime
from plaud_live.engine.capture import Capture
from plaud_live.engine.render import Renderer
from plaud_live.engine.ring import EngineEnd

WAIT_SECONDS = 0.1
MARGIN_SECONDS = 0.001
"""A change that is handed over less than this before a block begins may miss it: it is for the next."""

AVERAGE_SECONDS = 1.0
PEAK_SECONDS = 3.0
GIVE_WAY_SECONDS = 0.003
"""So long at most does another thread stand back: where rendering takes all the time, it still goes on."""

MOST_FAILURES = 50
"""So many blocks in a row that could not be rendered are no accident: another engine has to try."""


class RenderLoop:
    """Fills the ring. `load` and `peak` are shares of real time, `late` counts the blocks that took more."""

    def __init__(self, end: EngineEnd, renderer: Renderer, capture: Capture) -> None:
        self.load = 0.0
        self.peak = 0.0
        self.late = 0
        self.failed = False
        self.scheduling = ""
        self._end, self._renderer, self._capture = end, renderer, capture
        self._block = end.ring.block
        self._seconds = self._block / renderer.sample_rate
        self._next = renderer.position
        self._busy = False
        self._stage = threading.Lock()  # taken while a block is rendered
        self._due = 0.0
        self._going_on = True
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="plaud-render", daemon=True)

    def start(self) -> None:
        """Begin to fill the ring; returns when the first blocks are in it."""
        self._thread.start()
        self._started.wait()

    def stop(self) -> None:
        """Fade out, say that nothing more comes, and end the thread."""
        self._renderer.panic()
        enough = threading.Event()
        enough.wait(3 * self._seconds + 0.02)  # the gate closes within 5 ms of sound
        self._going_on = False
        self._thread.join(1.0)
        self._end.finish()
        deadline = time.monotonic() + 2 * self._end.ring.blocks * self._seconds
        while not self._end.played and time.monotonic() < deadline:
            enough.wait(self._seconds)

    def next_sample(self) -> int:
        """The first sample on which a state that is handed over soon has a say."""
        busy = self._busy or time.perf_counter() > self._due - MARGIN_SECONDS
        return self._next + self._block if busy else self._next

    def give_way(self) -> None:
        """For other threads, between two things to do: let a block that is being rendered be finished first.

        Two threads that want the interpreter hand it to and fro, and each takes twice as long. What they
        would do meanwhile is heard in the next block anyway.
        """
        if self._busy and self._stage.acquire(timeout=GIVE_WAY_SECONDS):
            self._stage.release()

    def _run(self) -> None:
        self.scheduling = realtime.raise_priority()
        block = np.zeros((self._block, 2), dtype=np.float32)
        heard = np.zeros((self._block, 2), dtype=np.float32)
        phones = np.zeros((self._block, 2), dtype=np.float32)
        failures = 0
        while self._going_on and not self.failed:
            while self._end.room and self._going_on:
                alone = self._stage.acquire(blocking=False)  # who has just been let go may not be off it yet
                self._busy = True
                begun = time.perf_counter()
                position = self._renderer.position
                if not self._end.read_input(heard):
                    heard[:] = 0.0
                try:
                    self._renderer.render(block, heard, phones)
                    failures = 0
                except Exception:  # the sound of one block is lost; what and where is for the log
                    failures += 1
                    self._report(failures)
                    block[:] = phones[:] = 0.0
                    self._renderer.lose(position + self._block)
                    self._capture.silence(position, self._block)
                self._capture.write(position, heard, block)
                self._end.write(block, phones)
                self._capture.advance(position + self._block)
                self._next = self._renderer.position
                self._measure(time.perf_counter() - begun)
                self._due = begun + self._seconds
                self._busy = False
                if alone:
                    self._stage.release()
                if failures >= MOST_FAILURES:
                    self.failed = True
                    return
            self._started.set()
            self._end.wait(WAIT_SECONDS)

    def _measure(self, seconds: float) -> None:
        share = seconds / self._seconds
        self.load += (share - self.load) * min(1.0, self._seconds / AVERAGE_SECONDS)
        self.peak = max(share, self.peak * (1.0 - min(1.0, self._seconds / PEAK_SECONDS)))
        self.late += share > 1.0

    def _report(self, failures: int) -> None:
        if failures in (1, MOST_FAILURES):
            traceback.print_exc(file=sys.stderr)
            sys.stderr.flush()
