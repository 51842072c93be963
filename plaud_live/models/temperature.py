"""The noise that `temperature` adds to the latents: a function of seed, frame and latent alone."""

import numpy as np
import torch
from torch import Tensor

_STEP = np.uint64(0x9E3779B97F4A7C15)


def normal(seed: int, first_frame: int, frames: int, scale: Tensor) -> Tensor:
    """Normal deviates [frames, latents] with the deviation `scale` [latents], the same for the same frame.

    Two hashes (SplitMix64, Steele, Lea and Flood, 2014) make two uniforms, and those a normal (Box and
    Muller, 1958).
    """
    with np.errstate(over="ignore"):
        frame = np.arange(first_frame, first_frame + frames, dtype=np.uint64)[:, None]
        dim = np.arange(scale.shape[0], dtype=np.uint64)[None, :]
        key = _mix(_mix(_mix(np.full((1, 1), seed, dtype=np.uint64) + _STEP) + frame + _STEP) + dim + _STEP)
        first, second = ((_mix(key + _STEP * np.uint64(k)) >> np.uint64(11)) * 2.0**-53 for k in (1, 2))
    deviates = np.sqrt(-2.0 * np.log1p(-first)) * np.cos(2.0 * np.pi * second)
    return torch.from_numpy(deviates).to(scale) * scale


def _mix(x: np.ndarray) -> np.ndarray:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
