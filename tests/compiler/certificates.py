"""Loops to certify: small ones drawn at random, near the edge of stability, and parts that tests share."""

import numpy as np
from numpy.typing import NDArray

from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos
from compiler.passes.scale import scaled
from tests.compiler.state_space import state_space

Array = NDArray[np.float64]
RATE = 48000.0


def model(root: Node) -> Model:
    """A model at 48 kHz."""
    return Model("model", RATE, root)


def fdn(matrix: Array, delays: Array, *more: Node) -> Recursion:
    """Delays, and a matrix and more in their feedback."""
    feedback = Series("feedback", (Gain("matrix", np.asarray(matrix, dtype=float)), *more))
    return Recursion("loop", Delay("delays", np.asarray(delays, dtype=float)), feedback)


def orthogonal(size: int, random: np.random.Generator) -> Array:
    """A random orthogonal matrix."""
    return np.linalg.qr(random.standard_normal((size, size)))[0]


def louder(loop: Recursion, gain: float) -> Recursion:
    """The loop with its feedback times `gain`."""
    more = Gain("louder", np.full(loop.inputs, gain))
    return Recursion(loop.name, loop.forward, Series("louder_feedback", (loop.feedback, more)))


def radius(node: Node) -> float:
    """The largest magnitude of a pole, by the eigenvalues of state space."""
    return state_space(node).radius()


class Drawer:
    """Random loops of every kind of node, from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.count = 0

    def near_the_edge(self) -> Recursion:
        """A loop, most often with its largest pole within 1e-7 to 0.1 of the circle, inside or outside."""
        loop = self.loop(int(self.random.integers(1, 5)), int(self.random.integers(0, 3)))
        off = 1.0 + self.random.choice([-1.0, 1.0]) * 10.0 ** self.random.uniform(-7.0, -1.0)
        how = self.random.integers(3)
        if how == 0 and (largest := radius(loop)) > 0.0:
            edge = scaled(loop, off / largest)
            assert isinstance(edge, Recursion)
            return edge
        if how == 1 and radius(louder(loop, 1e-3)) < 1.0:
            low, high = 1e-3, 10.0
            for _ in range(14):
                middle = (low * high) ** 0.5
                low, high = (middle, high) if radius(louder(loop, middle)) < 1.0 else (low, middle)
            return louder(loop, low * off)
        return loop

    def loop(self, size: int, depth: int) -> Recursion:
        """A loop of `size` channels, others in it `depth` deep."""
        forward: list[Node] = [Delay(self.name(), self.random.integers(1, 8, size).astype(float))]
        feedback: list[Node] = [Gain(self.name(), self.matrix(size))]
        forward += [self.piece(size, depth) for _ in range(self.random.integers(0, 2))]
        feedback += [self.piece(size, depth) for _ in range(self.random.integers(0, 3))]
        return Recursion(
            self.name(), Series(self.name(), tuple(forward)), Series(self.name(), tuple(feedback))
        )

    def piece(self, size: int, depth: int) -> Node:
        """Something with as many inputs as outputs."""
        random, name = self.random, self.name()
        match int(random.integers(8)):
            case 0:
                return Gain(name, self.matrix(size))
            case 1:
                return self.sections(size)
            case 2:
                return Fir(name, 0.6 * random.standard_normal((size, random.integers(1, 5))))
            case 3 if size < 4:
                return Fir(name, 0.4 * random.standard_normal((size, size, random.integers(1, 4))))
            case 4:
                return Delay(name, random.integers(0, 5, size).astype(float), random.standard_normal(size))
            case 5 if size < 4:
                delays = random.integers(1, 4, (size, size)).astype(float)
                return Delay(name, delays, 0.5 * random.standard_normal((size, size)))
            case 6 if depth:
                return Parallel(name, (self.piece(size, depth - 1), self.piece(size, depth - 1)))
            case 7 if depth:
                return self.loop(size, depth - 1)
            case _:
                return Gain(name, random.uniform(-1.0, 1.0, size))

    def sections(self, size: int) -> Sos:
        """One or two sections a channel, peaks of about 1, some of them allpass."""
        random, rows = self.random, np.zeros((size, self.random.integers(1, 3), 6))
        for index in np.ndindex(rows.shape[:2]):
            r, angle = random.uniform(0.0, 0.97), random.uniform(0.0, np.pi)
            zero, where = random.uniform(0.0, 1.2), random.uniform(0.0, np.pi)
            b = np.array([1.0, -2.0 * zero * np.cos(where), zero**2])
            a = np.array([1.0, -2.0 * r * np.cos(angle), r * r])
            b = a[::-1] if random.random() < 0.2 else b
            w = np.exp(-1j * np.linspace(0.0, np.pi, 512))
            peak = np.abs((b[0] + w * (b[1] + w * b[2])) / (a[0] + w * (a[1] + w * a[2]))).max()
            rows[index] = [*(b / peak), *a]
        return Sos(self.name(), rows)

    def matrix(self, size: int) -> Array:
        """Orthogonal, hidden orthogonal, triangular, random, a permutation, positive."""
        random = self.random
        entries = random.standard_normal((size, size))
        match int(random.integers(6)):
            case 0:
                return orthogonal(size, random)
            case 1:
                weights = np.exp(random.standard_normal(size))
                return orthogonal(size, random) / weights[:, None] * weights
            case 2:
                return np.triu(entries)
            case 3:
                return entries / np.abs(np.linalg.eigvals(entries)).max()
            case 4:
                return np.eye(size)[random.permutation(size)] * random.choice([-1.0, 1.0], size)[:, None]
            case _:
                return np.abs(entries) / np.abs(np.linalg.eigvals(np.abs(entries))).max()

    def name(self) -> str:
        """The next name."""
        self.count += 1
        return f"node{self.count}"
