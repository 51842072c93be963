"""The expected STFT distance: what drawn sounds have on the average, with the gradient of its formula."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.losses.expected_distance import expected_distance
from plaud_live.training.losses.expected_stft import ExpectedSTFT
from plaud_live.training.losses.stft import MultiResolutionSTFT
from plaud_live.training.options import TrainOptions

ONES = torch.ones(7)


def powers(*levels: float) -> torch.Tensor:
    """Powers [1, levels, 7]."""
    return torch.tensor(levels)[None, :, None].expand(1, -1, 7).contiguous()


@pytest.mark.parametrize("level_db", [-50.0, -20.0, -3.0, 0.0, 6.0, 25.0])
def test_noise_has_the_distances_of_drawn_noise(level_db: float) -> None:
    power = 10.0 ** (level_db / 10.0)
    nothing = powers(0.0)
    convergence, log_distance = expected_distance(powers(power), nothing, powers(1.0), ONES)
    drawn = power * np.random.default_rng(1).exponential(size=400_000)
    assert float(log_distance) == pytest.approx(np.mean(np.abs(0.5 * np.log(drawn))), rel=5e-3)
    assert float(convergence) == pytest.approx(np.sqrt(np.mean((np.sqrt(drawn) - 1.0) ** 2)), rel=5e-3)


@pytest.mark.parametrize("level_db", [-20.0, 0.0, 12.0])
def test_partials_have_the_plain_distances(level_db: float) -> None:
    gain = 10.0 ** (level_db / 20.0)
    convergence, log_distance = expected_distance(powers(0.0), powers(gain**2), powers(1.0), ONES)
    assert float(log_distance) == pytest.approx(abs(math.log(gain)), abs=1e-5)
    assert float(convergence) == pytest.approx(abs(gain - 1.0), abs=1e-3)


def test_noise_of_the_target_s_power_is_a_minimum_and_partials_are_nearer() -> None:
    wanted = torch.from_numpy(np.random.default_rng(2).exponential(size=(1, 4000, 7))).float()
    levels = np.linspace(0.6, 1.6, 21)
    noises = [
        float(expected_distance(torch.full_like(wanted, float(v)), torch.zeros_like(wanted), wanted, ONES)[1])
        for v in levels
    ]
    assert levels[int(np.argmin(noises))] == pytest.approx(1.0, abs=0.051)  # unbiased: not 1.6 dB too soft
    # independent noises are ln 2 apart: their log powers differ by a logistic variable
    assert min(noises) == pytest.approx(math.log(2.0), rel=0.02)
    assert float(expected_distance(powers(1.0), powers(0.0), powers(1.0), ONES)[1]) > 0.3
    assert float(expected_distance(powers(0.0), powers(1.0), powers(1.0), ONES)[1]) < 1e-6


@pytest.mark.parametrize("term", [0, 1])
def test_gradients_are_those_of_the_sums(term: int) -> None:
    generator = torch.Generator().manual_seed(3)
    noise, partials, target = torch.rand(3, 2, 3, 7, generator=generator).add_(0.05).unbind(0)
    weight = torch.rand(7, generator=generator).add_(0.5)
    inputs = [noise.requires_grad_(), partials.requires_grad_()]
    expected_distance(*inputs, target, weight)[term].backward()
    for which in (0, 1):
        for place in ((0, 0, 0), (1, 2, 6), (0, 1, 3)):
            ends = []
            for step in (-1e-2, 1e-2):
                moved = [each.detach().clone() for each in inputs]
                moved[which][place] += step
                ends.append(float(expected_distance(*moved, target, weight)[term]))
            slope = (ends[1] - ends[0]) / 2e-2
            grad = inputs[which].grad
            assert grad is not None
            assert float(grad[place]) == pytest.approx(slope, rel=0.05, abs=2e-4)


def test_silence_is_finite() -> None:
    noise, partials = (torch.zeros(1, 3, 7, requires_grad=True) for _ in range(2))
    convergence, log_distance = expected_distance(noise, partials, torch.zeros(1, 3, 7), ONES)
    (convergence + log_distance).backward()
    for each in (noise, partials):
        assert each.grad is not None
        assert bool(torch.isfinite(each.grad).all())


def options(**more: object) -> TrainOptions:
    config = ModelConfig(sines=12, noise_bands=32, decoder_size=32, encoder_size=32, channels=2)
    return TrainOptions(Path("data"), "m", Path("out"), config=config, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("weighting", ["none", "a"])
def test_it_is_the_mean_of_the_loss_of_the_sound(weighting: str) -> None:
    chosen = options(stft_weighting=weighting)
    torch.manual_seed(4)
    net = PlaudNet(chosen.config)
    with torch.no_grad():  # two channels that differ, and louder than where a model starts
        net.decoder.last.bias.add_(3.0 + torch.randn_like(net.decoder.last.bias))
    audio = 0.1 * torch.randn(3, 2, chosen.crop_samples)
    target = audio[..., : chosen.crop_samples - chosen.delay_samples]
    stft, expected = MultiResolutionSTFT(chosen), ExpectedSTFT(chosen)
    heard = []
    with torch.no_grad():
        made = net.training_pass(audio)
        for _ in range(24):
            again = net.training_pass(audio)
            sound = again.audio[..., chosen.delay_samples :]
            heard.append(float(stft(type(made)(sound, *list(vars(again).values())[1:]), target)))
            del again
        quiet = net.training_pass(audio, heard=False)
        assert quiet.audio.shape == (3, 2, 0)
        found = float(expected(quiet, target))
    assert found == pytest.approx(float(np.mean(heard)), rel=0.03)
