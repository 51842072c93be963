"""Attributes: a latent rises where what is heard rises (Pati and Lerch, 2021, AR-VAE).

For all pairs of frames of the batch the latent's difference Dz is compared with the attribute's, Da. The
paper's MAE(tanh(delta * Dz), sign(Da)) asks for the order only, and parts latents without end; here the sign
is as soft as the tanh, MAE(tanh(Dz), tanh(Da / spread)), which is least where the latent is the attribute,
in units of its spread: one turn of a knob is as many decibels or octaves everywhere. (27 recordings, a small
model, 400 steps: R2 of a straight line on held-out sound 0.98, 0.88, 0.68 for loudness, brightness and
noisiness, with the sign 0.98, 0.81, 0.62; three times the weight: 0.99, 0.92, 0.74.)

Pairs that differ by less than the dead zone are left out, as are frames where the attribute is not known:
silence has no brightness, noise has no pitch. A latent of frame t is tied to the sound whose last sample is
the last that the frame hears.
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

SPREADS = {"loudness": 10.0, "brightness": 1.0, "noisiness": 0.25, "pitch": 1.0, "onset": 0.1}
"""A difference of each attribute that counts 1, in its unit; about its deviation in recordings."""

DEAD_ZONE = 0.05
"""Differences, in spreads, that are none: half a decibel, 60 cents."""


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
            total = total + disorder(latents[reading.known], reading.value[reading.known] / SPREADS[name])
        return total / len(self.features)


def disorder(latent: Tensor, attribute: Tensor) -> Tensor:
    """MAE of tanh(Dz) and tanh(Da) over all pairs of frames, for `latent` and `attribute` [frames].

    0 where there are no pairs.
    """
    apart = attribute[:, None] - attribute
    distance = (torch.tanh(latent[:, None] - latent) - torch.tanh(apart)).abs()
    counts = apart.abs() > DEAD_ZONE
    return (distance * counts).sum() / counts.sum().clamp_min(1)
