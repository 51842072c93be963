"""What `prepare` gives: the same response, in normal form."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from compiler.errors import BadValue, DelayFreeLoop
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos, Source, walk
from compiler.ir.response import response
from compiler.passes.leaves import is_diagonal, is_wire, is_zero
from compiler.passes.naming import named
from compiler.pipeline import prepare
from tests.compiler.graphs import models
from tests.compiler.simulation import impulse_responses

Z = np.exp(1j * np.linspace(0.0, np.pi, 33))
ROUNDING = 1e-13  # relative to the largest singular value that the drawn models can have, 1
HADAMARD = np.array([[1.0, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2.0


def prepared(root: Node) -> Node:
    return prepare(Model("m", 48000.0, root)).model.root


def nodes(node: Node) -> list[Node]:
    return [each for _, each in walk(node)]


def names(node: Node) -> list[str]:
    return [each.name for each in nodes(node)]


@settings(max_examples=250, derandomize=True, deadline=None)
@given(models())
def test_the_response_stays_to_rounding(drawn: Model) -> None:
    root = prepare(drawn).model.root
    assert (root.inputs, root.outputs) == (drawn.root.inputs, drawn.root.outputs)
    assert abs(response(root, Z) - response(drawn.root, Z)).max() < ROUNDING


@settings(max_examples=40, derandomize=True, deadline=None)
@given(models())
def test_the_sound_stays_to_rounding(drawn: Model) -> None:
    before, after = impulse_responses(drawn.root, 80), impulse_responses(prepare(drawn).model.root, 80)
    assert abs(after - before).max() < ROUNDING


@settings(max_examples=150, derandomize=True, deadline=None)
@given(models(fractional=True))
def test_the_normal_form(drawn: Model) -> None:
    root = prepare(drawn).model.root
    assert len(set(names(root))) == len(names(root))
    given_names = set(names(named(drawn.root)))
    assert all(name.split(":")[0] in given_names for name in names(root))
    for node in nodes(root):
        assert node.source is None
        match node:
            case Delay():
                assert (node.samples == np.floor(node.samples)).all()
            case Series():
                assert len(node.children) > 1
                for child in node.children:
                    assert not (isinstance(child, Series) or is_wire(child) or is_zero(child))
                for one, other in pairwise(node.children):
                    alike = isinstance(one, Gain | Delay) and type(one) is type(other)
                    assert not (alike and is_diagonal(one) and is_diagonal(other))
            case Parallel():
                assert len(node.children) > 1
                for child in node.children:
                    assert not (isinstance(child, Parallel) and child.is_sum == node.is_sum)
                    assert not (node.is_sum and is_zero(child))
            case Recursion():
                assert not is_zero(node.feedback)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(models(fractional=True))
def test_preparing_again_changes_nothing(drawn: Model) -> None:
    once = prepare(drawn).model.root
    twice = prepared(once)
    outline = [(type(node), node.inputs, node.outputs) for node in nodes(once)]
    assert [(type(node), node.inputs, node.outputs) for node in nodes(twice)] == outline
    assert abs(response(twice, Z) - response(once, Z)).max() < ROUNDING


def test_a_model_may_be_a_mere_wire() -> None:
    for root in (Gain("g", np.eye(3)), Series("s", (Gain("a", [2.0]), Delay("d", [0.0], [0.5])))):
        wire = prepared(root)
        assert isinstance(wire, Gain) and np.array_equal(wire.gains, np.ones(root.inputs))
        assert wire.name == root.name


def test_a_silent_model_keeps_its_channels() -> None:
    silent = prepared(
        Series("s", (Gain("a", np.zeros((3, 2))), Recursion("r", Delay("d", [2.0] * 3), _id(3))))
    )
    assert isinstance(silent, Gain) and silent.gains.shape == (3, 2) and not silent.gains.any()
    cancelled = prepared(Parallel("p", (Gain("a", [[1.0, 2.0]]), Gain("b", [[-1.0, -2.0]]))))
    assert isinstance(cancelled, Gain) and cancelled.gains.shape == (1, 2) and not cancelled.gains.any()


def test_a_silent_branch_in_a_loop_opens_it_and_a_silent_loop_goes() -> None:
    forward = Delay("d", [3.0, 4.0])
    half = Parallel("p", (Gain("z", np.zeros((2, 2))), Gain("g", [0.5, 0.5])))
    loop = prepared(Recursion("r", forward, half))
    assert isinstance(loop, Recursion) and isinstance(loop.feedback, Gain) and loop.feedback.name == "r/p/g"
    assert isinstance(prepared(Recursion("r", forward, Gain("z", np.zeros((2, 2))))), Delay)


def test_gains_go_into_dense_matrices_but_leave_fast_ones_fast() -> None:
    gains = Gain("gains", [0.9, 0.8, 0.7, 0.6])
    dense = Gain("dense", np.random.default_rng(0).standard_normal((4, 4)))
    merged = prepared(Series("s", (gains, dense, Gain("more", [1.0, 2.0, 3.0, 4.0]))))
    assert isinstance(merged, Gain) and merged.name == "s/dense"
    kept = prepared(Series("s", (gains, Gain("fast", HADAMARD))))
    assert names(kept) == ["s", "s/gains", "s/fast"]
    signs = prepared(Series("s", (Gain("fast", HADAMARD), Gain("signs", [1.0, -1.0, -1.0, 1.0]))))
    assert isinstance(signs, Gain), "signs cost nothing in a Hadamard matrix"


def test_a_matrix_of_rank_one_is_not_multiplied_out() -> None:
    kept = prepared(Series("s", (Gain("mix", np.full((1, 6), 0.5)), Gain("split", np.full((6, 1), 0.3)))))
    assert names(kept) == ["s", "s/mix", "s/split"]


def test_delays_meet_across_filters_that_commute() -> None:
    sections = np.array([[[0.5, 0.1, 0.0, 1.0, -0.3, 0.0]]] * 2)
    taps = Fir("fir", [[0.5, 0.25], [0.5, -0.25]])
    chain = (Delay("a", [3.5, 0.0], [0.5, 1.0]), Sos("sos", sections), taps, Delay("b", [1.5, 7.0]))
    root = prepared(Series("s", chain))
    assert names(root) == ["s", "s/a", "s/sos", "s/fir"]
    delay = root.children[0]
    assert isinstance(delay, Delay) and delay.samples.tolist() == [
        5.0,
        7.0,
    ]  # 3.5 + 1.5 needs no interpolation
    assert abs(response(root, Z) - response(Series("s", chain), Z)).max() < ROUNDING


def test_leaves_become_the_simplest_kind() -> None:
    assert isinstance(prepared(Fir("f", [[[0.5], [0.25]]])), Gain)
    echo = prepared(Fir("f", [[0.0, 0.0, 0.5, 0.0], [0.0, 1.0, 0.0, 0.0]]))
    assert isinstance(echo, Delay) and echo.samples.tolist() == [2.0, 1.0]
    trimmed = prepared(Fir("f", [[1.0, 0.5, 0.0, 0.0]]))
    assert isinstance(trimmed, Fir) and trimmed.taps.shape == (1, 2)
    flat = [[[2.0, 0.0, 0.0, 4.0, 0.0, 0.0], [1.0, 0.5, 0.2, 1.0, 0.5, 0.2]]]
    assert isinstance(prepared(Sos("s", flat)), Gain)
    shelf = prepared(Sos("s", [[*flat[0], [1.0, 0.5, 0.0, 1.0, -0.2, 0.0]]]))
    assert isinstance(shelf, Sos) and shelf.sections.shape == (1, 1, 6) and shelf.sections[0, 0, 0] == 0.5


def test_names_are_paths_and_twins_are_told_apart() -> None:
    twin = Recursion("fdn", Delay("d", [5.0]), Gain("m", [0.5]))
    root = Series("", (twin, twin, Recursion("fdn_2", Delay("a/b", [5.0]), Gain("x:y", [0.5]))))
    assert names(named(root)) == [
        "series",
        *("series/fdn", "series/fdn/d", "series/fdn/m"),
        *("series/fdn_3", "series/fdn_3/d", "series/fdn_3/m"),
        *("series/fdn_2", "series/fdn_2/a_b", "series/fdn_2/x_y"),
    ]


@pytest.mark.parametrize("trained", [0.5, 0.999])
def test_names_do_not_change_as_values_do(trained: float) -> None:
    matrix = np.random.default_rng(1).standard_normal((3, 3)) * trained
    inner = Series(
        "inner", (Gain("a", [trained] * 3), Gain("b", matrix), Delay("d", [4.0, 5.0, 6.0], [trained] * 3))
    )
    root = Series(
        "s", (Gain("in", np.full((3, 1), trained)), Recursion("r", inner, Gain("m", matrix.T / 9.0)))
    )
    assert names(prepared(root)) == ["s", "s/in", "s/r", "s/r/inner", "s/r/inner/b", "s/r/inner/d", "s/r/m"]


def test_sources_and_notes() -> None:
    model = Model("m", 44100.0, Gain("g", [2.0], Source("parallelGain")), Source("Shell"), ("frozen",))
    ready = prepare(model)
    assert ready.model.source is None and ready.model.root.source is None
    assert ready.model.notes == ("frozen",) and ready.sample_rate == 44100.0


@pytest.mark.parametrize(
    ("root", "error", "message"),
    [
        (Delay("d", [1e12]), BadValue, "d: a delay of 1e+12 samples: at most 16777216"),
        (Sos("s", [[[1e300, 0, 0, 1e-300, 0, 0]]]), BadValue, "s: a section divided by its a0 is not finite"),
        (Gain("g", np.ones(2000)), BadValue, "g: 2000 channels: at most 1024"),
        (
            Recursion("r", Gain("f", [0.5]), Gain("b", [0.5])),
            DelayFreeLoop,
            "r: no delay in the cycle top/r/f → top/r/b",
        ),
    ],
)
def test_refusals_name_the_path(root: Node, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as raised:
        prepared(Series("top", (root,)))
    assert str(raised.value).startswith(f"top/{message}")


def _id(channels: int) -> Gain:
    return Gain("wire", np.ones(channels))


def test_a_product_that_is_diagonal_joins_its_neighbours() -> None:
    turn = np.eye(3)[[1, 2, 0]]
    chain = (Delay("a", [0.5, 1.5, 2.5]), Gain("p", turn), Gain("q", turn.T), Delay("b", [4.5, 4.5, 4.5]))
    delay = prepared(Series("s", chain))
    assert isinstance(delay, Delay) and delay.name == "s/a" and delay.samples.tolist() == [5.0, 6.0, 7.0]


def test_sums_and_stacks_within_each_other_are_told_apart() -> None:
    one, two = Fir("one", [[1.0, 0.5]]), Fir("two", [[0.5, 0.3]])
    total, stack = Parallel("sum", (one, two)), Parallel("stack", (one, two), is_sum=False)
    for root, children in (
        (Parallel("p", (total, one)), 3),
        (Parallel("p", (stack, stack)), 2),
        (Parallel("p", (total, one), is_sum=False), 2),
        (Parallel("p", (stack, one), is_sum=False), 3),
    ):
        flat = prepared(root)
        assert isinstance(flat, Parallel) and len(flat.children) == children
        assert abs(response(flat, Z) - response(root, Z)).max() < ROUNDING


def test_one_silent_section_silences_its_channel() -> None:
    echo = [0.5, 0.2, 0.1, 1.0, 0.1, 0.0]
    silent = Sos("s", [[echo, [0.0, 0.0, 0.0, 1.0, 0.5, 0.0]]])
    assert isinstance(prepared(Parallel("p", (silent, Delay("d", [3.0])))), Delay)


def test_a_silent_delay_is_never_the_shortest() -> None:
    delay = prepared(Delay("d", [[0.0, 30.0], [20.0, 0.5]], [[0.0, 1.0], [1.0, 0.0]]))
    assert isinstance(delay, Delay) and delay.samples.tolist() == [[20.0, 30.0], [20.0, 20.0]]
