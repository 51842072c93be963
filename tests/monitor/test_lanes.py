"""Latents over time."""

import numpy as np
import pytest

from plaud_live.monitor.lanes import BLOCKS, SECONDS, columns, lanes, value_range
from plaud_live.monitor.rows import plain

RATE = 1000.0


def test_every_span_has_its_mean_and_its_ends() -> None:
    samples = np.arange(0, 30000, 20)
    values = np.sin(samples / 500.0)[:, None]
    mean, low, high, seen = columns(samples, values, 29999, RATE, 30)
    assert seen.all()
    for i in range(30):
        inside = values[(samples >= i * 1000) & (samples < (i + 1) * 1000), 0]
        assert mean[i, 0] == pytest.approx(inside.mean())
        assert low[i, 0] <= inside.min() and high[i, 0] >= inside.max()


def test_a_picture_that_moves_on_is_the_same_picture() -> None:
    samples = np.arange(0, 60000, 23)
    values = np.random.default_rng(1).random((len(samples), 2))
    span = round(SECONDS * RATE / 60)
    at_once = columns(samples, values, 40000, RATE, 60)
    later = columns(samples, values, 40000 + 7 * span, RATE, 60)
    for before, after in zip(at_once, later, strict=True):
        np.testing.assert_array_equal(before[8:-1], after[1:-8])


def test_short_gaps_are_bridged_and_long_ones_are_not() -> None:
    samples = np.array([0, 600, 1200, 9000, 29000])
    values = np.array([[0.0], [1.0], [0.0], [0.5], [0.5]])
    mean, _, _, seen = columns(samples, values, 29999, RATE, 300)
    assert seen[:13].all() and not seen[13:90].any()
    assert mean[3, 0] == pytest.approx(0.5)


def test_a_ramp_rises_in_blocks_and_in_dots() -> None:
    samples = np.arange(0, 30000, 50)
    values = np.stack([samples / 30000.0, 1.0 - samples / 30000.0], axis=1)
    small = lanes(samples, values, ["z0", "z1"], 29999, RATE, 60, 2)
    up = plain(small[0])[9:].rstrip()
    assert [BLOCKS.index(c) for c in up] == sorted(BLOCKS.index(c) for c in up)
    assert up[0] == "▁" and up[-1] == "█"
    assert plain(small[1])[9] == "█"
    large = lanes(samples, values, ["z0", "z1"], 29999, RATE, 60, 8)
    assert len(large) == 8
    assert plain(large[0]).rstrip()[-1] != " " and plain(large[3])[9] != " "  # top right, bottom left


def test_the_number_is_the_newest_value() -> None:
    rows = lanes(np.array([1, 2]), np.array([[0.1], [0.25]]), ["z0 bright"], 2, RATE, 40, 1)
    assert plain(rows[0]).startswith("z0 bright  0.25 ")


def test_latents_without_room_are_counted() -> None:
    values = np.zeros((1, 16))
    rows = lanes(np.array([1]), values, [f"z{i}" for i in range(16)], 1, RATE, 40, 6)
    assert len(rows) == 6
    assert plain(rows[-1]) == "+11 more"
    assert lanes(np.array([1]), values, [], 1, RATE, 40, 6) == []


def test_the_range_grows_in_steps() -> None:
    assert value_range(np.zeros((0, 3))) == (0.0, 1.0)
    assert value_range(np.array([[0.2, 1.02]])) == (0.0, 1.0)
    assert value_range(np.array([[0.2, 1.3]])) == (0.0, 1.5)
    assert value_range(np.array([[-0.4, 1.3]])) == (-0.5, 1.5)
