"""Perceptual distance by aiSFX (Ma and Lerch, 2022), which works offline: its weights come with its package.

Deep feature loss (Germain, Chen and Koltun, 2018): the mean absolute difference of what each of the network's
four layers answers, divided by the mean of its answers to the target, so that layers count alike; their mean.
0 is the same sound, 1 as far from the target as the target's answers are large. Not an angle of embeddings:
these keep one frame's maximum of each channel, and so would the gradient.
"""

import torch
from torch import Tensor

from plaud_live.training.embeddings import SoundEar
from plaud_live.training.losses.weighted import Loss, Made
from plaud_live.training.options import TrainOptions

_SMALLEST = 1e-6


class EmbeddingDistance(Loss):
    """Mean relative distance of the activations of aiSFX."""

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        self.ear = SoundEar(options.config.sample_rate)

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Compare output.audio with `target`, both [batch, channels, samples]."""
        with torch.no_grad():
            wanted = self.ear.activations(target.flatten(0, 1))
        made = self.ear.activations(output.audio.flatten(0, 1))
        layers = [
            (m - w).abs().mean() / w.mean().clamp(min=_SMALLEST) for m, w in zip(made, wanted, strict=True)
        ]
        return torch.stack(layers).mean()
