"""The scheduler: programs, played by a slow interpreter of their definition, equal the direct simulation."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from compiler.errors import BadValue, DelayFreeLoop
from compiler.ir.nodes import Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos
from compiler.passes.cut import UNBOUND, longest_chunk, loop_chunk, pure_delay
from compiler.passes.naming import named
from compiler.passes.program import (
    Add,
    Cascade,
    Convolve,
    Loop,
    Mix,
    Operation,
    Program,
    Scale,
    Taps,
    Write,
    reads,
    writes,
)
from compiler.passes.schedule import schedule_model
from tests.compiler.graphs import models
from tests.compiler.simulation import impulse_responses

RNG = np.random.default_rng(7)
TWO = np.array([[0.5, -0.4], [0.3, 0.6]])
ONE_SAMPLE = [0.0, 0.5, 0.2, 1.0, -0.4, 0.1]
LOWPASS = [0.6, 0.1, 0.05, 1.0, -0.3, 0.1]


def loop(forward: Node, feedback: Node) -> Recursion:
    return Recursion("loop", forward, feedback)


def series(*children: Node) -> Series:
    return Series("series", children)


def delay(*samples: float) -> Delay:
    return Delay("delay", np.array(samples))


ALLPASS = Parallel(
    "allpass",
    (
        Gain("direct", [-0.5, -0.5]),
        series(loop(delay(3, 5), Gain("g", [0.5, 0.5])), Gain("through", [0.75, 0.75])),
    ),
)
TREES: dict[str, Node] = {
    "delay in the forward path": loop(delay(20, 31), Gain("g", TWO)),
    "delay in the feedback": loop(Gain("g", TWO), delay(20, 31)),
    "delays in both, the longer behind": loop(series(delay(1, 2), Gain("g", TWO)), delay(20, 31)),
    "one sample": loop(Gain("g", TWO), delay(1, 7)),
    "a filter without b0": loop(Sos("s", [[ONE_SAMPLE], [ONE_SAMPLE]]), Gain("g", TWO)),
    "a matrix of filters without b0": loop(Sos("s", [[[ONE_SAMPLE]] * 2] * 2), Gain("g", 0.4 * TWO)),
    "taps that begin late": loop(Fir("f", [[0.0, 0.0, 0.3, 0.2], [0.0, 0.0, 0.0, 0.4]]), Gain("g", TWO)),
    "sparse taps": loop(Fir("f", np.eye(2)[..., None] * (np.arange(40) % 13 == 12)), Gain("g", 0.5 * TWO)),
    "a matrix of taps": series(Fir("f", RNG.standard_normal((3, 2, 9))), Gain("g", [1.0, 2.0, 3.0])),
    "filters inside": loop(
        series(delay(20, 31), Sos("s", [[LOWPASS] * 3] * 2)),
        series(Sos("s", [[LOWPASS]] * 2), Gain("g", TWO)),
    ),
    "a matrix of delays": loop(Delay("d", [[9, 12], [30, 11]], TWO), Gain("g", [0.9, -0.8])),
    "a loop in the forward path": loop(series(ALLPASS, delay(17, 23)), Gain("g", TWO)),
    "the cut in a loop inside": loop(loop(delay(17, 23), Gain("g", [0.3, 0.2])), Gain("g", TWO)),
    "a loop inside, cut elsewhere": loop(
        loop(delay(2, 3), Gain("g", [0.3, 0.2])), series(delay(40, 50), ALLPASS)
    ),
    "loops in loops in loops": loop(
        series(
            loop(series(loop(delay(2, 1), Gain("g", [0.2, 0.3])), delay(7, 9)), Gain("g", 0.3 * TWO)),
            delay(40, 33),
        ),
        Gain("g", TWO),
    ),
    "delays side by side": loop(Parallel("both", (delay(12, 20), delay(33, 14))), Gain("g", 0.5 * TWO)),
    "stacked": series(
        Parallel("stack", (delay(3, 4), Gain("g", TWO)), is_sum=False), Gain("out", np.ones((1, 4)))
    ),
    "silence in the cycle": loop(Gain("g", np.zeros((2, 2))), Gain("g", TWO)),
    "not square": loop(
        Delay("d", [[9, 12], [30, 11], [8, 40]]), Gain("g", 0.3 * RNG.standard_normal((2, 3)))
    ),
    "delays that take turns": loop(series(Gain("g", TWO), delay(5, 0)), delay(0, 9)),
    "delays that take turns at the start": loop(series(delay(5, 0), Gain("g", TWO)), delay(0, 9)),
    "a delay and a filter that take turns": loop(
        series(delay(3, 0), Sos("s", [[LOWPASS], [ONE_SAMPLE]])), Gain("g", TWO)
    ),
    "delay of nothing": series(delay(0, 4), Gain("g", TWO)),
}


@pytest.mark.parametrize("block", [1, 8, 64])
@pytest.mark.parametrize("name", TREES)
def test_a_program_equals_the_simulation(name: str, block: int) -> None:
    tree = TREES[name]
    program = schedule_model(Model("m", 48000.0, tree), block)
    check_order(program.operations, set(program.inputs))
    expected = impulse_responses(tree, 150)
    np.testing.assert_allclose(play(program, 150), expected, rtol=0.0, atol=1e-12)


@given(models())
@settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_programs_of_random_models_equal_the_simulation(model: Model) -> None:
    """The definition of programs, on models as they come: nothing is merged that the scheduler could miss."""
    expected = impulse_responses(model.root, 64)
    for block in (1, 16, 64):
        program = schedule_model(replace(model, root=named(model.root)), block)
        check_order(program.operations, set(program.inputs))
        np.testing.assert_allclose(play(program, 64), expected, rtol=0.0, atol=1e-11)


def check_order(operations: tuple[Operation, ...], filled: set[int]) -> None:
    """Every channel that is read was filled before, and none is filled twice."""
    for operation in operations:
        if isinstance(operation, Loop):
            check_order(operation.body, filled)
            filled |= set(writes(operation))
        else:
            assert set(reads(operation)) <= filled
            assert not set(writes(operation)) & filled
            filled |= set(writes(operation))


def play(program: Program, samples: int) -> np.ndarray:
    """Impulse responses [outputs, inputs, samples] of `program` by its definition, in odd blocks."""
    responses = np.zeros((program.outputs.count, program.inputs.count, samples))
    for channel in range(program.inputs.count):
        state = np.zeros(program.state_size)
        pool = np.full((program.channels, program.block), np.nan)
        start = 0
        while start < samples:
            n = min(samples - start, 1 + start % program.block)
            pool[:] = np.nan
            pool[list(program.inputs), :n] = 0.0
            if start == 0:
                pool[program.inputs.first + channel, 0] = 1.0
            run(program, program.operations, pool, state, start, 0, n)
            responses[:, channel, start : start + n] = pool[list(program.outputs), :n]
            start += n
    return responses


def run(
    program: Program,
    operations: tuple[Operation, ...],
    pool: np.ndarray,
    state: np.ndarray,
    now: int,
    at: int,
    n: int,
) -> None:
    """Samples [at, at + n) of the block that begins at `now`."""
    here = slice(at, at + n)
    time = now + at + np.arange(n)
    for operation in operations:
        match operation:
            case Loop():
                for first in range(at, at + n, operation.chunk):
                    run(
                        program, operation.body, pool, state, now, first, min(operation.chunk, at + n - first)
                    )
            case Mix():
                pool[list(operation.target), here] = (
                    operation.form.matrix() @ pool[list(operation.source), here]
                )
            case Scale():
                pool[list(operation.target), here] = (
                    operation.gains[:, None] * pool[list(operation.source), here]
                )
            case Add():
                pool[list(operation.target), here] = 0.0
                for source in operation.sources:
                    pool[list(operation.target), here] += pool[list(source), here]
            case Write():
                line = program.lines[operation.line]
                for c, channel in enumerate(operation.source):
                    state[line.offset + c * line.size + (time & (line.size - 1))] = pool[channel, here]
            case Taps() | Convolve():
                line = program.lines[operation.line]
                pool[list(operation.target), here] = 0.0
                for output, channel, sample, gain in taps_of(operation):
                    places = line.offset + channel * line.size + ((time - sample) & (line.size - 1))
                    pool[operation.target.first + output, here] += gain * state[places]
            case Cascade():
                cascade(operation, pool, state, at, n)


def taps_of(operation: Taps | Convolve) -> list[tuple[int, int, int, float]]:
    """Output, channel of the line, delay, gain of every tap."""
    if isinstance(operation, Taps):
        return list(
            zip(operation.outputs, operation.inputs, operation.delays, operation.gains.tolist(), strict=True)
        )
    ends = zip(operation.outputs, operation.inputs, operation.taps, strict=True)
    return [
        (output, channel, operation.first + j, float(tap))
        for output, channel, taps in ends
        for j, tap in enumerate(taps)
    ]


def cascade(operation: Cascade, pool: np.ndarray, state: np.ndarray, at: int, n: int) -> None:
    """Lane by lane, sample by sample."""
    pool[list(operation.target), at : at + n] = 0.0
    lanes, sections, _ = operation.sections.shape
    size = 2 * (sections + 1) * lanes
    memory = state[operation.offset : operation.offset + size].reshape(sections + 1, 2, lanes)
    for k in range(lanes):
        for t in range(at, at + n):
            value = pool[operation.source.first + operation.inputs[k], t]
            for s in range(sections):
                past = [*memory[s, :, k], *memory[s + 1, :, k]]
                b0, b1, b2, a1, a2 = operation.sections[k, s]
                memory[s, :, k] = value, past[0]
                value = b0 * value + np.dot([b1, b2, -a1, -a2], past)
            memory[sections, :, k] = value, memory[sections, 0, k]
            pool[operation.target.first + operation.outputs[k], t] += value


def loops(operations: tuple[Operation, ...]) -> list[int]:
    """Chunks of all loops, outer before inner."""
    found = []
    for operation in operations:
        if isinstance(operation, Loop):
            found += [operation.chunk, *loops(operation.body)]
    return found


def chunks(tree: Node, block: int) -> list[int]:
    return loops(schedule_model(Model("m", 48000.0, tree), block).operations)


def test_a_loop_with_long_delays_is_no_loop_at_all() -> None:
    assert chunks(loop(delay(128, 900), Gain("g", TWO)), 128) == []


def test_a_loop_with_short_delays_runs_in_even_chunks() -> None:
    assert chunks(loop(delay(100, 900), Gain("g", TWO)), 128) == [64]
    assert chunks(loop(delay(1, 900), Gain("g", TWO)), 128) == [1]


def test_the_cut_is_where_the_shortest_delay_is_longest() -> None:
    forward = Parallel("both", (delay(50, 60), series(delay(10, 20), delay(80, 90))))
    assert longest_chunk(forward) == 50
    assert loop_chunk(loop(forward, Gain("g", TWO))) == 50
    assert loop_chunk(loop(forward, delay(70, 70))) == 70
    assert loop_chunk(loop(loop(delay(30, 30), delay(99, 99)), Gain("g", TWO))) == 30


def test_a_short_loop_inside_a_long_one_has_chunks_of_its_own() -> None:
    assert chunks(loop(series(ALLPASS, delay(64, 70)), Gain("g", TWO)), 64) == [3]
    assert chunks(loop(series(ALLPASS, delay(32, 70)), Gain("g", TWO)), 64) == [32, 3]


def test_pure_delay_counts_what_sounds() -> None:
    assert pure_delay(Delay("d", [0.0, 5.0], [0.0, 1.0])) == 5
    assert pure_delay(Fir("f", [[0.0, 0.0, 1.0], [0.0, 1.0, 1.0]])) == 1
    assert pure_delay(Sos("s", [[ONE_SAMPLE, ONE_SAMPLE], [ONE_SAMPLE, LOWPASS]])) == 1
    assert pure_delay(Gain("g", [0.0])) == UNBOUND


@pytest.mark.parametrize(
    "tree",
    [
        loop(Gain("g", TWO), Gain("h", TWO)),
        loop(delay(4, 0), Gain("h", TWO)),
        loop(Parallel("p", (delay(4, 4), Gain("g", TWO))), Sos("s", [[LOWPASS], [LOWPASS]])),
        Recursion("outer", delay(9, 9), loop(Gain("g", TWO), Gain("h", TWO))),
    ],
)
def test_a_cycle_without_a_delay_is_refused_by_name(tree: Node) -> None:
    with pytest.raises(DelayFreeLoop, match="loop: no delay in the cycle "):
        schedule_model(Model("m", 48000.0, tree), 8)


def test_blocks_of_nothing_are_refused() -> None:
    with pytest.raises(BadValue, match="blocks of 0 samples"):
        schedule_model(Model("m", 48000.0, delay(1)), 0)
