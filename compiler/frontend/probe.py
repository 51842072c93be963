"""Asks a module what it does to signals: to check what was read, and to read what no class tells.

FLAMO's modules take spectra [batch, bins, channels] of real signals. A module is linear and time-invariant if
each bin is multiplied by a matrix [outputs, inputs] of its own, whatever the other bins hold.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

import numpy as np
import torch
from flamo.processor.dsp import DSP
from numpy.typing import NDArray
from torch import nn

from compiler.errors import UnsupportedModule
from compiler.frontend.double import first_line
from compiler.frontend.modules import kind_of
from compiler.ir.nodes import Array, Delay, Fir, Gain, Node, Series
from compiler.ir.response import response

Spectra: TypeAlias = NDArray[np.complex128]
Answer = TypeVar("Answer")

TOLERANCE = 1e-8
"""Largest difference, relative to the largest value: FLAMO adds 1e-12 to the magnitude of each section."""

MAPS = ("map", "map_gain", "map_delay")
"""Attributes that hold the maps from raw parameters to coefficients."""

_BLOCK = 60
"""Samples of a probe where the module does not say."""


def deviation(module: nn.Module, node: Node) -> float:
    """How far what `module` does to random spectra is from `node`, relative to the largest value."""
    random = np.random.default_rng(20261122)
    own = getattr(module, "nfft", None)
    wanted = max(_BLOCK, 2 * ((_memory(node) + 1) // 2))
    if callable(getattr(module, "set_nfft", None)) and isinstance(own, int):
        with_nfft(module, wanted)
        nfft = wanted
    else:
        nfft = own if isinstance(own, int) else wanted
    bins = nfft // 2 + 1
    shape = (2, bins, node.inputs)
    given = (random.normal(size=shape) + 1j * random.normal(size=shape)) * np.array([1.0, 3.0])[:, None, None]
    found = spectra_through(module, given)
    wanted_spectra = _through_node(node, given, nfft)
    if found.shape != wanted_spectra.shape:
        return np.inf
    scale = float(np.abs(wanted_spectra).max()) or 1.0
    worst = float(np.abs(found - wanted_spectra).max()) / scale
    return worst if np.isfinite(worst) else np.inf


def with_nfft(module: nn.Module, nfft: int) -> None:
    """Sets `nfft`, and keeps all maps: a delay that trains takes FLAMO's own map back otherwise."""
    with kept_maps(module):
        if is_at(module, nfft):
            module.set_nfft(nfft + 2)  # type: ignore[operator]
        module.set_nfft(nfft)  # type: ignore[operator]


def is_at(module: nn.Module, nfft: int) -> bool:
    """Whether a part has `nfft` points: FLAMO would keep those, which it may have worked out in float32."""
    return any(getattr(part, "nfft", None) == nfft for part in module.modules())


@contextmanager
def kept_maps(module: nn.Module) -> Iterator[None]:
    """Whatever FLAMO puts in their place meanwhile."""
    maps = [(part, {key: vars(part)[key] for key in MAPS if key in vars(part)}) for part in module.modules()]
    yield
    for part, kept in maps:
        vars(part).update(kept)


def spectra_through(module: nn.Module, spectra: Spectra) -> Spectra:
    """What `module` makes of `spectra` [batch, bins, channels]."""
    with torch.no_grad():
        out = module(torch.from_numpy(spectra))
    if not isinstance(out, torch.Tensor):
        raise RuntimeError(f"gives {type(out).__name__}, no tensor")
    return np.asarray(out.detach().cpu().numpy(), dtype=np.complex128)


def probed(module: nn.Module, name: str, inputs: int, nfft: int | None) -> Gain | Fir:
    """What `module` is: a matrix, or a matrix of finite filters, if its response in spectra is one.

    Raises UnsupportedModule if it is not linear and time-invariant, or rings on beyond half of `nfft`.
    """
    own = getattr(module, "nfft", None)
    size = own if isinstance(own, int) else nfft or _BLOCK
    bins = size // 2 + 1

    def through(spectra: Spectra) -> Spectra:
        return _asked(lambda: spectra_through(module, spectra), name, module)

    each: Spectra = np.zeros((inputs, bins, inputs), dtype=np.complex128)
    each[np.arange(inputs), :, np.arange(inputs)] = 1.0
    rows = through(each)
    if rows.ndim != 3 or rows.shape[:2] != (inputs, bins):
        raise UnsupportedModule(
            name, f"{kind_of(module)} gives shape {list(rows.shape)} of {list(each.shape)}"
        )
    matrices = np.moveaxis(rows, 0, -1)  # [bins, outputs, inputs]
    random = np.random.default_rng(20261123)
    given = random.normal(size=(3, bins, inputs)) + 1j * random.normal(size=(3, bins, inputs))
    found = through(given)
    _same(found, np.einsum("fmn,bfn->bfm", matrices, given), name, module)
    _same(through((-2.5 + 0j) * given), -2.5 * found, name, module)
    taps = np.moveaxis(np.fft.irfft(matrices, n=size, axis=0), 0, -1)  # [outputs, inputs, size]
    if not _close(np.moveaxis(np.fft.rfft(taps, axis=-1), -1, 0), matrices):
        raise UnsupportedModule(name, f"{kind_of(module)} has a complex gain: no real system does that")
    node = _shortest(taps, name, module)
    if isinstance(module, DSP) and _asked(lambda: deviation(module, node), name, module) > TOLERANCE:
        raise UnsupportedModule(name, f"{kind_of(module)} does something else at another number of points")
    return node


