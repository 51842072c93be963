"""The publisher's keeper, with a real one: pushes, what follows what plays, deaths that cost one push."""

import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compiler.ir.nodes import Gain, Series
from compiler.playable import write_judged, write_playable
from plaud_live.engine import publisher_keeper
from plaud_live.engine.link import Message
from plaud_live.engine.publisher_keeper import NICE, PublisherKeeper
from plaud_live.engine.watch import Watch
from tests.compiler.networks import fdn
from tests.processes import PATIENCE
from tests.pushing import StandIn, generation_of


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four reverbs that differ in level."""
    folder = tmp_path_factory.mktemp("rooms")
    hall = write_playable(folder / "0.json", fdn(lines=2, gain=0.8))
    root = hall.model.root
    assert isinstance(root, Series)
    for number in (1, 2, 3):
        level = Gain("level", np.full(2, 0.5 / number))
        model = replace(hall.model, root=Series(root.name, (*root.children, level)))
        write_judged(folder / f"{number}.json", model, hall.plan, hall.certificate)
    return [folder / f"{number}.json" for number in range(4)]


class House:
    """A supervisor with one child; `answers` is what engines are told."""

    def __init__(self, rooms: list[Path], folder: Path) -> None:
        self.rooms, self.dsp = rooms, folder / "live.dsp"
        self.watch = Watch()
        self.published: dict[str, Any] = {}
        self.logged: list[tuple[str, Any]] = []
        self.said: list[str] = []
        self.answers: list[Message] = []
        self.keeper = PublisherKeeper(self, folder, self.answers.append)  # type: ignore[arg-type]
        self.id = 0

    def publish(self, **fields: Any) -> None:
        self.published |= fields

    def log(self, kind: str, data: Any = None) -> None:
        self.logged.append((kind, data))

    def say(self, text: str) -> None:
        self.said.append(text)

    def wait(self, condition: Callable[[], object]) -> None:
        """Let the supervisor's loop run until it holds."""
        end = time.monotonic() + PATIENCE
        self.watch.later(0.01, self.tick)
        self.watch.run(lambda: not condition() and time.monotonic() < end)
        assert condition(), (self.answers, self.logged, self.said)

    def tick(self) -> None:
        self.watch.later(0.01, self.tick)

    def order(self, do: str, number: int = 0, **more: Any) -> str:
        """Give an order; its id."""
        self.id += 1
        path = self.rooms[number]
        what = {"path": str(path), "digest": hashlib.sha256(path.read_bytes()).hexdigest()}
        where = {"name": "live", "file": str(self.dsp)}
        self.keeper.order({"id": str(self.id), "do": do, **where, **what, **more})
        return str(self.id)

    def came(self, order_id: str) -> Message:
        """What is answered."""
        self.wait(lambda: any(each.get("id") == order_id for each in self.answers))
        return next(each for each in self.answers if each.get("id") == order_id)

    @property
    def following(self) -> Message | None:
        """What engines are shown."""
        told = [each["following"] for each in self.answers if each["do"] == "pushing"]
        return told[-1] if told else None


@pytest.fixture
def house(rooms: list[Path], tmp_path: Path) -> Iterator[House]:
    made = House(rooms, tmp_path)
    yield made
    made.keeper.end(PATIENCE)
    made.watch.close()


def test_a_push_is_answered_with_what_the_plugin_says_and_is_recorded(house: House) -> None:
    with StandIn(house.dsp):
        came = house.came(house.order("push"))
    assert (came["do"], came["outcome"], came["generation"]) == ("pushed", "played", 1)
    ((kind, event),) = house.logged
    assert kind == "push"
    assert (event["outcome"], event["verdict"], event["name"]) == ("played", "certified-stable", "live")
    assert os.getpriority(os.PRIO_PROCESS, house.published["publisher"]) >= NICE
    assert house.said == []


def test_it_is_there_before_the_first_push_once_another_reverb_plays(house: House) -> None:
    house.order("playing", 0)
    assert house.published == {}
    house.order("playing", 1)
    assert house.published["publisher"]
    assert not house.dsp.exists()


def test_whatever_plays_is_pushed_while_that_is_wanted(house: House) -> None:
    with StandIn(house.dsp) as plugin:
        house.order("playing", 0)
        house.came(house.order("push", 0, every=0.2))
        for number in (1, 2, 3):  # at most the first, and the last
            house.order("playing", number)
        configuration, last = house.dsp.with_name("live.json"), house.rooms[3].read_text()
        house.wait(lambda: configuration.read_text() == last)
        settled = time.monotonic() + 0.5  # the other files of this push come after it
        house.wait(lambda: time.monotonic() > settled)
        newest = generation_of(house.dsp)
        assert newest <= 3
        house.wait(lambda: house.following and house.following["generation"] == newest)
        assert house.following is not None
        assert (house.following["name"], house.following["every"]) == ("live", 0.2)
        assert house.came(house.order("stop"))["name"] == "live"
        house.order("playing", 1)
        assert house.following is None
        house.came(house.order("push", 2))
        assert plugin.seen[-1] == newest + 1
    assert house.came(house.order("stop"))["name"] is None
    assert house.said == []


def test_what_is_wrong_while_it_follows_is_said_once_and_that_it_is_right_again(house: House) -> None:
    with StandIn(house.dsp) as plugin:
        house.order("playing", 0)
        house.came(house.order("push", 0, every=0.01))
        plugin.error = "no memory"
        for number, generation in ((1, 2), (2, 3)):
            house.order("playing", number)
            house.wait(lambda wanted=generation: house.following["generation"] == wanted)  # type: ignore[index]
        assert len(house.said) == 1 and "the plugin says: no memory" in house.said[0]
        plugin.error = ""
        house.order("playing", 3)
        house.wait(lambda: len(house.said) == 2)
    assert "live is generation 4" in house.said[1]


def test_one_that_is_killed_during_a_push_costs_that_push_alone(house: House) -> None:
    number = house.order("push")
    os.kill(house.published["publisher"], signal.SIGKILL)
    came = house.came(number)
    assert came["outcome"] == "gone"
    assert came["text"] == "the publisher died (signal 9), and begins anew with the next push"
    with StandIn(house.dsp):
        assert house.came(house.order("push"))["outcome"] == "played"
    assert not list(house.dsp.parent.glob(".*.tmp"))


def test_what_follows_goes_on_after_a_death_but_not_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher_keeper, "AGAIN_SECONDS", 0.01)
    with StandIn(house.dsp):
        house.order("playing", 0)
        house.came(house.order("push", 0, every=0.01))
        os.kill(house.published["publisher"], signal.SIGKILL)
        house.wait(lambda: house.published["publisher"] is None)
        house.order("playing", 1)
        house.wait(lambda: house.following and house.following["generation"] == 2)
        assert generation_of(house.dsp) == 2
    monkeypatch.setattr(publisher_keeper, "MODULE", "no.such.module")
    os.kill(house.published["publisher"], signal.SIGKILL)
    house.wait(lambda: house.following is None)
    assert "publishers keep dying" in house.said[-1]
