"""Cut a stream into blocks of random sizes, the same for the same seed."""

from collections.abc import Iterator

import numpy as np


def pieces(total: int, seed: int, largest: int) -> Iterator[slice]:
    """Consecutive slices that cover `total`; about a third of them are of length 0 or 1."""
    dice = np.random.default_rng(seed)
    first = 0
    while first < total:
        size = int(dice.integers(0, 2) if dice.random() < 0.3 else dice.integers(1, largest + 1))
        yield slice(first, min(total, first + size))
        first += size
