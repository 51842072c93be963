"""How far two sets of synthesiser controls are apart, in decibels, by what of them is heard.

A decoder's features may differ where nothing is heard of it. So what is compared are physical controls: the
amplitudes of partials and bands in dB, above a floor that lies under the frame's own level, and the
frequencies of partials. A component that is below the floor on both sides counts nothing.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

_UNDER_DB = 60.0  # how far below the level of all components together a component is heard to
_QUIETEST = 1e-5  # amplitude, -100 dB, that counts as silence
_DECIBELS = 20.0 / 2.302585093
_DB_PER_SEMITONE = 24.0
_BEND_DB, _BEND_OF_FREQUENCY_DB = 0.5, 0.1  # smaller errors count by their square


def controls_distance(wanted: Mapping[str, Any], made: Mapping[str, Any]) -> Tensor:
    """Mean distance in dB [batch] of the controls `made` from those `wanted`, by block, of the same crops.

    A frequency that is a semitone off counts as 24 dB: a partial that is a hertz away beats where it did not.
    The mean is over what is heard of either.
    """
    power = sum(block.amplitude.square().sum(dim=-1, keepdim=True) for block in wanted.values())
    floor = 10.0 ** (-_UNDER_DB / 20.0) * torch.as_tensor(power).sqrt() + _QUIETEST
    total = counted = torch.zeros((), device=floor.device)
    for key, theirs in wanted.items():
        ours = made[key]
        level = _DECIBELS * torch.log((ours.amplitude + floor) / (theirs.amplitude + floor))
        with torch.no_grad():
            loudest = torch.maximum(theirs.amplitude, ours.amplitude)
            heard = loudest / (loudest + floor)
        distance = _bent(level, _BEND_DB)
        if hasattr(theirs, "frequency_hz"):
            audible = theirs.amplitude / (theirs.amplitude + floor)
            octaves = torch.log2(ours.frequency_hz / theirs.frequency_hz)
            distance = distance + audible * _bent(12.0 * _DB_PER_SEMITONE * octaves, _BEND_OF_FREQUENCY_DB)
        total = total + distance.sum(dim=(1, 2))
        counted = counted + heard.sum(dim=(1, 2))
    return total / counted.clamp_min(1.0)


def _bent(decibels: Tensor, bend: float) -> Tensor:
    return F.smooth_l1_loss(decibels, torch.zeros_like(decibels), reduction="none", beta=bend)
