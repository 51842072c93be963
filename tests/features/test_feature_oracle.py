"""Features against Praat (Boersma and Weenink) on mixtures that change: another hand for each figure."""

import numpy as np
import parselmouth
import pytest
import torch

from plaud_live.features.attributes import make_feature
from plaud_live.features.pitch import Pitch
from tests.signals import noise, sine

RATE, HOP, COUNT = 44100, 256, 44100


def glide() -> np.ndarray:
    """Eight harmonics that glide from 130 to 520 Hz while they get quieter."""
    t = np.arange(COUNT) / RATE
    cycles = np.cumsum(130.0 * 4.0**t) / RATE
    return np.sum([np.sin(2.0 * np.pi * k * cycles) / k for k in range(1, 9)], axis=0) * 0.2 * 0.1**t


def test_pitch_follows_praats() -> None:
    feature = Pitch(RATE, HOP)
    reading = feature.measure(torch.from_numpy(glide()).float()[None])
    praat = parselmouth.Sound(glide(), RATE).to_pitch_ac(time_step=HOP / RATE, pitch_floor=60.0)
    hz = 2.0 ** reading.value[0].double().numpy()
    # what is compared: the newest samples, and as many a period before
    times = ((np.arange(len(hz)) + 1) * HOP - 0.5 * (feature.reach + RATE / hz)) / RATE
    inside = (times > 0.1) & (times < 0.9)
    theirs = np.array([praat.get_value_at_time(time) for time in times[inside]])
    assert bool(reading.known[0].numpy()[inside].all())
    assert np.abs(1200.0 * np.log2(hz[inside] / theirs)).max() < 10.0  # a frame glides by 14


def test_loudness_is_praats_level() -> None:
    feature = make_feature("loudness", RATE, HOP)
    found = feature.measure(torch.from_numpy(glide()).float()[None]).value[0].double().numpy()
    sound = parselmouth.Sound(glide(), RATE)
    for frame in (20, 60, 150):
        end = (frame + 1) * HOP / RATE
        rms = sound.get_rms(end - feature.window_size / RATE, end)
        assert found[frame] == pytest.approx(20.0 * np.log10(rms), abs=0.05)


def test_brightness_is_praats_centre_of_gravity() -> None:
    sound = noise(COUNT, 1, 0.05) + glide()
    feature = make_feature("brightness", RATE, HOP)
    found = feature.measure(torch.from_numpy(sound).float()[None]).value[0].double().numpy()
    for frame in (20, 60, 150):
        end = (frame + 1) * HOP
        part = sound[end - feature.window_size : end] * np.hanning(feature.window_size + 1)[:-1]
        hz = parselmouth.Sound(part, RATE).to_spectrum(fast=False).get_centre_of_gravity(power=2.0)
        assert found[frame] == pytest.approx(np.log2(hz), abs=0.01)


def test_noisiness_falls_as_praats_harmonicity_rises() -> None:
    feature = make_feature("noisiness", RATE, HOP)
    ours, theirs = [], []
    for gain in (0.001, 0.01, 0.1, 1.0):
        harmonic = np.sum([sine(COUNT, 220.0 * k, gain=0.2 / k) for k in range(1, 30)], axis=0)
        sound = harmonic + noise(COUNT, 2, gain)
        reading = feature.measure(torch.from_numpy(sound).float()[None])
        ours.append(float(reading.value[0, 30:].mean()))
        harmonicity = parselmouth.Sound(sound, RATE).to_harmonicity_ac(minimum_pitch=100.0)
        theirs.append(float(np.mean(harmonicity.values[harmonicity.values > -200.0])))
    assert theirs == sorted(theirs, reverse=True)
    assert ours == sorted(ours)
    assert ours[-1] > 0.8 and ours[0] < 0.2
