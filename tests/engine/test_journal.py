"""The record of a session: readable line by line, and no reason to stop when it cannot be written."""

import json
import os
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from plaud_live.control.maps import Knob, Map
from plaud_live.control.maps_file import read_maps
from plaud_live.engine.journal import Journal
from plaud_live.errors import SettingsError


def test_events_are_whole_lines_as_soon_as_they_are_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "rehearsal")
    journal.write("submit", "prompt", {"z0": 0.5}, sample=44100, beat=2.0, text="drone.z0 = .5")
    journal.write("engine died", "supervisor", "signal 9")
    assert journal.folder is not None
    assert journal.folder.name.endswith("_rehearsal")
    events = [json.loads(line) for line in (journal.folder / "events.jsonl").read_text().splitlines()]
    assert [(event["kind"], event["by"], event["sample"]) for event in events] == [
        ("submit", "prompt", 44100),
        ("engine died", "supervisor", None),
    ]
    assert events[0]["data"] == {"z0": 0.5}
    journal.close()


def test_session_is_described_in_toml(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "a")
    journal.describe(model='say "drone"', sample_rate=44100.0, device=None)
    assert journal.folder is not None
    facts = tomllib.loads((journal.folder / "session.toml").read_text())
    assert (facts["model"], facts["sample_rate"]) == ('say "drone"', 44100.0)
    assert "device" not in facts
    journal.close()


def test_sessions_of_one_minute_get_folders_of_their_own(tmp_path: Path) -> None:
    journals = [Journal(tmp_path, "a") for _ in range(3)]
    assert len({journal.folder for journal in journals}) == 3
    for journal in journals:
        journal.close()


@pytest.mark.parametrize("name", ["", "../a", "a b", "x" * 65])
def test_names_that_are_none_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="--session"):
        Journal(tmp_path, name)
    assert not list(tmp_path.iterdir())


def test_folder_that_cannot_be_made_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("a file")
    journal = Journal(tmp_path / "sessions", "a")
    problem = journal.take_problem()
    assert problem is not None
    assert "this session is not recorded" in problem
    assert "PLAUD_HOME" in problem
    journal.write("submit", "prompt")
    journal.describe(model="default")
    journal.close()
    assert journal.take_problem() is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk_is_said_once_and_the_next_whole_line_can_be_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "a")
    assert journal.folder is not None
    journal.write("first", "prompt")
    assert journal._fd is not None
    file, full = os.dup(journal._fd), os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, journal._fd)
    journal.write("lost", "prompt")
    journal.write("lost", "prompt")
    problem = journal.take_problem()
    assert problem is not None
    assert "No space left" in problem
    assert journal.take_problem() is None
    os.dup2(file, journal._fd)
    journal.write("second", "prompt")
    lines = (journal.folder / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines if line] == ["first", "second"]
    journal.close()
    os.close(file)
    os.close(full)


def test_entries_are_events_and_a_script(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "a")
    journal.enter("prompt", "run('x.py')", 441, 1.25, files={"x.py": "drone.z0 = \ud800"})
    assert journal.folder is not None
    (event,) = (json.loads(line) for line in (journal.folder / "events.jsonl").read_text().splitlines())
    assert (event["kind"], event["sample"], event["beat"], event["text"]) == (
        "entry",
        441,
        1.25,
        "run('x.py')",
    )
    kept = event["data"]["files"]["x.py"]
    assert (journal.folder / kept).read_text() == "drone.z0 = \\ud800"
    journal.close()


def test_a_code_folder_that_cannot_be_made_is_said_once_and_the_event_is_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "a")
    assert journal.folder is not None
    (journal.folder / "code").write_text("a file")
    journal.enter("prompt", "x = 1", 0, 0.0)
    journal.enter("prompt", "x = 2", 0, 0.0)
    assert "not recorded" in str(journal.take_problem())
    assert journal.take_problem() is None
    assert len((journal.folder / "events.jsonl").read_text().splitlines()) == 2
    journal.close()


