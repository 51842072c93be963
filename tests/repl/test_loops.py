"""Loops: when they run, for which beat they launch, what ends them, and what becomes of their errors."""

from typing import Any

import numpy as np
import pytest

from plaud_live.repl.loops import LEAD_SECONDS, MAX_LOOPS
from plaud_live.repl.namespace import Namespace
from plaud_live.signals.graph import Evaluation
from tests.repl.silent import SAMPLE_RATE, Prompt

BPM = 120.0
BEAT = round(SAMPLE_RATE * 60.0 / BPM)
LEAD = round(LEAD_SECONDS * SAMPLE_RATE)


@pytest.fixture
def prompt() -> Prompt:
    """A prompt at beat 0.5 of 120 bpm, whose `ran` collects what loops tell."""
    made = Prompt()
    made.accept(f"clock.bpm = {BPM}")
    made.accept("ran = []")
    made.engine.position = BEAT // 2
    made.said.clear()
    return made


def go(prompt: Prompt, beat: float, step: float = 0.05) -> None:
    """Let time go on to `beat`, running what is due in steps of `step` beats."""
    goal = round(beat * BEAT)
    while prompt.engine.position < goal:
        prompt.engine.position = min(goal, prompt.engine.position + max(1, round(step * BEAT)))
        tick(prompt)


def tick(prompt: Prompt) -> None:
    """Run what is due now."""
    performance = prompt.performance
    for run in performance.loops.due(prompt.engine.position, performance.state.tempo):
        prompt.evaluator.play(run)


def ran(prompt: Prompt) -> list[Any]:
    """What the loops have collected."""
    found: list[Any] = prompt.namespace.names["ran"]
    return found


def value(prompt: Prompt, parameter: str, beat: float) -> float:
    """A latent of `drone` at a beat."""
    state = prompt.engine.conductor.state
    signal = state.instruments["drone"].sources["z"].signal
    values = Evaluation(np.array([beat]), state.lookup).value(signal)[0]
    return float(values[int(parameter[1:])])


def test_a_loop_runs_at_multiples_of_its_beats_and_counts(prompt: Prompt) -> None:
    prompt.accept("@every(4)\ndef wander(n): ran.append((n, clock.beat))")
    go(prompt, 13.0)
    assert ran(prompt) == [(0, 4.0), (1, 8.0), (2, 12.0)]


def test_a_run_is_executed_ahead_and_launches_on_its_beat(prompt: Prompt) -> None:
    prompt.accept("@every(4)\ndef wander(n): drone.z0 = .9")
    prompt.engine.position = 4 * BEAT - LEAD - 10
    tick(prompt)
    assert prompt.source("z0") == ""
    prompt.engine.position = 4 * BEAT - LEAD
    tick(prompt)
    assert prompt.source("z0") == "0.9"
    assert value(prompt, "z0", 4.0) == pytest.approx(0.5)  # as before
    assert value(prompt, "z0", 4.0 + 0.05 * BPM / 60) == pytest.approx(0.9)  # constants glide for 50 ms


def test_all_that_a_run_changes_launches_on_one_beat(prompt: Prompt) -> None:
    prompt.accept("clock.quant = 4")
    prompt.accept("@every(1)\ndef off(n):\n    drone.z0 = .9\n    drone.z1 = .1\n    return False")
    go(prompt, 1.0)
    after = 1.0 + 0.05 * BPM / 60
    assert (value(prompt, "z0", after), value(prompt, "z1", after)) == pytest.approx((0.9, 0.1))


def test_at_says_when_the_first_run_is(prompt: Prompt) -> None:
    prompt.accept("@every(3, at=2)\ndef odd(): ran.append(clock.beat)")
    go(prompt, 9.0)
    assert ran(prompt) == [2.0, 5.0, 8.0]


def test_what_a_function_returns_is_the_interval_or_the_end(prompt: Prompt) -> None:
    prompt.accept(
        "@every(2)\ndef slower(n):\n    ran.append(clock.beat)\n    return False if n == 3 else 2 + n"
    )
    go(prompt, 30.0)
    assert ran(prompt) == [2.0, 4.0, 7.0, 11.0]
    assert "no loop runs" in prompt.accept("every()")


