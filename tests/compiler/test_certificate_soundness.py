"""No certificate for what can grow: random loops near the edge, against eigenvalues of state space."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from compiler.backend.faust_filters import section as written
from compiler.certificate import certify
from compiler.certificate.judgement import INDETERMINATE, LOSSLESS, MARGINAL, NOT_CERTIFIED, STABLE, UNSTABLE
from compiler.certificate.rounding import DOUBLE, EXACT, SINGLE, Precision
from compiler.certificate.sections import peak_gain
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos
from tests.compiler.certificates import RATE, Drawer, fdn, louder, model, orthogonal, radius
from tests.compiler.graphs import models
from tests.compiler.test_certificate_sections import peak

EIGENVALUES = 1e-9
"""What eigenvalues of such matrices are good for; Jordan blocks, which lossless cascades have, are worse."""


def contradictions(root: Node) -> tuple[str, str, list[str]]:
    """The verdict in double precision, what is true, and what contradicts it in either precision."""
    certificate, largest = certify(model(root)), radius(root)
    truth = "grows" if largest > 1.0 + EIGENVALUES else "decays" if largest < 1.0 - EIGENVALUES else "edge"
    wrong = []
    for precision, verdict, most in (
        ("double", certificate.double, 0.0),
        ("single", certificate.single, 2e-6),
    ):
        if verdict == STABLE and largest > 1.0 + EIGENVALUES + most:
            wrong.append(f"{precision}: certified with a pole at {largest}")
        if verdict == MARGINAL and largest > 1.0 + LOSSLESS + most:
            wrong.append(f"{precision}: called lossless with a pole at {largest}")
        if verdict == UNSTABLE and largest < 1.0 - EIGENVALUES - most:
            wrong.append(f"{precision}: called unstable with poles up to {largest}")
    return certificate.double, truth, wrong


def search(seed: int, count: int) -> Counter[tuple[str, str]]:
    """Verdicts and truths of so many random loops; none may contradict."""
    drawer, seen = Drawer(seed), Counter[tuple[str, str]]()
    for _ in range(count):
        verdict, truth, wrong = contradictions(drawer.near_the_edge())
        assert not wrong, wrong
        seen[truth, verdict] += 1
    return seen


def test_no_random_loop_is_certified_that_grows() -> None:
    seen = search(3, 70)
    assert seen["grows", UNSTABLE] > 4 * (seen["grows", NOT_CERTIFIED] + seen["grows", INDETERMINATE])
    assert seen["decays", STABLE] > seen["decays", NOT_CERTIFIED]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 104))
def test_no_random_loop_of_many_is_certified_that_grows(seed: int) -> None:
    search(seed, 500)


@given(drawn=models(most_channels=3, depth=2))
@settings(max_examples=12, derandomize=True, deadline=None)
def test_loops_around_any_graph_are_judged_rightly(drawn: Model) -> None:
    """A graph that makes nothing louder, in a loop of less and of more gain than 1."""
    graph, channels = drawn.root, drawn.root.inputs
    back = Gain("back", np.eye(channels, graph.outputs))
    loop = Recursion("around", Series("line", (Delay("one", np.ones(channels)), graph)), back)
    for gain in (0.7, 1.3, 4.0):
        assert not contradictions(louder(loop, gain))[2]


@pytest.mark.parametrize("precision", [DOUBLE, SINGLE], ids=["double", "single"])
def test_lossless_loops_grow_no_faster_than_is_printed(precision: Precision) -> None:
    """Gains rounded at random within the precision's bound: the largest pole against dB per minute."""
    random = np.random.default_rng(6)
    for size in (2, 4, 6):
        matrix, delays = orthogonal(size, random), random.integers(1, 12, size)
        allpass = np.array([[[0.5, -1.2, 1.0, 1.0, -1.2, 0.5]]] * size)
        filters = (Sos("allpass", allpass),) if size == 4 else ()
        certificate = certify(model(fdn(matrix, delays, *filters)))
        finding = next(f for f in certificate.findings if f.precision == precision.name)
        if finding.verdict == MARGINAL:
            assert finding.growth_db_per_minute is not None
            allowed = finding.growth_db_per_minute / (20.0 * np.log10(np.e) * RATE * 60.0)
            for _ in range(40):
                rounded = matrix * (1.0 + precision.unit * random.choice([-1.0, 1.0], matrix.shape))
                assert radius(fdn(rounded, delays, *filters)) - 1.0 <= allowed + 2e-13


