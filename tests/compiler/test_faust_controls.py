"""Macro controls in compiled FAUST: the knobs mean what `ControlPlan.apply` says, and make no clicks."""

import itertools
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from numpy.typing import NDArray

from compiler.backend.faust import model_to_faust
from compiler.controls import CONTROLS, ControlPlan, DecayTable, outermost_loops, plan_controls
from compiler.decay import energy_decay_curve, impulse_response, t60
from compiler.errors import UnsupportedModule
from compiler.ir.nodes import Model
from compiler.passes.rate import at_rate
from compiler.pipeline import Prepared, prepare
from tests.compiler.faust_player import Samples, play
from tests.compiler.graphs import models
from tests.compiler.rooms import ROOMS, room

RATE = 48000.0
RATES = (44100.0, 48000.0, 96000.0)
NAMES = ("t60", "damping", "pre_delay", "dry_wet")


@pytest.fixture(scope="module", params=ROOMS)
def planned(request: pytest.FixtureRequest) -> tuple[Prepared, ControlPlan]:
    prepared = prepare(ROOMS[request.param])
    return prepared, plan_controls(prepared, NAMES, RATES)


def impulse(inputs: int, samples: int) -> Samples:
    sound = np.zeros((inputs, samples))
    sound[0, 0] = 1.0
    return sound


def error_db(heard: Samples, expected: Samples) -> float:
    return float(10.0 * np.log10(np.square(heard - expected).sum() / np.square(expected).sum() + 1e-30))


def test_neutral_is_the_text_without_controls(planned: tuple[Prepared, ControlPlan]) -> None:
    prepared, plan = planned
    sound = impulse(prepared.model.root.inputs, 8000)
    plain = play(model_to_faust(prepared), sound, RATE)
    assert error_db(play(model_to_faust(prepared, plan), sound, RATE), plain) < -250.0
    single = play(model_to_faust(prepared), sound, RATE, double=False)
    assert error_db(play(model_to_faust(prepared, plan), sound, RATE, double=False), single) < -120.0


@pytest.mark.parametrize("follows", [False, True], ids=["own rate", "host's rate"])
def test_each_knob_means_what_the_reference_says(
    planned: tuple[Prepared, ControlPlan], follows: bool
) -> None:
    prepared, plan = planned
    text = model_to_faust(prepared, plan, follow_host_rate=follows)
    settings = (
        {"t60": 0.5},
        {"t60": 6.0},
        {"damping": 0.4},
        {"pre_delay": 20.0},
        {"dry_wet": 0.3},
        {"t60": 0.7, "damping": 0.2, "dry_wet": 0.9, "pre_delay": 7.0},
    )
    for rate, setting in itertools.product((44100.0, 96000.0) if follows else (RATE,), settings):
        heard = play(text, impulse(prepared.model.root.inputs, 6000), rate, [(0, setting)])
        model = plan.apply(at_rate(prepared.model, rate), setting)
        assert error_db(heard, impulse_response(model, 6000)[:, 0]) < -125.0  # sliders are float32


@pytest.mark.parametrize("rate", [32000.0, 88200.0])
def test_a_rate_without_a_table_means_what_the_reference_says(rate: float) -> None:
    """At most as long as trained: a shorter T60 is set, a longer one is not."""
    prepared = prepare(ROOMS["coloured"])
    plan = plan_controls(prepared, ["t60"], RATES)
    text = model_to_faust(prepared, plan, follow_host_rate=True)
    there = at_rate(prepared.model, rate)
    for seconds in (0.5, 6.0):
        heard = play(text, impulse(1, 6000), rate, [(0, {"t60": seconds})])
        expected = impulse_response(plan.apply(there, {"t60": seconds}), 6000)[:, 0]
        assert error_db(heard, expected) < -125.0
    assert error_db(heard, impulse_response(there, 6000)[:, 0]) < -125.0


@pytest.mark.parametrize(
    ("seconds", "rate"), [(0.3, 44100.0), (0.3, 96000.0), (1.0, 48000.0), (2.5, 44100.0)]
)
def test_the_t60_of_the_slider_is_measured(
    planned: tuple[Prepared, ControlPlan], seconds: float, rate: float
) -> None:
    prepared, plan = planned
    text = model_to_faust(prepared, plan, follow_host_rate=True)
    sound = impulse(prepared.model.root.inputs, math.ceil((0.9 * seconds + 0.2) * rate))
    heard = play(text, sound, rate, [(0, {"t60": seconds})], block=8192)
    assert t60(energy_decay_curve(heard), rate) == pytest.approx(seconds, rel=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seconds", [0.3, 3.3, 10.0])
def test_it_is_so_up_to_ten_seconds(
    planned: tuple[Prepared, ControlPlan], seconds: float, rate: float
) -> None:
    test_the_t60_of_the_slider_is_measured(planned, seconds, rate)


def test_a_text_for_one_rate_keeps_the_seconds_of_the_slider_at_another() -> None:
    prepared = prepare(ROOMS["coloured"])
    text = model_to_faust(prepared, plan_controls(prepared, ["t60"]))
    heard = play(text, impulse(1, 96000), 96000.0, [(0, {"t60": 0.8})], block=8192)
    assert t60(energy_decay_curve(heard), 96000.0) == pytest.approx(0.8, rel=0.03)


def splatter_db(heard: NDArray[np.float64], moved: int, rate: float, tone_hz: float) -> float:
    """Loudest sample above 12 times the tone around `moved`, against the tone: what a click would be."""
    window = heard[moved - 4096 : moved + 12288] * np.hanning(16384)
    spectrum = np.fft.rfft(window)
    spectrum[np.fft.rfftfreq(16384, 1.0 / rate) < 12.0 * tone_hz] = 0.0
    return float(20.0 * np.log10(np.abs(np.fft.irfft(spectrum)).max() / np.abs(window).max()))


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("pre_delay", 0.0, 83.0),
        ("pre_delay", 200.0, 10.0),
        ("dry_wet", 1.0, 0.0),
        ("damping", 0.0, 1.0),
        ("t60", 8.0, 0.3),
        ("t60", 0.3, 8.0),
    ],
)
def test_a_knob_that_jumps_makes_no_click(name: str, start: float, end: float) -> None:
    prepared = prepare(ROOMS["coloured"])
    text = model_to_faust(prepared, plan_controls(prepared, NAMES))
    tone_hz, moved = 250.0, 30000
    sound = np.sin(2.0 * np.pi * tone_hz * np.arange(60000) / RATE)[np.newaxis]
    heard = play(text, sound, RATE, [(0, {name: start}), (moved, {name: end})])[0]
    assert splatter_db(heard, moved, RATE, tone_hz) < -60.0
    cut = np.where(np.arange(60000) < moved, sound[0], np.roll(sound[0], 40))
    assert splatter_db(cut, moved, RATE, tone_hz) > -20.0  # what a tap that jumps does


