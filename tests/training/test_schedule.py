"""Learning rate and warm-up over a run."""

from itertools import pairwise

import pytest

from plaud_live.training.schedule import learning_rate, warmth


def test_the_learning_rate_rises_then_falls_without_a_jump() -> None:
    values = [learning_rate(i / 1000, 1.0) for i in range(1001)]
    top = values.index(max(values))
    assert values[top] == pytest.approx(1.0, abs=1e-3)
    assert values[: top + 1] == sorted(values[: top + 1])
    assert values[top:] == sorted(values[top:], reverse=True)
    assert max(abs(a - b) for a, b in pairwise(values)) < 0.05
    assert 0.0 < values[-1] < 0.05


def test_warmth_rises_to_one_over_its_share() -> None:
    assert [warmth(d, 0.5) for d in (0.0, 0.25, 0.5, 1.0)] == [0.0, 0.5, 1.0, 1.0]
    assert warmth(0.0, 0.0) == 1.0


def test_warmth_rises_anew_in_each_cycle() -> None:
    assert [warmth(d, 0.5, 4) for d in (0.0, 0.125, 0.2, 0.25, 0.3125)] == [0.0, 1.0, 1.0, 0.0, 0.5]
    assert warmth(1.0, 1.0, 4) == 1.0
