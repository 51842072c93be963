"""The interface of a loss, and the weighted sum of several."""

from collections.abc import Mapping
from typing import Protocol

import torch
from torch import Tensor, nn

from plaud_live.training.losses import find_loss
from plaud_live.training.options import TrainOptions


class Made(Protocol):
    """What a model's training pass returns."""

    audio: Tensor
    mean: Tensor
    log_variance: Tensor
    latents: Tensor


class Loss(nn.Module):
    """Base of all losses. A loss has nothing to learn: networks inside it stay as they are."""

    def __init__(self, options: TrainOptions) -> None:
        super().__init__()

    def train(self, mode: bool = True) -> "Loss":
        """Stay in evaluation mode: a network that hears has no dropout and keeps its statistics."""
        return super().train(False)

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """The loss, a scalar."""
        raise NotImplementedError


class WeightedLosses(nn.Module):
    """The sum of `losses` by their `weights`."""

    def __init__(self, losses: Mapping[str, Loss], weights: Mapping[str, float]) -> None:
        super().__init__()
        self.losses = nn.ModuleDict(losses)
        self.weights = dict(weights)

    def forward(self, output: Made, target: Tensor) -> tuple[Tensor, dict[str, float]]:
        """Return the sum and each loss unweighted, by name."""
        total = torch.zeros((), device=target.device)
        values: dict[str, float] = {}
        for name, loss in self.losses.items():
            value = loss(output, target)
            values[name] = float(value.detach())
            if self.weights[name] > 0.0:
                total = total + self.weights[name] * value
        return total, values


def build_losses(options: TrainOptions) -> WeightedLosses:
    """The losses that a run asks for. Raises SettingsError, in one line, for one that cannot be had."""
    weights = dict(options.losses)
    return WeightedLosses({name: find_loss(name)(options).requires_grad_(False) for name in weights}, weights)
