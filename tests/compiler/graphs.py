"""Random legal models for property tests: every kind of node, odd shapes, nested loops; all stable.

No node makes anything louder, at any frequency, whatever comes in: gains are divided by their norm, taps by
the norm of their sums, sections by their peaks, sums by their number. Around a loop at most `AROUND` is left
of a sound, so that it is at most 1 / (1 - AROUND) times as loud as its input; a gain behind it undoes that.
"""

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos
from compiler.ir.response import frequency_response
from compiler.passes.forms import sylvester

Array = NDArray[np.float64]
SAMPLE_RATE = 48000.0
LONGEST_SAMPLES = 24
AROUND = 0.9
WIRE = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@st.composite
def models(
    draw: st.DrawFn, most_channels: int = 4, depth: int = 3, fractional: bool = False, loops: bool = True
) -> Model:
    """A model of at most `most_channels` channels anywhere, its containers nested `depth` deep.

    Delays of at most `LONGEST_SAMPLES`, whole ones unless `fractional`; each loop has one on all channels,
    sometimes in two neighbours. Its largest singular value is at most 1, so that `Delay(1)` and a gain of
    less than 1 around it make a stable loop again.
    """
    inputs, outputs = draw(st.integers(1, most_channels)), draw(st.integers(1, most_channels))
    maker = _Maker(draw, most_channels, fractional, loops)
    return Model("drawn", SAMPLE_RATE, maker.node("root", inputs, outputs, depth))


