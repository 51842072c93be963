"""What the block runner costs per block: feedback delay networks of many kinds, by block size.

Times are processor time of the thread that plays. "% of a core" is the least of many runs over the duration
of the block: what it costs where nobody disturbs; p99 is over all blocks and shows what a busy machine adds.
"""

import argparse
import gc
import time

import numpy as np
from machine import describe

from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Recursion, Series, Sos
from compiler.passes.forms import sylvester
from compiler.runtime import Runner

RATE = 48000.0
BLOCKS = (64, 128, 256, 512, 1024)
GOAL_BLOCK, GOAL_PERCENT = 128, 5.0
GOALS = ("8 lines, 11 biquads each", "8 lines, 1 biquad each")
RUNS = 15


def network(lines: int, feedback: Node, shortest: int = 800, longest: int = 3000) -> Model:
    """One input, two outputs, `lines` delays, and `feedback` from their ends to their starts."""
    rng = np.random.default_rng(lines)
    delays = Delay("delays", rng.integers(shortest, longest, lines))
    loop = Recursion("loop", delays, feedback)
    ends = rng.standard_normal((lines, 1)), rng.standard_normal((2, lines))
    return Model("network", RATE, Series("reverb", (Gain("in", ends[0]), loop, Gain("out", ends[1]))))


def filtered(lines: int, sections: int, matrix: np.ndarray | None = None) -> Series:
    """Absorption filters that do something, and a matrix."""
    rows = np.tile([0.97, -0.2, 0.01, 1.0, -0.2, 0.01], (lines, sections, 1))
    return Series("feedback", (Sos("absorption", rows), Gain("matrix", mixing(lines, matrix))))


def mixing(lines: int, matrix: np.ndarray | None = None) -> np.ndarray:
    """`matrix`, or an orthogonal one without structure, with a loss."""
    if matrix is None:
        matrix = np.linalg.qr(np.random.default_rng(lines).standard_normal((lines, lines)))[0]
    return 0.98 * matrix


def models() -> dict[str, Model]:
    """What is measured."""
    taps = np.random.default_rng(0).standard_normal((8, 8, 1024)) / 300.0
    return {
        GOALS[0]: network(8, filtered(8, 11)),
        GOALS[1]: network(8, filtered(8, 1)),
        "16 lines, 11 biquads each": network(16, filtered(16, 11)),
        "8 lines, gains only": network(8, Gain("matrix", mixing(8))),
        "16 lines, gains only": network(16, Gain("matrix", mixing(16))),
        "64 lines, gains only": network(64, Gain("matrix", mixing(64))),
        "64 lines, Hadamard": network(64, Gain("matrix", mixing(64, sylvester(64) / 8.0))),
        "64 lines, Householder": network(
            64, Gain("matrix", mixing(64, np.eye(64) - np.ones((64, 64)) / 32.0))
        ),
        "8 × 8 responses of 1024 taps": network(8, Fir("scattering", taps)),
        "8 lines, 11 biquads, delays of 1 … 9": network(8, filtered(8, 11), 1, 9),
    }


def cost(runner: Runner, seconds: float) -> tuple[float, float]:
    """Processor seconds a block: the least of the means of RUNS runs, and p99 of single blocks."""
    block = runner.block_size
    x = np.random.default_rng(1).standard_normal((block, runner.inputs)).astype(np.float32)
    out = np.zeros((block, runner.outputs), np.float32)
    count = max(10, int(seconds * RATE / block / RUNS))
    means, single = [], []
    for _ in range(RUNS):
        start = time.thread_time()
        for _ in range(count):
            runner.process(x, out)
        means.append((time.thread_time() - start) / count)
    for _ in range(count):
        start = time.thread_time()
        runner.process(x, out)
        single.append(time.thread_time() - start)
    return min(means), float(np.quantile(single, 0.99))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="seconds of sound per model and block")
    options = parser.parse_args()
    print(describe("numpy", "numba"))
    start = time.perf_counter()
    Runner(network(8, filtered(8, 1)))
    print(f"first runner ready after {time.perf_counter() - start:.1f} s, its kernels compiled or loaded")
    gc.disable()
    print("{:<38}{:>6}{:>9}{:>9}{:>12}".format("model, 48 kHz", "block", "µs", "p99 µs", "% of a core"))
    met = True
    for name, model in models().items():
        for block in BLOCKS:
            least, p99 = cost(Runner(model, block_size=block), options.seconds)
            percent = 100.0 * least * RATE / block
            print(f"{name:<38}{block:>6}{1e6 * least:>9.1f}{1e6 * p99:>9.1f}{percent:>12.2f}", flush=True)
            met &= block != GOAL_BLOCK or name not in GOALS or percent <= GOAL_PERCENT
    print(
        f"at most {GOAL_PERCENT:g} % of a core at blocks of {GOAL_BLOCK}, 8 lines with absorption filters: ",
        end="",
    )
    print("goal met" if met else "GOAL MISSED")


if __name__ == "__main__":
    main()
