"""Changes of what leaves the instrument, applied to a state: outputs, the clock that is sent, who leads."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from plaud_live.control.clocks import Lead, Run, RunClock, next_bar, next_sixteenth
from plaud_live.control.dry_run import try_signal
from plaud_live.control.launching import Moment, goes_to
from plaud_live.control.outputs import (
    MAX_NUMBERS,
    MAX_OUTPUTS,
    MIDI_RATE,
    NOTE,
    NOTE_PARTS,
    OSC_RATE,
    EndOutput,
    MidiTarget,
    Outlet,
    Output,
    Target,
    checked_rate,
    target_of,
)
from plaud_live.control.resolving import resolve
from plaud_live.control.state import InstrumentState, State
from plaud_live.errors import SignalError, TransactionError
from plaud_live.signals.graph import Evaluation, Signal
from plaud_live.signals.space import Anchor, Columns
from plaud_live.signals.transitions import To, Transition, settle, target
from plaud_live.signals.traversal import rebuild, walk

MAX_STEPS = 512
"""Nodes that all outputs together may evaluate at a time: each takes some microseconds, 60 times a second."""

MAX_CLOCKS = 16
LEAD_SECONDS = 0.3
"""Ticks are on their way a tenth of a second before they are heard, and a busy engine may be late: a start
or a stop is no sooner than this."""


def send(state: State, change: Output | EndOutput | RunClock | Lead, moment: Moment) -> tuple[State, float]:
    """The state after a change of what is sent, and the beat from which it holds. Raises a PlaudError."""
    match change:
        case Output():
            beat = moment.launch_beat(state, change.at)
            return _put_out(state, change, moment.now, beat), beat
        case EndOutput():
            if change.to not in state.outputs:
                return state, moment.now
            kept = {key: outlet for key, outlet in state.outputs.items() if key != change.to}
            return state.changed(outputs=kept), moment.now
        case RunClock():
            return _run_clock(state, change, moment)
        case Lead():
            same = state.leader == change.source
            return (state if same else state.changed(leader=change.source)), moment.now


def _put_out(state: State, change: Output, now: float, beat: float) -> State:
    where = target_of(change.to)
    rate = checked_rate(change.rate or (MIDI_RATE if isinstance(where, MidiTarget) else OSC_RATE))
    old = state.outputs.get(where.key)
    if old is None and len(state.outputs) >= MAX_OUTPUTS:
        raise TransactionError(f"{where.typed}: {MAX_OUTPUTS} outputs are there already — end one with None")
    wanted, over, shape = _resolved(state, change.signal, where), change.over or 0.0, "smooth"
    if isinstance(wanted, To):
        over, shape = (wanted.beats if change.over is None else over), wanted.shape
        wanted = wanted.target
    if old is not None and goes_to(old.signal, wanted, beat + over):
        return state if old.rate == rate else _with(state, where, replace(old, rate=rate))
    before = None if old is None else settle(old.signal, now)
    wanted = rebuild(wanted, lambda node: _begun(node, before, beat) if isinstance(node, To) else None)
    _try(state, where, wanted, beat)
    if before is not None and _size(state, before, beat) == _size(state, wanted, beat):
        wanted = Transition(before, wanted, beat, over, shape)
    new = _with(state, where, Outlet(wanted, rate, change.text))
    _check_steps(new, beat, where)
    return new


def _with(state: State, where: Target, outlet: Outlet) -> State:
    return state.changed(outputs={**state.outputs, where.key: outlet})


def _begun(node: To, before: Signal | None, beat: float) -> Signal:
    return node.target if before is None else Transition(before, node.target, beat, node.beats, node.shape)


def _resolved(state: State, signal: Signal, where: Target) -> Signal:
    """With the places of anchors, where it is clear whose they are."""
    names = [node.name for node in walk(signal) if isinstance(node, Anchor)]
    return resolve(state, _owner(state, names, where), signal) if names else signal


def _owner(state: State, anchors: list[str], where: Target) -> InstrumentState:
    owners = [i for i in state.instruments.values() if all(state.anchor(i, name) for name in anchors)]
    if len({owner.info.lineage for owner in owners}) != 1:
        raise SignalError(f"{where.typed}: A.{anchors[0]} of which instrument? — send drone.z, or numbers")
    return owners[0]


def _try(state: State, where: Target, signal: Signal, beat: float) -> None:
    """Refuse what cannot be sent. Raises SignalError."""
    if isinstance(where, MidiTarget) and where.control == NOTE and isinstance(signal, Columns):
        for word, part in zip(NOTE_PARTS, signal.signals, strict=True):
            if (dims := _size(state, part, beat)) != 1:
                raise SignalError(f"{where.typed}: {word} has {dims} dims, wants 1 — kept the old one")
    size = _size(state, signal, beat)
    if isinstance(where, MidiTarget):
        wants = len(NOTE_PARTS) if where.control == NOTE else 1
        if size != wants:
            raise SignalError(f"{where.typed} has {size} dims, wants {wants} — kept the old one")
    elif size > MAX_NUMBERS:
        raise SignalError(f"{where.typed} has {size} numbers, a message has at most {MAX_NUMBERS}")
    try_signal(state, where.typed, size, signal, beat)


def _size(state: State, signal: Signal, beat: float) -> int:
    value = Evaluation(np.array([beat]), state.lookup).value(signal)
    return 1 if value.ndim == 1 else value.shape[1]


def _check_steps(state: State, beat: float, where: Target) -> None:
    at = Evaluation(np.array([beat]), state.lookup)
    for outlet in state.outputs.values():
        try:
            at.value(target(outlet.signal))
        except SignalError:  # one that fails is not sent, and costs nothing
            continue
    if at.evaluated > MAX_STEPS:
        raise SignalError(
            f"{where.typed}: all outputs together want {at.evaluated} steps, at most {MAX_STEPS}"
        )


def _run_clock(state: State, change: RunClock, moment: Moment) -> tuple[State, float]:
    device, old = change.device, state.clocks.get(change.device)
    moment = replace(moment, now=moment.now + state.tempo.seconds_to_beats(LEAD_SECONDS, moment.now))
    if change.action == "end":
        return _with_clocks(state, {k: v for k, v in state.clocks.items() if k != device}), moment.now
    if old is None and len(state.clocks) >= MAX_CLOCKS:
        raise TransactionError(f"midi.out({device!r}).clock(): {MAX_CLOCKS} devices have the clock already")
    match change.action:
        case "start":
            if old is not None and old.runs and old.position == 0.0 and change.at is None:
                return state, old.beat  # entered twice
            beat = next_bar(moment.mark) if change.at is None else moment.launch_beat(state, change.at)
            run = Run(True, beat)
        case "stop":
            beat = moment.launch_beat(state, change.at)
            run = Run(False, beat, 0.0 if old is None else old.position_at(beat))
            if old is not None and not old.runs:
                return state, moment.now
        case "continue":
            beat = next_sixteenth(moment.mark if change.at is None else moment.launch_beat(state, change.at))
            run = Run(True, beat, 0.0 if old is None else old.position_at(beat))
            if old is not None and old.runs:
                return state, moment.now
        case _:
            raise TransactionError(f"clock {change.action!r:.20}: wants start, stop, continue or end")
    return _with_clocks(state, {**state.clocks, device: run}), beat


def _with_clocks(state: State, clocks: Mapping[str, Run]) -> State:
    return state if clocks == state.clocks else state.changed(clocks=clocks)
