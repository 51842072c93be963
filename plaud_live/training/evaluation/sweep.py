"""Sweep a latent and measure the sound: does the attribute of what is heard follow the latent that is played?

From real places of the material one latent at a time goes through its playable range, the others held, each
value until the sound has settled; rank correlation (Spearman) of value and attribute, mean over the places.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from plaud_live.models.plaud import PlaudNet
from plaud_live.training.evaluation.latents import correlation, ranks
from plaud_live.training.evaluation.readings import NAMES, read_attributes

STEPS = 9
PLACES = 6
SETTLE_SECONDS = 0.2  # beyond the smoothing: the decoder's memory
HEARD_SECONDS = 0.25  # that an attribute is the mean of
_LEAD_SECONDS = 0.1  # of sound before, which the longest window of a feature hears
_FEWEST_STEPS = 5  # where an attribute is known, for a place to count


@dataclass(frozen=True)
class Sweep:
    """What latents do to the sound, [latents, attributes] each, NaN where it has hardly ever the attribute.

    `rho` is the rank correlation, -1 to 1; `span` is how far the attribute moves, in its unit.
    """

    rho: np.ndarray
    span: np.ndarray


@torch.no_grad()
def settled(net: PlaudNet, latents: np.ndarray, seconds: float) -> np.ndarray:
    """What each of `latents` [n, latents] sounds like once it is held for long: mono [n, samples]."""
    frame_rate = net.config.frame_rate
    settle = net.config.smoothing + round(SETTLE_SECONDS * frame_rate)
    frames = settle + max(1, round(seconds * frame_rate))
    held = torch.from_numpy(latents).float()[:, None].expand(-1, frames, -1)
    audio = net.decode(held)[0].mean(dim=1).numpy()
    return audio[:, settle * net.config.hop_size :]


def sweep(net: PlaudNet, places: np.ndarray, low: Sequence[float], high: Sequence[float]) -> Sweep:
    """Sweep every latent from `low` to `high` at each of `places` [n, latents], all in raw units."""
    size = places.shape[1]
    rho, span = (np.full((size, len(NAMES)), np.nan) for _ in range(2))
    for z in range(size):
        values = np.linspace(low[z], high[z], STEPS)
        points = np.repeat(places[:, None], STEPS, axis=1)
        points[:, :, z] = values
        heard = _means(net, points.reshape(-1, size)).reshape(len(places), STEPS, len(NAMES))
        for a in range(len(NAMES)):
            rows = [row for row in heard[:, :, a] if np.count_nonzero(np.isfinite(row)) >= _FEWEST_STEPS]
            if rows:
                rho[z, a] = np.mean([rank_correlation(values, row) for row in rows])
                span[z, a] = np.mean([np.nanmax(row) - np.nanmin(row) for row in rows])
    return Sweep(rho, span)


def rank_correlation(values: np.ndarray, attribute: np.ndarray) -> float:
    """Spearman's rho of `values` and `attribute` [steps] where it is finite."""
    known = np.isfinite(attribute)
    return correlation(ranks(values[known]), ranks(attribute[known]))


def choose_places(means: np.ndarray, loud: np.ndarray, count: int = PLACES) -> np.ndarray:
    """`count` of the latents `means` [frames, latents], evenly among those that are `loud` [frames]."""
    candidates = means[loud] if np.any(loud) else means
    return candidates[np.linspace(0, len(candidates) - 1, min(count, len(candidates))).round().astype(int)]


def _means(net: PlaudNet, points: np.ndarray) -> np.ndarray:
    """Mean attributes [n, attributes] of the settled sounds of `points` [n, latents]; NaN where unknown."""
    config = net.config
    audio = settled(net, points, _LEAD_SECONDS + HEARD_SECONDS)
    read, lead = (
        read_attributes(audio, config.sample_rate, config.hop_size),
        round(_LEAD_SECONDS * config.frame_rate),
    )
    values, known = read.values[:, lead:], read.known[:, lead:]
    mean = np.where(known, values, 0.0).sum(axis=1) / np.maximum(1, known.sum(axis=1))
    return np.where(known.mean(axis=1) >= 0.5, mean, np.nan)
