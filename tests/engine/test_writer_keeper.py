"""The keeper of the writer: orders outlive writers, and are refused where nobody can write."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plaud_live.engine import writer_keeper
from plaud_live.engine.capture import Capture
from plaud_live.engine.tracks import GRID, Tracks
from plaud_live.engine.watch import Watch
from plaud_live.engine.writer_keeper import WriterKeeper
from tests.processes import PATIENCE
from tests.recording.stage import LENGTH, RATE, form


class House:
    """A supervisor with one child, a real writer; what engines are told is in `told`."""

    def __init__(self, folder: Path | None) -> None:
        self.watch = Watch()
        self.tracks = Tracks.create(LENGTH)
        self.capture = Capture(self.tracks, 0, RATE, 0)
        self.published: dict[str, Any] = {}
        self.logged: list[tuple[str, Any]] = []
        self.said: list[str] = []
        self.told: list[dict[str, Any]] = []
        self.keeper = WriterKeeper(self, folder, self.told.append)  # type: ignore[arg-type]

    def publish(self, **fields: Any) -> None:
        self.published |= fields

    def log(self, kind: str, data: Any = None) -> None:
        self.logged.append((kind, data))

    def say(self, text: str) -> None:
        self.said.append(text)

    def wait(self, condition: Any) -> None:
        """Let the supervisor's loop run until it holds."""
        end = time.monotonic() + PATIENCE
        self.watch.later(0.01, self.tick)
        self.watch.run(lambda: not condition() and time.monotonic() < end)
        assert condition(), (self.told, self.logged, self.said)

    def tick(self) -> None:
        self.watch.later(0.01, self.tick)

    def play(self, blocks: int) -> None:
        for _ in range(blocks):
            at = self.tracks.get("written")
            self.capture.begin(at, GRID)
            self.capture.end()
            self.capture.advance(at + GRID)

    def answers(self, order_id: str) -> list[dict[str, Any]]:
        return [each for each in self.told if each.get("id") == order_id]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "session")
    yield made
    made.keeper.end(PATIENCE)
    made.watch.close()


def keep(order_id: str, stop: int) -> dict[str, Any]:
    return {"id": order_id, "do": "keep", "kind": "keep", "name": "home", "start": 0, "stop": stop, **form()}


def test_an_order_outlives_the_writer_that_was_given_it(house: House) -> None:
    house.play(8)
    house.keeper.start()
    house.wait(lambda: house.tracks.get("captured") == 8 * GRID)
    house.keeper.order(keep("a", 10 * GRID))  # it waits for its last samples
    first = house.published["writer"]
    house.wait(lambda: list(Path(house.keeper._folder or "").glob("takes/0001.json")))
    os.kill(first, signal.SIGKILL)
    house.wait(lambda: house.published["writer"] not in (None, first))
    house.play(4)
    house.wait(lambda: house.answers("a"))
    (answer,) = house.answers("a")
    assert answer["take"]["number"] == 1 and answer["take"]["samples"] == 10 * GRID
    kinds = [kind for kind, _ in house.logged]
    assert kinds.count("writer died") == 1 and kinds.count("commit") == 1
    assert [each["takes"] for each in house.told if each["do"] == "takes"][-1][0]["name"] == "home"


def test_killing_it_at_once_again_and_again_is_no_reason_to_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_keeper, "AGAIN_SECONDS", 0.0)
    house.play(8)
    house.keeper.start()
    for _ in range(writer_keeper.MAX_CRASHES + 2):
        now = house.published["writer"]
        os.kill(now, signal.SIGKILL)
        house.wait(lambda now=now: house.published["writer"] not in (None, now))
    house.wait(lambda: house.tracks.get("captured") == 8 * GRID)
    assert house.said == []


def test_the_end_finishes_a_recording(house: House) -> None:
    house.play(4)
    house.keeper.start()
    house.keeper.order({**keep("a", 0), "do": "start", "kind": "rec", "start": 2 * GRID, "stop": None})
    house.wait(lambda: house.answers("a"))
    house.play(6)
    house.keeper.end(PATIENCE)
    record = house.logged[-1][1]
    assert record["kind"] == "rec" and record["data"]["samples"] == 8 * GRID


def test_where_nobody_can_write_orders_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_keeper, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(writer_keeper, "MAX_CRASHES", 2)
    (tmp_path / "session").write_text("no folder")
    house = House(tmp_path / "session")
    house.keeper.start()
    house.keeper.order(keep("a", GRID))
    house.wait(lambda: house.answers("a"))
    assert "no takes" in house.answers("a")[0]["text"] and "not recorded" in house.said[0]
    house.keeper.order(keep("b", GRID))
    assert house.answers("b")[0]["error"] == "SessionError"
    (tmp_path / "session").unlink()  # now it could be made
    house.keeper.start()
    house.play(2)
    house.wait(lambda: house.tracks.get("captured"))
    house.keeper.order(keep("c", GRID))
    house.wait(lambda: house.answers("c"))
    assert house.answers("c")[0]["take"]["number"] == 1 and len(house.said) == 1
    house.keeper.end(PATIENCE)
    house.watch.close()


def test_a_session_without_a_folder_says_so_when_it_is_asked() -> None:
    house = House(None)
    house.keeper.start()
    house.keeper.order(keep("a", GRID))
    assert "has no folder" in house.answers("a")[0]["text"]
    house.watch.close()
