"""The distance of pitch, in octaves, and when it counts."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from plaud_live.errors import SettingsError
from plaud_live.models.plaud import Output
from plaud_live.training.losses.pitch import PitchDistance
from plaud_live.training.options import TrainOptions
from tests.signals import sine
from tests.training.conftest import RATE, TINY

Options = Callable[..., TrainOptions]
HARMONIC = replace(TINY, harmonics=4)
HOP = HARMONIC.hop_size
SAMPLES = 48 * HOP


def output(f0_hz: Tensor) -> Output:
    """What a training pass returns of a block that plays `f0_hz` [batch, frames]."""
    nothing = torch.zeros(0)
    block: Any = SimpleNamespace(f0_hz=f0_hz.unsqueeze(-1))
    return Output(nothing, nothing, nothing, nothing, {"harmonics": block})


def tone(hz: float) -> Tensor:
    return torch.from_numpy(sine(SAMPLES, hz, RATE, 0.3).astype(np.float32))[None, None]


def held(hz: float, frames: int = 48) -> Tensor:
    return torch.full((1, frames), hz)


def test_an_octave_is_1_and_the_same_pitch_0(options: Options) -> None:
    loss = PitchDistance(options(config=HARMONIC))
    assert float(loss(output(held(440.0)), tone(440.0))) == pytest.approx(0.0, abs=0.005)
    assert float(loss(output(held(880.0)), tone(440.0))) == pytest.approx(1.0, abs=0.005)
    assert float(loss(output(held(110.0)), tone(440.0))) == pytest.approx(2.0, abs=0.005)


def test_a_glide_is_followed_where_it_sounds(options: Options) -> None:
    """f0 comes `delay` frames after the target. The right moment is nearer than two frames beside it."""
    loss = PitchDistance(options(config=HARMONIC, delay=2))
    octaves = np.arange(SAMPLES) / RATE * 2.0
    hz = 200.0 * 2.0**octaves
    sound = torch.from_numpy((0.3 * np.sin(2 * np.pi * np.cumsum(hz) / RATE)).astype(np.float32))[None, None]

    def apart(late: float) -> float:
        frames = np.arange(50) - 2.0 - late
        return float(loss(output(torch.from_numpy(200.0 * 2.0 ** (frames * HOP / RATE * 2.0))[None]), sound))

    assert apart(0.0) < 0.5 * min(apart(-2.0), apart(2.0))


def test_where_there_is_no_pitch_nothing_is_asked(options: Options) -> None:
    torch.manual_seed(1)
    loss = PitchDistance(options(config=HARMONIC))
    for target in (torch.zeros(1, 1, SAMPLES), 0.2 * torch.randn(1, 1, SAMPLES)):
        f0 = held(300.0).requires_grad_()
        distance = loss(output(f0), target)
        assert float(distance.detach()) == pytest.approx(0.0, abs=0.05)
        distance.backward()
        assert f0.grad is not None and bool(torch.isfinite(f0.grad).all())


def test_descent_finds_the_pitch(options: Options) -> None:
    loss = PitchDistance(options(config=HARMONIC))
    place = torch.zeros(1, 48, requires_grad=True)
    optimiser = torch.optim.Adam([place], lr=0.1)
    for _ in range(30):
        optimiser.zero_grad()
        distance = loss(output(200.0 * torch.exp2(place)), tone(440.0))
        distance.backward()
        optimiser.step()
    assert float(200.0 * torch.exp2(place.detach()).median()) == pytest.approx(440.0, rel=0.05)


def test_a_model_without_harmonics_is_refused(options: Options) -> None:
    with pytest.raises(SettingsError, match="no harmonic block; give --harmonics"):
        PitchDistance(options())
