"""The sample of `~`: taken from one delay of each cycle and given back, the response being the judge."""

import numpy as np
import pytest
from hypothesis import given, settings

from compiler.errors import DelayFreeLoop
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos, walk
from compiler.ir.response import response
from compiler.passes.loops import UnitLoop, as_recursions, place_unit_delays, take_sample
from compiler.pipeline import prepare
from tests.compiler.graphs import models
from tests.compiler.simulation import impulse_responses

Z = np.exp(1j * np.linspace(0.0, np.pi, 33))
ROUNDING = 1e-13
SWAP = Gain("swap", [[0.0, 0.6], [0.6, 0.0]])
MIX = Gain("mix", [[0.4, 0.3], [-0.3, 0.4]])
COMB = Recursion("comb", Delay("line", [7.0, 4.0]), MIX)


def placed(root: Node) -> Node:
    """Prepared and placed; the same response and the same samples."""
    result = place_unit_delays(prepare(Model("m", 48000.0, root)).model.root)
    assert abs(response(as_recursions(result), Z) - response(root, Z)).max() < ROUNDING
    assert abs(impulse_responses(as_recursions(result), 40) - impulse_responses(root, 40)).max() < ROUNDING
    return result


def delays(node: Node) -> dict[str, list[float]]:
    return {
        each.name.split("/")[-1]: each.samples.tolist() for _, each in walk(node) if isinstance(each, Delay)
    }


@settings(max_examples=200, derandomize=True, deadline=None)
@given(models(fractional=True))
def test_the_response_stays_and_no_plain_loop_is_left(drawn: Model) -> None:
    root = prepare(drawn).model.root
    result = place_unit_delays(root)
    assert not any(isinstance(node, Recursion) for _, node in walk(result))
    assert abs(response(as_recursions(result), Z) - response(root, Z)).max() < ROUNDING


def test_a_delay_in_the_feedback_path_gives_one_sample_and_the_output_is_not_late() -> None:
    loop = placed(Recursion("r", Gain("f", [1.0]), Delay("d", [100.0], [0.5])))
    assert isinstance(loop, UnitLoop)
    assert isinstance(loop.feedback, Delay) and loop.feedback.samples.tolist() == [99.0]


def test_a_delay_in_the_forward_path_is_given_back() -> None:
    result = placed(Recursion("r", Delay("d", [100.0]), Gain("g", [0.5])))
    assert isinstance(result, Series) and isinstance(result.children[0], UnitLoop)
    assert delays(result.children[0].forward) == {"d": [99.0]}
    assert delays(result) == {"r:given_back": [1.0]}


def test_two_delays_in_series_lose_one_sample_together() -> None:
    forward = Series("f", (Delay("a", [100.0, 9.0]), MIX, Delay("b", [50.0, 9.0])))
    result = placed(Recursion("r", forward, Gain("g", [0.5, 0.5])))
    assert isinstance(result, Series) and isinstance(result.children[0], UnitLoop)
    assert delays(result.children[0].forward) == {"a": [99.0, 8.0], "b": [50.0, 9.0]}


@pytest.mark.parametrize("filters", [(), (Fir("fir", [[0.5, 0.5], [0.7, 0.1]]),)])
def test_neighbours_that_commute_delay_all_channels_together(filters: tuple[Node, ...]) -> None:
    forward = Series("f", (Delay("a", [0.0, 5.0]), *filters, Delay("b", [3.0, 0.0])))
    placed(Recursion("r", forward, MIX))


def test_each_channel_may_have_its_sample_from_another_kind() -> None:
    late = Sos("sos", [[[0.5, 0.1, 0, 1, 0, 0], [0, 0.5, 0, 1, 0.1, 0]], [[0.5, 0.2, 0, 1, 0, 0]] * 2])
    forward = Series("f", (Fir("fir", [[0.3, 0.1, 0.0], [0.0, 0.2, 0.4]]), late))
    placed(Recursion("r", forward, MIX))


@pytest.mark.parametrize(("end", "start"), [([0.0, 5.0], [3.0, 0.0]), ([1.0, 0.0], [0.0, 1.0])])
def test_forward_and_feedback_delay_all_channels_together_where_they_meet(end: list, start: list) -> None:
    after = Recursion("r", Series("f", (MIX, Delay("a", end))), Series("b", (Delay("b", start), SWAP)))
    before = Recursion("r", Series("f", (Delay("a", end), MIX)), Series("b", (SWAP, Delay("b", start))))
    bare = Recursion("r", Delay("a", end), Delay("b", start, [0.5, -0.5]))
    for loop in (after, before, bare):
        placed(loop)


