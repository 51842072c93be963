"""The runner against simulation and frequency response; its state, updates, controls, guards."""

import subprocess
import sys
import threading
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings

from compiler.controls import plan_controls
from compiler.errors import (
    ArityError,
    BadValue,
    CompilerError,
    ConfigError,
    DelayFreeLoop,
    StructureChanged,
    UnknownControl,
)
from compiler.ir.json import to_json
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos
from compiler.ir.response import response
from compiler.passes.forms import sylvester
from compiler.passes.rate import at_rate
from compiler.pipeline import prepare
from compiler.runtime import Runner, State, compile
from compiler.runtime.coefficients import Coefficients
from tests.compiler.graphs import models
from tests.compiler.simulation import simulate
from tests.compiler.test_schedule import TREES

RATE = 48000.0
CONTROLS = ("t60", "damping", "freeze", "pre_delay", "dry_wet")
FLOAT32_DB = -135.0
"""Outputs are rounded to float32 (2^-25, −150 dB), inputs are float32 exactly; the rest is for luck."""


def fdn(
    lines: int = 8,
    sections: int = 2,
    seed: int = 3,
    matrix: np.ndarray | None = None,
    shortest: int = 150,
    gain: float = 0.97,
) -> Model:
    """A feedback delay network of two outputs: delays, absorption filters, matrix."""
    rng = np.random.default_rng(seed)
    delays = shortest + rng.permutation(40 * lines)[:lines]
    absorption = np.tile([0.9, -0.2, 0.0, 1.0, -0.3, 0.0], (lines, sections, 1))
    absorption[:, 0, :3] *= gain
    if matrix is None:
        matrix = np.linalg.qr(rng.standard_normal((lines, lines)))[0]
    feedback = Series("feedback", (Sos("absorption", absorption), Gain("matrix", matrix)))
    children = (
        Gain("in", rng.standard_normal((lines, 1))),
        Recursion("loop", Delay("delays", delays), feedback),
        Gain("out", rng.standard_normal((2, lines))),
    )
    return Model("fdn", RATE, Series("reverb", children))