class _Maker:
    """Draws nodes with given channels. Coefficients come from seeds: hypothesis need not shrink them."""

    def __init__(self, draw: st.DrawFn, most_channels: int, fractional: bool, loops: bool) -> None:
        self.draw, self.most_channels, self.fractional, self.loops = draw, most_channels, fractional, loops

    def random(self) -> np.random.Generator:
        return np.random.default_rng(self.draw(st.integers(0, 2**16)))

    def one_of(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def node(self, name: str, inputs: int, outputs: int, depth: int) -> Node:
        kind = "leaf" if depth == 0 else self.one_of("leaf", "series", "sum", "stack", "loop", "loop")
        if kind == "series":
            return self.series(name, inputs, outputs, depth)
        if kind == "sum":
            count = self.draw(st.integers(1, 3))
            branches = [self.node(f"branch{k}", inputs, outputs, depth - 1) for k in range(count)]
            return _times(1.0 / count, Parallel(name, tuple(branches)))
        if kind == "stack" and outputs > 1:
            at = self.draw(st.integers(1, outputs - 1))
            upper = self.node("upper", inputs, at, depth - 1)
            lower = self.node("lower", inputs, outputs - at, depth - 1)
            return _times(0.5**0.5, Parallel(name, (upper, lower), is_sum=False))
        if kind == "loop" and self.loops:
            return self.loop(name, inputs, outputs, depth)
        return self.leaf(name, inputs, outputs)

    def series(self, name: str, inputs: int, outputs: int, depth: int) -> Series:
        count = self.draw(st.integers(0, 3))
        widths = [inputs, *(self.draw(st.integers(1, self.most_channels)) for _ in range(count)), outputs]
        parts = enumerate(pairwise(widths))
        return Series(name, tuple(self.node(f"part{k}", i, o, depth - 1) for k, (i, o) in parts))

    def loop(self, name: str, inputs: int, outputs: int, depth: int) -> Node:
        forward = self.node("forward", inputs, outputs, depth - 1)
        feedback = self.node("feedback", outputs, inputs, depth - 1)
        where = self.one_of("forward", "feedback", "both", "filter")
        first = self.draw(st.booleans())  # the delay stands before the forward path, else behind it
        channels = inputs if first else outputs
        delay: Node = self.delay("line", channels, shortest=1)
        if where == "filter":
            delay = self.late_filter("line", channels)
        if where == "both" and isinstance(delay, Delay):
            here = self.random().random(channels) < 0.5
            other = Delay("other_line", np.where(here, 0.0, delay.samples))
            delay = Delay("line", np.where(here, delay.samples, 0.0))
            forward = Series("f", (other, forward) if first else (forward, other))
        if where == "forward":
            forward = Series("f", (delay, forward) if first else (forward, delay))
        else:
            feedback = Series("b", (feedback, delay) if first else (delay, feedback))
        return _times(1.0 - AROUND, Recursion(name, forward, _times(AROUND, feedback)))

    def leaf(self, name: str, inputs: int, outputs: int) -> Node:
        full = inputs != outputs or self.draw(st.booleans())
        shape = (outputs, inputs) if full else (inputs,)
        kind = self.one_of("gain", "wire", "form", "delay", "fir", "sos", "zero")
        if kind == "wire" and not full:
            return Gain(name, np.ones(inputs))
        if kind == "form":
            return Gain(name, self.form(outputs, inputs))
        if kind == "delay" and not full:
            return self.delay(name, inputs, shortest=0)
        if kind == "delay":
            gains = self.random().standard_normal(shape)
            return Delay(name, self.lengths(shape, shortest=0), gains / _norm(gains))
        if kind == "fir":
            taps = self.random().standard_normal((*shape, self.draw(st.integers(1, 5))))
            taps[self.random().random(taps.shape) < 0.3] = 0.0
            return Fir(name, taps / _norm(abs(taps).sum(axis=-1)))
        if kind == "sos":
            return self.sos(name, shape)
        if kind == "zero":
            return Gain(name, np.zeros(shape))
        gains = self.random().standard_normal(shape)
        return Gain(name, gains / _norm(gains))

    def form(self, outputs: int, inputs: int) -> Array:
        """A matrix with a structure, where the shape allows one; else a sparse one."""
        random = self.random()
        if outputs != inputs or self.draw(st.booleans()):
            matrix = random.standard_normal((outputs, inputs)) * (random.random((outputs, inputs)) < 0.5)
            return matrix / _norm(matrix)
        kind = self.one_of("permutation", "householder", "hadamard")
        if kind == "permutation":
            return np.eye(inputs)[random.permutation(inputs)] * random.choice([-1.0, 1.0], inputs)
        if kind == "hadamard" and inputs in (2, 4, 8):
            return sylvester(inputs) * random.choice([-1.0, 1.0], inputs) / np.sqrt(inputs)
        vector = random.standard_normal(inputs)
        return np.eye(inputs) - 2.0 * np.outer(vector, vector) / (vector @ vector)

    def delay(self, name: str, channels: int, shortest: int) -> Delay:
        gains = self.random().uniform(-1.0, 1.0, channels) if self.draw(st.booleans()) else None
        return Delay(name, self.lengths((channels,), shortest), gains)

    def lengths(self, shape: tuple[int, ...], shortest: int) -> Array:
        random = self.random()
        whole = random.integers(shortest, LONGEST_SAMPLES, shape).astype(np.float64)
        if not self.fractional or self.draw(st.booleans()):
            return whole
        return whole + random.uniform(0.0, 1.0, shape) * (random.random(shape) < 0.7)

    def late_filter(self, name: str, channels: int) -> Node:
        """A filter on each channel that says nothing in its first sample."""
        taps = self.random().standard_normal((channels, 4))
        taps[:, 0] = 0.0
        if self.draw(st.booleans()):
            return Fir(name, taps / _norm(abs(taps).sum(axis=-1)))
        sections = np.tile(WIRE, (channels, 2, 1))
        sections[:, 1, :3] = taps[:, :3]
        sections[:, 1, 4] = self.random().uniform(-0.9, 0.9, channels)
        return _peaks_at_most_1(Sos(name, sections))

    def sos(self, name: str, shape: tuple[int, ...]) -> Sos:
        """Up to three sections, poles within 0.95, some idle, some of first order."""
        random = self.random()
        count = self.draw(st.integers(1, 3))
        radii = random.uniform(0.0, 0.95, (*shape, count))
        angles = random.uniform(0.0, np.pi, (*shape, count))
        sections = np.zeros((*shape, count, 6))
        sections[..., :3] = random.standard_normal((*shape, count, 3))
        sections[..., 3:] = np.stack([np.ones(radii.shape), -2.0 * radii * np.cos(angles), radii**2], axis=-1)
        kind = self.one_of("second", "first", "idle", "cancelled")
        if kind == "first":
            sections[..., 0, [2, 5]] = 0.0
            sections[..., 0, 4] = radii[..., 0]
        if kind == "idle":
            sections[..., 0, :] = WIRE
        if kind == "cancelled":
            sections[..., 0, :3] = sections[..., 0, 3:]
        sections *= random.choice([0.5, 1.0, 2.0], (*shape, count, 1))
        return _peaks_at_most_1(Sos(name, sections))


def _times(gain: float, node: Node) -> Node:
    return Series(f"quieter_{node.name}", (node, Gain("gain", np.full(node.outputs, gain))))


def _norm(gains: Array) -> float:
    """How much louder `gains`, of any signs or phases, can make a sound; 1 for zeros."""
    norm = float(np.linalg.norm(abs(gains), 2) if gains.ndim == 2 else abs(gains).max())
    return norm or 1.0


def _peaks_at_most_1(sos: Sos) -> Sos:
    """Found on a grid, with a margin for what lies between its points: poles are within 0.95."""
    each = sos.sections.reshape(-1, *sos.sections.shape[-2:])
    peaks = abs(np.diagonal(frequency_response(Sos("", each), 1024), axis1=1, axis2=2)).max(axis=0)
    sections = sos.sections.copy()
    sections[..., 0, :3] /= 1.01 * _norm(peaks.reshape(sos.sections.shape[:-2]))
    return Sos(sos.name, sections)
