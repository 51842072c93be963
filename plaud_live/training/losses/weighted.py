"""The interface of a loss, and the weighted sum of several."""

from typing import ClassVar, Protocol

import torch
from torch import Tensor, nn

from plaud_live.training.options import TrainOptions


class Made(Protocol):
    """What a model's training pass returns."""

    audio: Tensor
    mean: Tensor
    log_variance: Tensor
    latents: Tensor


class Loss(nn.Module):
    """Base of all losses. `warms_up`: the KL warm-up scales it."""

    warms_up: ClassVar[bool] = False

    def __init__(self, options: TrainOptions) -> None:
        super().__init__()

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """The loss, a scalar."""
        raise NotImplementedError


class WeightedLosses(nn.Module):
    """The sum of `losses` by their weights."""

    def __init__(self, losses: dict[str, Loss], weights: dict[str, float]) -> None:
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
            scale = warmth if getattr(loss, "warms_up", False) else 1.0
            total = total + self.weights[name] * scale * value
        return total, values
