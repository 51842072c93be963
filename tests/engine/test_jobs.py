"""Jobs of training: what may be asked, and what the model is called that a job makes."""

import json
from pathlib import Path

import pytest

from plaud_live.engine.jobs import HOWS, Job, name_of, note
from plaud_live.errors import ParameterError, SettingsError
from plaud_live.training import options


def job(folder: Path, **changes: object) -> Job:
    (folder / "a.wav").touch()
    data: dict[str, object] = {
        "instrument": "drone", "parent": "/m/default.plaud", "digest": "a" * 64,
        "sources": [str(folder / "a.wav")], "minutes": 4, "how": "continual", "name": None,
    }  # fmt: skip
    return Job.from_data({**data, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sources": []}, "train: wants a take, a recording, or a folder"),
        ({"sources": [3]}, "train: wants a take, a recording, or a folder"),
        ({"sources": ["/no/such"]}, "train: /no/such: no such file or folder"),
        ({"minutes": 0}, "mins=0: wants minutes, more than 0"),
        ({"minutes": True}, "mins=True: wants minutes"),
        ({"minutes": float("nan")}, "mins=nan: wants minutes"),
        ({"how": "quickly"}, "how='quickly': have continual, naive, replay, fresh"),
        ({"name": "a b"}, "name='a b': wants 1 to 64 letters"),
    ],
)
def test_what_cannot_be_asked_is_one_line(changes: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(ParameterError) as caught:
        job(tmp_path, **changes)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_trainer_knows_the_same_ways() -> None:
    assert HOWS == options.HOWS


def test_names_count_on_and_the_same_job_keeps_its_own(tmp_path: Path) -> None:
    first = job(tmp_path)
    assert name_of(first, "default", tmp_path) == "default_2"
    note(first, "default_2", tmp_path)
    assert name_of(first, "default", tmp_path) == "default_2"  # it was cut off, and goes on
    assert name_of(job(tmp_path, how="fresh"), "default", tmp_path) == "default_3"
    (tmp_path / "default_2.plaud").touch()
    assert name_of(first, "default", tmp_path) == "default_3"  # it is done: once more is another
    assert name_of(first, "default_2", tmp_path) == "default_3"


def test_a_name_that_is_taken_is_refused_unless_it_is_of_the_same_job(tmp_path: Path) -> None:
    named = job(tmp_path, name="rust")
    (tmp_path / "rust.plaud").touch()
    with pytest.raises(SettingsError, match="there is such a model"):
        name_of(named, "default", tmp_path)
    note(named, "rust", tmp_path)
    assert name_of(named, "default", tmp_path) == "rust"


def test_what_is_held_lies_beside_the_run(tmp_path: Path) -> None:
    asked = job(tmp_path, anchors={"home": [0.5, -1.0]})
    note(asked, "default_2", tmp_path)
    words = asked.command("default_2", tmp_path)
    held = Path(words[words.index("--positions") + 1])
    assert json.loads(held.read_text()) == {"home": [0.5, -1.0]}
