"""How a module was made, kept beside its coefficients, and the module made again from that.

Kept are the arguments of its constructor, its raw parameters, the name of its map, and whether it trains.
"""

import inspect
from typing import Any

import numpy as np
import torch
from torch import nn

from compiler.errors import ConfigError
from compiler.frontend.double import FAILURES, first_line
from compiler.frontend.maps import OWN, name_of, named
from compiler.frontend.probe import with_nfft
from compiler.frontend.table import BY_NAME, Entry
from compiler.ir.nodes import Delay, Fir, Gain, Leaf, Sos, Source

TENSORS = ("delays", "m_L", "m_R")
"""Arguments that are tensors."""

_FEW = 8
"""Points of the transform with which modules are made, before they get their own number."""


def source_of(entry: Entry, module: Any) -> Source | None:
    """How to make `module` (in float64) again; None where its map has no name.

    FLAMO keeps constants of some equalisers in float32 beside float64 parameters, and works out other
    coefficients from them: which ones is kept too.
    """
    arguments = {name: plain(value) for name, value in entry.arguments(module).items()}
    if short := [name for name, value in vars(module).items() if _is_float32(value)]:
        arguments["float32"] = short
    trained = [parameter.requires_grad for parameter in module.parameters(recurse=False)]
    arguments["requires_grad"] = bool(getattr(module, "requires_grad", any(trained)))
    if any(flag != arguments["requires_grad"] for flag in trained):
        arguments["trains"] = any(trained)
    raw = {
        name: torch.as_tensor(_reached(module, name)).detach().cpu().numpy().astype(np.float64)
        for name in entry.tensors
    }
    if entry.maps:
        twin = made(Source(entry.kind.__name__, arguments, raw), dtype=torch.float64)
        for key in entry.maps:
            parameters = module.param if key == "map" else module.param[0 if key == "map_gain" else 1]
            name = name_of(getattr(module, key), getattr(twin, key), parameters)
            if name is None:
                return None
            if name != OWN:
                arguments[key] = name
    return Source(entry.kind.__name__, arguments, raw)


def made(
    source: Source,
    nfft: int = 64,
    alias_decay_db: float = 0.0,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float64,
) -> Any:
    """The module that `source` describes. Raises ConfigError for what its class cannot be made of."""
    entry = BY_NAME.get(source.kind)
    if entry is None:
        raise ConfigError("", f"source.kind is {source.kind!r}: no class that can be made")
    common = {"nfft": _FEW, "alias_decay_db": alias_decay_db, "device": device, "dtype": dtype}
    accepted = inspect.signature(entry.kind).parameters
    given = {**source.arguments, **common}
    for key in entry.maps:
        given.pop(key, None)
    given = {key: value for key, value in given.items() if key in accepted}
    try:
        arguments = {key: _argument(key, value, dtype, device) for key, value in given.items()}
        module: Any = entry.kind(**arguments).to(dtype)
        _restore(module, entry, source, device)
        for name in source.arguments.get("float32", []):
            setattr(module, name, getattr(module, name).float())
    except FAILURES as error:
        raise ConfigError("", f"{source.kind} cannot be made of its source: {first_line(error)}") from None
    for key in entry.maps:
        if key in source.arguments:
            try:
                setattr(module, key, named(source.arguments[key], dtype, device))
            except FAILURES:
                reason = f"source.arguments.{key} is {str(source.arguments[key])[:60]}: no map that is known"
                raise ConfigError("", reason) from None
    if callable(getattr(module, "set_nfft", None)):
        with_nfft(module, nfft)  # and FLAMO works out in `dtype` what it keeps of frequencies
    module.nfft = nfft
    return module


def source_of_values(node: Leaf, fs: float, trains: bool = False) -> Source:
    """A module that has the coefficients of `node` for parameters, without a map between them."""
    arguments: dict[str, Any] = {"requires_grad": False, **({"trains": True} if trains else {})}
    match node:
        case Gain():
            kind, raw = ("parallelGain", "Gain")[node.gains.ndim - 1], node.gains
            arguments["size"] = list(raw.shape)
        case Delay():
            seconds = node.samples / fs
            longest = int(np.ceil(node.samples.max())) + 2
            whole = bool((node.samples == np.round(node.samples)).all())
            arguments |= {"max_len": longest, "isint": whole, "unit": 1, "fs": plain(float(fs))}
            arguments["size"] = list(seconds.shape)
            if node.gains is None:
                kind, raw = ("parallelDelay", "Delay")[seconds.ndim - 1], seconds
            else:
                kind = ("parallelGainDelay", "GainDelay")[seconds.ndim - 1]
                raw = np.stack([node.gains, seconds])
        case Fir():
            kind, raw = ("parallelFilter", "Filter")[node.taps.ndim - 2], np.moveaxis(node.taps, -1, 0)
            arguments["size"] = list(raw.shape)
        case Sos():
            kind = ("parallelSOSFilter", "SOSFilter")[node.sections.ndim - 3]
            raw = np.moveaxis(node.sections, (-2, -1), (0, 1))
            arguments |= {"n_sections": raw.shape[0], "fs": plain(float(fs)), "normalize_a0": False}
            arguments["size"] = list(raw.shape[2:])
    return Source(kind, arguments, {"param": raw})


def plain(value: Any) -> Any:
    """`value` as JSON: tensors and arrays as lists, numbers as Python's."""
    if isinstance(value, torch.Tensor):
        return plain(value.detach().cpu().double().tolist())
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _restore(module: Any, entry: Entry, source: Source, device: torch.device | str) -> None:
    trains = bool(source.arguments.get("trains", source.arguments.get("requires_grad", False)))
    for name in entry.tensors:
        if name not in source.raw:
            raise KeyError(f"raw has no {name}")
        before = _reached(module, name)
        values = torch.tensor(np.asarray(source.raw[name]), dtype=before.dtype, device=device)
        if before.shape != values.shape:
            raise ValueError(f"{name} has shape {list(values.shape)}, not {list(before.shape)}")
        if isinstance(before, nn.Parameter):
            with torch.no_grad():
                before.copy_(values)
            before.requires_grad_(trains)
        else:
            owner, _, attribute = name.rpartition(".")
            setattr(_reached(module, owner) if owner else module, attribute, values)
    if callable(getattr(module, "get_freq_response", None)):
        module.get_freq_response()  # a scattering matrix keeps the length that its first shifts gave it


def _is_float32(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.dtype == torch.float32


def _reached(module: Any, path: str) -> Any:
    for name in path.split("."):
        module = getattr(module, name)
    return module


def _argument(key: str, value: Any, dtype: torch.dtype, device: torch.device | str) -> Any:
    if key in TENSORS and isinstance(value, list):
        return torch.tensor(value, dtype=dtype, device=device)
    return tuple(value) if key == "size" else value