def probed_in_time(module: nn.Module, name: str, inputs: int, nfft: int | None) -> Gain | Fir:
    """The same for a module between the signal and its spectrum, which takes [batch, samples, channels]."""

    def through(signals: Array) -> Array:
        def ask() -> Array:
            with torch.no_grad():
                out = module(torch.from_numpy(signals)).detach().cpu().numpy()
            if np.iscomplexobj(out) or out.ndim != 3 or out.shape[:2] != signals.shape[:2]:
                raise RuntimeError(f"gives shape {list(out.shape)} of {list(signals.shape)}")
            return np.asarray(out, dtype=np.float64)

        return _asked(ask, name, module)

    size, late = 4 * _BLOCK, _BLOCK
    impulses = np.zeros((inputs, size, inputs))
    impulses[np.arange(inputs), 0, np.arange(inputs)] = 1.0
    try:
        rows = through(impulses)
    except UnsupportedModule:
        if nfft is None:
            raise
        size, late = nfft, nfft // 4  # it may work for the model's own length only
        impulses = np.zeros((inputs, size, inputs))
        impulses[np.arange(inputs), 0, np.arange(inputs)] = 1.0
        rows = through(impulses)
    moved = through(np.roll(impulses, late, axis=1))
    _same(moved, np.concatenate([np.zeros_like(rows[:, :late]), rows[:, :-late]], axis=1), name, module)
    taps = np.moveaxis(rows, (0, 1), (1, 2))  # [outputs, inputs, size]
    node = _shortest(taps, name, module)
    given = np.random.default_rng(20261124).normal(size=(1, size, inputs))
    spectrum = np.fft.rfft(given, n=2 * size, axis=1)
    full = np.einsum("mif,bfi->bfm", np.fft.rfft(taps, n=2 * size, axis=-1), spectrum)
    _same(through(given), np.fft.irfft(full, n=2 * size, axis=1)[:, :size], name, module)
    return node


def _asked(ask: Callable[[], Answer], name: str, module: nn.Module) -> Answer:
    try:
        return ask()
    except (RuntimeError, TypeError, ValueError, IndexError, AssertionError, AttributeError) as error:
        raise UnsupportedModule(name, f"{kind_of(module)} cannot be asked: {first_line(error)}") from None


def _same(found: NDArray[Any], wanted: NDArray[Any], name: str, module: nn.Module) -> None:
    if not _close(found, wanted):
        raise UnsupportedModule(name, f"{kind_of(module)} is not linear and time-invariant")


def _close(found: NDArray[Any], wanted: NDArray[Any]) -> bool:
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return False
    return bool(np.abs(found - wanted).max() <= TOLERANCE * max(np.abs(wanted).max(), 1e-300))


def _shortest(taps: Array, name: str, module: nn.Module) -> Gain | Fir:
    """The filters of `taps` [outputs, inputs, size], without the silence after them."""
    size = taps.shape[-1]
    loudest = float(np.abs(taps).max())
    if not np.isfinite(loudest):
        raise UnsupportedModule(name, f"{kind_of(module)} gives values that are not finite")
    heard = np.flatnonzero((np.abs(taps) > 1e-14 * loudest).any(axis=(0, 1)))
    length = int(heard[-1]) + 1 if len(heard) else 1
    if length > size // 2:
        raise UnsupportedModule(
            name,
            f"{kind_of(module)} rings longer than {size // 2} samples: cannot be compiled exactly by probing",
        )
    return Gain(name, taps[..., 0]) if length == 1 else Fir(name, taps[..., :length])


def _through_node(node: Node, spectra: Spectra, nfft: int) -> Spectra:
    """What `node` makes of `spectra` [batch, bins, channels] of a transform of `nfft` points."""
    if isinstance(node, Fir):  # long ones would take minutes from their definition
        filters = np.moveaxis(np.fft.rfft(node.taps, n=nfft, axis=-1), -1, 0)
        return filters * spectra if filters.ndim == 2 else np.einsum("fmn,bfn->bfm", filters, spectra)
    matrices = response(node, np.exp(2j * np.pi * np.arange(nfft // 2 + 1) / nfft))
    return np.einsum("fmn,bfn->bfm", matrices, spectra)


def _memory(node: Node) -> int:
    """Samples that FLAMO's transform must hold: it cuts filters off, and knows single delays by formula."""
    match node:
        case Fir():
            return node.taps.shape[-1]
        case Series():
            stages = (child.samples.max() if isinstance(child, Delay) else 0.0 for child in node.children)
            return int(sum(stages)) + 1
        case _:
            return 1
