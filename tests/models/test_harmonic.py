"""Harmonics: whole multiples of f0, masked at Nyquist, in the shares that the distribution asks for."""

import numpy as np
import pytest
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.models.harmonic import Harmonic, HarmonicControls
from plaud_live.models.synth import Grid
from tests.models.spectrum import peaks_hz

CONFIG = ModelConfig(sines=0, harmonics=30, noise_bands=0)
GRID = Grid.of(CONFIG)


def features(x: float, level: float = 0.0) -> torch.Tensor:
    """Features [1, 1, 32] with f0 at `x`, an even distribution."""
    values = torch.zeros(1, 1, 32, dtype=torch.float64)
    values[..., 0], values[..., 1] = x, level
    return values


def test_harmonics_sound_at_multiples_of_f0() -> None:
    block = Harmonic(ModelConfig(harmonics=4))
    controls = HarmonicControls(torch.full((1, 200, 1), 220.0), torch.full((1, 200, 4), 0.1))
    audio, _ = block.get_signal(controls, None, GRID)
    found = peaks_hz(audio[0].numpy(), GRID.sample_rate, 4)
    np.testing.assert_allclose(found, [220.0, 440.0, 660.0, 880.0], atol=0.1)


def test_f0_spans_its_range() -> None:
    block = Harmonic(CONFIG)
    assert float(block.get_controls(features(-40.0), GRID).f0_hz) == pytest.approx(CONFIG.f0_low_hz)
    assert float(block.get_controls(features(40.0), GRID).f0_hz) == pytest.approx(CONFIG.f0_high_hz)
    middle = np.sqrt(CONFIG.f0_low_hz * CONFIG.f0_high_hz)
    assert float(block.get_controls(features(0.0), GRID).f0_hz) == pytest.approx(middle)


def test_harmonics_are_masked_at_nyquist() -> None:
    block = Harmonic(CONFIG)
    controls = block.get_controls(features(40.0), GRID)  # f0 = 1600 Hz: the 14th is beyond 22050 Hz
    amplitude = controls.amplitude[0, 0]
    assert bool((amplitude[13:] == 0.0).all()) and bool((amplitude[:12] > 0.0).all())
    audio, _ = block.get_signal(
        HarmonicControls(controls.f0_hz.expand(1, 64, 1), controls.amplitude.expand(1, 64, 30)), None, GRID
    )
    spectrum = np.abs(np.fft.rfft(audio[0, 256:].numpy() * np.blackman(63 * 256)))
    hz = np.fft.rfftfreq(63 * 256, 1 / 44100)
    between = np.abs(hz / 1600.0 - np.round(hz / 1600.0)) > 0.05  # where an alias would lie
    assert spectrum[between].max() < 1e-3 * spectrum.max()


def test_shares_sum_to_the_amplitude() -> None:
    block = Harmonic(CONFIG)
    values = features(-2.0)
    values[..., 2:] = torch.linspace(-3.0, 3.0, 30)
    amplitude = block.get_controls(values, GRID).amplitude[0, 0]
    total = 2.0 * 0.5 ** np.log(10.0) + 1e-7  # exponentiated sigmoid at 0, and its floor
    assert float(amplitude.sum()) == pytest.approx(total, rel=1e-9)
    np.testing.assert_allclose(np.diff(np.log(amplitude.numpy())), 6.0 / 29.0, rtol=1e-6)


def test_it_starts_at_45_db_below_full_scale() -> None:
    block = Harmonic(CONFIG)
    controls = block.get_controls(block.start_bias().view(1, 1, -1).double(), GRID)
    power = 0.5 * float(controls.amplitude.square().sum())
    assert 10 * np.log10(power) == pytest.approx(-45.0, abs=0.1)
