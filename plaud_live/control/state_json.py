"""A state as JSON text. It is told after every change, so what has not changed is not encoded again."""

import json
from collections.abc import Mapping
from functools import lru_cache

from plaud_live.control.parameters import ModelInfo
from plaud_live.control.passages import Passage
from plaud_live.control.state import InstrumentState, ReverbState, Source, State
from plaud_live.signals.data import to_data
from plaud_live.signals.graph import Signal

_json = json.JSONEncoder(separators=(",", ":")).encode

Raw = tuple[float, ...]


class StateText:
    """Encodes one state after the other. Of the last one, and of no other, it keeps the parts."""

    def __init__(self) -> None:
        self._signals: dict[Signal, str] = {}
        self._signals_before: dict[Signal, str] = {}
        self._anchors: dict[tuple[str, str], tuple[Raw, str]] = {}

    def encode(self, state: State) -> bytes:
        """`state.to_data()` as JSON in UTF-8."""
        self._signals_before, self._signals = self._signals, {}
        instruments = {
            name: _object({**_models(instrument), "sources": self._sources(instrument.sources)})
            for name, instrument in state.instruments.items()
        }
        scenes = {name: self._sources(sources) for name, sources in state.scenes.items()}
        reverb = "null" if state.reverb is None else self._reverb(state.reverb)
        self._signals_before = {}
        members = {name: _json(value) for name, value in state.small_data().items()}
        members |= {"instruments": _object(instruments), "scenes": _object(scenes)}
        members["reverb"] = reverb
        return _object(members | {"anchors": self._all_anchors(state.anchors)}).encode()

    def _reverb(self, reverb: ReverbState) -> str:
        known = {"info": _json(reverb.info.to_data()), "start": _json(reverb.start)}
        return _object({**known, "sources": self._sources(reverb.sources)})

    def _sources(self, sources: Mapping[str, Source]) -> str:
        return _object(
            {name: f"[{self._signal(each.signal)},{_json(each.text)}]" for name, each in sources.items()}
        )

    def _signal(self, signal: Signal) -> str:
        text = self._signals.get(signal) or self._signals_before.get(signal) or _json(to_data(signal))
        self._signals[signal] = text
        return text

    def _all_anchors(self, anchors: Mapping[str, Mapping[str, Raw]]) -> str:
        before, self._anchors = self._anchors, {}
        lineages = {}
        for lineage, named in anchors.items():
            texts = {}
            for name, raw in named.items():
                known, text = before.get((lineage, name), (None, ""))
                texts[name] = text if known is raw else _json(raw)
                self._anchors[lineage, name] = raw, texts[name]
            lineages[lineage] = _object(texts)
        return _object(lineages)


@lru_cache(maxsize=64)
def _info(info: ModelInfo) -> str:
    return _json(info.to_data())


def _models(instrument: InstrumentState) -> dict[str, str]:
    """The members of an instrument that are models, or have some."""
    return {
        "info": _info(instrument.info),
        "passages": f"[{','.join(map(_passage, instrument.passages))}]",
        "past": f"[{','.join(map(_info, instrument.past))}]",
    }


def _passage(passage: Passage) -> str:
    times = {"start": _json(passage.start), "beats": _json(passage.beats)}
    return _object({"before": _info(passage.before), **times})


def _object(members: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{_json(name)}:{value}" for name, value in members.items()) + "}"
