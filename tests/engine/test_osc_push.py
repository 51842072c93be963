"""Pushing the reverb over OSC: the answer has generation, verdict, compile time; what goes wrong a code."""

from collections.abc import Iterator

import pytest

from plaud_live.control.reverbs import with_reverb
from plaud_live.engine.access import Access
from plaud_live.engine.link import Message
from plaud_live.engine.osc_clients import MOST_PUSHES
from plaud_live.engine.osc_server import OscServer
from plaud_live.engine.pushing import Pushing
from tests.engine.osc_peer import Desk, Peer, message
from tests.repl.silent import HALL

ADDRESS = "/plaud/verb/push"
PLAYED = {"outcome": "played", "generation": 7, "verdict": "certified-stable", "compile_ms": 12.5}


class House:
    """A server with a reverb, and a publisher that is asked."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.desk.conductor.state = with_reverb(self.desk.conductor.state, HALL, 0.0)
        self.sent: list[Message] = []
        self.desk.pushing = Pushing(self.desk, self.sent.append)
        self.server = OscServer(0, self.desk, Access.parse(None, "abcdefgh12"), lambda: 0.0)
        self.peer = Peer(self.server)

    def push(self, *arguments: str | float) -> list[tuple[str, list[object]]]:
        return self.peer.ask(message("verb/push", *arguments))  # type: ignore[return-value]

    def hear(self, **told: object) -> tuple[str, list[object]]:
        """The answer to the last push, once the supervisor has said this."""
        assert self.desk.pushing is not None
        self.desk.pushing.hear({"do": "pushed", "id": self.sent[-1]["order"]["id"], **told})
        (answer,) = self.peer.ask()
        return answer  # type: ignore[return-value]


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.peer.socket.close()
    made.server.close()


def test_the_answer_has_generation_verdict_and_compile_time(house: House) -> None:
    assert house.push() == []
    order = house.sent[0]["order"]
    assert (order["do"], order["name"], order["digest"]) == ("push", "live", HALL.digest)
    assert house.hear(**PLAYED) == ("/plaud/done", [ADDRESS, 7, "certified-stable", 12.5])


@pytest.mark.parametrize(
    ("outcome", "code"), [("refused", 422), ("error", 422), ("silent", 503), ("gone", 503)]
)
def test_what_goes_wrong_has_a_code_and_a_line(house: House, outcome: str, code: int) -> None:
    house.push()
    address, said = house.hear(**{**PLAYED, "outcome": outcome, "text": "this is why"})
    assert (address, said) == ("/plaud/fail", [ADDRESS, code, "this is why"])


def test_more_than_a_few_that_wait_are_left_out(house: House) -> None:
    for _ in range(MOST_PUSHES):
        assert house.push() == []
    ((address, said),) = house.push()
    assert (address, said[1]) == ("/plaud/fail", 409)
    assert len(house.sent) == MOST_PUSHES
    house.hear(**PLAYED)
    assert house.push() == []


def test_it_takes_no_arguments(house: House) -> None:
    ((address, said),) = house.push("live")
    assert (address, said[1]) == ("/plaud/fail", 400)
    assert house.sent == []


def test_without_a_publisher_or_a_reverb_that_is_said(house: House) -> None:
    house.desk.pushing = None
    ((address, said),) = house.push()
    assert (address, said[1]) == ("/plaud/fail", 503)
    house.desk.conductor.state = Desk().state
    house.desk.pushing = Pushing(house.desk, house.sent.append)
    ((address, said),) = house.push()
    assert (address, said[1]) == ("/plaud/fail", 503)
    assert house.sent == []
