"""Where there is little room on the disk: what goes, what stays, what is said."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from plaud_live.engine.tracks import GRID
from plaud_live.recording import room
from tests.recording.stage import RATE, SPAN, Stage, heard


def test_the_oldest_is_removed_and_a_take_goes_back_no_further(tmp_path: Path) -> None:
    stage = Stage(tmp_path, seconds=3 * SPAN / RATE)
    stage.names = {"drone": 3}
    stage.play(8 * SPAN)
    stage.writer._tidy_at = 0.0
    stage.work()
    assert stage.writer.spool.spans() == [4, 5, 6, 7]
    assert stage.answer(stage.keep(0, 8 * SPAN, "long"))["take"]["start"] == 4 * SPAN
    assert stage.sidecar("0001_long.jsonl")[0]["beats"] == 2.0
    assert "on the disk any more" in stage.answer(stage.keep(0, SPAN))["text"]
    stage.keep(5 * SPAN, 8 * SPAN)
    assert np.array_equal(stage.wav("0002_home.wav"), heard(5 * SPAN, 8 * SPAN, 2))


def test_of_a_recording_the_frames_stay_though_its_sound_makes_room(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.names = {"drone": 3}
    stage.play(GRID)
    stage.record("long")
    monkeypatch.setattr(room, "free_bytes", lambda folder: (len(stage.writer.spool.spans()) < 3) << 40)
    for _ in range(6):
        stage.writer._tidy_at = 0.0
        stage.play(SPAN)
    assert len(stage.writer.spool.spans()) <= 3
    info = stage.answer(stage.order("stop", stop=stage.position))["take"]
    assert np.array_equal(stage.wav("0001_long.wav"), heard(GRID, stage.position, 2)) and info["gaps"] == []
    with np.load(stage.folder / "takes" / "0001_long.npz") as frames:
        assert np.array_equal(frames["drone.samples"] + GRID, np.arange(GRID, stage.position, 256))


def test_silence_takes_no_room_on_the_disk(stage: Stage) -> None:
    silent = np.zeros((GRID, 2), np.float32)
    for _ in range(512):
        stage.capture.begin(stage.position, GRID)
        stage.capture.end()
        stage.capture.write(stage.position, silent, silent)
        stage.position += GRID
        stage.capture.advance(stage.position)
        stage.writer.work()
    used = sum(path.stat().st_blocks * 512 for path in stage.writer.spool.folder.iterdir())
    assert used < 200_000 and stage.writer.spool.spans() == list(range(512 * GRID // SPAN))


class Disk:
    """A disk that takes so many bytes more: what os.pwrite would do on it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = 1 << 40
        self._pwrite = os.pwrite
        monkeypatch.setattr(os, "pwrite", self._write)

    def _write(self, fd: int, data: bytes, place: int) -> int:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        count = self._pwrite(fd, data[: self.room], place)
        self.room -= count
        return count


def test_a_full_disk_is_said_once_and_the_recording_goes_on_in_its_place(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    stage.play(16 * GRID)
    start = stage.position
    stage.record("long")
    stage.play(10 * GRID)
    disk.room = 20_000  # full in the middle of a block
    stage.play(30 * GRID)
    before = stage.wav("0001_long.wav")
    assert np.array_equal(before, heard(start, start + len(before), 2))
    stage.play(60 * GRID)
    assert [line for line in stage.lines() if "No space left" in line] == stage.lines()
    assert len(stage.lines()) == 1
    disk.room = 1 << 40
    stage.play(20 * GRID)
    done = stage.answer(stage.order("stop", stop=stage.position))
    ((begin, end, why),) = done["take"]["gaps"]
    assert why == "the disk was full" and 10 * GRID <= begin < end < 100 * GRID
    sound, expected = stage.wav("0001_long.wav"), heard(start, stage.position, 2)
    assert np.array_equal(sound[:begin], expected[:begin]) and np.array_equal(sound[end:], expected[end:])
    assert "room on the disk again" in stage.lines()[-1]


def test_a_short_time_without_room_loses_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch)
    stage.play(16 * GRID)
    disk.room = 0
    stage.play(24 * GRID)
    disk.room = 1 << 40
    stage.play(8 * GRID)
    assert stage.answer(stage.keep(0, stage.position))["take"]["gaps"] == []
    assert np.array_equal(stage.wav("0001_home.wav"), heard(0, stage.position, 2))


def test_the_oldest_makes_room_for_what_sounds(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch)
    stage.play(4 * SPAN)
    disk.room = 0
    remove = stage.writer.spool.remove

    def removed(*args: int) -> None:
        there = len(stage.writer.spool.spans())
        remove(*args)
        disk.room += (there - len(stage.writer.spool.spans())) * SPAN * 16

    monkeypatch.setattr(stage.writer.spool, "remove", removed)
    stage.play(2 * SPAN)
    assert stage.writer.spool.spans() == [2, 3, 4, 5]
    start = 2 * SPAN
    disk.room = 1 << 40
    assert stage.answer(stage.keep(start, stage.position))["take"]["gaps"] == []
    assert np.array_equal(stage.wav("0001_home.wav"), heard(start, stage.position, 2))


def test_a_disk_with_little_room_keeps_what_fits_and_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.play(6 * SPAN)
    monkeypatch.setattr(room, "free_bytes", lambda folder: (len(stage.writer.spool.spans()) < 4) << 40)
    stage.writer._tidy_at = 0.0
    stage.work()
    assert stage.writer.spool.spans() == [3, 4, 5]
    (line,) = stage.lines()
    assert "almost full" in line and "of 10 minutes" in line and "PLAUD_HOME" in line


def test_a_disk_on_which_ten_minutes_will_not_fit_is_named_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = stage.writer._room._kept
    monkeypatch.setattr(room, "free_bytes", lambda folder: kept + 60 * RATE * 16)
    stage.play(RATE)
    (line,) = stage.lines()
    assert "goes back 1.0 of 10 minutes" in line


@pytest.mark.parametrize("room_left", [0, 1000, 5000, 100_000])
def test_a_take_without_room_fails_or_waits_and_is_then_complete(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, room_left: int
) -> None:
    stage.play(24 * GRID)
    disk = Disk(monkeypatch)
    disk.room = room_left
    order = stage.keep(0, 20 * GRID)
    assert "0001_home.jsonl" not in stage.files
    disk.room = 1 << 40
    stage.play(GRID)
    answer = stage.answer(order)
    if answer["event"] == "failed":  # it could not even begin
        assert "make room" in answer["text"] and stage.files == []
    else:
        assert np.array_equal(stage.wav("0001_home.wav"), heard(0, 20 * GRID, 2))


def test_a_take_that_would_fill_the_disk_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.names = {"drone": 3}
    stage.play(20 * GRID)
    kept = stage.writer._room._kept
    monkeypatch.setattr(room, "free_bytes", lambda folder: kept + 3 * 8 * 20_000 - 1)
    failed = stage.answer(stage.keep(0, 20_000))
    assert failed["event"] == "failed" and "make room" in failed["text"] and stage.files == []
    assert stage.answer(stage.keep(1, 20_000))["event"] == "done"
