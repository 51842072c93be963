"""What the publisher makes of orders; what it says of the plugin's answers, and of what goes wrong."""

import hashlib
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compiler.ir.nodes import Delay, Gain, Series
from compiler.playable import plan_path, write_judged, write_playable
from plaud_live.engine.link import Message
from plaud_live.reverb.publishing import ANSWER_SECONDS, LATE_SECONDS, Publishing
from tests.compiler.networks import fdn
from tests.pushing import StandIn, answer_of, generation_of


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`hall`, `near` that is softer, `other` that comes a little later: all else of them is the same."""
    folder = tmp_path_factory.mktemp("rooms")
    hall = write_playable(folder / "hall.json", fdn(lines=2, gain=0.8))
    root = hall.model.root
    assert isinstance(root, Series)
    for name, more in {
        "near": Gain("level", np.full(2, 0.5)),
        "other": Delay("late", np.full(2, 9.0)),
    }.items():
        near = replace(hall.model, root=Series(root.name, (*root.children, more)))
        write_judged(folder / f"{name}.json", near, hall.plan, hall.certificate)
    return folder


class Stage:
    """A publisher, its clock, and what it has said."""

    def __init__(self, rooms: Path, folder: Path) -> None:
        self.rooms, self.dsp, self.now = rooms, folder / "live" / "live.dsp", 0.0
        self.kept = folder / "kept"
        self.said: list[Message] = []
        self.id = 0
        self.publishing = Publishing(self.kept, self.said.append, lambda: self.now)

    def push(self, name: str, **changes: Any) -> None:
        path = self.rooms / f"{name}.json"
        self.id += 1
        order = {"id": self.id, "name": "live", "file": str(self.dsp), "path": str(path)}
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        self.publishing.publish({**order, "digest": digest, **changes})

    def pushed(self, name: str, **changes: Any) -> Message:
        """What is said of it once no plugin, or the one that is there, has had its time."""
        self.push(name, **changes)
        self.publishing.look()
        self.now += ANSWER_SECONDS
        self.publishing.look()
        (said,) = (each for each in self.said if each["id"] == self.id)
        assert "\n" not in said["text"]
        return said

    def answered(self, name: str, error: str = "") -> Message:
        """Pushed, with a plugin that answers before anybody looks a second time."""
        self.push(name)
        StandIn(self.dsp, error).answer(generation_of(self.dsp))
        self.publishing.look()
        (said,) = (each for each in self.said if each["id"] == self.id)
        return said


@pytest.fixture
def stage(rooms: Path, tmp_path: Path) -> Stage:
    return Stage(rooms, tmp_path)


def test_what_the_plugin_made_of_it_is_said_in_a_line(stage: Stage) -> None:
    first = stage.answered("hall")
    assert first["outcome"] == "played"
    assert first["text"] == ("live is generation 1, certified-stable: compiled in 12 ms (interpreter)")
    assert (first["recompiles"], first["compile_ms"], first["verdict"]) == (True, 12.4, "certified-stable")
    near = stage.answered("near")
    assert near["text"].endswith("generation 2, certified-stable: new values alone"
                                 " (interpreter)")  # fmt: skip
    assert stage.answered("near")["text"].endswith("the plugin plays it already (interpreter)")
    assert stage.answered("other")["recompiles"]
    assert stage.publishing.pause is None


def test_without_a_plugin_that_is_said_and_the_files_lie_there(stage: Stage) -> None:
    said = stage.pushed("hall")
    assert said["outcome"] == "silent"
    assert said["text"].endswith(f"generation 1, certified-stable: no plugin answers so far at {stage.dsp}")
    assert {path.name for path in stage.dsp.parent.iterdir()} == {
        "live.dsp", "live.json", "live.params.json", "live.cert.json",
    }  # fmt: skip


def test_a_plugin_is_waited_for_as_long_as_it_may_take(stage: Stage) -> None:
    stage.push("hall")
    stage.now = ANSWER_SECONDS - 0.1
    stage.publishing.look()
    assert stage.said == [] and stage.publishing.pause is not None
    StandIn(stage.dsp).answer(1)
    stage.publishing.look()
    assert stage.said[0]["outcome"] == "played"


def test_one_that_another_overtakes_is_answered_too(stage: Stage) -> None:
    stage.push("hall")
    stage.push("near")
    StandIn(stage.dsp).answer(2)
    stage.publishing.look()
    first, second = stage.said
    assert first["text"].endswith("the plugin plays generation 2 by now")
    assert (first["generation"], second["generation"]) == (1, 2)


def test_the_plugins_error_is_passed_on_and_the_next_push_works(stage: Stage) -> None:
    said = stage.answered("hall", "live.dsp:3:\n undefined symbol")
    assert said["outcome"] == "error"
    assert said["text"].endswith("the plugin says: live.dsp:3: undefined symbol")
    assert stage.answered("near")["outcome"] == "played"


@pytest.mark.parametrize("text", ["{", "", '{"schema_version": 7}', "\x00" * 40])
def test_a_damaged_answer_is_none(stage: Stage, text: str) -> None:
    stage.dsp.parent.mkdir()
    answer_of(stage.dsp).write_text(text)
    said = stage.pushed("hall")
    assert said["outcome"] == "silent"
    assert said["text"].endswith("live.dsp.status.json cannot be read")
    assert stage.answered("near")["outcome"] == "played"


def test_an_old_answer_does_not_count(stage: Stage) -> None:
    stage.dsp.parent.mkdir()
    StandIn(stage.dsp).answer(7)
    said = stage.pushed("hall")
    assert (said["outcome"], said["generation"]) == ("silent", 8)


def test_what_was_kept_is_published_though_its_file_has_changed(stage: Stage, tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    shutil.copy(stage.rooms / "hall.json", own)
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    stage.kept.mkdir()
    for source, name in (
        (own, f"{digest}.json"),
        (plan_path(stage.rooms / "hall.json"), f"{digest}.plan.json"),
    ):
        shutil.copy(source, stage.kept / name)
    own.unlink()
    stage.push("own", path=str(own), digest=digest)
    assert stage.dsp.with_name("live.json").read_text() == (stage.rooms / "hall.json").read_text()
    said = stage.pushed("own", path=str(own), digest="f" * 64)
    assert said["outcome"] == "refused"
    assert said["text"] == f"live is not published: {own}: is gone, or another one by now"


def test_what_may_not_be_heard_is_not_published(stage: Stage, tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text("{}")
    said = stage.pushed("own", path=str(own), digest=hashlib.sha256(b"{}").hexdigest())
    assert said["outcome"] == "refused"
    assert str(own) in said["text"]
    assert not stage.dsp.parent.exists()


@contextmanager
def small_files() -> Iterator[None]:
    """No file may be larger than 4 kB, as on a disk that is nearly full; pytest's own output neither."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_what_was_there(stage: Stage) -> None:
    stage.answered("hall")
    before = {path.name: path.read_bytes() for path in stage.dsp.parent.iterdir()}
    with small_files():
        said = stage.pushed("other")
    assert said["outcome"] == "refused"
    assert said["text"] == f"live is not published: {stage.dsp}: cannot be written: File too large"
    assert {path.name: path.read_bytes() for path in stage.dsp.parent.iterdir()} == before