def test_once_runs_once_and_may_be_entered_again(prompt: Prompt) -> None:
    entry = "@once(4)\ndef drop(): ran.append(clock.beat)"
    prompt.accept(entry)
    prompt.accept(entry)
    go(prompt, 9.0)
    assert ran(prompt) == [4.0]
    prompt.accept(entry)
    prompt.accept("once(16, lambda: ran.append('late'))")
    go(prompt, 17.0)
    assert ran(prompt) == [4.0, 12.0, "late"]


def test_once_without_beats_is_for_the_next_quant(prompt: Prompt) -> None:
    prompt.accept("clock.quant = 2")
    prompt.accept("@once()\ndef drop(): ran.append(clock.beat)")
    go(prompt, 5.0)
    assert ran(prompt) == [2.0]


def test_the_same_name_replaces_the_function_and_keeps_count_and_schedule(prompt: Prompt) -> None:
    prompt.accept("@every(4)\ndef wander(n): ran.append(n)")
    go(prompt, 9.0)
    prompt.accept("@every(4)\ndef wander(n): ran.append(-n)")
    prompt.accept("@every(4)\ndef wander(n): ran.append(-n)")
    go(prompt, 13.0)
    prompt.accept("@every(3)\ndef wander(n): ran.append(10*n)")
    go(prompt, 19.0)
    assert ran(prompt) == [0, 1, -2, 30, 40]  # at 4, 8, 12; then at 15 and 18


def test_entering_a_loop_twice_keeps_an_interval_that_it_returned(prompt: Prompt) -> None:
    entry = "@every(2)\ndef wander(n):\n    ran.append(clock.beat)\n    return 5"
    prompt.accept(entry)
    go(prompt, 3.0)
    prompt.accept(entry)
    go(prompt, 13.0)
    assert ran(prompt) == [2.0, 7.0, 12.0]


def test_lambdas_are_loops_too_and_different_ones_do_not_replace_each_other(prompt: Prompt) -> None:
    for _ in range(2):
        prompt.accept("every(2, lambda n: ran.append('a'))")
        prompt.accept("every(2, lambda n: ran.append('b'))")
    go(prompt, 3.0)
    assert ran(prompt) == ["a", "b"]


def test_a_refused_entry_starts_no_loop_and_replaces_none(prompt: Prompt) -> None:
    prompt.accept("@every(2)\ndef wander(n): ran.append('old')")
    prompt.refuse("@every(2)\ndef wander(n): ran.append('new')\ndrone.z0 = 1/0")
    prompt.refuse("@every(2)\ndef other(n): ran.append('other')\ndrone.nothing = 3")
    go(prompt, 3.0)
    assert ran(prompt) == ["old"]


def test_stop_ends_a_loop(prompt: Prompt) -> None:
    prompt.accept("@every(2)\ndef wander(n): ran.append(n)")
    go(prompt, 3.0)
    prompt.accept("wander.stop()")
    go(prompt, 9.0)
    assert ran(prompt) == [0]
    assert "not in the schedule, ran once" in prompt.accept("wander")


def test_a_loop_may_end_itself_or_define_others(prompt: Prompt) -> None:
    prompt.accept("@every(2)\ndef first(n):\n    every(1, lambda: ran.append(clock.beat))\n    first.stop()")
    go(prompt, 5.0)
    assert ran(prompt) == [2.0, 3.0, 4.0, 5.0]


@pytest.mark.parametrize("entry", ["hush()", "hush(16)", "panic()"])
def test_hush_and_panic_end_all_loops_and_say_so(prompt: Prompt, entry: str) -> None:
    prompt.accept("drone.play()")
    prompt.accept("@every(2)\ndef wander(n): ran.append(n)\n@once(8)\ndef drop(): ran.append('drop')")
    prompt.accept(entry)
    go(prompt, 9.0)
    assert ran(prompt) == []
    assert prompt.said == [f"{entry.partition('(')[0]} ended wander and drop"]


def test_a_panic_from_elsewhere_ends_the_loops_too(prompt: Prompt) -> None:
    prompt.accept("drone.play()")
    prompt.accept("@every(2)\ndef wander(n): ran.append(n)")
    prompt.engine.conductor.panic(prompt.engine.position)
    prompt.performance.take_event({"event": "state", "state": prompt.engine.conductor.to_data()})
    assert prompt.said == ["panic ended wander"]


