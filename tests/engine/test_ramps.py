"""Glides between numbers by a kernel are the glides of the graph."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaud_live.engine.ramps import MOST_STEPS, ramp, ramps
from plaud_live.signals.graph import Constant, Evaluation, Signal
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Columns, Vector
from plaud_live.signals.transitions import SHAPES, Transition

SIZE = 3
BEATS = np.linspace(-1.0, 9.0, 201)

numbers = st.floats(-1.0, 2.0, allow_nan=False)
times = st.floats(0.0, 8.0, allow_nan=False)
lengths = st.sampled_from((0.0, 0.05, 0.5, 3.0))


def glides(targets: st.SearchStrategy[Signal]) -> st.SearchStrategy[Signal]:
    """Transitions from one to another of what is given, a few one inside another."""

    def wrap(inner: st.SearchStrategy[Signal]) -> st.SearchStrategy[Signal]:
        return st.builds(Transition, inner, targets, times, lengths, st.sampled_from(sorted(SHAPES)))

    return st.recursive(targets, wrap, max_leaves=6)


fader = glides(st.builds(Constant, numbers))
vectors = st.builds(Vector, st.tuples(*[numbers] * SIZE))


@st.composite
def places(draw: st.DrawFn) -> Signal:
    """A place some of whose latents were moved alone, and which then was left as a whole."""
    moved = draw(st.lists(st.integers(0, SIZE - 1), unique=True))
    columns = Columns(draw(glides(vectors)), SIZE, tuple(moved), tuple(draw(fader) for _ in moved))
    return Transition(columns, draw(vectors), draw(times), draw(lengths)) if draw(st.booleans()) else columns


def graph(signal: Signal, beats: np.ndarray = BEATS) -> np.ndarray:
    return Evaluation(beats).value(signal)


@given(fader)
def test_a_fader_goes_as_its_graph_does(signal: Signal) -> None:
    made = ramp(signal)
    assert (made is None) == isinstance(signal, Constant)
    if made is not None:
        np.testing.assert_allclose(made.at(BEATS)[:, 0], graph(signal), rtol=0, atol=1e-12)


@given(places())
def test_a_place_goes_as_its_graph_does(signal: Signal) -> None:
    made = ramps(signal, SIZE)
    if made is not None:
        np.testing.assert_allclose(made.at(BEATS), graph(signal), rtol=0, atol=1e-12)


@given(fader, st.integers(1, 200))
def test_blocks_of_any_size_give_the_same_to_the_last_bit(signal: Signal, size: int) -> None:
    made = ramp(signal)
    if made is not None:
        pieces = [made.at(BEATS[begin : begin + size]) for begin in range(0, len(BEATS), size)]
        np.testing.assert_array_equal(np.concatenate(pieces), made.at(BEATS))


@pytest.mark.parametrize(
    "signal",
    [
        Transition(lfo(4), Constant(1.0), 0.0, 1.0),
        Transition(Constant(1.0), lfo(4), 0.0, 1.0),
        Transition(Constant(0.0), Transition(Constant(0.0), Constant(1.0), 2.0, 1.0), 0.0, 1.0),
        lfo(4),
    ],
)
def test_what_moves_by_itself_is_left_to_the_graph(signal: Signal) -> None:
    assert ramp(signal) is None
    assert ramps(Columns(Vector((0.0,) * SIZE), SIZE, (1,), (signal,)), SIZE) is None


def test_a_pile_of_glides_is_left_to_the_graph() -> None:
    """Nobody makes one so deep: but it must not hold up the sound to look at it."""
    signal: Signal = Constant(0.0)
    for number in range(MOST_STEPS):
        signal = Transition(signal, Constant(number % 2), number / 10, 0.05)
    assert ramp(signal) is not None
    assert ramp(Transition(signal, Constant(0.0), 9.0, 0.05)) is None
