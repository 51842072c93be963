"""Run an entry: parse, guard, run, dry-run, commit. Whatever goes wrong is one line, and nothing launched."""

import builtins
import textwrap
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from plaud_live.errors import TransactionError
from plaud_live.repl.interrupt import Section
from plaud_live.repl.messages import Page, explain, one_line
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.pages import WIDTH, summary
from plaud_live.repl.performance import Performance
from plaud_live.repl.values import text_of
from plaud_live.repl.words import Anchors
from plaud_live.signals.graph import Signal

MAX_TRACEBACK_LINES = 40


@dataclass(frozen=True)
class Result:
    """What became of an entry: whether all of it was accepted, what to show ('' for nothing), its beat.

    `beat` is the one from which its launch sounds; None when it launched nothing.
    """

    accepted: bool
    shown: str = ""
    beat: float | None = field(default=None, compare=False)


class Evaluator:
    """Runs entries one after another in the thread that calls; `section` may be interrupted from another."""

    def __init__(self, performance: Performance, namespace: Namespace) -> None:
        self.performance = performance
        self.namespace = namespace
        self.section = Section()
        self._count = 0

    def evaluate(self, text: str, filename: str = "") -> Result:
        """Run `text`, which comes from the file `filename` if one is given; never raises for its content."""
        self._count += 1
        filename = filename or f"<entry {self._count}>"
        try:
            entry = self.namespace.parse(text, filename)

            def run() -> str:
                exec(entry.body, self.namespace.names)
                return display(eval(entry.last, self.namespace.names)) if entry.last else ""

            with self.performance.entry(entry.text.strip()) as collected:
                shown = self.section.run(run)
                if replaced := self.namespace.repair():
                    raise TransactionError(
                        f"{', '.join(replaced)} is protected and was put back — nothing changed"
                    )
                self.performance.commit()
            return Result(True, shown, collected.beat)
        except BaseException as error:
            self.section.leave()
            self.namespace.repair()
            return Result(False, self._explain(error, filename, text))

    def _explain(self, error: BaseException, filename: str, text: str) -> str:
        names = [*self.namespace.names, *dir(builtins)]
        if isinstance(error, SystemExit):
            return "exit() or Ctrl-D leaves"
        self.namespace.traceback = Page(_traceback(error, filename))
        line = explain(error, names)
        where = _where(error, filename, text.strip().count("\n") + 1)
        return f"{where}: {line}" if where else line


def display(value: object) -> str:
    """A value as one line, as Python's prompt would show it; a page as it is; '' for None."""
    if value is None:
        return ""
    if isinstance(value, Page):
        return value
    if isinstance(value, Signal):
        return one_line(text_of(value))
    if isinstance(value, Anchors):
        return Page(textwrap.fill(repr(value), WIDTH, subsequent_indent="   "))
    if callable(value) and (line := summary(value)):
        return one_line(line)
    return one_line(repr(value))


def _where(error: BaseException, filename: str, lines: int) -> str:
    """`line 3` of an entry of several lines, `01_hello.py line 3` of a script, or nothing."""
    if isinstance(error, SyntaxError) and error.filename and not error.filename.startswith("<"):
        return Path(error.filename).name
    inside, line = filename, 0
    for frame, number in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        if name == filename or (frame.f_globals.get("__name__") == "__plaud__" and not name.startswith("<")):
            inside, line = name, number
    if inside.startswith("<"):
        return f"line {line}" if line and lines > 1 else ""
    return f"{Path(inside).name} line {line}" if line else Path(inside).name


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
