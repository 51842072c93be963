"""OSC messages as changes: the part of the namespace that alters the state.

Pure: from a state and a message to changes, or an OscError whose code says why not. What comes over OSC
takes effect at once; `at` asks for the next multiple of so many beats.
"""

from collections.abc import Callable, Mapping

import numpy as np

from plaud_live.control.keys import PlayNote
from plaud_live.control.namespace import (
    INSTRUMENTS,
    MISSING,
    ROOT,
    TRAIN,
    WHOLE,
    Node,
    missing,
    of_instrument,
)
from plaud_live.control.osc import OscMessage
from plaud_live.control.osc_fields import Value, read
from plaud_live.control.osc_pattern import is_pattern, matches
from plaud_live.control.parameters import LATENT_RANGE
from plaud_live.control.state import InstrumentState, State
from plaud_live.control.transaction import (
    Change,
    Follow,
    Hush,
    Mark,
    Morph,
    Play,
    Quant,
    Recall,
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
    if (part := missing(address)) is not None:
        raise OscError(MISSING[part], 503)
    if address in WHOLE:
        raise OscError("is not in this version yet", 503)
    if not address.startswith(INSTRUMENTS):
        raise OscError(f"no such address{suggestion(address, WHOLE, ROOT)}", 404)
    if is_pattern(address):
        return _of_pattern(state, message)
    name, _, rest = address[len(INSTRUMENTS) :].partition("/")
    instrument = instrument_of(state, name)
    node = of_instrument(instrument.info).get(rest)
    if node is None:
        raise OscError(f"{name} has no {rest!r}{suggestion(rest, of_instrument(instrument.info))}", 404)
    if rest == TRAIN:
        raise OscError("there is no trainer here", 503)
    verb = _VERBS.get(rest)
    values = read(node.fields, message, node.least)
    return _set(instrument, node, values) if verb is None else verb(instrument, *values)


def instrument_of(state: State, name: str) -> InstrumentState:
    """The instrument of that name. Raises OscError: 404."""
    found = state.instruments.get(name)
    if found is None:
        have = ", ".join(state.instruments) or "none"
        raise OscError(f"no instrument {name!r:.70} — have {have}", 404)
    return found


def _of_pattern(state: State, message: OscMessage) -> tuple[Change, ...]:
    """Parameters that a pattern matches; never verbs."""
    found = [
        (instrument, node)
        for name, instrument in state.instruments.items()
        for rest, node in of_instrument(instrument.info).items()
        if node.row is not None
        and node.row.size == 1
        and matches(message.address, f"{INSTRUMENTS}{name}/{rest}")
    ]
    if not found:
        raise OscError("no parameter matches this pattern", 404)
    return tuple(
        change for instrument, node in found for change in _set(instrument, node, read(node.fields, message))
    )


def _set(instrument: InstrumentState, node: Node, values: list[Value]) -> tuple[Change, ...]:
    if node.row is None:
        raise OscError(f"{node.address} is not in this version yet", 503)
    value, over, at = _numbers(values)
    signal = Constant(value or 0.0)
    return (Set(instrument.name, node.row.name, signal, over, at or 0.0, f"{signal.number:g}"),)


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
    "note": lambda instrument, key, velocity, at: (
        PlayNote(instrument.name, key, velocity, None, at or 0.0),
    ),
}
