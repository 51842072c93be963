"""MIDI clock that is sent: 24 ticks a beat, start, stop, continue, song position. What is due at which beat.

What a device is to do is part of the state (`Run`); what it has been told is what a `Feed` knows. So an
engine that takes over puts a device that runs at the right place by song position and continue.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TICKS_A_BEAT = 24
SIXTEENTHS_A_BEAT = 4
BAR = 4.0
"""Beats. A start waits for the next bar, so that bars here and there fall together."""

MAX_SIXTEENTHS = 1 << 14
HALF_TICK = 0.5 / TICKS_A_BEAT
TICK, START, CONTINUE, STOP, POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2
MOST_BEHIND = 1.0
"""Beats. Ticks that are missed by more are not caught up with: the device is put in its place anew."""


@dataclass(frozen=True)
class Run:
    """A device that is sent the clock: from `beat` on it runs, from `position` of its song, or stands."""

    runs: bool
    beat: float
    position: float = 0.0

    def position_at(self, beat: float) -> float:
        """Where in its song the device is at a beat, in beats from 0."""
        return self.position + (max(0.0, beat - self.beat) if self.runs else 0.0)

    def to_data(self) -> list[Any]:
        """As JSON."""
        return [self.runs, self.beat, self.position]

    @classmethod
    def from_data(cls, data: Any) -> "Run":
        """From JSON that `to_data` made."""
        runs, beat, position = data
        return cls(bool(runs), float(beat), float(position))


Runs = Mapping[str, Run]
"""Devices that are sent the clock, as they were typed."""


@dataclass(frozen=True)
class RunClock:
    """A change: send the clock to `device`; `action` is start, stop, continue, or end to send it no more.

    A start waits for the next bar or, given `at`, for the next multiple of so many beats.
    """

    device: str
    action: str
    at: float | None = None


@dataclass(frozen=True)
class Lead:
    """A change: follow the MIDI clock of a device, of any (`midi`), or of none ('')."""

    source: str


Due = tuple[float, bytes]
"""A beat, and the message that is to be sent when it is heard."""


class Feed:
    """What one device is sent. Ask with beats that only go on; what has been given is not given again."""

    def __init__(self, run: Run, beat: float) -> None:
        """Begin at `beat`: what `run` asked for before is made up for at the next sixteenth."""
        self._run = run
        self._done = beat
        self._pending: list[Due] = []
        self._ask(run, beat)

    def take(self, run: Run) -> None:
        """The state asks for something else, at a beat to come or at once."""
        if run != self._run:
            self._run = run
            self._pending.clear()
            self._ask(run, self._done)

    def end(self) -> bytes:
        """What to send now because the device gets the clock no longer."""
        return bytes((STOP,)) if self._run.runs else b""

    def until(self, beat: float) -> list[Due]:
        """What is due after the last call and up to `beat`, in order. Nothing comes in a burst."""
        if beat <= self._done:
            return []
        if beat - self._done > MOST_BEHIND:
            self._done = beat
            self._pending.clear()
            self._ask(self._run, beat)
            return []
        first = math.floor(self._done * TICKS_A_BEAT + 1e-9) + 1
        last = math.floor(beat * TICKS_A_BEAT + 1e-9)
        due = [(tick / TICKS_A_BEAT, bytes((TICK,))) for tick in range(first, last + 1)]
        due += [each for each in self._pending if each[0] <= beat]
        self._pending = [each for each in self._pending if each[0] > beat]
        self._done = beat
        return sorted(due, key=lambda each: each[0])

    def _ask(self, run: Run, beat: float) -> None:
        """Transport for `run`, as from `beat` on; always half a tick before the tick that it is for."""
        if not run.runs:
            self._pending.append((max(run.beat - HALF_TICK, beat), bytes((STOP,))))
            return
        begin = run.beat
        if (
            begin - HALF_TICK <= beat
        ):  # it should run, and may do so somewhere else: it takes a place standing
            self._pending.append((beat, bytes((STOP,))))
            begin = next_sixteenth(beat)
        sixteenths = min(round(run.position_at(begin) * SIXTEENTHS_A_BEAT), MAX_SIXTEENTHS - 1)
        if sixteenths:
            place = bytes((POSITION, sixteenths & 0x7F, sixteenths >> 7))
            self._pending.append((begin - HALF_TICK, place))
        self._pending.append((begin - HALF_TICK, bytes((CONTINUE if sixteenths else START,))))


def next_bar(beat: float) -> float:
    """The first beat of a bar that is not before `beat`, and leaves time for a start."""
    return math.ceil((beat + HALF_TICK) / BAR) * BAR


def next_sixteenth(beat: float) -> float:
    """The first sixteenth that is not before `beat`, and leaves time for a continue."""
    return math.ceil((beat + 2 * HALF_TICK) * SIXTEENTHS_A_BEAT) / SIXTEENTHS_A_BEAT
