"""z -> z / gamma, on the response and on the samples."""

import numpy as np
import pytest
from hypothesis import given, settings

from compiler.errors import BadValue
from compiler.ir.nodes import Delay, Gain, Model, Series
from compiler.ir.response import response
from compiler.passes.scale import scaled
from tests.compiler.graphs import models
from tests.compiler.simulation import impulse_responses

GAMMA = 0.97


@settings(max_examples=60, derandomize=True, deadline=None)
@given(models(fractional=True))
def test_the_response_is_that_at_z_over_gamma(model: Model) -> None:
    z = np.exp(1j * np.linspace(0.1, np.pi, 9))
    expected = response(model.root, z / GAMMA)
    assert np.allclose(response(scaled(model.root, GAMMA), z), expected, rtol=1e-9, atol=1e-12)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(models())
def test_sample_n_is_multiplied_by_gamma_to_the_n(model: Model) -> None:
    expected = impulse_responses(model.root, 60) * GAMMA ** np.arange(60.0)
    assert np.allclose(impulse_responses(scaled(model.root, GAMMA), 60), expected, atol=1e-13)


@pytest.mark.parametrize("gamma", [0.0, -0.5, np.nan, np.inf])
def test_other_factors_are_refused(gamma: float) -> None:
    with pytest.raises(BadValue, match="gamma"):
        scaled(Series("s", (Gain("g", [1.0]), Delay("d", [3.0]))), gamma)
