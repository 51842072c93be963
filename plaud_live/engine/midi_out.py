"""MIDI that is sent: values to controls and keys of devices, on their way until they are heard."""

from collections.abc import Callable
from typing import Any, Protocol

from plaud_live.control.midi_bytes import NoteOut, control_messages, level
from plaud_live.control.outputs import NOTE, MidiTarget
from plaud_live.signals.graph import Array
from plaud_live.signals.midi_names import device_fits

LOOK_SECONDS = 0.25
"""How often is looked which devices are there."""

Values = list[tuple[MidiTarget, Array]]


class Hub(Protocol):
    """Devices and their ports: `engine.midi_hub.MidiHub`."""

    def send(self, device: str, data: bytes, at: float | None = None) -> bool:
        """Send bytes of a whole message to a device by its stem, at a monotonic time (None: now)."""

    def devices(self) -> list[dict[str, Any]]:
        """What is or was plugged in."""


class Devices:
    """Which device is meant by what was typed."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.epoch = 0
        """Counts how often something was plugged in or out."""
        self._stems: tuple[str, ...] = ()
        self._found: dict[str, str | None] = {}
        self._look = float("-inf")

    def stem(self, device: str, now: float) -> str | None:
        """The device that can be sent to and fits the name, or None."""
        if now >= self._look:
            self._look = now + LOOK_SECONDS
            stems = tuple(str(d["stem"]) for d in self.hub.devices() if d["out"] and d["connected"])
            if stems != self._stems:
                self._stems = stems
                self._found.clear()
                self.epoch += 1
        if device not in self._found:
            fitting = (stem for stem in self._stems if device_fits(device, stem))
            self._found[device] = device if device in self._stems else next(fitting, None)
        return self._found[device]


class MidiOut:
    """Sends what has changed; all of it again to a device that comes back."""

    def __init__(self, devices: Devices, tell: Callable[[str], None]) -> None:
        self.sent = 0
        """Messages."""
        self._devices, self._tell = devices, tell
        self._last: dict[str, tuple[str, int]] = {}  # by key: device and number
        self._notes: dict[str, tuple[str, NoteOut]] = {}
        self._missing: set[str] = set()

    def send(self, values: Values, heard: float, now: float) -> None:
        """Send values [d] that are heard at `heard` (monotonic seconds)."""
        for target, value in values:
            stem = self._devices.stem(target.device, now)
            if stem is None:
                self._miss(target)
            elif target.control == NOTE:
                self._play(target, stem, value, heard)
            else:
                number = level(target.control, float(value[0]))
                if self._last.get(target.key) != (stem, number):
                    self._last[target.key] = stem, number
                    self._put(stem, control_messages(target.control, target.channel, number), heard)

    def forget(self, kept: set[MidiTarget], heard: float) -> None:
        """Nothing but `kept` is sent any more from the time `heard` on: other keys are let go."""
        keys = {target.key for target in kept}
        for key in self._last.keys() - keys:
            del self._last[key]
        for key in self._notes.keys() - keys:
            stem, note = self._notes.pop(key)
            self._put(stem, note.end(), heard)

    def _play(self, target: MidiTarget, stem: str, value: Array, heard: float) -> None:
        known = self._notes.get(target.key)
        if known is None or known[0] != stem:
            known = self._notes[target.key] = stem, NoteOut(target.channel)
        key, gate, velocity = (float(each) for each in value)
        self._put(stem, known[1].take(key, gate, velocity), heard)

    def _put(self, stem: str, messages: list[bytes], at: float | None) -> None:
        for message in messages:
            self._devices.hub.send(stem, message, at)
            self.sent += 1

    def _miss(self, target: MidiTarget) -> None:
        """The device is away: what it had is forgotten, so that it gets all of it when it is back."""
        self._last.pop(target.key, None)
        self._notes.pop(target.key, None)
        if target.device not in self._missing:
            self._missing.add(target.device)
            self._tell(f"{target.typed} waits: no device {target.device!r} that takes MIDI — midi.devices()")
