"""A feedback delay network for the runner, noise through it, and how far two sounds are apart."""

import numpy as np

from compiler.ir.nodes import Delay, Gain, Model, Recursion, Series, Sos
from compiler.runtime import Runner

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
