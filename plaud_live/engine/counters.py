"""Numbers at the head of shared memory: each has one process that writes it, and a cache line of its own.

They are stored in one piece; whoever reads one never waits. What belongs to a counter is written before it.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray

_LINE = 64  # bytes: a cache line


def header(fields: Mapping[str, DTypeLike]) -> np.dtype[np.void]:
    """The form of a head with these numbers, by their names."""
    return np.dtype(
        {
            "names": list(fields),
            "formats": list(fields.values()),
            "offsets": [i * _LINE for i in range(len(fields))],
            "itemsize": len(fields) * _LINE,
        }
    )


class Counters:
    """One process's view of a head that has `sample_rate` among its numbers."""

    def __init__(self, head: NDArray[np.void]) -> None:
        """`head` [1] lies in the shared memory."""
        self._fields: dict[str, NDArray[np.generic]] = {name: head[name] for name in head.dtype.names or ()}

    def get(self, field: str) -> int:
        """A counter, as it stands now."""
        return int(self._fields[field][0])

    def set(self, field: str, value: float) -> None:
        """Store a number: only by the process that owns it."""
        self._fields[field][0] = value

    @property
    def sample_rate(self) -> float:
        """In Hz; 0 until the process that knows it has stored it."""
        return float(self._fields["sample_rate"][0])
