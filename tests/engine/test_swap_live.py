"""Swaps in an engine of its own: over its socket and over OSC, kept with the session, and after a death."""

import contextlib
import json
import os
import signal as signals
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from plaud_live.control.transaction import Load, Play, Quant, Set, Swap
from plaud_live.engine import render
from plaud_live.errors import SessionError
from plaud_live.model_file import read
from plaud_live.signals.oscillators import lfo
from plaud_live.synths import warm
from tests.engine.test_process import START_SECONDS, Performer
from tests.models_for_tests import child_file
from tests.processes import wait_for

pytestmark = pytest.mark.slow


class Swapper(Performer):
    """A performer with a drone that plays, and children of its model in the folder of models."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, osc_port=0)
        self.tiny = folder / "home" / "models" / "tiny.plaud"
        for seed, name in enumerate(("rust", "moss")):
            child_file(self.tiny, name, 0.1, seed)
        self.submit(Quant(0.0), Load("drone", "tiny"), Play("drone", 0.0, 0.0), Set("drone", "z0", lfo(3)))
        wait_for(lambda: self.peak() > 0.001, "the drone is heard")

    @property
    def drone(self) -> dict[str, Any]:
        drone: dict[str, Any] = self.client.request("hello")["state"]["instruments"]["drone"]
        return drone

    def plays(self, name: str) -> None:
        """Wait until it plays a model, and nothing else."""
        wait_for(
            lambda: self.drone["info"]["name"] == name and not self.drone["passages"], f"it plays {name}"
        )

    def kept(self) -> set[str]:
        """Digests of the models in the session's folder."""
        return {path.stem for path in self.playing.home.glob("sessions/*/models/*.plaud")}


@pytest.fixture(scope="module")
def drone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swapper]:
    warm.warm()
    render.warm()
    made = Swapper(tmp_path_factory.mktemp("swap"))
    yield made
    made.close()


def test_it_crosses_without_a_click_and_the_record_has_the_digest(drone: Swapper) -> None:
    started = drone.status()["position"]
    wait_for(lambda: drone.status()["position"] > started + 44100, "a second of the parent is heard")
    said = drone.submit(Swap("drone", "rust", over=2.0))
    assert said["message"] == "drone: tiny → rust over 2 beats"
    drone.plays("rust")
    ended = drone.status()["position"] + 44100
    wait_for(lambda: drone.status()["position"] > ended + 22050, "a second of the child is heard")
    sound, _ = soundfile.read(drone.wav, dtype="float32")
    steps = np.abs(np.diff(sound[:, 0]))
    onset = np.flatnonzero(steps)[0]  # the file begins where the sink does, which may be long before
    first, last = steps[onset : onset + 44100].max(), steps[-44100:].max()
    assert steps.max() <= 1.2 * max(first, last)
    digest = read(drone.tiny.with_name("rust.plaud")).digest
    changes = [
        change
        for event in drone.playing.events
        if event["kind"] == "submit"
        for change in event["data"]["changes"]
        if change["do"] == "swap"
    ]
    assert changes[-1]["digest"] == digest
    assert drone.kept() >= {digest, read(drone.tiny).digest}


def test_undo_redo_and_a_refusal(drone: Swapper) -> None:
    drone.submit(Swap("drone", "tiny", over=0.0))
    drone.plays("tiny")
    drone.submit(Swap("drone", "moss", over=0.0))
    drone.plays("moss")
    drone.client.request("undo")
    drone.plays("tiny")
    drone.client.request("redo")
    drone.plays("moss")
    before = drone.drone
    with pytest.raises(Exception, match=r"drone\.swap: no model 'gone'"):
        drone.submit(Swap("drone", "gone"))
    assert drone.drone == before


def test_over_osc_it_is_done_or_fails(drone: Swapper) -> None:
    drone.submit(Swap("drone", "tiny", over=0.0))
    drone.plays("tiny")
    answer = drone.ask("inst/drone/swap", "rust", 0.5)
    assert answer.address == "/plaud/done"
    assert answer.arguments == ("/plaud/inst/drone/swap", "drone: tiny → rust over 0.5 beats")
    drone.plays("rust")
    assert drone.ask("inst/drone/back", 0.5).address == "/plaud/done"
    drone.plays("tiny")
    answer = drone.ask("inst/drone/swap", "gone")
    assert answer.address == "/plaud/fail" and "no model 'gone'" in answer.arguments[2]


def test_what_is_offered_is_what_a_swap_without_a_name_means(drone: Swapper) -> None:
    path = drone.tiny.with_name("moss.plaud")
    told = drone.client.request("offer", instrument="drone", path=str(path))
    assert told["name"] == "moss" and told["digest"] == read(path).digest
    wait_for(lambda: any("moss is ready" in str(e.get("text")) for e in drone.events), "it is told")
    drone.submit(Swap("drone", over=0.0))
    drone.plays("moss")
    models = drone.client.request("models", instrument="drone")["models"]
    assert {each["name"] for each in models} >= {"tiny", "rust", "moss"}
    assert json.dumps(models)


def test_an_engine_that_takes_over_plays_the_same_model_from_what_was_kept(drone: Swapper) -> None:
    path = drone.tiny.with_name("rust.plaud")
    drone.submit(Swap("drone", "rust", over=0.0))
    drone.plays("rust")
    path.unlink()
    wait_for(lambda: bool(drone.playing.instance.get("standby")), "a standby is there", START_SECONDS)
    old = drone.playing.instance["engine"]
    os.kill(old, signals.SIGKILL)
    drone.playing.wait_changed("engine", old)

    def sounds() -> bool:
        with contextlib.suppress(SessionError):
            status = drone.status()
            return bool(status["pid"] != old and status["instruments"]["drone"]["peak"] > 0.001)
        return False

    wait_for(sounds, "the new engine is heard")
    drone.plays("rust")
    drone.submit(Swap("drone", back=True, over=0.0))
    assert drone.drone["info"]["name"] != "rust"
