"""Signals: values against closed forms, purity under any chunking, and what is refused."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from plaud_live.errors import SignalError
from plaud_live.signals.data import from_data, to_data
from plaud_live.signals.describe import describe
from plaud_live.signals.graph import Constant, Evaluation, Signal, signal
from plaud_live.signals.noise import drift
from plaud_live.signals.oscillators import lfo, saw, sq, tri
from plaud_live.signals.space import Anchor, Column, Columns, Layer, Reference, Vector, set_column
from plaud_live.signals.transitions import Transition, column, settle, target, to, without_layer

BEATS = np.linspace(0.0, 32.0, 1025)


def value(node: Signal, beats: np.ndarray = BEATS) -> np.ndarray:
    return Evaluation(beats, lambda address: {"x": lfo(3), "v": Vector((0.1, 0.9))}[address[0]]).value(node)


def test_shapes_are_the_closed_forms() -> None:
    phase = np.mod(BEATS / 4, 1.0)
    assert np.allclose(value(lfo(4)), np.sin(np.pi * phase) ** 2, atol=1e-12)
    assert np.allclose(value(tri(4)), 2 * np.minimum(phase, 1 - phase), atol=1e-12)
    assert np.array_equal(value(saw(4)), phase)
    assert np.array_equal(value(sq(4)), (phase < 0.5) * 1.0)


def test_an_lfo_has_one_period_in_its_beats() -> None:
    spectrum = np.abs(np.fft.rfft(value(lfo(16), np.arange(1024) / 16) - 0.5))
    assert np.argmax(spectrum) == 4  # 64 beats hold four periods of 16


def test_drift_stays_in_range_moves_smoothly_and_depends_on_its_seed() -> None:
    wander = value(drift(2))
    assert wander.min() >= 0.0 and wander.max() <= 1.0
    assert np.ptp(wander) > 0.5
    assert np.abs(np.diff(wander)).max() < 1.875 / 64 + 1e-9  # the quintic's steepest slope, 64 frames a step
    assert not np.allclose(wander, value(drift(2, seed=1)))
    assert np.array_equal(wander, value(drift(2)))


def test_drift_values_are_uniform() -> None:
    values = value(drift(1), np.arange(20000.0))
    counts, _ = np.histogram(values, bins=10, range=(0, 1))
    assert np.all(np.abs(counts - 2000) < 5 * np.sqrt(2000))


def test_arithmetic_is_numpy_and_broadcasts_a_number_over_a_vector() -> None:
    assert np.allclose(value(0.3 + 0.2 * lfo(8)), 0.3 + 0.2 * value(lfo(8)))
    assert np.allclose(value(1 - lfo(4) ** 2), 1 - value(lfo(4)) ** 2)
    assert np.allclose(value(-lfo(4) % 0.3), np.mod(-value(lfo(4)), 0.3))
    both = value(Vector((1.0, 2.0)) * lfo(4))
    assert both.shape == (len(BEATS), 2)
    assert np.allclose(both[:, 1], 2 * value(lfo(4)))


def test_methods() -> None:
    x = value(lfo(4))
    assert np.allclose(value(lfo(4).range(2, 5)), 2 + 3 * x)
    assert np.allclose(value(lfo(4).fast(2)), value(lfo(2)), atol=1e-12)
    assert np.allclose(value(lfo(4).slow(2)), value(lfo(8)), atol=1e-12)
    assert np.allclose(value(lfo(4).delay(1).delay(1)), value(lfo(4, phase=0.5)), atol=1e-12)
    assert set(np.unique(value(saw(4).quant(4)))) == {0.0, 0.25, 0.5, 0.75, 1.0}
    assert np.array_equal(value(saw(8).hold(2)), np.floor(np.mod(BEATS, 8) / 2) / 4)
    assert value((lfo(4) * 3).clip(0.5, 2)).min() == 0.5
    mixed = value(Vector((0.0, 1.0)).to(Vector((1.0, 0.0)), lfo(4)))
    assert np.allclose(mixed, np.stack([x, 1 - x], axis=1))


def test_a_shared_node_is_evaluated_once() -> None:
    node: Signal = lfo(4)
    for _ in range(60):  # 2**60 visits if it were not
        node = (node + node) * 0.5
    assert np.allclose(value(node), value(lfo(4)))
    assert np.allclose(value(from_data(json.loads(json.dumps(to_data(node))))), value(lfo(4)))


def test_a_shared_node_is_shown_in_one_short_line() -> None:
    node: Signal = lfo(4)
    for _ in range(40):
        node = node + node
    assert len(repr(node)) <= 200
    assert repr(0.5 * lfo(4)) == "0.5*lfo(4)"


LEAVES = st.sampled_from(
    [lfo(4), tri(3, 0.2), saw(5), sq(2), drift(1.5), drift(7, 3), Constant(0.4), Reference("x", "z", 0)]
)


def _grow(children: st.SearchStrategy[Signal]) -> st.SearchStrategy[Signal]:
    pair = st.tuples(children, children)
    return st.one_of(
        pair.map(lambda p: p[0] + p[1] * 0.5),
        pair.map(lambda p: p[0] - p[1]),
        pair.map(lambda p: Transition(p[0], p[1], 7.5, 9.0)),
        children.map(lambda c: c.fast(1.5).delay(0.3)),
        children.map(lambda c: c.clip(0.1, 0.9).quant(5)),
        children.map(lambda c: c.hold(0.7)),
        children.map(lambda c: set_column(Vector((0.1, 0.2, 0.3)), 1, 3, column(c, 0))).map(
            lambda c: column(c, 1)
        ),
    )


SIGNALS = st.recursive(LEAVES, _grow, max_leaves=8)


@hypothesis_settings(max_examples=60, deadline=None, derandomize=True)
@given(SIGNALS, st.lists(st.integers(1, 200), min_size=1, max_size=8))
def test_any_chunking_gives_the_same(node: Signal, sizes: list[int]) -> None:
    whole = value(node)
    start, parts = 0, []
    while start < len(BEATS):
        size = sizes[len(parts) % len(sizes)]
        parts.append(value(node, BEATS[start : start + size]))
        start += size
    assert np.array_equal(np.concatenate(parts), whole)


@hypothesis_settings(max_examples=60, deadline=None, derandomize=True)
@given(SIGNALS)
def test_data_round_trip_is_exact(node: Signal) -> None:
    data = json.loads(json.dumps(to_data(node)))
    again = from_data(data)
    assert np.array_equal(value(again), value(node))
    assert to_data(again) == data
    assert describe(again) == describe(node)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        [["no-such-kind"]],
        [["constant"]],
        [["constant", "1"]],
        [["constant", float("nan")]],
        [["constant", True]],
        [["oscillator", "lfo", 0.0, 0.0]],
        [["oscillator", "sine", 1.0, 0.0]],
        [["clip", 0, 0.0, 1.0]],  # refers to itself
        [["constant", 1.0], ["binary", "@", 0, 0]],
        [["constant", 1.0], ["binary", "+", 0, 7]],
        [["constant", 1.0], ["columns", 0, 2, [5], [0]]],
        [["constant", 1.0]] * 2000,
        [["constant", 1.0], *[["clip", i, 0.0, 1.0] for i in range(500)]],  # too deep
    ],
)
def test_what_is_not_a_signal_is_refused(data: object) -> None:
    with pytest.raises(SignalError):
        from_data(data)


def test_transition_is_before_then_crossfade_then_after() -> None:
    node = Transition(Constant(1.0), lfo(4), start=8.0, beats=4.0)
    v = value(node)
    assert np.all(v[BEATS < 8] == 1.0)
    assert np.array_equal(v[BEATS >= 12], value(lfo(4))[BEATS >= 12])
    middle = np.searchsorted(BEATS, 10.0)
    assert v[middle] == pytest.approx(0.5 * (1 + value(lfo(4))[middle]))
    assert np.abs(np.diff(v)).max() < 0.05


def test_settling_changes_nothing_after_its_beat() -> None:
    first = Transition(Constant(0.0), lfo(4), 2.0, 2.0)
    vector = set_column(Transition(Vector((0.1, 0.2)), Vector((0.5, 0.6)), 1.0, 1.0), 0, 2, first)
    node = Transition(vector, set_column(Vector((1.0, 0.0)), 1, 2, first * 0.5), 6.0, 8.0)
    for beat in (0.0, 3.0, 5.0, 7.0, 20.0):
        later = BEATS[beat <= BEATS]
        assert np.array_equal(value(settle(node, beat), later), value(node, later))
    assert isinstance(settle(node, 20.0), Columns)
    for late in (first.delay(5.0), first.slow(3.0), first.fast(2.0), (first * 2).hold(6.0).delay(1.0)):
        for beat in (3.0, 4.5, 7.0, 8.5, 12.5, 20.0):
            later = BEATS[beat <= BEATS]
            assert np.array_equal(value(settle(late, beat), later), value(late, later))


def test_column_of_anything_is_that_column() -> None:
    vector = set_column(Vector((0.1, 0.2, 0.3)), 1, 3, lfo(4))
    nodes = [
        vector,
        Transition(Vector((1.0, 1.0, 1.0)), vector, 4.0, 4.0),
        vector * 0.5,
        Vector((4.0, 5.0, 6.0)),
    ]
    for node in nodes:
        for index in range(3):
            assert np.array_equal(value(column(node, index)), value(node)[:, index])
    assert isinstance(column(vector * 0.5, 1), Column)
    assert np.array_equal(value(column(lfo(4), 2)), value(lfo(4)))  # a number is the same for all latents


def test_layers_are_found_by_their_text() -> None:
    base = lfo(4)
    first = Layer("a", base, base + 0.1)
    second = Layer("b", first, first * 0.5)
    assert without_layer(second, "b") is first
    stripped = without_layer(second, "a")
    assert np.allclose(value(stripped), value(base * 0.5))
    assert without_layer(second, "c") is second


def test_target_is_where_a_source_is_going() -> None:
    goal = lfo(2)
    assert target(Transition(Transition(Constant(0), Constant(1), 0, 1), goal, 5, 5)) is goal
    assert to(goal, 8).evaluate(Evaluation(BEATS)).shape == BEATS.shape


def test_linked_loops_read_the_block_before() -> None:
    sources = {"a": Reference("b", "z", 0) + 0.1, "b": Reference("a", "z", 0)}
    at = Evaluation(BEATS, lambda address: sources[address[0]], {("a", "z", 0): np.asarray(0.3)})
    assert np.allclose(at.linked(("a", "z", 0)), 0.4)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: lfo(0), "more than 0"),
        (lambda: lfo(-1), "more than 0"),
        (lambda: lfo("4"), "wants a number"),
        (lambda: lfo(lfo(4)), "number of beats"),
        (lambda: signal(float("nan")), "finite"),
        (lambda: signal(10**400), "wants a number"),
        (lambda: lfo(4) + None, "wants signals and numbers"),
        (lambda: bool(lfo(4)), "no truth value"),
        (lambda: drift(4, seed=0.5), "whole number"),
        (lambda: to(0.5, 4, "bouncy"), "no shape"),
        (lambda: lfo(4).quant(0), "from 1"),
        (lambda: value(Anchor("bell")), "assigned"),
        (lambda: value(Vector((1.0, 2.0)) + Vector((1.0, 2.0, 3.0))), "do not go together"),
    ],
)
def test_mistakes_are_named(make: object, says: str) -> None:
    with pytest.raises(SignalError, match=says):
        make()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (0.3 + 0.2 * drift(8), "0.3 + 0.2*drift(8)"),
        ((lfo(4) + 1) * 2, "(lfo(4) + 1)*2"),
        (1 - (lfo(4) - saw(2)), "1 - (lfo(4) - saw(2))"),
        (Anchor("bell").to(Anchor("rust"), lfo(32)), "A.bell.to(A.rust, lfo(32))"),
        (lfo(4).range(0.2, 0.8) * 2, "lfo(4).range(0.2, 0.8)*2"),
        (Layer("a", lfo(4), lfo(4) + 1) * 2, "(lfo(4) + 1)*2"),
        (lfo(4).fast(2).slow(3), "lfo(4).fast(2).slow(3)"),
        (Reference("drone", "z", 0) * 2, "drone.z0*2"),
    ],
)
def test_description_reads_like_what_was_typed(node: Signal, text: str) -> None:
    assert describe(node) == text
