"""Pushing as the engine knows it: orders to the supervisor, what comes of them, and what plays."""

from pathlib import Path
from typing import Any

import pytest

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.parameters import ReverbInfo
from plaud_live.control.reverbs import with_reverb
from plaud_live.control.state import State
from plaud_live.engine.link import Message
from plaud_live.engine.pushing import Pushing
from plaud_live.errors import ParameterError, PlaudError, ReverbError, SessionError, SettingsError

RATE = 44100


def info(name: str) -> ReverbInfo:
    return ReverbInfo(name, f"/reverbs/{name}.json", name * 16, 2.0, 0.1, 10.0)


class Desk:
    """Plays a reverb from a beat on, at 120 beats a minute."""

    def __init__(self) -> None:
        self.state = with_reverb(State(TempoMap(RATE)), info("hall"), 0.0)
        self.next_sample = 0


class Asked:
    """Pushing, what it has sent, and what has come of it."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.done: list[Message] = []
        self.failed: list[PlaudError] = []
        self.desk = Desk()
        self.now = 100.0
        self.pushing = Pushing(self.desk, self.sent.append, lambda: self.now)

    @property
    def orders(self) -> list[Message]:
        assert all(each["event"] == "publisher" for each in self.sent)
        return [each["order"] for each in self.sent]

    def push(self, **data: Any) -> None:
        self.pushing.push(data, self.done.append, self.failed.append)

    def hear(self, outcome: str, **told: Any) -> None:
        number = self.orders[-1]["id"]
        self.pushing.hear({"do": "pushed", "id": number, "outcome": outcome, "text": "so it is", **told})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PLAUD_DSP", raising=False)
    return Asked()


def test_an_order_has_what_plays_and_where_it_goes(asked: Asked, tmp_path: Path) -> None:
    asked.push()
    asked.push(name="other", every=0.5)
    first, second = asked.orders
    assert (first["do"], first["path"], first["digest"]) == ("push", "/reverbs/hall.json", "hall" * 16)
    assert (first["name"], first["file"], first["every"]) == (
        "live", str(tmp_path / ".plaud-live" / "live.dsp"), None,
    )  # fmt: skip
    assert (second["file"], second["every"]) == (str(tmp_path / ".plaud-live" / "other.dsp"), 0.5)
    assert asked.pushing.waiting == 2
    asked.hear("played", generation=3)
    assert asked.done == [{"outcome": "played", "text": "so it is", "generation": 3}]
    assert asked.pushing.waiting == 1


@pytest.mark.parametrize(
    ("name", "place"), [("live", "mine.dsp"), ("live2", "mine2.dsp"), ("lively", None), ("livé", None)]
)
def test_the_file_is_the_one_that_the_plugin_watches(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, place: str | None
) -> None:
    monkeypatch.setenv("PLAUD_DSP", str(tmp_path / "mine.dsp"))
    if not name.isascii():
        with pytest.raises(SettingsError, match="wants 1 to 64 letters"):
            asked.push(name=name)
        return
    asked.push(name=name)
    wanted = tmp_path / ".plaud-live" / f"{name}.dsp" if place is None else tmp_path / place
    assert asked.orders[0]["file"] == str(wanted)


@pytest.mark.parametrize(
    ("outcome", "kind"), [("refused", ReverbError), ("error", ReverbError), ("gone", SessionError)]
)
def test_what_went_wrong_is_an_error(asked: Asked, outcome: str, kind: type[PlaudError]) -> None:
    asked.push()
    asked.hear(outcome)
    assert [(type(error), str(error)) for error in asked.failed] == [(kind, "so it is")]
    assert asked.done == []
    asked.hear(outcome)  # a second answer is nobody's
    assert len(asked.failed) == 1


def test_that_no_plugin_answers_is_none(asked: Asked) -> None:
    asked.push()
    asked.hear("silent")
    assert asked.done[0]["outcome"] == "silent"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"name": "a/b"}, "push: name='a/b': wants 1 to 64 letters, digits, _ or -"),
        ({"name": ""}, "wants 1 to 64 letters"),
        ({"name": ".."}, "wants 1 to 64 letters"),
        ({"name": "x" * 65}, "wants 1 to 64 letters"),
        ({"name": 3}, 'verb.push(3): wants a name in quotes, as in "live"'),
        ({"every": 0}, "verb.push(every=0): wants seconds, 0.1 to 3600"),
        ({"every": True}, "wants seconds"),
        ({"every": "1"}, "wants seconds"),
        ({"every": float("nan")}, "wants seconds"),
    ],
)
def test_nothing_is_sent_for_what_cannot_be(asked: Asked, data: dict[str, Any], says: str) -> None:
    with pytest.raises((ParameterError, SettingsError)) as caught:
        asked.push(**data)
    assert says in str(caught.value)
    assert asked.sent == []


def test_a_watched_file_of_another_ending_is_refused(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUD_DSP", "/tmp/live.txt")
    with pytest.raises(SettingsError, match=r"PLAUD_DSP is /tmp/live.txt: wants a file that ends in .dsp"):
        asked.push()


def test_what_plays_is_told_once_and_not_before_it_begins(asked: Asked) -> None:
    pushing, desk = asked.pushing, asked.desk
    for _ in range(2):
        pushing.look()
    assert [(each["do"], each["digest"]) for each in asked.orders] == [("playing", "hall" * 16)]
    desk.state = with_reverb(desk.state, info("room"), 16.0)
    pushing.look()
    begins = desk.state.tempo.sample(16.0) / RATE
    assert pushing.due == pytest.approx(100.0 + begins)
    asked.now += begins
    desk.next_sample = round(begins * RATE)
    pushing.work(asked.now)
    assert asked.orders[-1]["digest"] == "room" * 16
    assert pushing.due == float("inf")


def test_what_is_followed_is_shown(asked: Asked) -> None:
    for following in ({"name": "live", "every": 0.5}, None):
        asked.pushing.hear({"do": "pushing", "following": following})
        assert asked.pushing.shown() == following


def test_stopping_is_answered(asked: Asked) -> None:
    asked.pushing.stop(asked.done.append, asked.failed.append)
    assert asked.orders[-1]["do"] == "stop"
    asked.pushing.hear({"do": "pushed", "id": asked.orders[-1]["id"], "name": "live"})
    assert asked.done == [{"name": "live"}]


def test_without_a_reverb_there_is_nothing_to_push(asked: Asked) -> None:
    asked.desk.state = State(TempoMap(RATE))
    asked.pushing.look()
    with pytest.raises(ParameterError, match="no reverb here"):
        asked.push()
    assert asked.sent == []
