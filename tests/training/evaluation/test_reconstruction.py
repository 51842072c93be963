"""Measures of reconstruction, and the baselines beside them."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from plaud_live.errors import DatasetError
from plaud_live.training.evaluation.baselines import mean_spectrum_noise
from plaud_live.training.evaluation.measures import DISTANCES
from plaud_live.training.evaluation.reconstruction import Metrics, evaluate
from plaud_live.training.evaluation.windows import read_windows
from plaud_live.training.prepare import prepare
from tests.signals import level_db, noise, sine
from tests.training.conftest import RATE

WINDOW = 2 * RATE
ALL = tuple(DISTANCES)


def tones() -> np.ndarray:
    return np.stack([sine(WINDOW, f, RATE, 0.3) for f in (300.0, 700.0, 2000.0)]).astype(np.float32)[:, None]


def distances(made: np.ndarray, target: np.ndarray, rate: int = RATE) -> dict[str, float]:
    """All measures of two sounds [samples]."""
    sounds = (torch.from_numpy(sound.astype(np.float32))[None] for sound in (made, target))
    return Metrics(rate, ALL)(*sounds)


def test_the_same_sound_measures_zero_and_the_baselines_do_not() -> None:
    done = evaluate(lambda audio: audio, Metrics(RATE, ALL), tones())
    by_name = {m.name: m for m in done.measures}
    assert list(by_name) == ["model", "mean-spectrum noise", "silence"]
    assert all(value == 0.0 for value in by_name["model"].values.values())
    assert by_name["silence"].log_mel_db > by_name["mean-spectrum noise"].log_mel_db > 1.0
    assert by_name["silence"].stft > by_name["mean-spectrum noise"].stft > 0.5


def test_a_change_of_level_reads_as_its_decibels() -> None:
    loud = noise(WINDOW, 1, 0.5)
    found = distances(0.5 * loud, loud)
    assert found["log_mel_db"] == pytest.approx(6.02, abs=0.05)
    assert found["loudness_db"] == pytest.approx(6.02, abs=0.01)
    # halving: convergence 1/2 and log distance ln 2 at every resolution
    assert found["stft"] == pytest.approx(0.5 + np.log(2.0), rel=0.01)
    assert distances(0.5 * loud, loud, 44100)["stft_22k"] == pytest.approx(0.5 + np.log(2.0), rel=0.01)


def test_a_change_of_pitch_reads_as_its_cents_and_noise_has_none() -> None:
    semitone = 2.0 ** (1.0 / 12.0)
    found = distances(sine(WINDOW, 440.0 * semitone, RATE, 0.3), sine(WINDOW, 440.0, RATE, 0.3))
    assert found["pitch_cents"] == pytest.approx(100.0, abs=1.0)
    assert np.isnan(distances(noise(WINDOW, 1, 0.3), noise(WINDOW, 2, 0.3))["pitch_cents"])


def test_at_the_common_rate_models_of_any_rate_measure_alike() -> None:
    rates = {}
    for rate in (32000, 44100):
        low, high = sine(2 * rate, 440.0, rate, 0.3), sine(2 * rate, 3000.0, rate, 0.1)
        rates[rate] = distances(low, low + high, rate)["stft_22k"]
    assert rates[32000] == pytest.approx(rates[44100], rel=0.02)


def test_channels_are_measured_as_sounds_of_their_own() -> None:
    left, right = noise(WINDOW, 1, 0.5).astype(np.float32), noise(WINDOW, 2, 0.2).astype(np.float32)
    metrics, both = Metrics(RATE, ("loudness_db",)), torch.from_numpy(np.stack([left, right]))
    assert metrics(both * torch.tensor([[0.5], [1.0]]), both)["loudness_db"] == pytest.approx(3.01, abs=0.01)
    made = mean_spectrum_noise(np.stack([left, right]))
    assert level_db(made[0]) - level_db(made[1]) == pytest.approx(7.96, abs=0.3)


def test_means_leave_out_more_than_medians() -> None:
    windows = tones()
    windows[2] *= 0.002  # -68 dB: heard by the median, below the gate of the mean
    measure = evaluate(lambda audio: 0.5 * audio, Metrics(RATE), windows, baselines=False).measures[0]
    both = evaluate(lambda audio: 0.5 * audio, Metrics(RATE), windows[:2], baselines=False).measures[0]
    assert measure.values["stft_mean"] == both.values["stft_mean"]
    assert measure.stft != both.stft


def test_mean_spectrum_noise_has_the_spectrum_and_follows_the_loudness() -> None:
    window = np.concatenate([sine(RATE, 500.0, RATE, 0.5), sine(RATE, 500.0, RATE, 0.01)]).astype(np.float32)
    made = mean_spectrum_noise(window[None])[0]
    assert level_db(made) == pytest.approx(level_db(window), abs=0.1)
    assert level_db(made[: RATE - 600]) - level_db(made[RATE + 600 :]) == pytest.approx(34.0, abs=3.0)
    spectrum = np.abs(np.fft.rfft(made))
    assert abs(np.fft.rfftfreq(len(made), 1.0 / RATE)[spectrum.argmax()] - 500.0) < 10.0
    np.testing.assert_array_equal(made, mean_spectrum_noise(window[None])[0])


def test_quiet_windows_are_left_out_and_silence_alone_is_one_line() -> None:
    windows = np.concatenate([tones(), np.zeros((2, 1, WINDOW), dtype=np.float32)])
    assert evaluate(lambda audio: audio, Metrics(RATE), windows).windows == 3
    with pytest.raises(DatasetError, match="silent"):
        evaluate(lambda audio: audio, Metrics(RATE), windows[3:])


def test_windows_are_resampled_to_the_models_rate(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", sine(4 * 48000, 440.0, 48000, 0.5), 48000)
    windows = read_windows(tmp_path, RATE)
    assert windows.shape == (2, 1, WINDOW)
    spectrum = np.abs(np.fft.rfft(windows[0, 0]))
    assert np.fft.rfftfreq(WINDOW, 1.0 / RATE)[spectrum.argmax()] == 440.0


def test_a_folder_and_a_prepared_dataset_give_the_same_windows(recordings: Path, dataset: Path) -> None:
    np.testing.assert_allclose(read_windows(dataset, RATE), read_windows(recordings, RATE), atol=1e-6)


def test_only_what_a_run_leaves_out_is_read_if_asked(dataset: Path, recordings: Path) -> None:
    assert len(read_windows(dataset, RATE)) == 7
    assert len(read_windows(dataset, RATE, held_out=0.2)) == 1  # 3 s of 15
    with pytest.raises(DatasetError, match="--held-out wants a prepared dataset"):
        read_windows(recordings, RATE, held_out=0.2)


def test_channels_are_kept_averaged_or_repeated_as_the_model_wants(tmp_path: Path, recordings: Path) -> None:
    (tmp_path / "wide").mkdir()
    wide = np.stack([sine(WINDOW, 440.0, RATE, 0.5), np.zeros(WINDOW)], axis=1)
    soundfile.write(tmp_path / "wide" / "a.wav", wide, RATE)
    np.testing.assert_allclose(read_windows(tmp_path / "wide", RATE, channels=2)[0], wide.T, atol=1e-4)
    np.testing.assert_allclose(read_windows(tmp_path / "wide", RATE)[0, 0], wide.mean(axis=1), atol=1e-4)
    prepare(recordings, tmp_path / "mono", sample_rate=RATE)
    left, right = read_windows(tmp_path / "mono", RATE, channels=2)[0]
    np.testing.assert_array_equal(left, right)


def test_data_that_cannot_be_measured_on_is_one_line(tmp_path: Path, dataset: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="no recordings"):
        read_windows(tmp_path / "empty", RATE)
    with pytest.raises(DatasetError, match=r"is at 16000 Hz, the model at 44100 Hz"):
        read_windows(dataset, 44100)
    (tmp_path / "empty" / "a.wav").write_text("no")
    with pytest.raises(DatasetError, match="none of its 1 recordings can be read"):
        read_windows(tmp_path / "empty", RATE)
