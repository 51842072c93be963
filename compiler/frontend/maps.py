"""Names for the maps from raw parameters to coefficients, so that a file can say which one a module has.

A map is a function, and functions have no names that a file could keep. It is recognised by what it does: the
same values and the same gradients as a map of this table, at the parameters and around them.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import torch
from flamo.auxiliary.reverb import map_gamma
from flamo.functional import skew_matrix

Map: TypeAlias = Callable[[torch.Tensor], Any]

NAMED: Mapping[str, Map] = {
    "identity": lambda x: x,
    "softplus": torch.nn.functional.softplus,
    "decibels_of_magnitude": lambda x: 20 * torch.log10(torch.abs(x)),
    "decibels": lambda x: 20 * torch.log10(x),
    "from_decibels": lambda x: 10 ** (x / 20),
    "orthogonal": lambda x: torch.matrix_exp(skew_matrix(x)),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "exponential": torch.exp,
    "magnitude": torch.abs,
    "square": torch.square,
    "unit_clamp": lambda x: torch.clamp(x, 0.0, 1.0),
    "signed_unit_clamp": lambda x: torch.clamp(x, -1.0, 1.0),
    "unit_columns": lambda x: x / torch.norm(x, dim=0, keepdim=True),
    "unit_norm": lambda x: x / torch.norm(x),
}
OWN = "own"
"""The map that the class sets itself."""


class Frozen:
    """A map that gives the same `values` whatever the parameters: one draw of a random map."""

    def __init__(self, values: torch.Tensor) -> None:
        self.values = values

    def __call__(self, parameters: torch.Tensor) -> torch.Tensor:
        """The draw."""
        return self.values


def name_of(found: Map, own: Map | None, parameters: torch.Tensor) -> str | dict[str, Any] | None:
    """`found` as JSON: "own", a name of the table, a map with values of its own, or None: unknown.

    `own` is the map of a new module of the same class; `parameters` is where maps are compared.
    """
    if isinstance(found, Frozen):
        return {"name": "frozen", "values": found.values.tolist()}
    if own is not None and _same(found, own, parameters):
        return OWN
    if isinstance(found, map_gamma) and type(found) is map_gamma:
        delays = torch.as_tensor(found.delays, dtype=torch.float64)
        return {"name": "map_gamma", "delays": delays.tolist(), "is_compressed": bool(found.is_compressed)}
    return next((name for name, known in NAMED.items() if _same(found, known, parameters)), None)


def named(name: Any, dtype: torch.dtype, device: torch.device | str) -> Map | None:
    """The map that `name_of` named; None where there is no such."""
    if isinstance(name, dict) and name.get("name") == "frozen":
        return Frozen(torch.tensor(name.get("values"), dtype=dtype, device=device))
    if isinstance(name, dict) and name.get("name") == "map_gamma":
        delays = torch.tensor(name.get("delays"), dtype=dtype, device=device)
        return map_gamma(delays, bool(name.get("is_compressed", True)))
    return NAMED.get(name) if isinstance(name, str) else None


def _same(found: Map, known: Map, parameters: torch.Tensor) -> bool:
    generator = torch.Generator().manual_seed(20261122)
    noise = torch.randn(parameters.shape, dtype=parameters.dtype, generator=generator)
    at = parameters.detach()
    points = (at, at + 0.1 * noise, at - 0.5 * noise, 3.0 * noise.abs())
    return all(_same_at(found, known, point) for point in points)


def _same_at(found: Map, known: Map, point: torch.Tensor) -> bool:
    one, other = _answer(found, point), _answer(known, point)
    if one is None or other is None:
        return one is other
    return len(one) == len(other) and all(_close(a, b) for a, b in zip(one, other, strict=True))


def _answer(function: Map, point: torch.Tensor) -> list[torch.Tensor] | None:
    """Values and gradient of `function` at `point`; None where it raises."""
    raw = point.clone().requires_grad_(True)
    try:
        with torch.enable_grad():
            out = function(raw)
            values = list(out) if isinstance(out, tuple | list) else [out]
            weights = [torch.linspace(0.5, 1.5, part.numel(), dtype=torch.float64) for part in values]
            parts = zip(values, weights, strict=True)
            total = sum((part.reshape(-1) * weight).abs().sum() for part, weight in parts)
            if isinstance(total, torch.Tensor) and total.requires_grad:
                total.backward()  # type: ignore[no-untyped-call]
    except (RuntimeError, TypeError, ValueError, IndexError, AssertionError):
        return None
    gradient = torch.zeros_like(raw) if raw.grad is None else raw.grad
    return [*(part.detach() for part in values), gradient]


def _close(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one.shape != other.shape or one.is_complex() != other.is_complex():
        return False
    finite = torch.isfinite(one)
    if not torch.equal(finite, torch.isfinite(other)):
        return False
    difference = torch.abs(one - other)[finite]
    return not difference.numel() or bool(difference.max() <= 1e-11 * torch.abs(other[finite]).max())
