"""What wants models is launched once they are there, and everybody is answered."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plaud_live.control.conductor import Outcome
from plaud_live.control.transaction import Play, Quant, Set, Swap, Transaction
from plaud_live.engine.desk import MOST_KEPT
from plaud_live.engine.launcher import Launcher
from plaud_live.engine.store import Store
from plaud_live.errors import PlaudError
from plaud_live.model_file import read
from plaud_live.signals.graph import signal
from tests.engine.test_desk import RATE, Stage
from tests.models_for_tests import child_file


class Waiting:
    """A loader that does its work when it is told to."""

    def __init__(self) -> None:
        self.work: list[tuple[Callable[[], Any], Callable[[Any], None], Callable[[PlaudError], None]]] = []

    def do(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[PlaudError], None]
    ) -> None:
        self.work.append((work, done, failed))

    def finish(self) -> int:
        """Do all of it; how much that was."""
        work, self.work = self.work, []
        for each, done, failed in work:
            try:
                result = each()
            except PlaudError as error:
                failed(error)
            else:
                done(result)
        return len(work)


class House(Stage):
    """A desk with a launcher, and a drone that plays."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.models.store = Store(folder / "session")
        self.loop.next_sample = lambda: self.renderer.position  # type: ignore[method-assign]
        self.loader = Waiting()
        self.done: list[Any] = []
        self.failed: list[str] = []
        self.noted: list[str] = []
        self.launcher = Launcher(self.desk, self.models, self.loader, RATE, self.noted.append)  # type: ignore[arg-type]
        self.load(Quant(0.0), Play("drone", 0.0))
        self.play(RATE // 4)

    def launch(self, *changes: Any) -> None:
        self.launcher.submit(Transaction(changes, "typed"), self.done.append, self.fail)

    def fail(self, error: PlaudError) -> None:
        self.failed.append(str(error))

    def child(self, name: str, seed: int = 7) -> Path:
        return child_file(Path(self.path), name, 0.05, seed)

    @property
    def plays(self) -> str:
        return self.desk.state.instruments["drone"].info.name


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_others_do_not_wait_for_a_model(house: House) -> None:
    house.launch(Swap("drone", str(house.child("rust")), over=0.0))
    house.launch(Set("drone", "gain", signal(0.4)))
    assert [type(each) for each in house.done] == [Outcome] and house.plays == "tiny"
    assert house.loader.finish() == 1 and house.plays == "rust"
    house.launch(Swap("drone", "gone"))
    house.loader.finish()
    assert house.failed[0].startswith("drone.swap: no model 'gone'") and len(house.done) == 2
    with pytest.raises(PlaudError, match="no instrument 'nobody'"):
        house.launch(Play("nobody", 0.0))


def test_what_is_offered_is_kept_told_and_listed(house: House) -> None:
    path = house.child("rust")
    digest = read(path).digest
    house.launcher.offer("drone", str(path), digest, house.done.append, house.fail)
    assert house.done == [] and house.loader.finish() == 1
    assert house.done == [{"name": "rust", "digest": digest}]
    said = [message["text"] for message in house.said("message")]
    assert "drone: rust is ready — drone.swap(), or drone.audition()" in said
    path.unlink()
    house.launch(Swap("drone", over=0.0))
    house.loader.finish()
    assert house.plays == "rust"
    house.launcher.models("drone", house.done.append, house.fail)
    house.loader.finish()
    assert digest in [each["digest"] for each in house.done[-1]["models"]]
    house.launcher.offer("drone", "/nowhere.plaud")
    house.loader.finish()
    assert any("/nowhere.plaud" in m["text"] for m in house.said("message"))


def test_undo_waits_for_a_model_that_was_let_go(house: House) -> None:
    for i in range(MOST_KEPT + 2):
        house.launch(Swap("drone", str(house.child(f"child_{i}", i)), over=0.0))
        house.loader.finish()
        house.play(RATE)
        house.desk.tidy()
    house.done.clear()
    for _ in range(MOST_KEPT + 2):
        house.launcher.undo("prompt", house.done.append, house.fail)
        house.play(RATE)
    assert len(house.loader.work) >= 1 and house.failed == []
    while house.loader.finish():
        house.play(RATE)
    assert len(house.done) == MOST_KEPT + 2 and house.plays == "tiny"


def test_a_session_that_cannot_be_written_is_said_once_and_all_the_same(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    house.models.store = Store(tmp_path / "file")
    for name in ("rust", "moss"):
        house.launch(Swap("drone", str(house.child(name)), over=0.0))
        house.loader.finish()
        house.play(RATE)
        assert house.plays == name
    assert len(house.noted) == 1 and house.noted[0].startswith("models are not kept with the session: ")
