"""Small feedback delay networks for tests of decay and controls."""

import math

import numpy as np

from compiler.ir.nodes import Delay, Gain, Model, Node, Recursion, Series, Sos

RATE = 48000.0


def room(
    low: float = math.inf, high: float = math.inf, inputs: int = 1, outputs: int = 1, lines: int = 6
) -> Model:
    """A network of `lines` that decays in `low` seconds at 0 Hz and `high` at half the rate (Jot 1991)."""
    rng = np.random.default_rng(5)
    lengths = np.sort(rng.choice(np.arange(400, 1900), lines, replace=False)).astype(float)
    at_zero, at_top = (10.0 ** (-3.0 * lengths / RATE / seconds) for seconds in (low, high))
    pole = (at_zero - at_top) / (at_zero + at_top)
    zeros = np.zeros(lines)
    sections = np.stack([at_zero * (1.0 - pole), zeros, zeros, zeros + 1.0, -pole, zeros], axis=-1)
    mixing: list[Node] = [Gain("matrix", np.linalg.qr(rng.standard_normal((lines, lines)))[0])]
    if math.isfinite(low):
        mixing.append(Sos("absorption", sections[:, np.newaxis]))
    loop = Recursion("loop", Delay("delays", lengths), Series("feedback", tuple(mixing)))
    start = Gain("in", rng.standard_normal((lines, inputs)))
    end = Gain("out", rng.standard_normal((outputs, lines)))
    return Model("room", RATE, Series("reverb", (start, loop, end)))


ROOMS = {"lossless": room(), "decaying": room(1.5, 1.5), "coloured": room(2.0, 0.4)}
