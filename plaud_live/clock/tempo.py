"""Beats and samples: a piecewise linear map that is only ever appended to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plaud_live.errors import ParameterError

BPM_RANGE = (10.0, 999.0)
MAX_SEGMENTS = 256


@dataclass(frozen=True)
class Segment:
    """From `sample` on, which is `beat`, the tempo is `bpm`."""

    sample: float
    beat: float
    bpm: float


@dataclass(frozen=True)
class TempoMap:
    """The tempo of a session. Sample 0 is the first sample that the engine made; `sample_rate` in Hz."""

    sample_rate: int
    segments: tuple[Segment, ...] = (Segment(0.0, 0.0, 92.0),)

    @property
    def bpm(self) -> float:
        """The tempo after the last change."""
        return self.segments[-1].bpm

    def beats(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        """The beat of each of `samples` [n]."""
        segment = self.segments[-1]
        if len(self.segments) == 1 or samples.min(initial=np.inf) >= segment.sample:
            return segment.beat + (samples - segment.sample) * (segment.bpm / 60.0 / self.sample_rate)
        starts = np.array([s.sample for s in self.segments])
        which = np.clip(np.searchsorted(starts, samples, side="right") - 1, 0, None)
        beats = np.array([s.beat for s in self.segments])[which]
        rates = np.array([s.bpm for s in self.segments])[which] / 60.0 / self.sample_rate
        return beats + (samples - starts[which]) * rates

    def beat(self, sample: float) -> float:
        """The beat of one sample."""
        segment = self._segment(sample=sample)
        return segment.beat + (sample - segment.sample) * segment.bpm / 60.0 / self.sample_rate

    def sample(self, beat: float) -> float:
        """The sample of one beat."""
        segment = self._segment(beat=beat)
        return segment.sample + (beat - segment.beat) * 60.0 * self.sample_rate / segment.bpm

    def seconds_to_beats(self, seconds: float, beat: float) -> float:
        """How many beats `seconds` are at the tempo of `beat`."""
        return seconds * self._segment(beat=beat).bpm / 60.0

    def bpm_at(self, beat: float) -> float:
        """The tempo at a beat."""
        return self._segment(beat=beat).bpm

    def changed(self, bpm: float, beat: float) -> "TempoMap":
        """The map with another tempo from `beat` on; changes that were to come later are dropped.

        Raises ParameterError for a tempo outside BPM_RANGE.
        """
        low, high = BPM_RANGE
        if not low <= bpm <= high:
            raise ParameterError(f"clock.bpm {bpm:g}: wants {low:g} to {high:g}")
        kept = tuple(s for s in self.segments if s.beat < beat) or self.segments[:1]
        added = Segment(self.sample(beat), beat, float(bpm))
        return TempoMap(self.sample_rate, (*kept[-MAX_SEGMENTS + 1 :], added))

    def _segment(self, beat: float | None = None, sample: float | None = None) -> Segment:
        for segment in reversed(self.segments):
            if (beat is not None and segment.beat <= beat) or (
                sample is not None and segment.sample <= sample
            ):
                return segment
        return self.segments[0]

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "sample_rate": self.sample_rate,
            "segments": [[s.sample, s.beat, s.bpm] for s in self.segments],
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "TempoMap":
        """From JSON that `to_data` made."""
        segments = tuple(Segment(float(s), float(b), float(t)) for s, b, t in data["segments"])
        return cls(int(data["sample_rate"]), segments)


def next_multiple(beat: float, quant: float) -> float:
    """The first multiple of `quant` that is not before `beat`; `beat` itself where `quant` is 0."""
    if quant <= 0.0:
        return beat
    return float(np.ceil(beat / quant - 1e-9)) * quant + 0.0  # never -0.0
