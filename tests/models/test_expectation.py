"""Expected spectra are the mean of the spectra of the sound itself, over random phases and positions."""

from typing import Any

import pytest
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.models.expectation import Expectation, Windows
from plaud_live.models.plaud import PlaudNet
from plaud_live.models.synth import Grid

FRAMES, DELAY, DRAWS = 24, 2, 400
WINDOWS = Windows(600, 1024, 256)
BLOCKS = {"sines": {"sines": 12}, "harmonics": {"harmonics": 12}, "noise_bands": {"noise_bands": 48}}


def model(block: str) -> PlaudNet:
    torch.manual_seed(3)
    counts = {"sines": 0, "harmonics": 0, "noise_bands": 0} | BLOCKS[block]
    return PlaudNet(ModelConfig(**counts))


def moving_controls(net: PlaudNet, grid: Grid) -> dict[str, Any]:
    """Of features that glide from a random place to another: slowly, a partial that sweeps is broader."""
    place, way = torch.randn(2, net.config.output_size)
    glide = torch.linspace(-0.2, 0.2, FRAMES)[:, None]
    features = (net.decoder.last.bias.detach() + place + glide * way)[None]
    return {part.key: part.block.get_controls(share, grid) for part, share in net._shares(features)}


@torch.no_grad()
@pytest.mark.parametrize("block", list(BLOCKS))
def test_expected_power_is_the_mean_of_the_sound_s(block: str) -> None:
    net = model(block)
    grid = Grid.of(net.config)
    controls = moving_controls(net, grid)
    noise, partials = Expectation(net.config, WINDOWS, FRAMES, DELAY)(controls)
    heard = torch.zeros_like(noise)
    for _ in range(DRAWS):
        start = net.blocks[block].random_state(controls[block])
        audio, _ = net.blocks[block].get_signal(controls[block], start, grid)
        heard += WINDOWS.power(audio[:, DELAY * grid.hop_size :]) / DRAWS
    assert float((partials if block == "noise_bands" else noise).abs().max()) == 0.0
    expected = noise + partials
    loud = heard > 1e-2 * heard.amax(dim=(1, 2), keepdim=True)
    off = 10.0 * (expected[loud] / heard[loud]).log10()
    assert float(off.abs().mean()) < 0.5  # dB; the mean of 400 draws is itself off by 0.2
    assert abs(float(off.mean())) < 0.25  # the lobes beyond REACH are left out


def test_two_blocks_are_heard_apart() -> None:
    net = PlaudNet(ModelConfig(sines=4, harmonics=3, noise_bands=8))
    grid = Grid.of(net.config)
    noise, partials = Expectation(net.config, WINDOWS, FRAMES)(moving_controls(net, grid))
    assert noise.shape == partials.shape == (1, WINDOWS.count(FRAMES * grid.hop_size), 513)
    assert float(noise.min()) > 0.0 < float(partials.max())


def test_before_the_first_frame_there_is_silence() -> None:
    net = model("noise_bands")
    controls = moving_controls(net, Grid.of(net.config))
    short = Windows(128, 128, 64)
    power = Expectation(net.config, short, FRAMES)(controls)[0][0].sum(dim=1)
    ramp = torch.arange(1, 129) / 256  # half a frame of a ramp from nothing, under the window's square
    window = torch.hann_window(128).square()
    share = float((window * ramp).sum() / window.sum())
    first = controls["noise_bands"].amplitude[0, 0].square() @ Expectation(net.config, short, FRAMES).noise
    assert float(power[0]) == pytest.approx(share * float(first.sum()), rel=1e-3)


def test_a_window_longer_than_the_crop_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 2 frames"):
        Expectation(ModelConfig(sines=1, noise_bands=0), WINDOWS, 4, DELAY)
