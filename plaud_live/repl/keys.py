"""The terminal's keys: Ctrl-\\ stays the kernel's, and a paste takes no longer than it has letters."""

import contextlib
import termios
from collections.abc import Iterator
from typing import Any

from prompt_toolkit.input import Input, create_input
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.input.vt100_parser import Vt100Parser

from plaud_live.repl import guard

MOST_KEPT = guard.MAX_CHARACTERS + 1000
"""Characters of a paste that are kept: one that has more is refused anyway."""

END_MARK = len("\x1b[201~")


class Pastes(Vt100Parser):
    """As prompt_toolkit's, which keeps all of a paste and looks through all of it with every read.

    For a paste of 10 MB that would be a minute in which no key is heard.
    """

    def feed(self, data: str) -> None:
        """Take what was typed or pasted."""
        super().feed(data)
        if self._in_bracketed_paste and len(self._paste_buffer) > MOST_KEPT + END_MARK:
            self._paste_buffer = self._paste_buffer[:MOST_KEPT] + self._paste_buffer[-END_MARK:]


def terminal_keys() -> Input:
    """The terminal's keys; Ctrl-\\ ends even a prompt that hangs."""
    keys = create_input()
    if isinstance(keys, Vt100Input):
        keys.raw_mode = lambda raw_mode=keys.raw_mode: _raw_but_quit(raw_mode, keys.fileno())  # type: ignore[method-assign,misc]
        keys.vt100_parser = Pastes(keys.vt100_parser.feed_key_callback)
    return keys


@contextlib.contextmanager
def _raw_but_quit(raw_mode: Any, fd: int) -> Iterator[None]:
    """Raw mode in which the kernel still makes SIGQUIT of Ctrl-\\, and nothing of Ctrl-C and Ctrl-Z."""
    with raw_mode():
        attributes = termios.tcgetattr(fd)
        attributes[3] |= termios.ISIG
        for character in (termios.VINTR, termios.VSUSP):
            attributes[6][character] = b"\x00"
        termios.tcsetattr(fd, termios.TCSANOW, attributes)
        yield
