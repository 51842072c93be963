"""The interface of a loss, and the weighted sum of several."""

from collections.abc import Mapping
from typing import ClassVar, Protocol

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
    """Base of all losses. A loss has nothing to learn: networks inside it stay as they are.

    `warms_up`: the KL warm-up scales it.
    """

    warms_up: ClassVar[bool] = False

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

    def forward(self, output: Made, target: Tensor, warmth: float) -> tuple[Tensor, dict[str, float]]:
        """Return the sum and each loss unweighted, by name. `warmth` in 0..1 is how far the warm-up is."""
        total = torch.zeros((), device=target.device)
        values: dict[str, float] = {}
        for name, loss in self.losses.items():
            value = loss(output, target)
            values[name] = float(value.detach())
            weight = self.weights[name] * (warmth if getattr(loss, "warms_up", False) else 1.0)
            if weight > 0.0:
                total = total + weight * value
        return total, values


def build_losses(options: TrainOptions) -> WeightedLosses:
    """The losses that a run asks for. Raises SettingsError, in one line, for one that cannot be had."""
    weights = options.loss_weights
    return WeightedLosses({name: find_loss(name)(options).requires_grad_(False) for name in weights}, weights)
