"""A session of the real instrument, rendered again from its record: the same to the bit as what was kept."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from plaud_live.cli import main
from plaud_live.control.keys import Keys, PlayNote
from plaud_live.control.osc import encode
from plaud_live.control.transaction import Load, Mark, Play, Set, Swap, Transaction
from plaud_live.engine.link import Client
from plaud_live.signals.graph import signal as constant
from plaud_live.signals.live import Live
from plaud_live.signals.noise import drift
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.transitions import to
from tests.models_for_tests import child_file, tiny_file
from tests.playing import Playing
from tests.processes import wait_for

pytestmark = pytest.mark.slow


class Session:
    """The instrument, and whoever plays it."""

    def __init__(self, folder: Path, **options: Any) -> None:
        fixed = {"osc_port": 0, "block_size": 128, "blocks": 8, "sink": "null"}
        self.playing = Playing(folder, engine="plaud_live.engine.process", **{**fixed, **options})
        wait_for(lambda: self.playing.instance.get("writer"), "the writer runs", 240.0)
        wait_for(lambda: self.playing.instance.get("osc_port"), "OSC is there")
        self.client: Client = self.playing.client()
        self._osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def do(self, *changes: Any) -> None:
        self.client.request("submit", transaction=Transaction(changes, str(changes)).to_data())

    def osc(self, address: str, *values: float) -> None:
        self._osc.sendto(encode(address, *values), ("127.0.0.1", self.playing.instance["osc_port"]))

    def beats(self, count: float) -> None:
        end = self.client.request("status")["beat"] + count
        wait_for(lambda: self.client.request("status")["beat"] >= end, f"{count} beats pass")

    def close(self) -> None:
        self._osc.close()
        self.client.close()
        self.playing.close()

    def end(self) -> Path:
        """The folder of the session that has ended."""
        self.close()
        (folder,) = self.playing.home.glob("sessions/*/events.jsonl")
        return folder.parent


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session(tmp_path)
    yield made
    made.playing.close()


def kept(folder: Path, number: int) -> tuple[np.ndarray, int]:
    """The mix of a take, and the engine sample at which it begins."""
    (path,) = folder.glob(f"takes/{number:04d}_*.jsonl")
    with path.open() as file:
        info = json.loads(file.readline())
    (mix,) = (each for each in folder.glob(f"takes/{number:04d}_*.wav") if each.name.count(".") == 1)
    return np.asarray(soundfile.read(mix, dtype="float32")[0]), int(info["start"])


def replayed(folder: Path, out: Path, *words: str) -> np.ndarray:
    assert main(["replay", str(folder), "--out", str(out), *words]) == 0
    return np.asarray(soundfile.read(out, dtype="float32")[0])


def test_everything_that_was_played_is_heard_again_to_the_bit(session: Session, tmp_path: Path) -> None:
    parent = tiny_file(tmp_path, "parent", harmonics=6)
    child = child_file(parent, "child", change=0.05)
    session.do(Load("drone", str(parent)), Play("drone", 2.0, 0.0))
    session.do(Set("drone", "z0", lfo(3)), Set("drone", "z1", drift(2, seed=5)))
    session.do(Set("drone", "gain", Live("osc/td/x", 0), text="osc"))
    for step in range(40):
        session.osc("/plaud/ctl/td/x", 0.3 + 0.01 * step)
        session.osc("/plaud/inst/drone/pan", 0.5 + 0.01 * (step % 7))
        time.sleep(0.01)
    session.beats(1)
    session.do(Swap("drone", str(child), over=2.0))
    session.beats(1)
    session.do(Mark("drone", "here"))
    session.do(Set("drone", "z", to(0.8, 2.0), text="to"))
    session.beats(1)
    session.client.request("undo")
    session.do(Set("drone", "z0", constant(0.2) / Live("osc/divisor", 0)))
    session.beats(1)
    session.osc("/plaud/ctl/divisor", 0.0)  # not finite: it is held
    session.beats(1)
    session.do(Set("drone", "z0", constant(0.4)))
    session.do(Keys("drone", voices=2, release=0.1), PlayNote("drone", 60.0, 0.7, None))
    session.beats(1)
    session.client.request("panic")
    session.beats(0.5)
    session.client.request("undo")
    session.beats(2)
    session.client.request("keep", beats=64.0, name="all")
    folder = session.end()
    sound, start = kept(folder, 1)
    assert np.abs(sound).max() > 0.01
    again = replayed(folder, tmp_path / "again.wav", "--stems")
    assert np.array_equal(again[start : start + len(sound)], sound)
    assert (tmp_path / "again.drone.wav").is_file()


def test_a_record_that_lacks_something_sounds_different(session: Session, tmp_path: Path) -> None:
    """The comparison can fail: one value of a controller less, and it does."""
    model = tiny_file(tmp_path, "tiny")
    session.do(
        Load("drone", str(model)), Play("drone", 0.0, 0.0), Set("drone", "gain", Live("osc/x", 0), text="x")
    )
    session.beats(0.5)
    session.osc("/plaud/ctl/x", 0.75)
    session.beats(2)
    session.client.request("keep", beats=64.0, name="all")
    folder = session.end()
    sound, start = kept(folder, 1)
    record = folder / "events.jsonl"
    lines = record.read_text().splitlines()
    without = [json.dumps(lacking(json.loads(line), "osc/x")) for line in lines]
    assert without != lines
    record.write_text("\n".join(without))
    again = replayed(folder, tmp_path / "again.wav")
    same = np.all(again[start : start + len(sound)] == sound, axis=1)
    assert same[: len(same) // 8].all() and np.mean(same[-len(same) // 8 :]) < 0.1


def lacking(event: dict[str, Any], name: str) -> dict[str, Any]:
    """An event without the rows that write a live input."""
    if event["kind"] == "taken":
        event["data"] = [row for row in event["data"] if row[0] != "write" or row[2] != name]
    return event


def test_a_session_goes_on_where_it_was_and_is_one_record(tmp_path: Path) -> None:
    model = tiny_file(tmp_path, "tiny")
    first = Session(tmp_path, session="gig")
    first.do(Load("drone", str(model)), Play("drone", 0.0, 0.0), Set("drone", "z0", lfo(2)))
    first.beats(2)
    first.client.request("keep", beats=64.0, name="first")
    folder = first.end()
    again = Session(tmp_path, session="gig")
    state = again.client.request("hello")["state"]
    assert '"lfo"' in json.dumps(state["instruments"]["drone"]["sources"]["z"])
    assert again.client.request("status")["instruments"]["drone"]["peak"] == 0.0, "nobody is startled"
    again.do(Play("drone", 0.5, 0.0))
    again.beats(3)
    again.client.request("keep", beats=64.0, name="second")
    assert again.end() == folder, "and there is one folder"
    kinds = [json.loads(line)["kind"] for line in (folder / "events.jsonl").read_text().splitlines()]
    assert kinds[kinds.index("end") + 1] == "resumed", "what was between is of neither"
    (sound, start), (other, later) = kept(folder, 1), kept(folder, 2)
    replay = replayed(folder, tmp_path / "again.wav")
    assert np.array_equal(replay[start : start + len(sound)], sound)
    assert np.array_equal(replay[later : later + len(other)], other)
    assert np.abs(sound).max() > 0.01 and np.abs(other).max() > 0.01


def test_a_new_session_of_the_same_name_is_another_one(tmp_path: Path) -> None:
    folders = []
    for new in (False, True):
        session = Session(tmp_path, session="gig", new=new)
        assert not session.client.request("hello")["state"]["instruments"]
        session.close()
        folders = sorted(each.name[16:] for each in (tmp_path / "home" / "sessions").iterdir())
    assert len(folders) == 2 and all("gig" in each for each in folders)
