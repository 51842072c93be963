"""The tutorial: every step runs from wherever it is asked for, plays, fits the screen, and ends cleanly."""

import re
from collections.abc import Iterator

import pytest

from plaud_live.control.parameters import LEVEL
from plaud_live.engine.offline import OfflineEngine
from plaud_live.repl.offline import OfflinePrompt
from plaud_live.repl.toolbar import cells
from plaud_live.repl.tutorial import STEPS
from plaud_live.signals.transitions import target
from tests.repl.silent import Prompt
from tests.signals import level_db

each_step = pytest.mark.parametrize("step", range(1, len(STEPS) + 1))


def plays(prompt: Prompt, name: str) -> bool:
    level = target(prompt.engine.conductor.state.instruments[name].sources[LEVEL].signal)
    return bool(level.number > 0.0)  # type: ignore[attr-defined]


def loops(prompt: Prompt) -> list[str]:
    return [loop.name for loop in prompt.performance.loops.all()]


def tried(page: str) -> list[str]:
    """The statements that a page says to try."""
    lines = [line.removeprefix("Try  ") for line in page.split("\n") if line.startswith("Try  ")]
    return [statement for line in lines for statement in re.split(r" {3,}", line)]


@pytest.fixture(params=["default", "small"])
def with_model(request: pytest.FixtureRequest) -> Prompt:
    """A prompt whose drone plays one of two models, of 4 and of 2 latents, with two anchors each."""
    return Prompt(request.param)


@each_step
def test_a_step_runs_from_anywhere_and_so_does_all_that_it_says_to_try(with_model: Prompt, step: int) -> None:
    page = with_model.accept(f"tutorial({step})")
    assert page.startswith(f"step {step} of 10: ")
    for statement in tried(page):
        with_model.accept(statement)
    if step < len(STEPS):
        assert plays(with_model, "drone")
        assert with_model.accept("repr(tutorial)")
        assert with_model.accept("tutorial()").startswith(f"step {step + 1} of 10: ")
        assert with_model.accept("tutorial.back()").startswith(f"step {step} of 10: ")


@each_step
def test_a_page_fits_the_screen_and_shows_two_to_four_lines(with_model: Prompt, step: int) -> None:
    lines = with_model.accept(f"tutorial({step})").split("\n")
    assert len(lines) <= 24 - 3 - 2  # toolbar, the line typed, the next one
    assert max(cells(line) for line in lines) <= 79
    assert "[" not in STEPS[step - 1].title
    assert 2 <= len([line for line in lines if line.startswith("  ")]) <= 4


def test_each_step_is_one_launch_that_undo_takes_back(prompt: Prompt) -> None:
    prompt.accept("drone.z0 = .3")
    prompt.accept("tutorial(2)")
    assert prompt.source("z0") == "lfo(8)"
    prompt.accept("undo()")
    assert prompt.source("z0") == "0.3"


def test_steps_tidy_up_after_one_another(prompt: Prompt) -> None:
    prompt.accept("tutorial(7)")
    assert plays(prompt, "echo")
    prompt.accept("tutorial()")
    assert not plays(prompt, "echo")
    assert loops(prompt) == ["wander"]
    prompt.accept("tutorial()")
    assert loops(prompt) == []


def test_the_end_is_silence(prompt: Prompt) -> None:
    for _ in STEPS:
        prompt.accept("tutorial()")
    assert not plays(prompt, "drone")
    assert not plays(prompt, "echo")
    assert loops(prompt) == []
    assert prompt.accept("tutorial()").startswith("step 1 of 10: ")


def test_stopping_ends_what_it_began_and_nothing_else(prompt: Prompt) -> None:
    prompt.accept("@every(4)\ndef mine(n): pass")
    prompt.accept("tutorial(8)")
    prompt.accept("tutorial.stop()")
    assert not plays(prompt, "drone")
    assert loops(prompt) == ["mine"]
    assert "it does not run" in prompt.refuse("tutorial.stop()")
    assert prompt.accept("tutorial.back()").startswith("step 1 of 10: ")


@pytest.mark.parametrize("step", ["0", "11", "'3'", "1.5", "True", "-1"])
def test_a_step_that_there_is_not_is_a_line(prompt: Prompt, step: str) -> None:
    assert "wants a step, 1 to 10" in prompt.refuse(f"tutorial({step})")
    assert prompt.accept("tutorial()").startswith("step 1 of 10: ")


def test_a_step_that_is_refused_is_not_taken(prompt: Prompt) -> None:
    prompt.accept("tutorial(2)")
    prompt.refuse("tutorial(); nothing")
    assert prompt.accept("tutorial()").startswith("step 3 of 10: ")


def test_without_an_instrument_it_loads_one() -> None:
    bare = Prompt("")
    assert bare.accept("tutorial()").startswith("step 1 of 10: ")
    assert plays(bare, "drone")


@pytest.fixture(scope="module")
def offline() -> Iterator[OfflinePrompt]:
    made = OfflinePrompt(OfflineEngine())
    yield made
    made.close()


@each_step
def test_a_step_is_heard(offline: OfflinePrompt, step: int) -> None:
    """In order, with the built-in model; the last one fades out."""
    result = offline.enter(f"tutorial({step})")
    assert result.accepted, result.shown
    levels = [level_db(offline.render(1.0)) for _ in range(7)]
    if step < len(STEPS):
        assert min(levels[1:]) > -45.0
    else:
        assert levels[0] > -45.0
        assert levels[-1] < -90.0
