"""Keeps the prompt open: a process that inherits the terminal, opened again when it dies."""

import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable

from plaud_live.engine import realtime
from plaud_live.engine.child import environment
from plaud_live.engine.engines import House
from plaud_live.errors import SessionError
from plaud_live.settings import PlayOptions

MODULE = "plaud_live.repl.main"
CRASH_SECONDS = 20.0
MAX_CRASHES = 5
END_SECONDS = 1.0

RESET_SCREEN = "\x1b[?2004l\x1b[?1000l\x1b[?25h\x1b[0m\r\n\x1b[J"
"""Pasting and mouse as usual, cursor shown, no colours, no toolbar: what a killed prompt left undone."""


class PromptKeeper:
    """Opens the prompt. `on_leave` is called when the performer leaves it."""

    def __init__(
        self, house: House, options: PlayOptions, snapshot_fd: int, on_leave: Callable[[], None]
    ) -> None:
        self._house = house
        self._options = options
        self._snapshot_fd = snapshot_fd
        self._on_leave = on_leave
        self._process: subprocess.Popen[bytes] | None = None
        self._crashes: list[float] = []
        self.interactive = sys.stdin is not None and sys.stdin.isatty()
        self._terminal = termios.tcgetattr(sys.stdin.fileno()) if self.interactive else None

    @property
    def is_open(self) -> bool:
        """A prompt runs."""
        return self._process is not None

    def open(self, again: bool = False) -> None:
        """Open it; `again`: what sounds is not to be disturbed, no patch is run."""
        arguments = ["--model", self._options.model]
        if self._options.plain or not self.interactive:
            arguments.append("--plain")
        if again:
            arguments.append("--again")
        elif self._options.patch:
            arguments += ["--patch", self._options.patch]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", MODULE, *arguments],
            pass_fds=[self._snapshot_fd],
            env=environment(PLAUD_RUN_DIR=str(self._house.run_dir), PLAUD_SNAPSHOT_FD=str(self._snapshot_fd)),
            preexec_fn=realtime.die_with_parent,  # safe: the supervisor has one thread
        )
        self._house.watch.add_process(self._process, self._on_end)
        self._house.publish(prompt=self._process.pid)

    def kill(self) -> None:
        """Ctrl-\\: end a prompt that hangs; a new one opens."""
        if self._process is not None:
            self._process.kill()

    def end(self) -> None:
        """End it, and leave the terminal as it was found."""
        if self._process is not None:
            process, self._process = self._process, None
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self._restore_terminal()

    def _on_end(self, status: int) -> None:
        if self._process is None:
            return
        self._process = None
        if status == 0:
            self._on_leave()
            return
        self._restore_terminal()
        now = time.monotonic()
        self._crashes = [t for t in self._crashes if now - t < CRASH_SECONDS] + [now]
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        self._house.log("prompt died", how)
        if len(self._crashes) >= MAX_CRASHES:
            self._house.give_up(
                SessionError(
                    f"the prompt died {MAX_CRASHES} times in {CRASH_SECONDS:g} s ({how}) — try --plain"
                )
            )
            return
        print(f"the prompt died ({how}) and is opened again; the sound goes on", file=sys.stderr, flush=True)
        self.open(again=True)

    def _restore_terminal(self) -> None:
        if self._terminal is None:
            return
        try:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._terminal)
        except (termios.error, ValueError):
            return  # the terminal is closed
        if sys.stdout.isatty():
            os.write(sys.stdout.fileno(), RESET_SCREEN.encode())
