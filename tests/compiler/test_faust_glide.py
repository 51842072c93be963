"""Powers of gamma that glide together: exact at rest, and as smooth on the way as each by itself."""

import math

import numpy as np
import pytest

from compiler.backend import faust
from compiler.backend.faust import model_to_faust
from compiler.backend.faust_glide import TOLERANCE, Glide, glide_of
from compiler.controls import plan_controls
from compiler.decay import impulse_response
from compiler.ir.nodes import Delay, Gain, Model, Recursion, Series
from compiler.pipeline import Prepared, prepare
from tests.compiler.faust_player import play

RATE = 48000.0
SLOWEST, FASTEST = 3.0 / RATE, -60.0 / RATE


def hall(lines: int = 16) -> Prepared:
    """A loop of delays of 300 samples and more with a dense matrix, T60 2 s: what has rings and a glide."""
    random = np.random.default_rng(8)
    samples = 300.0 + 97.0 * np.arange(lines)
    mixing = np.linalg.qr(random.normal(size=(lines, lines)))[0]
    loop = Recursion(
        "loop",
        Delay("lines", samples),
        Series("back", (Gain("mixing", mixing), Gain("gains", 10.0 ** (-3.0 * samples / (2.0 * RATE))))),
    )
    into, out = (
        Gain("in", random.normal(size=(lines, 1))),
        Gain("out", random.normal(size=(1, lines)) / lines),
    )
    return prepare(Model("hall", RATE, Series("hall", (into, loop, out))))


def on_the_way(glide: Glide, start: float, end: float, samples: int) -> tuple[np.ndarray, np.ndarray]:
    """[samples, powers] after ln(gamma) jumped from `start` to `end`: shared, and each by itself."""
    left = np.exp(-np.arange(samples) / (0.02 * RATE))[:, np.newaxis]
    powers, basis = np.array(list(glide.weights)), np.array(glide.basis)
    weights = np.array(list(glide.weights.values())).T
    shared = np.exp(end * powers) + left * (np.exp(start * basis) - np.exp(end * basis)) @ weights
    return shared, np.exp(end * powers) + left * (np.exp(start * powers) - np.exp(end * powers))


@pytest.mark.parametrize(("start", "end"), [(SLOWEST, FASTEST), (FASTEST, SLOWEST), (0.0, FASTEST)])
def test_a_jump_steps_no_power_by_more_than_the_bound(start: float, end: float) -> None:
    glide = glide_of(np.geomspace(470.0, 3900.0, 40).round().tolist(), SLOWEST, FASTEST)
    assert glide is not None
    assert glide.residual <= TOLERANCE
    assert len(glide.basis) <= 5
    shared, by_itself = on_the_way(glide, start, end, 5000)
    assert np.abs(shared - by_itself).max() <= 2.0 * glide.residual + 1e-12
    before = np.exp(start * np.array(list(glide.weights)))
    first_step_of_one_pole = (1.0 - math.exp(-1.0 / (0.02 * RATE))) * np.abs(
        by_itself[0] - by_itself[-1]
    ).max()
    assert np.abs(shared[0] - before).max() < first_step_of_one_pole


def test_few_powers_glide_each_by_itself() -> None:
    assert glide_of([500.0], SLOWEST, FASTEST) is None
    assert glide_of([500.0, 1700.0, 3900.0], SLOWEST, FASTEST) is None


def test_at_rest_the_text_means_what_the_reference_says() -> None:
    prepared = hall()
    plan = plan_controls(prepared, ["t60"])
    text = model_to_faust(prepared, plan)
    assert "left_1" in text
    sound = np.eye(1, 6000)
    plain = play(model_to_faust(prepared), sound, RATE)
    assert np.abs(play(text, sound, RATE) - plain).max() <= 1e-15 * np.abs(plain).max()
    for seconds in (0.3, 6.0):
        heard = play(text, sound, RATE, [(0, {"t60": seconds})])
        expected = impulse_response(plan.apply(prepared.model, {"t60": seconds}), 6000)[:, 0]
        assert np.square(heard - expected).sum() < 10.0**-12.5 * np.square(expected).sum()


def test_a_frozen_loop_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = hall()
    plan = plan_controls(prepared, ["t60", "freeze"])
    shared = model_to_faust(prepared, plan)
    monkeypatch.setattr(faust, "shared_glide", lambda *_: None)
    by_itself = model_to_faust(prepared, plan)
    sound = np.zeros((1, 24000))
    sound[0, :4000] = np.random.default_rng(2).normal(size=4000)
    moves = [(0, {"t60": 0.5}), (4000, {"freeze": 1.0})]
    heard, expected = (play(text, sound, RATE, moves)[0] for text in (shared, by_itself))
    assert np.abs(heard - expected)[20000:].max() < 2e-3 * np.abs(expected[20000:]).max()


@pytest.mark.parametrize(("start", "end"), [(8.0, 0.3), (0.3, 8.0)])
def test_a_knob_that_jumps_is_as_smooth_as_with_a_one_pole_a_line(
    start: float, end: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oracle is the text without shared scalars: the two are never further apart than is heard."""
    prepared = hall()
    plan = plan_controls(prepared, ["t60"])
    shared = model_to_faust(prepared, plan)
    monkeypatch.setattr(faust, "shared_glide", lambda *_: None)
    by_itself = model_to_faust(prepared, plan)
    assert "left_1" in shared and "left_1" not in by_itself
    moved = 24000
    sound = np.sin(2.0 * np.pi * 250.0 * np.arange(40000) / RATE)[np.newaxis]
    moves = [(0, {"t60": start}), (moved, {"t60": end})]
    heard, expected = (play(text, sound, RATE, moves)[0] for text in (shared, by_itself))
    largest = np.abs(expected[moved - 2000 : moved]).max()
    assert np.abs(heard - expected).max() < 2e-3 * max(largest, np.abs(expected).max())
    steps, wanted = (np.abs(np.diff(out, 2))[moved - 2 : moved + 4000].max() for out in (heard, expected))
    assert steps < 1.05 * wanted + 1e-3 * largest
