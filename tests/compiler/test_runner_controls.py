"""Knobs of the runner: they arrive at the plan's model, without clicks, and refuse what they cannot be."""

from dataclasses import replace

import numpy as np
import pytest

from compiler.controls import plan_controls
from compiler.errors import (
    BadValue,
    UnknownControl,
)
from compiler.ir.nodes import Fir, Gain, Model, Series
from compiler.pipeline import prepare
from compiler.runtime import Runner
from compiler.runtime.coefficients import Coefficients
from tests.compiler.networks import CONTROLS, FLOAT32_DB, RATE, error_db, fdn, noise, play


def clicks_db(signal: np.ndarray) -> float:
    """The largest sample above 8 kHz (a sine of 220 Hz has none), relative to the signal."""
    spectrum = np.fft.rfft(signal * np.hanning(len(signal)))
    spectrum[: int(8000.0 / RATE * len(signal))] = 0.0
    return float(20.0 * np.log10(np.abs(np.fft.irfft(spectrum)).max() / np.abs(signal).max()))


@pytest.mark.parametrize(
    ("control", "value"),
    [("t60", 2.0), ("damping", 0.7), ("dry_wet", 0.2), ("pre_delay", 40.0), ("freeze", 1.0)],
)
def test_a_control_moves_without_a_click(control: str, value: float) -> None:
    t = np.arange(24000) / RATE
    sine = np.sin(2.0 * np.pi * 220.0 * t).astype(np.float32)[:, None]
    runner = Runner(fdn(), controls=[control])
    before = play(runner, sine[:12000])
    runner.set_control(control, value)
    after = play(runner, sine[12000:])
    signal = np.concatenate([before, after])[8000:16000, 0]
    jump = Runner(fdn(), controls=[control], ramp_seconds=0.0)
    before = play(jump, sine[:12000])
    jump.set_control(control, value)
    signal_of_jump = np.concatenate([before, play(jump, sine[12000:])])[8000:16000, 0]
    assert clicks_db(signal_of_jump) > -60.0, "the test would not hear a click"
    assert clicks_db(signal) < min(-62.0, clicks_db(signal_of_jump) - 15.0)


@pytest.mark.parametrize(
    "values",
    [
        {"t60": 0.3},
        {"t60": 3.0, "damping": 0.4},
        {"pre_delay": 20.0, "dry_wet": 0.6},
        {"dry_wet": 0.0},
        {"freeze": 1.0},
    ],
)
def test_controls_arrive_at_the_model_that_the_plan_gives(values: dict[str, float]) -> None:
    runner = Runner(fdn(), controls=CONTROLS)
    for name, value in values.items():
        runner.set_control(name, value)
    assert runner.values == runner.plan.setting(values)
    runner.reset()
    x = noise(4000)
    applied = runner.plan.apply(prepare(fdn()).model, values)
    assert error_db(play(runner, x), play(Runner(applied), x)) < FLOAT32_DB


def test_a_moving_t60_gives_the_coefficients_of_the_plan() -> None:
    """Powers of gamma, found once, against the model laid out anew; taps and filters inside loops, too."""
    taps = Fir("taps", np.random.default_rng(2).standard_normal((8, 3)) / 3.0)
    children = fdn().root.children
    network = replace(
        children[1], feedback=Series("b", (taps, children[1].feedback, Gain("g", np.full(8, 0.5))))
    )
    prepared = prepare(Model("m", RATE, Series("s", (children[0], network, children[2]))))
    coefficients = Coefficients(prepared.model, plan_controls(prepared, CONTROLS[:2]), 64)
    for damping in (0.0, 0.3):
        for t60 in (0.1, 0.5, 3.0):
            values = {"t60": t60, "damping": damping}
            expected = coefficients.table(values).numbers
            np.testing.assert_allclose(coefficients.numbers(values), expected, rtol=1e-12, atol=0.0)


@pytest.mark.parametrize("seed", range(3))
def test_quick_coefficients_are_those_of_the_plan(seed: int) -> None:
    prepared = prepare(fdn(lines=4, seed=seed))
    plan = plan_controls(prepared, CONTROLS)
    coefficients = Coefficients(prepared.model, plan, 64)
    dice = np.random.default_rng(seed)
    for _ in range(10):
        t60, damping = dice.uniform(plan["t60"].minimum, plan["t60"].maximum), dice.uniform(0.0, 1.0)
        for values in ({"t60": t60}, {"damping": damping}, {"t60": t60, "damping": damping}):
            expected = coefficients.table(values).numbers
            np.testing.assert_allclose(coefficients.numbers(values), expected, rtol=1e-12, atol=1e-14)


def test_neutral_controls_change_nothing() -> None:
    x = noise(3000)
    assert np.array_equal(play(Runner(fdn(), controls=CONTROLS), x), play(Runner(fdn()), x))


def test_frozen_sound_stays_and_nothing_comes_in() -> None:
    runner = Runner(fdn(), controls=["freeze"])
    play(runner, noise(12000))
    runner.set_control("freeze", 1.0)
    play(runner, noise(4800))
    state = runner.state
    held = play(runner, 10.0 * noise(48000))
    levels = [10.0 * np.log10(np.square(part).mean()) for part in (held[:12000], held[-12000:])]
    assert levels[0] > -20.0
    assert abs(levels[1] - levels[0]) < 0.5
    runner.set_state(state)
    assert np.array_equal(play(runner, np.zeros((48000, 1), np.float32)), held)
    runner.set_control("freeze", 0.0)
    released = play(runner, np.zeros((48000, 1), np.float32))
    assert np.square(released[-1000:]).mean() < 0.01 * np.square(held).mean()


def test_unknown_controls_and_values_are_refused() -> None:
    runner = Runner(fdn(), controls=["dry_wet"])
    with pytest.raises(UnknownControl, match="no control t60"):
        runner.set_control("t60", 1.0)
    with pytest.raises(BadValue, match="dry_wet"):
        runner.set_control("dry_wet", 1.5)
    with pytest.raises(UnknownControl, match="no control decay"):
        Runner(fdn(), controls=["decay"])


def test_controls_that_were_set_outlast_an_update() -> None:
    runner = Runner(fdn(), controls=["t60", "dry_wet"])
    runner.set_control("t60", 1.5)
    other = fdn(gain=0.9)
    runner.update(other)
    runner.reset()
    expected = Runner(other, controls=["t60", "dry_wet"])
    expected.set_control("t60", 1.5)
    expected.reset()
    assert np.array_equal(play(runner, noise(2000)), play(expected, noise(2000)))
