"""Names beside points without overlap, greedily: who comes first finds more room."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

Placed = list[tuple[int, int, str]]
Taken = npt.NDArray[np.bool_]


def place_labels(
    points: Sequence[tuple[int, int, str]],
    columns: int,
    rows: int,
    taken: Iterable[tuple[int, int]] = (),
) -> Placed:
    """Where each name goes: column, row, name.

    `points` are cells (column, row, name), the first ones matter most. No name lies on a point, on `taken`
    cells or on another name, nor touches another point or name to its sides. One without room is left out.
    """
    full = np.zeros((rows, columns), dtype=bool)
    for column, row in [*taken, *((column, row) for column, row, _ in points)]:
        if 0 <= column < columns and 0 <= row < rows:
            full[row, column] = True
    placed: Placed = []
    for column, row, name in points:
        spot = next(
            (spot for spot in _spots(column, row, len(name)) if _is_free(full, *spot, column, row)), None
        )
        if spot is not None:
            left, at, size = spot
            full[at, left : left + size] = True
            placed.append((left, at, name))
    return placed


def _spots(column: int, row: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Places for a name of `size` cells around a point, the best first: left end, row, size."""
    yield column + 2, row, size
    yield column - size - 1, row, size
    for at in (row - 1, row + 1):
        yield column - size // 2, at, size
        yield column + 1, at, size
        yield column - size, at, size


def _is_free(full: Taken, left: int, at: int, size: int, column: int, row: int) -> bool:
    """Whether a name may lie there; the cells to its sides may hold nothing but its own point."""
    rows, columns = full.shape
    if left < 0 or left + size > columns or not 0 <= at < rows or full[at, left : left + size].any():
        return False
    sides = [side for side in (left - 1, left + size) if 0 <= side < columns]
    return not any(full[at, side] and (side, at) != (column, row) for side in sides)
