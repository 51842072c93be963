"""The real instrument: takes are what the sound card was given, to the bit, whatever is killed meanwhile."""

import contextlib
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from plaud_live.control.transaction import Load, Play, Set, Transaction
from plaud_live.engine.link import Client
from plaud_live.errors import SessionError
from plaud_live.signals.graph import signal as constant
from plaud_live.signals.oscillators import lfo
from tests.playing import Playing
from tests.processes import wait_for

pytestmark = pytest.mark.slow

START_SECONDS = 240.0
BLOCK = 256


class Stage:
    """A drone that moves, written to heard.wav, and a client that asks for takes."""

    def __init__(self, folder: Path) -> None:
        self.heard_at = folder / "heard.wav"
        self.playing = Playing(
            folder,
            engine="plaud_live.engine.process",
            sink=str(self.heard_at),
            osc_port=0,
            block_size=BLOCK,
            blocks=8,
        )
        wait_for(lambda: self.playing.instance.get("writer"), "the writer runs", START_SECONDS)
        self.client: Client = self.playing.client()
        moves = Set("drone", "z0", lfo(1), 0.0, 0.0), Set("drone", "gain", constant(0.5), 0.0, 0.0)
        changes = (Load("drone", "default"), Play("drone", 0.0, 0.0), *moves)
        self.ask("submit", transaction=Transaction(changes, "drone").to_data())
        wait_for(lambda: self.status()["instruments"]["drone"]["peak"] > 0.001, "the drone sounds")
        wait_for(lambda: self.playing.instance.get("standby"), "a standby is warm", START_SECONDS)

    def ask(self, do: str, **data: Any) -> dict[str, Any]:
        """Ask an engine, and the next one where it has died."""
        for _ in range(4):
            with contextlib.suppress(SessionError):
                return self.client.request(do, **data)
        return self.client.request(do, **data)

    def status(self) -> dict[str, Any]:
        return self.ask("status")

    def wait_beats(self, beats: float) -> None:
        end = self.status()["beat"] + beats
        wait_for(lambda: self.status()["beat"] >= end, f"{beats} beats pass")

    def kill(self, name: str) -> None:
        """End a process at once, and wait for the next one."""
        old = self.playing.instance[name]
        os.kill(old, signal.SIGKILL)
        self.playing.wait_changed(name, old)

    def sound(self, info: dict[str, Any], track: str = "") -> np.ndarray:
        (folder,) = self.playing.home.glob("sessions/*/takes")
        path = folder / f"{info['number']:04d}_{info['name']}{track}.wav"
        return np.asarray(soundfile.read(path, dtype="float32")[0])

    def end(self) -> np.ndarray:
        """End the session; what the sink was given."""
        self.client.close()
        self.playing.close()
        return np.asarray(soundfile.read(self.heard_at, dtype="float32")[0])


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.client.close()
    if made.playing.process.poll() is None:
        made.playing.close()


def places(sound: np.ndarray, within: np.ndarray) -> int:
    """Where `sound` begins in a longer one, to the bit; -1 where it is not there."""
    for at in np.flatnonzero((within[:, 0] == sound[0, 0]) & (within[:, 1] == sound[0, 1])):
        if np.array_equal(within[at : at + len(sound)], sound):
            return int(at)
    return -1


def test_a_take_is_what_the_sound_card_was_given(stage: Stage) -> None:
    stage.wait_beats(3.0)
    info = stage.ask("keep", beats=2, name="home")["take"]
    assert info["tracks"] == ["mix", "input", "drone"] and info["gaps"] == []
    rate, bpm = stage.status()["sample_rate"], stage.status()["bpm"]
    assert info["samples"] == round(2 * 60.0 / bpm * rate)
    again = stage.ask("keep", beats=1)["take"]
    assert (again["number"], again["name"]) == (2, "take")
    started = stage.ask("play_take", number=1, at=0)
    wait_for(lambda: stage.status()["position"] > started["sample"] + 30_000, "it is heard for a while")
    both = stage.ask("keep", beats=4, name="both")["take"]
    assert both["tracks"] == ["mix", "input", "drone", "takes"]
    played, first = stage.sound(both, ".takes"), started["sample"] - both["start"]
    assert np.array_equal(played[first + 1000 : first + 20_000], stage.sound(info)[1000:20_000])
    kept, drone = stage.sound(info), stage.sound(info, ".drone")
    assert kept.shape == drone.shape and np.abs(kept).max() > 1e-3
    heard = stage.end()
    assert places(kept, heard) > 0
    kinds = [
        (e["kind"], e["data"]["start"], e["data"]["stop"])
        for e in stage.playing.events
        if e["kind"] == "take"
    ]
    assert kinds[0] == ("take", info["start"], info["start"] + info["samples"])


def test_a_recording_outlives_writers_and_engines_and_nothing_is_missing(stage: Stage) -> None:
    random.seed(1)
    stage.wait_beats(1.0)
    started = stage.ask("rec_start", name="long")["take"]
    wait_for(lambda: stage.status()["rec"], "it is shown that a recording goes on")
    for _ in range(3):
        stage.wait_beats(random.uniform(0.2, 1.0))
        stage.kill("writer")
    stage.wait_beats(1.0)
    wait_for(lambda: stage.playing.instance.get("standby"), "a standby is warm", START_SECONDS)
    before = stage.status()["position"]
    stage.kill("engine")
    wait_for(lambda: stage.status()["rec"], "the next engine knows of it")
    stage.wait_beats(1.0)
    stage.kill("writer")
    stage.wait_beats(1.0)
    info = stage.ask("rec_stop")["take"]
    assert info["gaps"] == [] and info["number"] == started["number"]
    kept = stage.sound(info)
    assert len(kept) == info["samples"] and stage.status()["rec"] is None
    heard = stage.end()
    until = before - info["start"] - BLOCK  # the last that the sink has is faded out
    assert until > 40_000 and places(kept[:until], heard) > 0  # up to the engine's death
    assert places(kept[-30_000:], heard) > 0  # and after it


def test_when_all_is_killed_every_file_opens_and_a_second_is_lost_at_most(stage: Stage) -> None:
    info = stage.ask("rec_start", name="last", bits=24)["take"]
    stage.wait_beats(3.0)
    position = stage.status()["position"]
    now = stage.playing.instance
    for name in ("writer", "engine", "sink"):
        os.kill(now[name], signal.SIGKILL)
    os.kill(stage.playing.process.pid, signal.SIGKILL)
    stage.playing.process.wait()
    kept = stage.sound(info)
    assert len(kept) >= position - info["start"] - 44_100
    heard = np.asarray(soundfile.read(stage.heard_at, dtype="float32")[0])
    n = min(len(kept), 60_000)
    scaled = np.rint(heard.astype(np.float64) * 2**23) / 2**23
    assert places(kept[: n // 2], scaled.astype(np.float32)) > 0
