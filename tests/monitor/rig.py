"""The monitor at the real engine on its sample clock: no socket, no thread, no waiting."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from plaud_live.engine.desk import Desk
from plaud_live.engine.link import Channel, Message
from plaud_live.engine.offline import OfflineEngine
from plaud_live.engine.rendering import RenderLoop
from plaud_live.engine.ring import Ring
from plaud_live.errors import SessionError
from plaud_live.monitor import client
from plaud_live.monitor.client import TURN_SECONDS, Feed
from plaud_live.monitor.page import Pages
from plaud_live.monitor.picture import Picture
from plaud_live.monitor.rows import plain
from plaud_live.repl.offline import OfflinePrompt


class Rig:
    """An offline engine, a prompt at it, and a monitor that reads it as it reads a live one."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = folder / "engine.sock"
        self.now = 0.0
        self.asked: list[tuple[str, Message]] = []
        self.picture = Picture()
        self.pages = Pages(self.picture)
        self.feed = Feed(self.path, self.picture.receive)
        self._clients: list[OfflineClient] = []
        monkeypatch.setattr(client, "time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(client, "Client", self._connect)
        self.start()

    def start(self) -> None:
        """A fresh instrument; `stop` first if there was one."""
        self.engine = OfflineEngine()
        self.prompt = OfflinePrompt(self.engine)
        self.engine.on_event = self._tell
        loop = SimpleNamespace(next_sample=lambda: self.engine.renderer.position, load=0.12, peak=0.3, late=0)
        ring = Ring.create(128, 3)
        ring.set_stream(self.engine.sample_rate, 0.0)
        channel = SimpleNamespace(send=lambda message: None)
        parts: Any = self.engine.conductor, self.engine.renderer, loop, ring, channel
        conductor, renderer, *rest = parts
        self.desk = Desk(
            conductor,
            renderer,
            cast(RenderLoop, rest[0]),
            rest[1],
            cast(Channel, rest[2]),
            "clock, no sound card",
            1,
        )
        self.path.touch()

    def stop(self) -> None:
        """The instrument is closed: no socket, no answers."""
        self.path.unlink()
        for each in self._clients:
            each.connected = False

    def replace(self) -> None:
        """Another engine takes over, at once, with the same state."""
        for each in self._clients:
            each.hear({"event": "disconnected"})
            each.hear({"event": "connected", "again": True})

    def type(self, *lines: str) -> None:
        """Enter lines, and tell of what they changed."""
        for line in lines:
            result = self.prompt.enter(line)
            assert result.accepted, result.shown
            self.tell_state()

    def tell_state(self) -> None:
        """As the engine does after every change."""
        self._tell({"event": "state", "state": self.engine.conductor.to_data()})

    def play(self, seconds: float) -> None:
        """Let it sound while the monitor looks on."""
        for _ in range(round(seconds / TURN_SECONDS)):
            self.prompt.render(TURN_SECONDS)
            self.look()

    def look(self) -> None:
        """One turn of the monitor, and what its program does then."""
        self.now += TURN_SECONDS
        self.feed.turn()
        self.feed.focus = self.picture.focus

    def page(self, width: int = 80, height: int = 24, view: str = "all") -> list[str]:
        """What is to be seen."""
        return [plain(row) for row in self.pages.draw(width, height, view, self.now)]

    def answer(self, do: str, data: Message) -> Message:
        """As the engine answers."""
        self.asked.append((do, data))
        if do == "status":
            return self.desk.status()
        if do == "hello":
            return {"state": self.engine.conductor.to_data(), "pid": 1}
        return self.engine.request(do, **data)

    def _connect(self, path: Path, timeout: float, on_event: Callable[[Message], None]) -> "OfflineClient":
        if not path.exists():
            raise SessionError(f"no engine answers at {path}")
        self._clients = [OfflineClient(self, on_event)]
        return self._clients[0]

    def _tell(self, event: Message) -> None:
        for each in self._clients:
            if each.connected:
                each.hear(event)


class OfflineClient:
    """As much of `link.Client` as the monitor uses."""

    def __init__(self, rig: Rig, hear: Callable[[Message], None]) -> None:
        self.connected = True
        self.hear = hear
        self._rig = rig

    def request(self, do: str, **data: Any) -> Message:
        """Ask the engine."""
        if not self.connected:
            raise SessionError("the engine is gone")
        return self._rig.answer(do, data)

    def close(self) -> None:
        """Hang up."""
        self.connected = False
