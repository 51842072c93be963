"""The OSC namespace as one table: every address that is answered, with types, units, ranges, access and help.

The parameter table makes the rows of instruments. `osc_messages` and `engine.osc_queries` carry the addresses
out and a test holds them to this table; OSCQuery, completion and `help(osc)` show it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from plaud_live.clock.tempo import BPM_RANGE
from plaud_live.control.osc_fields import AT, MOST_BEATS, OVER, Field
from plaud_live.control.parameters import ModelInfo, Parameter, parameters
from plaud_live.control.state import State
from plaud_live.control.units import playable_to_raw
from plaud_live.errors import SignalError
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live
from plaud_live.signals.traversal import walk

INSTRUMENTS = "/plaud/inst/"
CONTROLS = "/plaud/ctl/"
"""What follows it names a live input: what `osc("NAME")` reads."""

LIVE = "osc/"
"""What the names of those inputs begin with in the state."""

READ, WRITE, BOTH = 1, 2, 3
"""ACCESS as OSCQuery numbers it: answers only, is told only, has a value that is set and read."""

LISTS = ("inst", "models", "anchors", "scenes", "takes")
STATUS = "cpu_avg cpu_peak latency_ms xruns late instruments sample_rate sample_rate_actual recording scene"
TOPICS = ("beat", "param", "meter", "latent", "xrun", "event", "train", "error")
RATES_HZ = (1.0, 120.0)


@dataclass(frozen=True)
class Node:
    """An address. `fields` are its arguments, of which at least `least` are wanted (None: all not optional).

    `reply` names the arguments of its answer; `row` is the parameter that it sets, if it is one. `guarded`
    ones want the session's token from beyond this machine.
    """

    address: str
    help: str
    fields: tuple[Field, ...] = ()
    access: int = WRITE
    reply: str = ""
    row: Parameter | None = None
    least: int | None = None
    guarded: bool = False

    @property
    def value_fields(self) -> tuple[Field, ...]:
        """The arguments that make up its value, or that cannot be left out."""
        return tuple(each for each in self.fields if not each.optional)

    @property
    def tags(self) -> str:
        """OSC type tags of the arguments that cannot be left out: `f`, `ssf`."""
        return "".join(each.tag for each in self.value_fields)

    @property
    def line(self) -> str:
        """For help: `/plaud/hush over? (beats)  fade all out`."""
        words = " ".join((self.address, *(each.shown for each in self.fields)))
        return f"{words}  {self.help}"


def addresses(state: State) -> Mapping[str, Node]:
    """All addresses that are there now, in the order in which they are shown. Shared: read only."""
    instruments = tuple((name, instrument.info) for name, instrument in state.instruments.items())
    anchors = tuple((lineage, tuple(named)) for lineage, named in state.anchors.items())
    return _addresses(instruments, anchors, tuple(state.scenes), _controls(state))


@lru_cache(maxsize=8)
def _addresses(
    instruments: tuple[tuple[str, ModelInfo], ...],
    anchors: tuple[tuple[str, tuple[str, ...]], ...],
    scenes: tuple[str, ...],
    controls: tuple[tuple[str, int], ...],
) -> dict[str, Node]:
    known = dict(anchors)
    nodes = [*_whole(scenes)]
    for name, info in instruments:
        nodes += _instrument(name, info, known.get(info.lineage, ()))
    nodes += (_control(name, size) for name, size in controls)
    return {node.address: node for node in nodes}


def _whole(scenes: tuple[str, ...]) -> Iterable[Node]:
    """What is there once."""
    number = Field("number", "i", optional=True)
    tempo, quant = Field("bpm", "f", "bpm", *BPM_RANGE, 92.0), _beats("quant", default=1.0)
    scene, rate = Field("name", "s", choices=scenes), Field("rate", "f", "Hz", *RATES_HZ, 20.0, optional=True)
    topics = Field("topics", "s", choices=TOPICS, optional=True)
    port = Field("port", "i", low=1.0, high=65535.0, optional=True)
    status = (
        "cpu_avg cpu_peak latency_ms xruns late instruments sample_rate sample_rate_actual recording scene"
    )
    yield Node("/plaud/status", "how it goes", access=READ, reply=status)
    yield Node("/plaud/version", "versions", access=READ, reply="version namespace")
    yield Node("/plaud/ping", "are you there", (number,), READ, "number")
    yield Node("/plaud/sync", "say when what came before is done", (Field("id", "i"),), READ, "id")
    told = (Field("on", "i", low=0.0, high=1.0), topics, port, rate)
    yield Node("/plaud/notify", "be told of topics for 60 s, renewed by any packet", told, READ)
    yield Node("/plaud/auth", "show the session's token", (Field("token", "s"),))
    yield Node("/plaud/list", "names", (Field("what", "s", choices=LISTS),), READ, "what names")
    yield Node("/plaud/get", "a value", (Field("address", "s"),), READ, "address values")
    yield Node("/plaud/hush", "fade all out", (OVER,))
    yield Node("/plaud/panic", "silence now, before all that waits")
    yield Node("/plaud/undo", "take back the last step", reply="address text")
    yield Node("/plaud/redo", "do again what was taken back", reply="address text")
    yield Node("/plaud/clock/bpm", "tempo", (tempo, OVER, AT), BOTH)
    yield Node("/plaud/clock/quant", "launches wait for its next multiple", (quant,), BOTH)
    yield Node("/plaud/clock/follow", "the tempo of a clock outside, no step of undo", (tempo,))
    yield Node("/plaud/clock/beat", "the beat of now", access=READ, reply="beat bpm")
    yield Node("/plaud/scene/save", "keep what drives everything", (Field("name", "s"),))
    yield Node("/plaud/scene/recall", "go to a scene", (scene, OVER, AT))
    ends = (Field("first", "s", choices=scenes), Field("second", "s", choices=scenes))
    yield Node("/plaud/scene/morph", "be between two scenes", (*ends, _unit("x"), OVER, AT))
    yield Node("/plaud/map/learn", "let the next knob that moves drive it", (Field("address", "s"),))
    yield Node("/plaud/log", "a remark in the log", (Field("text", "s"),))
    yield Node("/plaud/quit", "end the session", guarded=True)


def _instrument(name: str, info: ModelInfo, anchors: tuple[str, ...]) -> Iterable[Node]:
    """One instrument's verbs and parameters."""
    root, anchor = f"{INSTRUMENTS}{name}/", Field("name", "s", choices=anchors)
    yield Node(f"{root}play", f"fade {name} in", (OVER, AT))
    yield Node(f"{root}stop", f"fade {name} out", (OVER, AT))
    yield Node(f"{root}anchor", "go to an anchor", (anchor, OVER, AT))
    ends = (Field("first", "s", choices=anchors), Field("second", "s", choices=anchors))
    yield Node(f"{root}blend", "be between two anchors", (*ends, _unit("x"), OVER, AT))
    yield Node(f"{root}mark", "name this place in latent space", (Field("name", "s"),), reply="address name")
    key, velocity = Field("key", "f", "MIDI key", 0.0, 127.0), _unit("velocity")
    yield Node(f"{root}note", "a key goes down; at velocity 0 up again", (key, velocity, AT))
    table = parameters(info)
    for row in table.values():
        if row.size == 1:
            value = Field(row.name, "f", row.unit, row.low, row.high, row.default)
            yield Node(f"{root}{row.name}", row.help, (value, OVER, AT), BOTH, row=row)
    rows = [table[f"z{i}"] for i in range(info.latent_size)]
    place = tuple(Field(r.name, "f", r.unit, r.low, r.high, r.default, nil=True) for r in rows)
    yield Node(f"{root}z", "all latents; nil leaves one as it is", place, BOTH, row=table["z"], least=1)
    raw = tuple(_raw(row, low, high) for row, low, high in zip(rows, info.low, info.high, strict=True))
    yield Node(f"{root}raw/z", "all latents in raw units; nil leaves one as it is", raw, BOTH, least=1)


