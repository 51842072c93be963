"""Names that do not overlap."""

import numpy as np

from plaud_live.monitor.labels import place_labels


def cells(column: int, row: int, name: str) -> set[tuple[int, int]]:
    return {(column + i, row) for i in range(len(name))}


def test_no_name_lies_on_another_or_on_a_point() -> None:
    rng = np.random.default_rng(5)
    for columns, rows, count in ((38, 12, 24), (80, 30, 24), (20, 6, 40)):
        points = [
            (int(rng.integers(columns)), int(rng.integers(rows)), "x" * int(rng.integers(2, 11)))
            for _ in range(count)
        ]
        placed = place_labels(points, columns, rows)
        used: set[tuple[int, int]] = {(column, row) for column, row, _ in points}
        for column, row, name in placed:
            there = cells(column, row, name)
            assert not there & used
            assert all(0 <= c < columns and 0 <= r < rows for c, r in there)
            used |= there
        assert len(placed) >= min(count, 4)


def test_a_name_touches_its_own_point_alone() -> None:
    points = [(5, 2, "hum"), (8, 2, "haunted")]
    placed = place_labels(points, 40, 5)
    assert {name for _, _, name in placed} == {"hum", "haunted"}
    for column, row, name in placed:
        beside = {(column - 1, row), (column + len(name), row)}
        others = {(c, r) for c, r, other in points if other != name}
        assert not beside & others


def test_the_first_finds_its_best_place_and_the_rest_may_find_none() -> None:
    points = [(0, 0, "first"), (1, 0, "second")]
    assert place_labels(points[:1], 10, 1) == [(2, 0, "first")]
    assert len(place_labels(points, 8, 1)) <= 1
    assert place_labels([(0, 0, "much too long")], 8, 3) == []
