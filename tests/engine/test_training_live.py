"""The real instrument learns while it plays: a trainer that is killed goes on, and its model is offered."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from plaud_live.control.transaction import Load, Play, Transaction
from plaud_live.model_file import read, read_header
from tests.models_for_tests import tiny_file
from tests.playing import Playing
from tests.processes import wait_for
from tests.signals import noise, sine

pytestmark = pytest.mark.slow

START_SECONDS, TRAIN_SECONDS = 240.0, 280.0


@pytest.fixture
def playing(tmp_path: Path) -> Iterator[Playing]:
    """A drone that sounds, of a small model."""
    started = Playing(tmp_path, engine="plaud_live.engine.process", osc_port=0, block_size=256, blocks=8)
    wait_for(lambda: started.instance.get("osc_port"), "it plays", START_SECONDS)
    changes = (Load("drone", str(tiny_file(tmp_path))), Play("drone", 0.0, 0.0))
    started.client().request("submit", transaction=Transaction(changes, "drone").to_data())
    yield started
    started.close()


def of_kind(playing: Playing, kind: str) -> list[Any]:
    """What the record has of one kind."""
    return [event["data"] for event in playing.events if event["kind"] == kind]


def test_a_trainer_that_is_killed_goes_on_and_its_model_is_offered(playing: Playing, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    for name, sound in {"hiss": noise(6 * 44100, 1, 0.2), "hum": sine(6 * 44100, 110.0, 44100, 0.4)}.items():
        soundfile.write(folder / f"{name}.wav", np.asarray(sound), 44100, subtype="PCM_24")
    client = playing.client()
    job = client.request("train", instrument="drone", sources=[str(folder)], minutes=0.1)["job"]
    assert job["name"] == "tiny_2"

    def stage() -> str:
        jobs = client.request("status")["train"]
        return str(jobs[0]["stage"]) if jobs else ""

    wait_for(lambda: stage() == "training", "it trains", TRAIN_SECONDS)
    os.kill(playing.instance["trainer"], signal.SIGKILL)
    wait_for(lambda: of_kind(playing, "trainer died"), "its death is noted")
    wait_for(lambda: of_kind(playing, "trained"), "it is trained", TRAIN_SECONDS)
    wait_for(lambda: not stage(), "the queue is empty")
    (made,) = of_kind(playing, "trained")
    model = read(made["path"])
    assert (model.name, model.digest) == ("tiny_2", made["digest"])
    assert model.parent == read(tmp_path / "tiny.plaud").digest
    assert read_header(made["path"])["training"]["how"] == "continual"
    said = [data["text"] for data in of_kind(playing, "message") if isinstance(data, dict)]
    known = client.request("models", instrument="drone")["models"]
    assert model.digest in {entry["digest"] for entry in known}
    assert any("tiny_2 is ready" in text for text in said)
    assert client.request("status")["instruments"]["drone"]["peak"] > 0.0
