"""The mean of a run's weights: how steps are weighed, and that it is what a run measures and keeps."""

import numpy as np
import pytest
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.averaging import AveragedNet
from plaud_live.training.checkpoint import BEST, LAST, load_checkpoint
from plaud_live.training.trainer import train


@pytest.mark.parametrize("behind", [0.0, 0.05, 0.5])
def test_the_mean_lies_as_far_behind_as_is_asked_for(behind: float) -> None:
    net = PlaudNet(ModelConfig(latent_size=2, decoder_size=8, encoder_size=8, sines=2, noise_bands=4))
    averaged = AveragedNet(net, behind)
    wandered = np.random.default_rng(1).standard_normal(50)
    for step, value in enumerate(wandered, start=1):
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.fill_(float(value))
        averaged.follow(step)
    weights = np.diff((np.arange(51) / 50.0) ** (1.0 / behind - 1.0)) if behind else np.eye(50)[-1]
    assert 1.0 - weights @ np.arange(1, 51) / 50.0 == pytest.approx(behind, abs=0.011)
    for parameter in averaged.net.parameters():
        assert torch.allclose(parameter, torch.tensor(float(weights @ wandered)), atol=1e-5)


def test_a_run_keeps_the_mean_of_its_weights(options) -> None:  # type: ignore[no-untyped-def]
    run = options(steps=4)
    train(run)
    last, best = load_checkpoint(run.folder / LAST), load_checkpoint(run.folder / BEST)
    assert best.weights.keys() == last.averaged.keys() == last.weights.keys()
    assert all(torch.equal(best.weights[name], last.averaged[name]) for name in best.weights)
    assert any(not torch.equal(last.weights[name], last.averaged[name]) for name in best.weights)
