"""Sines: a partial set to 440 Hz sounds at 440 Hz, within its band, faded near Nyquist."""

import numpy as np
import pytest
import torch

from plaud_live import filterbank
from plaud_live.model_file import ModelConfig
from plaud_live.models.sinusoidal import SineControls, Sinusoidal
from plaud_live.models.synth import Grid
from tests.models.spectrum import peaks_hz
from tests.signals import level_db

CONFIG = ModelConfig(sines=24)
GRID = Grid.of(CONFIG)


def test_a_partial_at_440_hz_sounds_at_440_hz() -> None:
    block = Sinusoidal(ModelConfig(sines=1))
    frames = 173
    controls = SineControls(torch.full((1, frames, 1), 440.0), torch.full((1, frames, 1), 0.5))
    audio, _ = block.get_signal(controls, None, GRID)
    [peak] = peaks_hz(audio[0].numpy(), GRID.sample_rate, 1)
    assert peak == pytest.approx(440.0, abs=0.1)
    assert level_db(audio[0, 256:].numpy()) == pytest.approx(20 * np.log10(0.5 / np.sqrt(2.0)), abs=0.02)


def test_the_same_hertz_at_another_sample_rate() -> None:
    block = Sinusoidal(ModelConfig(sines=1))
    grid = Grid.of(block_config := ModelConfig(sines=1), 96000)
    assert grid.hop_size == filterbank.hop_samples(block_config, 96000) == 557
    controls = SineControls(torch.full((1, 170, 1), 440.0), torch.full((1, 170, 1), 0.5))
    [peak] = peaks_hz(block.get_signal(controls, None, grid)[0][0].numpy(), 96000, 1)
    assert peak == pytest.approx(440.0, abs=0.1)


def test_partials_stay_in_their_bands() -> None:
    block = Sinusoidal(CONFIG)
    low, high = filterbank.partial_bands(CONFIG)
    for x, edge in ((-40.0, low), (40.0, high), (0.0, np.sqrt(low.astype(float) * high))):
        features = torch.full((1, 1, 48), x, dtype=torch.float64)
        found = block.get_controls(features, GRID).frequency_hz[0, 0].numpy()
        np.testing.assert_allclose(found, edge, rtol=1e-6)


def test_partials_fade_out_towards_nyquist() -> None:
    """At 22.05 kHz the upper partials of this model lie beyond Nyquist."""
    block = Sinusoidal(CONFIG)
    features = torch.zeros(1, 1, 48, dtype=torch.float64)
    grid = Grid.of(CONFIG, 16000)
    controls = block.get_controls(features, grid)
    full = block.get_controls(features, Grid.of(CONFIG)).amplitude[0, 0]
    ratio = (controls.amplitude[0, 0] / full).numpy()
    hz = controls.frequency_hz[0, 0].numpy()
    np.testing.assert_allclose(ratio[hz < 7200.0], 1.0)
    np.testing.assert_array_equal(ratio[hz >= 8000.0], 0.0)
    assert (hz >= 8000.0).any() and ((hz > 7200.0) & (hz < 8000.0)).any()
    between = (hz > 7200.0) & (hz < 8000.0)
    np.testing.assert_allclose(ratio[between], (8000.0 - hz[between]) / 800.0, rtol=1e-9)


def test_it_starts_at_45_db_below_full_scale() -> None:
    block = Sinusoidal(CONFIG)
    controls = block.get_controls(block.start_bias().view(1, 1, -1), GRID)
    power = 0.5 * float(controls.amplitude.square().sum())
    assert 10 * np.log10(power) == pytest.approx(-45.0, abs=0.1)
