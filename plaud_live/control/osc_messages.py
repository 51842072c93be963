"""OSC messages as changes: the part of the namespace that alters the state.

Pure: from a state and a message to changes, or an OscError whose code says why not. What comes over OSC
takes effect at once; `at` asks for the next multiple of so many beats.
"""

from collections.abc import Callable, Mapping

import numpy as np

from plaud_live.control.keys import PlayNote
from plaud_live.control.namespace import (
    PUSH,
    ROOT,
    TRAIN,
    WHOLE,
    nodes_of,
    root_of,
    split,
)
from plaud_live.control.osc import OscMessage
from plaud_live.control.osc_fields import Value, read
from plaud_live.control.osc_pattern import is_pattern, matches
from plaud_live.control.parameters import LATENT_RANGE, VERB, Parameter
from plaud_live.control.state import InstrumentState, Part, State
from plaud_live.control.transaction import (
    Change,
    Follow,
    Hush,
    Mark,
    Morph,
    Play,
    Quant,
    Recall,
    Reverb,
    Scene,
    Set,
    Stop,
    Swap,
    Tempo,
)
from plaud_live.control.units import raw_to_playable
from plaud_live.errors import OscError, suggestion
from plaud_live.signals.graph import Constant
from plaud_live.signals.space import Anchor, Vector


def changes_of(state: State, message: OscMessage) -> tuple[Change, ...]:
    """The changes that a message asks for. Raises OscError: 400, 404, 406 or 503."""
    address = message.address
    whole = _WHOLE.get(address)
    if whole is not None:
        return (whole(*read(WHOLE[address].fields, message)),)
    if address in WHOLE:
        raise OscError("is not in this version yet", 503)
    name, rest = split(address)
    if not name and not rest:
        raise OscError(f"no such address{suggestion(address, WHOLE, ROOT)}", 404)
    if is_pattern(address):
        return _of_pattern(state, message)
    part = part_of(state, name)
    nodes = nodes_of(part.info)
    node = nodes.get(rest)
    if node is None:
        raise OscError(f"{name} has no {rest!r}{suggestion(rest, nodes)}", 404)
    if rest in (TRAIN, PUSH):
        raise OscError("there is no trainer here", 503)
    values = read(node.fields, message, node.least)
    if node.row is not None and node.row.size == 1:
        return _set(part, node.row, values)
    return _VERBS[rest](part, *values)


def part_of(state: State, name: str) -> Part:
    """The instrument of that name, or the reverb. Raises OscError: 404, or 503 where there is no reverb."""
    found = state.parts.get(name)
    if found is None and name == VERB:
        raise OscError("there is no reverb here", 503)
    if found is None:
        have = ", ".join(state.instruments) or "none"
        raise OscError(f"no instrument {name!r:.70} — have {have}", 404)
    return found


def _of_pattern(state: State, message: OscMessage) -> tuple[Change, ...]:
    """Parameters that a pattern matches; never verbs."""
    found = [
        (part, node, node.row)
        for name, part in state.parts.items()
        for rest, node in nodes_of(part.info).items()
        if node.row is not None and node.row.size == 1 and matches(message.address, root_of(name) + rest)
    ]
    if not found:
        raise OscError("no parameter matches this pattern", 404)
    return tuple(
        change for part, node, row in found for change in _set(part, row, read(node.fields, message))
    )


def _set(part: Part, row: Parameter, values: list[Value]) -> tuple[Change, ...]:
    value, over, at = _numbers(values)
    signal = Constant(value or 0.0)
    return (Set(part.name, row.name, signal, over, at or 0.0, f"{signal.number:g}"),)


def _numbers(values: list[Value]) -> list[float | None]:
    return [each if isinstance(each, float) else None for each in values]


def _place(instrument: InstrumentState, *values: float | None) -> tuple[Change, ...]:
    """`z`: several latents in playable units, None for those that stay."""
    if None not in values:
        place = tuple(value for value in values if value is not None)
        words = " ".join(f"{value:.2f}" for value in place)
        return (Set(instrument.name, "z", Vector(place), None, 0.0, f"[{words}]"),)
    return tuple(
        Set(instrument.name, f"z{i}", Constant(value), None, 0.0, f"{value:g}")
        for i, value in enumerate(values)
        if value is not None
    )


def _raw_place(instrument: InstrumentState, *values: float | None) -> tuple[Change, ...]:
    """`raw/z`: the same in raw units."""
    info = instrument.info
    raw = np.array([np.nan if value is None else value for value in values])
    playable = np.clip(raw_to_playable(raw, np.array(info.low), np.array(info.high)), *LATENT_RANGE)
    return _place(instrument, *(None if np.isnan(value) else value for value in playable.tolist()))


def _anchor(
    instrument: InstrumentState, name: str, over: float | None, at: float | None
) -> tuple[Change, ...]:
    return (Set(instrument.name, "z", Anchor(name), over, at or 0.0, f"A.{name}"),)


def _blend(
    instrument: InstrumentState, first: str, second: str, x: float, over: float | None, at: float | None
) -> tuple[Change, ...]:
    between = Anchor(first).to(Anchor(second), x)
    return (Set(instrument.name, "z", between, over, at or 0.0, f"A.{first}→A.{second} {x:.0%}"),)


_WHOLE: Mapping[str, Callable[..., Change]] = {
    "/plaud/hush": Hush,
    "/plaud/clock/bpm": lambda bpm, over, at: Tempo(bpm, at or 0.0, over),
    "/plaud/clock/follow": Follow,
    "/plaud/clock/quant": Quant,
    "/plaud/scene/save": Scene,
    "/plaud/scene/recall": lambda name, over, at: Recall(name, over, at or 0.0),
    "/plaud/scene/morph": lambda a, b, x, over, at: Morph(a, b, Constant(x), over, at or 0.0),
}
_VERBS: Mapping[str, Callable[..., tuple[Change, ...]]] = {
    "play": lambda instrument, over, at: (Play(instrument.name, over, at or 0.0),),
    "stop": lambda instrument, over, at: (Stop(instrument.name, over, at or 0.0),),
    "z": _place,
    "raw/z": _raw_place,
    "anchor": _anchor,
    "blend": _blend,
    "mark": lambda instrument, name: (Mark(instrument.name, name),),
    "swap": lambda instrument, model, over, at: (Swap(instrument.name, model or "", over, at or 0.0),),
    "back": lambda instrument, over, at: (Swap(instrument.name, "", over, at or 0.0, back=True),),
    "load": lambda part, name, at: (Reverb(name, at or 0.0),),
    "note": lambda instrument, key, velocity, at: (
        PlayNote(instrument.name, key, velocity, None, at or 0.0),
    ),
}
