"""Swaps as they are typed: what is said, what is shown while it goes on, and the family tree."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.engine.anchors import Span, encode_span
from plaud_live.engine.offline import OfflineEngine
from plaud_live.model_file import read, write
from plaud_live.repl.completion import complete
from plaud_live.repl.offline import OfflinePrompt
from plaud_live.repl.toolbar import toolbar
from tests.models_for_tests import child_file, child_of, tiny_file
from tests.signals import noise


class Stage:
    """A prompt with `drone`, a small model, playing at 120 beats a minute; models are files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.models = folder / "models"
        self.models.mkdir()
        self.tiny = tiny_file(self.models)
        self.said: list[str] = []
        self.prompt = OfflinePrompt(OfflineEngine(session=folder / "session"), self.said.append)
        self.accept('clock.bpm = 120; clock.quant = 0; drone = load("tiny"); drone.play(over=0)')
        self.prompt.render(0.1)
        self.said.clear()

    def accept(self, text: str) -> str:
        result = self.prompt.enter(text)
        assert result.accepted, result.shown
        return result.shown

    def refuse(self, text: str) -> str:
        before = self.prompt.engine.conductor.to_data()
        result = self.prompt.enter(text)
        assert not result.accepted and self.prompt.engine.conductor.to_data() == before
        return result.shown

    def child(self, name: str, parent: Path | None = None, **fields: object) -> Path:
        return child_file(parent or self.tiny, name, **fields)  # type: ignore[arg-type]

    def beats(self, beats: float) -> None:
        self.prompt.render(beats / 2)

    @property
    def line(self) -> str:
        """The first line of the toolbar."""
        performance = self.prompt.performance
        snapshot = performance.snapshot() or {}
        return toolbar(snapshot, performance.line(snapshot["beat"]), 120).split("\n")[0].strip()

    @property
    def plays(self) -> str:
        return str(self.prompt.engine.conductor.state.instruments["drone"].info.name)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    made = Stage(tmp_path)
    yield made
    made.prompt.close()


def test_it_is_said_and_shown_while_it_goes_on(stage: Stage) -> None:
    stage.child("rust")
    stage.accept('drone.swap("rust", over=8, at=4)')
    assert stage.said == ["drone: tiny → rust over 8 beats"]
    assert "drone ⇄ rust in 3.8b" in stage.line
    assert stage.accept("who(drone)").startswith("drone plays tiny, rust from beat 4")
    stage.beats(7.8)
    assert "drone ⇄ tiny→rust 50%" in stage.line
    assert stage.accept("who(drone)").startswith("drone plays tiny→rust 50%")
    stage.beats(5)
    assert "tiny" not in stage.line and stage.accept("who(drone)").startswith("drone plays rust,")
    assert "⇄" not in toolbar({}, "drone ⇄ tiny→rust 43%", 80, ascii_only=True)


def test_the_instrument_keeps_its_name_its_sources_and_its_marks(stage: Stage) -> None:
    stage.child("rust")
    stage.accept('drone.z0 = lfo(8); drone.mark("home"); drone.gain = .4')
    stage.beats(1)
    stage.accept('drone.swap("rust")')
    stage.beats(10)
    assert "lfo(8)" in stage.accept("who(drone)")
    stage.accept("drone.z = A.home; drone.back(over=1)")
    stage.beats(2)
    assert stage.plays == "tiny" and "lfo" not in stage.accept("who(drone)")


def test_with_others_at_once_or_not_at_all(stage: Stage) -> None:
    stage.child("rust")
    stage.accept('with at(8, over=2): drone.swap("rust"); drone.gain = .5')
    (passage,) = stage.prompt.engine.conductor.state.instruments["drone"].passages
    assert (passage.start, passage.beats) == (8.0, 2.0)
    stage.accept("undo()")
    assert stage.plays == "tiny"
    assert "did you mean" in stage.refuse('drone.gain = .2; drone.swap("rost")')


