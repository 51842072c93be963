"""What can be intervened in while a voice plays: ten numbers per frame."""

from typing import Final

import numpy as np
import numpy.typing as npt

from plaud_live.model_file import ModelConfig

CONTROL_NAMES: Final = (
    "sines",
    "harmonics",
    "noise_bands",
    "sine_gain",
    "harmonic_gain",
    "noise_gain",
    "temperature",
    "smoothing",
    "freeze",
    "f0",
)
"""Columns of a voice's controls: counts, linear gains, temperature 0..1, smoothing in frames, freeze, and

`f0`: the fundamental of the harmonics in Hz, 0 as the model has it."""

COUNTS: Final = 0  # column of the first count
GAINS: Final = 3  # column of the first gain
TEMPERATURE: Final = 6
SMOOTHING: Final = 7
FREEZE: Final = 8
F0: Final = 9


def default_controls(config: ModelConfig) -> npt.NDArray[np.float64]:
    """Everything sounds as trained, float64 [10]."""
    counts = (config.sines, config.harmonics, config.noise_bands)
    return np.array([*counts, 1.0, 1.0, 1.0, 0.0, config.smoothing, 0.0, 0.0])
