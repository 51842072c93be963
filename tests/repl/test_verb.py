"""The reverb at the prompt: its parameters, another one, what is asked of the trainer, a picture."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live import settings
from tests.repl import silent
from tests.repl.silent import Prompt


@pytest.fixture
def prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    return Prompt()


def driven(prompt: Prompt, parameter: str) -> str:
    rows = [row.split(None, 1) for row in prompt.accept("who(verb)").split("\n")[1:]]
    return dict(rows).get(parameter, "")


def test_its_parameters_take_what_those_of_an_instrument_take(prompt: Prompt) -> None:
    prompt.accept("verb(mix=.4, t60=4, over=8)")
    prompt.accept("verb.damping = drone.z0*.5")
    prompt.accept("with at(4, over=2): drone.z0 = .3; verb.pre_delay = 30")
    prompt.accept("verb.mix += .1*lfo(4)")
    prompt.accept("drone.z1 = verb.mix")
    assert driven(prompt, "t60") == "4"
    assert driven(prompt, "damping") == "drone.z0*0.5"
    assert driven(prompt, "pre_delay") == "30"
    assert driven(prompt, "mix") == "0.4 + 0.1*lfo(4)"
    assert "verb is default" in prompt.accept("who()")
    assert prompt.accept("verb") == "verb: default, its mix moves"


def test_undo_and_scenes_have_it_too(prompt: Prompt) -> None:
    prompt.accept("verb.mix = .4")
    prompt.accept('scene("wet")')
    prompt.accept("verb.mix = .1")
    prompt.accept("undo()")
    assert driven(prompt, "mix") == "0.4"
    prompt.accept("verb.mix = .2; scene.wet()")
    assert driven(prompt, "mix") == "0.4"


def test_a_circle_through_it_is_refused(prompt: Prompt) -> None:
    prompt.accept("verb.mix = drone.z0")
    assert "circle" in prompt.refuse("drone.z0 = verb.mix")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("verb.fit = 3", "verb.fit is not a parameter"),
        ("del verb.mix", "verb.mix = 0 ends its sound"),
        ("verb()", "wants parameters, as in verb(mix=.4, over=8)"),
        ("verb.match(3)", "wants a recording"),
        ("verb.match('nowhere.wav')", "there is no 'nowhere.wav'"),
        ("verb.listen('now')", "wants 1 to 60 seconds"),
        ("verb.room = 3", "verb has no 'room'"),
        ("verb.z0 = 3", "verb has no 'z0'"),
        ("verb = load('default')", "word of the language"),
        ("load('default', name='verb')", "word of the language"),
    ],
)
def test_mistakes_are_answered(prompt: Prompt, line: str, says: str) -> None:
    assert says in prompt.refuse(line)


def test_fitting_and_matching_are_asked_of_the_trainer(prompt: Prompt, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "room.wav", np.zeros(100), 44100)
    assert prompt.accept("verb.fit(t60={125: 4, 1000: 3})").startswith("default_2 begins")
    assert prompt.accept("verb.fit").startswith("fit default_2")
    prompt.accept('verb.match("room.wav", secs=30, name="church")')
    asked = [
        (job["how"], job.get("t60"), job.get("recording"), job.get("seconds")) for job in prompt.engine.jobs
    ]
    assert asked == [
        ("fit", {"125": 4, "1000": 3}, None, None),
        ("match", None, str(tmp_path / "room.wav"), 30),
    ]
    assert "stops after its step" in prompt.accept("verb.fit.stop()")


@pytest.mark.slow
def test_a_picture_of_it_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    built_in = replace(silent.HALL, path=str(settings.find_reverb("default")))
    monkeypatch.setattr(silent, "HALL", built_in)
    other = Prompt("")
    assert other.accept("verb.plot()").startswith("default is being drawn")
    other.performance.until(lambda: other.said or None, 120.0)
    assert other.said == [f"verb: {tmp_path}/reverbs/default.png"]
    assert (tmp_path / "reverbs" / "default.png").stat().st_size > 10_000
