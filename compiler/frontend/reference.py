"""What FLAMO itself says of a model: its transfer matrices on a circle, in float64.

FLAMO's `alias_decay_db` evaluates every module on a circle around the unit circle: there, loops without loss
have a response too.
"""

from typing import Any, TypeAlias

import numpy as np
from flamo.processor import system
from numpy.typing import NDArray
from torch import nn

from compiler.errors import UnsupportedModule
from compiler.frontend.double import default_float64, double_copy
from compiler.frontend.layers import stages
from compiler.frontend.probe import is_at, kept_maps, probed_in_time, spectra_through
from compiler.ir.response import response

Spectra: TypeAlias = NDArray[np.complex128]


def transfer_matrices(
    copied: nn.Module, name: str, inputs: int, nfft: int, radius: float
) -> tuple[Spectra, Spectra]:
    """Points z [nfft // 2 + 1] on the circle |z| = `radius`, and the matrices [points, outputs, inputs].

    `copied` is the copy that `read_copy` gave. Raises UnsupportedModule for
    modules that cannot be asked off the unit circle, if `radius` is not 1.
    """
    points = radius * np.exp(2j * np.pi * np.arange(nfft // 2 + 1) / nfft)
    total = np.repeat(np.eye(inputs, dtype=np.complex128)[np.newaxis], len(points), axis=0)
    for stage in stages(double_copy(copied), name):  # a new one: FLAMO keeps responses of another `nfft`
        channels = total.shape[1]
        if stage.is_in_time:
            node = probed_in_time(stage.module, stage.name, channels, None)
            total = response(node, points) @ total
        elif not isinstance(stage.module, nn.Identity):
            _move(stage.module, nfft, radius)
            total = _matrices(stage.module, channels, len(points)) @ total
    return points, total


def _matrices(module: nn.Module, inputs: int, bins: int) -> Spectra:
    each = np.zeros((inputs, bins, inputs), dtype=np.complex128)
    each[np.arange(inputs), :, np.arange(inputs)] = 1.0
    try:
        found = spectra_through(module, each)
    except RuntimeError:  # some of FLAMO's filters add float32 to the model's float64
        with default_float64():
            found = spectra_through(module, each)
    return np.moveaxis(found, 0, -1)


def _move(module: nn.Module, nfft: int, radius: float) -> None:
    """Sets size and circle of `module`. Maps stay: FLAMO puts its own in for trained delays."""
    decay_db = float(20.0 * np.log10(radius) * nfft)
    with kept_maps(module):
        if is_at(module, nfft):
            _set(module, nfft + 2, decay_db)
        _set(module, nfft, decay_db)


def _set(module: Any, nfft: int, decay_db: float) -> None:
    if callable(getattr(module, "set_nfft", None)) and callable(getattr(module, "set_alias_decay_db", None)):
        module.set_nfft(nfft)
        module.set_alias_decay_db(decay_db)
    elif isinstance(module, nn.Sequential | system.Shell):
        for child in module.children():
            _set(child, nfft, decay_db)
    elif not isinstance(module, nn.Identity):
        if decay_db != 0.0:
            raise UnsupportedModule(
                type(module).__name__, "cannot be asked off the unit circle: verify more samples"
            )
        if hasattr(module, "nfft"):
            module.nfft = nfft
