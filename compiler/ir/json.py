"""A model as JSON, and back: plain dictionaries, lists and numbers, every double exactly.

`schema.json` beside this file says the same to other programs. What is read is checked value by value here,
and each complaint begins with the node's path. NumPy only.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from compiler.errors import ArityError, BadValue, CompilerError, ConfigError
from compiler.ir.nodes import (
    Array,
    Delay,
    Fir,
    Gain,
    Model,
    Node,
    Parallel,
    Recursion,
    Series,
    Sos,
    Source,
)

Json: TypeAlias = dict[str, Any]

SCHEMA_VERSION = 1
LARGEST_DEPTH = 48
"""Nodes inside nodes. Deeper trees are refused: everything that walks them recurses."""

_TYPES: Mapping[str, type[Node]] = {
    "gain": Gain,
    "delay": Delay,
    "fir": Fir,
    "sos": Sos,
    "series": Series,
    "parallel": Parallel,
    "recursion": Recursion,
}
_TYPE_OF = {kind: name for name, kind in _TYPES.items()}

_MODEL_KEYS = ("schema_version", "name", "sample_rate", "inputs", "outputs", "root")
_NODE_KEYS: Mapping[str, tuple[str, ...]] = {
    "gain": ("gains",),
    "delay": ("samples",),
    "fir": ("taps",),
    "sos": ("sections",),
    "series": ("children",),
    "parallel": ("children", "is_sum"),
    "recursion": ("forward", "feedback"),
}
_ARRAYS = ("gains", "samples", "taps", "sections")


def to_json(model: Model) -> Json:
    """`model` as a dictionary that `json.dumps` takes; `from_json` gives back the same numbers."""
    config: Json = {
        "schema_version": SCHEMA_VERSION,
        "name": model.name,
        "sample_rate": float(model.sample_rate),
        "inputs": model.root.inputs,
        "outputs": model.root.outputs,
        "notes": list(model.notes),
        "root": _write(model.root),
    }
    if model.source is not None:
        config["source"] = _write_source(model.source)
    return config


def from_json(config: Mapping[str, Any]) -> Model:
    """The model that `config` describes.

    Raises ConfigError for what does not follow the schema, BadValue for numbers that are not finite or
    outside their range, ArityError for shapes and channels that do not fit: each with the node's path.
    """
    config = _object(config, "", "the configuration")
    version = config.get("schema_version")
    if isinstance(version, bool) or version != SCHEMA_VERSION:
        raise ConfigError("", f"schema_version is {_shown(version)}: this compiler reads {SCHEMA_VERSION}")
    name = _name(config, "")
    _keys(config, name, "the configuration", _MODEL_KEYS, ("notes", "source"))
    rate = config["sample_rate"]
    if not _is_number(rate):
        raise ConfigError(name, f"sample_rate is {_shown(rate)}: must be a number of Hz")
    notes = config.get("notes", [])
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise ConfigError(name, "notes must be a list of strings")
    source = _read_source(config.get("source"), name)
    root = _read(config["root"], "", "root", 1)
    for key, actual in (("inputs", root.inputs), ("outputs", root.outputs)):
        if type(config[key]) is not int:
            raise ConfigError(name, f"{key} is {_shown(config[key])}: must be a whole number")
        if config[key] != actual:
            raise ArityError(
                root.name, f"has {actual} {key}, but the configuration says {_shown(config[key])}"
            )
    try:
        return Model(name, float(rate), root, source, tuple(notes))
    except OverflowError:
        raise BadValue(name, "sample_rate is too large for a double") from None


def place(config: Any, keys: Iterable[Any]) -> tuple[str, str]:
    """Path of the node, and the place within it, that `keys` (from the top of `config`) lead to.

    `["root", "children", 2, "gains", 0]` becomes `("reverb/mixing", "gains[0]")`.
    """
    path: list[str] = []
    inner = ""
    for key in keys:
        config = config[key]
        inner += f"[{key}]" if isinstance(key, int) else f".{key}" if inner else key
        if isinstance(config, dict) and "type" in config:
            path.append(_label(config, inner))
            inner = ""
    return "/".join(path), inner


def _write(node: Node) -> Json:
    config: Json = {"type": _TYPE_OF[type(node)], "name": node.name}
    match node:
        case Gain(gains=gains):
            config["gains"] = gains.tolist()
        case Delay(samples=samples, gains=gains):
            config["samples"] = samples.tolist()
            if gains is not None:
                config["gains"] = gains.tolist()
        case Fir(taps=taps):
            config["taps"] = taps.tolist()
        case Sos(sections=sections):
            config["sections"] = sections.tolist()
        case Series(children=children):
            config["children"] = [_write(child) for child in children]
        case Parallel(children=children, is_sum=is_sum):
            config["is_sum"] = is_sum
            config["children"] = [_write(child) for child in children]
        case Recursion(forward=forward, feedback=feedback):
            config["forward"] = _write(forward)
            config["feedback"] = _write(feedback)
    if node.source is not None:
        config["source"] = _write_source(node.source)
    return config


def _write_source(source: Source) -> Json:
    return {
        "kind": source.kind,
        "arguments": dict(source.arguments),
        "raw": {name: values.tolist() for name, values in source.raw.items()},
    }


def _read(config: Any, above: str, slot: str, depth: int) -> Node:
    """The node in `slot` ("children[2]", "forward") of the node whose path is `above`."""
    here = f"{above}/{slot}" if above else slot
    if depth > LARGEST_DEPTH:
        raise ConfigError(above, f"nested deeper than {LARGEST_DEPTH} nodes")
    config = _object(config, here, "a node")
    name = _name(config, here)
    here = f"{above}/{name}" if above else name
    kind = config.get("type")
    if not isinstance(kind, str) or kind not in _TYPES:
        raise ConfigError(here, f"type is {_shown(kind)}: must be one of {', '.join(_TYPES)}")
    optional = ("source", "gains") if kind == "delay" else ("source",)
    _keys(config, here, f"a {kind}", ("type", "name", *_NODE_KEYS[kind]), optional)
    fields: dict[str, Any] = {"name": name, "source": _read_source(config.get("source"), here)}
    for key in _ARRAYS:
        if key in config:
            fields[key] = _numbers(config[key], here, key)
    if "children" in config:
        if not isinstance(config["children"], list):
            raise ConfigError(here, f"children are {_shown(config['children'])}: must be a list of nodes")
        fields["children"] = tuple(
            _read(child, here, f"children[{i}]", depth + 1) for i, child in enumerate(config["children"])
        )
    for key in ("forward", "feedback"):
        if key in config:
            fields[key] = _read(config[key], here, key, depth + 1)
    if kind == "parallel":
        if not isinstance(config["is_sum"], bool):
            raise ConfigError(here, f"is_sum is {_shown(config['is_sum'])}: must be true or false")
        fields["is_sum"] = config["is_sum"]
    try:
        return _TYPES[kind](**fields)
    except CompilerError as error:
        raise (error.within(above) if above else error) from None


def _read_source(config: Any, path: str) -> Source | None:
    if config is None:
        return None
    config = _object(config, path, "source")
    _keys(config, path, "source", ("kind",), ("arguments", "raw"))
    if not isinstance(config["kind"], str):
        raise ConfigError(path, f"source.kind is {_shown(config['kind'])}: must be a string")
    arguments = _object(config.get("arguments", {}), path, "source.arguments")
    raw = _object(config.get("raw", {}), path, "source.raw")
    return Source(
        config["kind"],
        arguments,
        {name: _numbers(values, path, f"source.raw.{name}") for name, values in raw.items()},
    )


def _object(config: Any, path: str, what: str) -> dict[str, Any]:
    if not isinstance(config, Mapping) or not all(isinstance(key, str) for key in config):
        raise ConfigError(path, f"{what} is {_shown(config)}: must be an object")
    return dict(config)


def _name(config: Mapping[str, Any], path: str) -> str:
    name = config.get("name")
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise ConfigError(path, f"name is {_shown(name)}: must be a string of printable characters")
    return name


def _keys(
    config: Mapping[str, Any], path: str, what: str, needed: Iterable[str], optional: Iterable[str]
) -> None:
    needed = tuple(needed)
    for key in needed:
        if key not in config:
            raise ConfigError(path, f"{what} without {key}")
    for key in config:
        if key not in needed and key not in optional:
            raise ConfigError(path, f"{what} with {_shown(key)}: there is no such key")


def _numbers(values: Any, path: str, what: str) -> Array:
    """Nested lists of numbers as a read-only float64 array."""
    _shape(values, path, what)
    try:
        array = np.array(values, dtype=np.float64)
    except OverflowError:
        raise BadValue(path, f"{what} has a number that is too large for a double") from None
    if not np.isfinite(array).all():
        where = "".join(f"[{i}]" for i in np.argwhere(~np.isfinite(array))[0])
        raise BadValue(path, f"{what}{where} is not finite")
    array.flags.writeable = False
    return array


def _shape(values: Any, path: str, what: str, depth: int = 0) -> tuple[int, ...]:
    """Shape of nested lists of numbers; raises ConfigError, or ArityError where rows differ in length."""
    if not isinstance(values, list):
        if not _is_number(values):
            raise ConfigError(path, f"{what} is {_shown(values)}: must be a number")
        return ()
    if depth == 8:
        raise ConfigError(path, f"{what}: lists nested deeper than 8")
    if not values:
        return (0,)
    if not isinstance(values[0], list):
        if not {int, float}.issuperset(map(type, values)):  # millions of taps are fast this way
            for i, value in enumerate(values):
                if not _is_number(value):
                    raise ConfigError(path, f"{what}[{i}] is {_shown(value)}: must be a number")
        return (len(values),)
    shape = _shape(values[0], path, f"{what}[0]", depth + 1)
    for i, row in enumerate(values[1:], start=1):
        other = _shape(row, path, f"{what}[{i}]", depth + 1)
        if other != shape:
            raise ArityError(path, f"{what}[{i}] has shape {list(other)}, but {what}[0] has {list(shape)}")
    return (len(values), *shape)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _label(config: Mapping[str, Any], slot: str) -> str:
    name = config.get("name")
    return name if isinstance(name, str) and name.strip() and name.isprintable() else slot


def _shown(value: Any) -> str:
    """`value` in a line of complaint, cut short."""
    if value is None:
        return "missing or null"
    if isinstance(value, Mapping | list | tuple):
        return "an object" if isinstance(value, Mapping) else "a list"
    if isinstance(value, int) and value.bit_length() > 64:  # Python refuses to print the longest
        return "a whole number beyond 64 bits"
    text = ascii(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
