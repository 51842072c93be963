"""Old sessions keep their takes and lose their last minutes, but for the latest, and those in use."""

import os
from pathlib import Path

from plaud_live.recording.old_captures import remove_old
from plaud_live.recording.spool import Spool


def session(home: Path, name: str, age: int) -> Path:
    folder = home / name
    spool = Spool(folder / "capture")
    spool.close()
    (folder / "takes").mkdir()
    (folder / "takes" / "0001_home.wav").write_bytes(b"mine")
    os.utime(folder / "capture" / "roll.jsonl", (1e9 - age, 1e9 - age))
    return folder


def test_all_but_the_latest_are_removed(tmp_path: Path) -> None:
    old, older, latest = session(tmp_path, "a", 20), session(tmp_path, "b", 30), session(tmp_path, "c", 10)
    now = session(tmp_path, "d", 0)
    (tmp_path / "history.jsonl").write_text("{}")
    assert sorted(remove_old(now)) == [old / "capture", older / "capture"]
    assert (latest / "capture").is_dir() and (now / "capture").is_dir()
    assert (old / "takes" / "0001_home.wav").read_bytes() == b"mine"


def test_what_somebody_writes_or_a_take_still_wants_stays(tmp_path: Path) -> None:
    played, unfinished = session(tmp_path, "a", 30), session(tmp_path, "b", 20)
    latest, now = session(tmp_path, "c", 10), session(tmp_path, "d", 0)
    (unfinished / "takes" / "0002.json").write_text("{}")
    spool = Spool(played / "capture")
    os.utime(played / "capture" / "roll.jsonl", (1e9 - 30, 1e9 - 30))
    assert remove_old(now) == []
    spool.close()
    assert remove_old(now) == [played / "capture"]
    assert (latest / "capture").is_dir()