def test_refusals_are_a_line(stage: Stage) -> None:
    six, two = tiny_file(stage.models, "six", latent_size=6), tiny_file(stage.models, "two", channels=2)
    damaged = stage.models / "damaged.plaud"
    damaged.write_bytes(stage.tiny.read_bytes()[:-100])
    lines = {
        f'drone.swap("{six}")': "drone.swap: 'six' has 6 latents, drone 4 — load it as another instrument",
        f'drone.swap("{two.stem}")': "drone.swap: 'two' has 2 channels, drone 1 — load it as",
        'drone.swap("damaged")': "drone.swap: ",
        'drone.swap("gone")': "drone.swap: no model 'gone' — ",
        "drone.swap(3)": "drone.swap(3): wants a model in quotes: a name, a file, or letters of its digest",
        "drone.swap()": "drone.swap(): training has left no candidate yet — name a model",
        "drone.back()": "drone.back: 'tiny' is what it was loaded with: there is no model before it",
    }
    for text, line in lines.items():
        shown = stage.refuse(text)
        assert line in shown and len(shown.split("\n")) == 1, shown


def test_another_sample_rate_is_played_at_ours(stage: Stage) -> None:
    tiny_file(stage.models, "high", seed=2, sample_rate=48000)
    stage.accept('drone.swap("high", over=1)')
    stage.beats(3)
    assert stage.plays == "high"


def test_what_training_leaves_is_offered_and_any_can_be_returned_to(stage: Stage) -> None:
    rust = stage.child("rust")
    moss = stage.child("moss", rust, seed=8)
    for path in (rust, moss):
        stage.prompt.engine.request("offer", instrument="drone", path=str(path), digest=read(path).digest)
    stage.prompt.performance.refresh()
    stage.accept("drone.swap(over=1)")
    stage.beats(2)
    assert stage.plays == "moss"
    for path in (rust, moss):
        path.unlink()
    digest = read(stage.tiny).digest
    for model, name in (("rust", "rust"), (digest[:6], "tiny"), ("moss", "moss")):
        stage.accept(f'drone.swap("{model}", over=1)')
        stage.beats(2)
        assert stage.plays == name
    stage.accept("drone.back(over=1)")
    assert stage.plays == "tiny"
    assert "has changed since it was offered" in _offered_wrongly(stage, digest)


def _offered_wrongly(stage: Stage, digest: str) -> str:
    path = stage.child("other", seed=5)
    with pytest.raises(Exception) as refused:
        stage.prompt.engine.request("offer", instrument="drone", path=str(path), digest=digest[::-1])
    return str(refused.value)


def test_the_family_tree_says_what_there_is_and_what_plays(stage: Stage) -> None:
    rust = stage.child("rust")
    moss = stage.child("moss", rust, seed=8)
    stage.accept('drone.swap("rust")')
    stage.prompt.engine.request("offer", instrument="drone", path=str(moss))
    other = tiny_file(stage.models, "other", seed=4)
    stage.accept(f'pad = load("{other}")')
    stage.prompt.performance.refresh()
    tree = stage.accept("drone.models()").split("\n")
    assert [line.split()[:3] for line in tree] == [
        ["tiny", read(stage.tiny).digest[:6], tree[0].split()[2]],
        ["└", "rust", read(rust).digest[:6]],
        ["└", "moss", read(moss).digest[:6]],
    ]
    assert "CC0-1.0 · plays now" in tree[1] and "4 min" in tree[1]
    assert tree[2].endswith("CC0-1.0 · offered: drone.swap()")
    assert stage.accept("pad.models()").startswith("other")


def test_a_child_that_was_loaded_goes_back_to_its_parent(stage: Stage) -> None:
    rust = stage.child("rust")
    stage.accept(f'pad = load("{rust}"); pad.play(over=0)')
    stage.accept("pad.back(over=1)")
    assert stage.prompt.engine.conductor.state.instruments["pad"].info.name == "tiny"


def test_names_and_words_complete(stage: Stage) -> None:
    stage.child("rust")
    namespace = stage.prompt.namespace
    offered = complete('drone.swap("', stage.prompt.performance, namespace)
    assert {each.text for each in offered} >= {"rust", "tiny", "default"}
    words = {each.text for each in complete("drone.", stage.prompt.performance, namespace)}
    assert {"swap", "back", "models"} <= words


