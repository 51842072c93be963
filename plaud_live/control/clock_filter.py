"""MIDI clock made smooth: from when its ticks arrived to a tempo and a phase.

A loop of second order, after Adriaensen, "Using a DLL to filter time" (2005): every tick is predicted, and
the error moves the phase by b and the period by c of it, b = √2 ω, c = ω², ω = 2π times the bandwidth in
cycles a tick. While it is young its gains are larger: those of the straight line through all ticks so far
(expanding memory, after Brookner, "Tracking and Kalman Filtering Made Easy", 1998), so that it has the tempo
as soon as the ticks themselves tell it.
"""

import math
from collections import deque

TICKS_A_BEAT = 24
BANDWIDTH_HZ = 0.3
"""Jitter that is faster is filtered out; a tempo that wanders more slowly is followed."""

SHORTEST, LONGEST = 60.0 / 999.0 / TICKS_A_BEAT, 60.0 / 10.0 / TICKS_A_BEAT
"""Seconds of a tick, at the fastest and the slowest tempo that a clock here can have."""

LOCK_TICKS = 24
LOCK_SHARE = 0.005
"""Locked: a beat was heard, and the error of the tempo that jitter lets one expect is a smaller share."""

LOST_TICKS = 12
LOST_SECONDS = 0.5
"""With no tick for so long, whichever is longer, the clock is gone."""

RECENT = 5
"""Ticks that must agree on another tempo, or on ticks that are missing: one late tick moves no median."""

OTHER_TEMPO = 0.06
DRIFT_TICKS = 8
DRIFT = 1.5
"""The mean error of so many ticks beyond so many times the jitter: the tempo moves, be quick again."""

QUICK = 12
"""How old the loop is then, in ticks."""

CLIP = 4.0
"""Times the jitter: what is farther off was held up on its way, and moves the loop no more than this."""

SMALLEST_JITTER = 0.0002


class ClockFilter:
    """Takes the times of ticks in seconds; gives `period` in seconds a tick, and where between ticks it is.

    `count` is the number of the last tick, the first is 0; those that were lost on the way are counted in it,
    and in `lost`.
    """

    def __init__(self, bandwidth_hz: float = BANDWIDTH_HZ) -> None:
        self._bandwidth = bandwidth_hz
        self.period = 0.5 / TICKS_A_BEAT
        self.count = -1
        self.lost = 0
        self._age = 0
        """Ticks after the first that the loop has learnt from."""
        self._time = 0.0  # of the tick `count`, filtered
        self._heard = -math.inf
        self._variance = 0.0
        self._intervals: deque[float] = deque(maxlen=RECENT)
        self._errors: deque[float] = deque(maxlen=DRIFT_TICKS)

    @property
    def bpm(self) -> float:
        """Tempo in beats a minute."""
        return 60.0 / (self.period * TICKS_A_BEAT)

    @property
    def jitter(self) -> float:
        """How far ticks are off their places, in seconds, as a root of mean squares."""
        return math.sqrt(self._variance)

    @property
    def locked(self) -> bool:
        """Whether tempo and phase can be relied upon."""
        if self._age < LOCK_TICKS:
            return False
        error = self.jitter * math.sqrt(12.0) / self._age**1.5  # of the slope of a straight line
        return error < LOCK_SHARE * self.period

    def is_gone(self, now: float) -> bool:
        """Whether ticks have stopped by `now`, or never began."""
        return now - self._heard > max(LOST_SECONDS, LOST_TICKS * self.period)

    def ticks(self, now: float) -> float:
        """How many ticks have passed by `now` since the first, with the fraction of the next."""
        return self.count + (now - self._time) / self.period

    def tick(self, time: float) -> None:
        """A tick arrived at `time`. After a pause everything but the count begins anew."""
        interval = time - self._heard
        gone = self.is_gone(time)
        self._heard = time
        self.count += 1
        if gone:
            self._time, self._age, self._variance = time, 0, 0.0
            self._intervals.clear()
            self._errors.clear()
            return
        self._intervals.append(interval)
        error = time - self._time - self.period
        self._errors.append(error)
        if self._age >= RECENT and len(self._intervals) == RECENT:
            behind = self._behind()
            if self._is_another_tempo() or (behind and not self._has_gap()):
                self._begin_at(time)
                return
            self.count += behind
            self.lost += behind
            self._time += behind * self.period
            error -= behind * self.period
            if behind:
                self._errors.clear()
        self._learn(error)

    def _behind(self) -> int:
        """Whole ticks that the last ones agree to be behind, or ahead."""
        if len(self._errors) < RECENT:
            return 0
        return round(_median(list(self._errors)[-RECENT:]) / self.period)

    def _has_gap(self) -> bool:
        """Whether ticks are missing between two of the last ones."""
        return max(self._intervals) > 1.5 * max(_median(self._intervals), 0.5 * self.period)

    def _is_another_tempo(self) -> bool:
        off = abs(_median(self._intervals) / self.period - 1.0)
        return off > OTHER_TEMPO and off * self.period > CLIP * self.jitter

    def _begin_at(self, time: float) -> None:
        """The master has another tempo: what its last ticks say is where to begin."""
        self.period = _within(_median(self._intervals))
        self._time, self._age = time, 2
        self._intervals.clear()
        self._errors.clear()

    def _learn(self, error: float) -> None:
        if (
            self._age >= RECENT and abs(error) > 0.5 * self.period
        ):  # late, or others are missing: wait and see
            self._time += self.period
            return
        self._age += 1
        if self._age > LOCK_TICKS:
            most = CLIP * max(self.jitter, SMALLEST_JITTER)
            clipped = min(max(error, -most), most)
        else:
            clipped = error
        if len(self._errors) == DRIFT_TICKS:
            mean = sum(self._errors) / DRIFT_TICKS
            if abs(mean) > DRIFT * max(self.jitter, SMALLEST_JITTER):
                self._age, clipped = min(self._age, QUICK), error
                self._errors.clear()
        gain, slope = self._gains()
        self._time += self.period + gain * clipped
        self.period = _within(self.period + slope * clipped)
        if self._age > 2:
            share = max(1.0 / (self._age - 2), 1.0 / (2 * TICKS_A_BEAT))
            self._variance += share * (clipped * clipped - self._variance)

    def _gains(self) -> tuple[float, float]:
        """What of an error goes to the phase, and to the period."""
        age = self._age
        omega = 2.0 * math.pi * self._bandwidth * self.period
        line = 1.0 / ((age + 1) * (age + 2))
        return max(2.0 * (2 * age + 1) * line, math.sqrt(2.0) * omega), max(6.0 * line, omega * omega)


def _within(period: float) -> float:
    return min(max(period, SHORTEST), LONGEST)


def _median(values: "deque[float] | list[float]") -> float:
    return sorted(values)[len(values) // 2]
