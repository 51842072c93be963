"""The encoder is causal, exact in any pieces, and deaf to nothing that it should hear."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.models.encoder import Encoder
from tests.pieces import pieces
from tests.signals import noise

CONFIG = ModelConfig(encoder_size=16, mel_bands=20, latent_size=3, encoder_dilations=(1, 3, 2))


def encoder(config: ModelConfig = CONFIG) -> Encoder:
    torch.manual_seed(0)
    return Encoder(config).eval()


def audio(samples: int = 20000, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(noise(2 * samples, seed, 0.3)).float().view(2, 1, samples)


@pytest.mark.parametrize("kind", ["conv", "gru"])
@pytest.mark.parametrize("hop", [128, 256, 512])
@pytest.mark.parametrize("seed", range(2))
@torch.no_grad()
def test_any_pieces_give_the_same(hop: int, seed: int, kind: str) -> None:
    net = encoder(ModelConfig(hop_size=hop, encoder=kind, encoder_size=16, mel_bands=20, latent_size=3))
    sound = audio()
    whole = net(sound)
    state, parts = None, []
    for piece in pieces(20000, seed, 2000):
        mean, log_variance, state = net(sound[:, :, piece], state)
        parts.append((mean, log_variance))
    for found, expected in zip(zip(*parts, strict=True), whole, strict=False):
        torch.testing.assert_close(torch.cat(found, dim=1), expected, rtol=0.0, atol=1e-5)


@pytest.mark.parametrize("kind", ["conv", "gru"])
@torch.no_grad()
def test_changing_the_future_does_not_change_the_past(kind: str) -> None:
    net = encoder(replace(CONFIG, encoder=kind))
    sound, other = audio(), audio()
    change = 30 * CONFIG.hop_size + 17
    other[:, :, change:] = 0.9
    before, after = net(sound)[0], net(other)[0]
    assert torch.equal(before[:, :30], after[:, :30])
    assert bool((before[:, 30] != after[:, 30]).all())  # and the frame that holds the change hears it


@torch.no_grad()
def test_it_forgets_after_its_receptive_field() -> None:
    net = encoder()
    sound, other = audio(), audio()
    other[:, :, :1000] = 0.0
    last = 999 // CONFIG.hop_size + net.receptive_frames
    before, after = net(sound)[0], net(other)[0]
    torch.testing.assert_close(before[:, last + 1 :], after[:, last + 1 :], rtol=0.0, atol=1e-6)
    assert bool((before[:, last - 1] != after[:, last - 1]).any())


@torch.no_grad()
def test_a_recurrent_encoder_has_mostly_forgotten_after_its_receptive_field() -> None:
    net = encoder(replace(CONFIG, encoder="gru"))
    sound, other = audio(), audio()
    other[:, :, :1000] = 0.0
    change = (net(sound)[0] - net(other)[0]).abs().amax(dim=(0, 2))
    assert float(change[3 + net.receptive_frames :].max()) < 0.01 * float(change.max())


@torch.no_grad()
def test_opposite_phases_are_heard_and_each_channel_has_its_loudness() -> None:
    net, mono = encoder(replace(CONFIG, channels=2)), encoder()
    sound = audio()
    features = net.features(torch.cat([sound, -0.1 * sound], dim=1))[0][:, 10:]
    alone = mono.features(sound)[0][:, 10:]
    mean_power = 0.5 * float(np.log(0.5 * (1.0 + 0.1**2)))
    torch.testing.assert_close(features[..., :-2], alone[..., :-1] + mean_power, rtol=0.0, atol=0.02)
    torch.testing.assert_close(features[..., -2], alone[..., -1])
    torch.testing.assert_close(features[..., -1], alone[..., -1] - float(np.log(10.0)), rtol=0.0, atol=0.02)


@torch.no_grad()
def test_it_starts_in_silence() -> None:
    """Half a second of silence before the sound changes nothing of what is heard in the features."""
    net = encoder()
    sound = audio()
    silence = torch.zeros(2, 1, 80 * CONFIG.hop_size)
    alone = net.features(sound)[0]
    after = net.features(torch.cat([silence, sound], dim=2))[0]
    torch.testing.assert_close(after[:, 80:], alone, rtol=0.0, atol=1e-5)


@torch.no_grad()
def test_level_is_heard() -> None:
    net = encoder()
    quiet, loud = net.features(0.01 * audio())[0], net.features(audio())[0]
    change = (loud - quiet)[:, 10:, -1]
    torch.testing.assert_close(change, torch.full_like(change, 4.605), rtol=0.0, atol=0.02)  # ln 100


@torch.no_grad()
def test_norm_fits_the_material() -> None:
    net = encoder()
    batches = [audio(seed=1), 0.1 * audio(seed=2)]
    net.fit_norm(batches)
    rows = torch.cat([net.norm(net.features(batch)[0]).flatten(0, 1) for batch in batches])
    torch.testing.assert_close(rows.mean(dim=0), torch.zeros(21), rtol=0.0, atol=1e-3)
    torch.testing.assert_close(rows.std(dim=0), torch.ones(21), rtol=0.0, atol=1e-2)


@torch.no_grad()
def test_log_variance_is_clamped() -> None:
    net = encoder()
    net.log_variance.bias.fill_(50.0)
    assert float(net(audio())[1].max()) == 6.0
