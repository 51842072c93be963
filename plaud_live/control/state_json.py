"""A state as JSON text. It is told after every change, so what has not changed is not encoded again."""

import json
from collections.abc import Mapping
from functools import lru_cache

from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import Source, State
from plaud_live.signals.data import to_data
from plaud_live.signals.graph import Signal

KEPT = 2048

_json = json.JSONEncoder(separators=(",", ":")).encode


def encode_state(state: State) -> bytes:
    """`state.to_data()` as JSON in UTF-8, put together from instruments and signals that are encoded once."""
    instruments = {
        name: _object({"info": _info(instrument.info), "sources": _sources(instrument.sources)})
        for name, instrument in state.instruments.items()
    }
    scenes = {name: _sources(sources) for name, sources in state.scenes.items()}
    parts = {"instruments": _object(instruments), "scenes": _object(scenes)}
    members = {name: parts.get(name) or _json(value) for name, value in state.to_data().items()}
    return _object(members).encode()


def _sources(sources: Mapping[str, Source]) -> str:
    return _object({name: f"[{_signal(each.signal)},{_json(each.text)}]" for name, each in sources.items()})


@lru_cache(maxsize=KEPT)
def _signal(signal: Signal) -> str:
    return _json(to_data(signal))


@lru_cache(maxsize=64)
def _info(info: ModelInfo) -> str:
    return _json(info.to_data())


def _object(members: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{_json(name)}:{value}" for name, value in members.items()) + "}"
