"""How punctual launches are that were meant for a beat: counted, as the late policy wants it."""

from dataclasses import dataclass
from typing import Any

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.launching import LATE_SECONDS


@dataclass
class Lateness:
    """`late` launched at once, late by less than 30 ms; `moved` were later and went to the next quant."""

    late: int = 0
    moved: int = 0
    worst_seconds: float = 0.0

    def note(self, tempo: TempoMap, meant: float | None, now: int) -> None:
        """A launch was asked for at sample `now`; it was meant for the beat `meant`, or for none."""
        if meant is None:
            return
        seconds = (now - tempo.sample(meant)) / tempo.sample_rate
        if seconds <= 0.0:
            return
        self.worst_seconds = max(self.worst_seconds, seconds)
        if seconds < LATE_SECONDS:
            self.late += 1
        else:
            self.moved += 1

    def to_data(self) -> dict[str, Any]:
        """For the status."""
        return {"late": self.late, "moved": self.moved, "worst_ms": round(1000.0 * self.worst_seconds, 1)}
