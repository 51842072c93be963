"""MIDI in the engine: devices and their bytes, the events for whoever listens, the live inputs that are read.

Belongs to the control thread. The ports are in a process of their own (`engine.midi_process`); without it, as
in tests and offline, bytes are fed in and what is sent is kept.
"""

import selectors
import sys
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable
from pathlib import Path

from plaud_live.control.midi_events import Event, Quiet
from plaud_live.control.midi_parser import PAIR_SECONDS, Parser
from plaud_live.control.midi_reading import midi_names_of
from plaud_live.control.midi_values import MidiValues, Written
from plaud_live.control.state import State
from plaud_live.engine.midi_client import Devices, MidiClient
from plaud_live.signals.midi_names import device_fits

MAX_DEVICES = 64
MAX_KEPT = 1000
WORK_SECONDS = 0.05
CONNECT_SECONDS = 0.25

Listener = Callable[[Event], None]


class MidiHub:
    """A chore of the control thread. `listeners` are called with every event, in the order of their coming.

    `write` gives a live input a value; `say` shows the performer a line.
    """

    def __init__(
        self,
        write: Callable[[str, float], None],
        say: Callable[[str], None] = lambda line: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.due = 0.0
        self.listeners: list[Listener] = []
        self.taps: list[Callable[[str, bytes, float], None]] = []
        """Called with the bytes, before events are made of them; with none for a device that is gone."""
        self.on_devices: list[Callable[[], None]] = []
        """Called when a device has come or is gone."""
        self.values = MidiValues()
        self.sent: deque[tuple[str, bytes, float | None]] = deque(maxlen=MAX_KEPT)
        """What was sent while there were no ports: stem of the device, bytes, when."""
        self._write, self._say, self._clock = write, say, clock
        self._parsers: dict[str, Parser] = {}
        self._devices: Devices = []
        self._heard: Counter[str] = Counter()
        self._seen: set[str] = set()  # devices that have been plugged in: they are missed, and welcomed back
        self._greeted = False
        self._missed: set[str] = set()  # devices of which messages were lost: it was said
        self._state: State | None = None
        self._client: MidiClient | None = None
        self._next_connect = 0.0

    def attach(self, path: Path, selector: selectors.BaseSelector) -> None:
        """Use the ports whose process listens at `path`, as soon as it does."""
        self._client = MidiClient(path, selector, self._take_devices, self._take_bytes)

    def want(self, names: Iterable[str]) -> None:
        """Write these live inputs from now on, and no others; what is known of new ones at once."""
        self._put(self.values.want(names))

    def follow(self, state: State) -> None:
        """Write what this state reads. Costs nothing where it is the one that is followed."""
        if state is not self._state:
            self._state = state
            self.want(midi_names_of(state))

    def feed(self, device: str, data: bytes, at: float | None = None) -> None:
        """Bytes of whole messages have come from a device, `at` in seconds of time.monotonic(); None: now."""
        parser = self._parsers.get(device)
        if parser is None:
            if len(self._parsers) >= MAX_DEVICES:
                return
            parser = self._parsers[device] = Parser(device)
        self._heard[device] += 1
        now = self._clock()
        came = now if at is None else at
        for tap in self.taps:
            tap(device, data, came)
        self._tell(parser.take(data, came))
        if parser.waits:
            self.due = min(self.due, now + PAIR_SECONDS)

    def work(self, now: float) -> None:
        """Look for the ports, and for what waits in vain for its other half."""
        self.due = now + WORK_SECONDS
        for parser in self._parsers.values():
            self._tell(parser.flush(now))
        if self._client is not None:
            self._client.flush()
            self._say_lost()
            if not self._client.connected and now >= self._next_connect:
                self._next_connect = now + CONNECT_SECONDS
                self._client.connect()

    def send(self, device: str, data: bytes, at: float | None = None) -> bool:
        """Send one whole message to a device, `at` in seconds of time.monotonic(); None: now.

        Whether there is such a device: its stem, or how a stem or a word of it begins.
        """
        if self._client is None:
            self.sent.append((device, data, at))
            return True
        number = self._number(device)
        if number is not None:
            self._client.send(number, data, at)
        return number is not None

    def devices(self) -> Devices:
        """What is or was plugged in: name, stem, in, out (whether it has such ports), connected, heard, lost.

        `heard` is how many messages have come from it, `lost` how many from and to it were dropped, as this
        machine was too busy.
        """
        found = [{**entry, "lost": self._lost(n)} for n, entry in enumerate(self._devices)]
        if self._client is None:
            stems = sorted(self._parsers)
            there = {"in": True, "out": True, "connected": True, "lost": 0}
            found = [{"name": s, "stem": s, **there} for s in stems]
        return [{**entry, "heard": self._heard[entry["stem"]]} for entry in found]

    @property
    def lost(self) -> int:
        """How many messages were dropped, of all devices."""
        return sum(map(self._lost, range(len(self._devices))))

    def connected(self) -> list[str]:
        """Stems of the devices that are plugged in."""
        return [str(entry["stem"]) for entry in self.devices() if entry["connected"]]

    def unplug(self, device: str) -> None:
        """A device is gone: its notes end, its knobs stay where they are."""
        if self._parsers.pop(device, None) is not None:
            now = self._clock()
            for tap in self.taps:
                tap(device, b"", now)
            self._tell([Quiet(now, device)])

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()

    def _lost(self, number: int) -> int:
        sent = 0 if self._client is None else self._client.lost(number)
        return int(self._devices[number].get("lost") or 0) + sent

    def _say_lost(self) -> None:
        """Say once of each device that messages are lost."""
        for number, entry in enumerate(self._devices):
            stem = entry["stem"]
            if stem not in self._missed and self._lost(number):
                self._missed.add(stem)
                self._say(f"MIDI: messages of {stem} are lost: too many at once — midi.devices() counts")

    def _number(self, device: str) -> int | None:
        fitting = [
            (entry["stem"] != device, i)
            for i, entry in enumerate(self._devices)
            if entry["out"] and entry["connected"] and device_fits(device, entry["stem"])
        ]
        return min(fitting)[1] if fitting else None

    def _take_devices(self, devices: Devices) -> None:
        before = {entry["stem"] for entry in self._devices if entry["connected"]}
        now = {entry["stem"] for entry in devices if entry["connected"]}
        inputs = {entry["stem"] for entry in self._devices if entry["in"]}
        self._devices = devices or [{**entry, "connected": False} for entry in self._devices]
        for stem in sorted(before - now):
            self.unplug(stem)
            knobs = " — its knobs stay where they are" if stem in inputs else ""
            self._say(f"MIDI: {stem} is gone{knobs}")
        for stem in sorted(now - before):
            if self._greeted:
                self._say(f"MIDI: {stem} is {'back' if stem in self._seen else 'there'}")
        self._greeted = self._greeted or bool(devices)
        self._seen |= now
        for each in self.on_devices:
            each()

    def _take_bytes(self, number: int, message: bytes, at: float) -> None:
        if number < len(self._devices):
            self.feed(self._devices[number]["stem"], message, at)

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            self._put(self.values.take(event))
            for listener in self.listeners:
                try:
                    listener(event)
                except Exception:  # one that fails must not cost the others what came with it
                    traceback.print_exc(file=sys.stderr)

    def _put(self, written: Iterable[Written]) -> None:
        for name, value in written:
            self._write(name, value)
