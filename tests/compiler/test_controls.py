"""Macro controls: what the knobs say is what the model does, and neutral knobs do nothing."""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from compiler.controls import CONTROLS, ControlPlan, dry_routing, plan_controls, step_above, step_below
from compiler.decay import energy_decay_curve, impulse_response, t60
from compiler.errors import BadValue, CompilerError, UnknownControl
from compiler.ir.nodes import Delay, Fir, Gain, Model, Parallel, Recursion, Series
from compiler.ir.response import frequency_response
from compiler.passes.rate import at_rate
from compiler.pipeline import Prepared, prepare
from tests.compiler.rooms import RATE, ROOMS, room


def measured_t60(model: Model, growth_rate: float, seconds: float) -> float:
    """T60 by plain backward integration of a response that lasts long enough."""
    samples = math.ceil((1.1 * seconds + 0.2) * model.sample_rate)
    response = impulse_response(model, samples, math.exp(growth_rate / model.sample_rate))
    undone = response * np.exp(-growth_rate * np.arange(samples) / model.sample_rate)
    return t60(energy_decay_curve(undone), model.sample_rate)


@pytest.fixture(scope="module", params=ROOMS)
def planned(request: pytest.FixtureRequest) -> tuple[Model, ControlPlan]:
    prepared = prepare(ROOMS[request.param])
    rates = (44100.0, 96000.0)
    return prepared.model, plan_controls(prepared, {"t60": (0.3, 10.0), "damping": (0.0, 1.0)}, rates)


@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.7])
def test_the_t60_that_is_set_is_measured(planned: tuple[Model, ControlPlan], seconds: float) -> None:
    model, plan = planned
    assert measured_t60(plan.apply(model, {"t60": seconds}), 0.0, seconds) == pytest.approx(seconds, rel=0.02)


@pytest.mark.parametrize("rate", [44100.0, 48000.0, 96000.0])
@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.5, 3.3, 6.0, 10.0])
def test_it_is_so_at_every_sample_rate(
    planned: tuple[Model, ControlPlan], seconds: float, rate: float
) -> None:
    model, plan = planned
    there = plan.apply(at_rate(model, rate), {"t60": seconds})
    assert measured_t60(there, 0.0, seconds) == pytest.approx(seconds, rel=0.03)


def test_t60_is_monotone_and_stable_to_the_top(planned: tuple[Model, ControlPlan]) -> None:
    model, plan = planned
    knob = plan["t60"]
    gammas = [
        plan.gamma({"t60": float(seconds)}, RATE) for seconds in np.geomspace(knob.minimum, knob.maximum, 200)
    ]
    assert all(low <= high for low, high in itertools.pairwise(gammas))
    top = plan.apply(model, {"t60": knob.maximum})
    loop = next(child for child in top.root.children if isinstance(child, Recursion))
    around = frequency_response(Series("around", (loop.forward, loop.feedback)), 512)
    assert np.abs(np.linalg.eigvals(around)).max() <= 1.0 + 1e-9


@pytest.mark.parametrize(("delay", "gain"), [(4.0, 0.5), (37.0, 0.3)])
def test_delays_that_round_elsewhere_have_their_own_table(delay: float, gain: float) -> None:
    """4 samples at 48 kHz are 4 at 44.1 kHz, and the loop 9 % slower."""
    loop = Recursion("loop", Delay("line", np.array([delay])), Gain("back", np.array([[gain]])))
    prepared = prepare(Model("comb", RATE, loop))
    plan = plan_controls(prepared, ["t60"], (44100.0,))
    for rate in (RATE, 44100.0):
        applied = plan.apply(at_rate(prepared.model, rate), {"t60": 2.0})
        assert measured_t60(applied, 0.0, 2.0) == pytest.approx(2.0, rel=0.03)


def test_at_a_rate_without_a_table_nothing_lasts_longer_than_trained() -> None:
    plan = plan_controls(prepare(ROOMS["decaying"]), ["t60"], (96000.0,))
    assert plan.gamma({"t60": 3.0}, RATE) > 1.0 < plan.gamma({"t60": 3.0}, 96000.0)
    for rate in (32000.0, 88200.0, 192000.0):
        assert plan.gamma({"t60": 3.0}, rate) == 1.0
        assert plan.gamma({"t60": 0.5}, rate) < 1.0


