"""When an engine sample is heard, in the machine's own time: a regression of the sink's callback times.

Times are seconds of `time.monotonic()`. A sound card's rate is off by some parts in a million and its
callbacks come early and late; a line through the last minute of them is good to a few hundredths of a
millisecond (after Adriaensen, "Using a DLL to filter time", 2005, with a window in the loop's place). It is
laid through what the card has been given, silence too, so that an underrun shifts samples but not the line;
where the card itself skips, the line is moved and keeps its slope.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plaud_live.engine.ring import Ring
from plaud_live.signals.graph import Array

WINDOW = 1024
"""Looks that the line is laid through: 51 s at 20 a second."""

LOOK_SECONDS = 0.05
ENOUGH_SECONDS = 2.0
"""Looks over less than this say when, but not how fast."""

MOST_RATE_ERROR = 0.001
"""No card is further off than that: it was no card that ran."""

OUTLIER, PASSES = 4.0, 2
"""What is further from the line than this many times the median is left out, and the line laid again."""

MOVED_SECONDS, MOVED_LOOKS = 0.0005, 3
"""So many looks in a row that are off by more, and agree by how much: the card was stopped or has skipped."""

_READS = 5


@dataclass(frozen=True)
class Line:
    """What the card was given by the time t: `rate` * (t - `time`) + `at`. `noise` in seconds."""

    time: float
    at: float
    rate: float
    noise: float = 0.0

    def position(self, seconds: float) -> float:
        """The position at a time."""
        return self.at + (seconds - self.time) * self.rate

    def seconds(self, position: float) -> float:
        """The time of a position."""
        return self.time + (position - self.at) / self.rate


class Regression:
    """A line through the last looks at a counter that runs at about `rate` a second."""

    def __init__(self, rate: float) -> None:
        self._nominal = rate
        self._seconds, self._positions = np.zeros(WINDOW), np.zeros(WINDOW)  # the oldest is overwritten
        self._count = 0
        self._last = -np.inf
        self._sides: deque[float] = deque(maxlen=MOVED_LOOKS)
        self._line: Line | None = None

    def add(self, seconds: float, position: float) -> None:
        """The counter stood at `position` at this time. A look that brings nothing new is left out."""
        if seconds <= self._last:
            return
        if self._count:
            self._sides.append(seconds - self.line.seconds(position))
        if len(self._sides) == MOVED_LOOKS and _agree(self._sides):
            self._move(float(np.median(self._sides)))
        place = self._count % WINDOW
        self._seconds[place], self._positions[place] = seconds, position
        self._count += 1
        self._last, self._line = seconds, None

    @property
    def line(self) -> Line:
        """The line; through the origin of time before the first look."""
        if self._line is None:
            self._line = self._lay()
        return self._line

    def _move(self, seconds: float) -> None:
        """All before the last looks is that much later, as if the card had always been: it keeps its rate."""
        kept = np.arange(self._count - MOVED_LOOKS + 1, self._count) % WINDOW
        last = self._seconds[kept]
        self._seconds += seconds
        self._seconds[kept] = last
        self._sides.clear()

    def _lay(self) -> Line:
        if not self._count:
            return Line(0.0, 0.0, self._nominal)
        count, last = min(self._count, WINDOW), (self._count - 1) % WINDOW
        time, at = float(self._seconds[last]), float(self._positions[last])
        seconds, positions = self._seconds[:count] - time, self._positions[:count] - at
        line = _fit(seconds, positions, self._nominal)
        for _ in range(PASSES):
            off = np.abs(seconds - (positions - line.at) / line.rate)
            near = off <= OUTLIER * float(np.median(off)) + 1e-9
            line = _fit(seconds[near], positions[near], self._nominal)
        return Line(time, at + line.at, line.rate, line.noise)


def _fit(seconds: Array, positions: Array, nominal: float) -> Line:
    """Least squares of times [n] over positions [n], both relative to one look."""
    middle, centre = float(seconds.mean()), float(positions.mean())
    rate = nominal
    if np.ptp(seconds) >= ENOUGH_SECONDS:
        spread = positions - centre
        slope = float(np.dot(spread, seconds - middle) / np.dot(spread, spread))
        if slope > 0.0 and abs(1.0 / slope / nominal - 1.0) < MOST_RATE_ERROR:
            rate = 1.0 / slope
    noise = float(np.std(seconds - middle - (positions - centre) / rate))
    return Line(0.0, centre - middle * rate, rate, noise)


def _agree(sides: deque[float]) -> bool:
    least = min(map(abs, sides))
    return least > MOVED_SECONDS and max(sides) - min(sides) < 0.5 * least


class SampleClock:
    """Engine samples in time: when they are heard. For the control thread alone; looking is a chore of it.

    `delay_samples` is what the engine itself delays by: its limiter's latency.
    """

    due: float

    def __init__(
        self,
        ring: Ring,
        delay_samples: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._ring, self._delay, self._monotonic, self._wall = ring, delay_samples, monotonic, wall
        self._regression = Regression(ring.sample_rate)
        self._missed = 0
        self._ahead = 0.0
        self.look()
        self.due = monotonic() + LOOK_SECONDS

    def work(self, now: float) -> None:
        """Look again."""
        self.due = now + LOOK_SECONDS
        self.look()

    def look(self) -> None:
        """See where the sink is."""
        before, wall, after = self._monotonic(), self._wall(), self._monotonic()
        self._ahead = wall - 0.5 * (before + after)
        ring = self._ring
        for _ in range(_READS):
            alive, read, missed = ring.get("alive_ns"), ring.get("read"), ring.get("missed")
            if ring.get("alive_ns") == alive:
                break
        self._missed = missed
        self._regression.add(alive / 1e9 if alive else before, read + missed)

    @property
    def rate(self) -> float:
        """The card's sample rate as measured, in Hz."""
        return self._regression.line.rate

    @property
    def noise_seconds(self) -> float:
        """How far callbacks stray from the line, root mean square."""
        return self._regression.line.noise

    def sample_at(self, monotonic: float) -> int:
        """The sample that is heard at a time; it may be to come."""
        given = self._regression.line.position(monotonic - self._ring.latency_seconds)
        return round(given) - self._missed - self._delay

    def monotonic_at(self, sample: float) -> float:
        """When a sample is, or was, heard."""
        given = self._regression.line.seconds(sample + self._missed + self._delay)
        return given + self._ring.latency_seconds

    def wall_to_monotonic(self, wall: float) -> float:
        """A wall clock time (seconds since 1970, as OSC timetags have it) in monotonic time."""
        return wall - self._ahead

    def monotonic_to_wall(self, monotonic: float) -> float:
        """The other way, to stamp what is sent."""
        return monotonic + self._ahead
