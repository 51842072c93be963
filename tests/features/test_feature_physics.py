"""Features against physics: sounds whose loudness, centroid, noise, pitch and onset are known."""

import numpy as np
import pytest
import torch

from plaud_live.errors import SettingsError
from plaud_live.features.attributes import ATTRIBUTES, find_attribute, make_feature
from plaud_live.features.feature import Reading
from tests.signals import noise, sine

RATE, HOP = 44100, 256
SETTLED = slice(20, None)  # frames whose windows are full of sound
SECOND = RATE


def read(name: str, sound: np.ndarray, rate: int = RATE) -> Reading:
    return make_feature(name, rate, HOP).measure(torch.from_numpy(sound).float()[None])


def values(name: str, sound: np.ndarray, rate: int = RATE) -> np.ndarray:
    reading = read(name, sound, rate)
    return reading.value[0, SETTLED][reading.known[0, SETTLED]].numpy()


def saw(hz: float, rate: int = RATE, count: int = SECOND) -> np.ndarray:
    """Band-limited: all harmonics below Nyquist, falling as 1/k."""
    partials = range(1, int(0.5 * rate / hz))
    return 0.2 * np.sum([sine(count, hz * k, rate, 1.0 / k) for k in partials], axis=0)


def cents(log2_hz: np.ndarray, hz: float) -> np.ndarray:
    return 1200.0 * (log2_hz - np.log2(hz))


@pytest.mark.parametrize(("gain", "db"), [(1.0, -3.01), (0.1, -23.01), (0.001, -62.2)])
def test_loudness_of_a_sine_is_its_level(gain: float, db: float) -> None:
    np.testing.assert_allclose(values("loudness", sine(SECOND, 1000.0, gain=gain)), db, atol=0.15)


def test_loudness_of_silence_is_the_floor_and_is_known() -> None:
    reading = read("loudness", np.zeros(SECOND))
    assert bool(reading.known.all())
    torch.testing.assert_close(reading.value, torch.full_like(reading.value, -70.0))


@pytest.mark.parametrize(
    ("low", "high", "share"), [(440.0, 440.0, 0.5), (300.0, 5000.0, 0.5), (200.0, 8000.0, 0.1)]
)
def test_brightness_of_two_sines_is_the_mean_of_their_frequencies_by_power(
    low: float, high: float, share: float
) -> None:
    gains = 0.3 * np.sqrt(1.0 - share), 0.3 * np.sqrt(share)
    sound = sine(SECOND, low, gain=gains[0]) + sine(SECOND, high, gain=gains[1])
    expected = np.log2((1.0 - share) * low + share * high)
    np.testing.assert_allclose(values("brightness", sound), expected, atol=0.04)  # sidelobes of the window


def test_brightness_of_white_noise_is_half_of_nyquist_and_level_does_not_matter() -> None:
    for gain in (0.5, 0.01):
        found = values("brightness", noise(SECOND, 1, gain))
        assert float(2.0 ** found.mean()) == pytest.approx(RATE / 4.0, rel=0.02)


@pytest.mark.parametrize("rate", [44100, 16000])
@pytest.mark.parametrize("hz", [55.0, 110.0, 220.0, 441.0, 987.77, 1760.0])
def test_a_saw_has_its_pitch(hz: float, rate: int) -> None:
    found = values("pitch", saw(hz, rate), rate)
    assert len(found) > 40
    assert np.abs(cents(found, hz)).max() < 5.0


@pytest.mark.parametrize("hz", [60.0, 220.0, 1500.0])
def test_a_sine_has_its_pitch(hz: float) -> None:
    assert np.abs(cents(values("pitch", sine(SECOND, hz, gain=0.2)), hz)).max() < 2.0


def test_a_missing_fundamental_is_heard() -> None:
    sound = np.sum([sine(SECOND, 200.0 * k, gain=0.1) for k in (3, 4, 5, 6)], axis=0)
    assert np.abs(cents(values("pitch", sound), 200.0)).max() < 5.0