def test_a_loop_that_fails_keeps_its_schedule_and_is_told_once(prompt: Prompt) -> None:
    prompt.accept("@every(2)\ndef wander(n):\n    ran.append(n)\n    drone.z0 = .9\n    1/0")
    before = prompt.engine.conductor.to_data()
    go(prompt, 7.0)
    assert ran(prompt) == [0, 1, 2]
    assert prompt.said == ["wander: line 5: ZeroDivisionError: division by zero"]
    assert prompt.engine.conductor.to_data() == before  # all of a run launches, or none
    assert prompt.performance.loops.parts(7.0) == (["wander ✗3 ZeroDivisionError"], [])
    assert "1/0" in prompt.accept("why()")


def test_a_new_kind_of_error_is_told_and_a_new_function_counts_afresh(prompt: Prompt) -> None:
    prompt.accept("@every(1)\ndef wander(n): drone.z0 = 10 + n if n else undefined")
    go(prompt, 4.5)
    assert ["undefined" in line for line in prompt.said] == [True, False]
    prompt.accept("@every(1)\ndef wander(n): pass")
    assert prompt.performance.loops.parts(4.5) == ([], ["wander 0.5b"])


@pytest.mark.parametrize("answer", ["0", "-1", "'soon'", "float('nan')", "1e9", "[1]"])
def test_an_answer_that_is_no_interval_is_an_error_and_keeps_the_old_one(prompt: Prompt, answer: str) -> None:
    prompt.accept(f"@every(2)\ndef wander(n):\n    ran.append(n)\n    return {answer}")
    go(prompt, 5.0)
    assert ran(prompt) == [0, 1]
    assert prompt.said[0].startswith("wander: it returned ")


def test_nothing_catches_up_in_a_burst(prompt: Prompt) -> None:
    prompt.accept("@every(1)\ndef wander(n): ran.append((n, clock.beat))")
    go(prompt, 1.5)
    go(prompt, 11.4, step=9.9)  # the prompt was halted
    go(prompt, 13.5)
    assert ran(prompt) == [(0, 1.0), (1, 2.0), (2, 12.0), (3, 13.0)]


def test_a_ramp_of_the_tempo_moves_the_runs_with_it(prompt: Prompt) -> None:
    prompt.accept("@every(4)\ndef wander(n): ran.append(clock.beat)")
    prompt.accept("clock.bpm = 60")
    prompt.engine.position = round(prompt.performance.state.tempo.sample(4.0)) - LEAD - 10
    tick(prompt)
    assert ran(prompt) == []
    prompt.engine.position += 10
    tick(prompt)
    assert ran(prompt) == [4.0]


def test_an_engine_that_counts_anew_does_not_silence_a_loop(prompt: Prompt) -> None:
    prompt.accept("@every(4)\ndef wander(n): ran.append(clock.beat)")
    prompt.engine.position = 4000 * BEAT
    tick(prompt)
    prompt.engine.position = 0
    go(prompt, 9.0)
    assert ran(prompt)[-2:] == [4.0, 8.0]


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ("every(0, print)", "every(0): wants 0.03125 beats or more"),
        ("every('x', print)", "every('x'): wants a number of beats"),
        ("every(8, 4, at=2)", "every: wants a function, not int"),
        ("@every\ndef f(n): pass", "every wants its beats in parentheses: @every(8)"),
        ("@once\ndef f(n): pass", "once wants its beats in parentheses: @once(16)"),
        ("every(8)(3)", "every: wants a function, not int"),
    ],
)
def test_what_is_no_loop_is_refused(prompt: Prompt, entry: str, line: str) -> None:
    assert line in prompt.refuse(entry)


def test_there_is_an_end_to_loops(prompt: Prompt) -> None:
    prompt.accept(f"for i in range({MAX_LOOPS}): exec(f'@every(4)\\ndef f{{i}}(n): pass')")
    assert "hush() ends them" in prompt.refuse("@every(4)\ndef more(n): pass")


