"""What controls would sound like, told from them: the features of a sound that has not been made.

Every component has a frequency and a power, so loudness, centroid and the share of noise are sums, and a
harmonic block has a fundamental. That costs a hundredth of making the sound, has a gradient, and does not
depend on phases. `plaud_live.features` measures the same of sounds; a test holds the two together.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from plaud_live import filterbank
from plaud_live.features import noisiness
from plaud_live.features.feature import QUIET, Reading, log2
from plaud_live.features.loudness import FLOOR_DB
from plaud_live.model_file import ModelConfig

_TINY = 1e-12  # power of a band, -120 dB, which silence has
_LOBE_HZ = 3.0 / noisiness.Noisiness.seconds  # of the spectrum that a partial fills, under a Hann window
_MOST_FILLED = 0.9  # of a band, by partials: they are never quite as even as noise
_TUNED = 4.0  # times the power of the noise that partials have where a pitch is heard
_LEAK = 1e-3  # of a band's power that is between its partials, by the window's sidelobes and their motion


@dataclass(frozen=True)
class Components:
    """`hz` and `power` (mean square) of all partials, of all noise bands: [batch, frames, count] each.

    `f0_hz` [batch, frames] is the fundamental of a harmonic block, None without one.
    """

    partial_hz: Tensor
    partial_power: Tensor
    noise_hz: Tensor
    noise_power: Tensor
    f0_hz: Tensor | None = None


def components(config: ModelConfig, controls: dict[str, Any]) -> Components:
    """The components of `controls`, each block's by its name; of several channels a mean one."""
    like = next(iter(controls.values())).amplitude
    nothing = like[..., :0]
    partials, noises = [(nothing, nothing)], [(nothing, nothing)]
    for key, block in controls.items():
        power = block.amplitude.square() / config.channels
        match key.partition(".")[0]:
            case "sines" | "harmonics":
                partials.append((block.frequency_hz, 0.5 * power))
            case "noise_bands":
                centres = torch.from_numpy(filterbank.noise_centres(config)).to(power)
                noises.append((centres.expand_as(power), power))
    tuned = controls.get("harmonics")
    f0_hz = None if tuned is None else tuned.f0_hz[..., 0]
    (partial_hz, partial_power), (noise_hz, noise_power) = (
        [torch.cat(column, dim=-1) for column in zip(*rows, strict=True)] for rows in (partials, noises)
    )
    return Components(partial_hz, partial_power, noise_hz, noise_power, f0_hz)


def loudness(parts: Components) -> Reading:
    """dB, as `features.loudness.LoudnessDb`."""
    value = 10.0 * torch.log10(_power(parts) + 10.0 ** (FLOOR_DB / 10.0))
    return Reading(value, torch.ones_like(value, dtype=torch.bool))


def brightness(parts: Components) -> Reading:
    """log2 Hz, as `features.brightness.Brightness`."""
    weighted = (parts.partial_hz * parts.partial_power).sum(-1) + (parts.noise_hz * parts.noise_power).sum(-1)
    power = _power(parts)
    return Reading(log2(weighted) - log2(power), power > QUIET)


def noise_share(parts: Components) -> Reading:
    """0..1, as `features.noisiness.Noisiness`: the flatness of each band, from what is in it.

    Partials fill a share of a band's bins, the lobes of as many as their powers amount to, and noise fills
    all. The mean of the logarithms is that of the two kinds of bins; noise, whose power in a bin is left to
    chance, has it lower.
    """
    edges = torch.from_numpy(noisiness.band_edges(noisiness.HIGH_HZ)).to(parts.partial_hz)
    partials = _into_bands(parts.partial_hz, parts.partial_power, edges)
    squares = _into_bands(parts.partial_hz, parts.partial_power.square(), edges)
    noise = _into_bands(parts.noise_hz, parts.noise_power, edges)
    power = partials + noise + _TINY
    count = (partials.square() + _TINY**2) / (squares + _TINY**2)  # 1 where one is all, n where n are alike
    filled = (count * _LOBE_HZ / edges.diff()).clamp(max=_MOST_FILLED)
    between = noise + _LEAK * power
    within = partials / filled + noise
    left_to_chance = (1.0 - filled) + filled * noise / (within + _TINY)
    flatness_db = 10.0 * (filled * torch.log10(within + _TINY) + (1.0 - filled) * torch.log10(between))
    flatness_db = flatness_db - 10.0 * torch.log10(power) + noisiness.NOISE_DB * left_to_chance
    return Reading(noisiness.weigh(noisiness.noise_of(flatness_db), power), _power(parts) > QUIET)


def pitch(parts: Components) -> Reading:
    """log2 Hz, as `features.pitch.Pitch`: of a harmonic block that is not covered by noise."""
    if parts.f0_hz is None:
        raise ValueError("no harmonic block, no pitch")
    partials, noise = parts.partial_power.sum(dim=-1), parts.noise_power.sum(dim=-1)
    return Reading(log2(parts.f0_hz), (partials > _TUNED * noise) & (partials > QUIET))


HEARD = {"loudness": loudness, "brightness": brightness, "noisiness": noise_share, "pitch": pitch}
"""Attributes that can be told from controls, by name."""


def _power(parts: Components) -> Tensor:
    return parts.partial_power.sum(dim=-1) + parts.noise_power.sum(dim=-1)


def _into_bands(hz: Tensor, power: Tensor, edges: Tensor) -> Tensor:
    """Sums [..., bands] of `power` [..., count] by band of `hz`; what is in none is left out."""
    band = torch.bucketize(hz.detach().contiguous(), edges)
    sums = power.new_zeros(*power.shape[:-1], len(edges) + 1)
    return sums.scatter_add(-1, band, power)[..., 1:-1]
