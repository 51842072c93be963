"""`drone.train` at the prompt: what it takes, what it asks of the engine, what it shows."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.repl.silent import Prompt


@dataclass(frozen=True)
class Take:
    """What has been recorded."""

    path: Path


@pytest.fixture
def prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    """With a recording and a folder in PLAUD_HOME, and a take."""
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    (tmp_path / "rust").mkdir()
    soundfile.write(tmp_path / "knock.wav", np.zeros(44100), 44100)
    made = Prompt()
    made.namespace.names["take"] = Take(tmp_path / "knock.wav")
    return made


def test_it_is_asked_for_and_said_what_it_is_called(prompt: Prompt, tmp_path: Path) -> None:
    shown = prompt.accept('drone.train("rust")')
    assert shown == "default_2 begins: 4 min, the sound goes on"
    (job,) = prompt.engine.jobs
    assert job["instrument"] == "drone"
    assert job["sources"] == [str(tmp_path / "rust")]
    assert (job["minutes"], job["how"]) == (4, "continual")


@pytest.mark.parametrize("material", ["take", "'knock.wav'", "sound('knock.wav')", "[take, 'rust']"])
def test_takes_recordings_and_lists_of_them_will_do(prompt: Prompt, tmp_path: Path, material: str) -> None:
    shown = prompt.accept(f"drone.train({material}, mins=.5, name='rusty', how='fresh')")
    assert shown == "rusty begins: 0.5 min, the sound goes on"
    (job,) = prompt.engine.jobs
    folder = [str(tmp_path / "rust")] if "rust" in material else []
    assert job["sources"] == [str(tmp_path / "knock.wav"), *folder]
    assert (job["minutes"], job["name"], job["how"]) == (0.5, "rusty", "fresh")


def test_stop_and_a_look_at_it(prompt: Prompt) -> None:
    assert "is not being trained" in prompt.accept("drone.train")
    prompt.accept("drone.train(take)")
    prompt.engine.jobs[0] |= {"stage": "training", "done": 0.25, "loss": 1.5, "left_seconds": 180.0}
    assert prompt.accept("drone.train") == "default_2: 25% L 1.50 3m"
    assert prompt.accept("drone.train.stop()") == "default_2 stops after its step and is saved"
    assert prompt.engine.asked[-2:] == ["train_stop", "entry"]


def test_all_takes_and_those_of_a_tag_will_do(prompt: Prompt, tmp_path: Path) -> None:
    path = str(tmp_path / "knock.wav")
    take = {"id": "a", "number": 1, "name": "home", "tags": ["good"], "binned": False, "path": path}
    prompt.performance.takes = [take, {**take, "id": "b", "number": 2, "tags": []}]
    prompt.accept("drone.train(takes.good)")
    prompt.accept("drone.train(takes)")
    assert [job["sources"] for job in prompt.engine.jobs] == [[path], [path, path]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("drone.train(3)", "drone.train(…): wants a take, a recording, a folder, or a list of those"),
        ("drone.train([])", "wants a take, a recording, a folder, or a list of those"),
        ("drone.train('')", "wants a take, a recording, a folder, or a list of those"),
        ("drone.train('gone')", "drone.train(…): there is no 'gone', here or in"),
        (
            "drone.train(sound('knock.wav')[.5:])",
            "learns whole recordings, sound('knock.wav')[0.5:1] is a part",
        ),
        ("drone.train = 3", "drone.train is not a parameter"),
    ],
)
def test_what_it_cannot_learn_from_is_one_line(prompt: Prompt, words: str, message: str) -> None:
    shown = prompt.refuse(words)
    assert message in shown
    assert "\n" not in shown
    assert prompt.engine.jobs == []
