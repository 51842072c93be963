"""Distillation: at places that it knows from its parent, a child's decoder plays what the parent's plays.

Old sound alone, rehearsed, keeps what the whole autoencoder does with it, but not what is at a position: the
encoder may move, and the decoder with it. So the parent's decoder is asked what it would play at such
positions (Hinton, Vinyals and Dean, 2015; Li and Hoiem, 2016, learning without forgetting), and its physical
controls are what the child's are compared with. No sound is made for it.
"""

import torch
from torch import Tensor

from plaud_live.models.plaud import Output, PlaudNet
from plaud_live.training.continual.controls_distance import controls_distance
from plaud_live.training.continual.positions import Positions
from plaud_live.training.options import TrainOptions
from plaud_live.training.regularisers.regulariser import Regulariser

PLACES, FRAMES = 10, 64
"""Trajectories a step, and frames of each: a third of a second."""


class Distillation(Regulariser):
    """Distance in dB of the decoder's controls from the parent's."""

    name = "distillation"

    def __init__(self, options: TrainOptions, parent: PlaudNet, positions: Positions) -> None:
        super().__init__(options)
        self.parent = parent.requires_grad_(False)
        self.positions = positions

    def weight(self, done: float) -> float:
        """The same from first to last."""
        return self.options.distillation

    def forward(self, net: PlaudNet, made: Output, audio: Tensor) -> Tensor:
        """Draw positions and decode them with both; neither `made` nor `audio` is looked at."""
        latents, weights = (values.to(audio) for values in self.positions.draw(PLACES, FRAMES))
        with torch.no_grad():
            wanted = self.parent.training_controls(latents, audio.dtype)
        distances = controls_distance(wanted, net.training_controls(latents, audio.dtype))
        return (weights * distances).sum() / weights.sum()
