"""Small FLAMO models by name: every class, alone and in a loop, and odd topologies.

`build(name)` gives `(model, sample_rate)`, made in float64 with a seed of its own. Loops decay within a few
thousand samples, except those in LOSSLESS; delays are whole numbers of samples, except in FRACTIONAL.
"""

import warnings
import zlib

from tests.compiler import models_alone, models_of_loops, models_of_odd_shapes
from tests.compiler.parts import FRACTIONAL, LOSSLESS, MODELS, NFFT, RATE, Built

__all__ = ["FRACTIONAL", "LOSSLESS", "MODELS", "NFFT", "RATE", "build"]

PAGES = (models_alone, models_of_loops, models_of_odd_shapes)  # importing them filled MODELS


def build(name: str) -> Built:
    """The model and its sample rate in Hz."""
    import torch

    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(zlib.crc32(name.encode()))
        return MODELS[name]()
