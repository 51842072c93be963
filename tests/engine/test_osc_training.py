"""Training over OSC: takes by name, never by path; how far it is goes to those who follow it."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from plaud_live.engine.access import Access
from plaud_live.engine.link import Message
from plaud_live.engine.osc_server import OscServer
from plaud_live.engine.training import Training
from tests.engine.osc_peer import Desk, Peer, message


class House:
    """A server with a take that is there, one in the bin, and a trainer that is asked."""

    def __init__(self, folder: Path) -> None:
        path = folder / "0001_home.wav"
        path.touch()
        self.path, self.desk = str(path), Desk()
        self.sent: list[Message] = []
        take = {"number": 1, "name": "home", "tags": ["good"], "binned": False, "path": self.path}
        takes = [take, {**take, "number": 2, "name": "gone", "binned": True}]
        self.desk.taking = SimpleNamespace(takes=takes)  # type: ignore[assignment]
        self.desk.training = Training(self.desk, self.sent.append)
        self.server = OscServer(0, self.desk, Access.parse(None, "abcdefgh12"), lambda: 0.0)
        self.peer = Peer(self.server)

    def train(self, *arguments: str | float) -> list[tuple[str, list[object]]]:
        return self.peer.ask(message("inst/drone/train", *arguments))  # type: ignore[return-value]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.peer.socket.close()
    made.server.close()


def test_takes_are_learnt_and_the_answer_names_the_child(house: House) -> None:
    assert house.train("good", 2.5) == []
    (sent,) = house.sent
    order = sent["order"]
    assert (order["instrument"], order["sources"], order["minutes"]) == ("drone", [house.path], 2.5)
    assert house.desk.training is not None
    house.desk.training.hear({"do": "training", "id": order["id"], "job": {"name": "m_2"}})
    assert house.peer.ask() == [("/plaud/done", ["/plaud/inst/drone/train", "m_2"])]


def test_minutes_may_be_left_out_and_a_refusal_is_told(house: House) -> None:
    house.train("home")
    order = house.sent[0]["order"]
    assert order["minutes"] == 4.0
    assert house.desk.training is not None
    refusal = {"do": "training", "id": order["id"], "error": "SettingsError", "text": "16 jobs wait already"}
    house.desk.training.hear(refusal)
    ((address, said),) = house.peer.ask()
    assert address == "/plaud/fail"
    assert said[2] == "16 jobs wait already"


@pytest.mark.parametrize("words", ["nobody", "gone", "", "/etc/passwd", "../0001_home.wav"])
def test_what_is_no_take_is_refused(house: House, words: str) -> None:
    ((address, said),) = house.train(words)
    assert address == "/plaud/fail"
    assert "take" in said[2]
    assert house.sent == []


@pytest.mark.parametrize("minutes", [-1.0, 1e6])
def test_so_are_minutes_beyond_a_day(house: House, minutes: float) -> None:
    ((address, said),) = house.train("home", minutes)
    assert (address, said[1]) == ("/plaud/fail", 400)
    assert house.sent == []


def test_without_a_trainer_it_is_said(house: House) -> None:
    house.desk.training = None
    ((address, said),) = house.train("home")
    assert (address, said[1]) == ("/plaud/fail", 503)


def test_progress_goes_to_those_who_follow_it(house: House) -> None:
    assert house.peer.ask(message("notify", 1, "train"))[0][0] == "/plaud/done"
    assert house.desk.training is not None
    house.desk.training.tell.append(lambda packet: house.server.teller.tell("train", packet))
    job = {"instrument": "drone", "name": "m_2", "stage": "training", "done": 0.5, "loss": 2.25}
    house.desk.training.hear({"do": "training", "jobs": [job]})
    house.server.teller.work(1.0)
    (told,) = (packet for packet in house.peer.ask() if packet[0] == "/plaud/train")
    assert told[1] == ["drone", "m_2", "training", 0.5, 2.25, 0.0]
