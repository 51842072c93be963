"""The interface of a loss, and the weighted sum of several."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor, nn

from plaud_live.training.losses import find_loss
from plaud_live.training.options import TrainOptions


class Made(Protocol):
    """What a model's training pass returns, `audio` from where the target begins."""

    audio: Tensor
    controls: dict[str, Any]
    mean: Tensor
    log_variance: Tensor
    latents: Tensor


class Loss(nn.Module):
    """Base of all losses. A loss has nothing to learn: networks inside it stay as they are.

    `hears` says whether it listens to output.audio, which is not made if no loss of a run does.
    """

    hears: ClassVar[bool] = True

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

    @property
    def hear(self) -> bool:
        """Whether one of them listens to the sound."""
        return any(getattr(loss, "hears", True) for loss in self.losses.values())

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Each loss unweighted, [losses]."""
        return torch.stack([loss(output, target).float() for loss in self.losses.values()])

    def weigh(self, values: Tensor) -> tuple[Tensor, dict[str, float]]:
        """The weighted sum of `values` [losses], and each by its name. One without weight has no gradient."""
        total = torch.zeros((), device=values.device)
        for value, weight in zip(values, self.weights.values(), strict=True):
            if weight > 0.0:
                total = total + weight * value
        return total, dict(zip(self.weights, values.tolist(), strict=True))


def build_losses(options: TrainOptions) -> WeightedLosses:
    """The losses that a run asks for. Raises SettingsError, in one line, for one that cannot be had."""
    weights = dict(options.losses)
    return WeightedLosses({name: find_loss(name)(options).requires_grad_(False) for name in weights}, weights)
