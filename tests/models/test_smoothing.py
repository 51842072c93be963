"""Smoothing is a moving average: against a loop, in any pieces, with a length that changes."""

import numpy as np
import pytest
import torch

from plaud_live.models.smoothing import smooth
from tests.pieces import pieces


def by_hand(latents: np.ndarray, lengths: np.ndarray, longest: int) -> np.ndarray:
    """Mean of the last few frames, one by one."""
    out = np.empty_like(latents)
    for b in range(latents.shape[0]):
        for t in range(latents.shape[1]):
            few = int(min(max(1, round(float(lengths[b, t]))), t + 1, longest))
            out[b, t] = latents[b, t + 1 - few : t + 1].mean(axis=0)
    return out


def case(seed: int, frames: int = 60) -> tuple[torch.Tensor, torch.Tensor]:
    dice = np.random.default_rng(seed)
    return (
        torch.from_numpy(dice.standard_normal((2, frames, 3))),
        torch.from_numpy(dice.uniform(-2.0, 15.0, (2, frames))),
    )


@pytest.mark.parametrize("seed", range(3))
def test_it_is_a_moving_average_of_a_length_that_moves(seed: int) -> None:
    latents, lengths = case(seed)
    found, _ = smooth(latents, lengths, longest=8)
    np.testing.assert_allclose(found.numpy(), by_hand(latents.numpy(), lengths.numpy(), 8), atol=1e-12)


@pytest.mark.parametrize("longest", [1, 8])
@pytest.mark.parametrize("seed", range(3))
def test_any_pieces_give_the_same(seed: int, longest: int) -> None:
    latents, lengths = case(seed)
    whole, _ = smooth(latents, lengths, longest)
    state, done = None, []
    for piece in pieces(60, seed, 20):
        part, state = smooth(latents[:, piece], lengths[:, piece], longest, state)
        done.append(part)
    torch.testing.assert_close(torch.cat(done, dim=1), whole, rtol=0.0, atol=1e-12)


def test_a_step_becomes_a_ramp() -> None:
    latents = torch.cat([torch.zeros(1, 10, 1), torch.ones(1, 10, 1)], dim=1)
    found, _ = smooth(latents, torch.full((1, 20), 4.0), longest=64)
    expected = [0.0] * 10 + [0.25, 0.5, 0.75] + [1.0] * 7
    assert found.flatten().tolist() == expected


def test_no_error_builds_up() -> None:
    """A running sum would keep what a large value left behind; this starts each mean anew."""
    latents = torch.zeros(1, 30, 1)
    latents[0, 5] = 1e8
    latents[0, 20:] = 0.1
    found, _ = smooth(latents, torch.full((1, 30), 4.0), longest=8)
    assert found[0, 29, 0] == pytest.approx(0.1, abs=1e-8)
