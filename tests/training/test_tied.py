"""Tied latents: from the command line to a name at the prompt."""

import numpy as np
import pytest
import torch

from plaud_live.control.parameters import parameters
from plaud_live.engine.models import info_of
from plaud_live.errors import SettingsError
from plaud_live.info import describe
from plaud_live.model_file import read
from plaud_live.models.latent import flip_latent
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.tied import turn_and_measure
from plaud_live.training.trainer import train
from tests.signals import sine
from tests.training.conftest import RATE, TINY


@pytest.mark.parametrize(
    ("attributes", "line"),
    [
        (((0, "loudnes"),), "--attribute z0:loudnes: no attribute 'loudnes' — did you mean 'loudness'?"),
        (((2, "loudness"),), "--attribute z2:loudness: latents are z0 to z1; more by --latent-size"),
        (((0, "loudness"), (0, "pitch")), "--attribute z0:loudness: z0 is tied twice"),
        (((0, "onset"), (1, "onset")), "--attribute z0:onset: onset is tied to two latents"),
    ],
)
def test_ties_that_cannot_be_are_one_line(attributes, line, options) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SettingsError) as caught:
        options(attributes=attributes)
    assert str(caught.value) == line


def test_a_tied_latent_keeps_its_place_and_gets_its_name(options) -> None:  # type: ignore[no-untyped-def]
    finished = train(options(steps=30, learning_rate=1e-2, attributes=((1, "loudness"),), held_out=0.2))
    assert finished is not None
    model = read(finished.path)
    assert model.latents.names == ("", "loud")
    r2 = model.training["attributes_r2"]["loudness"]
    assert 0.5 < r2 <= 1.0
    assert "  loud\n" in describe(model, finished.path)
    table = parameters(info_of(model, finished.path))
    assert (table["loud"].source, table["loud"].index) == ("z", 1)


def test_a_latent_that_came_out_upside_down_is_turned() -> None:
    torch.manual_seed(1)
    net = PlaudNet(TINY).eval()
    swell = sine(2 * RATE, 500.0, RATE, 0.5) * np.linspace(0.0, 1.0, 2 * RATE) ** 2
    windows = swell.astype(np.float32)[None, None]
    flat = np.zeros_like(windows)
    (tie,) = turn_and_measure(net, [(0, "loudness")], windows)
    right = net.encode(torch.from_numpy(windows))[0].detach()
    assert float(right[0, -1, 0]) > float(right[0, 8, 0])
    flip_latent(net, 0)
    (again,) = turn_and_measure(net, [(0, "loudness")], windows)
    torch.testing.assert_close(net.encode(torch.from_numpy(windows))[0], right)
    assert again.r2 == pytest.approx(tie.r2)
    assert turn_and_measure(net, [(0, "pitch")], flat)[0].r2 is None  # silence has none
