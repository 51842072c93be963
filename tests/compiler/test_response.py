"""The response of each node against its definition, written out."""

import numpy as np
import pytest

from compiler.errors import BadValue
from compiler.ir.nodes import Delay, Fir, Gain, Parallel, Recursion, Series, Sos
from compiler.ir.response import frequency_response, response

Z = np.array([np.exp(0.3j), 1.2 * np.exp(2.0j), -1.0 + 0j, 0.9 + 0.1j])
TOLERANCE = 1e-13  # rounding: values of the order of 1, a dozen operations each


def test_gains_are_their_matrix() -> None:
    matrix = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert np.array_equal(response(Gain("g", matrix), Z), np.broadcast_to(matrix, (4, 2, 3)))
    assert np.array_equal(response(Gain("g", [2.0, 3.0]), Z)[1], np.diag([2.0, 3.0]))


def test_delays_are_powers_fractional_ones_too() -> None:
    found = response(Delay("d", [[3.0, 0.0]], [[0.5, -1.0]]), Z)
    assert np.allclose(found[:, 0, 0], 0.5 * Z**-3, atol=TOLERANCE)
    assert np.allclose(found[:, 0, 1], -1.0, atol=TOLERANCE)
    assert np.allclose(response(Delay("d", [2.25]), Z)[:, 0, 0], Z**-2.25, atol=TOLERANCE)


def test_taps_are_a_polynomial_however_long() -> None:
    taps = np.random.default_rng(1).standard_normal((1, 2, 3000))
    z = np.exp(1j * np.linspace(0.0, np.pi, 1025))
    expected = np.fft.rfft(taps[0]).T
    found = response(Fir("f", taps), np.exp(2j * np.pi * np.arange(1501) / 3000))
    assert np.allclose(found[:, 0, :], expected, atol=1e-9)
    assert frequency_response(Fir("f", taps), 1025).shape == (1025, 1, 2)
    assert np.array_equal(frequency_response(Fir("f", taps), 1025), response(Fir("f", taps), z))


def test_sections_multiply() -> None:
    sections = np.array([[[1.0, 2.0, 0.5, 2.0, 0.1, 0.3], [1.0, 0.0, -1.0, 1.0, -0.5, 0.25]]])
    one = (1 + 2 / Z + 0.5 / Z**2) / (2 + 0.1 / Z + 0.3 / Z**2)
    two = (1 - 1 / Z**2) / (1 - 0.5 / Z + 0.25 / Z**2)
    assert np.allclose(response(Sos("s", sections), Z)[:, 0, 0], one * two, atol=TOLERANCE)


def test_series_runs_left_to_right_and_parallel_sums_or_stacks() -> None:
    mix, swap = Gain("mix", [[1.0, 2.0], [3.0, 4.0]]), Gain("swap", [[0.0, 1.0], [1.0, 0.0]])
    assert np.array_equal(response(Series("s", (mix, swap)), Z)[0], swap.gains @ mix.gains)
    assert np.array_equal(response(Parallel("p", (mix, swap)), Z)[0], mix.gains + swap.gains)
    stacked = response(Parallel("p", (mix, swap), is_sum=False), Z)[0]
    assert np.array_equal(stacked, np.concatenate([mix.gains, swap.gains]))


def test_a_loop_is_the_closed_form_even_where_it_is_not_square() -> None:
    forward = Gain("f", [[1.0, 0.5]])
    feedback = Series("b", (Delay("d", [5.0]), Gain("g", [[0.3], [-0.2]])))
    expected = forward.gains[np.newaxis] / (1 - (0.3 - 0.1) * Z**-5)[:, np.newaxis, np.newaxis]
    assert np.allclose(response(Recursion("loop", forward, feedback), Z), expected, atol=TOLERANCE)


def test_a_pole_at_a_point_is_named() -> None:
    loop = Recursion("loop", Delay("d", [2.0]), Gain("g", [1.0]))
    with pytest.raises(BadValue, match=r"^reverb/loop: .*pole"):
        response(Series("reverb", (loop,)), [1.0])
