"""The KL divergence against torch's own."""

import pytest
import torch

from plaud_live.models.plaud import Output, PlaudNet
from plaud_live.training.regularisers.kl import KL
from tests.training.conftest import TINY


def output(mean: torch.Tensor, log_variance: float) -> Output:
    return Output(torch.zeros(2, 1, 8), mean, torch.full_like(mean, log_variance), mean, controls={})


def test_kl_is_torchs_own_and_free_bits_are_free(options) -> None:  # type: ignore[no-untyped-def]
    net, audio, mean = PlaudNet(TINY), torch.zeros(2, 1, 8), torch.full((2, 4, 2), 0.7, requires_grad=True)
    normal = torch.distributions.Normal
    expected = torch.distributions.kl_divergence(
        normal(torch.tensor(0.7), torch.tensor(-2.0).mul(0.5).exp()), normal(0.0, 1.0)
    )
    found = KL(options(free_bits=0.0))(net, output(mean, -2.0), audio)
    assert float(found.detach()) == pytest.approx(2 * float(expected), rel=1e-6)
    KL(options(free_bits=5.0))(net, output(mean, -2.0), audio).backward()
    assert float(mean.grad.abs().max()) == 0.0  # type: ignore[union-attr]


def test_its_weight_warms_up_once_or_in_cycles(options) -> None:  # type: ignore[no-untyped-def]
    once = KL(options(beta=0.5, warmup=0.5))
    assert [once.weight(done) for done in (0.0, 0.25, 0.5, 1.0)] == [0.0, 0.25, 0.5, 0.5]
    twice = KL(options(beta=0.5, warmup=0.5, kl_cycles=2))
    assert [twice.weight(done) for done in (0.0, 0.125, 0.25, 0.5, 0.625, 0.75, 1.0)] == [
        0.0, 0.25, 0.5, 0.0, 0.25, 0.5, 0.5,
    ]  # fmt: skip
