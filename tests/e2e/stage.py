"""A stage for tests: the instrument in a real terminal, and a tape of what JACK hears of it."""

import contextlib
import io
import os
import shlex
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.engine.instance import SOCKET_NAME
from plaud_live.engine.link import Client
from plaud_live.errors import SessionError
from tests.processes import JackServer, wait_for

PROGRAMS = ("jackd", "jack_rec", "jack_lsp", "tmux", "oscsend")
WAIT_SECONDS = 60.0
LINE = 200
"""Characters that are typed; more are pasted."""


def missing_programs() -> list[str]:
    """Programs that the stage needs and this machine lacks."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


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

    def paste(self, text: str) -> None:
        """Put a text into the prompt, a long one or one of several lines in brackets, as terminals do."""
        command = ["tmux", "-L", self._server, "-f", "/dev/null", "load-buffer", "-b", "paste", "-"]
        subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        bracketed = ["-p"] if len(text) > LINE or not text.isprintable() else []
        self._tmux("paste-buffer", *bracketed, "-r", "-d", "-b", "paste", "-t", "stage")

    def key(self, name: str) -> None:
        """Press one key by tmux's name for it: Enter, C-c, F8."""
        self._tmux("send-keys", "-t", "stage", name)

    def screen(self) -> str:
        """What is to be seen now."""
        return self._tmux("capture-pane", "-p", "-t", "stage")

    def wait(self, text: str, seconds: float = WAIT_SECONDS) -> None:
        """Return once `text` is on the screen; fail and show the screen otherwise."""
        try:
            wait_for(lambda: text in self.screen(), repr(text), seconds)
        except pytest.fail.Exception as error:
            raise AssertionError(f"{error}; the screen:\n{self.screen()}") from None

    def close(self) -> None:
        """End the terminal and what runs in it."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self._tmux("kill-server")


@contextlib.contextmanager
def instrument(home: Path, jack: JackServer | None, options: list[str]) -> Iterator[Terminal]:
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


def ports(jack: JackServer) -> list[str]:
    """The instrument's outputs, as JACK names them."""
    answer = subprocess.run(["jack_lsp"], env=jack.environment, capture_output=True, check=False)
    return [line for line in answer.stdout.decode().splitlines() if line.startswith("PortAudio:out_")]


def is_plugged_in(home: Path, device: str) -> bool:
    """Whether the engine that plays now in `home` knows a MIDI device and has it open."""
    try:
        client = Client(home / "run" / SOCKET_NAME)
    except SessionError:
        return False
    try:
        devices = client.request("midi", what="devices")["devices"]
    except SessionError:
        return False
    finally:
        client.close()
    return any(each["stem"] == device and each["connected"] for each in devices)


class Tape:
    """A recording in the making, with the times at which things were asked for.

    All times are seconds of the tape itself: JACK's dummy clock loses time on a busy machine.
    """

    def __init__(self, jack: JackServer, path: Path, seconds: float) -> None:
        self.path = path
        self.marks: dict[str, float] = {}
        self._frame = 3 * 2  # 24 bit, two channels
        self._rate = jack.sample_rate
        command = ["jack_rec", "-f", str(path), "-d", f"{seconds:g}", "-b", "24", *ports(jack)]
        self._recorder = subprocess.Popen(
            command, env=jack.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(lambda: self.now > 0.1, "the tape runs", 10.0)

    @property
    def now(self) -> float:
        """Seconds on the tape."""
        size = self.path.stat().st_size if self.path.exists() else 0
        return size / self._frame / self._rate

    def run(self, seconds: float) -> None:
        """Let the tape run on."""
        until = self.now + seconds
        wait_for(lambda: self.now >= until, f"{until:g} s of tape", 20.0 + 10.0 * seconds)

    def mark(self, name: str) -> None:
        """Remember where the tape is."""
        self.marks[name] = self.now

    def finish(self) -> None:
        """Wait until the tape is full and read it."""
        self._recorder.wait(240.0)
        samples, self.rate = soundfile.read(self.path, dtype="float64", always_2d=True)
        self.samples = samples[:, 0]

    def stop(self) -> None:
        """Stop it here and read it: its header does not say how long it is then."""
        self._recorder.kill()
        self._recorder.wait()
        data = self.path.read_bytes()
        data = data[data.index(b"data") + 8 :]
        samples, self.rate = soundfile.read(
            io.BytesIO(data[: len(data) // self._frame * self._frame]),
            format="RAW",
            subtype="PCM_24",
            channels=2,
            samplerate=self._rate,
            endian="LITTLE",
            dtype="float64",
        )
        self.samples = samples[:, 0]

    def part(self, start: float, end: float) -> np.ndarray:
        """What is on the tape between two times."""
        return self.samples[int(start * self.rate) : int(end * self.rate)]
