"""Trains a network to have no colour of its own: a flat late response, and no line that rings alone.

After Dal Santo, Prawda, Schlecht and Välimäki, "Optimizing tiny colorless feedback delay networks" (2024),
whose losses are FLAMO's: squared error of the magnitude, and sparsity of the matrix. Heard is the response
after its first echoes, with all frequencies decaying alike, weighted so that it does not decay: of the
whole, a single loud echo would be the flattest. The decay of the network stays what it was.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch

from plaud_live.reverb.equaliser import CENTRES_HZ
from plaud_live.reverb.flamo_model import build, losses, modules, trained
from plaud_live.reverb.networks import Network, decaying, flat
from plaud_live.reverb.nodes import energy_of, levelled
from plaud_live.reverb.state import State

STAGE = "removing colour"

_NFFT = 1 << 15
_ALIAS_DB = 60.0
_T60 = 1.2
_FROM_SECONDS = 0.09
_RATE = 2e-2
_SPARSITY = 0.1
_LOWEST_HZ = 60.0
_TRAINED = ("mixing_matrix",)


def train_colorless(network: Network, steps: int) -> Iterator[State]:
    """Ever flatter networks, at the level and with the decay of `network`; the loss is that of the training.

    A late response like noise has one of 0.23, that of a Rayleigh distribution.
    """
    energy = energy_of(network)
    even = replace(network, tone=flat(), early=None, early_tone=None)
    even = decaying(even, np.full(len(CENTRES_HZ), _T60))
    shell = build(levelled(even), _NFFT, _ALIAS_DB)
    parts = modules(shell)
    names = [*_TRAINED, *(f"scatter_mixing_{number}" for number in range(1, len(network.scatter) + 1))]
    if network.matrix == "hadamard":
        names.remove("mixing_matrix")
    parameters = [parts[name].param for name in names]
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimiser = torch.optim.Adam(parameters, lr=_RATE)
    sparsity = losses.sparsity_loss()
    impulses = torch.zeros(2, _NFFT, 2, dtype=torch.float64)
    impulses[:, 0] = torch.eye(2, dtype=torch.float64)
    start = round(_FROM_SECONDS * network.sample_rate)
    times = torch.arange(_NFFT - start, dtype=torch.float64) / network.sample_rate
    weight = torch.exp(3.0 * math.log(10.0) / _T60 * times)[:, None]
    for step in range(1, steps + 1):
        late = torch.fft.rfft(shell(impulses)[:, start:] * weight, dim=1).abs()
        late = late[:, round(_LOWEST_HZ / network.sample_rate * len(times)) :]
        level = late.square().mean(dim=1, keepdim=True).sqrt()
        colour = ((late / level - 1.0) ** 2).mean()
        loss = colour + _SPARSITY * sparsity(late, late, shell)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        now = levelled(trained(network, shell), energy)
        yield State(now, float(loss.detach()), STAGE, step / steps, step, steps, step == 1)
