"""The OSC namespace as one table: every address that is answered, with types, units, ranges, access and help.

The parameter table makes the rows of instruments. `osc_messages` and `engine.osc_queries` carry the addresses
out and a test holds them to this table; OSCQuery, completion and `help(osc)` show it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from plaud_live.clock.tempo import BPM_RANGE
from plaud_live.control.osc_fields import AT, MOST_BEATS, OVER, Field
from plaud_live.control.parameters import VERB, Info, ModelInfo, Parameter, ReverbInfo, parameters
from plaud_live.control.state import State
from plaud_live.control.units import playable_to_raw
from plaud_live.errors import SignalError
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live
from plaud_live.signals.traversal import walk

ROOT = "/plaud/"
INSTRUMENTS = "/plaud/inst/"
REVERB = f"/plaud/{VERB}/"
CONTROLS = "/plaud/ctl/"
"""What follows it names a live input: what `osc("NAME")` reads."""

LIVE = "osc/"
"""What the names of those inputs begin with in the state."""

_CONTROL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){0,7}")

READ, WRITE, BOTH = 1, 2, 3
"""ACCESS as OSCQuery numbers it: answers only, is told only, has a value that is set and read."""

TRAIN = "train"
"""Of an instrument: it changes nothing itself, and is asked of the trainer."""

PUSH = "push"
"""Of the reverb: so is this."""

LISTS = ("inst", "models", "anchors", "scenes", "takes")
STATUS = "cpu_avg cpu_peak latency_ms xruns late instruments sample_rate sample_rate_actual recording scene"
TOPICS = ("beat", "param", "meter", "latent", "xrun", "event", "train", "error")
RATES_HZ = (1.0, 120.0)
SCENE, ANCHOR = "scene", "anchor"
"""Units of arguments that name one."""


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


def root_of(name: str) -> str:
    """What the addresses of an instrument, or of the reverb, begin with."""
    return REVERB if name == VERB else f"{INSTRUMENTS}{name}/"


def split(address: str) -> tuple[str, str]:
    """Whose address it is, and what of it is meant; two empty words for an address of neither kind."""
    if address.startswith(REVERB):
        return VERB, address[len(REVERB) :]
    if not address.startswith(INSTRUMENTS):
        return "", ""
    name, _, rest = address[len(INSTRUMENTS) :].partition("/")
    return name, rest


def addresses(state: State) -> Mapping[str, Node]:
    """All addresses that are there now, in the order in which they are shown. Shared: read only."""
    parts = tuple((name, part.info) for name, part in state.parts.items())
    anchors = tuple((lineage, tuple(named)) for lineage, named in state.anchors.items())
    return _addresses(parts, anchors, tuple(state.scenes), _controls(state))


@lru_cache(maxsize=8)
def _addresses(
    parts: tuple[tuple[str, Info], ...],
    anchors: tuple[tuple[str, tuple[str, ...]], ...],
    scenes: tuple[str, ...],
    controls: tuple[tuple[str, int], ...],
) -> dict[str, Node]:
    known = dict(anchors)
    nodes = [_with_choices(node, SCENE, scenes) for node in WHOLE.values()]
    for name, info in parts:
        for rest, node in nodes_of(info).items():
            placed = replace(node, address=root_of(name) + rest)
            nodes.append(_with_choices(placed, ANCHOR, known.get(info.lineage, ())))
    nodes += (_control(name, size) for name, size in controls)
    return {node.address: node for node in nodes}


def _with_choices(node: Node, unit: str, names: tuple[str, ...]) -> Node:
    """The node with the names that fields of this kind can have now."""
    if all(each.unit != unit for each in node.fields):
        return node
    fields = (replace(each, choices=names) if each.unit == unit else each for each in node.fields)
    return replace(node, fields=tuple(fields))


def is_control_name(name: str) -> bool:
    """Whether /plaud/ctl may have this below it."""
    return _CONTROL_NAME.fullmatch(name) is not None


def _beats(name: str, default: float | None = None) -> Field:
    return Field(name, "f", "beats", 0.0, MOST_BEATS, default)


def _unit(name: str) -> Field:
    return Field(name, "f", "0..1", 0.0, 1.0)


def _name(name: str = "name", unit: str = "name") -> Field:
    return Field(name, "s", unit, named=True)


def _whole() -> Iterator[Node]:
    """What is there once."""
    tempo = Field("bpm", "f", "bpm", *BPM_RANGE, 92.0)
    rate = Field("rate", "f", "Hz", *RATES_HZ, 20.0, optional=True)
    topics = Field("topics", "s", choices=TOPICS, optional=True)
    port = Field("port", "i", low=1.0, high=65535.0, optional=True)
    told = (Field("on", "i", low=0.0, high=1.0), topics, port, rate)
    yield Node("/plaud/status", "how it goes", access=READ, reply=STATUS)
    yield Node("/plaud/version", "versions", access=READ, reply="version namespace")
    yield Node("/plaud/ping", "are you there", (Field("number", "i", optional=True),), READ, "number")
    numbers = (Field("first", "i", optional=True), Field("second", "i", optional=True))
    yield Node("/plaud/pong", "answer to /plaud/ping, with its numbers", numbers)
    yield Node("/plaud/sync", "say when what came before is done", (Field("id", "i"),), READ, "id")
    yield Node("/plaud/notify", "be told of topics for 60 s, renewed by any packet", told, READ)
    yield Node("/plaud/auth", "show the session's token", (Field("token", "s"),))
    yield Node("/plaud/list", "names", (Field("what", "s", choices=LISTS),), READ, "what names")
    yield Node("/plaud/get", "a value", (Field("address", "s"),), READ, "address values")
    yield Node("/plaud/hush", "fade all out", (OVER,))
    yield Node("/plaud/panic", "silence now, before all that waits")
    yield Node("/plaud/undo", "take back the last step", reply="address text")
    yield Node("/plaud/redo", "do again what was taken back", reply="address text")
    yield Node("/plaud/clock/bpm", "tempo", (tempo, OVER, AT), BOTH)
    yield Node("/plaud/clock/quant", "launches wait for its next multiple", (_beats("quant", 1.0),), BOTH)
    yield Node("/plaud/clock/follow", "the tempo of a clock outside, no step of undo", (tempo,))
    yield Node("/plaud/clock/beat", "the beat of now", access=READ, reply="beat bpm")
    yield Node("/plaud/scene/save", "keep what drives everything", (_name(),))
    yield Node("/plaud/scene/recall", "go to a scene", (_name("name", SCENE), OVER, AT))
    ends = (_name("first", SCENE), _name("second", SCENE))
    yield Node("/plaud/scene/morph", "be between two scenes", (*ends, _unit("x"), OVER, AT))
    name = replace(_name(), optional=True)
    yield Node("/plaud/rec/start", "record from now on", (name,), reply="address take", guarded=True)
    yield Node("/plaud/rec/stop", "end the recording", reply="address take", guarded=True)
    back = (_beats("beats", 64.0), name)
    yield Node("/plaud/rec/keep", "make a take of the last beats", back, reply="address take", guarded=True)
    yield Node("/plaud/map/learn", "let the next knob that moves drive it", (Field("address", "s"),))
    yield Node("/plaud/log", "a remark in the log", (Field("text", "s"),))
    yield Node("/plaud/quit", "end the session", guarded=True)


WHOLE: Mapping[str, Node] = {node.address: node for node in _whole()}
"""What is there once, whatever plays."""


@lru_cache(maxsize=64)
def nodes_of(info: Info) -> dict[str, Node]:
    """Verbs and parameters of an instrument, or the reverb, by what follows its name. Shared: read only."""
    made = _reverb(info) if isinstance(info, ReverbInfo) else _instrument(info)
    return {node.address: node for node in made}


def _reverb(info: ReverbInfo) -> Iterator[Node]:
    model = Field("name", "s", "reverb", named=True)
    yield Node("load", "another reverb; the one before rings out", (model, AT), reply="address text")
    publish = "publish it as FAUST, for the plugin that watches"
    yield Node(PUSH, publish, reply="address generation verdict compile_ms", guarded=True)
    for row in parameters(info).values():
        value = Field(row.name, "f", row.unit, row.low, row.high, row.default)
        yield Node(row.name, row.help, (value, OVER, AT), BOTH, row=row)


def _instrument(info: ModelInfo) -> Iterator[Node]:
    table = parameters(info)
    yield Node("play", "fade it in", (OVER, AT))
    yield Node("stop", "fade it out", (OVER, AT))
    yield Node("anchor", "go to an anchor", (_name("name", ANCHOR), OVER, AT))
    ends = (_name("first", ANCHOR), _name("second", ANCHOR))
    yield Node("blend", "be between two anchors", (*ends, _unit("x"), OVER, AT))
    model = Field("model", "s", "model", named=True, optional=True)
    swap = "another model, crossfaded; left out, the newest that was trained"
    yield Node("swap", swap, (model, OVER, AT), reply="address text", guarded=True)
    yield Node("back", "the model before", (OVER, AT), reply="address text", guarded=True)
    takes = Field("takes", "s", "numbers, names or a tag")
    minutes = Field("minutes", "f", "minutes", 0.0, 1440.0, 4.0, optional=True)
    learn = "a child of its model learns takes; the topic train tells of it"
    yield Node(TRAIN, learn, (takes, minutes), reply="address model", guarded=True)
    yield Node("mark", "name this place in latent space", (_name(),), reply="address name")
    key = Field("key", "f", "MIDI key", 0.0, 127.0)
    yield Node("note", "a key goes down; at velocity 0 up again", (key, _unit("velocity"), AT))
    for row in table.values():
        if row.size == 1:
            value = Field(row.name, "f", row.unit, row.low, row.high, row.default)
            yield Node(row.name, row.help, (value, OVER, AT), BOTH, row=row)
    rows = [table[f"z{i}"] for i in range(info.latent_size)]
    place = tuple(Field(r.name, "f", r.unit, r.low, r.high, r.default, nil=True) for r in rows)
    yield Node("z", "all latents; nil leaves one as it is", place, BOTH, row=table["z"], least=1)
    raw = tuple(_raw(row, low, high) for row, low, high in zip(rows, info.low, info.high, strict=True))
    yield Node("raw/z", "all latents in raw units; nil leaves one as it is", raw, BOTH, least=1)


def _raw(row: Parameter, low: float, high: float) -> Field:
    """The raw value of a latent whose playable 0 and 1 are `low` and `high`."""
    playable = np.array((row.low, row.high, row.default))
    least, most, home = playable_to_raw(playable, np.array(low), np.array(high)).tolist()
    return Field(row.name, "f", "raw", least, most, home, nil=True)


def _control(name: str, size: int) -> Node:
    fields = tuple(Field(f"x{i}" if size else "x", default=0.5) for i in range(max(1, size)))
    return Node(CONTROLS + name, f'what osc("{name}") reads', fields, BOTH)


_KNOWN: WeakKeyDictionary[Signal, dict[str, int]] = WeakKeyDictionary()


def _controls(state: State) -> tuple[tuple[str, int], ...]:
    """What the state reads of /plaud/ctl, with the numbers a message has, sorted by name."""
    found: dict[str, int] = {}
    for signal in state.signals():
        reads = _KNOWN.get(signal)
        if reads is None:
            reads = _KNOWN[signal] = _reads(signal)
        found.update(reads)
    return tuple(sorted(found.items()))


def _reads(signal: Signal) -> dict[str, int]:
    try:
        heard = [node for node in walk(signal) if isinstance(node, Live)]
    except SignalError:  # too large to be looked through: it plays all the same
        return {}
    return {n.name.removeprefix(LIVE): n.size for n in heard if n.name.startswith(LIVE)}


GUARDED = frozenset(("swap", "back", TRAIN))
"""What of an instrument wants the session's token from beyond this machine."""


def is_guarded(address: str) -> bool:
    """Whether an address wants the session's token from beyond this machine."""
    name, rest = split(address)
    node = WHOLE.get(address)
    return rest in GUARDED or (name == VERB and rest == PUSH) or (node is not None and node.guarded)
