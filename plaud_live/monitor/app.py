"""The monitor as a program for a terminal: keys, a clock, and the thread that listens."""

import os
import queue
import sys
import time
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from plaud_live.errors import SessionError
from plaud_live.monitor.client import Feed, Message
from plaud_live.monitor.page import Pages
from plaud_live.monitor.picture import Picture
from plaud_live.monitor.stage import Stage

FRAMES_PER_SECOND = 5.0
NICE = 10
"""The sound goes first, on any machine."""


class Monitor(App[None]):
    """`path` is the engine's socket; without one it shows what it is given through `put`."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { background: ansi_default; color: ansi_default; overflow: hidden; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,ctrl+c", "quit", priority=True),
        Binding("tab", "next_instrument", priority=True),
        Binding("m", "view('map')"),
        Binding("l", "view('latents')"),
        Binding("h,question_mark", "view('help')"),
        Binding("escape", "view('all')"),
    ]

    def __init__(self, path: Path | None, view: str = "all") -> None:
        super().__init__(ansi_color=True)  # the terminal's own colours; none at all with NO_COLOR
        self.picture = Picture()
        self.view = view
        self._pages = Pages(self.picture)
        self._path = path
        self._feed: Feed | None = None
        self._arrived: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.put = self._arrived.put

    def compose(self) -> ComposeResult:
        """One widget, the size of the terminal."""
        yield Stage()

    def on_mount(self) -> None:
        """Begin to listen and to draw."""
        if self._path is not None:
            self._feed = Feed(self._path, self.put)
            self._feed.start()
        self.set_interval(1.0 / FRAMES_PER_SECOND, self.draw)

    def on_unmount(self) -> None:
        """Hang up."""
        if self._feed is not None:
            self._feed.close()

    def on_resize(self) -> None:
        """Lay the page out anew."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Take in what has arrived and show it."""
        while not self._arrived.empty():
            self.picture.receive(self._arrived.get_nowait())
        if self._feed is not None:
            self._feed.focus = self.picture.focus
        width, height = self.size
        self.query_one(Stage).show(self._pages.draw(width, height, self.view, time.monotonic()))

    def action_next_instrument(self) -> None:
        """Tab."""
        self.picture.next_instrument()
        self.draw()

    def action_view(self, view: str) -> None:
        """Show one thing alone; the same key again goes back."""
        self.view = "all" if view == self.view else view
        self.draw()


def run(path: Path, view: str = "all") -> int:
    """Show the instrument behind the socket `path` until q. Raises SessionError without a terminal."""
    if not (sys.__stdin__ and sys.__stderr__ and sys.__stdin__.isatty() and sys.__stderr__.isatty()):
        raise SessionError("monitor: wants a terminal to draw on")
    os.nice(NICE)
    Monitor(path, view).run(mouse=False)
    return 0
