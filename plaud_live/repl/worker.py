"""The thread that runs entries, and its cancelling: the keys and the sound never wait for it."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future

from plaud_live.repl.evaluate import Evaluator, Result
from plaud_live.repl.messages import explain

CANCEL_SECONDS = 2.0
RETRY_SECONDS = 0.05
HANGS = "it does not end: left alone — go on; Ctrl-\\ reopens the prompt, the sound stays"


class Worker:
    """Runs entries in order. One that cannot be interrupted is left alone, and the next gets a new thread."""

    def __init__(self, make: Callable[[], Evaluator], clock: Callable[[], float] = time.monotonic) -> None:
        self._make = make
        self._clock = clock
        self._lock = threading.Lock()
        self.on_start: Callable[[], None] = lambda: None
        self._start()

    def _start(self) -> None:
        self._evaluator = self._make()
        self._waiting: queue.SimpleQueue[tuple[str, Future[Result]] | None] = queue.SimpleQueue()
        self._running: Future[Result] | None = None
        self._since = 0.0
        self._text = ""
        threading.Thread(
            target=self._work, args=(self._evaluator, self._waiting), name="entries", daemon=True
        ).start()

    @property
    def busy_seconds(self) -> float:
        """How long the entry that runs has been running; 0 when none does."""
        return self._clock() - self._since if self._running is not None else 0.0

    @property
    def running(self) -> str | None:
        """The entry that runs, or None."""
        return self._text if self._running is not None else None

    def enter(self, text: str) -> "Future[Result]":
        """Run `text` after the entries before it."""
        future: Future[Result] = Future()
        with self._lock:
            self._waiting.put((text, future))
        return future

    def cancel(self) -> None:
        """End the entry that runs, forget those that wait. Returns at once; the results say how it went."""
        with self._lock:
            running = self._running
            for _, future in self._drain():
                future.set_result(Result(False, explain(KeyboardInterrupt())))
        if running is not None:
            threading.Thread(target=self._interrupt, args=(running, self._evaluator), daemon=True).start()

    def _drain(self) -> "Iterator[tuple[str, Future[Result]]]":
        while True:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return
            if item is not None:
                yield item

    def close(self) -> None:
        """Let the thread end after what it runs."""
        self._waiting.put(None)

    def _interrupt(self, running: "Future[Result]", evaluator: Evaluator) -> None:
        deadline = self._clock() + CANCEL_SECONDS
        while not running.done():
            if self._clock() > deadline:
                with self._lock:
                    if self._running is running:
                        evaluator.abandon()
                        self._start()
                        running.set_result(Result(False, HANGS))
                return
            evaluator.section.interrupt()
            time.sleep(RETRY_SECONDS)

    def _work(
        self, evaluator: Evaluator, waiting: "queue.SimpleQueue[tuple[str, Future[Result]] | None]"
    ) -> None:
        while (item := waiting.get()) is not None:
            text, future = item
            with self._lock:
                self._running, self._since, self._text = future, self._clock(), text
            self.on_start()
            try:
                result = evaluator.evaluate(text)
            except KeyboardInterrupt as error:  # it came as the entry was ending
                evaluator.section.leave()
                result = Result(False, explain(error))
            with self._lock:
                if self._evaluator is not evaluator:
                    return  # left alone meanwhile
                self._running = None
            future.set_result(result)
