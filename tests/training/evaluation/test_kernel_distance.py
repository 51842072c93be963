"""The distance of sets of embeddings, against its closed form for normal variables."""

import numpy as np
import pytest

from plaud_live.training.evaluation.kernel_distance import kernel_distance

RNG = np.random.default_rng(1)


@pytest.mark.parametrize("shift", [0.0, 0.5, 2.0])
def test_normal_variables_apart_by_a_shift(shift: float) -> None:
    target, made = RNG.standard_normal((2, 1500, 1))
    width = 2.0 * 0.4549  # median of chi squared, twice: the squared distance of two of them
    expected = 2.0 * np.sqrt(width / (width + 2.0)) * (1.0 - np.exp(-0.5 * shift**2 / (width + 2.0)))
    assert kernel_distance(made + shift, target) == pytest.approx(100.0 * expected, rel=0.12, abs=0.5)


def test_one_embedding_has_no_distance() -> None:
    assert np.isnan(kernel_distance(np.zeros((1, 3)), np.zeros((4, 3))))
