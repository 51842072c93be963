"""A whole instrument in processes of its own, started as a performer does, its ring read from outside."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from plaud_live.engine.ring import Ring, RingFds

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 180.0
"""Numba compiles the kernels when they were never used on this machine."""


class Instrument:
    """`plaud-live play --plain` with `arguments`, in folders of its own. Lines are typed into its prompt.

    With the descriptor of a `terminal` the prompt is drawn on that, and keys come from there alone.
    """

    def __init__(self, *arguments: str, terminal: int | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="plaud-bench-")
        folder = Path(self._folder.name)
        self.run_dir, self.home = folder / "run", folder / "home"
        environment = {
            **os.environ,
            "PLAUD_RUN_DIR": str(self.run_dir),
            "PLAUD_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        }
        self._output = (folder / "output").open("w+")
        look = ["--plain"] if terminal is None else []
        if terminal is not None:
            environment |= {"TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "plaud_live", "play", *look, "--osc-port", "0", *arguments],
            stdin=subprocess.PIPE if terminal is None else terminal,
            stdout=self._output if terminal is None else terminal,
            stderr=subprocess.STDOUT,
            env=environment,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> "Instrument":
        self.wait(
            lambda: self.instance.get("prompt") and self.instance.get("standby"), "the instrument starts"
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def instance(self) -> dict[str, Any]:
        """What instance.json says now."""
        try:
            return dict(json.loads((self.run_dir / "instance.json").read_text()))
        except (OSError, ValueError):
            return {}

    @property
    def output(self) -> str:
        """What the instrument has printed."""
        return Path(self._output.name).read_text()

    def wait(self, condition: Callable[[], object], what: str, seconds: float = START_SECONDS) -> None:
        """Poll until `condition()`. Raises RuntimeError when it takes too long or the instrument ends."""
        deadline = time.monotonic() + seconds
        while not condition():
            self.check()
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what}: not within {seconds:g} s\n{self.output}")
            time.sleep(0.01)

    def check(self) -> None:
        """Raise RuntimeError with what was printed if the instrument has ended."""
        if self.process.poll() is not None:
            raise RuntimeError(f"the instrument has ended\n{self.output}")

    def type(self, line: str) -> None:
        """Enter a line at the prompt."""
        if self.process.stdin is not None:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()

    def ring(self) -> Ring:
        """The ring that engine and sink share, opened through the sink's descriptors. Linux only."""
        for path in Path(f"/proc/{self.instance['sink']}/fd").iterdir():
            with contextlib.suppress(OSError):
                if "plaud-ring" in os.readlink(path):
                    return Ring(RingFds(os.open(path, os.O_RDWR), -1, -1))
        raise RuntimeError("the sink has no ring")

    def close(self) -> dict[str, Any]:
        """Leave the prompt and wait for the end. Returns the ring's counters as the session recorded them."""
        if self.process.stdin is not None and self.process.poll() is None:
            self.process.stdin.close()
            self.process.stdin = None
        try:
            self.process.wait(60.0)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait(30.0)
        counters: dict[str, Any] = {}
        for record in self.home.glob("sessions/*/events.jsonl"):
            counters = json.loads(record.read_text().splitlines()[-1])["data"]
        if not self._output.closed:
            self._output.close()
            self._folder.cleanup()
        return counters
