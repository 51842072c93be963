"""Control frames as a trajectory, and its file."""

from pathlib import Path

import numpy as np
import pytest

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.trajectories import TrajectoryFiles, digest_of, laid_out
from plaud_live.errors import ParameterError

RATE, HOP = 44100, 256
LOW, HIGH = (-2.0, -1.0), (2.0, 3.0)


def place(beat: np.ndarray) -> np.ndarray:
    """Playable latents that somebody played at a beat."""
    return np.stack([0.5 + 0.4 * np.sin(beat), 0.1 * beat], axis=1)


def played(tempo: TempoMap, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
    """Samples, and raw latents as a model had them."""
    samples = np.arange(-(-start // HOP) * HOP, stop, HOP)
    low, high = np.array(LOW), np.array(HIGH)
    return samples, low + place(tempo.beats(samples.astype(float))) * (high - low)


@pytest.mark.parametrize(
    "tempo",
    [TempoMap(RATE), TempoMap(RATE).changed(150.0, 4.0), TempoMap(RATE).changed(200.0, 2.0, over=8.0)],
    ids=["steady", "changed", "ramp"],
)
def test_each_beat_has_the_place_that_was_played_then(tempo: TempoMap) -> None:
    start, stop = round(tempo.sample(1.3)), round(tempo.sample(9.8))
    samples, raw = played(tempo, 0, stop + 99_000)
    order = np.random.default_rng(1).permutation(len(samples))  # as of several models, one after the other
    values = laid_out(samples[order], raw[order], LOW, HIGH, tempo, start, stop)
    grid = np.linspace(tempo.beat(start), tempo.beat(stop), len(values))
    assert len(values) == np.count_nonzero((samples >= start) & (samples < stop)) + 1
    np.testing.assert_allclose(values[2:-2], place(grid)[2:-2], atol=2e-4)
    np.testing.assert_allclose(values, place(grid), atol=0.02), "at the ends the nearest frame"


def test_where_nothing_sounded_it_leads_on_and_too_little_is_refused() -> None:
    tempo = TempoMap(RATE)
    samples, raw = played(tempo, 0, 4 * RATE)
    there = (samples < RATE) | (samples > 3 * RATE)
    values = laid_out(samples[there], raw[there], LOW, HIGH, tempo, 0, 4 * RATE)
    assert np.isfinite(values).all() and np.abs(np.diff(values, axis=0)).max() < 0.02
    with pytest.raises(ParameterError, match="has no frames there"):
        laid_out(samples[there], raw[there], LOW, HIGH, tempo, RATE + 500, 3 * RATE)


def test_a_file_is_named_by_what_is_in_it_and_written_once(tmp_path: Path) -> None:
    files, values = TrajectoryFiles(tmp_path), np.random.default_rng(1).random((50, 3)).astype(np.float32)
    digest = files.keep(values)
    (path,) = (tmp_path / "trajectories").iterdir()
    assert path.name == f"{digest}.npy" and digest == digest_of(values) != digest_of(values[1:])
    before = path.stat().st_mtime_ns
    assert files.keep(values.copy()) == digest and path.stat().st_mtime_ns == before
    read = files.read(digest)
    assert read is not None and read.dtype == np.float64 and np.array_equal(read, values)


@pytest.mark.parametrize(
    "damage", [b"", b"\x93NUMPY nonsense", np.array([[1.0, np.nan]] * 3, np.float32), np.ones(5, np.float32)]
)
def test_what_cannot_be_read_is_not_there(tmp_path: Path, damage: object) -> None:
    files, digest = TrajectoryFiles(tmp_path), "a" * 64
    assert files.read(digest) is None and files.read("../secret") is None
    assert TrajectoryFiles(None).read(digest) is None
    (tmp_path / "trajectories").mkdir()
    path = tmp_path / "trajectories" / f"{digest}.npy"
    if isinstance(damage, bytes):
        path.write_bytes(damage)
    else:
        np.save(path, damage)
    assert files.read(digest) is None
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    assert files.read(digest) is None, "nothing in a file is run"
