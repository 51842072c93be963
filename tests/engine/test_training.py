"""Training as the engine knows it: orders to the supervisor, answers from it, OSC packets."""

from pathlib import Path
from typing import Any

import pytest

from plaud_live.control.osc import OscMessage, parse
from plaud_live.engine.link import Message
from plaud_live.engine.training import Training, sources_named
from plaud_live.errors import ParameterError, PlaudError, SettingsError
from tests.engine.test_readers import state


class Desk:
    """Plays drone and pad."""

    state = state()


class Asked:
    """Training, what it has sent, and what has come of it."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.done: list[Message] = []
        self.failed: list[PlaudError] = []
        self.packets: list[OscMessage] = []
        self.training = Training(Desk(), self.sent.append)  # type: ignore[arg-type]
        self.training.tell.append(self._packet)

    def train(self, **data: Any) -> None:
        self.training.train({"instrument": "drone", **data}, self.done.append, self.failed.append)

    def _packet(self, packet: bytes) -> None:
        message = parse(packet)
        assert isinstance(message, OscMessage)
        self.packets.append(message)


def test_an_order_has_the_model_that_plays_and_the_defaults(tmp_path: Path) -> None:
    asked, info = Asked(), Desk.state.instruments["drone"].info
    asked.train(sources=[str(tmp_path)])
    (message,) = asked.sent
    order = message["order"]
    assert message["event"] == "trainer"
    assert (order["parent"], order["digest"], order["model"]) == (info.path, info.digest, info.name)
    assert (order["do"], order["minutes"], order["how"], order["name"]) == ("train", 4.0, "continual", None)
    asked.training.hear({"do": "training", "id": order["id"], "job": {"name": "x_2"}})
    assert asked.done == [{"name": "x_2"}]


def test_what_was_made_is_settled_by_its_digest() -> None:
    asked = Asked()
    asked.training.made.append(asked.training.settle)
    asked.training.hear({"do": "trained", "instrument": "drone", "digest": "d", "path": "/m/x.plaud"})
    assert asked.sent == [
        {"event": "trainer", "order": {"do": "settled", "instrument": "drone", "digest": "d"}}
    ]


def test_what_the_trainer_refuses_is_the_same_error(tmp_path: Path) -> None:
    asked = Asked()
    asked.train(sources=[str(tmp_path)])
    number = asked.sent[0]["order"]["id"]
    asked.training.hear({"do": "training", "id": number, "error": "SettingsError", "text": "taken"})
    assert [(type(error), str(error)) for error in asked.failed] == [(SettingsError, "taken")]
    asked.training.hear({"do": "training", "id": number, "job": {}})  # a second answer is nobody's
    assert asked.done == []


def test_nothing_is_sent_for_what_cannot_be() -> None:
    asked = Asked()
    with pytest.raises(ParameterError, match="no such file"):
        asked.train(sources=["/no/such/take"])
    with pytest.raises(PlaudError, match="nobody"):
        asked.training.train({"instrument": "nobody"}, asked.done.append, asked.failed.append)
    assert asked.sent == []


def test_progress_is_shown_and_told_over_osc() -> None:
    asked = Asked()
    job: Message = {"instrument": "drone", "name": "x_2", "how": "continual", "stage": "training"}
    job |= {"done": 0.5, "loss": 2.25, "left_seconds": 120.0}
    asked.training.hear({"do": "training", "jobs": [job | {"step": 7, "number": 1}]})
    assert asked.training.shown() == [job]
    (packet,) = asked.packets
    assert packet.address == "/plaud/train"
    assert packet.arguments == ("drone", "x_2", "training", 0.5, 2.25, 120.0)


def test_what_is_made_is_handed_on() -> None:
    asked = Asked()
    made: list[Message] = []
    asked.training.made.append(made.append)
    event = {
        "do": "trained",
        "instrument": "drone",
        "name": "x_2",
        "path": "/m/x_2.plaud",
        "digest": "d" * 64,
    }
    asked.training.hear(event)
    assert made == [event]
    assert asked.packets[-1].arguments[:4] == ("drone", "x_2", "trained", 1.0)


TAKES = [
    {"number": 1, "name": "home", "tags": ["good"], "binned": False, "path": "/s/0001_home.wav"},
    {"number": 2, "name": "take", "tags": [], "binned": True, "path": "/s/bin/0002_take.wav"},
    {"number": 3, "name": "bell", "tags": ["good"], "binned": False, "path": "/s/0003_bell.wav"},
]


@pytest.mark.parametrize(
    ("words", "numbers"), [("1", [1]), ("bell, home", [3, 1]), ("good", [1, 3]), ("0003_bell 3", [3])]
)
def test_takes_are_named_by_number_name_or_tag(words: str, numbers: list[int]) -> None:
    assert sources_named(words, TAKES) == [TAKES[number - 1]["path"] for number in numbers]


@pytest.mark.parametrize("words", ["", " , ", "2", "take", "nobody", "/etc/passwd", "../0001_home"])
def test_nothing_else_is_a_take(words: str) -> None:
    with pytest.raises(ParameterError, match="take"):
        sources_named(words, TAKES)
