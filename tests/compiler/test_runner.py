"""The runner against simulation and frequency response; its state, updates and guards."""

import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings

from compiler.errors import (
    ArityError,
    BadValue,
    DelayFreeLoop,
    StructureChanged,
)
from compiler.ir.json import to_json
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos
from compiler.ir.response import response
from compiler.passes.forms import sylvester
from compiler.passes.rate import at_rate
from compiler.pipeline import prepare
from compiler.runtime import Runner, State, compile
from tests.compiler.graphs import models
from tests.compiler.networks import FLOAT32_DB, RATE, error_db, fdn, noise, play
from tests.compiler.simulation import simulate
from tests.compiler.test_schedule import TREES


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
