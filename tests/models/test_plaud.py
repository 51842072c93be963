"""The whole network: it learns, every weight takes part, and each control does what its name says."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.models import latent
from plaud_live.models.controls import CONTROL_NAMES, PlayControls
from plaud_live.models.harmonic import HarmonicControls
from plaud_live.models.plaud import PlaudNet
from plaud_live.synths import controls as synths_controls
from tests.models.nets import ALL_BLOCKS, SUBSETS, moving_latents, tiny_net
from tests.models_for_tests import TINY
from tests.signals import level_db, noise

FRAMES = 60


def fresh(**config: int) -> PlaudNet:
    torch.manual_seed(0)
    return PlaudNet(ModelConfig(**{**TINY, **config}))


def controls(net: PlaudNet, latents: torch.Tensor, **fixed: float) -> PlayControls:
    """The defaults, but for what is `fixed` to a value."""
    default = PlayControls.default(net.config, latents)
    return replace(default, **{k: torch.full(latents.shape[:2], float(v)) for k, v in fixed.items()})


def level(net: PlaudNet, latents: torch.Tensor, **fixed: float) -> float:
    return level_db(net.decode(latents, controls(net, latents, **fixed))[0].numpy())


def test_both_hands_name_the_controls_alike() -> None:
    assert CONTROL_NAMES == synths_controls.CONTROL_NAMES
    latents = torch.zeros(1, 1, 4)
    default = PlayControls.default(ModelConfig(**TINY), latents).to_tensor()
    assert default[0, 0].tolist() == synths_controls.default_controls(ModelConfig(**TINY)).tolist()


def test_training_pass_returns_what_the_losses_read() -> None:
    net = fresh(**ALL_BLOCKS)
    output = net.training_pass(torch.from_numpy(noise(3 * 10000)).float().view(3, 1, 10000))
    assert output.audio.shape == (3, 1, 39 * 256)
    assert output.mean.shape == output.log_variance.shape == output.latents.shape == (3, 39, 4)
    assert list(output.controls) == ["sines", "harmonics", "noise_bands"]
    assert isinstance(output.controls["harmonics"], HarmonicControls)


@pytest.mark.parametrize("subset", list(SUBSETS))
def test_every_weight_takes_part(subset: str) -> None:
    net = fresh(**SUBSETS[subset])
    output = net.training_pass(torch.from_numpy(noise(2 * 8000)).float().view(2, 1, 8000))
    loss = output.audio.square().mean() + latent.kl_loss(output.mean, output.log_variance)
    loss.backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert bool(torch.isfinite(parameter.grad).all()), name
        assert float(parameter.grad.abs().max()) > 0.0, name


def test_mixed_precision_keeps_its_frequencies() -> None:
    """Half precision has two or three digits: only the networks may use it."""
    net = fresh(**ALL_BLOCKS)
    audio = torch.from_numpy(noise(2 * 8000)).float().view(2, 1, 8000)
    with torch.autocast("cpu", torch.bfloat16):
        output = net.training_pass(audio)
    assert output.audio.dtype == output.controls["sines"].frequency_hz.dtype == torch.float32
    output.audio.square().mean().backward()
    assert all(bool(torch.isfinite(p.grad).all()) for p in net.decoder.parameters() if p.grad is not None)


@pytest.mark.parametrize("subset", list(SUBSETS))
def test_before_training_each_block_is_quiet(subset: str) -> None:
    net = fresh(**SUBSETS[subset])
    output = net.training_pass(torch.from_numpy(noise(8 * 44100, gain=0.3)).float().view(8, 1, -1))
    assert output.audio.shape[:2] == (8, net.config.channels)
    blocks = len(net.blocks)
    found = level_db(output.audio.detach().numpy())
    assert found == pytest.approx(-45.0 + 10 * np.log10(blocks), abs=4.0)


@pytest.mark.slow
def test_it_learns_a_level_and_a_spectrum() -> None:
    """Noise below 3 kHz: from its spectrum alone the bands take on its level, and fall silent above."""
    net = fresh(sines=4, noise_bands=32)
    spectrum = np.fft.rfft(noise(12288, gain=0.5))
    spectrum[np.fft.rfftfreq(12288, 1 / 44100) > 3000.0] = 0.0
    target = torch.from_numpy(np.fft.irfft(spectrum)).float().view(1, 1, -1)
    window = torch.hann_window(1024)

    def magnitude(audio: torch.Tensor) -> torch.Tensor:
        return torch.stft(audio[:, 0], 1024, 256, window=window, return_complex=True).abs()

    wanted = magnitude(target)
    optimiser = torch.optim.Adam(net.parameters(), 1e-2)
    slower = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.05, total_iters=100)
    losses = []
    for _ in range(100):
        found = magnitude(net.training_pass(target).audio)
        loss = (torch.log(found + 1e-3) - torch.log(wanted + 1e-3)).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        slower.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.5 * losses[0]
    heard = net.training_pass(target).audio.detach()
    assert level_db(heard.numpy()) == pytest.approx(level_db(target.numpy()), abs=5.0)
    power = magnitude(heard).square().mean(dim=(0, 2))
    assert float(power[110:].mean() / power[5:60].mean()) < 1e-3  # above 4.7 kHz, below 2.6 kHz


def test_training_pass_and_decode_are_the_same_synthesis(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the start fixed and nothing drawn, training hears what playing plays."""
    net = tiny_net()
    for block in net.blocks.values():
        monkeypatch.setattr(block, "random_state", lambda controls: None)
    monkeypatch.setattr(latent, "draw", lambda mean, log_variance: mean)
    audio = torch.from_numpy(noise(12000, gain=0.3)).view(1, 1, -1)
    with torch.no_grad():
        torch.testing.assert_close(net.training_pass(audio).audio, net(audio)[0], rtol=0.0, atol=1e-5)


