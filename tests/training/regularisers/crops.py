"""Crops to train on: what is heard of them differs, and is known in part."""

import torch

from tests.signals import noise, sine
from tests.training.conftest import RATE


def material() -> torch.Tensor:
    """Four crops [4, 1, samples]: tones and noise that get louder or quieter; half of one is silence."""
    samples = RATE // 2
    rise = torch.linspace(0.02, 1.0, samples)
    rows = [torch.from_numpy(sine(samples, f, RATE, 0.4)).float() for f in (200.0, 1500.0)]
    rows += [
        torch.from_numpy(noise(samples, 1, 0.4)).float(),
        torch.from_numpy(noise(samples, 2, 0.1)).float(),
    ]
    rows[3][: samples // 2] = 0.0
    return torch.stack([rows[0] * rise, rows[1], rows[2] * rise.flip(0), rows[3]]).unsqueeze(1)
