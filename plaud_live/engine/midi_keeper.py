"""Keeps the process of the MIDI ports: started once there is sound, replaced when it dies."""

import time

from plaud_live.engine.child import Child
from plaud_live.engine.engines import House
from plaud_live.engine.link import Message
from plaud_live.engine.midi_wire import SOCKET_NAME

MODULE = "plaud_live.engine.midi_process"
AGAIN_SECONDS = 0.5
SOON_SECONDS = 5.0
MAX_CRASHES = 6
OFF = "none"
"""What PLAUD_MIDI_API is for an instrument without MIDI."""


class MidiKeeper:
    """Owns one child, or none where there can be no MIDI."""

    def __init__(self, house: House, api: str) -> None:
        self._house = house
        self._child: Child | None = None
        self._wanted = api != OFF
        self._since = 0.0
        self._crashes = 0

    def start(self) -> None:
        """Start it, if it does not run."""
        if not self._wanted or self._child is not None:
            return
        self._since = time.monotonic()
        self._child = Child(MODULE, ["--socket", str(self._house.run_dir / SOCKET_NAME)])
        self._house.publish(midi=self._child.pid)
        self._house.watch.add(self._child, self._on_message, self._on_gone)

    def look(self) -> None:
        """The sound card has changed: a JACK server may be there now."""
        if self._child is not None:
            self._child.send({"do": "look"})

    def end(self, seconds: float) -> None:
        """End it, within `seconds`."""
        self._wanted = False
        if self._child is not None:
            self._house.watch.forget(self._child)
            self._child.channel.close()
            self._child.end(seconds)
            self._child = None

    def _on_message(self, child: Child, message: Message) -> None:
        if message.get("event") == "message":
            self._house.say(str(message.get("text")))
            self._wanted = False

    def _on_gone(self, child: Child) -> None:
        child.end(1.0)
        self._child = None
        self._house.publish(midi=None)
        if not self._wanted:
            return
        soon = time.monotonic() - self._since < SOON_SECONDS
        self._crashes = self._crashes + 1 if soon else 1
        self._house.log("midi died", child.last_words())
        if self._crashes >= MAX_CRASHES:
            self._house.say(f"no MIDI any more: {child.last_words()}")
            self._wanted = False
        else:
            self._house.watch.later(AGAIN_SECONDS, self.start)
