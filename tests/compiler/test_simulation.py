"""The simulation against recurrences written out, and against the response of the same tree."""

import numpy as np
import pytest
from hypothesis import given, settings

from compiler.ir.nodes import Delay, Fir, Gain, Model, Parallel, Recursion, Series, Sos
from compiler.ir.response import response
from tests.compiler.graphs import models
from tests.compiler.simulation import impulse_responses, simulate

ROUNDING = 1e-12  # some hundred operations a sample on values of the order of 1
"""How far two ways to the same number may be apart."""


def test_a_filter_follows_its_difference_equation() -> None:
    x = np.random.default_rng(0).standard_normal((50, 1))
    b0, b1, b2, a0, a1, a2 = section = (0.5, -0.2, 0.1, 2.0, -1.0, 0.4)
    y = np.zeros(52)
    past = np.concatenate([[0.0, 0.0], x[:, 0]])
    for n in range(2, 52):
        y[n] = (b0 * past[n] + b1 * past[n - 1] + b2 * past[n - 2] - a1 * y[n - 1] - a2 * y[n - 2]) / a0
    assert np.allclose(simulate(Sos("s", [[section]]), x)[:, 0], y[2:], atol=ROUNDING)


def test_a_loop_counts_its_delays_wherever_they_are() -> None:
    comb = Recursion("comb", Delay("f", [3.0]), Delay("b", [2.0], [0.5]))
    expected = np.zeros(20)
    expected[[3, 8, 13, 18]] = 1.0, 0.5, 0.25, 0.125
    assert np.array_equal(impulse_responses(comb, 20)[0, 0], expected)


def test_a_loop_without_instant_cycle_needs_no_single_delay() -> None:
    forward = Series("f", (Delay("d", [0.0, 5.0]), Gain("m", [[0.0, 1.0], [1.0, 0.0]])))
    loop = Recursion("loop", forward, Gain("g", [[0.0, 0.0], [0.5, 0.0]]))
    direct = impulse_responses(loop, 12)
    assert direct[1, 0, 0] == 1.0 and direct[0, 1, 5] == 1.0
    assert direct[0, 1, 10] == 0.5


def test_what_cannot_be_played_is_refused() -> None:
    with pytest.raises(ValueError, match="a cycle without a delay"):
        simulate(Recursion("loop", Gain("f", [0.5]), Gain("b", [0.5])), np.ones((2, 1)))
    with pytest.raises(ValueError, match="fractional"):
        simulate(Delay("d", [1.5]), np.ones((2, 1)))


def test_inputs_meet_in_full_leaves() -> None:
    node = Parallel("p", (Fir("f", [[[0.0, 1.0], [2.0, 0.0]]]), Delay("d", [[2.0, 0.0]], [[3.0, 1.0]])))
    assert np.array_equal(simulate(node, [[1.0, 10.0], [0.0, 0.0], [0.0, 0.0]])[:, 0], [30.0, 1.0, 3.0])


@settings(max_examples=60, derandomize=True, deadline=None)
@given(models())
def test_the_simulation_has_the_response_of_the_tree(model: Model) -> None:
    """On |z| = 1.25 the first 160 samples tell the response to 1.25^-160, 3e-16."""
    z = 1.25 * np.exp(1j * np.linspace(0.0, np.pi, 7))
    samples = impulse_responses(model.root, 160)
    found = np.einsum("oin,np->poi", samples, z ** -np.arange(160.0)[:, np.newaxis])
    assert np.allclose(found, response(model.root, z), atol=ROUNDING)
