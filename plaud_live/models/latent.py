"""The latent space: drawing latents, the information that each carries, what their values mean.

A variational autoencoder (Kingma and Welling, 2014) with free bits (Kingma et al., 2016).
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from plaud_live.errors import ModelFileError
from plaud_live.model_file import LatentSpace

if TYPE_CHECKING:
    from plaud_live.models.plaud import PlaudNet

_PERCENTILES = (0.01, 0.99)
_NARROWEST = 1e-3  # a latent whose material spans less carries nothing


def draw(mean: Tensor, log_variance: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Draw latents from normal distributions; differentiable in `mean` and `log_variance`, any shape."""
    noise = torch.randn(mean.shape, dtype=mean.dtype, device=mean.device, generator=generator)
    return mean + torch.exp(0.5 * log_variance) * noise


def kl_per_latent(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Divergence from the standard normal in nats a frame, [latents]: the mean over batch and frames.

    So it does not depend on the batch, the crop or the number of latents, and its weight means the same for
    all.
    """
    nats = 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance)
    return nats.flatten(0, -2).mean(dim=0)


def kl_loss(mean: Tensor, log_variance: Tensor, free_nats: float = 0.0) -> Tensor:
    """Sum over latents of the divergence in nats a frame; below `free_nats` a latent costs nothing."""
    return kl_per_latent(mean, log_variance).clamp_min(free_nats).sum()


@torch.no_grad()
def calibrate(net: "PlaudNet", batches: Iterable[Tensor], names: Sequence[str] | None = None) -> LatentSpace:
    """Measure where the material lies in latent space. Each of `batches` is audio [batch, 1, samples].

    The first frames of each, that the encoder hears with silence before them, are left out where enough
    remain. Raises ModelFileError if there is not one frame.
    """
    settle = net.encoder.receptive_frames
    means, count = [], 0
    variances = torch.zeros(net.config.latent_size, dtype=torch.float64)
    information = torch.zeros_like(variances)
    for audio in batches:
        mean, log_variance, _ = net.encode(audio)
        if mean.shape[1] > 2 * settle:
            mean, log_variance = mean[:, settle:], log_variance[:, settle:]
        frames = mean.shape[0] * mean.shape[1]
        if frames == 0:
            continue
        means.append(mean.flatten(0, 1).double().cpu())
        variances += log_variance.double().exp().flatten(0, 1).sum(dim=0).cpu()
        information += frames * kl_per_latent(mean.double(), log_variance.double()).cpu()
        count += frames
    if count == 0:
        raise ModelFileError(f"calibration: no frame of audio — give at least {net.config.hop_size} samples")
    every = torch.cat(means)
    low, high = (_percentile(every, share) for share in _PERCENTILES)
    empty = high - low < _NARROWEST
    centre = every.mean(dim=0)
    low, high = torch.where(empty, centre - 1.0, low), torch.where(empty, centre + 1.0, high)
    return LatentSpace(
        low=_floats(low),
        high=_floats(high),
        mean=_floats(centre),
        residual=_floats((variances / count).sqrt()),
        information=_floats(information / count),
        names=tuple(names) if names is not None else ("",) * net.config.latent_size,
    )


@torch.no_grad()
def order_latents(net: "PlaudNet", information: Sequence[float], kept: Sequence[int] = ()) -> list[int]:
    """Permute the latents of `net` so that the first carries most `information`; the sound stays the same.

    Those `kept` stay where they are, the others fill the places between. Returns the order: entry i is the
    former place of latent i.
    """
    others = iter(sorted(set(range(len(information))) - set(kept), key=lambda i: -information[i]))
    order = [i if i in kept else next(others) for i in range(len(information))]
    for head in (net.encoder.mean, net.encoder.log_variance):
        head.weight.copy_(head.weight[order])
        head.bias.copy_(head.bias[order])
    first = net.decoder.get_parameter("input.0.weight")
    first.copy_(first[:, order])
    net.residual = net.residual[order]
    return order


@torch.no_grad()
def flip_latent(net: "PlaudNet", index: int) -> None:
    """Turn a latent of `net` upside down; the sound stays the same."""
    for row in (net.encoder.mean.weight[index], net.encoder.mean.bias[index]):
        row.neg_()
    net.decoder.get_parameter("input.0.weight")[:, index].neg_()


def reorder(space: LatentSpace, order: Sequence[int]) -> LatentSpace:
    """`space` with its latents in `order`, as `order_latents` returned it."""
    rows = {f.name: getattr(space, f.name) for f in fields(space)}
    return replace(space, **{name: tuple(row[i] for i in order) for name, row in rows.items()})


def _percentile(rows: Tensor, share: float) -> Tensor:
    """Value below which `share` of each column of `rows` [n, latents] lies, linear between neighbours."""
    place = share * (rows.shape[0] - 1)
    below = int(place)
    sorted_rows = rows.sort(dim=0).values
    above = min(below + 1, rows.shape[0] - 1)
    return torch.lerp(sorted_rows[below], sorted_rows[above], place - below)


def _floats(values: Tensor) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
