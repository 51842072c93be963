"""Other sample rates: seconds stay, filters keep their shape over frequency, nothing gets louder."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import assume, given, settings

from compiler.errors import BadValue, DelayFreeLoop
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Recursion, Sos, walk
from compiler.ir.response import frequency_response, response
from compiler.passes.rate import at_rate, sections_at_ratio, taps_at_ratio
from compiler.pipeline import prepare
from tests.compiler.graphs import models


def moved(root: Node, to: float, of: float = 48000.0) -> Node:
    return at_rate(Model("m", of, root), to).root


def test_whole_delays_become_whole_and_loops_keep_their_sample() -> None:
    delay = moved(Delay("d", [4800.0, 1.0, 0.0, 10.5, 1.2]), 22050.0)
    assert isinstance(delay, Delay)
    assert delay.samples.tolist() == [2205.0, 1.0, 0.0, 10.5 * 0.459375, 1.0]


def test_sections_are_scipys_bilinear_there_and_back() -> None:
    """An analogue filter, discretised at both rates by scipy: ours takes one to the other."""
    b, a = [1.0, 3000.0, 5e7], [1.0, 900.0, 9e7]
    sections = {
        rate: np.concatenate(scipy.signal.bilinear(b, a, rate))[np.newaxis] for rate in (44100.0, 96000.0)
    }
    found = sections_at_ratio(sections[44100.0], 96000.0 / 44100.0)[0]
    assert np.allclose(found / found[3], sections[96000.0][0], rtol=1e-12)


def test_a_filter_keeps_its_shape_over_frequency() -> None:
    b, a = scipy.signal.butter(2, 1000.0, fs=48000.0)
    shelf = moved(Sos("s", [[[*b, *a]]]), 96000.0)
    hertz = np.array([50.0, 500.0, 1000.0, 2000.0])
    found = response(shelf, np.exp(2j * np.pi * hertz / 96000.0))[:, 0, 0]
    expected = response(Sos("s", [[[*b, *a]]]), np.exp(2j * np.pi * hertz / 48000.0))[:, 0, 0]
    assert np.allclose(abs(found), abs(expected), atol=0.01)  # the bilinear transform's warping at 2 kHz


def test_first_order_stays_of_first_order_and_gains_stay() -> None:
    sections = [[[0.5, 0.2, 0.0, 2.0, -0.9, 0.0], [3.0, 0.0, 0.0, 2.0, 0.0, 0.0]]]
    found = moved(Sos("s", sections), 96000.0)
    assert isinstance(found, Sos)
    assert (found.sections[0, 0, [2, 5]] == 0.0).all()
    assert found.sections[0, 1].tolist() == sections[0][1]


def test_peaks_stay_and_poles_stay_inside() -> None:
    random = np.random.default_rng(2)
    radius, angle = random.uniform(0.2, 0.999, 50), random.uniform(0.0, np.pi, 50)
    sections = np.zeros((50, 1, 6))
    sections[:, 0, :3] = random.standard_normal((50, 3))
    sections[:, 0, 3:] = np.stack([np.ones(50), -2.0 * radius * np.cos(angle), radius**2], axis=-1)
    for ratio in (0.45, 0.9, 1.1, 4.0):
        found = sections_at_ratio(sections, ratio)
        assert max(abs(np.roots(section[0, 3:])).max() for section in found) < 1.0
        points = np.exp(1j * np.linspace(0.0, np.pi, 1001))
        c = (1.0 - ratio) / (1.0 + ratio)
        there = (1.0 + c / points) / (c + 1.0 / points)
        assert np.allclose(
            response(Sos("s", found), points), response(Sos("s", sections), there), rtol=1e-8, atol=1e-10
        )


def test_taps_keep_their_times_and_their_response_below_both_nyquists() -> None:
    taps = scipy.signal.firwin(32, 0.3)[np.newaxis]
    hertz = np.linspace(0.0, 8000.0, 20)
    before = response(Fir("f", taps), np.exp(2j * np.pi * hertz / 44100.0))
    for rate in (48000.0, 96000.0, 88200.0):
        after = response(moved(Fir("f", taps), rate, 44100.0), np.exp(2j * np.pi * hertz / rate))
        assert abs(after - before).max() < 2e-3
    double = taps_at_ratio(np.array([[1.0, 0.5, 0.25]]), 2.0)
    assert np.allclose(double, [[1.0, 0.0, 0.5, 0.0, 0.25]], atol=1e-15)


def test_notes_say_which_taps_were_moved_and_the_rate_is_the_new_one() -> None:
    model = at_rate(Model("m", 44100.0, Fir("f", [[0.5, 0.5]]), notes=("before",)), 48000.0)
    assert model.sample_rate == 48000.0
    assert model.notes == ("before", "f: taps moved from 44100 to 48000 Hz")


@settings(max_examples=60, derandomize=True, deadline=None)
@given(models(fractional=True))
def test_any_model_can_be_moved_before_and_after_it_is_prepared(model: Model) -> None:
    """Without taps, whose moving is not passive, it is as quiet as before."""
    nodes = [node for _, node in walk(model.root)]
    assume(not any(isinstance(node, Sos) and (node.sections[..., 0] == 0.0).any() for node in nodes))
    for rate in (22050.0, 44100.0, 96000.0):
        there = prepare(at_rate(model, rate)).model
        prepare(at_rate(prepare(model).model, rate))
        if not any(isinstance(node, Fir) for node in nodes):
            assert abs(frequency_response(there.root, 65)).max() < 1.0 + 1e-6


def test_taps_behind_the_first_stay_behind_it() -> None:
    """They may be the delay of a loop."""
    assert (taps_at_ratio(np.array([[0.0, 1.0, -0.5, 0.2]]), 0.46)[..., 0] == 0.0).all()


def test_a_loop_that_loses_its_only_delay_is_refused() -> None:
    late = Sos("late", [[[0.0, 0.5, 0.0, 1.0, -0.2, 0.0]]])
    model = Model("m", 44100.0, Recursion("r", late, Gain("g", [0.5])))
    prepare(model)
    with pytest.raises(DelayFreeLoop):
        prepare(at_rate(model, 48000.0))


def test_the_same_rate_changes_nothing_and_others_are_refused() -> None:
    model = Model("m", 44100.0, Recursion("r", Delay("d", [5.0]), Gain("g", [0.5])))
    assert at_rate(model, 44100.0) is model
    for rate in (0.0, 1e-3, 1e300, float("nan")):
        with pytest.raises(BadValue, match=r"^m: sample rate .* from 1000 to 1000000$"):
            at_rate(model, rate)
