"""What is trained on and what is held out, and how crops are drawn."""

from pathlib import Path

import numpy as np
import pytest

from plaud_live.errors import DatasetError
from plaud_live.training.dataset import GUARD_SECONDS, MANY_FILES, open_dataset, split
from plaud_live.training.manifest import Manifest, PrepareSettings, Recording, read_manifest, write_manifest
from plaud_live.training.prepare import prepare
from tests.training.conftest import RATE


def recording(index: int, samples: int) -> Recording:
    return Recording(f"{index}.wav", "/in", f"{index:064x}", 1, 1, RATE, 1, samples, 1.0, 1.0, ((0.0, 1.0),))


def ramps(folder: Path, lengths: list[int]) -> Path:
    """A dataset whose samples count up, each recording from a million times its number."""
    (folder / "audio").mkdir(parents=True)
    records = tuple(recording(i, n) for i, n in enumerate(lengths))
    for i, record in enumerate(records):
        np.save(folder / record.data, (1e6 * (i + 1) + np.arange(record.samples)).astype(np.float32))
    write_manifest(Manifest(PrepareSettings(sample_rate=RATE), "", records), folder)
    return folder


@pytest.mark.parametrize(
    "seconds", [[20.0], [5.0] * 3, [0.5] * 30, [30.0, 0.2, 4.0], [1.0] * 60, [900.0, *[1.0] * 60]]
)
def test_no_sample_is_in_both_parts_and_a_gap_parts_them(seconds: list[float]) -> None:
    records = tuple(recording(i, round(s * RATE)) for i, s in enumerate(seconds))
    parts = split(records, RATE, 0.1)
    assert parts.train
    assert parts.held_out
    for held in parts.held_out:
        for trained in parts.train:
            if trained.recording == held.recording:
                gap = max(held.start - trained.end, trained.start - held.end)
                assert gap >= round(GUARD_SECONDS * RATE)
    share = sum(s.samples for s in parts.held_out) / sum(r.samples for r in records)
    assert 0.0 < share < 0.2


def test_many_files_are_held_out_whole_and_few_by_spans() -> None:
    many = tuple(recording(i, RATE) for i in range(MANY_FILES))
    assert {s.recording for s in split(many, RATE, 0.1).train}.isdisjoint(
        s.recording for s in split(many, RATE, 0.1).held_out
    )
    few = tuple(recording(i, 10 * RATE) for i in range(3))
    held_out = split(few, RATE, 0.1).held_out
    assert [(s.recording, s.samples) for s in held_out] == [(i, RATE) for i in range(3)]
    assert all(s.start >= 0.3 * 9 * RATE - 1 for s in held_out)  # attacks at the start are for training


def test_crops_never_hold_a_held_out_sample(tmp_path: Path) -> None:
    dataset = open_dataset(ramps(tmp_path, [8 * RATE, 6 * RATE, RATE // 2]))
    allowed = [
        (1e6 * (s.recording + 1) + s.start, 1e6 * (s.recording + 1) + s.end) for s in dataset.split.train
    ]
    crops = np.concatenate([dataset.crops(RATE, 16, (1, 0, step)) for step in range(40)])
    drawn = np.unique(crops[crops > 0.0])
    inside = np.zeros(len(drawn), dtype=bool)
    for low, high in allowed:
        inside |= (drawn >= low) & (drawn < high)
    assert inside.all()
    windows = dataset.windows(RATE, 100)
    held = np.unique(windows[windows > 0.0])
    assert np.intersect1d(held, drawn).size == 0


def test_every_moment_is_as_likely_as_any_other(tmp_path: Path) -> None:
    dataset = open_dataset(ramps(tmp_path, [40 * RATE, 10 * RATE]))
    crops = np.concatenate([dataset.crops(RATE, 64, (2, 0, step)) for step in range(40)])
    total = sum(s.samples for s in dataset.split.train)
    for span in dataset.split.train:
        base = 1e6 * (span.recording + 1)
        values = crops[(crops >= base) & (crops < base + 1e6)] - base
        first, last = span.start + RATE, span.end - RATE
        if last - first < RATE:
            continue
        counts, _ = np.histogram(values, bins=4, range=(first, last))
        expected = crops.size * (last - first) / total / 4
        # a bin is crossed by expected / RATE crops or more: Poisson, 4 standard deviations
        assert np.abs(counts / expected - 1.0).max() < 0.1 + 4.0 / np.sqrt(expected / RATE)


def test_crops_reach_over_the_edges_of_a_recording_as_silence(tmp_path: Path) -> None:
    dataset = open_dataset(ramps(tmp_path, [12 * RATE]))
    crops = np.concatenate([dataset.crops(RATE, 64, (3, 0, step)) for step in range(10)])
    starts = crops[:, 0, 0]
    assert (starts == 0.0).any()  # silence before the recording's start: attacks are heard out of nothing
    before = crops[(starts > 0.0) & (starts < 1e6 + dataset.split.train[0].end)]
    assert (before[:, 0, -1] > 0.0).all()  # never beyond a cut, where the sound goes on


def test_a_recording_shorter_than_a_crop_is_used_whole(tmp_path: Path) -> None:
    dataset = open_dataset(ramps(tmp_path, [RATE // 4] * 50))
    crops = dataset.crops(RATE, 16, (1, 0, 0))
    assert crops.shape == (16, 1, RATE)
    assert ((crops > 0.0).sum(axis=2) == RATE // 4).all()


def test_crops_depend_on_seed_rank_and_step_alone(tmp_path: Path) -> None:
    folder = ramps(tmp_path, [20 * RATE])
    first, again = open_dataset(folder), open_dataset(folder)
    first.crops(RATE, 4, (1, 0, 0))
    np.testing.assert_array_equal(first.crops(RATE, 4, (1, 0, 7)), again.crops(RATE, 4, (1, 0, 7)))
    for other in ((2, 0, 7), (1, 1, 7), (1, 0, 8)):
        assert not np.array_equal(first.crops(RATE, 4, (1, 0, 7)), first.crops(RATE, 4, other))


def test_too_little_audio_says_how_much_there_is_and_how_much_is_needed(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"3\.0 s of audio in all, training needs 10 s") as caught:
        open_dataset(ramps(tmp_path, [3 * RATE]))
    assert "\n" not in str(caught.value)


def test_damaged_samples_are_one_line(recordings: Path, tmp_path: Path) -> None:
    prepare(recordings, tmp_path / "out")
    record = read_manifest(tmp_path / "out").recordings[0]
    path = tmp_path / "out" / record.data
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DatasetError, match=r"damaged or missing \(bell\.wav\); delete it and prepare again"):
        open_dataset(tmp_path / "out").read(0, 0, 10)


def test_a_folder_that_is_not_a_dataset_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="not a prepared dataset — plaud-live prepare"):
        open_dataset(tmp_path)
