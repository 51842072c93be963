"""Macro controls as a caller names them, checked before a model is there to plan them for."""

import reprlib
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

from compiler.errors import BadValue, ConfigError


def checked_controls(controls: Any) -> Sequence[str] | Mapping[str, tuple[float, float]] | None:
    """`controls` as `plan_controls` takes them: names, or names with ranges, or None.

    Raises ConfigError for anything else, BadValue for a range that is not two numbers.
    """
    if controls is None:
        return None
    if isinstance(controls, str) or not isinstance(controls, Iterable):
        shown = reprlib.repr(controls)
        raise ConfigError("", f"controls are {shown}: must be a list of names, or names with ranges")
    names = tuple(controls)
    for name in names:
        if not isinstance(name, str):
            raise ConfigError("", f"controls hold {reprlib.repr(name)}: must be names")
    if not isinstance(controls, Mapping):
        return names
    return {name: _range(name, given) for name, given in controls.items()}


def _range(name: str, given: Any) -> tuple[float, float]:
    ends = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else ()
    if len(ends) != 2 or not all(isinstance(end, Real) and not isinstance(end, bool) for end in ends):
        raise BadValue(name, f"a range of {reprlib.repr(given)}: must be two numbers, (minimum, maximum)")
    return float(ends[0]), float(ends[1])