def test_the_list_says_what_runs_when(prompt: Prompt) -> None:
    prompt.accept("@every(4)\ndef wander(n): pass\n@once(16)\ndef drop(): pass")
    go(prompt, 5.0)
    assert prompt.accept("every()").split("\n") == [
        "wander: every 4 beats, ran once, next at beat 8",
        "drop: once, ran 0 times, next at beat 16",
    ]


def test_a_loop_that_was_just_entered_says_when_it_begins(prompt: Prompt) -> None:
    assert prompt.accept("once(4, abs)") == "abs: once, ran 0 times, next at beat 4"
    assert prompt.accept("every(4, abs)") == "abs: once, ran 0 times, next at beat 4"  # until it is accepted
    assert prompt.accept("every()") == "abs: every 4 beats, ran 0 times, next at beat 4"


def test_draws_depend_on_the_loop_and_its_count_alone(prompt: Prompt) -> None:
    draw = prompt.performance.draw
    prompt.namespace.names["draw"] = draw
    prompt.accept("@every(1)\ndef wander(n): ran.append((draw(), draw()))")
    go(prompt, 3.5)
    first, second, third = ran(prompt)
    assert [step for _, step in first] == [0, 1]
    assert len({first[0][0], second[0][0], third[0][0]}) == 3
    other = Prompt()
    other.namespace.names |= {"draw": other.performance.draw, "ran": []}
    other.accept("@every(7)\ndef wander(n): ran.append((draw(), draw()))")
    other.engine.position = 7 * BEAT
    tick(other)
    assert ran(other)[0] == first


def test_what_a_loop_launches_is_said_to_be_its_own(prompt: Prompt) -> None:
    prompt.accept("@every(2)\ndef wander(n): drone.z0 = .1*n")
    before = prompt.performance.notices.last
    go(prompt, 5.0)
    assert prompt.performance.notices.last == before


def test_all_that_loops_launch_in_a_row_is_one_step_and_redo_stays(prompt: Prompt) -> None:
    prompt.accept("drone.z1 = .1")
    go(prompt, 1.5)
    prompt.accept("@every(2)\ndef wander(n): drone.z0 = .1*n + .2\n@every(3)\ndef other(n): drone.z2 = .1*n")
    go(prompt, 12.5)
    prompt.accept("undo()")
    assert [prompt.source(z) for z in ("z0", "z1", "z2")] == ["", "0.1", ""]
    go(prompt, 14.5)
    assert prompt.source("z0") == "0.8"  # the loop goes on
    prompt.accept("undo()")
    prompt.accept("undo()")
    assert prompt.source("z1") == ""
    go(prompt, 17.5)
    prompt.accept("redo()")
    assert prompt.source("z1") == "0.1"


def test_a_beat_that_is_too_near_for_a_first_run_is_left_to_the_next(prompt: Prompt) -> None:
    prompt.performance.loops.margin_seconds = 0.1  # 0.2 beats
    prompt.engine.position = round(1.85 * BEAT)
    prompt.accept("@every(2)\ndef wander(n): ran.append(clock.beat)")
    go(prompt, 5.0)
    assert ran(prompt) == [4.0]


def test_beats_without_a_function_say_where_one_goes(prompt: Prompt) -> None:
    assert prompt.accept("every(4)").startswith("@every(4) goes above a function, on a line of its own")
    assert prompt.accept("once()").startswith("@once() goes above")
    assert prompt.performance.loops.all() == []


def test_no_loop_leaves_the_prompt() -> None:
    left: list[bool] = []
    prompt = Prompt()
    prompt.evaluator.namespace = Namespace(prompt.performance, lambda: left.append(True))
    prompt.accept("@every(1)\ndef leaves(n): exit()")
    go(prompt, 3.0)
    assert not left and "leaves: line 2: exit() is for the prompt" in prompt.said
    prompt.accept("exit()")
    assert left


def test_an_entry_that_defines_too_many_loops_starts_as_many_as_there_may_be(prompt: Prompt) -> None:
    prompt.accept(f"for i in range({MAX_LOOPS + 9}): exec(f'@every(4)\\ndef f{{i}}(n): pass')")
    assert len(prompt.performance.loops.all()) == MAX_LOOPS
    assert (
        prompt.said.count(f"there are {MAX_LOOPS} loops already — every() lists them, hush() ends them") == 9
    )
