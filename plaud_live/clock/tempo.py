"""Beats and samples: a map of pieces, steady or ramps, that is only ever appended to."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plaud_live.errors import ParameterError

BPM_RANGE = (10.0, 999.0)
LEAST_QUANT = 1e-9
"""In beats. Any sample is a multiple of less; of still less, multiples cannot be counted."""

MAX_SEGMENTS = 256


@dataclass(frozen=True)
class Segment:
    """From `sample` on, which is `beat`, the tempo is `bpm` and rises by `slope` bpm a second."""

    sample: float
    beat: float
    bpm: float
    slope: float = 0.0

    def to_data(self) -> list[float]:
        """`[sample, beat, bpm]`, and the slope of a ramp."""
        return [self.sample, self.beat, self.bpm, *([self.slope] if self.slope else [])]


@dataclass(frozen=True)
class TempoMap:
    """The tempo of a session. Sample 0 is the first sample that the engine made; `sample_rate` in Hz.

    In a ramp the tempo is linear in time, so that beats are quadratic in samples.
    """

    sample_rate: int
    segments: tuple[Segment, ...] = (Segment(0.0, 0.0, 92.0),)

    @property
    def bpm(self) -> float:
        """The tempo after the last change."""
        return self.segments[-1].bpm

    @property
    def arrival(self) -> float:
        """The beat from which on the tempo is `bpm`."""
        return self.segments[-1].beat

    def beats(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        """The beat of each of `samples` [n]."""
        segment = self.segments[-1]
        if len(self.segments) == 1 or samples.min(initial=np.inf) >= segment.sample:
            return segment.beat + (samples - segment.sample) * (segment.bpm / 60.0 / self.sample_rate)
        starts, beats, rates, bends = self._columns
        which = np.maximum(np.searchsorted(starts, samples, side="right") - 1, 0)
        elapsed = samples - starts[which]
        return beats[which] + elapsed * (rates[which] + bends[which] * np.maximum(elapsed, 0.0))

    @cached_property
    def _columns(self) -> tuple[NDArray[np.float64], ...]:
        """Of all segments the sample, the beat, beats a sample, and what they rise by: made once a map."""
        starts, beats, bpms, slopes = np.array([(s.sample, s.beat, s.bpm, s.slope) for s in self.segments]).T
        return starts, beats, bpms / 60.0 / self.sample_rate, slopes / 120.0 / self.sample_rate**2

    def beat(self, sample: float) -> float:
        """The beat of one sample."""
        segment = self._segment(sample=sample)
        elapsed = sample - segment.sample
        bend = segment.slope / 120.0 / self.sample_rate**2
        return segment.beat + elapsed * (segment.bpm / 60.0 / self.sample_rate + bend * max(elapsed, 0.0))

    def sample(self, beat: float) -> float:
        """The sample of one beat."""
        segment = self._segment(beat=beat)
        mean = 0.5 * (segment.bpm + _bpm_in(segment, beat))  # as the tempo is linear in time
        return segment.sample + (beat - segment.beat) * 60.0 * self.sample_rate / mean

    def seconds_to_beats(self, seconds: float, beat: float) -> float:
        """How many beats `seconds` are at the tempo of `beat`."""
        return seconds * self.bpm_at(beat) / 60.0

    def bpm_at(self, beat: float) -> float:
        """The tempo at a beat."""
        return _bpm_in(self._segment(beat=beat), beat)

    def changed(self, bpm: float, beat: float, over: float = 0.0) -> "TempoMap":
        """The map with another tempo from `beat` on, reached in a ramp of `over` beats.

        Changes that were to come later are dropped; a ramp that runs is left where it is.
        Raises ParameterError for a tempo outside BPM_RANGE.
        """
        low, high = BPM_RANGE
        if not low <= bpm <= high:
            raise ParameterError(f"clock.bpm {bpm:g}: wants {low:g} to {high:g}")
        begin, before = self.sample(beat), self.bpm_at(beat)
        added = [Segment(begin, beat, float(bpm))]
        seconds = 120.0 * over / (before + bpm)
        if seconds * self.sample_rate >= 1.0 and before != bpm:
            ramp = Segment(begin, beat, before, (bpm - before) / seconds)
            added = [ramp, Segment(begin + seconds * self.sample_rate, beat + over, float(bpm))]
        kept = tuple(s for s in self.segments if s.beat < beat) or self.segments[:1]
        return TempoMap(self.sample_rate, (*kept[-MAX_SEGMENTS + len(added) :], *added))

    def _segment(self, beat: float | None = None, sample: float | None = None) -> Segment:
        for segment in reversed(self.segments):
            if (beat is not None and segment.beat <= beat) or (
                sample is not None and segment.sample <= sample
            ):
                return segment
        return self.segments[0]

    def to_data(self) -> dict[str, Any]:
        """As JSON: `segments` of `[sample, beat, bpm]`, in ramps with the rise in bpm a second behind."""
        return {"sample_rate": self.sample_rate, "segments": [s.to_data() for s in self.segments]}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "TempoMap":
        """From JSON that `to_data` made."""
        segments = tuple(Segment(*(float(value) for value in row)) for row in data["segments"])
        return cls(int(data["sample_rate"]), segments)


def next_multiple(beat: float, quant: float) -> float:
    """The first multiple of `quant` that is not before `beat`; `beat` itself where `quant` is 0 or almost."""
    if quant < LEAST_QUANT:
        return beat
    return float(np.ceil(beat / quant - 1e-9)) * quant + 0.0  # never -0.0


def _bpm_in(segment: Segment, beat: float) -> float:
    """The tempo of a segment at a beat; the first one's holds before its start."""
    if segment.slope == 0.0 or beat <= segment.beat:
        return segment.bpm
    return float(np.sqrt(segment.bpm**2 + 120.0 * segment.slope * (beat - segment.beat)))