def in_single(node: Node) -> Node:
    """The tree with its values rounded to float32 as FAUST gets them, sections in its form."""
    match node:
        case Series() | Parallel():
            return replace(node, children=tuple(in_single(child) for child in node.children))
        case Recursion():
            return replace(node, forward=in_single(node.forward), feedback=in_single(node.feedback))
        case Gain():
            return replace(node, gains=node.gains.astype(np.float32))
        case Delay():
            return replace(node, gains=None if node.gains is None else node.gains.astype(np.float32))
        case Fir():
            return replace(node, taps=node.taps.astype(np.float32))
        case Sos():
            return replace(node, sections=np.apply_along_axis(section_in_single, -1, node.sections))


def section_in_single(row: NDArray[np.float64]) -> NDArray[np.float64]:
    found = written(row.tolist())
    values = [float(np.float32(value)) for value in found.values]
    kind, side = found.helper.removesuffix("_high"), -1.0 if found.helper.endswith("_high") else 1.0
    match kind:
        case "section":
            b, c1, c2, d, q = values
            first, second = b * d + c1 * d, b * d * q + c2 * d
            numerator = [b, side * (first + second - 2.0 * b), b - first]
            return np.array([*numerator, 1.0, side * (d + d * q - 2.0), 1.0 - d])
        case "one_pole":
            b, c, p = values
            return np.array([b, side * (c * p - b * (1.0 - p)), 0.0, 1.0, -side * (1.0 - p), 0.0])
        case "taps":
            return np.array([*values, 1.0, 0.0, 0.0])
        case _:
            return np.array([*values[:3], 1.0, *values[3:]])


def test_what_is_certified_in_single_precision_is_stable_as_it_is_rounded() -> None:
    """Networks with low, narrow peaks whose gain around the loop is just below 1, or not."""
    random, drawer, certified = np.random.default_rng(14), Drawer(15), 0
    for trial in range(40):
        size = int(random.integers(1, 4))
        rows = [[peak(10.0 ** random.uniform(1.5, 3.5), random.normal(0.0, 6.0), 3.0)] for _ in range(size)]
        sections = np.array(rows)
        for row in sections:
            row[0, :3] /= peak_gain(row, EXACT)[0]
        gain = 1.0 - 10.0 ** random.uniform(-7.0, -3.0)
        filters = Sos("filters", sections) if trial % 3 else drawer.sections(size)
        loop = fdn(gain * drawer.matrix(size), random.integers(1, 9, size), filters)
        if certify(model(loop)).single == STABLE:
            certified += 1
            assert radius(in_single(loop)) < 1.0
    assert certified > 10


def test_a_zero_that_is_a_cancellation_does_not_cut_a_loop() -> None:
    """1 - 1 in parallel may leave a rounding error in the program: no component ends there."""
    wires = Parallel("difference", (Gain("plus", np.ones((1, 1))), Gain("minus", -np.ones((1, 1)))))
    loop = Recursion("loop", Delay("delay", np.array([3.0])), wires)
    certificate = certify(model(Series("all", (Gain("in", np.ones(1)), loop))))
    assert certificate.verdict == STABLE


def test_nested_loops_are_judged_together() -> None:
    """An inner loop of gain 0.7 doubles and more what an outer one of 0.29 gives back: 0.29 / 0.3 is left."""
    random = np.random.default_rng(8)
    inner = Recursion("inner", Delay("d", np.array([3.0, 4.0])), Gain("m", 0.7 * orthogonal(2, random)))
    for gain, verdict in ((0.29, STABLE), (0.5, None)):
        forward = Series("forward", (inner, Gain("g", gain * orthogonal(2, random))))
        outer = Recursion("outer", forward, Delay("back", np.array([2.0, 5.0])))
        found, _, wrong = contradictions(outer)
        assert not wrong
        assert verdict is None or found == verdict
