"""Measures of reconstruction, and the baselines beside them."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from plaud_live.cli import main
from plaud_live.errors import DatasetError
from plaud_live.model_file import LatentSpace, write
from plaud_live.models.files import to_model
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.evaluate import Metrics, evaluate, evaluate_model, mean_spectrum_noise, read_windows
from tests.signals import level_db, noise, sine
from tests.training.conftest import RATE, TINY

WINDOW = 2 * RATE


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(PlaudNet(TINY).encoder.log_mel, TINY)


@pytest.fixture
def model_path(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    space = LatentSpace((-1.0,) * 2, (1.0,) * 2, (0.0,) * 2, (0.1,) * 2, (1.0, 0.5), ("", ""))
    write(to_model(PlaudNet(TINY), "tiny", space), tmp_path / "tiny.plaud")
    return tmp_path / "tiny.plaud"


def tones() -> np.ndarray:
    return np.stack([sine(WINDOW, f, RATE, 0.3) for f in (300.0, 700.0, 2000.0)]).astype(np.float32)


def test_the_same_sound_measures_zero_and_the_baselines_do_not(metrics: Metrics) -> None:
    done = evaluate(lambda audio: audio, metrics, tones())
    by_name = {m.name: m for m in done.measures}
    assert list(by_name) == ["model", "mean-spectrum noise", "silence"]
    assert (by_name["model"].stft, by_name["model"].log_mel_db) == (0.0, 0.0)
    assert by_name["silence"].log_mel_db > by_name["mean-spectrum noise"].log_mel_db > 1.0
    assert by_name["silence"].stft > by_name["mean-spectrum noise"].stft > 0.5


def test_a_change_of_level_reads_as_its_decibels(metrics: Metrics) -> None:
    loud = np.stack([noise(WINDOW, 1, 0.5)]).astype(np.float32)
    (model,) = evaluate(lambda audio: 0.5 * audio, metrics, loud, baselines=False).measures
    assert model.log_mel_db == pytest.approx(6.02, abs=0.05)
    # halving: convergence 1/2 and log distance ln 2 at every resolution
    assert model.stft == pytest.approx(0.5 + np.log(2.0), rel=0.01)


def test_mean_spectrum_noise_has_the_spectrum_and_follows_the_loudness() -> None:
    window = np.concatenate([sine(RATE, 500.0, RATE, 0.5), sine(RATE, 500.0, RATE, 0.01)]).astype(np.float32)
    made = mean_spectrum_noise(window)
    assert level_db(made) == pytest.approx(level_db(window), abs=0.1)
    assert level_db(made[: RATE - 600]) - level_db(made[RATE + 600 :]) == pytest.approx(34.0, abs=3.0)
    spectrum = np.abs(np.fft.rfft(made))
    assert abs(np.fft.rfftfreq(len(made), 1.0 / RATE)[spectrum.argmax()] - 500.0) < 10.0
    np.testing.assert_array_equal(made, mean_spectrum_noise(window))


def test_quiet_windows_are_left_out_and_silence_alone_is_one_line(metrics: Metrics) -> None:
    windows = np.concatenate([tones(), np.zeros((2, WINDOW), dtype=np.float32)])
    assert evaluate(lambda audio: audio, metrics, windows).windows == 3
    with pytest.raises(DatasetError, match="silent"):
        evaluate(lambda audio: audio, metrics, windows[3:])


def test_a_delay_that_the_model_names_is_taken_out(metrics: Metrics) -> None:
    late = evaluate(lambda audio: torch.nn.functional.pad(audio, (512, 0)), metrics, tones(), baselines=False)
    assert late.measures[0].stft > 0.01
    back = evaluate(lambda audio: torch.nn.functional.pad(audio, (512, 0))[..., 512:], metrics, tones())
    assert back.measures[0].stft == 0.0


def test_a_folder_and_a_prepared_dataset_measure_alike(
    recordings: Path, dataset: Path, model_path: Path
) -> None:
    raw, prepared = evaluate_model(model_path, recordings), evaluate_model(model_path, dataset)
    assert raw.windows == prepared.windows == 7
    for a, b in zip(raw.measures, prepared.measures, strict=True):
        assert a.stft == pytest.approx(b.stft, rel=1e-3)


def test_windows_are_resampled_to_the_models_rate(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", sine(4 * 48000, 440.0, 48000, 0.5), 48000)
    windows = read_windows(tmp_path, RATE)
    assert windows.shape == (2, WINDOW)
    spectrum = np.abs(np.fft.rfft(windows[0]))
    assert np.fft.rfftfreq(WINDOW, 1.0 / RATE)[spectrum.argmax()] == 440.0


def test_data_that_cannot_be_measured_on_is_one_line(tmp_path: Path, dataset: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="no recordings"):
        read_windows(tmp_path / "empty", RATE)
    with pytest.raises(DatasetError, match=r"is at 16000 Hz, the model at 44100 Hz"):
        read_windows(dataset, 44100)
    (tmp_path / "empty" / "a.wav").write_text("no")
    with pytest.raises(DatasetError, match="none of its 1 recordings can be read"):
        read_windows(tmp_path / "empty", RATE)


def test_the_command_prints_a_table_or_json(
    model_path: Path, recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(model_path), "--data", str(recordings)]) == 0
    table = capsys.readouterr().out
    assert [line.split("  ")[0] for line in table.splitlines()[1:]] == [
        "model",
        "mean-spectrum noise",
        "silence",
    ]
    assert main(["evaluate", str(model_path), "--data", str(recordings), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["windows"] == 7
    assert data["measures"]["silence"]["log_mel_db"] > 0.0
    assert main(["evaluate", str(model_path), "--data", str(recordings / "none")]) == 2
    assert capsys.readouterr().err.endswith("none: no such folder\n")
