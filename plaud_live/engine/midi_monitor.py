"""The MIDI monitor: what devices send, shown to the prompts that asked, a line at a time, repeats folded."""

from collections import OrderedDict
from typing import Any

from plaud_live.control.midi_events import Clock, Control, Event
from plaud_live.control.midi_text import event_text
from plaud_live.engine.link import Channel, Request
from plaud_live.engine.midi_hub import MidiHub
from plaud_live.errors import SessionError

LINE_SECONDS = 0.25
"""A prompt shows five lines a second; some are left for others."""

MAX_WAITING = 8
"""Controls that wait for their line: past that the ones that moved last have it first."""

NEVER = float("inf")


class MidiMonitor:
    """A chore of the control thread; it listens only while somebody looks."""

    def __init__(self, hub: MidiHub) -> None:
        self.due = NEVER
        self._hub = hub
        self._peers: list[Channel] = []
        self._waiting: OrderedDict[tuple[str, str], tuple[Event, int]] = OrderedDict()

    def show(self, peer: Channel, on: bool | None) -> bool:
        """Show messages to a prompt, or no longer; None: the other than now. Returns whether it is shown."""
        wanted = peer not in self._peers if on is None else on
        self._peers = [each for each in self._peers if each is not peer and not each.closed]
        self._peers += [peer] if wanted else []
        self._listen()
        return wanted

    def work(self, now: float) -> None:
        """Show the next line."""
        self.due = now + LINE_SECONDS
        self._peers = [peer for peer in self._peers if not peer.closed]
        self._listen()
        while len(self._waiting) > MAX_WAITING:
            self._waiting.popitem(last=False)
        if self._waiting:
            (device, _), (event, count) = self._waiting.popitem(last=False)
            text = f"{device}: {event_text(event)}{f'  ×{count}' if count > 1 else ''}"
            for peer in self._peers:
                peer.send({"event": "message", "text": text})

    def _listen(self) -> None:
        listening = self._hear in self._hub.listeners
        if self._peers and not listening:
            self._hub.listeners.append(self._hear)
            self.due = 0.0
        elif listening and not self._peers:
            self._hub.listeners.remove(self._hear)
            self._waiting.clear()
            self.due = NEVER

    def _hear(self, event: Event) -> None:
        if isinstance(event, Control) and event.part:
            return
        same = event_text(event).rpartition(" = ")[0] if isinstance(event, Control) else event_text(event)
        key = (event.device, same)
        _, count = self._waiting.pop(key, (event, 0))
        self._waiting[key] = event, count + 1
        if isinstance(event, Clock) and event.kind == "clock":  # 48 a second: it must not hide the others
            self._waiting.move_to_end(key, last=False)


def answer(hub: MidiHub, monitor: MidiMonitor, request: Request) -> dict[str, Any]:
    """Answer the request `midi`, whose field `what` is `devices` or `monitor`. Raises SessionError."""
    match request.data.get("what"):
        case "devices":
            return {"devices": hub.devices()}
        case "monitor":
            on = request.data.get("on")
            return {"on": monitor.show(request.peer, None if on is None else bool(on))}
        case what:
            raise SessionError(f"midi {what!r:.40}: devices or monitor")
