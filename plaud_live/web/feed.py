"""The instrument as the web knows it: its state as the engine tells it, and what the engine shows of itself.

What is shown is read from the snapshot in shared memory: nobody who looks costs the engine anything. Without
one (this process was not started by the supervisor) it is asked for over the engine's socket, while somebody
looks.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.state import State
from plaud_live.engine.link import Client
from plaud_live.engine.snapshot import Snapshot
from plaud_live.errors import PlaudError

TURN_SECONDS = 0.1
TIMEOUT_SECONDS = 2.0
INTEREST_SECONDS = 2.0
"""Without a snapshot the engine is asked for its status until nobody has looked for so long."""

PATIENCE_SECONDS = 3.0
"""How long an engine may be away before the line is given up and its socket looked for now and then."""

Message = dict[str, Any]


class Feed:
    """Belongs to one event loop; a thread of its own talks to the engine.

    `here`: an engine answers, `arrived` since one first did; `osc_port` is where it takes OSC, None where it
    does not. `on_here` is called when it comes or goes, `on_message` with each line that the performer is
    shown.
    """

    def __init__(self, path: Path, snapshot: Snapshot | None = None) -> None:
        """Nothing happens before `start`; `path` is the engine's socket, which need not be there."""
        self.here = False
        self.arrived = asyncio.Event()
        self.osc_port: int | None = None
        self.on_here: Callable[[], None] = lambda: None
        self.on_message: Callable[[str], None] = lambda text: None
        self._path, self._snapshot = path, snapshot
        self._state = State(TempoMap(44100))
        self._told: Message | None = None
        self._status: Message = {}
        self._client: Client | None = None
        self._greeted = False
        self._looked_at = self._lost_at = time.monotonic()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="plaud-web-feed", daemon=True)

    @property
    def state(self) -> State:
        """What plays. Read from what was told last, when it is asked for."""
        if self._told is not None:
            told, self._told = self._told, None
            self._state = State.from_data(told)
        return self._state

    @property
    def status(self) -> Message:
        """What the engine shows of itself: see `engine.snapshot`; empty before it does."""
        self._looked_at = time.monotonic()
        return self._status if self._snapshot is None else self._snapshot.read()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look for an engine, and hand what it says to `loop`."""
        self._loop = loop
        self._thread.start()

    def close(self) -> None:
        """Hang up."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(TIMEOUT_SECONDS + 1.0)

    def take(self, message: Message) -> None:
        """Take in what the engine says; in the loop's thread."""
        match message.get("event"):
            case "hello":
                self.here, self.osc_port = True, message.get("osc_port")
                self._told = message["state"]
                self.arrived.set()
                self.on_here()
            case "state":
                self._told = message["state"]
            case "status":
                self._status = message["status"]
            case "disconnected":
                self.here = False
                self.on_here()
            case "message":
                self.on_message(str(message.get("text", "")))

    def _put(self, message: Message) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: so do we
            self._loop.call_soon_threadsafe(self.take, message)

    def _run(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(PlaudError):  # away or busy: the next turn looks again
                self._turn()
            self._closing.wait(TURN_SECONDS)
        if self._client is not None:
            self._client.close()

    def _turn(self) -> None:
        client = self._client
        if client is None:
            if self._path.exists():
                self._greeted = False
                self._client = Client(self._path, TIMEOUT_SECONDS, self._hear)
                self._greet(self._client)
        elif not client.connected:
            if time.monotonic() - self._lost_at > PATIENCE_SECONDS:
                self._client = None
                client.close()
        else:
            self._looked_at = self._lost_at = time.monotonic()
            if not self._greeted:
                self._greet(client)
            elif self._snapshot is None and time.monotonic() - self._looked_at < INTEREST_SECONDS:
                self._put({"event": "status", "status": client.request("status")})

    def _greet(self, client: Client) -> None:
        self._greeted = True
        try:
            self._put({"event": "hello", **client.request("hello")})
        except PlaudError:
            self._greeted = False
            raise

    def _hear(self, event: Message) -> None:
        """In the client's thread."""
        if event.get("event") == "connected":
            self._greeted = not event.get("again")
        else:
            self._put(event)
