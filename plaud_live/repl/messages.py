"""Lines above the prompt: one line an error, at most five lines a second, repeats folded."""

import io
import sys
import threading
import time
from collections.abc import Callable

from plaud_live.errors import PlaudError, suggestion

LINES_PER_SECOND = 5
MAX_WAITING = 10
MAX_CHARACTERS = 400
REPEAT_SECONDS = 1.0
"""A repeat of the line just shown waits this long, to be folded with further ones."""


class Page(str):
    """A text of several lines, such as help: shown as it is, whole, where other values get one line."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def one_line(text: str, limit: int = MAX_CHARACTERS) -> str:
    """`text` as one line of at most `limit` characters that no terminal takes for a command."""
    shown = (c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text[: 4 * limit])
    line = " ".join("".join(shown).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def explain(error: BaseException) -> str:
    """`error` as one line."""
    if isinstance(error, SyntaxError):
        return one_line(_explain_syntax(error))
    if isinstance(error, KeyboardInterrupt):
        return str(error) or "cancelled — nothing changed"
    try:
        text = str(error)
    except Exception:  # the performer's own exception class may fail at this
        text = ""
    if isinstance(error, PlaudError):
        return one_line(text)
    if isinstance(error, NameError) and error.name:
        return one_line(f"there is no {error.name!r}")
    if isinstance(error, AttributeError) and error.name:
        known = [n for n in dir(type(error.obj)) if not n.startswith("_")]
        return one_line(text + suggestion(error.name, known))
    if isinstance(error, RecursionError):
        return "it calls itself too often (RecursionError) — nothing changed"
    if isinstance(error, MemoryError):
        return "it wants more memory than the prompt may have — nothing changed"
    return one_line(f"{type(error).__name__}: {text}" if text else type(error).__name__)


def _explain_syntax(error: SyntaxError) -> str:
    text = (error.text or "").strip()
    where = f"line {error.lineno}, " if (error.lineno or 1) > 1 else ""
    if not text or not error.offset:
        return f"{error.msg}"
    start = max(0, error.offset - 1 - (len(error.text or "") - len((error.text or "").lstrip())))
    near = text[max(0, start - 12) : start + 24]
    return f"{error.msg} — {where}column {error.offset}, at: {near}"


class Messages:
    """Shows lines through `write` (one call a line, without its end), seldom enough to type below them.

    `say` may be called from any thread; what has to wait is shown by a later `say` or `flush`. `clock`
    counts seconds.
    """

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.write = write
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[str, int] = {}
        self._dropped = 0
        self._last = ("", -REPEAT_SECONDS)
        self._tokens = float(LINES_PER_SECOND)
        self._refilled = clock()

    def say(self, text: str) -> None:
        """Show `text` as one line, now or when its turn comes."""
        line = one_line(text)
        with self._lock:
            if line in self._waiting or len(self._waiting) < MAX_WAITING:
                self._waiting[line] = self._waiting.get(line, 0) + 1
            else:
                self._dropped += 1
        self.flush()

    def show(self, text: str) -> None:
        """Show a text of one or more lines at once, past what waits: the answer to what was typed."""
        with self._lock:
            self.write(text.rstrip("\n"))

    def finish(self) -> None:
        """Show all that waits, for the last time."""
        with self._lock:
            while self._waiting or self._dropped:
                self._show_next()

    def forget(self) -> None:
        """Drop what waits."""
        with self._lock:
            self._waiting.clear()
            self._dropped = 0

    def flush(self) -> None:
        """Show the waiting lines whose turn it is."""
        with self._lock:
            now = self._clock()
            self._tokens = min(LINES_PER_SECOND, self._tokens + (now - self._refilled) * LINES_PER_SECOND)
            self._refilled = now
            while self._tokens >= 1.0 and (self._waiting or self._dropped):
                if next(iter(self._waiting), "") == self._last[0] and now - self._last[1] < REPEAT_SECONDS:
                    if len(self._waiting) < 2:
                        return
                    self._waiting[self._last[0]] = self._waiting.pop(self._last[0])  # let others pass
                self._show_next()
                self._tokens -= 1.0

    def _show_next(self) -> None:
        if self._waiting:
            line = next(iter(self._waiting))
            count = self._waiting.pop(line)
            self._last = (line, self._clock())
            self.write(f"{line}  ×{count}" if count > 1 else line)
        else:
            self.write(f"… {self._dropped} more lines left out")
            self._dropped = 0


class Prints(io.TextIOBase):
    """A stand-in for `sys.stdout` whose lines go to `say`.

    Its descriptor is the terminal's: `input` then edits lines there as ever.
    """

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._rest = ""

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def isatty(self) -> bool:
        """It is no terminal: nobody shall draw on it."""
        return False

    def fileno(self) -> int:
        """The descriptor of the standard output. Raises OSError where there is none."""
        if sys.__stdout__ is None:
            raise OSError("no standard output")
        return sys.__stdout__.fileno()

    def write(self, text: str) -> int:
        """Pass on the whole lines of `text`, and keep what has no end yet."""
        if "\n" not in text:
            self._rest = (self._rest + text)[: 2 * MAX_CHARACTERS]
            return len(text)
        first, *middle, rest = text.split("\n")
        for line in (self._rest + first, *middle):
            self._say(line)
        self._rest = rest[: 2 * MAX_CHARACTERS]
        return len(text)

    def flush(self) -> None:
        """Pass on a line without an end."""
        if self._rest:
            rest, self._rest = self._rest, ""
            self._say(rest)
