"""A stage for tests: a JACK server without hardware, a real terminal, and a recorder of what is heard."""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile

PROGRAMS = ("jackd", "jack_rec", "jack_lsp", "tmux", "oscsend", "oscdump")
WAIT_SECONDS = 60.0


def missing_programs() -> list[str]:
    """Programs that the stage needs and this machine lacks."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def wait_for(what: str, condition: Callable[[], object], seconds: float = WAIT_SECONDS) -> None:
    """Return once `condition()` is true; fail with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(0.05)


class Jack:
    """A JACK server with the dummy driver, under a name of its own."""

    def __init__(self, sample_rate: int = 44100, block: int = 128) -> None:
        self.name = f"plaud{uuid.uuid4().hex[:8]}"
        self.sample_rate = sample_rate
        self.environment = {**os.environ, "JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}
        driver = ["-d", "dummy", "-r", str(sample_rate), "-p", str(block)]
        self._command = ["jackd", "-r", "-n", self.name, *driver]
        self.start()

    def start(self) -> None:
        """Start the server, also again after `kill`."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for("jackd", lambda: self.ports("system"), 15.0)
        except BaseException:
            self.close()
            raise

    def ports(self, client: str) -> list[str]:
        """Ports whose names begin with `client`."""
        answer = subprocess.run(
            ["jack_lsp"], env=self.environment, capture_output=True, text=True, check=False
        )
        return [line for line in answer.stdout.splitlines() if line.startswith(client)]

    def record(self, path: Path, seconds: float, ports: list[str]) -> "subprocess.Popen[bytes]":
        """Start `jack_rec` on up to two `ports`; 24 bit, the given length."""
        command = ["jack_rec", "-f", str(path), "-d", f"{seconds:g}", "-b", "24", *ports]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        """End the server at once, as an unplugged device does."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the server and wait until it has gone."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            self.kill()


class Terminal:
    """A command in a real terminal (tmux) of 80 x 24, on a tmux server of its own."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._server = f"plaud{uuid.uuid4().hex[:8]}"
        words = f"{shlex.join(command)}; sleep 3600"  # the screen stays to be read
        self._tmux("new-session", "-d", "-s", "stage", "-x", "80", "-y", "24", words, environment=environment)

    def _tmux(self, *words: str, environment: dict[str, str] | None = None) -> str:
        command = ["tmux", "-L", self._server, "-f", "/dev/null", *words]
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return answer.stdout

    def type(self, text: str) -> None:
        """Type a line and Enter."""
        self._tmux("send-keys", "-t", "stage", "-l", text)
        self.key("Enter")

    def key(self, name: str) -> None:
        """Press one key by tmux's name for it: Enter, C-c, F8."""
        self._tmux("send-keys", "-t", "stage", name)

    def screen(self) -> str:
        """What is to be seen now."""
        return self._tmux("capture-pane", "-p", "-t", "stage")

    def wait(self, text: str, seconds: float = WAIT_SECONDS) -> None:
        """Return once `text` is on the screen; fail and show the screen otherwise."""
        try:
            wait_for(repr(text), lambda: text in self.screen(), seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen:\n{self.screen()}") from None

    def close(self) -> None:
        """End the terminal and what runs in it."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self._tmux("kill-server")


@contextlib.contextmanager
def instrument(home: Path, jack: Jack | None, options: list[str]) -> Iterator[Terminal]:
    """`plaud-live play` in a terminal, with a home and a run folder of its own; ended at the end."""
    environment = dict(jack.environment if jack else os.environ)
    environment |= {"PLAUD_HOME": str(home), "PLAUD_RUN_DIR": str(home / "run"), "TERM": "screen-256color"}
    terminal = Terminal([sys.executable, "-m", "plaud_live", "play", *options], environment)
    try:
        yield terminal
    finally:
        subprocess.run(
            [sys.executable, "-m", "plaud_live", "panic"], env=environment, capture_output=True, check=False
        )
        terminal.close()


def capture_of(path: Path) -> tuple[np.ndarray, int]:
    """A recording as float64 [samples, channels], and its sample rate in Hz."""
    samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    return samples, rate
