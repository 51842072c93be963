"""Applying a transaction: a pure function from a state to the next one.

The prompt calls it for its dry run, the engine for good: whatever passes the one passes the other.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from plaud_live.clock.tempo import next_multiple
from plaud_live.control.parameters import (
    LATENT_RANGE,
    LEVEL,
    ModelInfo,
    Parameter,
    default_sources,
    find,
    parameters,
    suggestion,
)
from plaud_live.control.state import InstrumentState, Source, State
from plaud_live.control.transaction import (
    Hush,
    Load,
    Mark,
    Play,
    Quant,
    Set,
    Stop,
    Tempo,
    Transaction,
)
from plaud_live.control.units import playable_to_raw, raw_to_playable
from plaud_live.errors import ParameterError, SignalError, TransactionError
from plaud_live.signals.data import to_data
from plaud_live.signals.graph import Address, Constant, Evaluation, Signal, address_text, rebuild, walk
from plaud_live.signals.space import Anchor, Layer, Reference, Vector, set_column
from plaud_live.signals.transitions import (
    To,
    Transition,
    arrival,
    begun_before,
    column,
    pending,
    target,
    without_layer,
)

GLIDE_SECONDS = 0.05
MAX_PENDING = 3
MIDDLE = 0.5
MAX_KEY = 500
MAX_INSTRUMENTS = 16
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TRIAL_BEATS = np.concatenate([np.linspace(0.0, 1.0, 17), np.geomspace(1.3, 64.0, 16)])
_TRIAL_GRID = np.arange(0.0, 64.0, 0.5)
"""Beats on which saws and squares begin anew: where `1/saw(4)` is infinite, whenever it is typed."""


@dataclass(frozen=True)
class Launch:
    """A new state, the beat from which it differs from the old one, and a line for the performer."""

    state: State
    beat: float
    message: str
    undoable: bool = True


def apply(
    state: State, transaction: Transaction, now_sample: int, load_info: Callable[[str], ModelInfo]
) -> Launch:
    """The state after `transaction`, the same object if nothing changes. Raises a PlaudError if refused."""
    new = state
    beats: list[float] = []
    messages: list[str] = []
    now = state.tempo.beat(now_sample)
    for change in transaction.changes:
        beat = now
        match change:
            case Set():
                beat = _launch_beat(new, now, change.at)
                new = _set(new, change, now, beat)
            case Load():
                new, message = _load(new, change, load_info)
                messages.append(message)
            case Play() | Stop() | Hush():
                at = None if isinstance(change, Hush) else change.at
                beat = now if isinstance(change, Hush) else _launch_beat(new, now, at)
                new = _envelope(new, change, now, beat)
            case Tempo():
                beat = _launch_beat(new, now, change.at)
                if change.bpm != new.tempo.bpm:
                    new = new.changed(tempo=new.tempo.changed(change.bpm, beat))
            case Quant():
                new = new if new.quant == change.beats else new.changed(quant=change.beats)
            case Mark():
                new = _mark(new, change, now)
            case _:
                raise TransactionError(f"{type(change).__name__.lower()}: not built yet")
        beats.append(beat)
    if new is not state:
        _check_cycles(state, new)
    undoable = any(not isinstance(change, Load) for change in transaction.changes)
    return Launch(new, max(beats, default=now), "; ".join(m for m in messages if m), undoable)


def launch_sources(state: State, wanted: Mapping[tuple[str, str], Source], now_sample: int) -> Launch:
    """Go from what sounds to given sources at the next quant; undo and scenes launch so."""
    now = state.tempo.beat(now_sample)
    beat = _launch_beat(state, now, None)
    glide = state.tempo.seconds_to_beats(GLIDE_SECONDS, beat)
    changes = {}
    for (name, parameter), source in wanted.items():
        current = state.instruments[name].sources[parameter].signal
        before = _from_here(state, current, now, beat)
        launched = Transition(before, source.signal, beat, glide)
        if not _fits(launched):
            launched = replace(launched, before=_still(state, current, beat))
        changes[name, parameter] = replace(source, signal=launched)
    return Launch(state.with_sources(changes), beat, "")


def instrument_of(state: State, name: str) -> InstrumentState:
    """An instrument by name. Raises ParameterError that says what there is."""
    found = state.instruments.get(name)
    if found is None:
        have = ", ".join(state.instruments) or "none; load one with drone = load('default')"
        raise ParameterError(
            f"no instrument {name!r}{suggestion(name, list(state.instruments))} — have {have}"
        )
    return found


def resolve(state: State, instrument: InstrumentState, row: Parameter, signal: Signal, own: Signal) -> Signal:
    """Put the places of anchors, and `own` where the parameter reads itself, into a signal.

    Raises SignalError for an anchor that the instrument's model does not have.
    """
    info = instrument.info
    low, high = np.asarray(info.low), np.asarray(info.high)

    def replacement(node: Signal) -> Signal | None:
        if isinstance(node, Anchor):
            raw = state.anchor(instrument, node.name)
            if raw is None:
                raise SignalError(_no_anchor(state, instrument, node.name))
            place = Vector(tuple(raw_to_playable(np.asarray(raw), low, high).tolist()), node.name)
            return place if row.index is None else Constant(place.values[row.index])
        if isinstance(node, Reference) and _is_own(node, instrument.name, row):
            return own if node.index == row.index else column(own, node.index or 0)
        return None

    return rebuild(signal, replacement)


def _set(state: State, change: Set, now: float, beat: float) -> State:
    instrument = instrument_of(state, change.instrument)
    row = find(parameters(instrument.info), instrument.name, change.parameter)
    whole = instrument.sources[row.source].signal
    current = whole if row.index is None else column(whole, row.index)
    layered = any(isinstance(n, Reference) and _is_own(n, instrument.name, row) for n in walk(change.signal))
    key = change.text[:MAX_KEY]
    base = without_layer(current, key) if layered else current
    wanted = resolve(state, instrument, row, change.signal, base)
    if layered:
        wanted = Layer(key, base, wanted)
    over, shape = change.over, "smooth"
    if isinstance(wanted, To):
        over, shape, wanted = (wanted.beats if over is None else over), wanted.shape, wanted.target
    if over is None:
        over = 0.0 if row.name == "freeze" else state.tempo.seconds_to_beats(GLIDE_SECONDS, beat)
    before = _from_here(state, current, now, beat)
    wanted = rebuild(wanted, lambda n: _begun(n, before, beat) if isinstance(n, To) else None)
    if beat + over >= arrival(current) and to_data(wanted) == to_data(target(current)):
        return state  # entered twice
    _try(state, f"{instrument.name}.{row.name}", row, wanted, beat)
    launched: Signal = Transition(before, wanted, beat, over, shape)
    if row.index is not None:
        launched = set_column(whole, row.index, instrument.info.latent_size, launched)
    for _ in walk(launched):  # with all that it leaves from
        continue
    return state.with_sources({(instrument.name, row.source): Source(launched, change.text)})


def _is_own(node: Reference, instrument: str, row: Parameter) -> bool:
    same = (node.instrument, node.parameter) == (instrument, row.source)
    return same and (row.index is None or node.index == row.index)


def _begun(node: To, before: Signal, beat: float) -> Signal:
    return Transition(before, node.target, beat, node.beats, node.shape)


def _from_here(state: State, current: Signal, now: float, beat: float) -> Signal:
    """What to leave from at `beat`; where launches pile up, it stands still from then on."""
    current = begun_before(current, beat)
    if pending(current, beat) < MAX_PENDING:
        return current
    still = _still(state, current, beat)
    return Transition(current, still, beat, 0.0) if beat > now else still


def _still(state: State, current: Signal, beat: float) -> Signal:
    """The value of a source at a beat; the middle where it fails: a state of numbers can always be sent."""
    try:
        value = Evaluation(np.array([beat]), state.lookup).value(current)[0]
    except SignalError:
        return Constant(MIDDLE)
    value = np.where(np.isfinite(value), value, MIDDLE)
    return Constant(float(value)) if np.ndim(value) == 0 else Vector(tuple(np.asarray(value).tolist()))


def _fits(signal: Signal) -> bool:
    """Whether a signal is small enough to be sent."""
    try:
        for _ in walk(signal):
            continue
    except SignalError:
        return False
    return True


def _launch_beat(state: State, now: float, at: float | None) -> float:
    return next_multiple(now, state.quant if at is None else at)


def _try(state: State, label: str, row: Parameter, signal: Signal, beat: float) -> None:
    """Evaluate a signal before it may sound. Raises SignalError: not finite, or the wrong shape."""
    for _ in walk(signal):  # too large or too deep
        continue
    beats = np.concatenate([beat + _TRIAL_BEATS, np.ceil(beat) + _TRIAL_GRID])
    try:
        value = Evaluation(beats, state.lookup).value(signal)
    except SignalError as error:
        raise SignalError(f"{label}: {error} — kept the old one") from None
    dims = 1 if value.ndim == 1 else value.shape[1]
    if dims != 1 and dims != row.size:
        raise SignalError(f"{label} has {dims} dims, wants {row.size} — kept the old one")
    if row.size == 1 and value.ndim != 1:
        raise SignalError(f"{label} has {dims} dims, wants 1 — kept the old one")
    if not np.isfinite(value).all():
        bad = beats[~np.isfinite(value.reshape(len(beats), -1)).all(axis=1)][0]
        raise SignalError(f"{label} is not finite at beat {bad:.2f} (a division by 0?) — kept the old one")


def _load(state: State, change: Load, load_info: Callable[[str], ModelInfo]) -> tuple[State, str]:
    if not change.instrument.isidentifier() or not _NAME.fullmatch(change.instrument):
        raise TransactionError(
            f"{change.instrument!r} cannot name an instrument: wants letters, digits and _"
        )
    info = load_info(change.model)
    old = state.instruments.get(change.instrument)
    if old is not None:
        if old.info.digest == info.digest:
            return state, ""
        name, has = change.instrument, old.info.name
        raise TransactionError(f"{name} plays {has!r}; load {info.name!r} under another name")
    if len(state.instruments) >= MAX_INSTRUMENTS:
        raise TransactionError(f"there are {MAX_INSTRUMENTS} instruments already")
    sources = {name: Source(signal) for name, signal in default_sources(info).items()}
    added = InstrumentState(change.instrument, info, sources)
    known = {**info.anchors, **state.anchors.get(info.lineage, {})}
    new = state.changed(
        instruments={**state.instruments, change.instrument: added},
        anchors={**state.anchors, info.lineage: known},
    )
    parts = [f"{info.latent_size} latents"]
    for count, what in (
        (info.sines, "sines"),
        (info.harmonics, "harmonics"),
        (info.noise_bands, "noise bands"),
    ):
        parts += [f"{count} {what}"] if count else []
    return (
        new,
        f"{change.instrument} plays {info.name}: {', '.join(parts)}; anchors {', '.join(known) or 'none'}",
    )


def _envelope(state: State, change: Play | Stop | Hush, now: float, beat: float) -> State:
    names = (
        list(state.instruments)
        if isinstance(change, Hush)
        else [instrument_of(state, change.instrument).name]
    )
    level = 1.0 if isinstance(change, Play) else 0.0
    over = state.tempo.seconds_to_beats(GLIDE_SECONDS, beat) if change.over is None else change.over
    changes = {}
    for name in names:
        current = state.instruments[name].sources[LEVEL].signal
        going = target(current)
        if isinstance(going, Constant) and going.number == level and beat + over >= arrival(current):
            continue
        before = _from_here(state, current, now, beat)
        launched = Transition(before, Constant(level), beat, over)
        changes[name, LEVEL] = Source(launched, type(change).__name__.lower())
    return state.with_sources(changes) if changes else state


def _mark(state: State, change: Mark, beat: float) -> State:
    if not _NAME.fullmatch(change.name):
        raise TransactionError(f"mark({change.name!r}): a name wants letters, digits, _ and -, at most 64")
    instrument = instrument_of(state, change.instrument)
    info = instrument.info
    value = Evaluation(np.array([beat]), state.lookup).value(instrument.sources["z"].signal)[0]
    if not np.isfinite(value).all():
        raise SignalError(f"mark({change.name!r}): {instrument.name}.z is nowhere just now: set it first")
    playable = np.broadcast_to(np.clip(value, *LATENT_RANGE), (info.latent_size,))
    raw = tuple(playable_to_raw(playable, np.asarray(info.low), np.asarray(info.high)).tolist())
    known = {**state.anchors.get(info.lineage, {}), change.name: raw}
    return state.changed(anchors={**state.anchors, info.lineage: known})


def _no_anchor(state: State, instrument: InstrumentState, name: str) -> str:
    have = state.anchors.get(instrument.info.lineage, {})
    own = instrument.info.name
    for other in state.instruments.values():
        if name in state.anchors.get(other.info.lineage, {}):
            return f"anchor {name!r} belongs to {other.info.name!r}; {instrument.name} plays {own!r}"
    return f"no anchor {name!r}{suggestion(name, list(have))} — have {', '.join(have) or 'none; mark one'}"


def _check_cycles(old: State, state: State) -> None:
    """Refuse links that lead back to where they start, once all transitions have ended.

    A circle that was not there before goes through a source that was not there before.
    """
    done: set[Address] = set()
    for name, instrument in state.instruments.items():
        before = old.instruments[name].sources if name in old.instruments else {}
        for parameter, source in instrument.sources.items():
            if source is not before.get(parameter):
                _follow_links(state, (name, parameter, None), (), done)


def _follow_links(state: State, address: Address, path: tuple[Address, ...], done: set[Address]) -> None:
    if address in path:
        circle = " → ".join(address_text(a) for a in (*path[path.index(address) :], address))
        raise TransactionError(f"{circle} is a circle — kept the old ones")
    if address not in done:
        for each in _read_by(state.lookup(address)):
            _follow_links(state, each, (*path, address), done)
        done.add(address)


def _read_by(signal: Signal) -> list[Address]:
    settled = rebuild(target(signal), lambda n: target(n) if isinstance(n, Transition) else None)
    return [(n.instrument, n.parameter, n.index) for n in walk(settled) if isinstance(n, Reference)]
