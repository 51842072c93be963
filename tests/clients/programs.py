"""Programs of other authors as the tests use them: started, written to, listened to, ended."""

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.processes import PATIENCE, wait_for

NODE = Path(__file__).parent / "node"
PACKAGES = {
    "pd": "puredata-core",
    "oscsend": "liblo-tools",
    "oscdump": "liblo-tools",
    "node": "nodejs",
    "npm": "npm",
}


def needs(*programs: str) -> None:
    """Skip where a program is not installed, and say which Debian package has it."""
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"needs {program}: apt install {PACKAGES[program]}")


class Program:
    """A program, and the lines that it has printed so far."""

    def __init__(self, command: Sequence[str | Path], cwd: Path | None = None) -> None:
        self.lines: list[str] = []
        self._queue: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))

    def said(self) -> list[str]:
        """All lines so far."""
        while not self._queue.empty():
            self.lines.append(self._queue.get())
        return self.lines

    def wait_said(self, part: str, seconds: float = PATIENCE) -> str:
        """The first line with `part` in it, now or when it comes."""

        def found() -> list[str]:
            return [line for line in self.said() if part in line]

        wait_for(
            lambda: found() or self.process.poll() is not None,
            lambda: f"{part!r} among {self.lines}",
            seconds,
        )
        assert found(), f"{part!r} is not among {self.lines}"
        return found()[0]

    def write(self, line: str) -> None:
        """A line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(PATIENCE)


class NodeClient(Program):
    """osc.js in Node: packets out, messages in."""

    def __init__(self, port: int) -> None:
        install_node()
        super().__init__(["node", NODE / "client.js", str(port)])
        self.wait_said("ready")

    def send(self, packet: dict[str, Any]) -> None:
        """One packet, in osc.js's own form."""
        self.write(json.dumps(packet))

    def message(self, address: str, *arguments: Any) -> None:
        """One message, whose types are those of its arguments."""
        self.send(message(address, *arguments))

    def heard(self) -> list[tuple[str, list[Any]]]:
        """All messages that came back: address and values."""
        packets = [json.loads(line) for line in self.said()]
        return [(p["address"], [a["value"] for a in p["args"]]) for p in packets if "address" in p]

    def wait_heard(self, address: str) -> list[Any]:
        """The values of the first message from `address`."""
        wait_for(
            lambda: any(a == address for a, _ in self.heard()), lambda: f"{address} among {self.heard()}"
        )
        return next(values for a, values in self.heard() if a == address)


def message(address: str, *arguments: Any) -> dict[str, Any]:
    """A message in osc.js's form; ints, floats and strings stay what they are."""
    tags = {int: "i", float: "f", str: "s"}
    return {"address": address, "args": [{"type": tags[type(a)], "value": a} for a in arguments]}


def install_node() -> None:
    """What package-lock.json names, once: another author's library is not kept here."""
    stamp, lock = NODE / "node_modules" / ".package-lock.json", NODE / "package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = ["npm", "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, f"npm ci: {done.stderr}"


class PdClient(Program):
    """Pd without a screen, with these patches open; `messages` are sent once they are (`-send`)."""

    def __init__(self, patches: Sequence[Path], messages: Sequence[str] = ()) -> None:
        opened = [word for patch in patches for word in ("-open", str(patch))]
        sent = [word for text in messages for word in ("-send", text)]
        super().__init__(["pd", "-nogui", "-noaudio", "-nomidi", "-stderr", *opened, *sent])
