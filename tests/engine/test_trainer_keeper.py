"""The queue of training: one job at a time, a death is survived, a stop keeps what there is."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plaud_live.engine import trainer_keeper
from plaud_live.engine.link import Message
from plaud_live.engine.trainer_keeper import NICE, TrainerKeeper
from plaud_live.engine.watch import Watch

PATIENCE_SECONDS = 60.0


class House:
    """Says and logs into lists."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.said: list[str] = []
        self.logged: list[tuple[str, Any]] = []
        self.published: dict[str, Any] = {}

    def say(self, text: str) -> None:
        self.said.append(text)

    def log(self, kind: str, data: Any = None) -> None:
        self.logged.append((kind, data))

    def publish(self, **fields: Any) -> None:
        self.published |= fields


class Stage:
    """A keeper, what it answers, and a take to train on."""

    def __init__(self, folder: Path) -> None:
        self.home, self.folder, self.house = folder, folder / "models", House()
        self.folder.mkdir()
        self.answers: list[Message] = []
        self.keeper = TrainerKeeper(self.house, self.home, self.answers.append)  # type: ignore[arg-type]
        (self.folder / "take.wav").write_bytes(b"RIFF")

    def train(self, name: str | None, **changes: Any) -> Message:
        order = {
            "id": "1", "do": "train", "instrument": "drone", "model": "default", "parent": "/m/default.plaud",
            "digest": "a" * 64, "sources": [str(self.folder / "take.wav")], "minutes": 2, "how": "continual",
            "name": name,
        }  # fmt: skip
        return self.order({**order, **changes})

    def order(self, order: Message) -> Message:
        before = len(self.answers)
        self.keeper.order(order)
        return next(answer for answer in self.answers[before:] if "id" in answer)

    def until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        self.tick()
        self.house.watch.run(lambda: not done() and time.monotonic() < deadline)
        assert done()

    def tick(self) -> None:
        """Let the loop look again soon, whatever happens."""
        self.house.watch.later(0.05, self.tick)

    @property
    def jobs(self) -> list[Message]:
        return next(answer["jobs"] for answer in reversed(self.answers) if "jobs" in answer)

    @property
    def trained(self) -> list[str]:
        return [answer["name"] for answer in self.answers if answer["do"] == "trained"]

    def runs(self, name: str) -> int:
        return len((self.folder / f"{name}.runs").read_text())


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(trainer_keeper, "MODULE", "tests.fake_trainer")
    monkeypatch.setattr(trainer_keeper, "AGAIN_SECONDS", 0.0)
    made = Stage(tmp_path)
    yield made
    made.keeper.end(5.0)
    made.house.watch.close()


def test_a_job_is_a_nice_process_and_its_model_is_announced(stage: Stage) -> None:
    job = stage.train("quick_1")["job"]
    assert (job["name"], job["stage"], job["minutes"]) == ("quick_1", "starting", 2.0)
    stage.until(lambda: not stage.jobs and stage.trained == ["quick_1"])
    made = next(answer for answer in stage.answers if answer["do"] == "trained")
    assert (made["instrument"], made["parent"]) == ("drone", "a" * 64)
    assert (made["path"], made["digest"]) == (str(stage.folder / "quick_1.plaud"), "d" * 64)
    words = (stage.folder / "quick_1.words").read_text()
    assert f"--dataset-path {stage.folder}/take.wav --from /m/default.plaud --how continual" in words
    assert "--minutes 2 --threads 1" in words
    assert words.endswith(f"nice {min(19, os.nice(0) + NICE)}")
    assert stage.house.said == ["drone: trained: quick_1: new 2 → 1"]
    shown = [answer["jobs"][0] for answer in stage.answers if answer.get("jobs")]
    assert {"stage": "training", "done": 0.25, "loss": 2.31, "left_seconds": 480.0}.items() <= shown[
        -1
    ].items()


