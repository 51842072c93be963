"""Keeps the prompt open: a process that inherits the terminal, opened again when it dies or hangs."""

import errno
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
from plaud_live.engine.pulse import FD_NAME, LOOK_SECONDS, Pulse
from plaud_live.errors import SessionError
from plaud_live.settings import PlayOptions

MODULE = "plaud_live.repl.main"
CRASH_SECONDS = 20.0
MAX_CRASHES = 5
"""In CRASH_SECONDS. Where none ever stood the session ends; else the next is opened somewhat later."""

LATER_SECONDS = 5.0
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
        self._pulse: Pulse | None = None
        self._killed = ""
        """Why it was killed by us, or nothing."""
        self._crashes: list[float] = []
        self._stood = False
        """A prompt has given a sign of life, ever."""
        self._later: str | None = None
        """While another one is to be opened somewhat later: why."""
        self.interactive = sys.stdin is not None and sys.stdin.isatty()
        self._terminal = termios.tcgetattr(sys.stdin.fileno()) if self.interactive else None

    @property
    def is_open(self) -> bool:
        """A prompt runs, or will soon."""
        return self._process is not None or self._later is not None

    def open(self, again: bool = False, why: str = "") -> None:
        """Open it; `again`: what sounds is not to be disturbed, no patch is run; `why` is then shown."""
        arguments = ["--model", self._options.model]
        if self._options.plain or not self.interactive:
            arguments.append("--plain")
        if again:
            arguments += ["--again", f"--why={why}"]
        elif self._options.patch:
            arguments += ["--patch", self._options.patch]
        self._killed, self._later = "", None
        pulse = self._pulse = Pulse()
        descriptors = {"PLAUD_SNAPSHOT_FD": self._snapshot_fd, FD_NAME: pulse.fd}
        names = {name: str(fd) for name, fd in descriptors.items()}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", MODULE, *arguments],
            pass_fds=list(descriptors.values()),
            env=environment(PLAUD_RUN_DIR=str(self._house.run_dir), **names),
            preexec_fn=_prepare,  # safe: the supervisor has one thread
        )
        pulse.inherited()
        self._house.watch.add_process(self._process, self._on_end)
        self._house.watch.later(LOOK_SECONDS, lambda: self._look_for_hang(pulse))
        self._house.publish(prompt=self._process.pid)

    def kill(self) -> None:
        """Ctrl-\\: end a prompt that hangs; a new one opens."""
        if self._later is not None:
            self._open_later()
            return
        self._kill("was ended by Ctrl-\\")

    def _kill(self, why: str) -> None:
        if self._process is not None:
            self._killed = self._killed or why
            self._process.kill()

    def _look_for_hang(self, pulse: Pulse) -> None:
        if pulse is not self._pulse:
            return
        if pulse.look():
            self._kill("hung")
            return
        self._house.watch.later(LOOK_SECONDS, lambda: self._look_for_hang(pulse))

    def end(self) -> None:
        """End it, and leave the terminal as it was found."""
        self._later = None
        if self._process is not None:
            process, self._process = self._process, None
            self._close_pulse()
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
        pulse = self._close_pulse()
        self._stood |= pulse.heard
        if status == 0 and pulse.leaving:
            self._on_leave()
            return
        self._restore_terminal()
        now = time.monotonic()
        if not self._killed and not pulse.running:  # else it was what was entered, and it may live long
            self._crashes = [t for t in self._crashes if now - t < CRASH_SECONDS] + [now]
        how = self._killed or how_it_died(status, pulse.out_of_memory)
        why = f"the prompt {how}{pulse.circumstances()}"
        self._house.log("prompt died", why)
        many = len(self._crashes) >= MAX_CRASHES
        if many and not self._stood:
            self._house.give_up(
                SessionError(
                    f"the prompt died {MAX_CRASHES} times in {CRASH_SECONDS:g} s ({why}) — try --plain"
                )
            )
            return
        when = f" in {LATER_SECONDS:g} s" if many else ""
        print(f"the prompt {how} and is opened again{when}; the sound goes on", file=sys.stderr, flush=True)
        if many:
            self._later = why
            self._house.watch.later(LATER_SECONDS, self._open_later)
        else:
            self.open(again=True, why=why)

    def _open_later(self) -> None:
        if self._later is not None:
            self.open(again=True, why=self._later)

    def _close_pulse(self) -> Pulse:
        """Stop listening; what was heard is returned."""
        pulse, self._pulse = self._pulse, None
        if pulse is None:
            raise SessionError("no prompt was opened")
        pulse.close()
        return pulse

    def _restore_terminal(self) -> None:
        if self._terminal is None:
            return
        try:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._terminal)
        except (termios.error, ValueError):
            return  # the terminal is closed
        if sys.stdout.isatty():
            os.write(sys.stdout.fileno(), RESET_SCREEN.encode())


def _prepare() -> None:
    """Ctrl-C is nothing to a prompt that is not there yet, and would end it: it listens once it stands."""
    realtime.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def how_it_died(status: int, out_of_memory: bool = False) -> str:
    """An exit status of a process in a few words: `died (SIGSEGV)`."""
    if out_of_memory or status == errno.ENOMEM:
        return "ran out of memory"
    if status >= 0:
        return f"died (exit status {status})"
    if status == -signal.SIGKILL:
        return "died (SIGKILL: the machine may have run out of memory)"
    try:
        return f"died ({signal.Signals(-status).name})"
    except ValueError:  # one of the nameless real-time signals
        return f"died (signal {-status})"
