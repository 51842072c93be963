"""What FLAMO itself says of a model: its response in spectra.

FLAMO's `alias_decay_db` evaluates every module at z / gamma, on a circle around the unit circle: there, loops
without loss have a response too.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

NFFT = 384  # a length that no model is made with: FLAMO then computes its frequencies anew, in float64
Spectra: TypeAlias = NDArray[np.complex128]


def responses(model: Any, decay_db: float = 0.0) -> tuple[Spectra, Spectra]:
    """Points of the z plane [points], and FLAMO's transfer matrices there [points, outputs, inputs]."""
    import torch

    core = model.get_core() if hasattr(model, "get_core") else model
    is_plain = isinstance(core, torch.nn.Sequential) and not hasattr(core, "set_nfft")
    modules = list(core) if is_plain else [core]
    for module in modules:
        if hasattr(module, "set_nfft"):
            module.set_nfft(NFFT)
            module.set_alias_decay_db(decay_db)
        else:
            module.nfft = NFFT
    inputs = next(module.input_channels for module in modules if hasattr(module, "input_channels"))
    bins = NFFT // 2 + 1
    each = torch.zeros((inputs, bins, inputs), dtype=torch.complex128)
    each[torch.arange(inputs), :, torch.arange(inputs)] = 1.0
    with torch.no_grad():
        out = core(each)
    points = np.exp(2j * np.pi * np.arange(bins) / NFFT) * 10 ** (decay_db / NFFT / 20)
    return points, np.moveaxis(out.numpy(), 0, -1)


def error_db(found: Spectra, wanted: Spectra) -> float:
    """Energy of the error relative to the energy of `wanted`, in dB."""
    energy = float((np.abs(found - wanted) ** 2).sum() / (np.abs(wanted) ** 2).sum())
    return 10.0 * np.log10(max(energy, 1e-40))