def noise(samples: int, channels: int = 1, seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((samples, channels)).astype(np.float32)


def play(runner: Runner, x: np.ndarray, seed: int | None = None) -> np.ndarray:
    """`x` in whole blocks, or in blocks of random sizes."""
    rng = np.random.default_rng(seed)
    parts, at = [np.zeros((0, runner.outputs), np.float32)], 0
    while at < len(x):
        n = runner.block_size if seed is None else int(rng.integers(1, runner.block_size + 1))
        parts.append(runner.process(x[at : at + n]))
        at += n
    return np.concatenate(parts)


def error_db(found: np.ndarray, expected: np.ndarray) -> float:
    energy = np.square(found - expected).sum() / max(np.square(expected).sum(), 1e-30)
    return float(10.0 * np.log10(energy + 1e-30))


def by_response(tree: Node, samples: int) -> np.ndarray:
    """Impulse response [samples, outputs] of the first input: response on a circle outside the poles."""
    size = 2 * samples
    radius = 10.0 ** (8.0 / size)
    points = radius * np.exp(2j * np.pi * np.arange(size // 2 + 1) / size)
    damped = np.fft.irfft(response(tree, points)[:, :, 0], size, axis=0)
    return (damped * radius ** np.arange(size)[:, None])[:samples]


@pytest.mark.parametrize("block", [16, 128])
@pytest.mark.parametrize("name", TREES)
def test_it_plays_what_the_simulation_plays(name: str, block: int) -> None:
    tree = TREES[name]
    x = noise(300, tree.inputs)
    expected = simulate(tree, x)
    found = play(Runner(Model("m", RATE, tree), block_size=block), x)
    assert error_db(found, expected) < FLOAT32_DB


@given(models())
@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_models_play_as_simulated_in_any_blocks(model: Model) -> None:
    x = noise(200, model.root.inputs)
    expected = simulate(model.root, x)
    if np.abs(expected).max() > 1e-9:
        for block in (7, 64):
            runner = Runner(model, block_size=block)
            found = play(runner, x)
            assert error_db(found, expected) < FLOAT32_DB
            runner.reset()
            assert np.array_equal(play(runner, x, seed=1), found)


@given(models(fractional=True))
@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_models_play_at_another_rate(model: Model) -> None:
    x = noise(150, model.root.inputs)
    try:
        moved = prepare(at_rate(model, 44100.0)).model
    except DelayFreeLoop:  # a filter that is late by one sample, and by no whole sample at another rate
        reject()
    expected = simulate(moved.root, x)
    if np.abs(expected).max() > 1e-9:
        assert error_db(play(Runner(model, 44100.0, block_size=32), x), expected) < FLOAT32_DB


HADAMARD = sylvester(8)[[3, 0, 1, 2, 7, 5, 6, 4]] * np.array([1, 1, -1, 1, 1, -1, 1, 1]) / np.sqrt(8.0)
PAIR = np.array([[0.6, 0.8], [-0.8, 0.6]])
MATRICES = {
    "dense": None,
    "hadamard": HADAMARD,
    "householder": np.eye(8) - np.ones((8, 8)) / 4.0,
    "permutation": np.eye(8)[[2, 0, 1, 4, 5, 6, 7, 3]] * -0.9,
    "blocks": np.kron(np.eye(4), PAIR)[[0, 2, 4, 6, 1, 3, 5, 7]],
    "a block of hadamard": np.kron(np.eye(2), sylvester(4) / 2.0),
    "sparse": np.triu(np.eye(8) * 0.9 + np.eye(8, k=3) * 0.4),
}


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("shortest", [1, 150])
def test_long_responses_equal_the_frequency_response(name: str, shortest: int) -> None:
    model = fdn(matrix=MATRICES[name], shortest=shortest)
    impulse = np.zeros((4096, 1), np.float32)
    impulse[0] = 1.0
    assert error_db(play(Runner(model), impulse), by_response(model.root, 4096)) < FLOAT32_DB


@pytest.mark.parametrize("shortest", [1, 50, 150])
def test_the_division_into_blocks_changes_no_bit(shortest: int) -> None:
    taps = Fir("taps", np.random.default_rng(1).standard_normal((1, 1, 37)))
    model = fdn(lines=6, shortest=shortest)
    runner = Runner(Model("m", RATE, Series("both", (taps, model.root))), controls=["t60"])
    x = noise(3000)
    results = []
    for seed in (None, 1, 2):
        runner.reset()
        first = play(runner, x[:700], seed)
        runner.set_control("t60", 2.0)  # the ramp, too
        results.append(np.concatenate([first, play(runner, x[700:], seed)]))
        runner.set_control("t60", runner.plan["t60"].neutral)
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


def test_the_block_size_changes_nothing_that_is_heard() -> None:
    x = noise(3000)
    expected = play(Runner(fdn(), block_size=64), x)
    for block in (1, 100, 1024):
        assert error_db(play(Runner(fdn(), block_size=block), x), expected) < FLOAT32_DB


def test_it_writes_into_out_and_allocates_nothing() -> None:
    runner = Runner(fdn(), controls=["pre_delay", "dry_wet"])
    x, out = noise(128), np.zeros((128, 2), np.float32)
    runner.process(x, out)
    assert runner.process(x, out) is out
    assert np.abs(out).max() > 0.0
    tracemalloc.start()
    for _ in range(3):
        runner.process(x, out)
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    for _ in range(50):
        runner.process(x, out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - before < 1024  # a few Python objects of the call itself


def test_state_is_a_value() -> None:
    runner, other = Runner(fdn()), Runner(fdn())
    play(runner, noise(1000))
    state = runner.state
    assert isinstance(state, State)
    expected = play(runner, noise(500, seed=6))
    assert not np.array_equal(play(other, noise(500, seed=6)), expected)
    other.set_state(state)
    assert np.array_equal(play(other, noise(500, seed=6)), expected)
    runner.reset()
    assert not play(runner, np.zeros((500, 1), np.float32)).any()
    with pytest.raises(ArityError, match=r"a state of .* values"):
        Runner(fdn(lines=4)).set_state(state)


def test_an_update_arrives_at_the_other_model() -> None:
    runner = Runner(to_json(fdn(seed=3)))
    quieter = fdn(seed=3, gain=0.7)
    runner.update(to_json(quieter), ramp_seconds=0.0)
    assert np.array_equal(play(runner, noise(2000)), play(Runner(quieter), noise(2000)))
    runner.update(fdn(seed=3), ramp_seconds=0.01)
    play(runner, noise(20000))
    play(runner, np.zeros((int(RATE), 1), np.float32))  # what it played before dies away
    runner.reset()
    assert np.array_equal(play(runner, noise(2000)), play(Runner(fdn(seed=3)), noise(2000)))


@pytest.mark.parametrize("changed", [fdn(seed=4), fdn(lines=4), fdn(sections=3), fdn(matrix=HADAMARD)])
def test_an_update_of_another_structure_is_refused_and_changes_nothing(changed: Model) -> None:
    runner, same = Runner(fdn()), Runner(fdn())
    with pytest.raises(StructureChanged, match=r"fdn: .*build a new runner"):
        runner.update(changed)
    assert np.array_equal(play(runner, noise(500)), play(same, noise(500)))


def test_a_model_that_is_refused_changes_nothing() -> None:
    runner = Runner(fdn())
    with pytest.raises(BadValue):
        runner.update(Model("m", RATE, Delay("d", [1e9])))
    assert np.array_equal(play(runner, noise(500)), play(Runner(fdn()), noise(500)))


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


@pytest.mark.parametrize("rate", [44100.0, 96000.0])
def test_another_sample_rate_is_the_model_at_that_rate(rate: float) -> None:
    runner = Runner(fdn(), rate)
    assert runner.sample_rate == rate
    expected = by_response(at_rate(fdn(), rate).root, 4096)
    impulse = np.zeros((4096, 1), np.float32)
    impulse[0] = 1.0
    assert error_db(play(runner, impulse), expected) < FLOAT32_DB


def test_what_is_not_finite_is_counted_and_forgotten() -> None:
    runner, clean = Runner(fdn()), Runner(fdn())
    x = noise(1000)
    x[500] = np.nan
    silent = x.copy()
    silent[500] = 0.0
    assert np.array_equal(play(runner, x), play(clean, silent))
    assert (runner.bad_inputs, runner.resets) == (1, 0)
    state = runner.state
    runner.set_state(State(state.position, np.full_like(state.memory, np.inf)))
    assert not runner.process(x[:100]).any()
    assert runner.resets == 1
    clean.reset()
    clean.process(np.zeros((100, 1), np.float32))
    assert np.array_equal(play(runner, x[:500]), play(clean, x[:500]))
    assert runner.resets == 1


def test_what_grows_without_bound_is_reset() -> None:
    runner = Runner(Model("m", RATE, Recursion("loop", Delay("d", [10.0]), Gain("g", [4.0]))))
    out = play(runner, noise(4000))
    assert np.isfinite(out).all()
    assert runner.resets > 0


def test_a_tail_ends_in_zeros() -> None:
    lowpass = Sos("s", [[[1e-3, 0.0, 0.0, 1.0, -0.999, 0.0]]])
    tree = Parallel("p", (lowpass, Recursion("loop", Delay("d", [10.0]), Gain("g", [0.7]))))
    runner = Runner(Model("m", RATE, tree))
    play(runner, noise(1000))
    play(runner, np.zeros((200000, 1), np.float32))
    assert not runner.state.memory.any()


@pytest.mark.parametrize("shape", [(129, 1), (10, 2), (10,), (0, 2)])
def test_arrays_that_do_not_fit_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ArityError, match=r"takes \[samples, 1\]"):
        Runner(fdn()).process(np.zeros(shape, np.float32))


def test_arrays_of_other_kinds_are_copied() -> None:
    x = noise(100)
    expected = Runner(fdn()).process(x)
    assert np.array_equal(Runner(fdn()).process(x.astype(np.float64)), expected)
    gaps, out = np.repeat(x, 3, axis=1), np.zeros((100, 5))
    Runner(fdn()).process(gaps[:, 1:2], out[:, 1:3])
    assert np.array_equal(out, np.pad(expected, ((0, 0), (1, 2))))


@pytest.mark.parametrize("size", [np.int64(64), np.uint8(64)])
def test_a_block_size_of_numpy_is_a_number(size: int) -> None:
    x = noise(200)
    assert np.array_equal(play(Runner(fdn(), block_size=size), x), play(Runner(fdn(), block_size=64), x))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"block_size": 1.5}, "fdn: blocks of 1.5 samples: must be a whole number from 1 to 1048576"),
        ({"block_size": "128"}, "fdn: blocks of '128' samples: must be a whole number from 1 to 1048576"),
        ({"block_size": 0}, "fdn: blocks of 0 samples: must be a whole number from 1 to 1048576"),
        ({"block_size": True}, "fdn: blocks of True samples: must be a whole number from 1 to 1048576"),
        ({"block_size": 10**9}, "fdn: blocks of 1000000000 samples: must be a whole number"),
        ({"sample_rate": "48000"}, "fdn: sample rate '48000': must be a number of Hz from 1000 to 1000000"),
        ({"sample_rate": np.nan}, "fdn: sample rate nan: must be a number of Hz from 1000 to 1000000"),
        ({"sample_rate": 1e300}, "fdn: sample rate 1e+300: must be a number of Hz from 1000 to 1000000"),
        ({"controls": "t60"}, "controls are 't60': must be a list of names, or names with ranges"),
        ({"ramp_seconds": "1"}, "fdn: a ramp of '1': must be seconds from 0 to 10000"),
    ],
)
def test_a_bad_argument_is_one_line(arguments: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CompilerError) as caught:
        Runner(fdn(), **arguments)
    assert str(caught.value).startswith(complaint)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seconds", [-1.0, 1e15, 1e30, np.inf, np.nan, "1"])
