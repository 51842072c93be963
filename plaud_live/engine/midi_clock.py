"""MIDI clock in the engine: the clock that is sent, and the one that is followed. Two chores."""

from collections.abc import Callable
from typing import Any

from plaud_live.clock.tempo import BPM_RANGE
from plaud_live.control.clock_in import ClockIn
from plaud_live.control.clocks import Feed, Runs
from plaud_live.control.following import Led, followed_tempo
from plaud_live.control.midi_events import Clock, Event
from plaud_live.control.state import State
from plaud_live.control.transaction import Follow, Transaction
from plaud_live.engine.asked import Times
from plaud_live.engine.midi_out import Devices
from plaud_live.signals.midi_names import device_fits

AHEAD_SECONDS = 0.1
"""Ticks are handed over so long before they are due: the control thread may be busy meanwhile."""

STEP_SECONDS = 0.025
SMALLEST_GAP = 0.001
"""Seconds between two messages to a device where a change of tempo brings them close."""

FOLLOW_SECONDS = 0.25
IDLE_SECONDS = 0.5
ANY = "midi"
"""The leader that is any device that sends a clock."""

MOST_CLOCKS = 16


class ClockSender:
    """Sends the clock to the devices that the state names, ahead of time, stamped with when it is heard."""

    def __init__(self, state: Callable[[], State], times: Times, devices: Devices) -> None:
        self.due = 0.0
        self._state, self._times, self._devices = state, times, devices
        self._runs: Runs = {}
        self._feeds: dict[str, tuple[str, Feed]] = {}  # by what was typed: the device's stem, its feed
        self._last: dict[str, float] = {}  # by stem: when the last message leaves

    def work(self, now: float) -> None:
        """Hand over what is due soon."""
        state = self._state()
        if not state.clocks and not self._feeds:
            self.due = now + IDLE_SECONDS
            return
        self.due = now + STEP_SECONDS
        horizon = now + AHEAD_SECONDS
        beat = state.tempo.beat(self._times.sample_at(horizon))
        for device in self._feeds.keys() - state.clocks.keys():
            stem, feed = self._feeds.pop(device)
            self._put(stem, feed.end(), now)
        for device, run in state.clocks.items():
            found = self._devices.stem(device, now)
            if found is None:  # unplugged; where it is when it is back, it will be told
                self._feeds.pop(device, None)
                continue
            known = self._feeds.get(device)
            if known is None or known[0] != found:
                known = found, Feed(run, state.tempo.beat(self._times.sample_at(now)))
                self._feeds[device] = known
            known[1].take(run)
            for when, message in known[1].until(beat):
                self._put(found, message, self._times.monotonic_at(state.tempo.sample(when)))

    def _put(self, stem: str, message: bytes, at: float) -> None:
        if not message:
            return
        transport = message[0] != 0xF8
        last = self._last.get(stem, 0.0)
        at = max(at, last if transport else last + SMALLEST_GAP)
        self._last[stem] = at
        self._devices.hub.send(stem, message, at)


class ClockFollower:
    """Follows the clock of the device that the state names: listens to the hub, moves the tempo.

    `submit` launches a transaction; `tell` shows a line to the performer.
    """

    def __init__(
        self,
        state: Callable[[], State],
        times: Times,
        submit: Callable[[Transaction], object],
        tell: Callable[[str], None],
    ) -> None:
        self.due = 0.0
        self._state, self._times, self._submit, self._tell = state, times, submit, tell
        self._clocks: dict[str, ClockIn] = {}
        self._leader: ClockIn | None = None
        self._told: ClockIn | None = None
        self._led: tuple[float, float] | None = None  # the tempo set last, and the leader's then

    def hear(self, event: Event) -> None:
        """A listener of the hub."""
        if not isinstance(event, Clock):
            return
        clock = self._clocks.get(event.device)
        if clock is None:
            if len(self._clocks) >= MOST_CLOCKS:
                return
            clock = self._clocks[event.device] = ClockIn(event.device)
        clock.take(event)

    def work(self, now: float) -> None:
        """Move the tempo towards the leader's, if there is one."""
        self.due = now + FOLLOW_SECONDS
        state = self._state()
        leader = self._find(state.leader, now)
        if self._told is not None and leader is not self._told:
            self._settle(state)
            if state.leader:
                where = f"going on at {self._state().tempo.bpm:.1f} bpm"
                self._tell(f"the clock of {self._told.device} has stopped: {where}")
            self._told = None
        self._leader = leader
        if leader is None or not leader.filter.locked:
            return
        if self._told is None:
            self._told = leader
            self._tell(f"the clock follows {leader.device}: {leader.filter.bpm:.1f} bpm")
        beat = state.tempo.beat(self._times.sample_at(now))
        led = Led(beat, state.tempo.bpm_at(beat), leader.filter.bpm, leader.beat(now))
        bpm = followed_tempo(led)
        if bpm is not None:
            self._submit(Transaction((Follow(bpm),), f"clock of {leader.device}", "midi"))
            own = min(max(leader.filter.bpm, BPM_RANGE[0]), BPM_RANGE[1])
            self._led = self._state().tempo.bpm, own

    def _settle(self, state: State) -> None:
        """Nobody leads any more: what was still catching up goes on at the tempo that the leader had."""
        led, self._led = self._led, None
        if led is not None and state.tempo.bpm == led[0] != led[1]:
            self._submit(Transaction((Follow(led[1]),), "the clock that was followed", "midi"))

    def to_data(self) -> dict[str, Any] | None:
        """For the snapshot: who leads, how fast, with how much jitter; None where nobody does."""
        leader = self._leader
        if leader is None:
            return None
        heard = leader.filter
        return {
            "device": leader.device,
            "bpm": round(heard.bpm, 2),
            "jitter_ms": round(1000.0 * heard.jitter, 2),
            "locked": heard.locked,
            "running": leader.running,
            "lost": heard.lost,
        }

    def _find(self, wanted: str, now: float) -> ClockIn | None:
        """The clock to follow: the one that is followed, as long as it ticks, before others that fit."""
        if not wanted:
            return None
        fitting = [
            clock
            for device, clock in self._clocks.items()
            if (wanted == ANY or device_fits(wanted, device)) and not clock.filter.is_gone(now)
        ]
        return self._leader if self._leader in fitting else next(iter(fitting), None)