def test_every_engine_is_told_of_a_model_until_one_has_offered_it(stage: Stage) -> None:
    """The one that heard of it first may have died of something else just then."""
    stage.train("quick_1")
    stage.until(lambda: stage.trained == ["quick_1"])
    stage.keeper.tell()
    assert stage.trained == ["quick_1"] * 2
    stage.keeper.order({"id": "2", "do": "settled", "instrument": "pad", "digest": "d" * 64})
    stage.keeper.tell()
    assert stage.trained == ["quick_1"] * 3
    stage.keeper.order({"id": "3", "do": "settled", "instrument": "drone", "digest": "d" * 64})
    stage.keeper.tell()
    assert stage.trained == ["quick_1"] * 3


def test_what_a_session_before_has_made_is_announced_to_its_first_engine(stage: Stage) -> None:
    made = {"instrument": "drone", "digest": "e" * 64, "path": "/m/old.plaud", "name": "old"}
    keeper = TrainerKeeper(stage.house, stage.home, stage.answers.append, [made])  # type: ignore[arg-type]
    keeper.tell()
    assert stage.trained == ["old"]


def test_one_after_the_other_and_each_has_its_own_name(stage: Stage) -> None:
    stage.train("slow_1")
    assert stage.train(None, digest="b" * 64)["job"]["stage"] == "waiting"
    assert stage.train(None, digest="c" * 64)["job"]["name"] == "default_3"
    assert stage.train("slow_1")["text"] == "train: slow_1 is being trained already — give another name"
    stage.until(lambda: stage.jobs[0].get("stage") == "training")
    assert not (stage.folder / "default_2.runs").exists()
    stage.order({"id": "9", "do": "stop", "instrument": "drone"})
    stage.until(lambda: not stage.jobs)
    assert stage.trained == ["slow_1", "default_2", "default_3"]
    assert stage.house.said[0] == "drone: stopped and saved: slow_1: new 2 → 1"


def test_reverbs_that_wait_have_names_of_their_own(stage: Stage) -> None:
    stage.train("slow_1")
    fit = {"do": "fit", "how": "fit", "t60": 3, "parent": "/r/hall.json", "digest": "a" * 64, "model": "hall"}
    assert [stage.order({"id": str(n), **fit})["job"]["name"] for n in range(2)] == ["hall_2", "hall_3"]


def test_a_trainer_that_dies_goes_on(stage: Stage) -> None:
    stage.train("crash_1")
    stage.until(lambda: stage.trained == ["crash_1"] and not stage.jobs)
    assert stage.runs("crash_1") == 3
    assert stage.house.said[0] == "drone: the trainer died (out of cheese) and goes on"


def test_one_that_always_dies_is_given_up_and_the_next_has_its_turn(stage: Stage) -> None:
    stage.train("doomed_1")
    stage.train("quick_1", sources=[str(stage.folder)])
    stage.until(lambda: stage.trained == ["quick_1"] and not stage.jobs)
    assert stage.runs("doomed_1") == trainer_keeper.MAX_CRASHES
    assert "drone: doomed_1 is not trained: the trainer died: out of cheese" in stage.house.said


def test_what_is_refused_is_said_and_not_tried_again(stage: Stage) -> None:
    stage.train("bad_1")
    stage.until(lambda: bool(stage.house.said) and not stage.jobs)
    assert stage.house.said == ["drone: bad_1 is not trained: too short: 3.0 s of audio in all"]
    assert stage.runs("bad_1") == 1


def test_what_the_trainer_says_is_said(stage: Stage) -> None:
    stage.train("told_1")
    stage.until(lambda: stage.trained == ["told_1"])
    assert stage.house.said == ["drone: the parent has no memory", "drone: trained: told_1: new 2 → 1"]


def test_what_waits_is_taken_back_and_nothing_is_nothing(stage: Stage) -> None:
    stage.train("slow_1", instrument="voice")
    stage.train("quick_1")
    assert stage.order({"id": "2", "do": "stop", "instrument": "drone"})["job"]["name"] == "quick_1"
    assert [job["name"] for job in stage.jobs] == ["slow_1"]
    answer = stage.order({"id": "3", "do": "stop", "instrument": "drone"})
    assert answer["text"] == "drone: nothing is being trained for it"


def test_the_end_of_the_session_ends_the_trainer(stage: Stage) -> None:
    stage.train("slow_1")
    stage.until(lambda: stage.jobs[0].get("stage") == "training")
    pid = stage.house.published["trainer"]
    stage.keeper.end(5.0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
