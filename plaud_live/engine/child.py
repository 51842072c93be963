"""A child process of the supervisor: started, talked to over a socket pair, watched, ended."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from plaud_live.engine import realtime
from plaud_live.engine.link import Channel, Message

ROOT = Path(__file__).resolve().parents[2]
STDERR_TAIL_BYTES = 4000
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
ONE_THREAD = dict.fromkeys(THREADS, "1")


def environment(**more: str) -> dict[str, str]:
    """What children inherit, with the package found even from a checkout that is not installed."""
    result = {**os.environ, **more}
    if (ROOT / "pyproject.toml").exists():
        result["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return result


class Child:
    """A process in a session of its own: signals typed at the terminal do not reach it.

    It inherits one end of a socket pair as `--channel FD`, or by another `flag`. What it prints is kept in
    memory, for when it dies.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        fds: Sequence[int] = (),
        flag: str = "--channel",
        nice: int = 0,
    ) -> None:
        """Start `python -m module` with `arguments`, of so much lower a priority."""

        def prepare() -> None:
            realtime.die_with_parent()
            os.nice(nice)

        ours, theirs = socket.socketpair()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, *arguments, flag, str(theirs.fileno())],
                pass_fds=(theirs.fileno(), *fds),
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=environment(**ONE_THREAD, PYTHONFAULTHANDLER="1"),
                preexec_fn=prepare,  # safe: the supervisor has one thread
            )
        finally:
            theirs.close()
        self.channel = Channel(ours)
        self._words = ""

    @property
    def pid(self) -> int:
        """Process number."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    def send(self, message: Message) -> None:
        """Tell it something; nothing happens when it is gone."""
        self.channel.send(message)

    def last_words(self) -> str:
        """The last line that it printed, or its exit status."""
        if self._output.closed:
            return self._words
        try:
            size = self._output.seek(0, os.SEEK_END)
            self._output.seek(max(0, size - STDERR_TAIL_BYTES))
            lines = self._output.read().decode(errors="replace").split("\n")
        except (OSError, ValueError):
            lines = []
        status = self.process.poll()
        how = "" if status is None else f"signal {-status}" if status < 0 else f"exit status {status}"
        return next((line.strip() for line in reversed(lines) if line.strip()), how)

    def end(self, seconds: float) -> None:
        """Wait until it ends by itself; after `seconds` end it."""
        try:
            self.process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._words = self.last_words()
        self.channel.close()
        self._output.close()
