"""Samples as ticks of a MIDI file: its tempo map is that of the session, its times are those of the sound.

A file has whole microseconds a beat and whole ticks, so that its beats can be off by a little. Its times must
not be: an event has the tick whose time in the file is nearest to its sample.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from plaud_live.clock.tempo import MAX_SEGMENTS, TempoMap
from plaud_live.control.following import BAR

TICKS_A_BEAT: Final = 15360
"""33 µs at 120 bpm; sixteen times the 960 that many programs count by."""

RAMP_BEATS = 0.25
"""A ramp is steps of this many beats."""

MOST_OFF_SECONDS = 0.0002
"""Whole numbers may take a beat so far from where it was; more is made up for by another tempo."""

LONGEST_BEATS = 400.0
"""In so many beats a rounded tempo is off by as much at most."""

MOST_MICROSECONDS = (1 << 24) - 1
SAME_BEATS = 1e-4
SHORTEST_BAR = 0.75
"""Beats: where less is left of a bar, the next one belongs to it."""


@dataclass(frozen=True)
class Piece:
    """From a tick and a second on, so many microseconds a beat."""

    tick: int
    seconds: float
    microseconds: int


class Score:
    """The tempo map of samples [start, stop): tick 0 is `start`, and bars begin where the session's do.

    Where `start` lies within a bar, the first bar is one of whole beats, played as long as it is.
    """

    def __init__(self, tempo: TempoMap, start: int, stop: int) -> None:
        self._start, self._rate = start, tempo.sample_rate
        first = tempo.beat(start)
        bar = ceil((first - SAME_BEATS) / BAR) * BAR
        if bar - first > SAME_BEATS and bar - first < SHORTEST_BAR:
            bar += BAR
        self._first, self._bar = first, bar
        self.first_bar = round(bar - first) if bar - first > SAME_BEATS else 0
        """Beats of a first bar that is none of the session's; 0 where there is none."""
        self.pieces = self._pieces(tempo, _knots(tempo, first, tempo.beat(stop), bar))
        self._seconds = np.array([piece.seconds for piece in self.pieces])
        self.end = self.tick(stop)

    def tick(self, sample: float) -> int:
        """The tick whose time is the nearest to a sample's."""
        seconds = (sample - self._start) / self._rate
        at = self.pieces[max(0, int(np.searchsorted(self._seconds, seconds, side="right")) - 1)]
        return max(0, at.tick + round((seconds - at.seconds) * 1e6 / at.microseconds * TICKS_A_BEAT))

    def _pieces(self, tempo: TempoMap, knots: list[float]) -> list[Piece]:
        made: list[Piece] = []
        tick, seconds = 0, 0.0  # in the file
        place, time = 0.0, 0.0  # in the session
        for knot in knots:
            there, then = self._place(knot), (tempo.sample(knot) - self._start) / self._rate
            ticks, wanted = round(there) - tick, (then - time) * 1e6 * TICKS_A_BEAT / (there - place)
            if ticks <= 0:
                continue
            if abs(seconds + _seconds(ticks, round(wanted)) - then) > MOST_OFF_SECONDS:
                wanted = (then - seconds) * 1e6 * TICKS_A_BEAT / ticks
            microseconds = min(max(round(wanted), 1), MOST_MICROSECONDS)
            if not made or made[-1].microseconds != microseconds:
                made.append(Piece(tick, seconds, microseconds))
            seconds += _seconds(ticks, microseconds)
            tick, place, time = tick + ticks, there, then
        return made or [Piece(0, 0.0, round(60e6 / tempo.bpm_at(self._first)))]

    def _place(self, beat: float) -> float:
        """The tick of a beat, not yet a whole one."""
        beats = beat - self._bar + self.first_bar
        if beat < self._bar and self.first_bar:
            beats = (beat - self._first) / (self._bar - self._first) * self.first_bar
        return beats * TICKS_A_BEAT


def _seconds(ticks: int, microseconds: int) -> float:
    """How long so many ticks are."""
    return ticks * microseconds / 1e6 / TICKS_A_BEAT


def _knots(tempo: TempoMap, first: float, last: float, bar: float) -> list[float]:
    """Beats after `first` at which the tempo changes, or may be corrected, in order; `last` ends them."""
    found = {bar, last}
    for i, segment in enumerate(tempo.segments):
        end = tempo.segments[i + 1].beat if i + 1 < len(tempo.segments) else last
        step = RAMP_BEATS if segment.slope else LONGEST_BEATS
        found |= set(np.arange(segment.beat, min(end, last), step).tolist())
    return sorted(beat for beat in found if first < beat <= last)


def merged(maps: list[TempoMap]) -> TempoMap:
    """All that a session's tempo was, of its maps in the order in which they were played."""
    segments = list(maps[0].segments)
    for each in maps[1:]:
        known = set(segments[-2 * MAX_SEGMENTS :])
        new = [segment for segment in each.segments if segment not in known]
        if new:
            segments = [segment for segment in segments if segment.sample < new[0].sample] + new
    return TempoMap(maps[0].sample_rate, tuple(segments))
