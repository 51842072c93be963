"""A model that was trained anew, turned so that its latents mean what its parent's meant, as nearly as they
can.

Of the same old sound both say where it lies. Each of the child's latents is given to that of the parent with
which it correlates most, all together (`assignment`), is turned to rise with it, and is moved and stretched
to the same mean and deviation. The maps are folded into the weights of the encoder's heads and the decoder's
first layer: the sound of the autoencoder does not change by it.

What it cannot do: a latent of the child that mixes two of the parent's stays a mixture, and what lies between
the parent's sounds is the child's own. So positions mean the nearest thing there is, not the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from plaud_live.models.plaud import PlaudNet
from plaud_live.training.continual.assignment import assign

_NARROWEST = 1e-3  # deviation of a latent that carries nothing


@dataclass(frozen=True)
class Alignment:
    """Latent i is to be `gain[i]` times the child's latent `order[i]` plus `offset[i]`; `agreement` is how
    well it then correlates with the parent's."""

    order: tuple[int, ...]
    gain: tuple[float, ...]
    offset: tuple[float, ...]
    agreement: tuple[float, ...]


def find_alignment(parent: np.ndarray, child: np.ndarray, tied: Sequence[int] = ()) -> Alignment:
    """The alignment by latents [frames, latents] of the same sound; those `tied` keep their place and
    sign."""
    size = parent.shape[1]
    spreads = [np.maximum(rows.std(axis=0), _NARROWEST) for rows in (parent, child)]
    centred = [(rows - rows.mean(axis=0)) / s for rows, s in zip((parent, child), spreads, strict=True)]
    correlation = centred[0].T @ centred[1] / len(parent)
    order, free = list(range(size)), [i for i in range(size) if i not in tied]
    for i, j in zip(free, assign(np.abs(correlation[np.ix_(free, free)])), strict=True):
        order[i] = free[j]
    matched = correlation[np.arange(size), order]
    signs = np.where(matched < 0.0, -1.0, 1.0)
    signs[list(tied)] = 1.0
    gain = signs * spreads[0] / spreads[1][order]
    offset = parent.mean(axis=0) - gain * child.mean(axis=0)[order]
    return Alignment(tuple(order), _floats(gain), _floats(offset), _floats(np.abs(matched)))


@torch.no_grad()
def align(net: PlaudNet, alignment: Alignment) -> None:
    """Fold `alignment` into the weights of `net`; the sound stays the same."""
    order = list(alignment.order)
    gain, offset = (torch.tensor(v, dtype=torch.float64) for v in (alignment.gain, alignment.offset))
    mean, spread = net.encoder.mean, net.encoder.log_variance
    mean.weight.copy_(gain[:, None] * mean.weight[order].double())
    mean.bias.copy_(gain * mean.bias[order].double() + offset)
    spread.weight.copy_(spread.weight[order])
    spread.bias.copy_(spread.bias[order].double() + 2.0 * gain.abs().log())
    weight = net.decoder.get_parameter("input.0.weight")
    bias = net.decoder.get_parameter("input.0.bias")
    columns = weight[:, order].double() / gain
    bias.copy_(bias.double() - columns @ offset)
    weight.copy_(columns)


def _floats(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