def test_an_audition_as_it_is_typed_and_shown(stage: Stage) -> None:
    stage.child("rust")
    stage.accept('drone.audition("rust", bars=2)')
    assert stage.said == ["drone: rust in place of tiny for 8 beats — drone.swap() stays with it"]
    stage.beats(2.8)
    assert "drone ⇄ rust for " in stage.line and "⇄ tiny" not in stage.line
    stage.accept('drone.audition("rust", bars=2)')
    assert stage.said[-1] == "drone: back to tiny"
    stage.beats(3)
    assert "⇄" not in stage.line.replace("✓ drone ⇄", "") and stage.plays == "tiny"
    for line, why in {
        "drone.audition()": "drone.audition(): training has left no candidate yet — name a model",
        'drone.audition("rust", bars=0)': "drone.audition(bars=0): wants more than 0",
        'drone.audition("rust", bars="4")': "drone.audition(bars='4'): wants more than 0",
        "drone.audition(3)": "drone.audition(3): wants a model in quotes",
        'drone.audition("rust", bars=-1, phones=True)': "drone.audition(bars=-1): wants more than 0",
    }.items():
        assert why in stage.refuse(line)
    namespace = stage.prompt.namespace
    offered = complete('drone.audition("', stage.prompt.performance, namespace)
    assert {each.text for each in offered} >= {"rust", "tiny"}
    words = {each.text for each in complete("drone.", stage.prompt.performance, namespace)}
    keywords = {each.text for each in complete("drone.audition(", stage.prompt.performance, namespace)}
    assert "audition" in words and {"bars=", "phones="} <= keywords
    assert stage.accept('drone.audition("rust", phones=True)') == "phones: there are none offline"


def test_an_anchor_that_is_a_sound_is_heard_anew_by_a_model_that_hears_otherwise(
    stage: Stage, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "knock.wav", 0.3 * noise(44100, seed=1), 44100)
    parent = read(stage.tiny)
    dice = np.random.default_rng(3)
    weights = {
        key: weight + np.float32(0.1) * dice.standard_normal(weight.shape).astype(np.float32)
        if key.startswith("encoder.mean")
        else weight
        for key, weight in parent.weights.items()
    }
    path = stage.models / "rust.plaud"
    child = write(replace(child_of(parent, "rust"), weights=weights), path)
    stage.accept(f'drone.mark("knock", sound("{tmp_path}/knock.wav")[.2:.8]); drone.mark("home")')
    before = dict(anchors_of(stage))
    stage.accept('drone.swap("rust", over=1)')
    stage.beats(2)
    after = anchors_of(stage)
    expected = encode_span(child, Span(f"{tmp_path}/knock.wav", 0.2, 0.8))
    assert after["knock"] == pytest.approx(expected) and after["knock"] != before["knock"]
    assert after["home"] == before["home"] and after["bell"] == before["bell"]
    stage.accept("undo()")
    assert anchors_of(stage) == before
    stage.accept("redo()")
    stage.accept('drone.z = .3; drone.mark("knock")')
    marked = anchors_of(stage)["knock"]
    stage.accept("drone.back(over=1)")
    assert anchors_of(stage)["knock"] == marked  # a place now, and no sound any more


def test_a_sound_that_is_gone_stays_where_it_was_and_that_is_said(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "knock.wav"
    soundfile.write(file, 0.3 * noise(44100, seed=1), 44100)
    parent = read(stage.tiny)
    weights = {
        k: w * np.float32(1.1) if k.startswith("encoder.mean") else w for k, w in parent.weights.items()
    }
    write(replace(child_of(parent, "rust"), weights=weights), stage.models / "rust.plaud")
    stage.accept(f'drone.mark("knock", sound("{file}"))')
    before = anchors_of(stage)
    file.unlink()
    stage.said.clear()
    stage.accept('drone.swap("rust", over=1)')
    assert stage.said[0].startswith("A.knock stays where it was: ") and anchors_of(stage) == before


def anchors_of(stage: Stage) -> dict[str, tuple[float, ...]]:
    """The anchors as the model knows them that the drone goes to."""
    state = stage.prompt.engine.conductor.state
    return state.anchors_of(state.instruments["drone"].info)