def test_a_ramp_that_is_none_is_refused_and_changes_nothing(seconds: Any) -> None:
    runner, same = Runner(fdn(), controls=["damping", "dry_wet"]), Runner(fdn())
    for move in (
        lambda: runner.set_control("damping", 0.5, seconds),
        lambda: runner.set_control("dry_wet", 0.5, seconds),
        lambda: runner.update(fdn(gain=0.5), seconds),
    ):
        with pytest.raises(BadValue, match=r"^fdn: a ramp of .*: must be seconds from 0 to 10000$"):
            move()
    assert runner.values == {"damping": 0.0, "dry_wet": 1.0}
    assert np.array_equal(play(runner, noise(500)), play(same, noise(500)))


@pytest.mark.parametrize("config", [None, 5, [], "fdn"])
def test_what_is_no_model_is_refused_and_changes_nothing(config: Any) -> None:
    runner = Runner(fdn())
    with pytest.raises(ConfigError, match=r"^the configuration is .*: must be an object$"):
        runner.update(config)
    assert np.array_equal(play(runner, noise(500)), play(Runner(fdn()), noise(500)))


def test_a_value_that_is_no_number_is_refused() -> None:
    runner = Runner(fdn(), controls=["damping"])
    with pytest.raises(BadValue, match=r"^damping: '1': must be a number$"):
        runner.set_control("damping", "1")  # type: ignore[arg-type]


