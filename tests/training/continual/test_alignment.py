"""Alignment: the right latents find each other, and turning them does not change the sound."""

import itertools

import numpy as np
import torch

from plaud_live.training.continual.alignment import align, find_alignment
from plaud_live.training.continual.assignment import assign
from tests.models.nets import tiny_net


def test_the_assignment_is_the_best_of_all_permutations() -> None:
    dice = np.random.default_rng(1)
    for size in (1, 2, 5, 6):
        for _ in range(10):
            gain = dice.normal(size=(size, size))
            best = max(itertools.permutations(range(size)), key=lambda p: sum(gain[np.arange(size), p]))
            assert assign(gain) == list(best)
    assert assign(np.zeros((0, 0))) == []


def test_latents_that_were_permuted_turned_and_stretched_come_back() -> None:
    dice = np.random.default_rng(2)
    parent = dice.normal(size=(400, 4)) @ np.diag([1.0, 2.0, 0.5, 3.0]) + [0.0, 1.0, -2.0, 4.0]
    child = -0.7 * parent[:, [2, 0, 3, 1]] + 0.3 + 0.01 * dice.normal(size=(400, 4))
    found = find_alignment(parent, child)
    assert found.order == (1, 3, 0, 2)
    assert min(found.agreement) > 0.99
    again = np.array(found.gain) * child[:, found.order] + np.array(found.offset)
    np.testing.assert_allclose(again, parent, atol=0.1)


def test_tied_latents_keep_their_place_and_their_sign() -> None:
    dice = np.random.default_rng(3)
    parent = dice.normal(size=(400, 3))
    found = find_alignment(parent, -parent[:, [1, 0, 2]], tied=(0,))
    assert found.order[0] == 0
    assert found.gain[0] > 0.0
    assert found.order[1:] == (1, 2)


def test_turning_changes_the_latents_and_not_the_sound() -> None:
    net = tiny_net()
    audio = torch.from_numpy(np.random.default_rng(4).uniform(-0.3, 0.3, (1, 1, 6000))).float()
    with torch.no_grad():
        before, heard = net.encode(audio)[0], net(audio)[0]
        rows = before[0].numpy()
        mixed = np.stack([2.0 * rows[:, 3] + 1.0, -0.5 * rows[:, 0], rows[:, 2] - 3.0, -rows[:, 1]], axis=1)
        align(net, find_alignment(mixed, rows))
        after, again = net.encode(audio)[0], net(audio)[0]
    np.testing.assert_allclose(after[0].numpy(), mixed, atol=1e-4)
    torch.testing.assert_close(again, heard, atol=1e-4, rtol=0.0)  # weights are rounded to float32 once more
    assert float(heard.abs().max()) > 0.01
