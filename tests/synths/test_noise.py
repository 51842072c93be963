"""Noise bands against plain integer arithmetic on their loops."""

import numpy as np
import pytest

from plaud_live.synths.noise import CHUNK, add_noise

BANDS = 3 * CHUNK + 5
GENERATOR = np.random.default_rng(8)
LOOPS = [GENERATOR.integers(-32767, 32768, (length, BANDS)).astype(np.int16) for length in (50, 77)]
SCALE = GENERATOR.uniform(0.5, 1.0, BANDS).astype(np.float32) / 32767.0


def render(
    position: int, before: np.ndarray, after: np.ndarray, start: int = 0, count: int = 128
) -> np.ndarray:
    out = np.zeros(count, np.float32)
    scratch, runs = np.zeros((2, BANDS), np.float32), np.zeros((BANDS // CHUNK + 1, 2), np.int64)
    add_noise(out, start, 128, position, position, SCALE, *LOOPS, before, after, scratch, runs)
    return out


def expected(position: int, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    p = position + np.arange(128)
    bands = sum(loop[p % len(loop)].astype(np.float64) for loop in LOOPS)
    ramp = np.arange(1, 129)[:, None] / 128
    return np.sum((before + (after - before) * ramp) * SCALE * bands, axis=1)


@pytest.mark.parametrize("position", [0, 49, 76, 10**12 + 3])
@pytest.mark.parametrize("sounding", ["all", "none", "some chunks", "one", "first and last"])
def test_is_the_sum_of_its_loops(position: int, sounding: str) -> None:
    index = np.arange(BANDS)
    mask = {
        "all": index >= 0,
        "none": index < 0,
        "some chunks": (index // CHUNK) % 2 == 1,
        "one": index == CHUNK + 3,
        "first and last": (index == 0) | (index == BANDS - 1),
    }[sounding]
    before = GENERATOR.uniform(0, 0.1, BANDS) * mask
    after = GENERATOR.uniform(0, 0.1, BANDS) * mask
    np.testing.assert_allclose(
        render(position, before, after), expected(position, before, after), atol=2e-6
    )  # float32 sums of a hundred terms


def test_pieces_of_a_segment_are_the_same_bits() -> None:
    before, after = GENERATOR.uniform(0, 0.1, BANDS), np.zeros(BANDS)
    pieces = [
        render(30, before, after, 0, 50),
        render(80, before, after, 50, 1),
        render(81, before, after, 51, 77),
    ]
    np.testing.assert_array_equal(np.concatenate(pieces), render(30, before, after))
