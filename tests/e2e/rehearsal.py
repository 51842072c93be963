"""A rehearsal for tests: a performer at a real terminal, a recording in the input, and whoever counts."""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import soundfile

from plaud_live.engine.instance import SOCKET_NAME
from plaud_live.engine.link import Client
from plaud_live.engine.ring import Ring, RingFds
from plaud_live.engine.taken import KIND as TAKEN
from tests.e2e.stage import PROGRAMS, WAIT_SECONDS, Terminal, instrument
from tests.jack import connect
from tests.processes import PATIENCE, JackServer

NEEDED = (*PROGRAMS, "jack-play", "jack_connect")
START_SECONDS = 240.0
TRAIN_SECONDS = 600.0
"""It is the last in the queue for the processor: on a machine that is busy it waits for all others."""

POLL_SECONDS = 0.05
INPUTS = ("PortAudio:in_0", "PortAudio:in_1")

Event = dict[str, Any]


class Feed:
    """Another program that plays a sound file into the instrument's inputs.

    JACK throws out a client that is late by too much, as on a machine that is very busy: once more, then.
    """

    def __init__(self, jack: JackServer, path: Path) -> None:
        self._seconds = soundfile.info(path).duration
        try:
            self._start(jack, path)
        except pytest.fail.Exception:
            self.process.kill()
            self.process.wait(PATIENCE)
            self._start(jack, path)

    def _start(self, jack: JackServer, path: Path) -> None:
        self.process = subprocess.Popen(
            ["jack-play", str(path)],
            env=jack.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for port in INPUTS:
            connect(jack, f"jack-play-{self.process.pid}:out_1", port)

    def close(self) -> None:
        """Wait until it has played to the end: JACK waits for a client that is killed."""
        self.process.wait(PATIENCE + 2.0 * self._seconds)


class Rehearsal:
    """What is typed, and what the record has of it; the engine is asked how it does."""

    def __init__(self, terminal: Terminal, home: Path) -> None:
        self.terminal, self.home = terminal, home
        self.typed = ""
        """The line that was typed last."""
        self._client: Client | None = None
        self._record: BinaryIO | None = None
        self._ring: Ring | None = None
        self._rest = b""
        self._events: list[Event] = []

    @property
    def instance(self) -> dict[str, Any]:
        """What instance.json says now."""
        try:
            return dict(json.loads((self.home / "run" / "instance.json").read_text()))
        except (OSError, ValueError):
            return {}

    @property
    def folder(self) -> Path:
        """The session's."""
        (record,) = self.home.glob("sessions/*/events.jsonl")
        return record.parent

    def events(self, *kinds: str) -> list[Event]:
        """What the record has, of these kinds or of all but what the renderer took over."""
        if self._record is None:
            records = list(self.home.glob("sessions/*/events.jsonl"))
            if not records:
                return []
            self._record = records[0].open("rb")
        *lines, self._rest = (self._rest + self._record.read()).split(b"\n")
        events = [json.loads(line) for line in lines if line]
        self._events += [event for event in events if event["kind"] != TAKEN]
        return [event for event in self._events if not kinds or event["kind"] in kinds]

    @property
    def underruns(self) -> int:
        """How often the ring has run dry."""
        return self._of_ring("underruns")

    @property
    def written(self) -> int:
        """The sample that is rendered next."""
        return self._of_ring("written")

    def hello(self) -> dict[str, Any]:
        """What the engine tells a prompt at first: the state and more."""
        return self._ask("hello")

    def _of_ring(self, name: str) -> int:
        """A counter in the memory that engine and sink share."""
        if self._ring is None:
            for path in Path(f"/proc/{self.instance['sink']}/fd").iterdir():
                with contextlib.suppress(OSError):
                    if "plaud-ring" in os.readlink(path):
                        fd = os.open(path, os.O_RDWR)
                        self._ring = Ring(RingFds(fd, -1, -1))
                        os.close(fd)
        assert self._ring is not None, "the sink has no ring"
        return self._ring.get(name)

    def open(self) -> None:
        """Wait until all is there that plays."""
        names = ("prompt", "writer", "standby", "osc_port")

        def there() -> bool:
            ended = "\nplaud-live: " in f"\n{self.terminal.screen()}"
            assert not ended, self.terminal.screen()
            return all(self.instance.get(name) for name in names)

        self.wait(there, f"{', '.join(names)} are there", START_SECONDS)
        self.terminal.wait("help()", START_SECONDS)

    def enter(self, line: str) -> None:
        """Type a line; it was accepted when this returns."""
        before = len(self.events("entry"))
        self.typed = line
        self.terminal.type(line)
        self.wait(lambda: len(self.events("entry")) > before, f"{line!r} is accepted", WAIT_SECONDS)

    def wait_event(self, kind: str, seconds: float = WAIT_SECONDS, **data: Any) -> Event:
        """The newest event of a kind whose data say this, now or when it comes."""

        def found() -> list[Event]:
            return [each for each in self.events(kind) if data.items() <= dict(each["data"] or {}).items()]

        self.wait(lambda: found(), f"{kind} {data}", seconds)
        return found()[-1]

    def wait_said(self, text: str, seconds: float = WAIT_SECONDS) -> None:
        """Wait until the performer was told a line with this text."""

        def said() -> bool:
            told = (event["data"] for event in self.events("message"))
            return any(text in (each if isinstance(each, str) else each.get("text", "")) for each in told)

        self.wait(said, f"{text!r} is said", seconds)

    def wait_model(self, name: str, fits: Callable[[str], bool]) -> None:
        """Wait until an instrument plays a model whose name fits, and goes nowhere else.

        It is asked seldom: the whole state is told each time, which costs an engine milliseconds.
        """
        self.wait(lambda: fits(self.model(name)), f"{name} plays another model", poll=0.5)

    def wait(
        self,
        condition: Callable[[], object],
        what: str,
        seconds: float = WAIT_SECONDS,
        poll: float = POLL_SECONDS,
    ) -> None:
        """Look every `poll` seconds; fail with what is on the screen."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"{what}: not within {seconds:g} s; the screen:\n{self.terminal.screen()}")
            time.sleep(poll)

    def status(self) -> dict[str, Any]:
        """What the engine shows of itself."""
        return self._ask("status")

    def model(self, name: str) -> str:
        """What an instrument plays; '' while it goes over to another model, or is about to."""
        state = self.hello()["state"]["instruments"][name]
        return "" if state["passages"] else str(state["info"]["name"])

    def beats(self, count: float) -> None:
        """Let so many beats pass, at the tempo of now."""
        now = self.status()
        end = self.written + round(count * 60.0 / now["bpm"] * now["sample_rate"])
        self.wait(lambda: self.written >= end, f"{count} beats pass", 20.0 + 5.0 * count)

    def leave(self) -> None:
        """Leave as a performer does, and wait for the end."""
        self.terminal.type("exit()")
        self.terminal.wait("leave?")
        self.terminal.type("y")
        self.wait(lambda: self.events("end"), "it ends")
        self.close()

    def close(self) -> None:
        """Hang up, and close the record."""
        if self._record is not None:
            self._record.close()
            self._record = None
        if self._client is not None:
            self._client.close()
            self._client = None

    def _ask(self, do: str) -> dict[str, Any]:
        if self._client is None:
            self._client = Client(self.home / "run" / SOCKET_NAME, PATIENCE)
        return self._client.request(do)


@contextlib.contextmanager
def rehearsal(home: Path, jack: JackServer | None, *options: str) -> Iterator[Rehearsal]:
    """An instrument in a terminal, of which all processes run."""
    with instrument(home, jack, ["--osc-port", "0", *options]) as terminal:
        made = Rehearsal(terminal, home)
        try:
            made.open()
            yield made
        finally:
            made.close()
