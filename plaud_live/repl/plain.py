"""A prompt of plain lines, for terminals that answer no questions, for pipes, and for NO terminal at all."""

import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from plaud_live.repl import guard
from plaud_live.repl.desk import Desk
from plaud_live.repl.evaluate import Result

PROMPT, MORE = "> ", ". "
POLL_SECONDS = 0.2


def run(desk: Desk, interactive: bool, read: Callable[[str], str] = input) -> None:
    """Read entries with `read(prompt)` until it raises EOFError or the performer leaves.

    `interactive`: show a prompt, and ask before leaving. Ctrl-C cancels the entry that runs, or the line.
    """
    if interactive:
        _edit_lines(desk)
    while True:
        text, ended = _read_entry(desk, interactive, read)
        if text.strip():
            wait(desk, desk.enter(text))
            desk.messages.finish()
        if (ended or desk.leaving.is_set()) and (not interactive or _confirms(read)):
            return
        desk.leaving.clear()


def _read_entry(desk: Desk, interactive: bool, read: Callable[[str], str]) -> tuple[str, bool]:
    """An entry of one or more lines, and whether the input has ended."""
    text = ""
    while True:
        try:
            line = read((MORE if text else PROMPT) if interactive else "")
        except EOFError:
            return text, True
        except KeyboardInterrupt:
            print(flush=True)
            return "", False
        text = f"{text}\n{line}" if text else line
        desk.messages.flush()
        if guard.is_complete(text):
            return text, False


def wait(desk: Desk, entry: "Future[Result]") -> None:
    """Wait for an entry, show what was printed meanwhile; Ctrl-C cancels it."""
    while not entry.done():
        try:
            entry.result(POLL_SECONDS)
        except TimeoutError:
            desk.messages.flush()
        except KeyboardInterrupt:
            desk.cancel()
    desk.messages.flush()


def _confirms(read: Callable[[str], str]) -> bool:
    try:
        return read("leave? the sound ends (y/n) ").strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):
        print(flush=True)
        return True


def _edit_lines(desk: Desk) -> None:
    """Arrow keys and recall, where Python has readline."""
    try:
        import readline
    except ImportError:
        return
    for text in reversed(desk.history.entries()):
        if "\n" not in text:
            readline.add_history(text)


def cancel_on_interrupt(desk: Desk) -> None:
    """Let Ctrl-C reach the entry that runs, else the line that is typed."""

    def on_interrupt(number: int, frame: Any) -> None:
        if not desk.busy:
            raise KeyboardInterrupt
        desk.cancel()

    signal.signal(signal.SIGINT, on_interrupt)


def write(line: str) -> None:
    """A line to the terminal, or to what stands in for it; characters that it lacks are replaced."""
    stream = sys.__stdout__
    if stream is None:
        return
    encoding = stream.encoding or "ascii"
    stream.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()