def state(anchors: dict[str, object], scenes: dict[str, object] | None = None) -> dict[str, object]:
    return {"instruments": {"drone": {}}, "anchors": anchors, "scenes": scenes or {}}


def test_anchors_and_scenes_are_kept_as_they_are_now(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "a")
    assert journal.folder is not None
    anchors, scenes = journal.folder / "anchors.json", journal.folder / "scenes.json"
    journal.keep(None)
    journal.keep(state({}))
    assert not anchors.exists() and not scenes.exists()
    journal.keep(state({"root": {"bell": [0.1], "home": [0.2]}}, {"dark": {"drone.z0": 1}}))
    journal.keep(state({"root": {"bell": [0.1]}, "other": {"x": [1.0]}}))  # undone
    assert json.loads(anchors.read_text()) == {
        "version": 1,
        "anchors": {"root": {"bell": [0.1]}, "other": {"x": [1.0]}},
    }
    assert '"bell": [0.1]' in anchors.read_text().splitlines()  # one anchor a line
    assert json.loads(scenes.read_text())["scenes"] == {}
    journal.keep({"instruments": {}, "anchors": {}})  # an engine that starts anew
    journal.keep(state({"other": {"x": [2.0]}}))
    assert json.loads(anchors.read_text())["anchors"] == {"root": {"bell": [0.1]}, "other": {"x": [2.0]}}
    journal.close()


def test_maps_are_kept_as_they_are_now(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "a")
    assert journal.folder is not None
    path = journal.folder / "maps.toml"
    mapping = Map("drone", "z2", "midi/cc0/ch1/nano", "f1")
    journal.keep(state({}))
    assert not path.exists()
    maps = {"maps": {mapping.key: mapping.to_data()}, "knobs": {"cutoff": "midi/cc1"}}
    journal.keep({**state({}), **maps})
    assert read_maps(path.read_text()) == (Knob("cutoff", "midi/cc1"), mapping)
    path.unlink()
    journal.keep({**state({}), **maps})
    assert not path.exists(), "written when it changes"
    journal.keep({"instruments": {}, "maps": {}})  # an engine that starts anew
    journal.keep(state({}))
    assert read_maps(path.read_text()) == ()
    journal.close()


def test_anchors_are_written_only_when_they_change(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "a")
    assert journal.folder is not None
    journal.keep(state({"root": {"bell": [0.1]}}))
    (journal.folder / "anchors.json").unlink()
    journal.keep(state({"root": {"bell": [0.1]}}))
    assert not (journal.folder / "anchors.json").exists()
    journal.close()


def test_what_other_programs_do_has_a_part_of_the_record_and_the_performer_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plaud_live.engine.journal.MOST_OF_OTHERS", 10_000)
    journal = Journal(tmp_path, "a")
    for n in range(1000):
        journal.write("submit", "osc", {"n": n}, text="/plaud/inst/drone/gain")
    journal.write("submit", "prompt", {}, text="drone.gain = .5")
    problem = journal.take_problem()
    assert problem is not None and "OSC has filled" in problem and journal.take_problem() is None
    assert journal.folder is not None
    lines = (journal.folder / "events.jsonl").read_text().splitlines()
    assert len(lines) - 1 + journal.left_out == 1000 and sum(map(len, lines[:-1])) < 10_000
    assert json.loads(lines[-1])["by"] == "prompt"
    journal.close()


def test_other_programs_leave_half_of_a_small_disk_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plaud_live.engine.journal.shutil.disk_usage", lambda path: Usage(free=2000))
    journal = Journal(tmp_path, "a")
    for _ in range(100):
        journal.write("submit", "osc", {})
    assert journal.folder is not None
    assert (journal.folder / "events.jsonl").stat().st_size <= 1000
    journal.close()


class Usage(NamedTuple):
    """Of a disk, in bytes."""

    free: int
