"""A folder of recordings becomes a dataset: what is kept, what is skipped, what a second run does."""

import errno
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.errors import DatasetError
from plaud_live.training import prepare as module
from plaud_live.training.dataset import open_dataset
from plaud_live.training.manifest import read_manifest
from plaud_live.training.prepare import prepare
from tests.signals import error_db, noise, sine

RATE = 44100


def write(path: Path, sound: np.ndarray, rate: int = RATE, subtype: str | None = "FLOAT") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound, rate, subtype=subtype)
    return path


def stored(dataset: Path, source: str) -> np.ndarray:
    record = next(r for r in read_manifest(dataset).recordings if r.source == source)
    return np.load(dataset / record.data) * record.scale


@pytest.mark.parametrize(
    ("name", "subtype", "tolerance_db"),
    [
        ("a.wav", "FLOAT", -140.0),
        ("a.flac", "PCM_24", -120.0),
        ("a.aiff", "PCM_16", -80.0),
        ("a.ogg", None, -20.0),  # lossy: the tone is there, at its level
        ("a.mp3", None, -15.0),
        ("below/b.WAV", "PCM_16", -80.0),
    ],
)
def test_every_format_keeps_sound_and_level(
    tmp_path: Path, name: str, subtype: str | None, tolerance_db: float
) -> None:
    sound = sine(2 * RATE, 440.0, RATE, 0.5)
    write(tmp_path / "in" / name, sound, subtype=subtype)
    prepare(tmp_path / "in", tmp_path / "out")
    got = stored(tmp_path / "out", name)
    assert error_db(got[: len(sound)], sound[: len(got)]) < tolerance_db


@pytest.mark.parametrize(("rate", "channels"), [(96000, 2), (8000, 1), (44100, 6)])
def test_any_rate_and_width_becomes_mono_at_the_asked_rate(tmp_path: Path, rate: int, channels: int) -> None:
    sound = sine(3 * rate, 1000.0, rate, 0.5)
    gains = np.linspace(1.0, 0.5, channels)
    write(tmp_path / "in" / "a.wav", sound[:, None] * gains, rate)
    outcome = prepare(tmp_path / "in", tmp_path / "out")
    got = stored(tmp_path / "out", "a.wav")
    assert abs(len(got) - 3 * RATE) <= 1
    expected = sine(len(got), 1000.0, RATE, 0.5 * gains.mean())
    middle = slice(RATE, 2 * RATE)  # away from the edges, where the resampler's filter meets silence
    assert error_db(got[middle], expected[middle]) < -80.0
    assert outcome.downmixed == (channels > 1)


@pytest.mark.parametrize("dtype", ["float32", "int16"])
@pytest.mark.parametrize("rate", [RATE, 48000])
def test_channels_are_kept_where_they_are_asked_for(tmp_path: Path, rate: int, dtype: str) -> None:
    left, right = sine(6 * rate, 1000.0, rate, 0.5), sine(6 * rate, 1500.0, rate, 0.25)
    write(tmp_path / "in" / "a.wav", np.stack([left, right], axis=1), rate)
    write(tmp_path / "in" / "b.wav", left, rate)
    write(tmp_path / "in" / "c.wav", np.stack([left, right, left + right], axis=1), rate)
    outcome = prepare(tmp_path / "in", tmp_path / "out", channels=2, dtype=dtype)
    assert outcome.downmixed == 1
    dataset = open_dataset(tmp_path / "out")
    assert dataset.channels == 2
    wanted = sine(6 * RATE, 1000.0, RATE, 0.5), sine(6 * RATE, 1500.0, RATE, 0.25)
    expected = {"a": wanted, "b": (wanted[0], wanted[0]), "c": (2 / 3 * sum(wanted),) * 2}
    middle = slice(RATE, 5 * RATE)
    for index, rows in enumerate(expected.values()):
        read = dataset.read(index, 0, 6 * RATE)
        assert read.shape == (2, 6 * RATE)
        for channel in range(2):
            assert error_db(read[channel, middle], rows[channel][middle]) < -75.0
    assert dataset.crops(RATE, 3, (1, 0, 0)).shape == (3, 2, RATE)
    assert dataset.windows(RATE, 2).shape[1:] == (2, RATE)
    with pytest.raises(DatasetError, match="prepared with --channels 2, not 1"):
        prepare(tmp_path / "in", tmp_path / "out", channels=1)


def test_manifest_names_sources_digests_and_licence(recordings: Path, tmp_path: Path) -> None:
    prepare(recordings, tmp_path / "out", licence="CC0")
    manifest = read_manifest(tmp_path / "out")
    assert manifest.licence == "CC0"
    assert [r.source for r in manifest.recordings] == ["bell.wav", "noise.wav", "tone.wav"]
    for record in manifest.recordings:
        content = (recordings / record.source).read_bytes()
        assert (record.sha256, record.bytes) == (hashlib.sha256(content).hexdigest(), len(content))
        assert (record.sample_rate, record.channels) == (16000, 1)
        assert record.spans == ((0.0, pytest.approx(5.0)),)
    assert manifest.seconds == pytest.approx(15.0)


