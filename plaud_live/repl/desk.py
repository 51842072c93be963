"""What stands behind a prompt, whichever way it is drawn: entries, keys, messages, and the line of notice."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from plaud_live.control.transaction import Hush
from plaud_live.errors import PlaudError
from plaud_live.repl.beats import Beats, Position
from plaud_live.repl.evaluate import Evaluator, Result
from plaud_live.repl.history import AcceptedHistory
from plaud_live.repl.interrupt import OvertimeError
from plaud_live.repl.messages import Messages, Prints, explain
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.notices import Notice
from plaud_live.repl.pages import KEYS
from plaud_live.repl.patch_watch import PatchWatch
from plaud_live.repl.performance import Engine, Performance, Snapshot
from plaud_live.repl.toolbar import controls_of, toolbar
from plaud_live.repl.who import with_places
from plaud_live.repl.worker import Worker

BUSY_SECONDS = 0.5
HINT_SECONDS = 8.0


@dataclass(frozen=True)
class Hint:
    """A text for the first line of the toolbar, the time that it goes, and the launch that it covers."""

    text: str = ""
    until: float = 0.0
    over: Notice | None = None


class Desk:
    """Runs entries and keys against `engine`, shows what comes of them through `write`, a line a call."""

    def __init__(
        self,
        engine: Engine,
        snapshot: Callable[[], Snapshot | None],
        write: Callable[[str], None],
        history: AcceptedHistory | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.messages = Messages(write, clock)
        self.performance = Performance(engine, snapshot)
        self.performance.on_message = self.messages.say
        self.namespace = Namespace(self.performance, self._leave)
        self._patches = PatchWatch(self._saved, self.messages.say)
        self.namespace.run.watch_with(self._patches)
        self.worker = Worker(self._evaluator)
        position = Position(self.performance.snapshot, clock)
        self.performance.position = position.read
        self.beats = Beats(self.performance, self._evaluator, position)
        self.prints = Prints(self.messages.say)
        self.history = history or AcceptedHistory()
        self.leaving = threading.Event()
        self.on_leave: Callable[[], None] = lambda: None
        self.on_done: Callable[[str], None] = lambda text: None
        """Called with each entry once it has run, in its thread."""
        self._clock = clock
        self._keys = ThreadPoolExecutor(2, "keys")
        self._hint = Hint()
        self.beats.start()

    def _evaluator(self) -> Evaluator:
        return Evaluator(self.performance, self.namespace)

    def enter(
        self, text: str, remember: bool = True, filename: str = "", by: str = "prompt"
    ) -> "Future[Result]":
        """Run an entry, the text of a file or of somebody else than the performer at the keys if so said.

        What the future gives has been shown and remembered by then.
        """
        done: Future[Result] = Future()

        def finish(future: "Future[Result]") -> None:
            result = future.result()
            if remember:
                self.history.record(text, result.accepted)
            self.prints.flush()
            if result.error == OvertimeError.__name__:
                self.messages.forget()
            if result.shown:
                self.messages.show(result.shown)
            self.on_done(text)
            done.set_result(result)

        self.worker.enter(text, filename, by).add_done_callback(finish)
        return done

    def _saved(self, patch: Path) -> None:
        """Play a script that was saved."""
        result = self.enter(f"run({str(patch)!r})", remember=False).result()
        if result.accepted:
            when = "" if result.beat is None else f" from beat {result.beat:g}"
            self.messages.say(f"{patch.name} was saved and plays{when}")

    def cancel(self) -> None:
        """Cancel the entry that runs, and what it still has to say."""
        self.worker.cancel()
        self.messages.forget()

    @property
    def busy(self) -> bool:
        """An entry runs."""
        return self.worker.busy_seconds > 0.0

    @property
    def running(self) -> str | None:
        """The text of the entry that runs, or the name of the loop; None when nothing does."""
        return self.worker.running or self.beats.running

    def on_start(self, action: Callable[[], None]) -> None:
        """Call `action` whenever an entry or a loop begins to run, in its thread."""
        self.worker.on_start = action
        self.beats.on_start(action)

    # Keys: each acts in a thread of its own, and whatever goes wrong is a line

    def undo(self) -> None:
        """F8."""
        self._act(lambda: self.performance.act("undo"))

    def hush(self) -> None:
        """F9."""
        self._act(lambda: self.performance.submit((Hush(),), "hush()"))

    def panic(self) -> None:
        """F12."""
        self._act(lambda: self.performance.act("panic"))

    @property
    def learning(self) -> bool:
        """Whether a control is waited for that is to be learnt."""
        return bool(controls_of(self.performance.snapshot())[0])

    def learn_no_more(self) -> None:
        """Esc."""
        self._act(lambda: self.performance.request("learn", targets=[]))

    def tap(self) -> None:
        """F5."""
        self._act(lambda: self.hint(self.namespace.clock.tap()))

    def _act(self, action: Callable[[], object]) -> None:
        def run() -> None:
            try:
                action()
            except PlaudError as error:
                self.messages.say(explain(error))

        self._keys.submit(run)

    # The toolbar

    def hint(self, text: str) -> None:
        """Show `text` in the first line of the toolbar for some seconds, or until something is launched."""
        self._hint = Hint(text, self._clock() + HINT_SECONDS, self.performance.notices.last)

    def toolbar(self, width: int, ascii_only: bool = False) -> str:
        """The three lines below the prompt."""
        snapshot = with_places(self.performance.snapshot(), self.performance.state)
        return toolbar(snapshot, self.notice(snapshot), width, ascii_only)

    def notice(self, snapshot: Snapshot | None) -> str:
        """What runs, what was asked, what launches next and the loops, or the keys."""
        if self.worker.busy_seconds > BUSY_SECONDS:
            return f"running for {self.worker.busy_seconds:.0f} s · Ctrl-C cancels it, the sound goes on"
        learning, moved = controls_of(snapshot)
        if learning:
            return f"{learning} · Esc ends it"
        hint = self._hint
        if self._clock() < hint.until and hint.over is self.performance.notices.last:
            return hint.text
        line = self.performance.line((snapshot or {}).get("beat"))
        return " · ".join(part for part in (moved, line) if part) or KEYS

    def _leave(self) -> None:
        self.leaving.set()
        self.on_leave()

    def close(self) -> None:
        """End the threads."""
        self._patches.close()
        self.beats.close()
        self.worker.close()
        self._keys.shutdown(wait=False, cancel_futures=True)
        self.performance.close()
        self.messages.finish()