@torch.no_grad()
def test_gains_and_counts_silence_their_block_alone() -> None:
    net = tiny_net()
    latents = moving_latents(1, FRAMES, 4, 0)
    names = {"sines": "sine_gain", "harmonics": "harmonic_gain", "noise_bands": "noise_gain"}
    none = dict.fromkeys(names.values(), 0.0)
    assert level(net, latents, **none) == -np.inf
    for count, gain in names.items():
        alone = {**none, gain: 1.0}
        assert level(net, latents, **alone) > -50.0
        assert level(net, latents, **alone, **{count: 0.0}) == -np.inf
        assert level(net, latents, **{**alone, gain: 0.5}) == pytest.approx(
            level(net, latents, **alone) - 6.02, abs=0.01
        )


@torch.no_grad()
def test_fewer_sines_are_the_strongest() -> None:
    net = tiny_net(sines=12, harmonics=0, noise_bands=0)
    latents = torch.zeros(1, 200, 4)
    few, all_ = level(net, latents, sines=3.0), level(net, latents)
    weakest = 10 * np.log10(3 / 12)
    assert all_ + weakest < few < all_


@torch.no_grad()
def test_freeze_holds_the_sound_while_oscillators_run_on() -> None:
    net = tiny_net(sines=12, harmonics=0, noise_bands=0)
    latents = moving_latents(1, 100, 4, 2)
    held = controls(net, latents)
    held.freeze[:, 40:] = 1.0
    frozen, state = net.decode(latents, held)
    other = replace(controls(net, latents[:, 40:]), freeze=held.freeze[:, 40:])
    again, _ = net.decode(latents[:, 40:].flip(1), other, net.decode(latents[:, :40])[1])
    torch.testing.assert_close(again, frozen[:, :, 40 * 256 :], rtol=0.0, atol=1e-5)  # latents are not heard
    tail = frozen[0, 0, 41 * 256 :].numpy()
    assert level_db(tail) > -50.0
    short = np.abs(np.fft.rfft(tail[:4096] * np.hanning(4096)))
    later = np.abs(np.fft.rfft(tail[-4096:] * np.hanning(4096)))
    assert np.corrcoef(short, later)[0, 1] > 0.99  # the spectrum stands
    assert state.frames == 100


@torch.no_grad()
def test_thawing_goes_on_where_it_was_held() -> None:
    """Latents that came while frozen were never heard: the sound's controls are as if they had not come."""
    net = tiny_net()
    latents = moving_latents(1, 60, 4, 3)
    held = controls(net, latents)
    held.freeze[:, 20:40] = 1.0
    features = net._features(latents, held, held.freeze >= 0.5, net.decode(latents[:, :0])[1])[0]
    spliced = torch.cat([latents[:, :20], latents[:, 40:]], dim=1)
    plain = controls(net, spliced)
    expected = net._features(spliced, plain, plain.freeze >= 0.5, net.decode(latents[:, :0])[1])[0]
    torch.testing.assert_close(features[:, 40:], expected[:, 20:])
    torch.testing.assert_close(features[:, 20:40], features[:, 19:20].expand(1, 20, -1))


@torch.no_grad()
def test_temperature_is_repeatable_and_scaled_by_the_residual() -> None:
    net = tiny_net()
    latents = moving_latents(1, FRAMES, 4, 0)
    cold, _ = net.decode(latents)
    warm, _ = net.decode(latents, controls(net, latents, temperature=1.0))
    again, _ = net.decode(latents, controls(net, latents, temperature=1.0))
    assert torch.equal(warm, again)
    assert level_db((warm - cold).numpy()) > -60.0
    net.residual.zero_()
    still, _ = net.decode(latents, controls(net, latents, temperature=1.0))
    torch.testing.assert_close(still, cold)


def test_controls_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[1, 2, 8\], want \[batch, frames, 10\]"):
        PlayControls.from_tensor(torch.zeros(1, 2, 8))
