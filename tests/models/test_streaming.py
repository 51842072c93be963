"""Exact in pieces: any block sizes give the samples of one whole render, while all controls move.

Tolerance 1e-5: the sums of a matrix product may be taken in another order for another number of frames.
"""

import copy
from typing import Any

import pytest
import torch
from torch import Tensor

from plaud_live.models.controls import PlayControls
from plaud_live.models.plaud import PlaudNet
from plaud_live.models.synth import Grid
from tests.models.nets import SUBSETS, moving_controls, moving_latents, tiny_net
from tests.pieces import pieces
from tests.signals import level_db, noise

FRAMES = 120


def audible(audio: Tensor) -> bool:
    return level_db(audio.numpy()) > -70.0


def decode_in_pieces(
    net: PlaudNet, latents: Tensor, controls: Tensor | None, seed: int, sample_rate: int | None = None
) -> Tensor:
    state, parts = None, []
    for piece in pieces(latents.shape[1], seed, 20):
        asked = controls[:, piece] if controls is not None else None
        part, state = net.decode(latents[:, piece], asked, state, sample_rate)
        parts.append(part)
    return torch.cat(parts, dim=2)


@pytest.mark.parametrize("subset", list(SUBSETS))
@pytest.mark.parametrize("seed", range(3))
@torch.no_grad()
def test_decode(subset: str, seed: int) -> None:
    net = tiny_net(**SUBSETS[subset])
    latents = moving_latents(2, FRAMES, net.config.latent_size, seed)
    controls = moving_controls(net, 2, FRAMES, seed).to_tensor()
    whole, _ = net.decode(latents, controls)
    assert audible(whole)
    torch.testing.assert_close(decode_in_pieces(net, latents, controls, seed), whole, rtol=0.0, atol=1e-5)


@pytest.mark.parametrize("sample_rate", [22050, 48000, 96000])
@torch.no_grad()
def test_decode_at_another_rate(sample_rate: int) -> None:
    net = tiny_net()
    latents = moving_latents(1, FRAMES, net.config.latent_size, 0)
    controls = moving_controls(net, 1, FRAMES, 0).to_tensor()
    whole, _ = net.decode(latents, controls, sample_rate=sample_rate)
    assert whole.shape[2] == FRAMES * Grid.of(net.config, sample_rate).hop_size
    found = decode_in_pieces(net, latents, controls, 0, sample_rate)
    torch.testing.assert_close(found, whole, rtol=0.0, atol=1e-5)


@torch.no_grad()
def test_decode_frame_by_frame_without_controls() -> None:
    net = tiny_net()
    latents = moving_latents(1, 40, net.config.latent_size, 3)
    whole, _ = net.decode(latents)
    state, parts = None, []
    for t in range(40):
        part, state = net.decode(latents[:, t : t + 1], state=state)
        parts.append(part)
    assert audible(whole)
    torch.testing.assert_close(torch.cat(parts, dim=2), whole, rtol=0.0, atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
@torch.no_grad()
def test_forward(seed: int) -> None:
    """Blocks of any number of samples: what is no whole hop waits in the state."""
    net = tiny_net()
    samples = FRAMES * 256 + 100
    audio = torch.from_numpy(noise(2 * samples, seed, 0.3)).float().view(2, 1, samples)
    whole, _ = net(audio)
    assert whole.shape[2] == FRAMES * 256
    state, parts, heard = None, [], 0
    for piece in pieces(samples, seed, 3000):
        part, state = net(audio[:, :, piece], state)
        heard += part.shape[2]
        assert heard == piece.stop // 256 * 256
        parts.append(part)
    torch.testing.assert_close(torch.cat(parts, dim=2), whole, rtol=0.0, atol=1e-5)


@pytest.mark.parametrize("name", ["sines", "harmonics", "noise_bands"])
@pytest.mark.parametrize("seed", range(2))
@torch.no_grad()
def test_each_block_alone(name: str, seed: int) -> None:
    net = tiny_net()
    block: Any = net.blocks[name]
    grid = Grid.of(net.config)
    features = moving_latents(2, FRAMES, block.features, seed).double()
    whole, _ = block.get_signal(block.get_controls(features, grid), None, grid)
    state, parts = None, []
    for piece in (p for p in pieces(FRAMES, seed, 17) if p.stop > p.start):
        controls = block.get_controls(features[:, piece], grid)
        part, state = block.get_signal(controls, state, grid)
        parts.append(part)
    torch.testing.assert_close(torch.cat(parts, dim=1), whole, rtol=0.0, atol=1e-9)


@torch.no_grad()
def test_a_state_is_a_value() -> None:
    """Going on twice from the same state, or from a copy of it, gives the same sound."""
    net = tiny_net()
    latents = moving_latents(1, 30, net.config.latent_size, 0)
    controls = moving_controls(net, 1, 30, 0).to_tensor()
    _, state = net.decode(latents[:, :10], controls[:, :10])
    kept = copy.deepcopy(state)
    first, _ = net.decode(latents[:, 10:], controls[:, 10:], state)
    for other in (state, kept):
        again, _ = net.decode(latents[:, 10:], controls[:, 10:], other)
        assert torch.equal(again, first)


@torch.no_grad()
def test_items_of_a_batch_do_not_hear_each_other() -> None:
    """Freeze, counts and smoothing differ from item to item."""
    net = tiny_net()
    latents = moving_latents(3, 60, net.config.latent_size, 5)
    controls = moving_controls(net, 3, 60, 5).to_tensor()
    together, _ = net.decode(latents, controls)
    for item in range(3):
        alone, _ = net.decode(latents[item : item + 1], controls[item : item + 1])
        torch.testing.assert_close(alone[0], together[item], rtol=0.0, atol=1e-5)


@torch.no_grad()
def test_nothing_to_do_is_no_step() -> None:
    net = tiny_net()
    empty, state = net.decode(torch.zeros(2, 0, net.config.latent_size))
    assert empty.shape == (2, 1, 0)
    audio, encoder = net.encode(torch.zeros(2, 1, 0))[::2]
    assert audio.shape == (2, 0, net.config.latent_size)
    latents = moving_latents(2, 5, net.config.latent_size, 0)
    after, _ = net.decode(latents, PlayControls.default(net.config, latents), state)
    fresh, _ = net.decode(latents)
    assert torch.equal(after, fresh) and encoder is not None
