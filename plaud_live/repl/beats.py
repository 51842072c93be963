"""The beat as the prompt knows it, and the thread that runs loops and takes samples in time with it."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from plaud_live.repl.evaluate import Evaluator, Result
from plaud_live.repl.loops import Run
from plaud_live.repl.performance import Performance, Snapshot
from plaud_live.repl.sampler import PUMP_SECONDS
from plaud_live.repl.worker import LEFT_ALONE, Worker

TICK_SECONDS = 0.02
KEPT_SECONDS = 2.0
MARGIN_SECONDS = 0.06
"""An entry, a tick, a run and a request: what a first run needs to be on its beat."""

STALE_SECONDS = 0.5
"""An engine that has shown nothing new for so long may be away: its time is not guessed any further."""


class Position:
    """The engine's sample counter now, estimated from a snapshot that is some 50 ms old.

    The counter is ahead of `clock` (in seconds) by what the freshest of the last snapshots showed: a snapshot
    can be old, but never early.
    """

    def __init__(
        self, snapshot: Callable[[], Snapshot | None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._snapshot = snapshot
        self._clock = clock
        self._lock = threading.Lock()
        self._shown = -1.0
        self._leads: deque[tuple[float, float]] = deque()

    def read(self) -> float | None:
        """The sample that the engine is at; None while it is away. Any thread may ask."""
        with self._lock:
            return self._read(self._snapshot() or {})

    def _read(self, snapshot: Snapshot) -> float | None:
        position, rate = snapshot.get("position"), snapshot.get("sample_rate")
        if not isinstance(position, int | float):
            self._leads.clear()
            return None
        if not isinstance(rate, int | float) or not rate > 0.0:
            return position
        now = self._clock()
        if position < self._shown:  # another engine, which counts anew
            self._leads.clear()
        if position != self._shown or not self._leads:
            self._leads.append((now, position / rate - now))
            self._shown = position
        newest = self._leads[-1][0]
        while self._leads[0][0] < newest - KEPT_SECONDS:
            self._leads.popleft()
        lead = max(lead for _, lead in self._leads)
        return (min(now, newest + STALE_SECONDS) + lead) * rate


class Beats:
    """Has loops run ahead of their beats and functions sampled ahead, each in a worker of its own."""

    def __init__(
        self, performance: Performance, make: Callable[[], Evaluator], position: Position | None = None
    ) -> None:
        self._performance = performance
        self._position = position or Position(performance.snapshot)
        performance.loops.margin_seconds = MARGIN_SECONDS
        self._loops = Worker(make, name="loops")
        self._samples = Worker(make, name="samples")
        self._sampling: Future[Result] | None = None
        self._sampled = -1e9
        self._ended = threading.Event()

    def start(self) -> None:
        """Go on in a thread of its own until `close`."""
        threading.Thread(target=self._run, name="beats", daemon=True).start()

    @property
    def running(self) -> str | None:
        """The name of the loop that runs, or None."""
        return self._loops.running or self._samples.running

    def on_start(self, action: Callable[[], None]) -> None:
        """Call `action` whenever a loop begins to run, or functions to be sampled, in its thread."""
        self._loops.on_start = self._samples.on_start = action

    def tick(self) -> None:
        """Have everything done that is due now."""
        loops, sampler = self._performance.loops, self._performance.sampler
        wanted = bool(sampler.wanted())
        if not wanted and not loops.all():
            return
        sample = self._position.read()
        if sample is None:
            return
        tempo = self._performance.state.tempo
        for run in loops.due(sample, tempo):
            self._enter(run)
        idle = self._sampling is None or self._sampling.done()
        if wanted and idle and abs(sample - self._sampled) >= PUMP_SECONDS * tempo.sample_rate:
            self._sampled = sample
            self._sampling = self._samples.run("fn", lambda evaluator: evaluator.pump(sample))
            self._sampling.add_done_callback(self._take_sampling)

    def close(self) -> None:
        """End the threads."""
        self._ended.set()
        self._loops.close()
        self._samples.close()

    def _run(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            self.tick()

    def _enter(self, run: Run) -> None:
        def finish(future: "Future[Result]") -> None:
            if future.result().error == LEFT_ALONE:
                self._performance.loops.drop(run.loop)
                self._say(f"{run.loop.name} does not end: left alone, and out of the schedule")

        self._loops.run(run.loop.name, lambda evaluator: evaluator.play(run)).add_done_callback(finish)

    def _take_sampling(self, future: "Future[Result]") -> None:
        if future.result().error == LEFT_ALONE:
            self._performance.sampler.give_up()

    def _say(self, text: str) -> None:
        self._performance.on_message(text)
