"""History: accepted entries are recalled first, and a damaged file costs only its damaged lines."""

from pathlib import Path

from plaud_live.repl.history import AcceptedHistory


def test_accepted_entries_come_first_newest_first() -> None:
    history = AcceptedHistory()
    for text, accepted in (("one", True), ("typo", False), ("two", True), ("tpyo", False)):
        history.record(text, accepted)
    assert history.entries() == ["two", "one", "tpyo", "typo"]
    assert history.last_refused == "tpyo"


def test_an_entry_is_kept_once_at_its_last_place_and_verdict() -> None:
    history = AcceptedHistory()
    for text, accepted in (("a", False), ("b", True), ("a", True), ("b", True), ("  ", True)):
        history.record(text, accepted)
    assert history.entries() == ["b", "a"]


def test_it_is_there_again_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "sessions" / "history.jsonl"
    first = AcceptedHistory(path)
    first.record("drone.z0 = lfo(8)", True)
    first.record("for n in range(3):\n    print(n)\n", True)
    assert AcceptedHistory(path).entries() == ["for n in range(3):\n    print(n)", "drone.z0 = lfo(8)"]


def test_a_damaged_file_loses_only_the_damaged_lines(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b'{"text": "good", "accepted": true}\n\xff\xfe\n[1]\n{"text": "cut of')
    assert AcceptedHistory(path).entries() == ["good"]


def test_an_unwritable_place_is_said_once_and_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    history = AcceptedHistory(tmp_path / "file" / "history.jsonl")
    history.record("a", True)
    assert "not kept" in history.trouble
    assert history.entries() == ["a"]
