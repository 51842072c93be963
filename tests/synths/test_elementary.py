"""The vectorised exponentials against the C library's."""

import numpy as np
import pytest
from numba import vectorize

from plaud_live.synths import elementary

X = np.concatenate(
    [np.linspace(-700, 700, 20001), np.random.default_rng(0).uniform(-5, 5, 20000), [0.0, -0.0]]
)


def test_exp() -> None:
    np.testing.assert_allclose(vectorize(elementary.exp.py_func)(X), np.exp(X), rtol=5e-16)


def test_log() -> None:
    x = np.concatenate([1.0 + 10.0 ** np.linspace(-16, 0, 5000), 10.0 ** np.linspace(0, 300, 5000)])
    np.testing.assert_allclose(vectorize(elementary.log.py_func)(x), np.log(x), rtol=5e-16)


@pytest.mark.parametrize("x", [-1e6, -40.0, -1.0, 0.0, 1e-9, 0.5, 40.0, 1e6, np.inf, -np.inf])
def test_sigmoid_and_tanh_saturate(x: float) -> None:
    assert elementary.tanh(x) == pytest.approx(np.tanh(x), abs=3e-16)
    assert elementary.sigmoid(x) == pytest.approx(0.5 + 0.5 * np.tanh(0.5 * x), abs=3e-16)


def test_nan_stays_nan() -> None:
    assert all(np.isnan(f(np.nan)) for f in (elementary.exp, elementary.sigmoid, elementary.tanh))
    assert np.isnan(elementary.log(1.0 + elementary.exp(np.nan)))
