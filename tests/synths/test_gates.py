"""The strongest are chosen as a stable sort would choose them."""

import numpy as np
import pytest

from plaud_live.synths.gates import move, track

SCRATCH = np.zeros(256, np.int64)


@pytest.mark.parametrize("count", [0, 1, 7, 100, 399, 400, 1000, -3, 7.4, 6.6])
@pytest.mark.parametrize("kind", ["spread", "ties", "tiny", "equal"])
def test_the_first_frame_opens_the_strongest(count: float, kind: str) -> None:
    generator = np.random.default_rng(4)
    strengths = {
        "spread": 10.0 ** generator.uniform(-9, 1, 400),
        "ties": generator.integers(0, 5, 400).astype(np.float64),
        "tiny": 1.0 + np.spacing(1.0) * generator.integers(0, 1000, 400),
        "equal": np.full(400, 1e-7),
    }[kind]
    gates = np.full(400, np.nan)
    move(gates, strengths, count, True, SCRATCH)
    expected = np.zeros(400)
    expected[np.argsort(-strengths, kind="stable")[: max(0, round(count))]] = 1.0
    np.testing.assert_array_equal(gates, expected)


def test_gates_take_eight_frames() -> None:
    strengths = np.array([3.0, 2.0, 1.0])
    gates = np.zeros(3)
    move(gates, strengths, 1, True, SCRATCH)
    rows = []
    for _ in range(9):
        move(gates, strengths[::-1].copy(), 1, False, SCRATCH)
        rows.append(gates.copy())
    np.testing.assert_array_equal([row[2] for row in rows], np.minimum(np.arange(1, 10) / 8, 1.0))
    np.testing.assert_array_equal([row[0] for row in rows], np.maximum(1.0 - np.arange(1, 10) / 8, 0.0))


def test_strengths_follow_and_end_without_denormals() -> None:
    strengths = np.array([1.0, 1.0])
    amplitudes = np.array([0.0, 0.5])
    track(strengths, amplitudes, False)
    np.testing.assert_allclose(strengths, [0.9, 0.95])
    for _ in range(8000):
        track(strengths, amplitudes, False)
    assert strengths[0] == 0.0 and strengths[1] == pytest.approx(0.5)


def test_a_nan_count_closes_and_nan_strengths_do_no_harm() -> None:
    gates = np.ones(4)
    move(gates, np.array([1.0, np.nan, np.inf, 0.0]), 2, False, SCRATCH)
    assert gates.sum() == 2 + 2 * 0.875
    move(gates, np.ones(4), np.nan, True, SCRATCH)
    assert not gates.any()
