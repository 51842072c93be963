"""The commands as the supervisor starts them: events, files that are always whole, and a clean end."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from compiler.playable import read_playable
from plaud_live.cli import main
from plaud_live.reverb.nodes import network_of
from tests.reverb.rooms import RATE, coupled

TIMEOUT = 240.0


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("room") / "room.wav"
    sound = coupled(np.full(7, 0.25), np.full(7, 0.5), 0.3, 0.8)
    soundfile.write(path, 0.5 * sound.T / np.abs(sound).max(), RATE)
    return path


class Worker:
    """`plaud-live reverb` in a process of its own, and what it says."""

    def __init__(self, *words: object, largest_file: int | None = None) -> None:
        def limit() -> None:
            if largest_file is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        read, write = os.pipe()
        command = [sys.executable, "-m", "plaud_live", "reverb", *map(str, words), "--report-fd", str(write)]
        self.process = subprocess.Popen(
            command, pass_fds=(write,), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, preexec_fn=limit
        )
        os.close(write)
        self._lines = os.fdopen(read)

    def event(self) -> dict[str, Any]:
        """The next one; {} after the last."""
        line = self._lines.readline()
        return json.loads(line) if line else {}

    def end(self) -> tuple[list[dict[str, Any]], int, str]:
        """All events that are left, the exit code, and what was printed as an error."""
        events = [json.loads(line) for line in self._lines]
        self._lines.close()
        assert self.process.stderr is not None
        with self.process.stderr as file:
            said = file.read().decode()
        return events, self.process.wait(TIMEOUT), said


@pytest.mark.slow
def test_a_fit_is_told_and_is_whole_at_every_moment(tmp_path: Path) -> None:
    worker = Worker("fit", "--from", "small_room", "--name", "small", "--t60", "0.8", "--out", tmp_path)
    path, seen = tmp_path / "small.json", set()
    while worker.process.poll() is None:
        if path.exists():
            network_of(json.loads(path.read_text()))
            seen.add(path.stat().st_ino)
        time.sleep(0.01)
    events, code, said = worker.end()
    assert code == 0, said
    states = [event for event in events if event["event"] == "state"]
    assert [event["generation"] for event in states] == list(range(1, len(states) + 1))
    assert len(states) >= 2 and seen
    last = events[-1]
    assert last["event"] == "fitted" and not last["stopped"] and "decays by 60 dB" in last["text"]
    found = read_playable(path)
    assert last["digest"] == found.digest and last["path"] == str(path)
    assert found.plan["t60"].neutral == pytest.approx(0.8, rel=0.02)
    assert Path(last["report"]).read_bytes().startswith(b"\x89PNG")
    progress = [event["done"] for event in events if event["event"] == "progress"]
    assert progress == sorted(progress)


def test_a_match_that_is_stopped_keeps_the_best(tmp_path: Path, room: Path) -> None:
    worker = Worker("match", room, "--name", "room", "--out", tmp_path, "--seconds", "600")
    states: list[dict[str, Any]] = []
    while len(states) < 2:
        event = worker.event()
        assert event.get("event") in ("state", "progress"), event
        states += [event] if event["event"] == "state" else []
    worker.process.send_signal(signal.SIGTERM)
    events, code, said = worker.end()
    assert code == 0, said
    last = events[-1]
    assert last["event"] == "fitted" and last["stopped"]
    losses = [event["loss"] for event in [*states, *events] if event["event"] == "state"]
    assert losses == sorted(losses, reverse=True)
    assert read_playable(tmp_path / "room.json").digest == last["digest"]


FITS = {
    "t60 of 0": ["--t60", "0"],
    "t60 of 1000": ["--t60", "1000"],
    "--t60 long": ["--t60", "long"],
    "wants --t60": [],
    "no reverb 'nothing'": ["--t60", "1", "--from", "nothing"],
    "is no reverb": ["--t60", "1", "--from", __file__],
    "--steps 0": ["--colorless", "--steps", "0"],
    "--name 'a/b'": ["--t60", "1", "--name", "a/b"],
}


@pytest.mark.parametrize("reason", FITS)
def test_a_fit_that_cannot_be_is_refused_in_one_line(
    tmp_path: Path, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    refused(["fit", "--name", "x", "--out", str(tmp_path), *FITS[reason]], reason, capfd)
    assert not list(tmp_path.iterdir())


def test_a_match_that_cannot_be_is_refused_in_one_line(
    tmp_path: Path, room: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    words = ["match", str(room), "--name", "x", "--out", str(tmp_path)]
    refused([*words, "--out", str(tmp_path / "file")], "cannot be made", capfd)
    refused([*words, "--seconds", "0"], "--seconds 0", capfd)
    refused([*words, "--from", str(room)], "is no reverb", capfd)
    refused(["match", str(tmp_path / "file"), *words[2:]], "no sound file", capfd)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """A file may have 2000 bytes: writing more fails, as on a disk that is full."""
    words = ("fit", "--from", "small_room", "--t60", "1", "--name", "a", "--out", tmp_path)
    events, code, said = Worker(*words, largest_file=2000).end()
    assert code == 2 and "cannot be written" in said and said.count("\n") == 1
    assert events[-1]["event"] == "failed" and events[-1]["text"] in said
    assert not list(tmp_path.iterdir())


def refused(words: list[str], reason: str, capfd: pytest.CaptureFixture[str]) -> None:
    read, write = os.pipe()
    code = main(["reverb", *words, "--report-fd", str(write)])
    os.close(write)
    with os.fdopen(read) as file:
        events = [json.loads(line) for line in file]
    said = capfd.readouterr().err
    assert code == 2 and reason in said and said.count("\n") == 1
    *before, failed = events
    assert failed == {"event": "failed", "text": failed["text"]} and failed["text"] in said
    assert all(event["event"] == "progress" for event in before)
