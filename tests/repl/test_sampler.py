"""Functions as signals: what is sampled when, what arrives in the engine, and what fails."""

import pytest

from plaud_live.repl.sampler import AHEAD_SECONDS, STEPS_PER_BEAT
from plaud_live.signals.live import Live
from tests.repl.silent import SAMPLE_RATE, Prompt

BEAT = SAMPLE_RATE // 2
"""At 120 bpm."""


@pytest.fixture
def prompt() -> Prompt:
    """A prompt at 120 bpm."""
    made = Prompt()
    made.accept("clock.bpm = 120")
    made.said.clear()
    return made


def sent(prompt: Prompt) -> dict[str, dict[int, object]]:
    """What has been sent, by name and grid index; nothing was sent twice."""
    found: dict[str, dict[int, object]] = {}
    for message in prompt.engine.samples:
        assert message["step"] == 1 / STEPS_PER_BEAT
        for i, value in enumerate(message["values"]):
            values = found.setdefault(message["name"], {})
            assert message["first"] + i not in values
            values[message["first"] + i] = value
    return found


def pump(prompt: Prompt, beat: float) -> None:
    """Sample at a beat."""
    prompt.engine.position = round(beat * BEAT)
    assert prompt.evaluator.pump(prompt.engine.position).accepted


def test_samples_are_there_before_the_launch_and_go_on_ahead_of_it(prompt: Prompt) -> None:
    prompt.accept("drone.z0 = fn(lambda beat: beat / 100)")
    assert prompt.engine.asked.index("samples") < len(prompt.engine.asked) - 1 - prompt.engine.asked[
        ::-1
    ].index("submit")
    for quarter in range(1, 21):
        pump(prompt, quarter / 4)
    ((_, values),) = sent(prompt).items()
    assert sorted(values) == list(range(len(values)))  # a grid without a gap, from beat 0 on
    assert max(values) / STEPS_PER_BEAT >= 5.0 + AHEAD_SECONDS * 2.0
    assert all(values[i] == pytest.approx(i / STEPS_PER_BEAT / 100) for i in values)


def test_only_what_the_state_refers_to_is_sampled(prompt: Prompt) -> None:
    prompt.accept("wobble = fn(lambda beat: .5)")
    pump(prompt, 1.0)
    assert sent(prompt) == {}
    prompt.accept("drone.z0 = .2*wobble + .1")
    assert len(sent(prompt)) == 1
    prompt.accept("drone.z0 = .3")
    prompt.engine.position = 20 * BEAT
    prompt.engine.conductor.settle(prompt.engine.position)
    prompt.performance.refresh()
    before = len(prompt.engine.samples)
    pump(prompt, 21.0)
    assert len(prompt.engine.samples) == before


def test_the_same_text_is_the_same_signal_and_another_value_closed_over_is_not(prompt: Prompt) -> None:
    names = []
    for text in ("lambda beat: .5", "lambda beat: .5", "lambda beat: .6", "(lambda k: lambda beat: k)(2)"):
        prompt.accept(f"f = fn({text})")
        names.append(prompt.namespace.names["f"].name)
    assert names[0] == names[1]
    assert len(set(names)) == 3
    prompt.accept("drone.z0 = fn(lambda beat: .5)")
    revision = prompt.engine.conductor.state.revision
    prompt.accept("drone.z0 = fn(lambda beat: .5)")
    assert prompt.engine.conductor.state.revision == revision


def test_large_vectors_are_sent_in_parts(prompt: Prompt) -> None:
    prompt.accept("clock.bpm = 999")
    prompt.namespace.names["large"] = prompt.namespace.names["fn"](lambda beat: [beat / 1e6] * 256)
    name = prompt.namespace.names["large"].name
    prompt.performance.sampler.prepare([prompt.namespace.names["large"]], 0)
    assert all(len(message["values"]) * 256 <= 16384 for message in prompt.engine.samples)
    assert sorted(sent(prompt)[name]) == list(range(len(sent(prompt)[name])))


