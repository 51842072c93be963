"""The prompt as a process of its own, against a silent engine: over a pipe, and on a real terminal."""

import contextlib
import errno
import fcntl
import os
import pty
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plaud_live.engine.link import Server
from plaud_live.engine.snapshot import Snapshot
from plaud_live.errors import PlaudError
from tests.repl.silent import SilentEngine

PATIENCE = 60.0
"""Seconds; only a failure waits so long."""

WHERE_IS_THE_CURSOR = "\x1b[6n"


class Stage:
    """A silent engine that listens in a run folder of its own, and prompts that it opens."""

    def __init__(self, folder: Path) -> None:
        self.engine = SilentEngine()
        self.snapshot = Snapshot.create()
        self.snapshot.write({"position": 0, "beat": 0.0, "bpm": 92.0, "device": "no sound card"})
        self.environment = {
            **os.environ,
            "PLAUD_RUN_DIR": str(folder),
            "PLAUD_HOME": str(folder),
            "PLAUD_SNAPSHOT_FD": str(self.snapshot.fd),
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
            "TERM": "xterm",
        }
        self._selector = selectors.DefaultSelector()
        self._server = Server(folder / "engine.sock", self._selector)
        self._going_on = True
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while self._going_on:
            for key, events in self._selector.select(0.02):
                for request in self._server.handle(key, events):
                    try:
                        request.answer(**self.engine.request(request.do, **request.data))
                    except PlaudError as error:
                        request.fail(error)
            self._server.update()

    def command(self, *options: str) -> list[str]:
        return [sys.executable, "-m", "plaud_live.repl.main", *options]

    def pipe(self, text: str, *options: str) -> list[str]:
        """What a prompt prints that reads `text` from a pipe, line by line."""
        done = subprocess.run(
            self.command("--plain", *options),
            input=text,
            env=self.environment,
            pass_fds=[self.snapshot.fd],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        return done.stdout.splitlines()

    def close(self) -> None:
        self._going_on = False
        self._thread.join()
        self._server.close()
        self.snapshot.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder:  # short: the path of a socket has little room
        made = Stage(Path(folder))
        yield made
        made.close()


def test_a_first_start_loads_the_model_and_greets(stage: Stage) -> None:
    assert stage.pipe("") == [
        "drone plays default: 4 latents, 96 sines, 384 noise bands; 2 anchors in A",
        "sound: no sound card",
        "type drone.play() then drone.z0 = lfo(8); help()",
    ]


def test_a_script_in_a_pipe_is_played(stage: Stage) -> None:
    text = (
        "drone.z0 = .2\nfor n in range(2):\n    print('n', n)\n\nlfo(8)\ndrne\nwho()\nx = [0]*10**9\n1 + 1\n"
    )
    assert stage.pipe(text)[3:] == [
        "n 0",
        "n 1",
        "lfo(8)",
        "there is no 'drne' — did you mean 'drone'?",
        "drone is silent, knows default, +0.0 dB",
        "  z0           0.2",
        "it wants more memory than the prompt may have — nothing changed",
        "2",
    ]


def test_a_reopened_prompt_finds_what_plays(stage: Stage) -> None:
    stage.pipe("drone.z0 = .2\nbass = load('small')\n")
    shown = stage.pipe("bass\ndrone.z0 += .1\nwho()\n", "--again")
    assert shown[0] == "the prompt is open again; drone, bass as before"
    assert "bass: small, 2 latents, silent" in shown
    assert "  z0           0.2 + 0.1" in shown


def test_a_patch_is_run_at_the_start(stage: Stage, tmp_path: Path) -> None:
    patch = tmp_path / "patch.py"
    patch.write_text("drone.gain = .4\n")
    assert "  gain         0.4" in stage.pipe("who()\n", "--patch", str(patch))
    patch.write_text("drone.gian = .4\n")
    assert any(
        "patch.py line 1: drone has no 'gian'" in line for line in stage.pipe("", "--patch", str(patch))
    )


def test_entries_are_remembered(stage: Stage) -> None:
    stage.pipe("drone.z0 = .2\n")
    assert "drone.z0 = .2" in Path(stage.environment["PLAUD_HOME"], "sessions", "history.jsonl").read_text()


class Terminal:
    """A prompt on a pseudo-terminal of 80 by 24, which is its controlling terminal."""

    def __init__(self, stage: Stage, *options: str) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            stage.command(*options),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=stage.environment,
            pass_fds=[stage.snapshot.fd],
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self.seen = ""

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def until(self, text: str) -> None:
        """Read until `text` has been drawn since the last call."""
        deadline = time.monotonic() + PATIENCE
        with selectors.DefaultSelector() as selector:
            selector.register(self._ours, selectors.EVENT_READ)
            while text not in self.seen:
                assert time.monotonic() < deadline, f"no {text!r} in {self.seen[-2000:]!r}"
                if selector.select(0.1):
                    self.seen += self._read()
        self.seen = self.seen.partition(text)[2]

    def _read(self) -> str:
        """What was drawn; a question for the cursor's place is answered, as terminals do."""
        drawn = os.read(self._ours, 65536).decode(errors="replace")
        for _ in range(drawn.count(WHERE_IS_THE_CURSOR)):
            self.press("\x1b[5;1R")
        return drawn

    def ends(self) -> int:
        """The exit status; what is drawn meanwhile is thrown away."""
        drain = threading.Thread(target=self._drain, daemon=True)
        drain.start()
        return self.process.wait(PATIENCE)

    def _drain(self) -> None:
        with contextlib.suppress(OSError):
            while self._read():
                pass

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@contextlib.contextmanager
def terminal(stage: Stage, *options: str) -> Iterator[Terminal]:
    made = Terminal(stage, *options)
    try:
        made.until("help()")
        made.until(">")
        yield made
    finally:
        made.close()


def test_the_screen_shows_toolbar_and_results_and_leaves(stage: Stage) -> None:
    with terminal(stage) as screen:
        screen.until("cpu 0%")
        screen.press("drone.z0 = .2; 6*7\r")
        screen.until("42")
        screen.until(">")
        screen.press("\x04")
        screen.until("leave?")
        screen.press("y\r")
        assert screen.ends() == 0


HANGS = "import ctypes, os; os.write(1, b'HANG' + b'ING'); ctypes.PyDLL(None).sleep(1000)"
"""Waits in C and keeps the interpreter to itself: nothing of Python runs any more, not even the keys."""


@pytest.mark.parametrize("options", [(), ("--plain",)], ids=["screen", "plain"])
def test_control_backslash_ends_even_a_prompt_that_hangs_in_c(stage: Stage, options: tuple[str, ...]) -> None:
    with terminal(stage, *options) as screen:
        screen.press(f"{HANGS}\r")
        screen.until("HANGING")
        screen.press("\x1c")
        assert screen.ends() == -signal.SIGQUIT


@pytest.mark.parametrize("options", [(), ("--plain",)], ids=["screen", "plain"])
def test_control_c_ends_a_loop_and_never_the_prompt(stage: Stage, options: tuple[str, ...]) -> None:
    with terminal(stage, *options) as screen:
        screen.press("print('be' + 'gun') or [n for n in iter(int, 1)]\r")
        screen.until("begun")
        screen.press("\x03")
        screen.until("cancelled")
        screen.press("6*7\r")
        screen.until("42")


def test_a_thread_that_does_not_end_keeps_nobody_from_leaving(stage: Stage) -> None:
    busy = "import threading, time; threading.Thread(target=time.sleep, args=(1e6,)).start(); 6*7"
    with terminal(stage) as screen:
        screen.press(f"{busy}\r")
        screen.until("42")
        screen.until(">")
        screen.press("\x04")
        screen.until("leave?")
        screen.press("y\r")
        assert screen.ends() == 0


def test_what_breaks_the_prompt_is_one_line(stage: Stage) -> None:
    with terminal(stage) as screen:
        screen.press("import sys; sys.__stdin__.close()\r")
        screen.until("the prompt failed: ValueError")
        assert screen.ends() == 1
        assert "Traceback" not in screen.seen


def test_a_prompt_without_room_ends_and_says_so(stage: Stage) -> None:
    with terminal(stage) as screen:
        screen.press("import numpy; x = [numpy.zeros(10**7) for n in range(24)]\r")
        assert screen.ends() == errno.ENOMEM
