"""The spool: what was written anywhere comes back from anywhere, and what was not is silent."""

from pathlib import Path

import numpy as np
import pytest

from plaud_live.recording.spool import OPEN, Gap, Part, Spool
from tests.recording.stage import heard

SPAN = 4096


def read(spool: Spool, key: str, start: int, stop: int) -> np.ndarray:
    out = np.zeros((stop - start, 2), np.float32)
    for at, sound in spool.read(key, start, stop):
        out[at - start : at - start + len(sound)] = sound
    return out


@pytest.mark.parametrize("size", [100, 4096, 10_000])
def test_sound_crosses_files(tmp_path: Path, size: int) -> None:
    spool = Spool(tmp_path, SPAN)
    for at in range(1000, 31_000, size):
        spool.write("mix", at, heard(at, min(at + size, 31_000)))
    assert spool.spans() == list(range(8))
    for start, stop in ((1000, 31_000), (4095, 4097), (8192, 12_288), (30_999, 31_000)):
        assert np.array_equal(read(spool, "mix", start, stop), heard(start, stop))
    assert not read(spool, "mix", 0, 1000).any() and not read(spool, "input", 0, 9000).any()
    again = Spool(tmp_path, SPAN)
    assert np.array_equal(read(again, "mix", 1000, 31_000), heard(1000, 31_000))


def test_what_is_older_is_removed_and_frames_that_are_wanted_stay(tmp_path: Path) -> None:
    spool, part = Spool(tmp_path, SPAN), Part(3, "drone", "d", 256, 1, 2, 0)
    spool.note(part)
    spool.write("mix", 0, heard(0, 20_000))
    times = np.arange(0.0, 20_000.0, 256.0)
    spool.write_frames(part, np.stack([times, times + 1.0, times + 2.0], axis=1))
    spool.remove(9000, 5000)
    assert spool.oldest == 2 * SPAN
    assert not read(spool, "mix", 0, 8192).any() and read(spool, "mix", 8192, 9000).any()
    frames = spool.frames(part, 0, 20_000)
    assert np.array_equal(frames[:, 0], times[times >= SPAN])


def test_frames_come_once_and_only_from_within_their_part(tmp_path: Path) -> None:
    spool, part = Spool(tmp_path, SPAN), Part(0, "drone", "d", 256, 1, 1, 1000, 6000)
    frames = np.array([[512.0, 1.0], [1024.0, 2.0], [5888.0, 3.0], [6144.0, 4.0]])
    spool.write_frames(part, frames)
    with (tmp_path / "i0.000001.frames").open("ab") as torn:
        torn.write(b"\x55" * 11)
    spool.write_frames(part, frames[1:3])
    assert spool.frames(part, 0, 10_000).tolist() == [[1024.0, 2.0], [5888.0, 3.0]]
    assert spool.frames(part, 1025, 10_000).tolist() == [[5888.0, 3.0]]


def test_who_was_there_and_what_is_missing_is_known_to_the_next(tmp_path: Path) -> None:
    spool = Spool(tmp_path, SPAN)
    spool.note(Part(0, "drone", "d", 256, 1, 2, 100))
    spool.note(Part(1, "bells", "b", 256, 1, 2, 500, 900))
    spool.note(Part(0, "drone", "d", 256, 1, 2, 100, 700))
    spool.miss(2000, 3000, "the disk was full")
    spool.miss(3000, 3500, "the disk was full")
    with (tmp_path / "roll.jsonl").open("a") as roll:
        roll.write('{"part": {"of": "another version"}}\n{"gap": [1,')
    again = Spool(tmp_path, SPAN)
    assert [part.name for part in again.parts_in(0, 600)] == ["drone", "bells"]
    assert [part.name for part in again.parts_in(700, 1000)] == ["bells"]
    assert again.gaps_in(0, 2500) == [Gap(2000, 2500, "the disk was full")]
    assert again.gaps == [Gap(2000, 3500, "the disk was full")]
    assert again.gaps_in(0, 2000) == [] and Part(2, "x", "", 0, 0, 0, 5).ended == OPEN
