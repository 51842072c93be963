"""Run an entry: parse, guard, run, dry-run, commit. Whatever goes wrong is one line, and nothing launched."""

import builtins
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FunctionType, MethodType

from plaud_live.errors import ParameterError, PlaudError, TransactionError
from plaud_live.repl import mistakes
from plaud_live.repl.collecting import CODE_NAME, Collected, Place
from plaud_live.repl.fitting import columns, fitted
from plaud_live.repl.heard import awaited, heard_line
from plaud_live.repl.interrupt import OvertimeError, Section
from plaud_live.repl.loops import Run
from plaud_live.repl.maps import Knobs, Maps
from plaud_live.repl.messages import Page, explain, one_line
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.outputs import MidiOut, Sent
from plaud_live.repl.pages import WIDTH, summary
from plaud_live.repl.performance import Performance
from plaud_live.repl.takes import TakeList, Takes
from plaud_live.repl.values import text_of
from plaud_live.repl.who import parameter_line
from plaud_live.repl.words import Anchors
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live
from plaud_live.signals.space import Reference
from plaud_live.signals.spark import peeks, spark

MAX_TRACEBACK_LINES = 40
MAX_ERROR = 158
"""Characters of what went wrong: two rows of a terminal; `why()` has the rest."""

MOST_NAMES = 3
IN_TIME = "@every(4) repeats a function in time"


@dataclass(frozen=True)
class Result:
    """What became of an entry: whether all of it was accepted, what to show ('' for nothing), its beat.

    `beat` is the one from which its launch sounds; None when it launched nothing. `error` is the kind of
    what went wrong.
    """

    accepted: bool
    shown: str = ""
    beat: float | None = field(default=None, compare=False)
    error: str = field(default="", compare=False)


class Evaluator:
    """Runs entries one after another in the thread that calls; `section` may be interrupted from another."""

    def __init__(self, performance: Performance, namespace: Namespace) -> None:
        self.performance = performance
        self.namespace = namespace
        self.section = Section()
        self._collected = Collected("")
        self._count = 0
        self._process = os.getpid()

    def abandon(self) -> None:
        """Refuse whatever it may still ask: what it runs was cancelled and goes on by itself."""
        self._collected.abandoned = True

    def evaluate(self, text: str, filename: str = "", by: str = "prompt") -> Result:
        """Run `text`, which comes from the file `filename` if one is given; never raises for its content.

        `by` says in the record who entered it.
        """
        self._count += 1
        file, filename = filename, filename or f"<entry {self._count}>"
        shown: list[str] = []
        looked_at: list[Signal] = []

        def run() -> None:
            entry = self.namespace.parse(text, filename)
            collected.text = entry.text.strip()
            exec(entry.body, self.namespace.names)
            value = None if entry.last is None else eval(entry.last, self.namespace.names)
            if isinstance(value, Signal) and list(peeks(value)):
                looked_at.append(value)
            elif isinstance(value, Reference):
                shown.append(
                    one_line(parameter_line(value, self.performance.state, self.performance.snapshot()))
                )
            elif isinstance(value, Live):
                shown.append(one_line(heard_line(self.performance, value)))
            elif line := display(value):
                shown.append(line)
            if not collected.changes:
                note = mistakes.left_behind(entry.bound, self.performance.tables())
                shown.extend([note] if note else [])

        with self.performance.entry(text.strip()) as collected:
            if failed := self._guarded(collected, run, filename, text.strip().count("\n") + 1):
                late = failed.error == OvertimeError.__name__
                return replace(failed, shown=f"{failed.shown} — {IN_TIME}") if late else failed
            shown += self._shown_peeks([*collected.assigned, *looked_at])
            shown += awaited(self.performance, collected.assigned)
            try:
                self.performance.record(collected, by, file)
            except PlaudError as error:
                self.performance.on_message(f"not recorded: {explain(error)}")
        return Result(True, "\n".join(shown), collected.beat)

    def play(self, run: Run) -> Result:
        """Execute a run of a loop and have the next one scheduled; what fails is told there."""
        loops, loop = self.performance.loops, run.loop
        code = getattr(loop.function, "__code__", None)
        answer: list[object] = []
        with self.performance.entry(f"{loop.name}({run.n})", run.beat, f"{loop.name} {run.n}") as collected:
            failed = self._guarded(
                collected, lambda: answer.append(run.call()), getattr(code, "co_filename", ""), 2
            )
        if collected.abandoned:  # it goes on by itself, and nobody waits for it
            return Result(False)
        try:
            loops.finish(run, None if failed else answer[0], self.performance.beat)
        except ParameterError as error:
            failed = Result(False, explain(error), error=type(error).__name__)
        if failed:
            loops.failed(run, failed.error, failed.shown)
        return failed or Result(True, "", collected.beat)

    def pump(self, sample: float) -> Result:
        """Sample the functions of `fn` ahead of the engine's `sample`; they give values and set nothing."""
        with self.performance.entry("fn") as collected:

            def run() -> None:
                self.performance.sampler.pump(sample)
                if collected.take()[0]:
                    self.performance.sampler.tell(
                        "fn: a function gives a value; what else it sets is left out"
                    )

            return self._guarded(collected, run, "", 1) or Result(True)

    def _guarded(
        self, collected: Collected, run: Callable[[], None], filename: str, lines: int
    ) -> Result | None:
        """Call `run` and launch what it asked for; what went wrong, or None."""
        self._collected = collected
        interpreter = self.namespace.interpreter

        def whole() -> None:
            try:
                run()
            finally:
                if wrong := interpreter.put_back_builtins():
                    raise TransactionError(_put_back(wrong))

        try:
            self.section.run(whole)
            if os.getpid() != self._process:  # a fork of it: the entry is the prompt's own
                os._exit(0)
            if replaced := self.namespace.repair():
                raise TransactionError(_put_back(replaced))
            self.performance.commit()
            self.performance.accept(collected)
            return None
        except BaseException as error:
            self.section.leave()
            self.namespace.repair()
            refused, place = collected.refused or (None, None)
            place = place if refused is error else None
            return Result(False, self._explain(error, filename, lines, place), error=type(error).__name__)

    def _shown_peeks(self, signals: list[Signal]) -> list[str]:
        """A line for every part of `signals` that is to be looked at."""
        found = {id(node): node for signal in signals for node in peeks(signal)}
        if not found:
            return []
        lookup, beat, inputs = self.performance.state.lookup, self.performance.beat, self.performance.sampler
        try:  # a function of the performer's is called
            return self.section.run(
                lambda: [spark(node, lookup, beat, inputs=inputs) for node in found.values()]
            )
        except BaseException as error:
            self.section.leave()
            return [explain(error)]

    def _explain(self, error: BaseException, filename: str, lines: int, place: Place | None) -> str:
        if isinstance(error, SystemExit):
            return "exit() or Ctrl-D leaves"
        self.namespace.traceback = Page(_traceback(error, filename))
        line = one_line(self._meant(error)) or explain(error)
        where = _where(error, filename, lines, place)
        return one_line(f"{where}: {line}" if where else line, MAX_ERROR)

    def _meant(self, error: BaseException) -> str:
        """What the performer may have meant by what went wrong, '' where the error says it best."""
        known = self.namespace.names
        if type(error) is NameError and error.name:
            anchors, tables = self.performance.anchors(), self.performance.tables()
            near = mistakes.name_meant(error.name, known, anchors, tables, dir(builtins))
            return f"there is no {error.name!r}{near}"
        return mistakes.meant(error, known)


