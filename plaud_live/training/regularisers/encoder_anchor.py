"""Encoder anchor: a child's encoder puts old sound where its parent's puts it.

So that what is played through the encoder, and anchors that are made from recordings, stay where they were.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from plaud_live.models.plaud import Output, PlaudNet
from plaud_live.training.options import TrainOptions
from plaud_live.training.regularisers.regulariser import Regulariser

_BEND = 0.02  # of a range: smaller errors count by their square


class EncoderAnchor(Regulariser):
    """Mean distance of the means of old sound from the parent's, in ranges.

    `widths` [latents] are those of the ranges; the last `old` crops of a batch are old sound.
    """

    name = "encoder_anchor"

    def __init__(self, options: TrainOptions, parent: PlaudNet, widths: Sequence[float], old: int) -> None:
        super().__init__(options)
        self.parent = parent.requires_grad_(False)
        self.widths = torch.tensor(widths).float()
        self.old = old

    def weight(self, done: float) -> float:
        """The same from first to last."""
        return self.options.encoder_anchor

    def forward(self, net: PlaudNet, made: Output, audio: Tensor) -> Tensor:
        """Compare what `made` has of the last crops of `audio` with the parent's encoding of them."""
        with torch.no_grad():
            wanted = self.parent.encoder(audio[-self.old :])[0]
        apart = (made.mean[-self.old :] - wanted) / self.widths.to(wanted)
        return F.smooth_l1_loss(apart, torch.zeros_like(apart), beta=_BEND)
