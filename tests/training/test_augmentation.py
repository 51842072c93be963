"""Augmentation: crops are varied as asked, the same for the same key, and never what is held out."""

from collections.abc import Callable

import numpy as np
import pytest

from plaud_live.errors import SettingsError
from plaud_live.training.augmentation import Augmentation, augmented
from plaud_live.training.checkpoint import LAST, load_checkpoint
from plaud_live.training.dataset import Dataset
from plaud_live.training.trainer import train
from tests.signals import sine

RATE, SAMPLES, COUNT = 16000, 8000, 40
KEY = (1, 0, 7)


def tone(samples: int, count: int, key: tuple[int, ...]) -> np.ndarray:
    """Crops of a 500 Hz tone at half of full scale; those of the company are of 2 kHz."""
    hz = 500.0 if len(key) == len(KEY) else 2000.0
    return np.stack([sine(samples, hz, RATE, 0.5)] * count).astype(np.float32)


def varied(draw: Callable[..., np.ndarray] = tone, **settings: float) -> np.ndarray:
    return augmented(draw, Augmentation(**settings), SAMPLES, COUNT, KEY)


def peak_hz(sound: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 17))
    return float(np.argmax(spectrum)) * RATE / (1 << 17)


def test_without_augmentation_the_crops_are_those_drawn() -> None:
    assert np.array_equal(varied(), tone(SAMPLES, COUNT, KEY))


def test_a_gain_is_within_its_range_and_full_scale() -> None:
    levels = np.abs(varied(gain=1.0, gain_db=12.0)).max(axis=1)
    assert levels.min() >= 0.5 * 10 ** (-12 / 20) - 1e-4
    assert levels.min() < 0.25
    assert 0.9 < levels.max() <= 1.0 + 1e-6


def test_a_pitch_is_shifted_by_no_more_than_asked_and_the_crop_stays_as_long() -> None:
    made = varied(pitch=1.0, pitch_semitones=3.0)
    assert made.shape == (COUNT, SAMPLES)
    semitones = np.array([12.0 * np.log2(peak_hz(crop) / 500.0) for crop in made])
    assert np.abs(semitones).max() <= 3.05
    assert semitones.min() < -1.5
    assert semitones.max() > 1.5
    # A sine stays one: what else is there is the resampler's, far below.
    middle = made[int(np.argmax(semitones)), 1000:-1000]
    spectrum = np.abs(np.fft.rfft(middle * np.blackman(len(middle))))
    top = int(np.argmax(spectrum))
    rest = np.delete(spectrum, np.arange(max(0, top - 6), top + 7))
    assert rest.max() < 1e-3 * spectrum.max()


def test_company_is_mixed_in_below_the_crop_and_the_power_kept() -> None:
    made = varied(mix=1.0, mix_db=6.0)
    power = np.mean(np.square(made), axis=1)
    assert power == pytest.approx(np.full(COUNT, 0.125), rel=0.01)  # tones of other frequencies add in power
    spectra = np.abs(np.fft.rfft(made))
    ratio = 20.0 * np.log10(spectra[:, 1000] / spectra[:, 250])  # bins of 2 Hz
    assert ratio.max() <= 0.01
    assert -6.01 <= ratio.min() < -4.0


def test_a_gap_is_silence_without_a_click() -> None:
    ones = varied(lambda samples, count, key: np.ones((count, samples), np.float32), mute=1.0, mute_share=0.5)
    gaps = np.mean(ones == 0.0, axis=1)
    assert gaps.max() <= 0.5
    assert gaps.max() > 0.3
    assert np.abs(np.diff(ones, axis=1)).max() < 0.01
    assert np.all((ones >= 0.0) & (ones <= 1.0))


def test_chances_are_those_asked_for_and_one_kind_does_not_move_another() -> None:
    same = np.array([np.array_equal(crop, tone(SAMPLES, 1, KEY)[0]) for crop in varied(gain=0.5)])
    assert 0.25 < same.mean() < 0.75
    alone, both = varied(gain=0.5), varied(gain=0.5, mute=0.3)
    unmuted = [i for i in range(COUNT) if np.array_equal(alone[i], both[i])]
    assert len(unmuted) > COUNT // 2


def test_the_same_key_makes_the_same_crops_and_channels_are_treated_alike() -> None:
    kinds = {"gain": 0.5, "pitch": 0.5, "mix": 0.5, "mute": 0.5}
    assert np.array_equal(varied(**kinds), varied(**kinds))
    other = augmented(tone, Augmentation(**kinds), SAMPLES, COUNT, (1, 0, 8))
    assert not np.array_equal(varied(**kinds), other)
    two = varied(lambda *a: np.repeat(tone(*a)[:, None], 2, axis=1), **kinds)
    assert two.shape == (COUNT, 2, SAMPLES)
    assert np.array_equal(two[:, 0], two[:, 1])
    assert np.array_equal(two[:, 0], varied(**kinds))


@pytest.mark.parametrize("settings", [{"gain": 1.5}, {"pitch_semitones": -1.0}, {"mute_share": 2.0}])
def test_settings_that_cannot_be_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="wants 0 to"):
        Augmentation(**settings)


def test_a_run_trains_on_varied_crops_and_measures_on_what_is_held_out_as_it_is(  # type: ignore[no-untyped-def]
    options, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[np.ndarray] = []
    real = Dataset.windows

    def windows(self: Dataset, *args, **kinds):  # type: ignore[no-untyped-def]
        made = real(self, *args, **kinds)
        drawn.append(made.copy())
        return made

    monkeypatch.setattr(Dataset, "windows", windows)
    train(options(name="plain", steps=2, augmentation=Augmentation()))
    plain, drawn = drawn, []
    train(options(name="varied", steps=2, augmentation=Augmentation(gain=1.0, pitch=1.0, mix=1.0, mute=1.0)))
    assert all(np.array_equal(a, b) for a, b in zip(plain, drawn, strict=True))
    one, two = (load_checkpoint(options(name=name).folder / LAST).weights for name in ("plain", "varied"))
    assert any(not np.array_equal(one[name], two[name]) for name in one)
