"""Choosing points that cover a space: each the farthest from those before (Gonzalez, 1985)."""

from collections.abc import Sequence

import numpy as np


def spread(points: np.ndarray, limit: int, first: Sequence[int]) -> list[int]:
    """Up to `limit` indices of `points` [n, dimensions], from those `first` on; all of `first` in any
    case."""
    chosen = list(first)
    nearest = np.full(len(points), np.inf)
    for index in chosen:
        nearest = np.minimum(nearest, np.linalg.norm(points - points[index], axis=1))
    nearest[chosen] = -1.0
    while len(chosen) < min(limit, len(points)):
        index = int(np.argmax(nearest))
        chosen.append(index)
        nearest = np.minimum(nearest, np.linalg.norm(points - points[index], axis=1))
        nearest[chosen] = -1.0
    return chosen
