"""What is asked of the writer: from where to where, with which state; by OSC too."""

from collections.abc import Iterator
from typing import Any

import pytest

from plaud_live.control.transaction import Load, Set, Tempo, Transaction
from plaud_live.engine.osc_server import OscServer
from plaud_live.engine.taking import Taking
from plaud_live.engine.tracks import Tracks
from plaud_live.errors import ParameterError, PlaudError
from plaud_live.signals.graph import signal
from tests.engine.osc_peer import Desk, Peer, message

RATE = 44100


class Room:
    """A desk whose time stands still, and a supervisor that keeps the orders."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.tracks = Tracks.create()
        self.sent: list[dict[str, Any]] = []
        self.taking = Taking(self.desk, self.tracks, lambda: self.desk.now, self.sent.append)
        self.desk.taking = self.taking
        self.done: list[dict[str, Any]] = []
        self.failed: list[PlaudError] = []

    def submit(self, *changes: Any) -> None:
        self.desk.submit(Transaction(changes, "typed"))
        self.taking.remember()

    def keep(self, beats: object, name: object = None) -> dict[str, Any]:
        self.taking.keep(beats, name, "prompt", self.done.append, self.failed.append)
        return dict(self.sent[-1]["order"])


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_take_ends_now_and_begins_so_many_beats_ago(room: Room) -> None:
    room.desk.now = 60 * RATE
    order = room.keep(8, "home")
    assert (order["do"], order["name"], order["stop"]) == ("keep", "home", 60 * RATE)
    assert order["start"] == 60 * RATE - round(8 * 60 / 92 * RATE) and order["beats"] == 8
    assert order["sample_rate"] == RATE and order["mix_delay"] == room.tracks.get("delay")


def test_beats_are_those_of_the_tempo_that_was(room: Room) -> None:
    room.desk.now = 10 * RATE
    room.submit(Tempo(184.0, at=0.0))
    room.desk.now += round(4 * 60 / 184 * RATE)
    order = room.keep(8)
    assert abs(order["start"] - (10 * RATE - 4 * 60 / 92 * RATE)) <= 2


def test_it_goes_back_to_what_there_is_and_says_how_many_beats_that_is(room: Room) -> None:
    room.desk.now = 3 * RATE
    order = room.keep(64)
    assert order["start"] == 0 and order["beats"] == pytest.approx(3 * 92 / 60)
    room.desk.now = 3600 * RATE
    assert room.keep(10_000)["start"] == 3000 * RATE


@pytest.mark.parametrize("beats", [0, -1, "8", None, True, float("nan"), 1e9])
def test_what_is_no_number_of_beats_is_refused(room: Room, beats: object) -> None:
    room.desk.now = RATE
    with pytest.raises(ParameterError, match="how many beats"):
        room.keep(beats)


def test_the_state_is_that_of_the_first_sample(room: Room) -> None:
    for second, value in ((10, 0.1), (20, 0.2), (30, 0.3)):
        room.desk.now = second * RATE
        room.submit(Set("drone", "pan", signal(value), 0.0, 0.0))
    room.desk.now = 35 * RATE
    order = room.keep(92 / 60 * 12)  # 12 seconds
    assert order["state_sample"] == 20 * RATE
    assert "0.2" in str(order["state"]["instruments"]) and "0.3" not in str(order["state"]["instruments"])


def test_many_states_are_thinned_and_the_last_ones_are_all_there(room: Room) -> None:
    for step in range(9000):
        room.desk.now = 1000 * step
        room.taking.remember()
    assert len(room.taking._states) <= 1024
    assert [since for since, _ in list(room.taking._states)[-400:]] == [1000 * n for n in range(8600, 9000)]


def test_an_answer_goes_to_who_asked(room: Room) -> None:
    room.desk.now = RATE
    first, second = room.keep(1), room.keep(1)
    room.taking.hear({"do": "written", "id": second["id"], "error": "ParameterError", "text": "no"})
    room.taking.hear({"do": "written", "id": first["id"], "take": {"number": 1}})
    room.taking.hear({"do": "written", "id": "of another engine", "take": {"number": 9}})
    assert room.done == [{"number": 1}] and [str(error) for error in room.failed] == ["no"]
    assert isinstance(room.failed[0], ParameterError)


def test_a_key_is_the_orders_own_name(room: Room) -> None:
    """An engine before may have passed it on already: the writer makes of both one take."""
    room.desk.now = RATE
    answers = room.done.append, room.failed.append
    room.taking.keep(1, None, "prompt", *answers, key="abc")
    room.taking.start(None, 32, "prompt", *answers, key="x" * 1000)
    assert [each["order"]["id"] for each in room.sent] == ["abc", "x" * 64]
    room.taking.hear({"do": "written", "id": "abc", "take": {"number": 1}})
    assert room.done == [{"number": 1}]


def test_a_recording_is_timed_by_the_tracks(room: Room) -> None:
    room.desk.now = 50 * RATE
    assert room.taking.seconds is None
    with pytest.raises(ParameterError, match=r"rec\.start"):
        room.taking.stop("prompt", room.done.append, room.failed.append)
    room.tracks.set("recording", 40 * RATE + 1)
    assert room.taking.seconds == 10.0
    room.taking.stop("prompt", room.done.append, room.failed.append)
    order = room.sent[-1]["order"]
    assert (order["do"], order["stop"], order["beats"]) == ("stop", 50 * RATE, pytest.approx(10 * 92 / 60))


@pytest.fixture
def peer(room: Room) -> Iterator[Peer]:
    server = OscServer(0, room.desk, clock=lambda: 0.0)
    client = Peer(server)
    yield client
    client.socket.close()
    server.close()


def test_over_osc_the_answer_comes_with_the_take(room: Room, peer: Peer) -> None:
    room.desk.now = 60 * RATE
    assert peer.ask(message("rec/keep", 8.0, "home")) == []
    order = room.sent[-1]["order"]
    assert (order["name"], order["by"], order["beats"]) == ("home", "osc", 8.0)
    room.taking.hear({"do": "written", "id": order["id"], "take": {"number": 3, "name": "home"}})
    assert peer.heard() == [("/plaud/done", ["/plaud/rec/keep", "0003_home"])]
    assert peer.ask(message("rec/start"), message("rec/stop")) == [
        ("/plaud/fail", ["/plaud/rec/stop", 422, "nothing is being recorded — rec.start() begins"])
    ]
    room.taking.takes = [
        {"number": 3, "name": "home", "binned": False},
        {"number": 4, "name": "x", "binned": True},
    ]
    assert peer.ask(message("list", "takes")) == [("/plaud/list.reply", ["takes", "0003_home"])]


def test_over_osc_a_flood_of_takes_is_left_out(room: Room, peer: Peer) -> None:
    room.desk.now = 60 * RATE
    replies = peer.ask(*(message("rec/keep", 8.0) for _ in range(20)))
    assert len(room.sent) == 1
    assert [said[1] for _, said in replies] == [409] * 19


def test_over_osc_the_status_says_whether_it_records(room: Room, peer: Peer) -> None:
    status = room.desk.status()
    room.desk.status = lambda: {**status, "rec": 3.2}  # type: ignore[method-assign]
    assert peer.ask(message("status"))[0][1][8] == 1


def test_a_name_that_is_a_path_is_refused_over_osc(room: Room, peer: Peer) -> None:
    room.desk.now = 60 * RATE
    ((address, said),) = peer.ask(message("rec/keep", 8.0, "../../x"))
    assert (address, said[1]) == ("/plaud/fail", 400) and not room.sent


def test_nobody_else_is_asked(room: Room) -> None:
    room.submit(Load("bells", "m"))
    assert room.sent == []