@pytest.mark.parametrize(("low", "high"), [(0.001, 0.002), (0.001, 0.01), (20.0, 30.0), (0.3, 1.0)])
def test_ends_that_the_model_sets_are_on_steps(low: float, high: float) -> None:
    """While a model is trained its slider stays; what is above the range that was asked for is as trained."""
    knobs = []
    for own in (1.5, 1.55):
        plan = plan_controls(prepare(room(own, own)), {"t60": (low, high)})
        knobs.append((plan["t60"].minimum, plan["t60"].maximum))
        assert knobs[-1][0] <= plan["t60"].neutral <= knobs[-1][1]
        assert (plan.gamma({"t60": knobs[-1][1]}, RATE) == 1.0) == (own > high)
    assert knobs == [(min(low, 1.25), max(high, 1.6))] * 2


def test_a_step_is_its_own_neighbour() -> None:
    for step in (0.001, 0.1, 0.315, 1.0, 8.0, 10.0, 250.0):
        assert step_below(step) == step_above(step) == step
    assert (step_below(9.99), step_above(9.99), step_above(10.01)) == (8.0, 10.0, 12.5)


def test_the_shape_of_the_response_is_kept() -> None:
    prepared = prepare(ROOMS["coloured"])
    plan = plan_controls(prepared, ["t60"])
    gamma = plan.gamma({"t60": 0.6}, RATE)
    before = impulse_response(prepared.model, 8192)
    after = impulse_response(plan.apply(prepared.model, {"t60": 0.6}), 8192)
    expected = before * gamma ** np.arange(8192.0)
    assert np.abs(after - expected).max() < 1e-6 * np.abs(expected).max()


def test_neutral_is_the_model_to_the_last_bit() -> None:
    for model in ROOMS.values():
        prepared = prepare(model)
        plan = plan_controls(prepared, [name for name in CONTROLS if name != "freeze"])
        points = np.exp(1j * np.linspace(0.1, 3.0, 64))
        applied = plan.apply(prepared.model, {})
        plain = frequency_response(prepared.model.root, len(points))
        assert np.array_equal(frequency_response(applied.root, len(points)), plain)


def test_a_lossless_model_is_as_trained_at_the_top_of_its_range() -> None:
    plan = plan_controls(prepare(ROOMS["lossless"]), {"t60": (0.3, 10.0)})
    assert plan.decay is not None
    assert math.isinf(plan.decay.own)
    assert plan["t60"].neutral == plan["t60"].maximum == 20.0
    assert plan.gamma({"t60": 20.0}, RATE) == 1.0
    assert plan.gamma({"t60": 10.0}, RATE) < 1.0


def test_what_is_outside_of_loops_is_left_alone() -> None:
    model = room(1.5, 1.5)
    tone = Fir("tone", np.ones((1, 40)))
    longer = Model("room", RATE, Series("reverb", (*model.root.children, tone)))  # type: ignore[union-attr]
    plan = plan_controls(prepare(longer), ["t60"])
    applied = plan.apply(longer, {"t60": 0.5})
    assert isinstance(applied.root, Series)
    assert applied.root.children[-1] is tone


def test_damping_shortens_high_frequencies_only() -> None:
    prepared = prepare(ROOMS["decaying"])
    plan = plan_controls(prepared, ["damping"])
    damped = plan.apply(prepared.model, {"damping": 0.5})
    loop = next(child for child in damped.root.children if isinstance(child, Recursion))
    around = frequency_response(Series("around", (loop.forward, loop.feedback)), 256)
    gains = np.linalg.norm(around, 2, axis=(1, 2))
    assert gains[0] == pytest.approx(np.linalg.norm(around[0], 2))
    assert (np.diff(gains) < 1e-9).all()
    assert gains[-1] < 0.5 * gains[0]


