"""The KL divergence against torch's own."""

import pytest
import torch

from plaud_live.models.plaud import Output
from plaud_live.training.losses.kl import KL


def output(mean: float, log_variance: float) -> Output:
    filled = torch.full((2, 4, 2), mean), torch.full((2, 4, 2), log_variance)
    return Output(torch.zeros(2, 1, 8), *filled, latents=filled[0], controls={})


def test_kl_is_torchs_own_and_free_bits_are_free(options) -> None:  # type: ignore[no-untyped-def]
    made, target = output(0.7, -2.0), torch.zeros(2, 1, 8)
    normal = torch.distributions.Normal
    expected = torch.distributions.kl_divergence(
        normal(torch.tensor(0.7), torch.tensor(-2.0).mul(0.5).exp()), normal(0.0, 1.0)
    )
    assert float(KL(options(free_bits=0.0))(made, target)) == pytest.approx(2 * float(expected), rel=1e-6)
    mean = made.mean.clone().requires_grad_()
    KL(options(free_bits=5.0))(Output(target, mean, made.log_variance, mean, {}), target).backward()
    assert float(mean.grad.abs().max()) == 0.0  # type: ignore[union-attr]