def test_after_a_full_disk_the_next_push_works(stage: Stage) -> None:
    with small_files():
        assert stage.pushed("hall")["outcome"] == "refused"
    assert stage.answered("hall")["outcome"] == "played"


@pytest.mark.parametrize("folder", ["/proc/plaud/live", "/dev/null"])
def test_a_folder_that_cannot_be_written_is_a_line(stage: Stage, folder: str) -> None:
    said = stage.pushed("hall", file=f"{folder}/live.dsp")
    assert said["outcome"] == "refused"
    assert said["text"].startswith(f"live is not published: {folder}/live.dsp: cannot be written: ")
    assert stage.answered("hall")["outcome"] == "played"


def test_a_plugin_that_needs_longer_is_told_of_when_it_answers(stage: Stage) -> None:
    stage.pushed("hall")
    StandIn(stage.dsp).answer(1)
    stage.publishing.look()
    first, second = stage.said
    assert (first["outcome"], first["late"]) == ("silent", False)
    assert (second["outcome"], second["late"], second["id"]) == ("played", True, first["id"])
    assert stage.publishing.pause is None


def test_it_is_not_listened_to_for_ever(stage: Stage) -> None:
    stage.pushed("hall")
    stage.now += LATE_SECONDS
    stage.publishing.look()
    assert stage.publishing.pause is None
    assert len(stage.said) == 1