def display(value: object) -> str:
    """A value as one line, as Python's prompt would show it; a page as it is; '' for None."""
    if value is None:
        return ""
    if isinstance(value, Page):
        return Page(fitted(value, columns()))
    if isinstance(value, Signal):
        return one_line(text_of(value))
    if isinstance(value, Anchors | Knobs | Maps | MidiOut | Sent | Takes | TakeList):
        return Page(fitted(repr(value), columns()))
    if isinstance(value, FunctionType | MethodType) and (line := summary(value)):
        return one_line(line)
    return one_line(repr(value), WIDTH)


def _where(error: BaseException, filename: str, lines: int, place: Place | None) -> str:
    """`line 3` of an entry of several lines, `01_hello.py line 3` of a script, or nothing.

    `place` is where what was refused had been asked for, if that is known.
    """
    if isinstance(error, SyntaxError) and error.filename and not error.filename.startswith("<"):
        return Path(error.filename).name
    inside, line = filename, 0
    for frame, number in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        if name == filename or (frame.f_globals.get("__name__") == CODE_NAME and not name.startswith("<")):
            inside, line = name, number
    inside, line = place or (inside, line)
    if inside.startswith("<"):
        return f"line {line}" if line and lines > 1 else ""
    return f"{Path(inside).name} line {line}" if line else Path(inside).name


def _put_back(names: list[str]) -> str:
    """What an entry replaced, and that it is what it was again."""
    some = ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")
    what = "is protected and was" if len(names) == 1 else "are protected and were"
    return f"{some} {what} put back — nothing changed"


def _traceback(error: BaseException, filename: str) -> str:
    """The traceback from the entry's own lines on."""
    start = error.__traceback__
    while start is not None and start.tb_frame.f_code.co_filename != filename:
        start = start.tb_next
    lines = traceback.format_exception(type(error), error, start or error.__traceback__)
    text = "".join(lines).rstrip().split("\n")
    if len(text) > MAX_TRACEBACK_LINES:
        text = [*text[: MAX_TRACEBACK_LINES // 2], "  …", *text[-MAX_TRACEBACK_LINES // 2 :]]
    return "\n".join(_keeping_indent(line) for line in text)


def _keeping_indent(line: str) -> str:
    """A traceback's line, made safe to show, its indentation kept."""
    return line[: len(line) - len(line.lstrip(" "))] + one_line(line)
