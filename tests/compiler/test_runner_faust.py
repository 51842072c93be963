"""The runner against FAUST, which was written by other hands: two oracles that must agree."""

import numpy as np
import pytest

from compiler.backend.faust import model_to_faust
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos
from compiler.passes.forms import sylvester
from compiler.pipeline import prepare
from compiler.runtime import Runner
from compiler.toolchain.cyfaust_host import Interpreter

RATE, SAMPLES = 48000.0, 6000
RNG = np.random.default_rng(11)


def absorption(lines: int, sections: int) -> Sos:
    """Peaks of up to 3 dB down, an octave apart from 31 Hz on, as of a graphic equaliser."""
    rows = np.zeros((lines, sections, 6))
    for k in range(sections):
        w = 2.0 * np.pi * 31.25 * 2.0**k / RATE
        alpha = np.sin(w) / 2.8
        gains = 10.0 ** (-RNG.uniform(0.0, 3.0, lines) / 40.0)
        for line, gain in enumerate(gains):
            rows[line, k] = [
                1.0 + alpha * gain,
                -2.0 * np.cos(w),
                1.0 - alpha * gain,
                1.0 + alpha / gain,
                -2.0 * np.cos(w),
                1.0 - alpha / gain,
            ]
    return Sos("absorption", rows)


def fdn(lines: int, matrix: np.ndarray, shortest: int, sections: int) -> Node:
    delays = Delay("delays", shortest + RNG.permutation(30 * lines)[:lines])
    feedback = Series("feedback", (absorption(lines, sections), Gain("matrix", 0.98 * matrix)))
    loop = Recursion("loop", delays, feedback)
    return Series(
        "all", (Gain("in", RNG.standard_normal((lines, 2))), loop, Gain("out", np.ones((2, lines))))
    )


def allpass(samples: int) -> Parallel:
    inner = Recursion("comb", Delay("d", [samples]), Gain("g", [0.6]))
    return Parallel("allpass", (Gain("direct", [-0.6]), Series("late", (inner, Gain("t", [0.64])))))


TREES = {
    "graphic equalisers": fdn(4, np.linalg.qr(RNG.standard_normal((4, 4)))[0], 300, 10),
    "hadamard, short delays": fdn(8, sylvester(8) / np.sqrt(8.0), 3, 2),
    "householder": fdn(5, np.eye(5) - 0.4 * np.ones((5, 5)), 120, 1),
    "allpasses in a loop": Recursion(
        "tank", Series("f", (allpass(37), allpass(61), Delay("d", [411.0]))), Gain("decay", [0.8])
    ),
    "matrix of taps in a loop": Recursion(
        "loop", Delay("d", [90.0, 141.0]), Fir("scatter", RNG.standard_normal((2, 2, 30)) / 25.0)
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_runner_and_faust_agree(name: str) -> None:
    model = Model("m", RATE, TREES[name])
    faust = Interpreter(model_to_faust(prepare(model))).impulse_responses(SAMPLES, RATE)
    runner = Runner(model, block_size=100)
    impulse = np.zeros((SAMPLES, runner.inputs), np.float32)
    impulse[0, 0] = 1.0
    found = np.concatenate([runner.process(impulse[at : at + 100]) for at in range(0, SAMPLES, 100)])
    difference = np.square(found.T - faust[:, 0]).sum() / np.square(faust[:, 0]).sum()
    assert 10.0 * np.log10(difference) < -120.0
