"""Attributes: a latent rises where what is heard rises (Pati and Lerch, 2021, AR-VAE).

For all pairs of frames of the batch the latent's difference Dz is compared with the attribute's, Da:
MAE(tanh(delta * Dz), sign(Da)). Pairs that differ by less than the attribute's dead zone are left out, as are
frames where the attribute is not known: silence has no brightness, noise has no pitch. A latent of frame t is
tied to the sound whose last sample is the last that the frame hears.
"""

import torch
from torch import Tensor, nn

from plaud_live.features.attributes import make_feature
from plaud_live.features.framing import Framing
from plaud_live.models.plaud import Output, PlaudNet
from plaud_live.training.options import TrainOptions
from plaud_live.training.regularisers.regulariser import Regulariser

MOST_FRAMES = 256
"""Frames of a batch, evenly picked, that pairs are made of: 32,640 pairs."""

DELTA = 1.0
"""How soon a difference of latents is enough: tanh(1) is 0.76."""

DEAD_ZONES = {"loudness": 1.0, "brightness": 0.05, "noisiness": 0.02, "pitch": 0.02, "onset": 0.05}
"""Differences, in the attribute's unit, that are none."""


class Attributes(Regulariser):
    """Mean over the tied latents of how badly they are ordered, 0..2."""

    name = "attributes"

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        rate, hop = options.config.sample_rate, options.config.hop_size
        self.features = tuple(make_feature(name, rate, hop) for _, name in options.attributes)
        self.modules_of_features = nn.ModuleList(self.features)

    def weight(self, done: float) -> float:
        """The same from first to last."""
        return self.options.attribute_weight

    def forward(self, net: PlaudNet, made: Output, audio: Tensor) -> Tensor:
        """Compare made.mean with `audio` [batch, channels, samples]."""
        mono, count = audio.mean(dim=1), made.mean.shape[0] * made.mean.shape[1]
        stride = -(-count // MOST_FRAMES)
        first = int(torch.randint(stride, ()))
        total = made.mean.new_zeros(())
        for (latent, name), feature in zip(self.options.attributes, self.features, strict=True):
            frames = Framing(feature.window_size, feature.hop_size)(mono)[0][:, first::stride]
            with torch.no_grad():
                reading = feature(frames)
            latents = made.mean[:, first::stride, latent]
            total = total + disorder(latents[reading.known], reading.value[reading.known], DEAD_ZONES[name])
        return total / len(self.features)


def disorder(latent: Tensor, attribute: Tensor, dead_zone: float, delta: float = DELTA) -> Tensor:
    """MAE of tanh(delta * Dz) and sign(Da) over pairs of frames; `latent` and `attribute` are [frames]."""
    apart = attribute[:, None] - attribute
    distance = (torch.tanh(delta * (latent[:, None] - latent)) - torch.sign(apart)).abs()
    counts = apart.abs() > dead_zone
    return (distance * counts).sum() / counts.sum().clamp_min(1)
