"""How a module was made, kept beside its coefficients, and the module made again from that.

Kept are the arguments of its constructor, its raw parameters, the name of its map, and whether it trains.
"""

import inspect
from typing import Any

import numpy as np
import torch
from torch import nn

from compiler.errors import ConfigError
from compiler.frontend.double import first_line
from compiler.frontend.maps import OWN, name_of, named
from compiler.frontend.table import BY_NAME, Entry
from compiler.ir.nodes import Source

TENSORS = ("delays", "m_L", "m_R")
"""Arguments that are tensors."""


def source_of(entry: Entry, module: Any) -> Source | None:
    """How to make `module` (in float64) again; None where its map has no name."""
    arguments = {name: plain(value) for name, value in entry.arguments(module).items()}
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
    device: str = "cpu",
    dtype: torch.dtype = torch.float64,
) -> Any:
    """The module that `source` describes. Raises ConfigError for what its class cannot be made of."""
    entry = BY_NAME.get(source.kind)
    if entry is None:
        raise ConfigError("", f"source.kind is {source.kind!r}: no class that can be made")
    common = {"nfft": nfft, "alias_decay_db": alias_decay_db, "device": torch.device(device), "dtype": dtype}
    accepted = inspect.signature(entry.kind).parameters
    given = {**source.arguments, **common}
    for key in entry.maps:
        given.pop(key, None)
    arguments = {key: _argument(key, value, dtype, device) for key, value in given.items() if key in accepted}
    try:
        module: Any = entry.kind(**arguments).to(dtype)
        _restore(module, entry, source, dtype, device)
    except (TypeError, ValueError, IndexError, KeyError, AssertionError, RuntimeError) as error:
        raise ConfigError("", f"{source.kind} cannot be made of its source: {first_line(error)}") from None
    for key in entry.maps:
        if key in source.arguments:
            known = named(source.arguments[key], dtype, device)
            if known is None:
                raise ConfigError(
                    "", f"source.arguments.{key} is {source.arguments[key]!r}: no map of that name"
                )
            setattr(module, key, known)
    return module


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


def _restore(module: Any, entry: Entry, source: Source, dtype: torch.dtype, device: str) -> None:
    trains = bool(source.arguments.get("trains", source.arguments.get("requires_grad", False)))
    for name in entry.tensors:
        if name not in source.raw:
            raise KeyError(f"raw has no {name}")
        values = torch.tensor(np.asarray(source.raw[name]), dtype=dtype, device=device)
        before = _reached(module, name)
        if before.shape != values.shape:
            raise ValueError(f"{name} has shape {list(values.shape)}, not {list(before.shape)}")
        if isinstance(before, nn.Parameter):
            with torch.no_grad():
                before.copy_(values)
            before.requires_grad_(trains)
        else:
            owner, _, attribute = name.rpartition(".")
            setattr(_reached(module, owner) if owner else module, attribute, values)


def _reached(module: Any, path: str) -> Any:
    for name in path.split("."):
        module = getattr(module, name)
    return module


def _argument(key: str, value: Any, dtype: torch.dtype, device: str) -> Any:
    if key in TENSORS and isinstance(value, list):
        return torch.tensor(value, dtype=dtype, device=device)
    return tuple(value) if key == "size" else value
