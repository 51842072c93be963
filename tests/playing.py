"""A whole instrument in processes of its own, as a performer starts it, looked at from outside."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

from plaud_live.engine.link import Client
from tests.processes import PATIENCE, is_alive, wait_for

ROOT = Path(__file__).resolve().parent.parent

LAUNCH = """
import json, sys
import plaud_live.engine.engines, plaud_live.engine.prompt
from plaud_live import session
from plaud_live.errors import PlaudError
from plaud_live.settings import PlayOptions
options, engine, prompt = json.loads(sys.argv[1])
plaud_live.engine.engines.MODULE = engine
plaud_live.engine.prompt.MODULE = prompt
try:
    sys.exit(session.play(PlayOptions(**options)))
except PlaudError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
"""


class Playing:
    """`plaud-live play` with options of PlayOptions, its files under `folder`. End it with `close`.

    Engine and prompt are small ones unless others are given. `terminal`: it gets a terminal to play at.
    """

    def __init__(
        self,
        folder: Path,
        engine: str = "tests.fake_engine",
        prompt: str = "tests.fake_prompt",
        terminal: bool = False,
        environment: dict[str, str] | None = None,
        run_dir: Path | None = None,
        **options: Any,
    ) -> None:
        short = Path(tempfile.gettempdir()) / f"plaud-{uuid.uuid4().hex[:8]}"  # as a socket's path must be
        self.run_dir = run_dir or short
        self.home = folder / "home"
        self._output = folder / f"output-{uuid.uuid4().hex[:8]}"
        self.terminal, theirs = pty.openpty() if terminal else (None, None)
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", LAUNCH, json.dumps([{"sink": "null", **options}, engine, prompt])],
                stdin=theirs if theirs is not None else subprocess.PIPE,
                stdout=theirs if theirs is not None else output,
                stderr=output,
                cwd=ROOT,
                env={
                    **os.environ,
                    **(environment or {}),
                    "PYTHONPATH": str(ROOT),  # children find the stand-ins among the tests
                    "PLAUD_RUN_DIR": str(self.run_dir),
                    "PLAUD_HOME": str(self.home),
                },
                start_new_session=True,
            )
        if theirs is not None:
            os.close(theirs)
        self.seen: set[int] = {self.process.pid}

    @property
    def output(self) -> str:
        """What it has printed; at a terminal only what it prints as errors."""
        return self._output.read_text(errors="replace")

    @property
    def instance(self) -> dict[str, Any]:
        """What instance.json says now."""
        try:
            data = dict(json.loads((self.run_dir / "instance.json").read_text()))
        except (FileNotFoundError, ValueError):
            return {}
        self.seen |= {
            data[name]
            for name in (
                "engine",
                "standby",
                "sink",
                "prompt",
                "midi",
                "web_pid",
                "writer",
                "trainer",
                "publisher",
            )
            if data.get(name)
        }
        return data

    @property
    def events(self) -> list[dict[str, Any]]:
        """The session's record."""
        records = self.home.glob("sessions/*/events.jsonl")
        return [json.loads(line) for path in records for line in path.read_text().splitlines()]

    def client(self) -> Client:
        """A connection to the engine."""
        return Client(self.run_dir / "engine.sock", PATIENCE)

    def wait_instance(self, what: str, *names: str, **values: Any) -> dict[str, Any]:
        """Wait until instance.json has these names and values."""

        def there() -> bool:
            now = self.instance
            return all(now.get(name) for name in names) and all(now.get(k) == v for k, v in values.items())

        wait_for(lambda: there() or self.process.poll() is not None, what)
        assert there(), f"{what}: ended with {self.process.poll()}: {self.output}"
        return self.instance

    def wait_playing(self) -> dict[str, Any]:
        """Wait for engine, standby, sink and prompt."""
        return self.wait_instance("all processes run", "engine", "standby", "sink", "prompt", "osc_port")

    def wait_changed(self, name: str, old: int) -> int:
        """Wait until another process is `name`; returns it."""
        wait_for(lambda: self.instance.get(name) not in (None, old), f"another {name} than {old}")
        return int(self.instance[name])

    def type(self, line: str) -> None:
        """Enter a line at the prompt."""
        if self.terminal is not None:
            os.write(self.terminal, line.encode() + b"\n")
        else:
            assert self.process.stdin is not None
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()

    def wait_ended(self) -> int:
        """Wait until it ends by itself, with all its processes and files; returns the exit code."""
        code = self.process.wait(PATIENCE)
        wait_for(lambda: not self.left_over(), f"all processes end, not {self.left_over()}")
        return code

    def left_over(self) -> list[int]:
        """Processes that still run."""
        return [pid for pid in self.seen if is_alive(pid)]

    def files_left(self) -> list[str]:
        """What lies in the run folder."""
        return sorted(path.name for path in self.run_dir.iterdir())

    def close(self) -> None:
        """End everything, whatever state it is in, and remove the run folder."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        finally:
            for pid in self.left_over():
                os.kill(pid, signal.SIGKILL)
            if self.process.stdin is not None:
                self.process.stdin.close()
            if self.terminal is not None:
                os.close(self.terminal)
            wait_for(lambda: not self.left_over(), "killed processes are gone")
            if self.run_dir.exists():
                shutil.rmtree(self.run_dir)
