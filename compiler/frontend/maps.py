"""Names for the maps from raw parameters to coefficients, so that a file can say which one a module has.

A map is a function, and functions have no names that a file could keep. It is recognised by what it does: the
same values and the same gradients as a map of this table, at the parameters and around them.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, TypeAlias

import torch
from flamo.auxiliary.reverb import map_gamma
from flamo.functional import skew_matrix

Map: TypeAlias = Callable[[torch.Tensor], Any]

ELEMENTWISE: Mapping[str, Map] = {
    "identity": lambda x: x,
    "softplus": torch.nn.functional.softplus,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "exponential": torch.exp,
    "magnitude": torch.abs,
    "square": torch.square,
    "relu": torch.relu,
    "from_decibels": lambda x: 10 ** (x / 20),
    "decibels": lambda x: 20 * torch.log10(x),
    "decibels_of_magnitude": lambda x: 20 * torch.log10(torch.abs(x)),
    "decibels_of_sigmoid": lambda x: 20 * torch.log10(torch.sigmoid(x)),
}
"""Each may be scaled and offset: {"name": "sigmoid", "scale": 0.99, "offset": 0.0}."""

NAMED: Mapping[str, Map] = {
    **ELEMENTWISE,
    "orthogonal": lambda x: torch.matrix_exp(skew_matrix(x)),
    "orthogonal_of_all": lambda x: torch.matrix_exp(x - x.transpose(-1, -2)),
    "unit_columns": lambda x: x / torch.norm(x, dim=0, keepdim=True),
    "unit_rows": lambda x: x / torch.norm(x, dim=-1, keepdim=True),
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
    candidates: Iterator[str | dict[str, Any]] = chain(NAMED, _fitted(found, parameters))
    for name in candidates:
        if _same(found, named(name, parameters.dtype, parameters.device), parameters):
            return name
    return None


def named(name: Any, dtype: torch.dtype, device: torch.device | str) -> Map:
    """The map that `name_of` named. Raises KeyError, TypeError or ValueError where there is no such."""
    if isinstance(name, str):
        return NAMED[name]
    match name:
        case {"name": "frozen", "values": values}:
            return Frozen(torch.tensor(values, dtype=dtype, device=device))
        case {"name": "map_gamma", "delays": delays, "is_compressed": bool(is_compressed)}:
            return map_gamma(torch.tensor(delays, dtype=dtype, device=device), is_compressed)
        case {"name": "clamp", "low": low, "high": high}:
            least, most = float(low), float(high)
            return lambda x: torch.clamp(x, least, most)
        case {"name": inner, "scale": scale, "offset": offset}:
            known, factor, shift = ELEMENTWISE[inner], float(scale), float(offset)
            return lambda x: factor * known(x) + shift
    raise KeyError(name)


def _fitted(found: Map, parameters: torch.Tensor) -> Iterator[dict[str, Any]]:
    """Maps with values of their own that `found` could be, by what it gives."""
    if isinstance(found, map_gamma):
        delays = torch.as_tensor(found.delays, dtype=torch.float64)
        yield {"name": "map_gamma", "delays": delays.tolist(), "is_compressed": bool(found.is_compressed)}
    points = _points(parameters)
    given = [_values(found, point) for point in points]
    if any(values is None for values in given):
        return
    wanted = torch.cat([values.reshape(-1) for values in given if values is not None])
    ends = [_values(found, torch.full_like(parameters, end)) for end in (-1e9, 1e9)]
    if all(end is not None and bool((end == end.reshape(-1)[0]).all()) for end in ends):
        low, high = (float(end.reshape(-1)[0]) for end in ends if end is not None)
        yield {"name": "clamp", "low": low, "high": high}
    for name, known in ELEMENTWISE.items():
        basis = torch.cat([known(point).reshape(-1) for point in points])
        if basis.shape != wanted.shape or not torch.isfinite(basis).all() or not torch.isfinite(wanted).all():
            continue
        columns = torch.stack([basis, torch.ones_like(basis)], dim=-1)
        scale, offset = torch.linalg.lstsq(columns, wanted).solution.tolist()
        offset = 0.0 if abs(offset) < 1e-12 * float(wanted.abs().max()) else offset
        yield {"name": name, "scale": _as_written(scale), "offset": _as_written(offset)}


def _as_written(value: float) -> float:
    """The short number that `value`, the result of a fit, is but for rounding: 0.99 of 0.9900000000000002."""
    short = float(f"{value:.12g}")
    return short if abs(short - value) < 1e-14 * abs(value) else value


def _values(found: Map, point: torch.Tensor) -> torch.Tensor | None:
    """What `found` gives as float64; None if that is no real tensor of the same shape."""
    answer = _answer(found, point)
    if answer is None or len(answer) != 2 or answer[0].is_complex() or answer[0].shape != point.shape:
        return None
    return answer[0].to(point.dtype)


def _points(parameters: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """At the parameters and around them: near, far, and all of them above 0."""
    generator = torch.Generator().manual_seed(20261122)
    noise = torch.randn(parameters.shape, dtype=parameters.dtype, generator=generator)
    at = parameters.detach()
    return at, at + 0.1 * noise, at - 0.5 * noise, 3.0 * noise.abs(), 20.0 * noise


def _same(found: Map, known: Map, parameters: torch.Tensor) -> bool:
    return all(_same_at(found, known, point) for point in _points(parameters))


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
