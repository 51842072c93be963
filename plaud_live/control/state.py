"""The state of a performance: one immutable value, owned by the engine, mirrored by its clients."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.clocks import Run, Runs
from plaud_live.control.keys import Keys, TypedNote
from plaud_live.control.maps import Map
from plaud_live.control.outputs import Outlet, Outlets
from plaud_live.control.parameters import VERB, ModelInfo, ReverbInfo
from plaud_live.control.passages import Passage
from plaud_live.errors import SignalError
from plaud_live.signals.data import from_data, to_data
from plaud_live.signals.graph import Address, Signal, address_text
from plaud_live.signals.transitions import column

Heard = tuple[str, float, float | None]
"""A sound file, and from where to where in it, in seconds; None: to its end."""


@dataclass(frozen=True)
class Source:
    """What drives a parameter: the signal, and the text that it was typed as ('' for a default)."""

    signal: Signal
    text: str = ""


@dataclass(frozen=True)
class InstrumentState:
    """An instrument: the model that it plays and the source of each parameter.

    `info` is the model that it plays or is about to play: whatever is asked for is meant for that one.
    `passages` lead there, those that have not ended, the first first; `past` has the models that it left.
    """

    name: str
    info: ModelInfo
    sources: Mapping[str, Source]
    passages: tuple[Passage, ...] = ()
    past: tuple[ModelInfo, ...] = ()

    @property
    def models(self) -> tuple[ModelInfo, ...]:
        """The models that are heard, or are to be, in the order in which they are gone through."""
        return (*(passage.before for passage in self.passages), self.info)

    def to_data(self) -> dict[str, Any]:
        """As JSON, all but the sources."""
        return {
            "info": self.info.to_data(),
            "passages": [passage.to_data() for passage in self.passages],
            "past": [info.to_data() for info in self.past],
        }


@dataclass(frozen=True)
class ReverbState:
    """The reverb: the model that it goes over to at beat `start`, and the source of each parameter."""

    info: ReverbInfo
    sources: Mapping[str, Source]
    start: float = 0.0

    name = VERB


Part = InstrumentState | ReverbState
"""Whatever has parameters."""


@dataclass(frozen=True)
class State:
    """Everything that fixes what sounds from now on.

    `anchors` maps a lineage to names and raw vectors; `quant` is in beats; `revision` counts the changes.
    `scenes` maps a name to the sources that it recalls: `{"drone.z": Source, …}`. `maps` has what moves
    which parameter (`drone.z2`), `knobs` the controls that were given a name. `outputs` has what is
    sent where, `clocks` the devices that get the clock; `leader` is whose MIDI clock is followed ('': none).
    `keys` says which instruments are played by keys and how; `notes` are those that were typed and have not
    ended, or not long ago. `offers` are models that training has left for an instrument, the newest last.
    `heard` has, by lineage, the anchors that are sounds: file, start and end in seconds. What another model
    of the lineage makes of these is in `anchors` under its own digest. `reverb` hears the mix of them all.
    """

    tempo: TempoMap
    instruments: Mapping[str, InstrumentState] = field(default_factory=dict)
    anchors: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    quant: float = 1.0
    revision: int = 0
    scenes: Mapping[str, Mapping[str, Source]] = field(default_factory=dict)
    maps: Mapping[str, Map] = field(default_factory=dict)
    knobs: Mapping[str, str] = field(default_factory=dict)
    outputs: Outlets = field(default_factory=dict)
    clocks: Runs = field(default_factory=dict)
    leader: str = ""
    keys: Mapping[str, Keys] = field(default_factory=dict)
    notes: tuple[TypedNote, ...] = ()
    offers: Mapping[str, tuple[ModelInfo, ...]] = field(default_factory=dict)
    heard: Mapping[str, Mapping[str, Heard]] = field(default_factory=dict)
    reverb: ReverbState | None = None
    _columns: dict[Address, Signal] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """All that has parameters, by name: the instruments, and `verb` where there is a reverb."""
        return self.instruments if self.reverb is None else {**self.instruments, VERB: self.reverb}

    def lookup(self, address: Address) -> Signal:
        """The signal behind an address; serves `Evaluation`. Raises SignalError."""
        found = self._columns.get(address)
        if found is None:
            instrument, parameter, index = address
            try:
                found = self.parts[instrument].sources[parameter].signal
            except KeyError:
                raise SignalError(f"{address_text(address)} is not there any more") from None
            if index is not None:
                found = column(found, index)
            self._columns[address] = found
        return found

    def sources(self) -> Iterator[tuple[tuple[str, str], Source]]:
        """Every source, by instrument and name."""
        for name, part in self.parts.items():
            for parameter, source in part.sources.items():
                yield (name, parameter), source

    def signals(self) -> Iterator[Signal]:
        """Everything that is evaluated: sources and outputs."""
        yield from (source.signal for _, source in self.sources())
        yield from (outlet.signal for outlet in self.outputs.values())

    def anchor(self, instrument: InstrumentState, name: str) -> tuple[float, ...] | None:
        """The raw vector of an anchor as `instrument` knows it, or None."""
        own = self.anchors.get(instrument.info.digest, {}).get(name)
        return own or self.anchors.get(instrument.info.lineage, {}).get(name)

    def anchors_of(self, info: ModelInfo) -> dict[str, tuple[float, ...]]:
        """All anchors as a model knows them, raw."""
        return {**self.anchors.get(info.lineage, {}), **self.anchors.get(info.digest, {})}

    def with_sources(self, changes: Mapping[tuple[str, str], Source]) -> "State":
        """The state with other sources for (instrument, parameter)."""
        instruments, reverb = dict(self.instruments), self.reverb
        for (name, parameter), source in changes.items():
            if name == VERB and reverb is not None:
                reverb = replace(reverb, sources={**reverb.sources, parameter: source})
            else:
                old = instruments[name]
                instruments[name] = replace(old, sources={**old.sources, parameter: source})
        return self.changed(instruments=instruments, reverb=reverb)

    def changed(self, **fields: Any) -> "State":
        """A copy with other fields; what was cached of the old one is dropped."""
        return replace(self, **fields, _columns={})

    def to_data(self) -> dict[str, Any]:
        """As JSON, to be read only: it is made once, for whoever is told."""
        return dict(self._data)

    @cached_property
    def _data(self) -> dict[str, Any]:
        return {
            "instruments": {
                name: {**instrument.to_data(), "sources": sources_to_data(instrument.sources)}
                for name, instrument in self.instruments.items()
            },
            "anchors": {k: {n: list(raw) for n, raw in named.items()} for k, named in self.anchors.items()},
            "scenes": {name: sources_to_data(sources) for name, sources in self.scenes.items()},
            "reverb": None if self.reverb is None else _reverb_to_data(self.reverb),
            **self.small_data(),
        }

    def small_data(self) -> dict[str, Any]:
        """As JSON, all but instruments, anchors, scenes and the reverb."""
        return {
            "tempo": self.tempo.to_data(),
            "quant": self.quant,
            "revision": self.revision,
            "maps": {key: each.to_data() for key, each in self.maps.items()},
            "knobs": dict(self.knobs),
            "outputs": {key: outlet.to_data() for key, outlet in self.outputs.items()},
            "clocks": {device: run.to_data() for device, run in self.clocks.items()},
            "leader": self.leader,
            "keys": {name: each.to_data() for name, each in self.keys.items()},
            "notes": [note.to_data() for note in self.notes],
            "offers": {name: [info.to_data() for info in each] for name, each in self.offers.items()},
            "heard": {k: {n: list(span) for n, span in named.items()} for k, named in self.heard.items()},
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "State":
        """From JSON that `to_data` made. Raises SignalError or KeyError for anything else."""
        instruments = {}
        for name, entry in data["instruments"].items():
            sources = _sources_from_data(entry["sources"])
            passages = tuple(Passage.from_data(each) for each in entry.get("passages", ()))
            past = tuple(ModelInfo.from_data(each) for each in entry.get("past", ()))
            info = ModelInfo.from_data(entry["info"])
            instruments[name] = InstrumentState(name, info, sources, passages, past)
        anchors = {k: {n: tuple(raw) for n, raw in named.items()} for k, named in data["anchors"].items()}
        tempo = TempoMap.from_data(data["tempo"])
        scenes = {name: _sources_from_data(sources) for name, sources in data.get("scenes", {}).items()}
        maps = {key: Map.from_data(each) for key, each in data.get("maps", {}).items()}
        knobs = dict(data.get("knobs", {}))
        outputs = {key: Outlet.from_data(each) for key, each in data.get("outputs", {}).items()}
        clocks = {device: Run.from_data(each) for device, each in data.get("clocks", {}).items()}
        leader = str(data.get("leader", ""))
        quant, revision = float(data["quant"]), int(data["revision"])
        keys = {name: Keys.from_data(each) for name, each in data.get("keys", {}).items()}
        notes = tuple(TypedNote.from_data(each) for each in data.get("notes", ()))
        more: dict[str, Any] = {
            "outputs": outputs,
            "clocks": clocks,
            "leader": leader,
            "keys": keys,
            "notes": notes,
            "offers": {
                name: tuple(ModelInfo.from_data(info) for info in each)
                for name, each in data.get("offers", {}).items()
            },
            "heard": {
                lineage: {name: (str(path), start, end) for name, (path, start, end) in named.items()}
                for lineage, named in data.get("heard", {}).items()
            },
            "reverb": _reverb_from_data(data.get("reverb")),
        }
        return cls(tempo, instruments, anchors, quant, revision, scenes, maps, knobs, **more)


def sources_to_data(sources: Mapping[str, Source]) -> dict[str, Any]:
    """Sources by name, as JSON."""
    return {name: [to_data(source.signal), source.text] for name, source in sources.items()}


def _reverb_to_data(reverb: ReverbState) -> dict[str, Any]:
    sources = sources_to_data(reverb.sources)
    return {"info": reverb.info.to_data(), "start": reverb.start, "sources": sources}


def _reverb_from_data(data: Mapping[str, Any] | None) -> ReverbState | None:
    if data is None:
        return None
    info, sources = ReverbInfo.from_data(data["info"]), _sources_from_data(data["sources"])
    return ReverbState(info, sources, float(data["start"]))


def _sources_from_data(data: Mapping[str, Any]) -> dict[str, Source]:
    return {name: Source(from_data(signal), text) for name, (signal, text) in data.items()}