def test_pre_delay_and_dry_wet() -> None:
    model = room(1.5, 1.5, inputs=2, outputs=1)
    prepared = prepare(model)
    plan = plan_controls(prepared, ["pre_delay", "dry_wet"])
    plain = impulse_response(prepared.model, 4096)
    applied = impulse_response(plan.apply(prepared.model, {"pre_delay": 10.0, "dry_wet": 0.25}), 4096)
    expected = np.zeros_like(plain)
    expected[..., 480:] = 0.25 * plain[..., :-480]
    expected[..., 0] += 0.75 * 0.5
    assert np.abs(applied - expected).max() < 1e-6


@pytest.mark.parametrize(
    ("outputs", "inputs", "expected"),
    [
        (2, 2, [[1, 0], [0, 1]]),
        (2, 1, [[1], [1]]),
        (1, 2, [[0.5, 0.5]]),
        (3, 2, [[1, 0], [0, 1], [1, 0]]),
        (2, 3, [[0.5, 0, 0.5], [0, 1, 0]]),
    ],
)
def test_every_input_is_in_the_dry_sound(outputs: int, inputs: int, expected: list[list[float]]) -> None:
    assert dry_routing(outputs, inputs).tolist() == expected


def feed_forward() -> Prepared:
    return prepare(
        Model("filter", RATE, Series("chain", (Fir("taps", np.ones((1, 8))), Gain("g", np.ones(1)))))
    )


@pytest.mark.parametrize("name", ["t60", "damping", "freeze"])
def test_a_model_without_a_loop_refuses_what_changes_loops(name: str) -> None:
    with pytest.raises(UnknownControl, match=f"{name}: a model without a feedback loop"):
        plan_controls(feed_forward(), [name])
    assert plan_controls(feed_forward(), ["dry_wet", "pre_delay"]).names == ("pre_delay", "dry_wet")


def test_a_loop_that_gives_nothing_back_has_no_decay() -> None:
    once = Recursion("loop", Delay("delay", np.array([9.0])), Fir("end", np.array([[0.0, 0.0, 1e-300]])))
    beside = Parallel("sum", (once, Gain("dry", np.ones(1))))
    with pytest.raises(UnknownControl, match="ends by itself"):
        plan_controls(prepare(Model("echo", RATE, beside)), ["t60"])


def test_what_is_over_in_no_time_has_no_decay() -> None:
    once = Recursion("loop", Delay("delay", np.array([3.0])), Gain("back", np.array([[0.1]])))
    with pytest.raises(UnknownControl, match="comb: t60: the response ends by itself, or in a few ms"):
        plan_controls(prepare(Model("comb", RATE, once)), {"t60": (0.001, 0.002)})


def test_unknown_names_and_bad_values_are_refused() -> None:
    prepared = prepare(ROOMS["decaying"])
    with pytest.raises(UnknownControl, match="no control decay: there are t60, damping"):
        plan_controls(prepared, ["decay"])
    plan = plan_controls(prepared, ["dry_wet"])
    with pytest.raises(UnknownControl, match="no control t60: this model has dry_wet"):
        plan.apply(prepared.model, {"t60": 1.0})
    for value in (-0.1, 1.1, math.nan):
        with pytest.raises(BadValue, match=r"dry_wet: .* must be from 0 to 1"):
            plan.apply(prepared.model, {"dry_wet": value})
    for ends in ((0.5, 0.2), (-1.0, 1.0), (0.0, 0.5), (math.nan, 1.0)):
        with pytest.raises(BadValue, match="dry_wet: a range"):
            plan_controls(prepared, {"dry_wet": ends})


@pytest.mark.parametrize(
    ("controls", "line"),
    [
        ("t60", "controls are 't60': must be a list of names, or names with ranges"),
        ({"t60": 5}, "t60: a range of 5: must be two numbers, (minimum, maximum)"),
    ],
)
def test_what_is_no_list_of_controls_is_one_line(controls: Any, line: str) -> None:
    prepared = prepare(Model("wire", 48000.0, Gain("wire", np.ones(1))))
    with pytest.raises(CompilerError) as refused:
        plan_controls(prepared, controls)
    assert str(refused.value) == line
