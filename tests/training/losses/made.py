"""What a model's training pass returns, around any audio, and descent on a waveform."""

import torch
from torch import Tensor

from plaud_live.models.plaud import Output
from plaud_live.training.losses.weighted import Loss


def made(audio: Tensor) -> Output:
    """An output whose audio is `audio` [batch, channels, samples]."""
    latents = torch.zeros(audio.shape[0], 4, 2)
    return Output(audio, latents, latents, latents, controls={})


def value(loss: Loss, audio: Tensor, target: Tensor) -> float:
    """The loss of `audio` against `target`, a number."""
    return float(loss(made(audio), target).detach())


def gradient(loss: Loss, audio: Tensor, target: Tensor) -> Tensor:
    """Of the loss by `audio`."""
    audio = audio.detach().clone().requires_grad_()
    loss(made(audio), target).backward()
    assert audio.grad is not None
    return audio.grad


def descend(loss: Loss, audio: Tensor, target: Tensor, rate: float, steps: int) -> list[float]:
    """Values of the loss while Adam moves the samples of `audio` by about `rate` a step."""
    audio = audio.detach().clone().requires_grad_()
    optimiser = torch.optim.Adam([audio], lr=rate)
    values = []
    for _ in range(steps):
        optimiser.zero_grad()
        distance = loss(made(audio), target)
        distance.backward()
        optimiser.step()
        values.append(float(distance.detach()))
    return values