def test_lists_of_numbers_are_arrays() -> None:
    x = noise(20)
    assert np.array_equal(Runner(fdn()).process(x.tolist()), Runner(fdn()).process(x))
    with pytest.raises(BadValue, match=r"must be an array \[samples, channels\]"):
        Runner(fdn()).process([[0.0], [0.0, 1.0]])
    with pytest.raises(ArityError, match=r"got \(\)"):
        Runner(fdn()).process(np.float32(1.0))


@pytest.mark.parametrize("x", [np.ones((4, 1), complex), np.full((4, 1), "one"), np.full((4, 1), None)])
def test_an_input_that_is_not_real_is_refused(x: np.ndarray) -> None:
    with pytest.raises(BadValue, match=r"^fdn: the input holds .*: must be real numbers$"):
        Runner(fdn()).process(x)


def test_an_out_that_cannot_take_the_sound_is_refused_and_nothing_is_played() -> None:
    runner, x = Runner(fdn()), noise(100)
    fixed = np.zeros((100, 2), np.float32)
    fixed.flags.writeable = False
    for out in (fixed, np.zeros((100, 2), int), np.zeros((100, 2), complex), [[0.0, 0.0]] * 100):
        with pytest.raises(BadValue, match=r"^fdn: out must be an array of floats that can be written$"):
            runner.process(x, out)
    for shape in ((99, 2), (100, 1), (200,)):
        with pytest.raises(ArityError, match=r"takes \[samples, 1\]"):
            runner.process(x, np.zeros(shape, np.float32))
    assert not fixed.any()
    assert np.array_equal(play(runner, x), play(Runner(fdn()), x))


def test_nothing_in_gives_nothing_out() -> None:
    assert Runner(fdn()).process(np.zeros((0, 1), np.float32)).shape == (0, 2)


def test_other_threads_run_while_it_plays() -> None:
    """One long block holds its thread; another thread counts meanwhile, which it could not under the GIL."""
    runner = Runner(fdn(lines=16, sections=11), block_size=1 << 19)
    x, out = noise(1 << 19), np.zeros((1 << 19, 2), np.float32)
    done = threading.Event()

    def render() -> None:
        runner.process(x, out)
        done.set()

    thread = threading.Thread(target=render)
    counted = 0
    thread.start()
    while not done.is_set():
        time.sleep(0)
        counted += 1
    thread.join()
    assert counted > 10


def test_every_file_with_kernels_is_part_of_the_key_of_the_cache() -> None:
    """Otherwise a change in one of them would go unheard where the machine code of its callers is cached."""
    folder = Path(compile.__file__).parent
    with_kernels = {file.name for file in folder.glob("*.py") if "@kernel" in file.read_text()}
    assert with_kernels | {"compile.py"} == set(compile.FILES)


def test_it_needs_no_more_than_numpy_and_numba() -> None:
    script = """
import sys
from compiler.runtime import Runner
print([name for name in ("torch", "flamo", "jsonschema", "matplotlib", "plaud_live") if name in sys.modules])
"""
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout == "[]\n"
