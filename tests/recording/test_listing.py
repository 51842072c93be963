"""What sessions there are, from their files alone."""

import json
from pathlib import Path

import pytest

from plaud_live.cli import main
from plaud_live.recording.listing import summary
from tests.models_for_tests import tiny_file


def session(home: Path, name: str, *events: tuple[str, float]) -> Path:
    folder = home / "sessions" / name
    folder.mkdir(parents=True)
    lines = [json.dumps({"kind": kind, "time": time, "sample": 0}) for kind, time in events]
    (folder / "events.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def test_time_between_two_evenings_does_not_count(tmp_path: Path) -> None:
    evenings = [
        ("sink", 1000.0),
        ("submit", 1600.0),
        ("end", 1900.0),
        ("resumed", 90_000.0),
        ("end", 90_060.0),
    ]
    found = summary(session(tmp_path, "2026-11-22_1930_gig", *evenings))
    assert found.minutes == pytest.approx(16.0) and found.ended


def test_a_line_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    assert main(["sessions"]) == 0
    assert capsys.readouterr().out == f"no session in {tmp_path / 'sessions'} yet\n"
    session(tmp_path, "2026-11-22_1930_gig", ("sink", 0.0), ("end", 90.0))
    folder = session(tmp_path, "2026-11-23_2000_gig", ("sink", 0.0), ("submit", 30.0))
    with (folder / "events.jsonl").open("a") as file:
        file.write('{"torn')
    (folder / "takes").mkdir()
    for name in ("0001_home.jsonl", "0001_home.wav", "0002_far.jsonl"):
        (folder / "takes" / name).write_bytes(b"")
    (folder / "models").mkdir()
    tiny_file(folder / "models", "tiny")
    (folder / "models" / "abcdef123456.plaud").write_bytes(b"nonsense")
    assert main(["sessions"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["2026-11-22_1930_gig", "1.5", "min", "0", "takes", "no", "model"]
    words = "2026-11-23_2000_gig 0.5 min 2 takes abcdef (damaged), tiny did not end well, or plays"
    assert second.split() == words.split()