def test_neither_noise_nor_silence_has_a_pitch() -> None:
    for sound in (noise(2 * SECOND, 3, 0.3), np.zeros(SECOND), sine(SECOND, 220.0, gain=1e-4)):
        assert not bool(read("pitch", sound).known[0, SETTLED].any())


@pytest.mark.parametrize("hz", [110.0, 220.0, 880.0])
def test_a_saw_is_not_noisy_and_noise_is(hz: float) -> None:
    assert values("noisiness", saw(hz)).mean() < 0.05
    assert values("noisiness", noise(SECOND, 2, 0.2)).mean() > 0.95


def test_inharmonic_partials_are_not_noisy() -> None:
    bell = np.sum([sine(SECOND, f, gain=0.1) for f in (440.0, 1203.0, 2381.0, 3930.0, 5870.0)], axis=0)
    assert values("noisiness", bell).mean() < 0.05


def test_the_colour_of_noise_does_not_matter() -> None:
    spectrum = np.fft.rfft(noise(SECOND, 4))
    pink = np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 20.0), SECOND)
    assert values("noisiness", pink).mean() > 0.95


def test_noisiness_rises_with_the_noise_beside_a_tone() -> None:
    mixes = [saw(330.0) + noise(SECOND, 5, 0.35 * 10.0 ** (db / 20.0)) for db in (-60, -45, -30, -15, 0)]
    found = [float(values("noisiness", mix).mean()) for mix in mixes]
    assert found == sorted(found)
    assert found[-1] - found[0] > 0.6


def test_an_onset_is_where_the_sound_begins() -> None:
    begin = 100 * HOP + 40
    sound = np.concatenate([np.zeros(begin), noise(SECOND, 6, 0.3)])
    onset = read("onset", sound).value[0].numpy()
    assert onset[:100].max() == 0.0
    assert 100 <= int(onset.argmax()) <= 102
    assert onset.max() > 0.9
    assert onset[110:].mean() < 0.1
    assert onset.max() <= 1.0


def test_neither_steady_sound_nor_its_end_is_an_onset() -> None:
    fade = np.clip(np.arange(SECOND, 0, -1) / 2000.0, 0.0, 1.0)  # cut off at once it would click
    sound = np.concatenate([sine(SECOND, 440.0, gain=0.3) * fade, np.zeros(SECOND)])
    assert read("onset", sound).value[0, SETTLED].max() < 0.1


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_frame_knows_nothing_of_what_comes_later(name: str) -> None:
    sound = saw(150.0, count=8192)
    other = np.concatenate([sound[: 20 * HOP], noise(8192 - 20 * HOP, 7)])
    one, two = read(name, sound), read(name, other)
    assert one.value.shape == one.known.shape == (1, 32)
    assert one.known.dtype == torch.bool
    torch.testing.assert_close(one.value[:, :20], two.value[:, :20], rtol=0.0, atol=0.0)
    assert not torch.equal(one.value[:, 20:], two.value[:, 20:])


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_all_is_finite_where_there_is_nothing(name: str) -> None:
    assert bool(torch.isfinite(read(name, np.zeros(4096)).value).all())


@pytest.mark.parametrize("name", ["loudness", "brightness", "noisiness"])
def test_what_a_decoder_may_learn_from_has_a_gradient(name: str) -> None:
    for sound in (noise(8192, 8, 0.1), np.zeros(8192)):
        audio = torch.from_numpy(sound).float()[None].requires_grad_()
        make_feature(name, RATE, HOP).measure(audio).value.sum().backward()
        assert audio.grad is not None and bool(torch.isfinite(audio.grad).all())


def test_an_unknown_attribute_names_the_nearest() -> None:
    assert find_attribute("brightness").alias == "bright"
    with pytest.raises(SettingsError, match="no attribute 'brigthness' — did you mean 'brightness'"):
        find_attribute("brigthness")
    with pytest.raises(SettingsError, match="have loudness, brightness, noisiness, pitch, onset"):
        make_feature("xyz", RATE, HOP)
