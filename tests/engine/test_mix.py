"""Gains go where they are asked to without a step, a corner or a way beyond."""

import numpy as np
import pytest

from plaud_live.engine.mix import add_voice

GLIDE, BEND = 0.01, 0.0003
ONE = np.ones(1)


def followed(wanted: np.ndarray) -> np.ndarray:
    """The gain at each sample where `wanted` [n] is asked for, from silence on."""
    sound, out = np.ones(len(wanted), np.float32), np.zeros((len(wanted), 2), np.float32)
    sides, alone = np.zeros((2, 3)), np.zeros((0, 2), np.float32)
    add_voice(sound, sound, wanted, ONE, ONE, sides, GLIDE, BEND, 1.0, 0.0, out, alone)
    return out[:, 0].astype(np.float64)


@pytest.mark.parametrize("size", [0.0001, 0.004, 0.1, 1.0])
def test_a_step_is_a_way_without_corners_that_ends_where_it_wants_to(size: float) -> None:
    gain = followed(np.full(400, size))
    assert gain[-1] == np.float32(size) and gain.max() == gain[-1]
    moves = np.diff(gain, prepend=0.0)
    assert moves.min() >= 0.0 and moves.max() <= GLIDE + 1e-6
    assert np.abs(np.diff(moves, prepend=0.0)).max() <= BEND + 1e-6
    assert np.count_nonzero(gain < gain[-1]) <= size / GLIDE + 1.1 * GLIDE / BEND + 2


def test_steps_on_the_way_to_others_have_no_corners_either() -> None:
    """It may go on for as long as it takes to turn round, which is no way at all beside a step."""
    random = np.random.default_rng(3)
    wanted = np.repeat(random.uniform(0.3, 1.0, 300), random.integers(1, 150, 300))
    moves = np.diff(followed(wanted), prepend=0.0)
    assert np.abs(moves).max() <= GLIDE + 1e-6
    assert np.abs(np.diff(moves)).max() <= BEND + 1e-6
    assert followed(wanted).max() <= wanted.max() + GLIDE**2 / BEND


@pytest.mark.parametrize("cycle", [900, 3000])
def test_what_moves_slowly_enough_is_followed_to_the_sample(cycle: int) -> None:
    wanted = 0.5 + 0.5 * np.sin(2.0 * np.pi * np.arange(4 * cycle) / cycle)
    np.testing.assert_array_equal(followed(wanted)[400:], wanted[400:].astype(np.float32))


def test_after_a_corner_it_is_soon_where_it_was_asked_to_be() -> None:
    """A triangle whose corners are sharper than a gain may bend."""
    wanted = np.abs(np.arange(4000) % 1000 - 500) / 500.0 * 2.0
    off = np.abs(followed(wanted) - wanted)[400:]
    assert off.max() <= 2 * (0.004**2) / BEND
    assert np.count_nonzero(off > 1e-6) <= 8 * 60
