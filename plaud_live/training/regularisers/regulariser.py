"""The interface of a regulariser, and the weighted sum of several.

A loss compares what was made with what was to be made; a regulariser asks something of the model itself. It
is called inside the training pass, where it may use the network.
"""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from plaud_live.models.plaud import Output, PlaudNet
from plaud_live.training.options import TrainOptions


class Regulariser(nn.Module):
    """Base of all regularisers."""

    name: ClassVar[str]

    def __init__(self, options: TrainOptions) -> None:
        super().__init__()
        self.options = options

    def forward(self, net: PlaudNet, made: Output, audio: Tensor) -> Tensor:
        """A scalar for what `net` made of `audio` [batch, channels, samples]."""
        raise NotImplementedError

    def weight(self, done: float) -> float:
        """Its weight when the share `done` of the run, 0..1, is over."""
        raise NotImplementedError


class Regularisers(nn.Module):
    """All regularisers of a run."""

    def __init__(self, parts: Sequence[Regulariser]) -> None:
        super().__init__()
        self.parts = tuple(parts)
        self.modules_of_parts = nn.ModuleList(parts)

    def forward(self, net: PlaudNet, made: Output, audio: Tensor) -> Tensor:
        """The value of each, unweighted, [regularisers]; in float32, whatever the training's precision."""
        with torch.autocast(audio.device.type, enabled=False):
            latents = (made.mean.float(), made.log_variance.float(), made.latents.float())
            made = Output(made.audio, *latents, controls=made.controls)
            return torch.stack([part(net, made, audio.float()) for part in self.parts])

    def weigh(self, values: Tensor, done: float) -> tuple[Tensor, dict[str, float]]:
        """The weighted sum of `values` [regularisers], and each by its name."""
        weights = values.new_tensor([part.weight(done) for part in self.parts])
        names = (part.name for part in self.parts)
        return weights @ values, dict(zip(names, values.tolist(), strict=True))
