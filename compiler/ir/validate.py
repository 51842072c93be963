"""Checks a configuration against the published JSON Schema, `schema.json`, with the `jsonschema` package.

`from_json` checks the same and more (shapes, channels, numbers); the schema is what other programs write by.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from compiler.errors import ConfigError, ToolMissing
from compiler.ir.json import LARGEST_DEPTH, Json, place


def schema() -> Json:
    """The published JSON Schema (draft 2020-12)."""
    return json.loads(resources.files("compiler.ir").joinpath("schema.json").read_text(encoding="utf-8"))


def validate(config: Mapping[str, Any]) -> None:
    """Raises ConfigError, with the node's path, for what does not follow the schema."""
    thin = _thin(config, LARGEST_DEPTH)
    error = next(
        iter(sorted(_validator().iter_errors(thin), key=lambda error: list(map(str, error.path)))), None
    )
    if error is None:
        return
    path, inner = place(config, error.absolute_path)
    wanted = (
        error.schema.get("description") if error.validator in ("type", "anyOf", "pattern", "enum") else None
    )
    reason = f"must be {wanted}" if wanted else _short(error.message)
    raise ConfigError(path, f"{inner}: {reason}" if inner else reason)


@cache
def _validator() -> Any:
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        raise ToolMissing(
            "", "jsonschema is not installed: pip install jsonschema, or plaud-live[reverb]"
        ) from None
    return Draft202012Validator(schema())


def _thin(value: Any, depth: int) -> Any:
    """`value` with each rectangle of numbers cut to its first: the schema asks the same of all of them.

    A reverb's matrix of filters has a million taps, at 10 µs each for the package.
    """
    if isinstance(value, Mapping):
        if depth == 0:
            raise ConfigError("", f"nested deeper than {LARGEST_DEPTH} nodes")
        deeper = depth - 1 if "type" in value else depth
        return {
            key: inner if key in ("arguments", "raw") and isinstance(inner, Mapping) else _thin(inner, deeper)
            for key, inner in value.items()
        }
    if isinstance(value, list) and value:
        if all(isinstance(row, list) for row in value):
            rows = [_thin(row, depth) for row in value]
            return rows[:1] if all(row == rows[0] for row in rows) else rows
        if {int, float}.issuperset(map(type, value)):
            return [0.0] * min(len(value), 7)  # a section must have 6
        return [_thin(inner, depth) for inner in value]
    if isinstance(value, int) and value.bit_length() > 64:
        return 2**64 if value > 0 else -(2**64)  # Python refuses to print the longest in a complaint
    return value


def _short(message: str) -> str:
    message = " ".join(message.split())
    return message if len(message) <= 120 else f"{message[:117]}..."