def test_a_second_run_adds_only_what_is_new(recordings: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepare(recordings, out)
    before = {p.name: p.stat().st_mtime_ns for p in (out / "audio").iterdir()}
    write(recordings / "new.wav", noise(RATE, 5, 0.1))
    outcome = prepare(recordings, out)
    assert outcome.added == ("new.wav",)
    after = {p.name: p.stat().st_mtime_ns for p in (out / "audio").iterdir()}
    assert len(after) == 4
    assert before.items() <= after.items()


def test_a_file_that_is_gone_stays_in_the_dataset(recordings: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepare(recordings, out)
    (recordings / "bell.wav").unlink()
    outcome = prepare(recordings, out)
    assert outcome.gone == ("bell.wav",)
    assert len(stored(out, "bell.wav")) == 5 * RATE


def test_a_changed_file_is_replaced_and_a_renamed_one_is_followed(recordings: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepare(recordings, out)
    changed = sine(RATE, 300.0, RATE, 0.1)
    write(recordings / "tone.wav", changed)
    (recordings / "noise.wav").rename(recordings / "hiss.wav")
    outcome = prepare(recordings, out)
    assert (outcome.changed, outcome.added, outcome.gone) == (("tone.wav",), (), ())
    assert error_db(stored(out, "tone.wav"), changed) < -120.0
    names = {r.source for r in read_manifest(out).recordings}
    assert names == {"bell.wav", "hiss.wav", "tone.wav"}
    assert len(list((out / "audio").iterdir())) == 3


def test_two_folders_go_into_one_dataset_and_a_copy_only_once(recordings: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other / "tone.wav", noise(RATE, 9))  # the same name, another sound
    (other / "copy.wav").write_bytes((recordings / "bell.wav").read_bytes())
    prepare(recordings, tmp_path / "out")
    outcome = prepare(other, tmp_path / "out")
    assert outcome.added == ("tone.wav",)
    assert dict(outcome.skipped)["copy.wav"] == "the same sound as bell.wav"
    assert len(outcome.manifest.recordings) == 4


def test_unreadable_files_are_listed_with_the_reason_and_skipped(recordings: Path, tmp_path: Path) -> None:
    whole = (write(tmp_path / "a.flac", noise(5 * RATE, 3, 0.5), subtype="PCM_16")).read_bytes()
    (recordings / "cut.flac").write_bytes(whole[: len(whole) // 2])
    (recordings / "text.wav").write_text("not a sound")
    (recordings / "zero.mp3").write_bytes(b"")
    write(recordings / "empty.wav", np.zeros(0))
    write(recordings / "nan.wav", np.array([0.0, np.nan, 0.0] * 1000))
    outcome = prepare(recordings, tmp_path / "out")
    reasons = dict(outcome.skipped)
    assert set(reasons) == {"cut.flac", "text.wav", "zero.mp3", "empty.wav", "nan.wav"}
    assert reasons["nan.wav"] == "holds values that are not finite"
    assert reasons["empty.wav"] == "no audio in it"
    assert all(reason and "\n" not in reason for reason in reasons.values())
    assert len(outcome.manifest.recordings) == 3
    assert dict(read_manifest(tmp_path / "out").skipped) == reasons
    assert not list((tmp_path / "out" / "audio").glob(".*"))


def test_silence_is_trimmed_on_request_and_the_spans_say_what_was_kept(tmp_path: Path) -> None:
    tone = sine(RATE, 440.0, RATE, 0.5)
    silence = 1e-5 * noise(2 * RATE, 4)
    sound = np.concatenate([silence, tone, silence, tone, silence])
    write(tmp_path / "in" / "a.wav", sound)
    prepare(tmp_path / "in", tmp_path / "out", trim_db=-60.0)
    (record,) = read_manifest(tmp_path / "out").recordings
    assert np.array(record.spans) == pytest.approx(np.array([[2.0, 3.0], [5.0, 6.0]]), abs=0.07)
    kept = np.concatenate([sound[round(a * RATE) : round(b * RATE)] for a, b in record.spans])
    assert error_db(stored(tmp_path / "out", "a.wav"), kept) < -120.0
    assert read_manifest(tmp_path / "out").settings.trim_db == -60.0


@pytest.mark.parametrize("gain", [0.5, 2.5])
def test_int16_keeps_the_level_also_above_full_scale(tmp_path: Path, gain: float) -> None:
    sound = noise(12 * RATE, 2, gain)
    write(tmp_path / "in" / "a.wav", sound)
    prepare(tmp_path / "in", tmp_path / "out", dtype="int16")
    (record,) = read_manifest(tmp_path / "out").recordings
    assert np.load(tmp_path / "out" / record.data).dtype == np.int16
    read = open_dataset(tmp_path / "out").read(0, 0, len(sound))
    step = max(1.0, gain) / 32767.0
    assert np.abs(read[0] - sound).max() < 0.51 * step
    assert record.peak == pytest.approx(np.abs(sound).max(), rel=1e-6)


def test_other_settings_than_the_datasets_are_refused(recordings: Path, tmp_path: Path) -> None:
    prepare(recordings, tmp_path / "out", dtype="int16")
    prepare(recordings, tmp_path / "out")  # unsaid means the dataset's own
    with pytest.raises(DatasetError, match="prepared with --dtype int16, not float32"):
        prepare(recordings, tmp_path / "out", dtype="float32")


def test_the_dataset_may_lie_in_the_folder_itself(recordings: Path) -> None:
    prepare(recordings, recordings / "dataset")
    assert prepare(recordings, recordings / "dataset").others == 0


def test_folders_without_recordings_say_what_they_hold(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    with pytest.raises(DatasetError, match="no such folder"):
        prepare(folder, tmp_path / "out")
    folder.mkdir()
    with pytest.raises(DatasetError, match=r"no recordings .* it holds nothing"):
        prepare(folder, tmp_path / "out")
    for name in ("a.txt", "b.md"):
        (folder / name).write_text("words")
    with pytest.raises(DatasetError, match=r"no recordings .* it holds 2 other files"):
        prepare(folder, tmp_path / "out")
    with pytest.raises(DatasetError, match="not a folder"):
        prepare(folder / "a.txt", tmp_path / "out")


def test_one_recording_is_prepared_alone_and_leaves_the_others(tmp_path: Path) -> None:
    for seed, name in enumerate(("a.wav", "b.wav")):
        write(tmp_path / "in" / name, noise(RATE, seed + 1))
    first = prepare(tmp_path / "in" / "a.wav", tmp_path / "out", RATE)
    assert [record.source for record in first.manifest.recordings] == ["a.wav"]
    second = prepare(tmp_path / "in" / "b.wav", tmp_path / "out")
    assert ([*second.added], [*second.gone]) == (["b.wav"], [])
    assert prepare(tmp_path / "in", tmp_path / "out").added == ()


def test_a_folder_that_cannot_be_written_to_is_one_line() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        write(Path(name) / "in" / "a.wav", noise(RATE))
        for folder, mode in ((name, 0o755), (f"{name}/in", 0o755), (f"{name}/locked", 0o555)):
            Path(folder).mkdir(exist_ok=True)
            Path(folder).chmod(mode)
        before = os.geteuid()
        if before == 0:
            os.seteuid(65534)  # root may write anywhere
        try:
            with pytest.raises(DatasetError, match=r"Permission denied; choose a folder") as caught:
                prepare(Path(name) / "in", Path(name) / "locked" / "out")
        finally:
            os.seteuid(before)
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_one_line_and_keeps_what_was_prepared(recordings: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepare(recordings, out)
    before = read_manifest(out)
    write(recordings / "long.wav", noise(60 * RATE, 6), subtype="PCM_16")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000));"
        "from plaud_live.cli import main; sys.exit(main(['prepare', *sys.argv[1:]]))"
    )
    command = [sys.executable, "-c", code, str(recordings), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .startswith(f"plaud-live: {out}: the disk is full; what is prepared is kept")
    )
    assert read_manifest(out).recordings == before.recordings
    assert prepare(recordings, out).added == ("long.wav",)


def test_an_interrupted_run_keeps_what_it_had(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.digest

    def interrupted(path: Path) -> str:
        if path.name == "tone.wav":
            raise KeyboardInterrupt
        return real(path)

    monkeypatch.setattr(module, "digest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prepare(recordings, tmp_path / "out")
    monkeypatch.undo()
    assert [r.source for r in read_manifest(tmp_path / "out").recordings] == ["bell.wav", "noise.wav"]
    assert prepare(recordings, tmp_path / "out").added == ("tone.wav",)


@pytest.mark.parametrize("content", ["", "{}", '{"format_version": 99}', '{"format_version": 1}', "[1"])
def test_a_damaged_manifest_is_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(DatasetError, match=r"manifest\.json") as caught:
        read_manifest(tmp_path)
    assert "\n" not in str(caught.value)


def test_disk_errors_other_than_full_name_their_reason(tmp_path: Path) -> None:
    error = module._disk_error(OSError(errno.EROFS, "Read-only file system"), tmp_path)
    assert "Read-only file system; choose a folder that can be written to" in str(error)
