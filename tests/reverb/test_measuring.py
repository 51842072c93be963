"""What is measured of a room, against what it was made with."""

import math

import numpy as np
import pytest

from plaud_live.reverb.measuring import band_energies, measure, onset
from tests.reverb.rooms import OCTAVES_HZ, RATE, decaying_noise

T60 = np.array([1.2, 1.1, 1.0, 0.9, 0.8, 0.65, 0.5])


def made(seconds: float = 1.5, seed: int = 1) -> np.ndarray:
    times = np.arange(round(seconds * RATE)) / RATE
    return decaying_noise(T60, times, np.random.default_rng(seed))[None]


def test_t60_by_octave() -> None:
    room = measure(made(), RATE)
    found = room.of("t60")[np.isin(np.round(room.centres), OCTAVES_HZ)]
    assert np.abs(found / T60 - 1.0).max() < 0.06  # of noise, which is never quite even


@pytest.mark.parametrize("noise_db", [-50.0, -40.0])
def test_noise_after_the_decay_does_not_count(noise_db: float) -> None:
    sound, rng = made(3.0), np.random.default_rng(2)
    level = 10.0 ** (noise_db / 20.0) * np.sqrt(np.square(sound[0, :2400]).mean())
    noisy = sound + level * rng.standard_normal(sound.shape)
    clean, found = measure(sound, RATE), measure(noisy, RATE)
    read = np.isfinite(found.of("t60"))
    assert read[1:7].all()
    assert np.abs(found.of("t60")[read] / clean.of("t60")[read] - 1.0).max() < 0.08
    assert found.whole.c80 == pytest.approx(clean.whole.c80, abs=0.1)


def test_clarity_of_an_exponential_decay() -> None:
    seconds = 0.8
    times = np.arange(round(1.5 * RATE)) / RATE
    sound = np.random.default_rng(3).standard_normal((1, len(times))) * 10.0 ** (-3.0 * times / seconds)
    room = measure(sound, RATE)
    for border, found in ((0.05, room.whole.c50), (0.08, room.whole.c80)):
        left = math.exp(-6.0 * math.log(10.0) * border / seconds)
        assert found == pytest.approx(10.0 * math.log10((1.0 - left) / left), abs=0.3)


def test_octaves_add_up_to_the_whole() -> None:
    sound = made()
    octaves = [62.5 * 2.0**n for n in range(-2, 10)]
    found = band_energies(sound, RATE, octaves)
    total = sum(float(energies.sum()) for energies, _ in found.values())
    # neighbours share their edges by amplitude, so that energies there count a little less than once
    assert 0.8 * np.square(sound).sum() < total < np.square(sound).sum()


def test_the_direct_sound_is_found_behind_noise() -> None:
    sound = 1e-3 * np.random.default_rng(4).standard_normal((2, 9000))
    sound[1, 4000] = 1.0
    assert onset(sound) == 4000
