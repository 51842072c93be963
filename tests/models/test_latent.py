"""The latent space: divergence against torch's own, calibration against NumPy, order at the same sound."""

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from plaud_live.errors import ModelFileError
from plaud_live.models import files, latent
from tests.models.nets import moving_latents, tiny_net
from tests.signals import noise


def posterior(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    dice = torch.Generator().manual_seed(seed)
    shape = (4, 50, 3)
    return torch.randn(shape, generator=dice), torch.randn(shape, generator=dice)


def test_divergence_is_that_of_two_normals() -> None:
    mean, log_variance = posterior()
    expected = kl_divergence(Normal(mean, torch.exp(0.5 * log_variance)), Normal(0.0, 1.0))
    torch.testing.assert_close(latent.kl_per_latent(mean, log_variance), expected.mean(dim=(0, 1)))


def test_divergence_does_not_depend_on_batch_or_length() -> None:
    mean, log_variance = posterior()
    once = latent.kl_per_latent(mean, log_variance)
    torch.testing.assert_close(latent.kl_per_latent(mean.repeat(3, 2, 1), log_variance.repeat(3, 2, 1)), once)


def test_free_bits_leave_a_latent_alone_below_them() -> None:
    mean = torch.tensor([[[0.1, 3.0]]], requires_grad=True)
    log_variance = torch.zeros(1, 1, 2, requires_grad=True)
    loss = latent.kl_loss(mean, log_variance, free_nats=0.5)
    assert float(loss.detach()) == pytest.approx(0.5 + 4.5)
    loss.backward()
    assert mean.grad is not None
    assert mean.grad.flatten().tolist() == [0.0, 3.0]


def test_drawn_latents_have_the_mean_and_the_variance() -> None:
    mean, log_variance = torch.full((20000, 1, 2), 3.0), torch.tensor([-2.0, 1.0]).expand(20000, 1, 2)
    drawn = latent.draw(mean, log_variance, torch.Generator().manual_seed(0))
    torch.testing.assert_close(drawn.mean(dim=(0, 1)), torch.full((2,), 3.0), rtol=0.0, atol=0.05)
    torch.testing.assert_close(drawn.var(dim=(0, 1)), torch.exp(log_variance[0, 0]), rtol=0.05, atol=0.0)


def test_drawing_lets_the_gradient_through() -> None:
    mean, log_variance = (value.requires_grad_() for value in posterior())
    latent.draw(mean, log_variance).square().sum().backward()
    assert mean.grad is not None and log_variance.grad is not None
    assert float(mean.grad.abs().min()) > 0.0 and float(log_variance.grad.abs().max()) > 0.0


def material(seed: int = 0) -> list[torch.Tensor]:
    return [
        torch.from_numpy(noise(60000, s, 0.1 * (s + 1))).float().view(1, 1, -1) for s in range(seed, seed + 3)
    ]


@torch.no_grad()
def test_calibration_measures_the_material() -> None:
    net = tiny_net()
    space = latent.calibrate(net, material())
    settle = net.encoder.receptive_frames
    codes = [net.encode(audio) for audio in material()]
    means = torch.cat([mean[0, settle:] for mean, _, _ in codes]).double().numpy()
    variances = torch.cat([log_variance[0, settle:].exp() for _, log_variance, _ in codes]).double().numpy()
    np.testing.assert_allclose(space.low, np.percentile(means, 1, axis=0), rtol=1e-6)
    np.testing.assert_allclose(space.high, np.percentile(means, 99, axis=0), rtol=1e-6)
    np.testing.assert_allclose(space.mean, means.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(space.residual, np.sqrt(variances.mean(axis=0)), rtol=1e-6)
    expected = 0.5 * (means**2 + variances - 1 - np.log(variances)).mean(axis=0)
    np.testing.assert_allclose(space.information, expected, rtol=1e-5)
    assert space.names == ("",) * net.config.latent_size


@torch.no_grad()
def test_a_latent_that_carries_nothing_still_has_a_range() -> None:
    net = tiny_net()
    net.encoder.mean.weight.zero_()
    space = latent.calibrate(net, material())
    bias = net.encoder.mean.bias.tolist()
    np.testing.assert_allclose(space.low, np.array(bias) - 1.0, atol=1e-6)
    np.testing.assert_allclose(space.high, np.array(bias) + 1.0, atol=1e-6)
    files.to_model(net, "flat", space)


def test_calibration_without_sound_says_so() -> None:
    with pytest.raises(ModelFileError, match="no frame of audio"):
        latent.calibrate(tiny_net(), [torch.zeros(1, 1, 100)])


@torch.no_grad()
def test_ordering_keeps_the_sound_and_sorts_the_information() -> None:
    net = tiny_net()
    audio = material()[0]
    space = latent.calibrate(net, material())
    before, _ = net(audio)
    order = latent.order_latents(net, space.information)
    after, _ = net(audio)
    torch.testing.assert_close(after, before, rtol=0.0, atol=1e-5)
    ordered = latent.reorder(space, order)
    assert list(ordered.information) == sorted(space.information, reverse=True)
    again = latent.calibrate(net, material())
    for name in ("low", "high", "mean", "residual", "information"):
        np.testing.assert_allclose(getattr(again, name), getattr(ordered, name), rtol=1e-5)


@torch.no_grad()
def test_ordering_keeps_what_temperature_does_to_a_latent() -> None:
    net = tiny_net()
    net.residual = torch.tensor([0.1, 0.2, 0.3, 0.4])
    latents = moving_latents(1, 5, 4, 0)
    before, _ = net.decode(latents)
    order = latent.order_latents(net, [1.0, 4.0, 2.0, 3.0])
    assert order == [1, 3, 2, 0]
    torch.testing.assert_close(net.residual, torch.tensor([0.2, 0.4, 0.3, 0.1]))
    after, _ = net.decode(latents[:, :, order])
    torch.testing.assert_close(after, before, rtol=0.0, atol=1e-5)


@torch.no_grad()
def test_a_latent_that_is_kept_stays_where_it_is() -> None:
    net = tiny_net()
    latents = moving_latents(1, 5, 4, 0)
    before, _ = net.decode(latents)
    order = latent.order_latents(net, [1.0, 4.0, 2.0, 3.0], kept=[0, 2])
    assert order == [0, 1, 2, 3]
    assert latent.order_latents(net, [1.0, 2.0, 3.0, 4.0], kept=[1]) == [3, 1, 2, 0]
    after, _ = net.decode(latents[:, :, [3, 1, 2, 0]])
    torch.testing.assert_close(after, before, rtol=0.0, atol=1e-5)


@torch.no_grad()
def test_a_turned_latent_rises_where_it_fell_and_the_sound_stays() -> None:
    net = tiny_net()
    audio = material()[0]
    before, mean = net(audio)[0], net.encode(audio)[0]
    latent.flip_latent(net, 2)
    torch.testing.assert_close(net(audio)[0], before, rtol=0.0, atol=1e-5)
    torch.testing.assert_close(net.encode(audio)[0], mean * torch.tensor([1.0, 1.0, -1.0, 1.0]))