def test_a_pre_delay_that_moves_all_the_time_settles_where_it_is_set() -> None:
    prepared = prepare(ROOMS["coloured"])
    text = model_to_faust(prepared, plan_controls(prepared, ["pre_delay"]))
    moves = [(at, {"pre_delay": float(at % 97)}) for at in range(0, 20000, 500)] + [
        (20000, {"pre_delay": 25.0})
    ]
    sound = np.zeros((1, 40000))
    sound[0, 30000] = 1.0
    heard = play(text, sound, RATE, moves)
    expected = play(model_to_faust(prepared), impulse(1, 8800), RATE)
    assert error_db(heard[:, 31200:], expected) < -200.0
    assert np.abs(heard[:, :31200]).max() == 0.0


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 2), (2, 1), (2, 3), (3, 2)])
def test_dry_sound_finds_its_way_through_any_shape(inputs: int, outputs: int) -> None:
    prepared = prepare(room(1.5, 1.5, inputs=inputs, outputs=outputs))
    plan = plan_controls(prepared, ["dry_wet", "pre_delay"])
    text = model_to_faust(prepared, plan)
    model = plan.apply(prepared.model, {"dry_wet": 0.5, "pre_delay": 1.0})
    expected = impulse_response(model, 3000)
    for channel in range(inputs):
        heard = play(
            text,
            np.roll(impulse(inputs, 3000), channel, axis=0),
            RATE,
            [(0, {"dry_wet": 0.5, "pre_delay": 1.0})],
        )
        assert error_db(heard, expected[:, channel]) < -125.0


def test_powers_are_computed_once_a_block(tmp_path: Path) -> None:
    """Every exponential stands before the loop over samples in the C++ that FAUST makes."""
    import cyfaust

    prepared = prepare(ROOMS["coloured"])
    text = model_to_faust(prepared, plan_controls(prepared, NAMES, RATES), follow_host_rate=True)
    code = tmp_path / "room.cpp"
    assert cyfaust.generate_auxfiles_from_string("room", text, "-lang", "cpp", "-o", str(code))
    compute = code.read_text().split("virtual void compute(")[1]
    once, each_sample = compute.split("for (int i0", 1)
    assert once.count("exp(") >= 6
    assert not re.findall(r"(exp|pow|sqrt)\(", each_sample)


def test_what_filters_and_glides_keep_is_not_copied_every_sample(tmp_path: Path) -> None:
    """What FAUST keeps for one sample, and not in a ring, it copies from cell to cell in the C++."""
    import cyfaust

    prepared = prepare(ROOMS["coloured"])
    text = model_to_faust(prepared, plan_controls(prepared, ["t60"]))
    code = tmp_path / "room.cpp"
    assert cyfaust.generate_auxfiles_from_string("room", text, "-lang", "cpp", "-o", str(code))
    each_sample = code.read_text().split("for (int i0", 1)[1]
    assert not re.findall(r"f\w+\[1\] = f\w+\[0\]", each_sample)
    assert len(re.findall(r"fRec\w+\[\w+ & 31\] = ", each_sample)) >= 3  # two of a section, and a glide


@pytest.mark.parametrize("follows", [False, pytest.param(True, marks=pytest.mark.slow)])
@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(model=models())
def test_knobs_reach_every_loop_of_any_graph(follows: bool, model: Model) -> None:
    """Nested loops, filters and delays of which samples were taken: all of it is at z / gamma, and damped."""
    prepared = prepare(model)
    assume(outermost_loops(prepared.model.root))
    knobs = tuple(
        replace(CONTROLS[name], minimum=minimum, neutral=neutral)
        for name, minimum, neutral in (("t60", 0.1, 1.0), ("damping", 0.0, 0.0))
    )
    table = DecayTable((0.1, 10.0), (model.sample_rate,), ((-4000.0, -4000.0),), 1.0)  # gamma is 0.92
    plan = ControlPlan(knobs, table)
    setting = {"t60": 0.3, "damping": 0.3}
    try:
        text = model_to_faust(prepared, plan, follow_host_rate=follows)
    except UnsupportedModule:
        reject()  # a filter of which a sample was taken, at another rate
    expected = impulse_response(plan.apply(prepared.model, setting), 600)
    for channel in range(prepared.model.root.inputs):
        sound = np.roll(impulse(prepared.model.root.inputs, 600), channel, axis=0)
        heard = play(text, sound, model.sample_rate, [(0, setting)])
        assert np.abs(heard - expected[:, channel]).max() <= 1e-6 * max(1.0, np.abs(expected).max())
