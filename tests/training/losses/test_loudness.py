"""The distance of loudness, in decibels."""

from collections.abc import Callable

import pytest
import torch

from plaud_live.training.losses.loudness import LoudnessDistance
from plaud_live.training.options import TrainOptions
from tests.training.losses.made import descend, gradient, value

Options = Callable[..., TrainOptions]


def test_half_as_loud_is_6_db_and_a_gradient_makes_it_louder(options: Options) -> None:
    torch.manual_seed(1)
    loss, sound = LoudnessDistance(options()), 0.3 * torch.randn(2, 1, 8000)
    assert value(loss, 0.5 * sound, sound) == pytest.approx(6.0206, abs=1e-3)
    assert value(loss, sound, -sound) == 0.0
    slope = gradient(loss, 0.5 * sound, sound)
    assert float((slope * sound).sum()) < 0.0  # along the sound the loss falls


def test_a_tremolo_is_heard_that_keeps_the_mean_level(options: Options) -> None:
    """A second in four steps, 6 dB up and down: 6 dB off in all frames but the few across a step."""
    torch.manual_seed(1)
    loss, sound = LoudnessDistance(options()), 0.2 * torch.randn(1, 1, 16000)
    steps = torch.tensor([2.0, 0.5, 2.0, 0.5]).repeat_interleave(4000)
    assert value(loss, steps * sound, sound) == pytest.approx(6.02, abs=0.5)


def test_silence_costs_at_most_the_floor_and_its_gradient_is_finite(options: Options) -> None:
    loss, silence = LoudnessDistance(options()), torch.zeros(1, 1, 8000)
    loud = torch.ones(1, 1, 8000)
    assert 60.0 < value(loss, silence, loud) <= 70.01
    for audio, target in ((silence, loud), (loud, silence), (silence, silence)):
        assert bool(torch.isfinite(gradient(loss, audio, target)).all())


def test_a_few_steps_lower_it(options: Options) -> None:
    torch.manual_seed(1)
    audio, target = 0.1 * torch.randn(1, 1, 8000), 0.3 * torch.randn(1, 1, 8000)
    values = descend(LoudnessDistance(options()), audio, target, rate=0.02, steps=6)
    assert values[-1] < 0.7 * values[0]
