"""A run of a loop as the prompt tells of it, and as it is recorded."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from plaud_live.errors import SessionError

MAX_NAME = 100


@dataclass(frozen=True)
class Ran:
    """A run of a loop that has ended: the `n`th of the loop `name`, for `beat`.

    `began` and `launched` are as of an entry. `next` is the beat of the next run, None after the last: who
    runs late leaves runs out. `cut`: it was ended from outside, nobody knows where.
    """

    name: str
    n: int
    beat: float
    began: int = 0
    launched: tuple[int, ...] = ()
    next: float | None = None
    cut: bool = False

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Ran":
        """From a request, or from the record. Raises SessionError for anything that is no run."""
        name, launched, following = data.get("name"), data.get("launched") or [], data.get("next")
        samples = [data.get("n"), data.get("began"), *(launched if isinstance(launched, list) else [None])]
        counts = [each for each in samples if isinstance(each, int) and not isinstance(each, bool)]
        beats = [data.get("beat"), *([] if following is None else [following])]
        times = [float(each) for each in beats if isinstance(each, int | float) and math.isfinite(each)]
        if not isinstance(name, str) or len(counts) < len(samples):
            raise SessionError("ran: wants the name of a loop, its count, and engine samples")
        if len(times) < len(beats):
            raise SessionError(f"ran: {name:.40} wants beats")
        n, began, *at = counts
        after = None if following is None else times[1]
        return cls(name[:MAX_NAME], n, times[0], began, tuple(at), after, data.get("cut") is True)

    @property
    def text(self) -> str:
        """As what it launches is called: `wander(3)`."""
        return f"{self.name}({self.n})"

    def to_data(self) -> dict[str, Any]:
        """The fields of a request, and what the record has of it."""
        return {**asdict(self), "launched": list(self.launched)}
