"""Which components sound: the strongest, ties to the lower index, over eight frames."""

import numpy as np
import pytest
import torch

from plaud_live.models.gates import GateState, gate
from tests.pieces import pieces


def by_hand(amplitude: np.ndarray, counts: np.ndarray, frozen: np.ndarray) -> np.ndarray:
    """The rule of the specification for one voice [frames, size], written with plain sorting."""
    out = np.empty_like(amplitude)
    for t, now in enumerate(amplitude):
        if t == 0:
            strength = now.copy()
        elif not frozen[t]:
            strength = strength + 0.1 * (now - strength)
        ranked = sorted(range(len(now)), key=lambda k: (-strength[k], k))
        wanted = np.zeros(len(now))
        wanted[ranked[: max(0, round(float(counts[t])))]] = 1.0
        out[t] = wanted if t == 0 else out[t - 1] + np.clip(wanted - out[t - 1], -0.125, 0.125)
    return out


def case(seed: int, frames: int = 80) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Amplitudes with many ties, counts below, within and above what there is, some frames frozen."""
    dice = np.random.default_rng(seed)
    amplitude = dice.integers(0, 4, (2, frames, 7)) * 0.25
    counts = np.repeat(dice.integers(-1, 10, (2, frames // 8)), 8, axis=1).astype(float)
    frozen = np.repeat(dice.random((2, frames // 4)) < 0.3, 4, axis=1)
    return torch.from_numpy(amplitude), torch.from_numpy(counts), torch.from_numpy(frozen)


@pytest.mark.parametrize("seed", range(4))
def test_gates_follow_the_rule(seed: int) -> None:
    amplitude, counts, frozen = case(seed)
    found, _ = gate(amplitude, counts, frozen)
    for b in range(2):
        expected = by_hand(amplitude[b].numpy(), counts[b].numpy(), frozen[b].numpy())
        np.testing.assert_array_equal(found[b].numpy(), expected)


@pytest.mark.parametrize("seed", range(4))
def test_any_pieces_give_the_same(seed: int) -> None:
    amplitude, counts, frozen = case(seed)
    whole, end = gate(amplitude, counts, frozen)
    state, done = None, []
    for piece in (p for p in pieces(80, seed, 9) if p.stop > p.start):
        part, state = gate(amplitude[:, piece], counts[:, piece], frozen[:, piece], state)
        done.append(part)
    assert torch.equal(torch.cat(done, dim=1), whole)
    assert state is not None and torch.equal(state.strength, end.strength)


def test_all_wanted_opens_what_was_closed_in_eight_frames() -> None:
    state = GateState(torch.ones(1, 3), torch.zeros(1, 3))
    none = torch.zeros(1, 12, dtype=torch.bool)
    found, _ = gate(torch.ones(1, 12, 3), torch.full((1, 12), 3.0), none, state)
    assert found[0, :, 0].tolist() == [min(1.0, (t + 1) / 8) for t in range(12)]


def test_a_brief_peak_does_not_take_over() -> None:
    """Strength follows slowly: one loud frame of the weaker component leaves the other sounding."""
    amplitude = torch.tensor([[1.0, 0.5]]).repeat(1, 20, 1)
    amplitude[0, 10, 1] = 3.0
    found, _ = gate(amplitude, torch.ones(1, 20), torch.zeros(1, 20, dtype=torch.bool))
    assert bool((found[0, :, 0] == 1.0).all()) and bool((found[0, :, 1] == 0.0).all())


def test_of_many_that_are_equal_the_lowest_sound() -> None:
    amplitude = torch.full((1, 1, 1000), 0.5)
    found, _ = gate(amplitude, torch.tensor([[17.0]]), torch.zeros(1, 1, dtype=torch.bool))
    assert found[0, 0].tolist() == [1.0] * 17 + [0.0] * 983
