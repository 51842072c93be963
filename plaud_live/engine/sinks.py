"""Keeps a sink on the ring: the sound card where there is one, else a clock, and back when the card is."""

import time
from collections.abc import Callable

from plaud_live.engine.child import Child
from plaud_live.engine.engines import House
from plaud_live.engine.link import Message
from plaud_live.errors import DeviceError, SessionError
from plaud_live.settings import PlayOptions

MODULE = "plaud_live.engine.sink"
PROBE_SECONDS = 2.0
MAX_PROBE_SECONDS = 30.0
PROBE_GROWTH = 1.5
"""A lost card is looked for after 2 s, then less and less often: each look is a fresh process."""

SILENT_SECONDS = 3.0
"""A sink that takes no block for so long does not notice itself that it hangs."""

LOOK_SECONDS = 1.0
SOON_SECONDS = 10.0
MAX_CRASHES = 6
CLOCK = "null"


class SinkKeeper:
    """Starts sinks and replaces them. `on_playing` gets the name of what plays, each time that it changes."""

    def __init__(self, house: House, options: PlayOptions, on_playing: Callable[[str], None]) -> None:
        self._house = house
        self._options = options
        self._on_playing = on_playing
        self._opening: Child | None = None
        self._next: Child | None = None
        self._playing: Child | None = None
        self._sinks: dict[Child, str | None] = {}
        self._names: dict[Child, str] = {}
        self._started: set[Child] = set()
        self._reasons: dict[Child, str] = {}
        self._played_once = False
        self._probe_seconds = PROBE_SECONDS
        self._probe_is_due = False
        self._since = 0.0
        self._crashes = 0
        """Clocks in a row that died soon."""

    def start(self) -> None:
        """Open what was asked for."""
        self._open(self._options.sink)
        self._house.watch.later(LOOK_SECONDS, self._look_for_hang)

    def end(self, seconds: float) -> None:
        """Fade out and end all sinks, within `seconds`."""
        deadline = time.monotonic() + seconds
        playing = self._playing
        for child in self._sinks:
            self._house.watch.forget(child)
            child.send({"do": "stop"})
        for child in self._sinks:
            child.end(deadline - time.monotonic() if child is playing else 0.0)
        self._sinks.clear()

    def _open(self, sink: str | None) -> None:
        ring, options = self._house.ring, self._options
        arguments = ["--ring", str(ring.fds)]
        if sink is not None:
            arguments += ["--sink", sink]
        if options.device is not None:
            arguments += ["--device", options.device]
        if options.phones:
            arguments += ["--phones", str(options.phones)]
        if sample_rate := ring.sample_rate or options.sample_rate:
            arguments += ["--sample-rate", str(sample_rate)]
        self._opening = Child(MODULE, arguments, ring.fds.all)
        self._sinks[self._opening] = sink
        self._house.watch.add(self._opening, self._on_message, self._on_gone)

    def _on_message(self, child: Child, message: Message) -> None:
        event = message["event"]
        if event == "opened" and child is self._opening:
            self._names[child] = message["device"]
            self._opening, self._next = None, child
            if self._playing is None:
                self._play_next()
            else:
                self._playing.send({"do": "stop"})
        elif event == "playing":
            self._house.log("sink", {"pid": child.pid, "device": self._names[child]})
            self._house.publish(sink=child.pid, device=self._names[child])
            if self._played_once and self._sinks[child] is None:
                self._house.say(f"the sound card is back: {self._names[child]}")
            self._played_once = True
            self._started.add(child)
            self._since = time.monotonic()
            self._on_playing(self._names[child])
        elif event in ("failed", "lost"):
            self._reasons[child] = message["text"]
        elif event == "message":
            self._house.say(message["text"])

    def _play_next(self) -> None:
        self._playing, self._next = self._next, None
        if self._playing is not None:
            self._playing.send({"do": "play"})

    def _on_gone(self, child: Child) -> None:
        sink = self._sinks.pop(child)
        child.end(1.0)
        reason = self._reasons.pop(child, None) or f"the sink died ({child.last_words()})"
        if child is self._opening:
            self._opening = None
            self._could_not_open(sink, reason)
        elif child is self._next:
            self._next = None
            self._look_again_later()
        elif child is self._playing:
            self._playing = None
            if self._next is not None:
                self._play_next()
            elif child not in self._started:
                self._could_not_open(sink, reason)
            else:
                self._replace(sink, reason)

    def _could_not_open(self, sink: str | None, reason: str) -> None:
        """At the start, what was asked for by name must be there; later, a clock plays until it is back."""
        options = self._options
        asked = options.device is not None or options.sink is not None or options.sample_rate is not None
        if sink == CLOCK or (asked and not self._played_once):
            self._house.give_up(DeviceError(reason))
            return
        if self._playing is None:
            self._house.log("sink failed", reason)
            self._house.say(f"{reason} — playing without sound, on a clock; `plaud-live doctor` says more")
            self._open(CLOCK)
        self._look_again_later()

    def _replace(self, sink: str | None, reason: str) -> None:
        """What played is gone: a clock takes over at once."""
        soon = time.monotonic() - self._since < SOON_SECONDS
        self._house.log("sink lost", reason)
        self._crashes = 0 if sink != CLOCK else self._crashes + 1 if soon else 1
        if self._crashes >= MAX_CRASHES:
            self._house.give_up(SessionError(f"{MAX_CRASHES} clocks in a row died at once: {reason}"))
            return
        self._house.say(f"{reason} — going on without sound, on a clock")
        self._open(CLOCK)
        if sink is None:
            if not soon:
                self._probe_seconds = PROBE_SECONDS
            self._look_again_later()

    def _look_for_hang(self) -> None:
        silent = time.monotonic() - self._house.ring.get("alive_ns") / 1e9
        if self._playing in self._started and silent > SILENT_SECONDS:
            self._house.log("sink hangs")
            self._playing.process.kill()
        self._house.watch.later(LOOK_SECONDS, self._look_for_hang)

    def _look_again_later(self) -> None:
        if self._probe_is_due or self._options.sink is not None:
            return
        self._probe_is_due = True
        self._house.watch.later(self._probe_seconds, self._look_again)
        self._probe_seconds = min(MAX_PROBE_SECONDS, self._probe_seconds * PROBE_GROWTH)

    def _look_again(self) -> None:
        self._probe_is_due = False
        if self._opening is not None or self._next is not None:
            self._look_again_later()
        elif self._playing is not None and self._sinks[self._playing] == CLOCK:
            self._open(None)
