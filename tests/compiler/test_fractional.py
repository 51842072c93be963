"""Fractional delays: filters against their definitions, replacements against z^-d and the report."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import lagrange as scipy_lagrange

from compiler.errors import BadValue
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos, walk
from compiler.ir.response import response
from compiler.passes.fractional import FREQUENCIES
from compiler.passes.interpolation import lagrange, lagrange_parts, thiran, thiran_parts
from compiler.pipeline import Prepared, prepare

Z = np.exp(2j * np.pi * np.array(FREQUENCIES))
CIRCLE = np.exp(1j * np.linspace(0.0, np.pi, 257))
ROUNDING = 1e-13


def prepared(root: Node, order: int | None = None) -> Prepared:
    return prepare(Model("m", 48000.0, root), order)


def in_loop(delay: Delay) -> Node:
    return Recursion("loop", delay, Gain("back", 0.5 * np.eye(delay.inputs, delay.outputs)[:, ::-1]))


@pytest.mark.parametrize("order", [1, 2, 3, 7])
def test_lagrange_taps_are_the_interpolating_polynomial(order: int) -> None:
    values = np.random.default_rng(0).standard_normal(order + 1)
    polynomial = scipy_lagrange(np.arange(order + 1.0), values)
    for delay in (0.0, 0.3, order / 2.0, order - 0.4):
        assert np.isclose(lagrange(delay, order) @ values, polynomial(delay), atol=1e-10)


def test_thiran_of_first_order_is_the_textbook_allpass() -> None:
    for delay in (0.5, 0.8, 1.3):
        assert np.allclose(thiran(delay, 1), [1.0, (1.0 - delay) / (1.0 + delay)])


@pytest.mark.parametrize("order", [1, 2, 3, 4, 6])
def test_thiran_delays_low_frequencies_by_what_was_asked(order: int) -> None:
    for delay in (order - 0.49, order, order + 0.4):
        denominator = thiran(delay, order)
        assert abs(np.roots(denominator)).max(initial=0.0) < 1.0
        z = np.exp(1j * 0.01)
        allpass = np.polyval(denominator, 1.0 / z) / np.polyval(denominator[::-1], 1.0 / z)
        assert np.isclose(-np.angle(allpass) / 0.01, delay, atol=1e-4)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.floats(0.01, 40.0).filter(lambda delay: delay % 1.0 > 1e-9), st.integers(1, 12))
def test_filters_are_passive_and_leave_whole_delays(delay: float, order: int) -> None:
    whole, taps = lagrange_parts(delay, order)
    assert whole >= 0 and len(taps) <= max(2, order + 1)
    assert abs(response(Fir("f", [taps]), CIRCLE)).max() <= 1.0 + 1e-12
    whole, sections = thiran_parts(delay, order)
    assert whole >= (1 if delay >= 1.0 else 0)
    sos = Sos("s", [sections])
    assert np.allclose(abs(response(sos, CIRCLE)), 1.0, atol=1e-11)
    assert np.array_equal(sections[:, :3][:, ::-1][sections[:, 5] != 0], sections[:, 3:][sections[:, 5] != 0])
    assert max(abs(np.roots(section[3:])).max(initial=0.0) for section in sections) < 1.0


@pytest.mark.parametrize(
    ("samples", "gains"),
    [
        ([10.3, 4.0, 1.4], None),
        ([10.3, 4.5], [0.5, -2.0]),
        ([[3.25], [8.0], [1.5]], None),
        ([[3.25, 8.0, 1.5]], [[1.0, 2.0, 3.0]]),
        ([[3.25, 8.0], [12.6, 9.1]], None),
        ([[3.25, 8.0, 6.3], [12.6, 9.1, 5.0]], [[1.0, 0.0, 0.5], [-1.0, 2.0, 0.0]]),
    ],
)
@pytest.mark.parametrize("looped", [False, True])
def test_every_entry_is_as_far_off_as_reported(samples: list, gains: list | None, looped: bool) -> None:
    delay = Delay("d", samples, gains)
    ready = prepared(in_loop(delay) if looped else delay)
    root = ready.model.root
    if looped:
        assert isinstance(root, Recursion)
        root = root.forward
    expected = np.zeros((len(Z), *delay.samples.shape))
    for each in ready.fractional:
        assert each.path == ("loop/d" if looped else "d")
        assert each.method == ("thiran" if looped else "lagrange")
        assert each.wanted == delay.samples[each.entry]
        gain = 1.0 if delay.gains is None else abs(delay.gains[each.entry])
        expected[(slice(None), *each.entry)] = gain * 10.0 ** (np.array(each.error_db) / 20.0)
    if delay.samples.ndim == 1:
        expected = expected[..., np.newaxis] * np.eye(delay.inputs)
    assert np.allclose(abs(response(root, Z) - response(delay, Z)), expected, atol=1e-12)


def test_lossless_loops_stay_lossless() -> None:
    ready = prepared(Recursion("r", Delay("d", [100.37, 151.72]), Gain("g", [[0.6, 0.8], [-0.8, 0.6]])))
    loop = ready.model.root
    assert isinstance(loop, Recursion)
    singular = np.linalg.svd(response(Series("s", (loop.forward, loop.feedback)), CIRCLE), compute_uv=False)
    assert np.allclose(singular, 1.0, atol=1e-12)


def test_orders() -> None:
    by_order = {order: prepared(Delay("d", [50.5]), order).fractional[0] for order in (1, 2, 3, 5, 11)}
    assert {order: each.order for order, each in by_order.items()} == {1: 1, 2: 1, 3: 3, 5: 5, 11: 11}
    levels = [by_order[order].error_db[3] for order in (1, 3, 5, 11)]
    assert levels == sorted(levels, reverse=True) and levels[-1] < -130.0
    assert prepared(Delay("d", [0.5])).fractional[0].order == 1  # no room for more
    assert prepared(in_loop(Delay("d", [50.5])), 3).fractional[0].order == 3
    assert str(by_order[5]) == (
        "d[0]: 50.5 samples by Lagrange of order 5, error -26 dB at a quarter of the sample rate"
    )
    with pytest.raises(BadValue, match="order 0"):
        prepared(Delay("d", [1.5]), 0)


def test_whole_delays_are_left_alone_even_if_seconds_were_rounded() -> None:
    ready = prepared(Delay("d", [0.1 * 48000.0 * (1.0 + 1e-15), 7.0]))
    assert isinstance(ready.model.root, Delay) and ready.model.root.samples.tolist() == [4800.0, 7.0]
    assert ready.fractional == ()


def test_a_silent_entry_is_not_interpolated() -> None:
    assert prepared(Delay("d", [[3.5, 2.0], [1.0, 4.0]], [[0.0, 1.0], [1.0, 1.0]])).fractional == ()


def test_added_nodes_are_named_after_the_delay() -> None:
    root = prepared(Parallel("p", (Delay("d", [[3.5, 2.1], [1.0, 4.0]]), Gain("g", np.eye(2))))).model.root
    names = [node.name for _, node in walk(root)]
    assert names == ["p", "p/d:interpolated", "p/d:spread", "p/d", "p/d:fraction", "p/d:sums", "p/g"]
