"""Power spectra of noise bands at their levels, where each band has but a few bins of the whole.

A plain matrix product spends nearly all of its time on zeros: some 40 of 2,000 bins hear a band. On the
processor the sums are compiled.
"""

from typing import Any

import torch
from numba import njit
from torch import Tensor

from plaud_live.models.shares import arrays, share_out

FLOOR = 1e-6
"""Of a band's loudest bin: what is below it, 60 dB, is left out."""


def without_floor(spectra: Tensor) -> Tensor:
    """`spectra` [bands, bins] without what each has more than 60 dB below its loudest bin."""
    return torch.where(spectra > FLOOR * spectra.amax(dim=1, keepdim=True), spectra, 0.0)


def extents(spectra: Tensor) -> Tensor:
    """First bin of each band of `spectra` [bands, bins], and the one after its last: [bands, 2]."""
    heard = spectra != 0.0
    first, after = (bins.to(torch.uint8).argmax(dim=1) for bins in (heard, heard.flip(1)))
    return torch.stack([first, torch.where(heard.any(dim=1), heard.shape[1] - after, 0)], dim=1)


def mixed(power: Tensor, spectra: Tensor, where: Tensor) -> Tensor:
    """`power` [rows, bands] @ `spectra` [bands, bins] with `extents` `where`; differentiable in `power`."""
    if power.device.type != "cpu" or power.dtype != torch.float32:
        return power @ spectra
    made: Tensor = _Mixed.apply(power, spectra, where)
    return made


class _Mixed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, power: Tensor, spectra: Tensor, where: Tensor) -> Tensor:
        ctx.tables = arrays(spectra, where)
        made = power.new_zeros(power.shape[0], spectra.shape[1])
        share_out(_add, arrays(power), ctx.tables, arrays(made))
        return made

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        """By power."""
        made = gradients[0].new_empty(gradients[0].shape[0], len(ctx.tables[0]))
        share_out(_gradient, arrays(gradients[0]), ctx.tables, arrays(made))
        return made, None, None


@njit(nogil=True, cache=True, fastmath={"contract", "nsz", "reassoc"})
def _add(power, spectra, where, made):  # type: ignore[no-untyped-def]
    for band in range(spectra.shape[0]):
        first, last = where[band, 0], where[band, 1]
        spectrum = spectra[band, first:last]
        for row in range(power.shape[0]):
            level = power[row, band]
            out = made[row, first:last]
            for k in range(spectrum.shape[0]):
                out[k] += level * spectrum[k]


@njit(nogil=True, cache=True, fastmath={"contract", "nsz", "reassoc"})
def _gradient(gradient, spectra, where, made):  # type: ignore[no-untyped-def]
    for row in range(gradient.shape[0]):
        for band in range(spectra.shape[0]):
            first, last = where[band, 0], where[band, 1]
            total, seen, spectrum = (
                spectra.dtype.type(0.0),
                gradient[row, first:last],
                spectra[band, first:last],
            )
            for k in range(spectrum.shape[0]):
                total += seen[k] * spectrum[k]
            made[row, band] = total
