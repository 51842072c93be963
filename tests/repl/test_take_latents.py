"""`take.z` as it is typed, over the offline engine: the latents go again where they went."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from plaud_live.engine.offline import OfflineEngine
from plaud_live.repl.completion import complete
from plaud_live.repl.evaluate import Evaluator
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.performance import Performance
from tests.models_for_tests import tiny_file
from tests.repl.silent import Typist

RATE = 44100


class Prompt(Typist):
    def __init__(self) -> None:
        self.engine = OfflineEngine()
        self.performance = Performance(self.engine, self.engine.snapshot)
        self.evaluator = Evaluator(self.performance, Namespace(self.performance, on_leave=lambda: None))
        for line in ('drone = load("tiny"); drone.play(over=0)', "clock.bpm = 120; clock.quant = 0"):
            self.accept(line)

    def play(self, beats: float) -> None:
        self.engine.render(beats / 2.0)

    def latents(self, low: float, high: float) -> np.ndarray:
        """Raw latents at 100 beats from `low` to `high`, that have been played."""
        samples, values = self.engine.renderer.slots["drone"].frames_since(0)
        beats = self.engine.conductor.state.tempo.beats(samples.astype(float))
        grid = np.linspace(low, high, 100)
        return np.stack([np.interp(grid, beats, column) for column in values[:, :4].T], axis=1)

    @property
    def beat(self) -> float:
        return self.engine.conductor.state.tempo.beat(self.engine.renderer.position)


@pytest.fixture
def prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Prompt]:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    tiny_file(tmp_path / "models", "tiny")
    tiny_file(tmp_path / "models", "three", latent_size=3)
    made = Prompt()
    made.accept("drone.z0 = tri(3); drone.z1 = drift(2); drone.z2 = lfo(1.5)")
    made.play(9.3)
    made.accept('take = keep(4, "home")')
    yield made
    made.performance.close()


def test_a_loop_plays_what_was_played_at_its_place_in_the_beat(prompt: Prompt) -> None:
    end = prompt.beat
    assert prompt.accept("drone.z = take.z.loop()") == ""
    prompt.play(8.2)
    then = prompt.latents(end - 4.0 + 0.05, end - 0.3)
    for rounds in (1, 2):
        again = prompt.latents(end - 4.0 + 0.05 + 4 * rounds, end - 0.3 + 4 * rounds)
        inside = slice(10 if rounds == 1 else 0, None)  # the launch glides
        np.testing.assert_allclose(again[inside], then[inside], atol=0.02)
    assert np.ptp(then, axis=0)[:3].min() > 0.3, "it moved"
    assert "takes.home.z.loop()" in prompt.accept("who()")


def test_it_is_stretched_and_goes_with_other_signals(prompt: Prompt) -> None:
    end = prompt.beat
    prompt.accept("drone.z = take.z.loop(beats=8) + .1")
    prompt.play(20)
    then = prompt.latents(end - 4.0 + 0.1, end - 0.4)
    low, high = np.array([-1.0, -1.1, -1.2, -1.3]), np.array([1.0, 1.2, 1.4, 1.6])
    at = np.ceil((prompt.beat - 10.0 - 2.0 * (end - 4.0)) / 8.0) * 8.0 - 8.0 + 2.0 * (end - 4.0)
    again = prompt.latents(at + 0.2, at + 7.2)
    np.testing.assert_allclose(again, then + 0.1 * (high - low), atol=0.03)


def test_alone_it_plays_once_and_stays_and_again_when_it_is_entered_again(prompt: Prompt) -> None:
    then = prompt.latents(prompt.beat - 4.0, prompt.beat)
    prompt.accept("drone.z = take.z")
    begun = prompt.beat
    prompt.play(6)
    once = prompt.latents(begun, begun + 4.0)
    np.testing.assert_allclose(once[10:], then[10:], atol=0.04)  # the launch glides
    last = prompt.latents(begun + 4.1, begun + 6.0)
    np.testing.assert_allclose(last, np.broadcast_to(then[-1], last.shape), atol=0.03)
    prompt.accept("drone.z = take.z")
    prompt.play(2)
    assert np.abs(prompt.latents(begun + 7.0, begun + 7.9) - then[-1]).max() > 0.1


def test_one_latent_and_a_part(prompt: Prompt) -> None:
    end = prompt.beat
    prompt.accept("drone.z = .3; drone.z3 = take[1:3].z[0].loop()")
    prompt.play(6)
    then = prompt.latents(end - 3.0 + 0.1, end - 1.2)[:, 0]
    again = prompt.latents(end + 3.1, end + 4.8)[:, 3]
    raw = (then + 1.0) / 2.0 * 2.9 - 1.3  # of z0 in units of z3: -1 to 1, -1.3 to 1.6
    np.testing.assert_allclose(again, raw, atol=0.03)
    assert "takes.home[1:3].z[0].loop()" in prompt.accept("who()")


def test_the_same_line_again_changes_nothing(prompt: Prompt) -> None:
    prompt.accept("drone.z = take.z.loop()")
    prompt.play(1)
    before = prompt.engine.conductor.state
    prompt.accept("drone.z = take.z.loop()")
    assert prompt.engine.conductor.state is before


def test_another_instrument_follows_by_name_alone(prompt: Prompt) -> None:
    prompt.accept('other = load("tiny"); other.play()')
    assert prompt.refuse("other.z = take.z.loop()").startswith("take 1: other has no frames there")
    prompt.accept('other.z = take.z["drone"].loop()')
    prompt.play(5)
    assert not prompt.engine.renderer.held()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("drone.z0 = take.z.loop()", "drone.z0 has 4 dims, wants 1 — kept the old one"),
        ("drone.z0 = take.z[7].loop()", "takes.home.z[7].loop(): drone has z0 to z3"),
        ("drone.z = take.z[1:2]", "takes.home.z[slice(1, 2, None)]: wants a latent or an instrument"),
        ("drone.z = take.z.loop(0)", "takes.home.z.loop(0): wants more than 0"),
        ('three = load("three")\nthree.z = take.z["drone"].loop()', "drone has 4 latents, three 3"),
        ('osc.out("127.0.0.1:9", "/x", take.z)', "takes.home.z is of the instrument that it is given to"),
    ],
)
def test_mistakes_are_a_line(prompt: Prompt, line: str, why: str) -> None:
    *before, last = line.split("\n")
    for each in before:
        prompt.accept(each)
    assert why in prompt.refuse(last)


def test_it_is_completed(prompt: Prompt) -> None:
    def offered(text: str) -> set[str]:
        namespace = prompt.evaluator.namespace
        return {each.text for each in complete(text, prompt.performance, namespace)}

    assert {"z", "play"} <= offered("take.") and {"z", "play"} <= offered("takes.home.")
    assert {"loop", "range"} <= offered("take.z.") and "loop" in offered("drone.z = takes.home.z.l")
    assert "beats=" in offered("drone.z = take.z.loop(")