def _raw(row: Parameter, low: float, high: float) -> Field:
    """The raw value of a latent whose playable 0 and 1 are `low` and `high`."""
    playable = np.array((row.low, row.high, row.default))
    least, most, home = playable_to_raw(playable, np.array(low), np.array(high)).tolist()
    return Field(row.name, "f", "raw", least, most, home, nil=True)


def _control(name: str, size: int) -> Node:
    fields = tuple(Field(f"x{i}" if size else "x", default=0.5) for i in range(max(1, size)))
    return Node(CONTROLS + name, f'what osc("{name}") reads', fields, BOTH)


def _beats(name: str, default: float | None = None) -> Field:
    return Field(name, "f", "beats", 0.0, MOST_BEATS, default)


def _unit(name: str) -> Field:
    return Field(name, "f", "0..1", 0.0, 1.0)


_KNOWN: WeakKeyDictionary[Signal, dict[str, int]] = WeakKeyDictionary()


def _controls(state: State) -> tuple[tuple[str, int], ...]:
    """What the state reads of /plaud/ctl, with the numbers a message has, sorted by name."""
    found: dict[str, int] = {}
    for _, source in state.sources():
        reads = _KNOWN.get(source.signal)
        if reads is None:
            reads = _KNOWN[source.signal] = _reads(source.signal)
        found.update(reads)
    return tuple(sorted(found.items()))


def _reads(signal: Signal) -> dict[str, int]:
    try:
        heard = [node for node in walk(signal) if isinstance(node, Live)]
    except SignalError:  # too large to be looked through: it plays all the same
        return {}
    return {n.name.removeprefix(LIVE): n.size for n in heard if n.name.startswith(LIVE)}


MISSING: dict[str, str] = {
    "swap": "models are not swapped while they play yet",
    "back": "models are not swapped while they play yet",
    "train": "there is no trainer in this version yet",
    "verb": "there is no reverb in this version yet",
    "rec": "takes are not recorded in this version yet",
}
"""Parts of the namespace that OSC.md has and this version has not: what 503 says. `rec` and `verb` are
`/plaud/rec/…` and `/plaud/verb/…`, the others what follows an instrument."""

GUARDED = frozenset(("swap", "back", "train", "rec"))
"""Of these, what wants the session's token from beyond this machine."""


def missing(address: str) -> str | None:
    """The key in MISSING of an address that is to come, or None."""
    parts = address.split("/")[2:]
    if len(parts) == 2 and parts[0] in ("verb", "rec"):
        return parts[0]
    if len(parts) == 3 and parts[0] == "inst" and parts[2] in MISSING:
        return parts[2]
    return None
