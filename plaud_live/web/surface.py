"""What the web surface shows: the instruments' tables and maps, what drives what, and where all is now."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from plaud_live.control.parameters import (
    LEVEL,
    PRESENCE,
    VERB,
    Info,
    ModelInfo,
    Parameter,
    ReverbInfo,
    parameters,
)
from plaud_live.control.plane import anchor_places, plane_of
from plaud_live.control.state import InstrumentState, Part, State
from plaud_live.signals.describe import describe
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.space import Columns, Vector
from plaud_live.signals.transitions import target
from plaud_live.web.values import Value, Values

PLACES = 4
"""Decimals of what is sent: finer than a screen shows."""

MOST_TEXT = 60
Data = dict[str, Any]


def layout(state: State) -> Data:
    """What changes seldom: parameters with their ranges, the map's plane and anchors, scenes."""
    marks = state.anchors
    return {
        "instruments": [
            {"name": name, **_model(each.info, tuple(marks.get(each.info.lineage, {}).items()))}
            for name, each in state.instruments.items()
        ],
        "scenes": list(state.scenes),
        "reverb": None if state.reverb is None else _reverb(state.reverb.info),
    }


def drivers(state: State) -> Data:
    """Texts of the signals that move parameters by themselves: `{"drone": {"z0": "lfo(16)"}}`."""
    found = {name: _moving(instrument) for name, instrument in state.instruments.items()}
    return found if state.reverb is None else {**found, VERB: _moving_apart(state.reverb)}


def now(values: Values) -> Data:
    """Tempo, load and levels; of each instrument its values in the order of the layout."""
    shown = values.status
    beat = values.beat
    return {
        "beat": round(beat, PLACES),
        "bpm": round(values.state.tempo.bpm_at(beat), 2),
        **{key: shown.get(key, 0) for key in ("cpu_avg", "xruns", "late", "peak", "rms")},
        "instruments": {
            name: _now(values, name, (shown.get("instruments") or {}).get(name, {}))
            for name in values.state.instruments
        },
        "reverb": _reverb_now(values, shown.get(VERB) or {}),
    }


@lru_cache(maxsize=32)
def _model(info: ModelInfo, marks: tuple[tuple[str, tuple[float, ...]], ...]) -> Data:
    plane = plane_of(info)
    return {
        "model": info.name,
        "latents": info.latent_size,
        "parameters": [_row(row, info) for row in _rows(info)],
        "plane": {"centre": _rounded(plane.centre), "axes": [_rounded(axis) for axis in plane.axes.T]},
        "anchors": [
            {"name": name, "z": _rounded(place)} for name, place in anchor_places(info, dict(marks)).items()
        ],
    }


@lru_cache(maxsize=8)
def _reverb(info: ReverbInfo) -> Data:
    return {"model": info.name, "parameters": [_row(row, info) for row in parameters(info).values()]}


def _rows(info: ModelInfo) -> list[Parameter]:
    """One row for each fader: latents once, by number, then the others."""
    table = parameters(info)
    latents = [table[f"z{i}"] for i in range(info.latent_size)]
    return latents + [row for row in table.values() if row.source != "z"]


def _row(row: Parameter, info: Info) -> Data:
    latent = row.source == "z"
    label = row.name
    if isinstance(info, ModelInfo) and row.index is not None:
        label = info.names[row.index] or row.name
    return {
        "name": row.name,
        "label": label.replace("_", " "),
        "unit": row.unit,
        "low": 0.0 if latent else row.low,
        "high": 1.0 if latent else row.high,
        "least": row.low,
        "most": row.high,
        "help": row.help,
    }


def _now(values: Values, name: str, shown: Mapping[str, Any]) -> Data:
    instrument = values.state.instruments[name]
    found = [values.parameter(name, row.source, row.index) for row in _rows(instrument.info)]
    return {
        "values": [None if each is None else _number(each[0]) for each in found],
        "playing": values.playing(name),
        "peak": shown.get("peak", 0.0),
        "rms": shown.get("rms", 0.0),
        "held": shown.get("held", []),
    }


def _reverb_now(values: Values, shown: Mapping[str, Any]) -> Data | None:
    reverb = values.state.reverb
    if reverb is None:
        return None
    found = [values.parameter(VERB, row.source) for row in parameters(reverb.info).values()]
    numbers = [None if each is None else _number(each[0]) for each in found]
    return {"values": numbers, "peak": shown.get("peak", 0.0), "held": shown.get("held", [])}


def _moving(instrument: InstrumentState) -> dict[str, str]:
    """What drives all latents together is told once, as `z`: those that it drives then have no text."""
    texts = {}
    place = target(instrument.sources["z"].signal)
    base = target(place.base) if isinstance(place, Columns) else place
    if not isinstance(base, Vector | Constant):
        texts = {"z": _text(base)} | {f"z{i}": "" for i in range(instrument.info.latent_size)}
    if isinstance(place, Columns):
        for index, signal in zip(place.indices, place.signals, strict=True):
            texts.pop(f"z{index}", None)
            if not isinstance(target(signal), Constant):
                texts[f"z{index}"] = _text(target(signal))
    return texts | _moving_apart(instrument)


def _moving_apart(part: Part) -> dict[str, str]:
    """What drives parameters of one number."""
    signals = {name: target(source.signal) for name, source in part.sources.items()}
    apart = {name: each for name, each in signals.items() if name not in ("z", LEVEL, PRESENCE)}
    return {name: _text(each) for name, each in apart.items() if not isinstance(each, Constant)}


def _text(signal: Signal) -> str:
    return describe(signal)[:MOST_TEXT]


def _number(value: Value) -> float | None:
    """For JSON, which knows no other numbers than finite ones."""
    return round(float(value), PLACES) if math.isfinite(float(value)) else None


def _rounded(values: Any) -> list[float]:
    return [round(float(value), PLACES) for value in values]