def test_nested_loops() -> None:
    placed(Recursion("outer", Series("f", (COMB, Gain("g", [0.2, 0.1]))), Delay("back", [3.0, 2.0])))
    # The outer loop has no delay but the one in the forward path of the inner loop.
    placed(Recursion("outer", COMB, Gain("g", [0.1, -0.2])))
    deeper = Recursion("inner", COMB, Gain("g", [0.1, -0.2]))
    placed(Recursion("outer", Series("f", (deeper, MIX)), Gain("g", [0.1, -0.2])))
    # Here the inner loop's own delay is in its feedback path, so that the outer one needs another.
    inner = Recursion("inner", MIX, Delay("line", [1.0, 2.0], [0.5, 0.5]))
    placed(Recursion("outer", inner, Series("b", (Delay("back", [1.0, 1.0]), SWAP))))


def test_parallel_paths_all_give_their_sample() -> None:
    paths = Parallel("p", (Delay("a", [1.0, 5.0]), Series("s", (MIX, Fir("fir", [[0.0, 0.5], [0.0, 0.3]])))))
    placed(Recursion("r", paths, Gain("g", [0.3, 0.2])))
    stacked = Parallel("p", (Delay("a", [1.0]), Fir("fir", [[0.0, 0.5]])), is_sum=False)
    placed(Recursion("r", stacked, Gain("g", [[0.3, 0.2]])))


def test_loops_that_are_not_square() -> None:
    widen, narrow = Delay("w", [[1.0], [4.0]], [[0.5], [0.6]]), Gain("n", [[0.3, 0.4]])
    placed(Recursion("r", widen, narrow))
    placed(Recursion("r", narrow, Series("b", (widen, MIX))))


def test_silent_channels_need_no_delay() -> None:
    assert place_unit_delays(Recursion("r", MIX, Gain("z", np.zeros((2, 2))))) is not None
    placed(Recursion("r", MIX, Delay("d", [1.0, 0.0], [1.0, 0.0])))
    one_sounds, one_is_heard = Gain("g", [[0.5, 0.3], [0.0, 0.0]]), Gain("g", [[0.5, 0.0], [0.3, 0.0]])
    placed(Recursion("r", one_sounds, Series("b", (Delay("d", [1.0, 0.0]), MIX))))
    placed(Recursion("r", one_is_heard, Series("b", (MIX, Delay("d", [1.0, 0.0])))))


NO_DELAY = "every channel needs one sample or more"
CROSSED = Series("f", (Delay("d", [0.0, 5.0]), MIX, Delay("e", [5.0, 0.0])))


@pytest.mark.parametrize(
    ("loop", "message"),
    [
        (
            Recursion("r", Gain("f", [0.5]), Gain("b", [0.5])),
            f"r: no delay in the cycle r/f → r/b, channels 0 → 0: {NO_DELAY}",
        ),
        (
            Recursion("r", Delay("f", [5.0, 0.0]), MIX),
            f"r: no delay in the cycle r/f → r/mix, channels 1 → 1: {NO_DELAY}",
        ),
        (
            Recursion("r", Gain("f", [[0.0, 0.5], [0.5, 0.0]]), Delay("b", [0.0, 0.0], [0.5, 0.5])),
            f"r: no delay in the cycle r/f → r/b, channels 0 → 1 → 0: {NO_DELAY}",
        ),
        (
            Recursion("r", CROSSED, SWAP),
            f"r: no delay in the cycle r/f → r/swap, channels 1 → 1: {NO_DELAY}",
        ),
        (
            Recursion("r", CROSSED, Gain("b", [0.5, 0.4])),
            "r: the cycle r/f → r/b is delayed in different places on different channels (the first not "
            "on 1, the second not on 0, 1) with a mix of channels in between: one place must delay all "
            "channels by one sample or more",
        ),
        (
            Recursion("r", Delay("f", [0.7]), Gain("b", [0.5])),
            f"r: no delay in the cycle r/f → r/b, channels 0 → 0: {NO_DELAY}",
        ),
        (
            Recursion("outer", Delay("d", [4.0]), Recursion("r", Gain("f", [0.5]), Gain("b", [0.1]))),
            f"outer/r: no delay in the cycle outer/r/f → outer/r/b, channels 0 → 0: {NO_DELAY}",
        ),
    ],
)
def test_a_cycle_without_a_delay_is_refused_by_name(loop: Recursion, message: str) -> None:
    with pytest.raises(DelayFreeLoop) as raised:
        prepare(Model("m", 48000.0, loop))
    assert str(raised.value) == message


def test_samples_are_taken_exactly_or_not_at_all() -> None:
    for node in (COMB, Delay("d", [[1.0, 2.5]]), Fir("f", [[0.0, 1.0]]), Series("s", (MIX, COMB))):
        taken = take_sample(node)
        assert taken is not None
        assert np.allclose(response(taken, Z), response(node, Z) * Z[:, None, None], atol=ROUNDING)
    for node in (
        MIX,
        Delay("d", [1.0, 0.5]),
        Series("s", (MIX, SWAP)),
        Recursion("r", MIX, Delay("d", [9.0] * 2)),
    ):
        assert take_sample(node) is None
