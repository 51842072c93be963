"""Attributes of a sound, frame by frame, as arrays."""

from dataclasses import dataclass

import numpy as np
import torch

from plaud_live.features.attributes import ATTRIBUTES, make_feature

NAMES = tuple(ATTRIBUTES)


@dataclass(frozen=True)
class Readings:
    """`values` of attributes as NAMES orders them, and where they are `known`: [..., frames, attributes]."""

    values: np.ndarray
    known: np.ndarray


@torch.no_grad()
def read_attributes(audio: np.ndarray, sample_rate: int, hop_size: int) -> Readings:
    """All attributes of `audio` [batch, samples] on the control grid: [batch, frames, attributes]."""
    sound = torch.from_numpy(audio)
    read = [make_feature(name, sample_rate, hop_size).measure(sound) for name in NAMES]
    return Readings(
        np.stack([reading.value.numpy() for reading in read], axis=-1).astype(np.float64),
        np.stack([reading.known.numpy() for reading in read], axis=-1),
    )
