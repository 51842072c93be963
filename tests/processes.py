"""Real processes for tests: JACK's dummy sound card, a sink, an engine that writes a sine, waiting."""

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plaud_live.engine.link import Channel, Message
from plaud_live.engine.ring import Ring

PATIENCE = 20.0
"""Seconds for what must happen: a loaded machine is slow, and only a failure waits so long."""

SINE_ENGINE = """
import sys
import numpy as np
from plaud_live.engine.realtime import die_with_parent, raise_priority
from plaud_live.engine.ring import EngineEnd, Ring, RingFds
die_with_parent()
raise_priority()
ring = Ring(RingFds.parse(sys.argv[1]))
engine = EngineEnd(ring)
blocks_left = int(sys.argv[2])
steps = np.arange(ring.block)
while blocks_left != 0:
    engine.wait(0.1)
    while engine.room and blocks_left != 0:
        wave = 0.5 * np.sin(2 * np.pi * (engine.position + steps) / 100)
        engine.write(np.stack([wave, wave], axis=1).astype(np.float32))
        blocks_left -= 1
"""


def wait_for(
    condition: Callable[[], object], what: str | Callable[[], str], seconds: float = PATIENCE
) -> None:
    """Poll another process's doing; fail with `what`, as it is then, when it does not happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what if isinstance(what, str) else what()}: not within {seconds:g} s")
        time.sleep(0.005)


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def start_sine_engine(ring: Ring, blocks: int = -1) -> subprocess.Popen[bytes]:
    """A process that fills the ring with a sine of 0.5, period 100 samples: `blocks` blocks, -1 for ever."""
    return subprocess.Popen(
        [sys.executable, "-c", SINE_ENGINE, str(ring.fds), str(blocks)], pass_fds=ring.fds.all
    )


class SinkProcess:
    """A real sink on `ring`, and what it says."""

    def __init__(self, ring: Ring, *arguments: str) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "plaud_live.engine.sink", "--channel", str(theirs.fileno())]
        self.process = subprocess.Popen(
            [*command, "--ring", str(ring.fds), *arguments],
            pass_fds=(theirs.fileno(), *ring.fds.all),
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        self.channel = Channel(ours)
        self.said: list[Message] = []

    def wait_said(self, event: str) -> Message:
        """The first message of this kind, now or when it comes."""

        def found() -> list[Message]:
            self.said += self.channel.receive()
            return [message for message in self.said if message["event"] == event]

        wait_for(found, f"sink says {event}, not only {self.said}")
        return found()[0]

    def play(self) -> None:
        """Wait until it is open, and let it take blocks."""
        self.wait_said("opened")
        self.channel.send({"do": "play"})
        self.wait_said("playing")

    def end(self, do: str = "stop") -> int:
        """Tell it to stop; returns the exit code."""
        self.channel.send({"do": do})
        return self.process.wait(PATIENCE)


class ServerPlace:
    """One of the names that servers of tests share, held while this is open.

    JACK remembers eight servers, and forgets one that was killed only when the same name starts again:
    so names come back, and a lock says which are in use.
    """

    def __init__(self) -> None:
        for number in range(6):
            self.name = f"plaud-test-{number}"
            path = Path(tempfile.gettempdir(), f"{self.name}-{os.getuid()}.lock")
            self._lock = path.open("w")
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._lock.close()
            else:
                if not self._left_over():
                    return
                self._lock.close()
        pytest.fail("all servers of the tests are in use: end what is left of them, 'pkill jackd'")

    def _left_over(self) -> bool:
        """Whether a server of this name outlived the process that started it."""
        asked = subprocess.run(["jack_lsp"], env=self.environment, capture_output=True, check=False)
        return asked.returncode == 0

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find the server of this name and no other."""
        return {**os.environ, "JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}

    def close(self) -> None:
        """Leave the name to others."""
        self._lock.close()


class JackServer:
    """A JACK server on its dummy driver: real callbacks without a sound card.

    A `patient` one waits in each period for every client: what a late one sends is not lost.
    """

    def __init__(self, block: int = 128, sample_rate: int = 44100, patient: bool = False) -> None:
        self._place = ServerPlace()
        self._mode = ["-S"] if patient else []
        self.block, self.sample_rate = block, sample_rate
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the server)
        self.start()

    @property
    def name(self) -> str:
        """What JACK's clients know it by."""
        return self._place.name

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find this server and no other."""
        return self._place.environment

    def start(self) -> None:
        """Start it, with real-time scheduling where that is permitted."""
        period = ["-r", str(self.sample_rate), "-p", str(self.block)]
        for scheduling in (["-R", "-P", "70"], ["-r"]):
            self.process = subprocess.Popen(
                ["jackd", *scheduling, *self._mode, "-n", self.name, "-d", "dummy", *period],
                stdout=self._log,
                stderr=subprocess.STDOUT,
            )
            if self._comes_up():
                return
        self._log.seek(0)
        pytest.fail(f"jackd does not start: {self._log.read().decode()}")

    def _comes_up(self) -> bool:
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            asked = subprocess.run(["jack_lsp"], env=self.environment, capture_output=True, check=False)
            if b"system:playback_1" in asked.stdout:
                return True
            time.sleep(0.02)
        return False

    def connect_players_to_recorders(self) -> None:
        """Wire the outputs of every client to the same inputs of every other."""
        ports = subprocess.run(["jack_lsp"], env=self.environment, capture_output=True, text=True, check=True)
        names = [name for name in ports.stdout.split("\n") if name and not name.startswith("system:")]
        outputs = [name for name in names if ":out_" in name]
        inputs = [name for name in names if ":in_" in name]
        for source in outputs:
            for target in inputs:
                same_side = source[-1] == target[-1]
                if same_side and source.split(":")[0] != target.split(":")[0]:
                    subprocess.run(["jack_connect", source, target], env=self.environment, check=False)

    def kill(self) -> None:
        """As when the cable of a sound card is pulled."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def close(self) -> None:
        """End the server."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
        for left in Path("/dev/shm").glob(f"jack_sem.*_{self.name}_*"):
            left.unlink(missing_ok=True)  # of clients that lost their server
        self._place.close()
        self._log.close()


@contextlib.contextmanager
def jack_server(block: int = 128, patient: bool = False) -> Iterator[JackServer]:
    """A server for one test, in whose environment children find it. Skips where JACK is not installed."""
    if not shutil.which("jackd") or not shutil.which("jack_lsp"):
        pytest.skip("needs jackd and jack_lsp: apt install jackd2 jack-tools")
    server = JackServer(block, patient=patient)
    patch = pytest.MonkeyPatch()
    patch.setenv("JACK_DEFAULT_SERVER", server.name)
    patch.setenv("JACK_NO_START_SERVER", "1")
    try:
        yield server
    finally:
        patch.undo()
        server.close()
