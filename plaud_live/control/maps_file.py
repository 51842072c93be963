"""`maps.toml`: maps and named knobs as text that a performer can read and change."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from plaud_live.control.maps import MAX_KNOBS, MAX_MAPS, Knob, Map
from plaud_live.control.takeover import PICKUP
from plaud_live.errors import SettingsError

FILE_NAME = "maps.toml"
VERSION = 1
_HEAD = """# What moves what: written by plaud-live; maps.load() reads it. See help(learn).
version = 1
"""
_TEXTS = {"control", "knob", "mode"}
_NUMBERS = {"curve", "slew"}


def maps_text(maps: Mapping[str, Map], knobs: Mapping[str, str]) -> str:
    """Maps by parameter and controls by name, as TOML."""
    parts = [_HEAD]
    if knobs:
        lines = [f"{name} = {json.dumps(control)}" for name, control in knobs.items()]
        parts.append("\n".join(["[knobs]", *lines, ""]))
    for key, each in maps.items():
        lines = [f"[maps.{json.dumps(key)}]", f"control = {json.dumps(each.control)}"]
        lines += [f"knob = {json.dumps(each.knob)}"] if each.knob else []
        lines += [f"mode = {json.dumps(each.mode)}", f"range = [{each.low!r}, {each.high!r}]"]
        lines += [f"{name} = {value!r}" for name, value in (("curve", each.curve), ("slew", each.slew))]
        parts.append("\n".join([*lines, ""]))
    return "\n".join(parts)


def read_maps(text: str) -> tuple[Map | Knob, ...]:
    """The changes that bring back what `maps_text` has written. Raises SettingsError for anything else."""
    try:
        data = tomllib.loads(text)
        if data.get("version") != VERSION:
            raise ValueError(f"version {data.get('version')!r}, wants {VERSION}")
        unknown = sorted(data.keys() - {"version", "knobs", "maps"})
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no entry of it")
        knobs, maps = data.get("knobs", {}), data.get("maps", {})
        if len(knobs) > MAX_KNOBS or len(maps) > MAX_MAPS:
            raise ValueError(f"more than {MAX_MAPS} maps or {MAX_KNOBS} knobs")
        named = tuple(Knob(name, _text(name, control)) for name, control in knobs.items())
        return named + tuple(_map(key, row) for key, row in maps.items())
    except (ValueError, TypeError, AttributeError) as error:
        raise SettingsError(f"maps: {error}") from None


def _map(key: str, row: Mapping[str, Any]) -> Map:
    instrument, _, parameter = key.partition(".")
    unknown = sorted(row.keys() - _TEXTS - _NUMBERS - {"range"})
    if unknown or not parameter:
        raise ValueError(
            f"{key}: {unknown[0]!r} is no entry of it" if unknown else f"{key!r} is no parameter"
        )
    low, high = (_number(key, end) for end in row.get("range", (0.0, 1.0)))
    said = {
        "control": _text(key, row.get("control")),
        "knob": _text(key, row.get("knob", "")),
        "mode": _text(key, row.get("mode", PICKUP)),
        "curve": _number(key, row.get("curve", 1.0)),
        "slew": _number(key, row.get("slew", 0.0)),
    }
    return Map.from_data({"instrument": instrument, "parameter": parameter, "low": low, "high": high, **said})


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{key}: wants text, not {value!r:.40}")
    return value


def _number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{key}: wants a number, not {value!r:.40}")
    return float(value)
