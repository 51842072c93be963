"""Perceptual distance by CLAP (Wu et al., 2023): the cosine distance of embeddings.

1 - cos of the angle between what CLAP hears in what was made and in the target, from 0, the same, to 2; means
over examples and channels. A crop is heard repeated to 10 s, so that a step costs the same for all lengths.
Weights: `--clap-weights`, a folder or a name in the local cache; nothing is downloaded.
"""

import torch
from torch import Tensor

from plaud_live.training.clap.ear import draw_cuts, ear_of
from plaud_live.training.clap.weights import find_files
from plaud_live.training.losses.weighted import Loss, Made
from plaud_live.training.options import TrainOptions


class ClapDistance(Loss):
    """Mean cosine distance of CLAP's embeddings."""

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        self.ear = ear_of(find_files(options.clap_weights), options.config.sample_rate)

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Compare output.audio with `target`, both [batch, channels, samples]."""
        cuts = draw_cuts()
        with torch.no_grad():
            wanted = self.ear(target, cuts)
        return (1.0 - (self.ear(output.audio, cuts) * wanted).sum(dim=-1)).mean()
