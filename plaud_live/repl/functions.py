"""The performer's functions: what they are called, what they take, and which of them are the same."""

import inspect
import zlib
from collections.abc import Callable
from typing import Any

Function = Callable[..., object]


def name_of(function: Function) -> str:
    """A name for a function; one without a name gets one by what it does."""
    name = str(getattr(function, "__name__", type(function).__name__))
    return name if name.isidentifier() else f"loop_{identity(function)}"


def takes_count(function: Function) -> bool:
    """Whether it can be called with one argument."""
    try:
        inspect.signature(function).bind(0)
    except TypeError:
        return False
    except ValueError:  # built in, without a signature
        return True
    return True


def identity(function: Function) -> str:
    """A short name for what a function does: its code, defaults and what it closes over, hashed."""
    code = getattr(function, "__code__", None)
    if code is None:
        return f"{zlib.crc32(repr(function).encode()):08x}"
    cells = [_shown(cell.cell_contents) for cell in getattr(function, "__closure__", None) or ()]
    parts = (_code(code), _shown(getattr(function, "__defaults__", None)), cells)
    return f"{zlib.crc32(repr(parts).encode()):08x}"


def _code(code: Any) -> tuple[object, ...]:
    constants = tuple(_code(c) if hasattr(c, "co_code") else repr(c) for c in code.co_consts)
    return (code.co_code, constants, code.co_names, code.co_varnames)


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # the performer's own class may fail at this
        return type(value).__name__
