"""The command lines of prepare and train."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.cli import build_parser, main
from plaud_live.model_file import read
from plaud_live.training.arguments import notices_of, share_processor, train_options
from plaud_live.training.augmentation import FOR_LITTLE, Augmentation
from plaud_live.training.configuration import for_dataset
from plaud_live.training.manifest import read_manifest
from plaud_live.training.options import TrainOptions
from tests.signals import noise
from tests.training.conftest import COMMAND


def parsed(*words: str):  # type: ignore[no-untyped-def]
    return train_options(
        build_parser("train").parse_args(["train", "--dataset-path=d", "--model-name=m", *words])
    )


def test_defaults_and_choices_arrive() -> None:
    options = parsed()
    assert (options.minutes, options.steps) == (30.0, None)
    assert options.config.latent_size == 8
    assert parsed("--steps=5").minutes is None
    chosen = parsed(
        "--latent-size=4", "--harmonics=20", "--sines=0", "--smoothing=100", "--beta=0.1", "--devices=2"
    )
    assert (chosen.config.latent_size, chosen.config.harmonics, chosen.config.sines) == (4, 20, 0)
    assert chosen.config.max_smoothing == 100
    assert (chosen.beta, chosen.devices) == (0.1, 2)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--model-name", "a b"], "--model-name 'a b': wants 1 to 64 letters"),
        (["--minutes", "0"], "--minutes 0: wants more than 0"),
        (["--crop-seconds", "0.1"], "--crop-seconds 0.1: wants 0.25 to 60 s"),
        (["--held-out", "0.9"], "--held-out 0.9: a share of the audio"),
        (["--batch-size", "0"], "--batch-size 0: wants at least 1"),
        (["--sines", "0", "--noise-bands", "0"], "no block sounds"),
        (["--latent-size", "0"], "latent_size is 0, wants a whole number from 1"),
        (["--warmup", "2"], "--warmup 2: a share of the run"),
        (["--delay", "99"], "--delay 99: frames, wants 0 to 16"),
    ],
)
def test_bad_options_are_one_line(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--dataset-path", "d", "--model-name", "m", *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_preparing_and_reading_the_options_need_no_torch(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", noise(12 * 44100, 1, 0.1), 44100)
    code = (
        "import sys; from plaud_live.cli import main\n"
        f"assert main(['prepare', {str(tmp_path)!r}, {str(tmp_path / 'out')!r}]) == 0\n"
        "from plaud_live.cli import build_parser; build_parser('train'); build_parser('evaluate')\n"
        "heavy = {'torch', 'lightning_fabric', 'matplotlib', 'auraloss'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_prepare_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    soundfile.write(folder / "a.wav", np.stack([noise(11 * 48000, 1, 0.1)] * 2, axis=1), 48000)
    (folder / "b.wav").write_text("no")
    (folder / "notes.txt").write_text("no")
    assert main(["prepare", str(folder), str(tmp_path / "out"), "--dtype", "int16", "--licence", "CC0"]) == 0
    out = capsys.readouterr().out
    assert "1 recordings, 0 min 11.0 s, mono, 44100 Hz, int16" in out
    assert "1 with other numbers of channels: their mean is kept" in out
    assert "skipped b.wav: format not recognised" in out
    assert "1 files of other kinds passed over" in out
    assert read_manifest(tmp_path / "out").licence == "CC0"


def test_three_seconds_in_all_are_prepared_and_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    soundfile.write(folder / "a.wav", noise(3 * 44100, 1, 0.1), 44100)
    for words in (
        ["prepare", str(folder), str(tmp_path / "out")],
        [
            "train",
            "--dataset-path",
            str(tmp_path / "out"),
            "--model-name",
            "m",
            "--out",
            str(tmp_path / "models"),
        ],
    ):
        assert main(words) == 2
        error = capsys.readouterr().err.strip().splitlines()[-1]
        assert "3.0 s of audio in all, training needs 10 s" in error


@pytest.mark.parametrize(
    ("seconds", "asked", "said"),
    [(59, None, 1), (61, None, 0), (59, Augmentation(), 0), (59, Augmentation(gain=0.5), 0)],
)
def test_that_crops_of_little_material_are_varied_is_said(
    seconds: int, asked: Augmentation | None, said: int, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    soundfile.write(tmp_path / "in" / "a.wav", noise(seconds * 8000, 1, 0.1), 8000)
    assert main(["prepare", str(tmp_path / "in"), str(tmp_path / "out"), "--sample-rate=8000"]) == 0
    options = TrainOptions(tmp_path / "out", "m", tmp_path, augmentation=asked)
    notices = notices_of(options)
    assert len(notices) == said and all("59 s of sound" in notice for notice in notices)
    trained_with = for_dataset(options, read_manifest(tmp_path / "out")).augmentation
    assert trained_with == (asked if asked is not None else FOR_LITTLE if said else Augmentation())
    child = for_dataset(replace(options, parent=tmp_path / "old.plaud"), read_manifest(tmp_path / "out"))
    assert child.augmentation == (asked or Augmentation())


def test_a_folder_of_recordings_is_prepared_by_train_itself(
    recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = tmp_path / "models"
    words = [
        "train",
        f"--dataset-path={recordings}",
        "--model-name=m",
        f"--out={models}",
        "--steps=1",
        *COMMAND,
    ]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "is not prepared; preparing it into" in out
    assert "crops of so little are varied" in out
    assert read(models / "m.plaud").config.sample_rate == 44100
    assert len(read_manifest(models / "m.training" / "dataset").recordings) == 3


def test_a_folder_without_recordings_is_one_line_for_train_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("words")
    words = ["train", f"--dataset-path={tmp_path / 'in'}", "--model-name=m", f"--out={tmp_path / 'models'}"]
    assert main(words) == 2
    assert (
        "no recordings (WAV, FLAC, AIFF, OGG or MP3) in it; it holds 1 other file" in capsys.readouterr().err
    )


def test_threads_sleep_while_they_wait_unless_the_user_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", {"KMP_BLOCKTIME": "200"})
    share_processor()
    assert os.environ == {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "1000", "KMP_BLOCKTIME": "200"}
