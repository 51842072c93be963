"""Drift: nothing for the same model, decibels for decibels, and phases are no drift."""

import numpy as np
import pytest
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.training.continual.drift import anchor_drift, cost, latent_drift, loss
from plaud_live.training.evaluation.measures import LogMelDistance, SpectrumDistance
from tests.models.nets import tiny_net
from tests.signals import noise, sine

RATE = 44100


def beating(hz: float) -> torch.Tensor:
    """Two partials 20 Hz apart, the second at `hz`, for two seconds, [1, samples]."""
    return torch.from_numpy(sine(2 * RATE, hz - 20.0, RATE, 0.3) + sine(2 * RATE, hz, RATE, 0.3)).float()[
        None
    ]


def test_phases_are_a_distance_of_frames_and_none_of_spectra() -> None:
    before, after = beating(1000.0), beating(1000.4)  # most of a cycle apart in the end
    frames, spectrum = LogMelDistance(RATE)(after, before), SpectrumDistance(RATE)(after, before)
    assert spectrum < 0.05
    assert frames > 5.0 * spectrum
    assert SpectrumDistance(RATE)(0.5 * after, before) > 0.2  # of the few bands that are above the floor


def test_six_decibels_of_noise_are_six() -> None:
    sound = torch.from_numpy(noise(RATE, 1, 0.1)).float()[None]
    assert SpectrumDistance(RATE)(2.0 * sound, sound) == pytest.approx(6.02, abs=0.02)
    assert SpectrumDistance(RATE)(sound, sound) == 0.0


def test_a_model_is_where_it_is_and_another_is_not() -> None:
    parent, other = tiny_net(1), tiny_net(2)
    places = {
        "here": ((0.1, 0.2, 0.3, 0.4), (0.1, 0.2, 0.3, 0.4)),
        "moved": ((0.0,) * 4, (1.0, -1.0, 1.0, -1.0)),
    }
    here, moved = anchor_drift(parent, parent, places)
    assert (here.name, here.db, here.frames_db) == ("here", 0.0, 0.0)
    assert moved.db > 0.1
    np.testing.assert_array_equal(here.before, here.after)
    away, _ = anchor_drift(parent, other, places)
    assert away.db > 1.0
    assert anchor_drift(parent, other, {}) == ()


def test_latent_drift_is_in_ranges() -> None:
    net, shifted = tiny_net(), tiny_net()
    with torch.no_grad():
        shifted.encoder.mean.bias[2] += 0.5
    sound = np.random.default_rng(1).uniform(-0.3, 0.3, (2, 1, 8000)).astype(np.float32)
    moved = latent_drift(net, shifted, sound, np.array([1.0, 1.0, 5.0, 1.0]))
    np.testing.assert_allclose(moved, [0.0, 0.0, 0.1, 0.0], atol=1e-6)


def test_the_loss_of_silence_is_not_known() -> None:
    assert np.isnan(loss(tiny_net(), np.zeros((2, 1, 44100), np.float32), 0))
    assert np.isnan(loss(tiny_net(), np.zeros((0, 1, 44100), np.float32), 0))


def test_cost_grows_with_what_sounds_and_with_the_decoder() -> None:
    small = cost(ModelConfig())
    assert cost(ModelConfig(noise_bands=768)) > 1.2 * small
    assert cost(ModelConfig(decoder_size=256)) > small
    assert cost(ModelConfig(channels=2)) > 1.2 * small
