"""The way of an instrument through its models: which of them sound in a block, and how much of each.

It is a function of the state and of the samples at which chunks begin and states were taken.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.passages import Passage
from plaud_live.control.state import InstrumentState
from plaud_live.engine.parts import Part, Step
from plaud_live.signals.graph import Array


class Way:
    """Belongs to the render thread. `parts` are computed, the first of the way first; `last` leads it.

    Chunks are `chunk` samples long.
    """

    def __init__(self, part: Part, sample_rate: float, chunk: int) -> None:
        self.parts = [part]
        self._rate, self._chunk = sample_rate, chunk
        self._chain = [part]
        self._passages: list[Passage] = []  # one less

    @property
    def last(self) -> Part:
        """The model that is gone to."""
        return self._chain[-1]

    def find(
        self, instrument: InstrumentState, known: Mapping[str, Part], position: int, tempo: TempoMap
    ) -> list[tuple[Part, Part]]:
        """Follow a state at a sample. Returns what begins now, each with what it comes after.

        A model that there is no voice of is not gone to. One that is not played any more is computed until
        `leave`: it may be gone back to.
        """
        beat = tempo.beat(position)
        gone = sum(passage.share(beat) >= 1.0 for passage in instrument.passages)
        first = known.get(instrument.models[gone].digest)
        if first is None:
            return []
        begun = []
        if first not in self.parts:  # how it came there was missed
            begun.append((first, self.last))
            self.parts.append(first)
        self._chain, self._passages = [first], []
        for passage, info in zip(instrument.passages[gone:], instrument.models[gone + 1 :], strict=True):
            part, before = known.get(info.digest), self._chain[-1]
            if part is None or (part not in self.parts and position < self._due(passage, part, tempo)):
                break
            if part not in self.parts:
                self.parts.append(part)
                begun.append((part, before))
            self._chain.append(part)
            self._passages.append(passage)
        self.parts.sort(key=lambda part: part is not first)
        return begun

    def leave(self) -> list[Part]:
        """Compute no more what is not on the way; returns it."""
        left = [part for part in self.parts if part not in self._chain]
        if left:
            self.parts = [part for part in self.parts if part in self._chain]
        return left

    def steps(self, beats: Array) -> Sequence[Step]:
        """How much of each model is heard at `beats` [n], one a sample."""
        return [
            Step(part, _share(passage, beats))
            for part, passage in zip(self._chain[1:], self._passages, strict=True)
        ]

    def _due(self, passage: Passage, part: Part, tempo: TempoMap) -> int:
        """The sample at which a model begins to be computed: that of a chunk, before it is heard."""
        lead = part.lead_samples(passage.before, self._rate)
        return int(tempo.sample(passage.start) - lead) // self._chunk * self._chunk


def _share(passage: Passage, beats: Array) -> Array:
    if passage.beats <= 0.0:
        return np.where(beats >= passage.start, 1.0, 0.0)
    return np.minimum(np.maximum((beats - passage.start) / passage.beats, 0.0), 1.0)
