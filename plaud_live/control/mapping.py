"""Maps in the state: put there, taken away, and what a control leaves behind when it comes to rest."""

import re
from dataclasses import replace

from plaud_live.control.launching import Moment, from_here, standing
from plaud_live.control.maps import MAX_KNOBS, MAX_MAPS, Knob, Map, Rest, Unmap
from plaud_live.control.parameters import Parameter, find, parameters
from plaud_live.control.resolving import part_of
from plaud_live.control.state import Source, State
from plaud_live.control.takeover import MODES
from plaud_live.errors import ParameterError, TransactionError, suggestion
from plaud_live.signals.graph import Binary, Clip, Constant, Quantise, Signal
from plaud_live.signals.live import Live, is_live_name
from plaud_live.signals.slew import Slew
from plaud_live.signals.space import set_column
from plaud_live.signals.transitions import Transition, arrival, column, target
from plaud_live.signals.traversal import rebuild, walk

CURVES = (0.1, 10.0)
MAX_SLEW = 64.0
_STILL = (Constant, Binary, Clip, Quantise, Slew)
"""What does not move, if nothing in it does."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")


def change_maps(state: State, change: Map | Unmap | Knob) -> State:
    """The state with a map or a name more, or without; the same object if nothing changes.

    Raises a PlaudError that says which word of it does not fit.
    """
    match change:
        case Map():
            return _map(state, change)
        case Unmap():
            return _unmap(state, change)
        case Knob():
            return _name(state, change)


def mapped(state: State, mapping: Map) -> Parameter | None:
    """The parameter that a map moves; None while its instrument is not there, or has no such parameter."""
    part = state.parts.get(mapping.instrument)
    return None if part is None else parameters(part.info).get(mapping.parameter)


def driven_by(state: State, mapping: Map) -> Signal | None:
    """What drives a map's parameter in the end; None where the parameter is not there."""
    row = mapped(state, mapping)
    if row is None:
        return None
    source = target(state.parts[mapping.instrument].sources[row.source].signal)
    return source if row.index is None else target(column(source, row.index))


def in_hand(state: State, mapping: Map) -> bool:
    """Whether the control is what moves its parameter now, alone or with something laid over it."""
    driven = driven_by(state, mapping)
    return driven is not None and _reads(driven, mapping.live)


def rest(state: State, change: Rest, moment: Moment) -> State:
    """A number in place of a live input; the same object where that drives nothing, or not yet alone.

    Raises a PlaudError if there is no such parameter.
    """
    instrument = part_of(state, change.instrument)
    row = find(parameters(instrument.info), instrument.name, change.parameter)
    whole = instrument.sources[row.source]
    current = whole.signal if row.index is None else column(whole.signal, row.index)
    driven = target(current)
    if arrival(current) > moment.now or not _reads(driven, change.live):
        return state
    position = Constant(change.position)
    left = rebuild(driven, lambda n: position if isinstance(n, Live) and n.name == change.live else None)
    text = whole.text
    if all(isinstance(node, _STILL) for node in walk(left)):
        left = standing(state, left, moment.now)
        text = repr(left)
    key = (instrument.name, row.source)
    launched: Signal = Transition(from_here(state, key, current, moment, moment.now), left, moment.now, 0.0)
    if row.index is not None:
        launched = set_column(whole.signal, row.index, instrument.info.latent_size, launched)
    return state.with_sources({key: Source(launched, text)})


def _reads(driven: Signal, live: str) -> bool:
    return any(isinstance(node, Live) and node.name == live for node in walk(driven))


def _map(state: State, change: Map) -> State:
    if change.mode not in MODES:
        raise ParameterError(f"mode {change.mode!r}: have {', '.join(MODES)}{suggestion(change.mode, MODES)}")
    if not is_live_name(change.control) or not is_live_name(change.live):
        raise ParameterError(f"{change.control!r:.60} is no control of MIDI or OSC")
    if not CURVES[0] <= change.curve <= CURVES[1]:
        raise ParameterError(f"curve={change.curve:g}: wants {CURVES[0]:g} to {CURVES[1]:g}, 1 is straight")
    if not 0.0 <= change.slew <= MAX_SLEW:
        raise ParameterError(f"slew={change.slew:g}: wants 0 to {MAX_SLEW:g} beats")
    if change.low == change.high:
        raise ParameterError(f"range of {change.key}: both ends are {change.low:g}")
    if change.instrument in state.parts:
        change = _fitted(state, change)
    known = state.maps.get(change.key)
    if known == change:
        return state
    if known is None and len(state.maps) >= MAX_MAPS:
        raise TransactionError(f"there are {MAX_MAPS} maps already — unlearn some")
    return state.changed(maps={**state.maps, change.key: change})


def _fitted(state: State, change: Map) -> Map:
    """The map under the parameter's first name, once its range has been looked at."""
    instrument = part_of(state, change.instrument)
    row = find(parameters(instrument.info), instrument.name, change.parameter)
    if row.size != 1:
        raise ParameterError(f"{change.key} is {row.size} numbers, a control moves one: {change.key}0")
    for end in (change.low, change.high):
        if not row.low <= end <= row.high:
            wants = f"wants {row.low:g} to {row.high:g} ({row.unit})"
            raise ParameterError(f"range of {change.key}: {end:g}, {wants}")
    return change if row.index is None else replace(change, parameter=f"z{row.index}")


def unmapped(state: State, change: Unmap) -> str | None:
    """The key of the map that a change takes away, under the parameter's first name; None for none."""
    part = state.parts.get(change.instrument)
    row = parameters(part.info).get(change.parameter) if part else None
    parameter = f"z{row.index}" if row is not None and row.index is not None else change.parameter
    key = f"{change.instrument}.{parameter}"
    return key if key in state.maps else None


def _unmap(state: State, change: Unmap) -> State:
    if not change.instrument:
        return state.changed(maps={}) if state.maps else state
    key = unmapped(state, change)
    if key is None:
        return state
    return state.changed(maps={each: kept for each, kept in state.maps.items() if each != key})


def _name(state: State, change: Knob) -> State:
    if not _NAME.fullmatch(change.name):
        raise ParameterError(f"a knob's name wants letters, digits, _; at most 32, not {change.name!r:.40}")
    if not change.control:
        if change.name not in state.knobs:
            return state
        return state.changed(knobs={n: c for n, c in state.knobs.items() if n != change.name})
    if not is_live_name(change.control):
        raise ParameterError(f"{change.control!r:.60} is no control of MIDI or OSC")
    if state.knobs.get(change.name) == change.control:
        return state
    if change.name not in state.knobs and len(state.knobs) >= MAX_KNOBS:
        raise TransactionError(f"there are {MAX_KNOBS} named knobs already")
    return state.changed(knobs={**state.knobs, change.name: change.control})
