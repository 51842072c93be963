"""Passages: how an instrument goes from one model to the next, in beats.

A passage is a pure function of beats, as a transition is: before `start` the model that it leaves, after
`start + beats` the next one, between them both, crossfaded. So a swap in the future needs no queue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plaud_live.control.parameters import ModelInfo


@dataclass(frozen=True)
class Passage:
    """From the model `before` to the one after it, beginning at beat `start`, taking `beats` beats.

    `returns`: it ends an audition of the model before.
    """

    before: ModelInfo
    start: float
    beats: float
    returns: bool = False

    @property
    def end(self) -> float:
        """The beat from which the model before is heard no more."""
        return self.start + self.beats

    def share(self, beat: float) -> float:
        """How much of the next model is heard at a beat, 0..1."""
        if self.beats <= 0.0:
            return 1.0 if beat >= self.start else 0.0
        return min(max((beat - self.start) / self.beats, 0.0), 1.0)

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        data = {"before": self.before.to_data(), "start": self.start, "beats": self.beats}
        return {**data, "returns": True} if self.returns else data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Passage":
        """From JSON that `to_data` made."""
        returns = data.get("returns") is True
        return cls(ModelInfo.from_data(data["before"]), float(data["start"]), float(data["beats"]), returns)
