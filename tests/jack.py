"""MIDI in JACK for tests: programs that send and receive, and the wires between ports."""

import subprocess
import sys
import threading
from pathlib import Path

import mido

from tests.processes import PATIENCE, JackServer, wait_for

ROOT = Path(__file__).resolve().parent.parent


class MidiPeer:
    """Another program with MIDI ports, `NAME:MIDI 1` and `NAME-in:MIDI 1`. End it with `close`: unplugged."""

    def __init__(self, name: str, jack: JackServer) -> None:
        self.name = name
        self.received: list[tuple[float, bytes]] = []
        """Bytes that have come, with seconds of time.monotonic()."""
        self._sent = 0
        self._confirmed = 0
        self._ready = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.midi_peer", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=jack.environment,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        assert self._ready.wait(PATIENCE), f"{name} does not start"

    @property
    def output(self) -> str:
        """The port that it sends from."""
        return f"{self.name}:MIDI 1"

    @property
    def input(self) -> str:
        """The port that it receives at."""
        return f"{self.name}-in:MIDI 1"

    def send(self, *messages: bytes) -> None:
        """Send whole messages, together; they are with JACK when this returns."""
        assert self.process.stdin is not None
        self._sent += 1
        self.process.stdin.write(",".join(message.hex() for message in messages) + "\n")
        self.process.stdin.flush()
        wait_for(lambda: self._confirmed == self._sent, f"{self.name} has sent")

    def cc(self, control: int, value: int, channel: int = 1) -> None:
        """Send a controller; channels are 1..16."""
        self.send(message("control_change", control=control, value=value, channel=channel - 1))

    def close(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            match line.split():
                case ["ready"]:
                    self._ready.set()
                case ["sent"]:
                    self._confirmed += 1
                case [when, data]:
                    self.received.append((float(when), bytes.fromhex(data)))


def message(kind: str, **values: int) -> bytes:
    """A message's bytes, as mido writes them; its channels are 0..15."""
    return bytes(mido.Message(kind, **values).bytes())


def ports(jack: JackServer, kind: str = "midi") -> list[str]:
    """Ports of the server whose type has `kind` in its name: audio or midi."""
    answer = subprocess.run(
        ["jack_lsp", "-t"], env=jack.environment, capture_output=True, text=True, check=True
    )
    lines = answer.stdout.splitlines()
    return [name for name, of in zip(lines[::2], lines[1::2], strict=False) if kind in of]


def wires(jack: JackServer, port: str) -> list[str]:
    """What a port is wired to."""
    answer = subprocess.run(["jack_lsp", "-c", port], env=jack.environment, capture_output=True, text=True)
    return [line.strip() for line in answer.stdout.splitlines() if line.startswith(" ")]


def connect(jack: JackServer, source: str, target: str) -> None:
    """Wire an output to an input, once both are there; what is sent from now on passes."""
    wait_for(lambda: {source, target} <= set(ports(jack, "")), f"{source} and {target} are there")
    subprocess.run(["jack_connect", source, target], env=jack.environment, check=True, capture_output=True)
    wait_for(lambda: target in wires(jack, source), f"{source} is wired to {target}")
