"""Keeps the writer: started with the session, replaced when it dies, given orders until it answers."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plaud_live.engine.child import Child
from plaud_live.engine.engines import House
from plaud_live.engine.link import Message

MODULE = "plaud_live.recording.writer"
AGAIN_SECONDS, MUCH_LATER_SECONDS = 0.2, 5.0
MAX_CRASHES = 5
"""So many writers in a row that wrote nothing: orders are refused, and another one is tried much later."""


class WriterKeeper:
    """Owns one child, or none where the session has no folder. `answer` passes on what engines are told."""

    def __init__(self, house: House, folder: Path | None, answer: Callable[[Message], None]) -> None:
        self._house, self._folder, self._answer = house, folder, answer
        self._child: Child | None = None
        self._orders: dict[str, Message] = {}
        self._takes: list[dict[str, Any]] = []
        self._wanted = folder is not None
        self._why = "" if self._wanted else "this session has no folder"
        """Why orders are refused, if they are."""
        self._began = 0
        self._crashes = 0

    def start(self) -> None:
        """Start it, if it does not run, and give it the orders that are not carried out."""
        if not self._wanted or self._child is not None:
            return
        self._began = self._house.tracks.get("captured")
        tracks = self._house.tracks.fd
        self._child = Child(MODULE, ["--tracks", str(tracks), "--folder", str(self._folder)], [tracks])
        self._house.publish(writer=self._child.pid)
        self._house.watch.add(self._child, self._on_message, self._on_gone)
        for order in self._orders.values():
            self._child.send(order)

    def order(self, order: Message) -> None:
        """Have a take made or changed; the answer comes by `answer`."""
        if self._why:
            self._refuse(order)
            return
        self._orders[str(order.get("id"))] = order
        if self._child is not None:
            self._child.send(order)

    def tell(self) -> None:
        """Another engine sounds: it has to know which takes there are."""
        self._answer({"do": "takes", "takes": self._takes})

    def end(self, seconds: float) -> None:
        """Let it write what is there, and end it within `seconds`."""
        self._wanted = False
        child = self._child
        if child is not None:
            child.send({"do": "end"})
            deadline = time.monotonic() + seconds
            self._house.watch.run(lambda: self._child is child and time.monotonic() < deadline)
        if self._child is not None:
            self._house.watch.forget(self._child)
            self._child.end(0.0)
            self._child = None

    def _on_message(self, child: Child, message: Message) -> None:
        match message.pop("event", None):
            case "takes":
                self._why = ""
                self._takes = message.get("takes") or []
                self.tell()
            case "done":
                self._orders.pop(str(message.get("id")), None)
                if message.get("record"):
                    self._house.log("commit", message["record"])
                self._answer({"do": "written", "id": message.get("id"), "take": message.get("take")})
            case "failed":
                self._orders.pop(str(message.get("id")), None)
                self._answer({"do": "written", **message})
            case "message":
                self._house.say(str(message.get("text")))

    def _on_gone(self, child: Child) -> None:
        child.end(1.0)
        self._child = None
        self._house.publish(writer=None)
        if not self._wanted:
            return
        idle = self._house.tracks.get("captured") == self._began
        if child.process.returncode != -signal.SIGKILL:  # nobody does that to himself
            self._crashes = self._crashes + 1 if idle else 0
        self._house.log("writer died", child.last_words())
        if self._crashes < MAX_CRASHES:
            self._why = ""
            self._house.watch.later(AGAIN_SECONDS, self.start)
            return
        self._house.watch.later(MUCH_LATER_SECONDS, self.start)
        if not self._why:
            self._house.say(f"what sounds is not recorded: {child.last_words()}")
        self._why = child.last_words()
        orders, self._orders = self._orders, {}
        for order in orders.values():
            self._refuse(order)

    def _refuse(self, order: Message) -> None:
        text = f"no takes: {self._why}"
        self._answer({"do": "written", "id": order.get("id"), "error": "SessionError", "text": text})
