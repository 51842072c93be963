"""The monitor's ear: asks the engine a few times a second, hears its events, waits when it is gone."""

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plaud_live.engine.link import Client
from plaud_live.errors import PlaudError

SOCKET_NAME = "engine.sock"
TURN_SECONDS = 0.11
"""Between two requests: nine a second."""

TIMEOUT_SECONDS = 2.0
PATIENCE_SECONDS = 3.0
"""How long an engine may be away before the monitor hangs up and looks now and then whether one is there."""

CALM_SECONDS = 1.0
"""An engine that is replaced faster than this was not away."""

PATH_SECONDS = 30.0
FRAMES = 48
STEP, STEP_BEHIND = 4, 16
"""Every how manyeth control frame is asked for; when more than BEHIND_SECONDS are missing, fewer."""

BEHIND_SECONDS = 2.0

Message = dict[str, Any]


class Feed:
    """Hands over messages to `put`, from `start` on in threads of its own.

    These are the engine's events, and {"event": "hello", ...}, {"event": "status", "status", "at"},
    {"event": "frames", "instrument", "samples", "values"}, and {"event": "away"} once nothing answers.
    An instrument that sleeps has no frames. `focus` is the one whose frames are asked for.
    """

    def __init__(self, path: Path, put: Callable[[Message], None]) -> None:
        """Nothing happens before `start`; `path` is the engine's socket, which need not be there."""
        self.focus: str | None = None
        self._path, self._put = path, put
        self._client: Client | None = None
        self._greeted = False
        self._turn = 0
        self._last: dict[str, int] = {}
        self._position, self._rate = 0, 44100.0
        self._lost_at: float | None = None
        self._told = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="plaud-monitor", daemon=True)

    def start(self) -> None:
        """Begin to look for an engine."""
        self._thread.start()

    def close(self) -> None:
        """Hang up."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(TIMEOUT_SECONDS + 1.0)

    def turn(self) -> None:
        """At most one request, and what came of it."""
        try:
            self._step()
        except PlaudError:  # away or busy: the next turn looks again
            self._away()

    def _run(self) -> None:
        while not self._closing.wait(TURN_SECONDS):
            self.turn()
        if self._client is not None:
            self._client.close()

    def _step(self) -> None:
        client = self._client
        if client is None:
            if self._path.exists():
                self._greeted = False
                self._client = Client(self._path, TIMEOUT_SECONDS, self._hear)
            else:
                self._away()
        elif not client.connected:
            self._away()
        elif not self._greeted:
            self._greeted = True
            self._put({"event": "hello", **client.request("hello")})
        else:
            self._lost_at, self._told = None, False
            self._turn += 1
            if self._turn % 2 or not self._ask_frames(client):
                self._ask_status(client)

    def _hear(self, event: Message) -> None:
        """In the client's thread."""
        if event.get("event") == "connected":
            self._greeted = False
        elif event.get("event") != "disconnected":
            self._put(event)

    def _away(self) -> None:
        now = time.monotonic()
        if self._lost_at is None:
            self._lost_at = now
        if not self._told and (now - self._lost_at > CALM_SECONDS or not self._position):
            self._told = True
            self._put({"event": "away"})
        if self._client is not None and now - self._lost_at > PATIENCE_SECONDS:
            client, self._client = self._client, None
            with contextlib.suppress(PlaudError):
                client.close()

    def _ask_status(self, client: Client) -> None:
        status = client.request("status")
        position = int(status.get("position", 0))
        self._rate = float(status.get("sample_rate", self._rate))
        if position < self._position - self._rate:  # another instrument, whose clock begins at 0
            self._last.clear()
        self._position = position
        self._put({"event": "status", "status": status, "at": time.monotonic()})

    def _ask_frames(self, client: Client) -> bool:
        """Ask where the latents of the focus were since the last time. Returns whether that was a request."""
        name = self.focus
        if name is None:
            return False
        oldest = max(0, self._position - round(PATH_SECONDS * self._rate))
        since = max(oldest, self._last.get(name, -1) + 1)
        behind = self._position - since > BEHIND_SECONDS * self._rate
        step = STEP_BEHIND if behind else STEP
        try:
            frames = client.request("control_frames", instrument=name, since=since, step=step, most=FRAMES)
        except PlaudError:
            if not client.connected:
                raise
            self.focus = None  # it is not there any more
            return True
        if frames["samples"]:
            self._last[name] = int(frames["samples"][-1])
        self._put({"event": "frames", "instrument": name, **frames})
        return True
