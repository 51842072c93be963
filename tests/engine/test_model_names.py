"""The names of models: a folder that takes its time holds up nobody."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plaud_live.engine import osc_clients
from plaud_live.engine.model_names import (
    CACHED_SECONDS,
    MOST_WAITING,
    PATIENCE_SECONDS,
    ModelNames,
)
from plaud_live.engine.osc_server import OscServer
from plaud_live.errors import OscError
from plaud_live.settings import built_in_models, model_names
from tests.engine.osc_peer import Desk, Peer, message, serve
from tests.processes import wait_for

Found = list[str] | OscError


class Disk:
    """A folder that is read when the test lets it be, and how often it was."""

    def __init__(self) -> None:
        self.names, self.reads = ["default"], 0
        self.let = threading.Event()
        self.error: OSError | None = None

    def read(self) -> list[str]:
        self.reads += 1
        self.let.wait(30.0)
        if self.error is not None:
            raise self.error
        return self.names


@pytest.fixture
def disk() -> Iterator[Disk]:
    made = Disk()
    yield made
    made.let.set()


class Asker:
    """What was answered."""

    def __init__(self, disk: Disk) -> None:
        self.names = ModelNames(disk.read)
        self.answers: list[Found] = []

    def ask(self, now: float = 0.0) -> None:
        self.names.ask(self.answers.append, now)

    def answered(self, count: int, now: float = 0.0) -> bool:
        self.names.work(now)
        return len(self.answers) >= count


def test_all_who_ask_meanwhile_are_answered_of_one_look(disk: Disk) -> None:
    asker = Asker(disk)
    for _ in range(3):
        asker.ask()
    assert not asker.answered(1) and asker.names.due < 1.0
    disk.let.set()
    wait_for(lambda: asker.answered(3), "the folder is read")
    assert asker.answers == [["default"]] * 3 and disk.reads == 1
    assert asker.names.due == float("inf")


def test_what_was_read_a_moment_ago_is_known(disk: Disk) -> None:
    asker = Asker(disk)
    disk.let.set()
    asker.ask()
    wait_for(lambda: asker.answered(1), "the folder is read")
    disk.names = ["default", "new"]
    asker.ask(CACHED_SECONDS - 0.1)
    assert asker.answers[1] == ["default"]
    asker.ask(CACHED_SECONDS + 0.1)
    wait_for(lambda: asker.answered(3, CACHED_SECONDS + 0.1), "the folder is read again")
    assert asker.answers[2] == ["default", "new"]


def test_a_folder_that_hangs_is_waited_for_so_long_by_so_many(disk: Disk) -> None:
    asker = Asker(disk)
    for _ in range(MOST_WAITING):
        asker.ask()
    with pytest.raises(OscError) as caught:
        asker.ask()
    assert caught.value.code == 409
    assert asker.answered(MOST_WAITING, PATIENCE_SECONDS)
    assert {each.code for each in asker.answers if isinstance(each, OscError)} == {503}
    asker.ask(PATIENCE_SECONDS)
    assert disk.reads == 1, "no second thread beside one that hangs"


def test_a_folder_that_cannot_be_read_is_an_answer(disk: Disk) -> None:
    asker = Asker(disk)
    disk.error = PermissionError(13, "Permission denied")
    disk.let.set()
    asker.ask()
    wait_for(lambda: asker.answered(1), "it fails")
    (answer,) = asker.answers
    assert isinstance(answer, OscError) and "Permission denied" in str(answer)


def test_models_are_files_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    for name in ("b.plaud", "a.plaud", "notes.txt"):
        (tmp_path / "models" / name).touch()
    assert model_names() == sorted({"a", "b", *built_in_models()})


def test_a_slow_disk_holds_up_no_message(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    make: Callable[[], ModelNames] = lambda: ModelNames(disk.read)  # noqa: E731
    monkeypatch.setattr(osc_clients, "ModelNames", make)
    server = OscServer(0, Desk(), clock=lambda: 0.0)
    asker, performer = Peer(server), Peer(server)
    assert asker.ask(message("list", "models"), message("ping", 1)) == [("/plaud/pong", [1])]
    assert performer.ask(message("ping", 2)) == [("/plaud/pong", [2])]
    disk.let.set()

    def heard() -> bool:
        server.work()
        serve(server)
        return server.due == float("inf")

    wait_for(heard, "the folder is read")
    assert asker.heard() == [("/plaud/list.reply", ["models", "default"])]
    for peer in (asker, performer):
        peer.socket.close()
    server.close()