def test_a_list_drives_all_latents(prompt: Prompt) -> None:
    prompt.accept("drone.z = fn(lambda beat: [0, .1, .2, beat / 100])")
    ((_, values),) = sent(prompt).items()
    assert values[64] == pytest.approx([0.0, 0.1, 0.2, 0.01])
    signal = prompt.namespace.names["fn"](lambda beat: (0.0, 0.1, 0.2))
    assert isinstance(signal, Live)
    assert signal.size == 3


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ("drone.z0 = fn(3)", "wants a function of the beat"),
        ("drone.z0 = fn(lfo(4))", "wants a function of the beat"),
        ("drone.z0 = fn(lambda beat: 1/0)", "division by zero"),
        ("drone.z0 = fn(lambda beat: None)", "wants a number"),
        ("drone.z0 = fn(lambda beat: float('nan'))", "finite"),
        ("drone.z0 = fn(lambda beat: [])", "no place"),
        ("drone.z0 = fn(lambda: 1)", "TypeError"),
        ("drone.z0 = fn(lambda beat: [1, 2])", "wants 1"),
        ("drone.z0 = fn(lambda beat: 1/(beat - .5))", "division by zero"),  # within the first samples
    ],
)
def test_what_cannot_be_sampled_is_refused(prompt: Prompt, entry: str, line: str) -> None:
    assert line in prompt.refuse(entry)


def test_a_function_that_fails_later_is_told_once_and_tried_again(prompt: Prompt) -> None:
    prompt.accept("def wobble(beat):\n    if 4 <= beat < 6: 1/0\n    return beat\ndrone.z0 = fn(wobble)*.01")
    for quarter in range(1, 41):
        pump(prompt, quarter / 4)
    assert prompt.said == ["fn wobble: ZeroDivisionError: division by zero"]
    assert prompt.performance.sampler.parts()[0].startswith("fn wobble ✗")
    ((_, values),) = sent(prompt).items()
    missing = set(range(max(values))) - set(values)
    assert {i / STEPS_PER_BEAT for i in missing} <= {i / STEPS_PER_BEAT for i in range(4 * 64, 6 * 64)}
    assert 6 * 64 + 10 in values


def test_a_function_whose_size_changes_fails(prompt: Prompt) -> None:
    prompt.accept("drone.z = fn(lambda beat: [.5]*(4 if beat < 4 else 3))")
    pump(prompt, 4.0)
    assert prompt.said == ["fn lambda: fn gave 3 numbers, at first 4"]


def test_the_present_is_sampled_after_a_halt_and_not_what_was_missed(prompt: Prompt) -> None:
    prompt.accept("drone.z0 = fn(lambda beat: .5)")
    pump(prompt, 100.0)
    ((_, values),) = sent(prompt).items()
    assert 99 * 64 not in values
    assert 100 * 64 in values


def test_a_function_of_another_prompt_is_told_once(prompt: Prompt) -> None:
    prompt.accept("drone.z0 = fn(lambda beat: .5)")
    prompt.performance.sampler._functions.clear()
    pump(prompt, 1.0)
    pump(prompt, 2.0)
    assert len(prompt.said) == 1
    assert "assign it again" in prompt.said[0]


def test_a_look_at_a_function_shows_what_it_does(prompt: Prompt) -> None:
    shown = prompt.accept("drone.z0 = fn(lambda beat: beat % 8 / 8).peek(8)")
    assert shown.startswith("▁▁▁▁▂")
    assert shown.endswith("in 8 beats")
    assert "0.00…" in shown
    assert "division" in prompt.accept("drone.z0 = fn(lambda beat: 1/(beat - 8) if beat == 8 else 0).peek()")


def test_a_function_sets_nothing(prompt: Prompt) -> None:
    prompt.accept("def wobble(beat):\n    if beat > 2: drone.z1 = .9\n    return .5\ndrone.z0 = fn(wobble)")
    revision = prompt.engine.conductor.state.revision
    for beat in (1.0, 2.0, 3.0):
        pump(prompt, beat)
    assert prompt.engine.conductor.state.revision == revision
    assert prompt.said == ["fn: a function gives a value; what else it sets is left out"]


def test_undo_brings_a_function_back_to_life(prompt: Prompt) -> None:
    prompt.accept("drone.z0 = fn(lambda beat: .5)")
    prompt.accept("drone.z0 = .3")
    prompt.engine.position = 30 * BEAT
    prompt.engine.conductor.settle(prompt.engine.position)
    prompt.accept("undo()")
    pump(prompt, 31.0)
    ((_, values),) = sent(prompt).items()
    assert 31 * 64 in values
