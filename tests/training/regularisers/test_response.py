"""The decoder's answer to a latent that moves alone: it learns to follow, and nothing else is pulled."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from plaud_live.features.attributes import make_feature
from plaud_live.models import heard
from plaud_live.models.plaud import Output, PlaudNet
from plaud_live.training.regularisers import build_regularisers
from plaud_live.training.regularisers.attributes import SPREADS
from plaud_live.training.regularisers.response import Response, draw_moves, range_of, slope_of
from tests.training.conftest import RATE, TINY
from tests.training.regularisers.crops import material

TIED = ((0, "loudness"), (1, "brightness"))


def test_moves_lead_into_the_range_of_the_batch_or_nowhere() -> None:
    torch.manual_seed(1)
    latents = torch.randn(200, 10, 2) * torch.tensor([1.0, 5.0]) + torch.tensor([0.0, 3.0])
    low, high = range_of(latents)
    np.testing.assert_allclose([float(low[1]), float(high[1])], 3.0 + 5.0 * np.array([-2.05, 2.05]), atol=0.8)
    centres = latents.mean(dim=1)
    moves = draw_moves(centres, low, high)
    still = moves == 0.0
    assert 0.4 < float(still.float().mean()) < 0.6
    places = centres + moves
    assert bool((((places >= low - 1e-4) & (places <= high + 1e-4)) | still).all())
    assert float(places[~still[:, 1], 1].std()) > 4.0  # all over the range of 20, not near where it was


def test_slope_is_that_of_the_regression_line() -> None:
    x = torch.linspace(-1.0, 2.0, 50)
    y = 3.0 * x + 1.0 + 0.1 * torch.cos(40.0 * x)
    expected = torch.linalg.lstsq(torch.stack([x, torch.ones(50)], dim=1), y[:, None]).solution[0, 0]
    assert slope_of(x, y) == pytest.approx(float(expected), rel=1e-4)
    assert slope_of(torch.ones(50), y) == 0.0
    assert slope_of(x[:1], y[:1]) == 0.0


def test_only_the_decoder_is_asked(options) -> None:  # type: ignore[no-untyped-def]
    torch.manual_seed(2)
    net = PlaudNet(TINY)
    Response(options(attributes=TIED))(net, net.training_pass(material()), material()).backward()
    assert all(p.grad is None or float(p.grad.abs().max()) == 0.0 for p in net.encoder.parameters())
    assert all(p.grad is not None and bool(torch.isfinite(p.grad).all()) for p in net.decoder.parameters())
    assert max(float(p.grad.abs().max()) for p in net.decoder.parameters()) > 0.0  # type: ignore[union-attr]


def test_half_precision_asks_about_the_same(options) -> None:  # type: ignore[no-untyped-def]
    net, audio = PlaudNet(TINY), material()
    regularisers = build_regularisers(options(attributes=((0, "loudness"), (1, "noisiness"))))
    values = []
    for half in (False, True):
        torch.manual_seed(4)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            values.append(regularisers(net, net.training_pass(audio), audio).detach())
    assert values[1].dtype == torch.float32
    torch.testing.assert_close(values[1], values[0], rtol=1.0, atol=0.05)  # other latents are drawn


def test_pitch_is_asked_of_a_harmonic_block(options) -> None:  # type: ignore[no-untyped-def]
    """Another latent that moves the fundamental is told to leave it, by a gradient that would."""
    config = replace(TINY, harmonics=6, noise_bands=0, sines=0)
    torch.manual_seed(3)
    net, audio = PlaudNet(config), material()
    regulariser = Response(options(config=config, attributes=((0, "loudness"), (1, "pitch"))))
    optimiser = torch.optim.Adam(net.decoder.parameters(), lr=1e-2)
    latents = torch.randn(6, 60, 2)

    def octaves(latent: int) -> float:
        ends = torch.zeros(2, 60, 2)
        ends[:, :, latent] = torch.tensor([-1.5, 1.5])[:, None]
        f0 = net.training_controls(ends, torch.float32)["harmonics"].f0_hz[:, 30:, 0].log2().mean(dim=1)
        return float((f0[1] - f0[0]).detach())

    for _ in range(120):
        controls = net.training_controls(latents, torch.float32)
        made = Output(audio, latents, torch.zeros_like(latents), latents, controls)
        wanted = 8.5 + latents[..., 1]  # in place of the loss that draws f0 to the pitch of the target
        apart = controls["harmonics"].f0_hz[..., 0].log2() - wanted
        value = regulariser(net, made, audio) + apart.square().mean()
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
    assert octaves(1) > 1.0
    assert abs(octaves(0)) < 0.3


def test_pitch_without_harmonics_and_onset_ask_nothing(options) -> None:  # type: ignore[no-untyped-def]
    net = PlaudNet(TINY)
    regulariser = Response(options(attributes=((0, "pitch"), (1, "onset"))))
    assert float(regulariser(net, net.training_pass(material()), material())) == 0.0


def test_what_is_heard_follows_a_latent_that_moves_alone(options) -> None:  # type: ignore[no-untyped-def]
    torch.manual_seed(3)
    net, audio = PlaudNet(TINY), material()
    regulariser = Response(options(attributes=TIED))
    optimiser = torch.optim.Adam(net.decoder.parameters(), lr=1e-2)
    with torch.no_grad():
        net.decoder.get_parameter("input.0.weight")[:, 0] = 0.0  # at first nothing follows the first latent
        readings = {n: make_feature(n, RATE, TINY.hop_size).measure(audio[:, 0]) for _, n in TIED}
    centres = {"loudness": -30.0, "brightness": 9.0}
    latents = [(reading.value - centres[name]) / SPREADS[name] for name, reading in readings.items()]
    means = torch.stack(latents, dim=-1)  # what an encoder would say that is tied
    for _ in range(60):
        controls = net.training_controls(means, audio.dtype)
        value = regulariser(net, Output(audio, means, torch.zeros_like(means), means, controls), audio)
        parts = heard.components(TINY, controls)
        for name, wanted in readings.items():  # in place of a loss that compares the sound
            error = (heard.HEARD[name](parts).value - wanted.value) / SPREADS[name]
            value = value + (error.square() * wanted.known).mean()
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
    for latent, name in TIED:
        low, high = means[..., latent].quantile(0.05), means[..., latent].quantile(0.95)
        swept = means[:1].repeat(7, 1, 1)
        swept[..., latent] = torch.linspace(float(low), float(high), 7)[:, None]
        sound = net.decode(swept)[0][:, 0].detach()
        found = make_feature(name, RATE, TINY.hop_size).measure(sound).value[:, 8:].mean(dim=1).numpy()
        rank = np.argsort(np.argsort(found))
        assert np.corrcoef(rank, np.arange(7))[0, 1] > 0.9, name
        assert found[-1] - found[0] > (1.0 if name == "loudness" else 0.1)
