"""The thread that runs entries, and its cancelling: the keys and the sound never wait for it."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

from plaud_live.repl.evaluate import Evaluator, Result
from plaud_live.repl.interrupt import Allowance
from plaud_live.repl.messages import explain
from plaud_live.repl.performance import Performance

CANCEL_SECONDS = 0.4
RETRY_SECONDS = 0.05
TICK_SECONDS = 0.05
MOST_PASSED = 5 * TICK_SECONDS
"""What a tick counts at most: a machine that slept, or a prompt that was halted, is no endless loop."""

HANGS = "it does not end: left alone — go on; Ctrl-\\ reopens the prompt, the sound stays"
WAITS = frozenset((Performance.request.__code__, Performance.until.__code__))
LEFT_ALONE = "left alone"

Job = Callable[[Evaluator], Result]


@dataclass(eq=False)
class Task:
    """Something to run: what it does, its text, and the promise of its result."""

    text: str
    job: Job
    future: "Future[Result]" = field(default_factory=Future)
    interrupted: bool = False


Waiting = queue.SimpleQueue[Task | None]


class Worker:
    """Runs entries in order, each within its time.

    One that cannot be interrupted is left alone, and the next gets a new thread; its result has the error
    LEFT_ALONE then. `on_start` is called in the thread that begins one.
    """

    def __init__(
        self,
        make: Callable[[], Evaluator],
        clock: Callable[[], float] = time.monotonic,
        name: str = "entries",
    ) -> None:
        self.on_start: Callable[[], None] = lambda: None
        self._make = make
        self._clock = clock
        self._name = name
        self._lock = threading.Lock()
        self._busy = threading.Event()
        self._closed = False
        self._start()
        threading.Thread(target=self._watch, name=f"{name}-watch", daemon=True).start()

    def _start(self) -> None:
        self._evaluator = self._make()
        self._waiting: Waiting = queue.SimpleQueue()
        self._task: Task | None = None
        self._since = 0.0
        self._thread = threading.Thread(
            target=self._work, args=(self._evaluator, self._waiting), name=self._name, daemon=True
        )
        self._thread.start()

    @property
    def busy_seconds(self) -> float:
        """How long the entry that runs has been running; 0 when none does."""
        return self._clock() - self._since if self._task is not None else 0.0

    @property
    def running(self) -> str | None:
        """The entry that runs, or None."""
        task = self._task
        return task.text if task is not None else None

    def enter(self, text: str, filename: str = "", by: str = "prompt") -> "Future[Result]":
        """Run `text` after the entries before it; see `Evaluator.evaluate`."""
        return self.run(text, lambda evaluator: evaluator.evaluate(text, filename, by))

    def run(self, text: str, job: Job) -> "Future[Result]":
        """Run `job` after what was entered before it; `text` says what it is."""
        task = Task(text, job)
        with self._lock:
            self._waiting.put(task)
        return task.future

    def cancel(self) -> None:
        """End the entry that runs, forget those that wait. Returns at once; the results say how it went."""
        with self._lock:
            task = self._task
            for waiting in self._drain():
                waiting.future.set_result(Result(False, explain(KeyboardInterrupt())))
        if task is not None:
            self._end(task, KeyboardInterrupt)

    def _drain(self) -> Iterator[Task]:
        while True:
            try:
                task = self._waiting.get_nowait()
            except queue.Empty:
                return
            if task is not None:
                yield task

    def close(self) -> None:
        """Let the threads end after what they run."""
        self._closed = True
        self._waiting.put(None)
        self._busy.set()

    def _end(self, task: Task, error: type[KeyboardInterrupt]) -> None:
        if not task.interrupted:
            task.interrupted = True
            threading.Thread(target=self._interrupt, args=(task, self._evaluator, error), daemon=True).start()

    def _interrupt(self, task: Task, evaluator: Evaluator, error: type[KeyboardInterrupt]) -> None:
        deadline = self._clock() + CANCEL_SECONDS
        while not task.future.done():
            if self._clock() > deadline:
                with self._lock:
                    if self._task is task:
                        evaluator.abandon()
                        waiting = list(self._drain())
                        self._start()
                        for each in waiting:
                            self._waiting.put(each)
                        task.future.set_result(Result(False, HANGS, error=LEFT_ALONE))
                return
            with self._lock:
                if self._task is task:  # else it would be the next one's
                    evaluator.section.interrupt(error)
            time.sleep(RETRY_SECONDS)

    def _watch(self) -> None:
        """Charge the task that runs for its time, and end it once that is used up."""
        watched: Task | None = None
        allowance, before = Allowance(), self._clock()
        while self._busy.wait() and not self._closed:
            time.sleep(TICK_SECONDS)
            now = self._clock()
            passed, before = min(now - before, MOST_PASSED), now
            with self._lock:
                task, thread = self._task, self._thread.ident
            if task is not watched:
                watched, allowance = task, Allowance()
            elif task is not None and (error := allowance.charge(passed, thread or 0, WAITS)):
                self._end(task, error)

    def _work(self, evaluator: Evaluator, waiting: Waiting) -> None:
        while (task := waiting.get()) is not None:
            with self._lock:
                self._task, self._since = task, self._clock()
            self._busy.set()
            self.on_start()
            try:
                result = task.job(evaluator)
            except KeyboardInterrupt as error:  # it came as the entry was ending
                evaluator.section.leave()
                result = Result(False, explain(error))
            with self._lock:
                if self._evaluator is not evaluator:
                    return  # left alone meanwhile
                self._task = None
                self._busy.clear()
            task.future.set_result(result)
