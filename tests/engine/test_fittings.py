"""What can be asked of the trainer for the reverb, the command that it is, and who hears what it makes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.conductor import Outcome
from plaud_live.control.launching import Moment
from plaud_live.control.parameters import ReverbInfo
from plaud_live.control.reverbs import change_reverb
from plaud_live.control.state import State
from plaud_live.control.transaction import Reverb, Transaction
from plaud_live.engine.fitted import Fitted
from plaud_live.engine.fittings import Fitting
from plaud_live.errors import ParameterError, PlaudError, ReverbError

START = {"parent": "/hall.json", "digest": "a"}


def words(**asked: Any) -> str:
    return " ".join(Fitting.from_data({**START, **asked}).command("hall_2", Path("/out")))


def test_a_fitting_is_a_command(tmp_path: Path) -> None:
    begin = "reverb fit --from /hall.json --name hall_2 --out /out"
    assert words(how="fit", t60=3.5) == f"{begin} --t60 3.5"
    assert words(how="fit", t60={"125": 4, "1000": 3.0}) == f"{begin} --t60 125:4 --t60 1000:3"
    assert words(how="fit", colorless=True, steps=50) == f"{begin} --colorless --steps 50"
    room = tmp_path / "room.wav"
    room.touch()
    begin = "reverb match --from /hall.json --name hall_2 --out /out"
    assert words(how="match", recording=str(room), seconds=30) == f"{begin} --seconds 30 {room}"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"how": "fit"}, "wants t60=3.5"),
        ({"how": "fit", "t60": 0}, "wants 0.05 to 60 s"),
        ({"how": "fit", "t60": 1000}, "wants 0.05 to 60 s"),
        ({"how": "fit", "t60": "long"}, "wants 0.05 to 60 s"),
        ({"how": "fit", "t60": True}, "wants 0.05 to 60 s"),
        ({"how": "fit", "t60": {"5": 3}}, "octaves from 20 Hz"),
        ({"how": "fit", "t60": {"125": float("nan")}}, "wants 0.05 to 60 s"),
        ({"how": "fit", "colorless": True, "steps": -1}, "whole number"),
        ({"how": "fit", "t60": 3, "name": "a/b"}, "letters, digits"),
        ({"how": "match", "recording": "/no/such.wav"}, "no such recording"),
        ({"how": "match"}, "no such recording"),
        ({"how": "dance"}, "have fit, match"),
    ],
)
def test_what_cannot_be_asked_says_what_is_wanted(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        Fitting.from_data({**START, **asked})


def test_its_name_is_the_next_that_is_free(tmp_path: Path) -> None:
    fitting = Fitting.from_data({**START, "how": "fit", "t60": 3})
    assert fitting.named("hall", tmp_path) == "hall_2"
    (tmp_path / "hall_2.json").touch()
    assert fitting.named("hall_2", tmp_path) == "hall_3"
    assert fitting.named("hall", tmp_path, {"hall_3", "hall_5"}) == "hall_4"
    named = Fitting.from_data({**START, "how": "fit", "t60": 3, "name": "mine"})
    assert named.named("hall", tmp_path) == "mine"


class Desk:
    """A state with a reverb, and what was said."""

    def __init__(self) -> None:
        self.state = State(TempoMap(44100))
        self.said: list[str] = []
        self.go(Reverb("parent", info=info("parent")))

    def go(self, change: Reverb) -> None:
        self.state, _, _ = change_reverb(self.state, change, Moment(0.0))

    def tell(self, line: str) -> None:
        self.said.append(line)


class Launcher:
    """Goes over to what a path is called; what `broken` is in it cannot be read."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.asked: list[Reverb] = []
        self.waiting: list[Callable[[], None]] = []

    def submit(
        self, transaction: Transaction, done: Callable[[Outcome], None], failed: Callable[[PlaudError], None]
    ) -> None:
        (change,) = transaction.changes
        assert isinstance(change, Reverb)
        self.asked.append(change)

        def launch() -> None:
            if "broken" in change.model:
                failed(ReverbError("broken.json: no"))
                return
            self.desk.go(Reverb(change.model, 0.0, info(change.model), change.on_the_way, change.own))
            done(Outcome(0.0))

        self.waiting.append(launch)

    def finish(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


def info(digest: str) -> ReverbInfo:
    return ReverbInfo(digest, f"/{digest}.json", digest, 2.0, 0.1, 10.0)


@pytest.fixture
def stage() -> tuple[Desk, Launcher, Fitted]:
    desk = Desk()
    launcher = Launcher(desk)
    return desk, launcher, Fitted(desk, launcher)  # type: ignore[arg-type]


def state(path: str, over: bool = False) -> dict[str, Any]:
    return {"path": path, "name": "parent_2", "parent": "parent", "number": 1, "over": over}


def playing(desk: Desk) -> str:
    assert desk.state.reverb is not None
    return desk.state.reverb.info.digest


def test_its_states_are_heard_and_only_the_first_is_a_step(stage: tuple[Desk, Launcher, Fitted]) -> None:
    desk, launcher, fitted = stage
    for path in ("one", "two", "three"):
        fitted.hear(state(path))
        launcher.finish()
        assert playing(desk) == path
    assert [(each.on_the_way, each.own) for each in launcher.asked] == [
        (False, True), (True, False), (True, False),
    ]  # fmt: skip


def test_of_states_that_come_while_one_is_read_the_last_counts(stage: tuple[Desk, Launcher, Fitted]) -> None:
    desk, launcher, fitted = stage
    for path in ("one", "two", "three"):
        fitted.hear(state(path))
    launcher.finish()
    assert [each.model for each in launcher.asked] == ["one", "three"]
    assert playing(desk) == "three"


def test_who_has_gone_elsewhere_is_left_alone_and_told_at_the_end(
    stage: tuple[Desk, Launcher, Fitted],
) -> None:
    desk, launcher, fitted = stage
    fitted.hear(state("one"))
    launcher.finish()
    desk.go(Reverb("hall", info=info("hall")))
    fitted.hear(state("two"))
    assert not desk.said
    fitted.hear(state("two", over=True))
    launcher.finish()
    assert playing(desk) == "hall"
    assert desk.said == ['verb: another one plays — verb.load("parent_2") is what was made']


def test_one_that_cannot_be_read_is_said_and_the_next_is_heard(stage: tuple[Desk, Launcher, Fitted]) -> None:
    desk, launcher, fitted = stage
    fitted.hear(state("broken"))
    launcher.finish()
    assert playing(desk) == "parent" and desk.said == ["verb stays as it was: broken.json: no"]
