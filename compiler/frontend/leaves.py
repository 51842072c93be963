"""Readers of FLAMO's modules: effective coefficients, as each module works them out from its parameters.

A reader gets the module in float64 without the envelope against time aliasing, and the node's name. Raises
BadValue for coefficients that are complex or not finite, ArityError for shapes that no node has.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import nn

from compiler.errors import BadValue
from compiler.frontend.probe import with_nfft
from compiler.ir.nodes import Array, Delay, Fir, Gain, Node, Series, Sos

Reader: TypeAlias = Callable[[Any, str], Node]

_POINTS = 8
"""Size of the transform in which FLAMO gives its polynomials: their three coefficients come back exactly."""


def gain(module: Any, name: str) -> Node:
    """`Gain`, `Matrix`: [outputs, inputs]; `parallelGain`: [channels]."""
    return Gain(name, real(name, "gains", module.map(module.param)))


def householder(module: Any, name: str) -> Node:
    """`HouseholderMatrix`: I - 2 u u^T with the unit vector that its map gives."""
    vector = real(name, "vector", module.map(module.param))
    return Gain(name, np.eye(len(vector)) - 2.0 * vector @ vector.T)


def allpass_matrix(module: Any, name: str) -> Node:
    """`AllpassFDNMatrix`."""
    return Gain(name, real(name, "matrix", module.get_matrix()))


def delay(module: Any, name: str) -> Node:
    """`Delay`, `parallelDelay`: in samples, after map and unit, rounded where the module rounds."""
    return Delay(name, _rounded(module, real(name, "samples", module.get_delays()(module.param))))


def gain_delay(module: Any, name: str) -> Node:
    """`GainDelay`, `parallelGainDelay`."""
    samples = real(name, "samples", module.get_delays()(module.param))
    gains = real(name, "gains", module.get_gains()(module.param))
    return Delay(name, _rounded(module, samples), gains)


def fir(module: Any, name: str) -> Node:
    """`Filter`, `parallelFilter`: FLAMO's taps are [length, …]."""
    return Fir(name, np.moveaxis(real(name, "taps", module.map(module.param)), 0, -1))


def scattering(module: Any, name: str) -> Node:
    """`ScatteringMatrix`, `VelvetNoiseMatrix`: matrices with delays between, as FLAMO builds their taps.

    Series of delays right, U_0, delays, U_1, …, delays left: the taps' product, at a fraction of its cost.
    """
    matrices = real(name, "matrices", module.map(module.param))
    mapping = module.map_filter
    shifts = real(name, "shifts", mapping.shifts)
    stages: list[Node] = [
        Delay("delays_in", np.trunc(real(name, "m_R", mapping.m_R))),
        Gain("matrix_0", matrices[0]),
    ]
    for k, matrix in enumerate(matrices[1:], start=1):
        stages.append(Delay(f"delays_{k}", shifts[k - 1], float(mapping.gain_per_sample) ** shifts[k - 1]))
        stages.append(Gain(f"matrix_{k}", matrix))
    stages.append(Delay("delays_out", np.trunc(real(name, "m_L", mapping.m_L))))
    return Series(name, tuple(stages))


def sections(module: Any, name: str) -> Node:
    """`SOSFilter`, `parallelSOSFilter`: FLAMO's parameters are [sections, 6, …]."""
    return Sos(name, np.moveaxis(real(name, "sections", module.map(module.param)), (0, 1), (-2, -1)))


def polynomials(module: Any, name: str) -> Node:
    """Filters whose `get_poly_coeff` gives [bins, sections, …]: biquads, SVF, graphic equalisers."""
    return _from_polynomials(module, name, bins=0, cascade=1)


def polynomials_by_section(module: Any, name: str) -> Node:
    """Filters whose `get_poly_coeff` gives [sections, bins, …]: parametric equalisers."""
    return _from_polynomials(module, name, bins=1, cascade=0)


def one_polynomial(module: Any, name: str) -> Node:
    """Filters of one section, whose `get_poly_coeff` gives [bins, channels]."""
    return _from_polynomials(module, name, bins=0, cascade=None)


def real(name: str, what: str, values: Any) -> Array:
    """`values` as float64. Raises BadValue for an imaginary part or what is not finite."""
    if not isinstance(values, torch.Tensor):
        raise BadValue(name, f"{what} are {type(values).__name__}: must be a tensor")
    array = values.detach().cpu().numpy()
    if not np.isfinite(array).all():
        where = ", ".join(map(str, np.argwhere(~np.isfinite(array))[0]))
        kind = "nan" if np.isnan(array).any() else "infinite"
        raise BadValue(name, f"{what}[{where}] is {kind}: must be finite")
    if np.iscomplexobj(array):
        if (array.imag != 0.0).any():
            raise BadValue(name, f"{what} are complex: must be real")
        array = array.real
    return np.array(array, dtype=np.float64)


def _rounded(module: Any, samples: Array) -> Array:
    return np.round(samples) if module.isint else samples


def _from_polynomials(module: nn.Module, name: str, bins: int, cascade: int | None) -> Node:
    with_nfft(module, _POINTS)
    _, numerators, denominators = module.get_poly_coeff(module.map(module.param))  # type: ignore[operator]
    halves = []
    for what, values in (("numerators", numerators), ("denominators", denominators)):
        spectra = values.detach().cpu().numpy()
        if not np.isfinite(spectra).all():
            raise BadValue(name, f"the {what} of its sections are not finite")
        if cascade is None:
            spectra = spectra[:, np.newaxis]
        else:
            spectra = np.moveaxis(spectra, (bins, cascade), (0, 1))
        taps = np.fft.irfft(spectra, n=_POINTS, axis=0)[:3]  # [3, sections, …]
        halves.append(np.moveaxis(taps, (0, 1), (-1, -2)))
    both = np.concatenate(halves, axis=-1)
    largest = np.abs(both).max(axis=-1, keepdims=True)
    return Sos(name, np.where(np.abs(both) < 4e-16 * largest, 0.0, both))
