"""What became of the latents that were tied to attributes: their names, their sign, how well they follow."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch

from plaud_live.features.attributes import ATTRIBUTES, make_feature
from plaud_live.models.latent import flip_latent
from plaud_live.models.plaud import PlaudNet

_FEWEST_FRAMES = 16


@dataclass(frozen=True)
class Tie:
    """How well a latent follows an attribute: `r2` of a straight line, None if the sound has none of it;
    whether it `falls` as the attribute rises."""

    latent: int
    attribute: str
    r2: float | None
    falls: bool = False

    @property
    def alias(self) -> str:
        """Its name at the prompt."""
        return ATTRIBUTES[self.attribute].alias


def turn_and_measure(net: PlaudNet, attributes: Iterable[tuple[int, str]], windows: np.ndarray) -> list[Tie]:
    """Compare tied latents with `windows` [n, channels, samples]; turn those of `net` that fall as it rises.

    Training makes them rise; a run that ends after a few steps may leave one upside down.
    """
    ties = measure_ties(net, attributes, windows)
    for tie in ties:
        if tie.falls:
            flip_latent(net, tie.latent)
    return ties


@torch.no_grad()
def measure_ties(net: PlaudNet, attributes: Iterable[tuple[int, str]], windows: np.ndarray) -> list[Tie]:
    """Compare tied latents of `net` with `windows` [n, channels, samples]."""
    audio, ties = torch.from_numpy(windows), []
    means = net.encode(audio)[0]
    for latent, name in attributes:
        reading = make_feature(name, net.config.sample_rate, net.config.hop_size).measure(audio.mean(dim=1))
        x, y = means[..., latent][reading.known].numpy(), reading.value[reading.known].numpy()
        if len(x) < _FEWEST_FRAMES or x.std() == 0.0 or y.std() == 0.0:
            ties.append(Tie(latent, name, None))
            continue
        correlation = float(np.corrcoef(x, y)[0, 1])
        ties.append(Tie(latent, name, correlation**2, correlation < 0.0))
    return ties
