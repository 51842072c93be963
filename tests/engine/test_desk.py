"""The desk without threads: what is committed, published and shown, and when."""

import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.conductor import Conductor
from plaud_live.control.state import Source, State
from plaud_live.control.transaction import Load, Mark, Play, Set, Transaction
from plaud_live.engine.anchors import save_anchors
from plaud_live.engine.capture import Capture
from plaud_live.engine.casting import load_cast
from plaud_live.engine.desk import Desk
from plaud_live.engine.link import Channel, Message
from plaud_live.engine.models import Models
from plaud_live.engine.render import Renderer
from plaud_live.engine.rendering import RenderLoop
from plaud_live.engine.requests import Entry
from plaud_live.engine.ring import EngineEnd, Ring
from plaud_live.engine.tracks import Tracks
from plaud_live.errors import ModelFileError, ParameterError, TransactionError
from plaud_live.signals.graph import signal
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Reference, Vector
from tests.models_for_tests import tiny_file
from tests.signals import level_db

RATE = 44100


class Stage:
    """A desk whose render thread is the test, and a supervisor that listens."""

    def __init__(self, folder: Path) -> None:
        self.path = str(tiny_file(folder))
        self.models = Models()
        ring = Ring.create(128, 3)
        ring.set_stream(RATE, 0.01)
        ours, theirs = socket.socketpair()
        self.supervisor = Channel(ours)
        self.renderer = Renderer(RATE)
        self.loop = RenderLoop(EngineEnd(ring), self.renderer, Capture(Tracks.create(), 0, RATE, 0))
        conductor = Conductor(RATE, self.models.load_info)
        self.desk = Desk(conductor, self.renderer, self.loop, ring, Channel(theirs), "a card", 77)

    def load(self, *more: Any) -> None:
        transaction = Transaction((Load("drone", self.path), *more), "drone = load()")
        self.desk.submit(transaction, load_cast(self.models, self.desk.missing(transaction), RATE))

    def submit(self, *changes: Any, merge: str = "") -> None:
        self.desk.submit(Transaction(changes, "typed", merge=merge))

    def play(self, samples: int) -> np.ndarray:
        out = np.zeros((samples, 2), dtype=np.float32)
        self.renderer.render(out)
        return out

    def said(self, event: str) -> list[Message]:
        return [message for message in self.supervisor.receive() if message["event"] == event]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_what_is_loaded_sounds(stage: Stage) -> None:
    stage.load(Play("drone", 0.0, 0.0))
    assert level_db(stage.play(RATE)[RATE // 2 :]) > -50.0


def test_loading_again_needs_no_voice_and_changes_nothing(stage: Stage) -> None:
    stage.load()
    before = stage.desk.state
    assert stage.desk.missing(Transaction((Load("drone", stage.path),))) == []
    stage.load()
    assert stage.desk.state is before


def test_a_model_that_cannot_be_read_changes_nothing(stage: Stage, tmp_path: Path) -> None:
    bad = tmp_path / "bad.plaud"
    bad.write_bytes(b"no model")
    with pytest.raises(ModelFileError):
        load_cast(stage.models, [Load("drone", str(bad))], RATE)
    assert stage.desk.state.instruments == {}


def test_every_change_is_committed_with_its_sample_and_what_was_asked(stage: Stage) -> None:
    stage.load()
    stage.submit(Set("drone", "gain", signal(0.5), None, 0.0))
    stage.desk.undo("prompt")
    stage.desk.panic()
    commits = stage.said("commit")
    assert [(c["kind"], c["by"]) for c in commits] == [
        ("submit", "prompt"), ("submit", "prompt"), ("undo", "prompt"), ("panic", "osc"),
    ]  # fmt: skip
    assert Transaction.from_data(commits[1]["data"]).text == "typed"
    assert all(c["sample"] % 128 == 0 and c["beat"] is not None for c in commits)


def test_entries_are_committed_with_their_scripts(stage: Stage) -> None:
    entry = Entry("run('x.py')", "editor", files={"x.py": "1 + 1"}, began=90, launched=(100, 300))
    beat, sample = stage.desk.enter(entry)
    (commit,) = stage.said("commit")
    assert (commit["kind"], commit["by"], commit["text"]) == ("entry", "editor", "run('x.py')")
    assert (commit["beat"], commit["sample"]) == (beat, sample)
    files = {"file": None, "files": {"x.py": "1 + 1"}}
    assert commit["data"] == {**files, "began": 90, "launched": [100, 300]}


def test_launches_that_come_late_are_shown(stage: Stage) -> None:
    stage.load()
    stage.play(RATE)
    stage.loop._next = RATE  # the test renders in its place
    now = stage.loop.next_sample()
    for i, late_ms in enumerate((-500.0, 10.0, 100.0)):
        meant = stage.desk.state.tempo.beat(now - late_ms * RATE / 1000)
        change = Set("drone", "z0", signal(0.1 * i), 0.0, 0.0)
        stage.desk.submit(Transaction((change,), "loop", beat=meant))
    assert stage.desk.status()["launches"] == {"late": 1, "moved": 1, "worst_ms": pytest.approx(100, abs=3)}


def test_a_model_file_that_was_written_is_what_plays(stage: Stage, tmp_path: Path) -> None:
    """Anchors are in it now: no other voice, and a replacement finds the file that the state names."""
    stage.load(Play("drone", 0.0, 0.0))
    stage.play(1024)
    stage.submit(Mark("drone", "home"))
    voice, revision = stage.renderer.slots["drone"].voice, stage.desk.state.revision
    saved = save_anchors(stage.models, stage.desk.state, "drone", None)
    stage.desk.adopt(saved)
    stage.desk.publish()
    (*_, told) = stage.said("state")
    stage.load()  # again: nothing to do
    stage.play(1024)
    assert stage.renderer.slots["drone"].voice is voice and stage.desk.state.revision == revision + 1
    info = State.from_data(told["state"]).instruments["drone"].info
    assert "home" in info.anchors and Models().make_voice(info, RATE, "drone").hop == 256


def test_a_refused_change_is_not_committed(stage: Stage) -> None:
    stage.load()
    stage.said("commit")
    with pytest.raises(ParameterError):
        stage.submit(Set("drone", "gane", signal(0.5)))
    with pytest.raises(TransactionError):
        stage.desk.redo()
    assert stage.said("commit") == []


def test_a_state_is_published_once_and_a_replacement_sounds_the_same(stage: Stage, tmp_path: Path) -> None:
    stage.load(Play("drone", 0.0, 0.0), Set("drone", "z0", lfo(2), 0.0, 0.0))
    stage.desk.publish()
    stage.desk.publish()
    (told,) = stage.said("state")
    stage.play(2 * RATE)
    other = Stage(tmp_path)
    other.renderer.position = stage.renderer.position
    cast = load_cast(other.models, [Load("drone", other.path)], RATE)
    other.desk.restore(told["state"], cast)
    assert other.desk.state.revision == stage.desk.state.revision
    stage.play(RATE)
    other.play(RATE)
    a, b = stage.play(RATE), other.play(RATE)
    assert level_db(a) == pytest.approx(level_db(b), abs=1.0)  # phases differ, the sound does not
    assert (
        stage.desk.status()["instruments"]["drone"]["z"] == other.desk.status()["instruments"]["drone"]["z"]
    )


def test_status_shows_what_sounds(stage: Stage) -> None:
    stage.load(Set("drone", "z0", signal(0.25), 0.0, 0.0, "a quarter"))
    stage.play(2048)
    quiet = stage.desk.status()["instruments"]["drone"]
    assert quiet["z"][0] == 0.25 and quiet["peak"] == 0.0  # shown although nothing is heard
    stage.submit(Play("drone", 0.0, 0.0), Set("drone", "z", lfo(4), 0.0, 0.0, "lfo(4)"))
    stage.play(2 * RATE - 2048)
    status = stage.desk.status()
    drone = status["instruments"]["drone"]
    beat = 2 * 92 / 60
    assert status["beat"] == pytest.approx(beat, abs=1e-3) and status["bpm"] == 92.0
    assert status["latency_ms"] == pytest.approx(1000 * (3 * 128 + 66) / RATE + 10, abs=0.1)
    assert (status["device"], status["pid"], status["position"]) == ("a card", 77, 2 * RATE)
    assert drone["z"] == pytest.approx([0.5 - 0.5 * np.cos(np.pi * beat / 2)] * 4, abs=0.02)
    assert drone["peak"] > 0.001 and drone["text"] == "lfo(4)" and drone["held"] == []


def test_what_goes_wrong_is_told_and_shown(stage: Stage) -> None:
    stage.load(Play("drone", 0.0, 0.0))
    lost = {("drone", "gain"): Source(Reference("nobody", "gain", None))}
    stage.renderer.take(stage.desk.state.with_sources(lost))
    stage.play(1024)
    stage.desk.tidy()
    (told,) = stage.said("message")
    assert "drone.gain is held" in told["text"]
    assert stage.desk.status()["instruments"]["drone"]["held"] == ["gain"]


def test_transitions_that_have_ended_are_dropped_without_a_new_revision(stage: Stage) -> None:
    stage.load(Set("drone", "gain", signal(0.5), 0.0, 0.0))
    before = stage.desk.state
    stage.play(RATE)
    stage.desk.tidy()
    assert stage.desk.state is not before and stage.desk.state.revision == before.revision


def test_a_silent_instrument_whose_link_no_longer_fits_hides_no_status(stage: Stage, tmp_path: Path) -> None:
    """A number is linked, then becomes a place of another size."""
    stage.load()
    other = Transaction((Load("other", str(tiny_file(tmp_path, "other", seed=2, latent_size=3))),))
    stage.desk.submit(other, load_cast(stage.models, stage.desk.missing(other), RATE))
    stage.submit(Set("other", "z", signal(0.5)))
    stage.play(RATE)
    stage.desk.tidy()
    stage.submit(Set("drone", "z", Reference("other", "z", None)))
    stage.submit(Set("other", "z", Vector((0.1, 0.2, 0.3))))
    stage.play(2 * RATE)
    stage.desk.tidy()
    shown = stage.desk.status()["instruments"]
    assert shown["drone"]["z"] == []
    assert shown["other"]["z"] == [0.1, 0.2, 0.3]


def test_panic_is_silent_at_once_and_undo_brings_the_sound_back(stage: Stage) -> None:
    stage.load(Play("drone", 0.0, 0.0))
    stage.play(RATE)
    stage.desk.panic()
    assert np.all(stage.play(RATE)[441:] == 0.0)
    stage.desk.undo()
    assert level_db(stage.play(RATE)[RATE // 2 :]) > -50.0
