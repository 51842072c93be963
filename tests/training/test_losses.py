"""Losses against the libraries and formulas that they stand for."""

import auraloss
import pytest
import torch

from plaud_live.models.plaud import Output
from plaud_live.training.losses import LOSSES, WeightedLosses
from plaud_live.training.losses.multi_resolution_stft import FFT_SIZES, HOPS, WINDOWS


def output(audio: torch.Tensor, mean: float = 0.5, log_variance: float = -1.0) -> Output:
    shape = (audio.shape[0], 4, 2)
    filled = torch.full(shape, mean), torch.full(shape, log_variance)
    return Output(audio, *filled, latents=filled[0], controls={})


@pytest.fixture
def pair() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return 0.1 * torch.randn(2, 1, 8000), 0.1 * torch.randn(2, 1, 8000)


def test_stft_is_aurasloss_own(options, pair) -> None:  # type: ignore[no-untyped-def]
    theirs = auraloss.freq.MultiResolutionSTFTLoss(list(FFT_SIZES), list(HOPS), list(WINDOWS))
    ours = LOSSES["multi_resolution_stft"](options())
    made, target = (t.clone().requires_grad_() for t in pair)
    also = made.detach().clone().requires_grad_()
    a, b = ours(output(made), target), theirs(also, target)
    assert float(a.detach()) == pytest.approx(float(b.detach()), rel=1e-6)
    a.backward()
    b.backward()
    torch.testing.assert_close(made.grad, also.grad, rtol=1e-4, atol=1e-8)


def test_stft_divides_by_the_targets_norm(options, pair) -> None:  # type: ignore[no-untyped-def]
    loss = LOSSES["multi_resolution_stft"](options())
    sound = pair[0]
    logarithm = torch.log(torch.tensor(2.0))
    # |S| / 2 against |S|: convergence 1/2 if the target divides, 1 if the other does; log distance ln 2
    assert float(loss(output(0.5 * sound), sound)) == pytest.approx(float(0.5 + logarithm), rel=1e-3)
    assert float(loss(output(sound), 0.5 * sound)) == pytest.approx(float(1.0 + logarithm), rel=1e-3)


def test_stft_is_zero_for_the_same_sound_and_has_a_gradient_at_silence(options, pair) -> None:  # type: ignore[no-untyped-def]
    loss = LOSSES["multi_resolution_stft"](options())
    assert float(loss(output(pair[0]), pair[0])) == 0.0
    silent = torch.zeros(1, 1, 8000, requires_grad=True)
    loss(output(silent), pair[0][:1]).backward()
    assert bool(torch.isfinite(silent.grad).all())  # type: ignore[arg-type]


def test_kl_is_torchs_own_and_free_bits_are_free(options, pair) -> None:  # type: ignore[no-untyped-def]
    mean, log_variance = 0.7, -2.0
    made = output(pair[0], mean, log_variance)
    normal = torch.distributions.Normal
    expected = torch.distributions.kl_divergence(
        normal(torch.tensor(mean), torch.tensor(log_variance).mul(0.5).exp()), normal(0.0, 1.0)
    )
    assert float(LOSSES["kl"](options(free_bits=0.0))(made, pair[1])) == pytest.approx(
        2 * float(expected), rel=1e-6
    )
    mean_leaf = made.mean.clone().requires_grad_()
    free = LOSSES["kl"](options(free_bits=5.0))
    free(Output(pair[0], mean_leaf, made.log_variance, made.latents, {}), pair[1]).backward()
    assert float(mean_leaf.grad.abs().max()) == 0.0  # type: ignore[union-attr]


def test_the_sum_weighs_each_loss_and_warms_up_only_the_kl(options, pair) -> None:  # type: ignore[no-untyped-def]
    built = {name: loss(options()) for name, loss in LOSSES.items()}
    losses = WeightedLosses(built, {"multi_resolution_stft": 2.0, "kl": 0.5})
    made = output(pair[0])
    for warmth in (0.0, 0.25, 1.0):
        total, values = losses(made, pair[1], warmth)
        expected = 2.0 * values["multi_resolution_stft"] + warmth * 0.5 * values["kl"]
        assert float(total) == pytest.approx(expected, rel=1e-6)


def test_the_options_weigh_losses_that_exist(options) -> None:  # type: ignore[no-untyped-def]
    assert set(options().loss_weights) == set(LOSSES)
