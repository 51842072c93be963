"""Sweeps of decoders whose latents are known by construction."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor

from plaud_live.training.evaluation.readings import NAMES
from plaud_live.training.evaluation.sweep import choose_places, rank_correlation, settled, sweep
from tests.training.conftest import RATE, TINY

LOUDNESS, BRIGHTNESS, NOISINESS, PITCH, ONSET = range(len(NAMES))


class Instrument(SimpleNamespace):
    """A sawtooth: latent 0 sets its level, -40 to 0 dB, latent 1 its pitch, falling from 800 to 200 Hz."""

    config = TINY

    def decode(self, latents: Tensor) -> tuple[Tensor, None]:
        rows = latents.repeat_interleave(TINY.hop_size, dim=1)
        hz = 200.0 * 4.0 ** (1.0 - rows[..., 1])
        phase = torch.cumsum(hz.double() / RATE, dim=1) % 1.0
        sound = (2.0 * phase - 1.0).float() * 10.0 ** (2.0 * (rows[..., 0] - 1.0))
        return sound.unsqueeze(1), None


def test_each_latent_moves_its_own_attribute() -> None:
    places = np.array([[0.8, 0.2], [1.0, 0.7]])
    found = sweep(Instrument(), places, low=[0.0, 0.0], high=[1.0, 1.0])  # type: ignore[arg-type]
    assert found.rho[0, LOUDNESS] == pytest.approx(1.0)
    assert found.span[0, LOUDNESS] == pytest.approx(40.0, abs=0.5)
    assert found.rho[1, PITCH] == pytest.approx(-1.0)
    assert found.span[1, PITCH] == pytest.approx(2.0, abs=0.05)  # octaves
    assert found.rho[1, BRIGHTNESS] == pytest.approx(-1.0)
    assert found.span[0, PITCH] < 0.01


def test_an_attribute_that_the_sound_has_not_is_left_open() -> None:
    quiet = np.array([[-1.0, 0.5]])  # -80 dB: a sound without pitch or colour
    found = sweep(Instrument(), quiet, low=[-1.0, 0.0], high=[-0.6, 1.0])  # type: ignore[arg-type]
    assert np.isnan(found.rho[1, PITCH]) and np.isnan(found.span[1, BRIGHTNESS])
    assert np.isfinite(found.rho[0, LOUDNESS])


def test_what_is_settled_has_the_length_asked_for() -> None:
    assert settled(Instrument(), np.zeros((3, 2)), 0.2).shape == (  # type: ignore[arg-type]
        3, round(0.2 * TINY.frame_rate) * TINY.hop_size
    )  # fmt: skip


def test_rank_correlation_knows_order_alone_and_leaves_out_what_is_unknown() -> None:
    values = np.arange(6.0)
    assert rank_correlation(values, values**3) == pytest.approx(1.0)
    assert rank_correlation(values, np.array([5.0, 4.0, np.nan, 2.0, 1.0, 0.0])) == pytest.approx(-1.0)
    assert rank_correlation(values, np.ones(6)) == 0.0


def test_places_are_taken_where_there_is_sound() -> None:
    means = np.arange(20.0)[:, None]
    loud = np.arange(20) >= 10
    np.testing.assert_array_equal(choose_places(means, loud, 3)[:, 0], [10.0, 14.0, 19.0])
    assert len(choose_places(means, np.zeros(20, dtype=bool), 6)) == 6
