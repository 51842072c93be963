"""Applying a transaction: a pure function from a state to the next one.

The prompt calls it for its dry run, the engine for good: whatever passes the one passes the other. What a
prompt has tried with the very state that the engine still has, is not tried there again.
"""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from plaud_live.control.clocks import Lead, RunClock
from plaud_live.control.dry_run import check_cost
from plaud_live.control.keying import change_keys, play_note, spare
from plaud_live.control.keys import EndKeys, Keys, PlayNote, Spare
from plaud_live.control.launching import (
    Held,
    Launch,
    Moment,
    as_held,
    fits,
    from_here,
    glide,
    go,
    goes_to,
    standing,
)
from plaud_live.control.links import check_cycles, reach
from plaud_live.control.mapping import change_maps, rest
from plaud_live.control.maps import Knob, Map, Rest, Unmap
from plaud_live.control.outputs import EndOutput, Output
from plaud_live.control.parameters import (
    LATENT_RANGE,
    LEVEL,
    PRESENCE,
    VERB,
    ModelInfo,
    default_sources,
    find,
    parameters,
)
from plaud_live.control.resolving import (
    instrument_of,
    is_own,
    part_of,
    resolve,
    resolve_own,
    without_own_links,
)
from plaud_live.control.reverbs import change_reverb
from plaud_live.control.scenes import keep_scene, morph, recall
from plaud_live.control.sending import send
from plaud_live.control.state import InstrumentState, Source, State
from plaud_live.control.swapping import (
    MAX_ANCHORS,
    auditioned,
    offer,
    placed,
    swap,
    without_auditions,
)
from plaud_live.control.transaction import (
    Change,
    Follow,
    Hush,
    Load,
    Mark,
    Morph,
    Offer,
    Play,
    Quant,
    Recall,
    Reverb,
    Scene,
    Set,
    Solo,
    Stop,
    Swap,
    Tempo,
    Transaction,
)
from plaud_live.control.units import playable_to_raw, raw_to_playable
from plaud_live.errors import SignalError, TransactionError
from plaud_live.signals.graph import Array, Constant, Evaluation, Signal
from plaud_live.signals.space import Layer, set_column
from plaud_live.signals.trajectories import begun
from plaud_live.signals.transitions import To, Transition, column, without_layer
from plaud_live.signals.traversal import rebuild, walk

MAX_KEY = 500
MAX_INSTRUMENTS = 16
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

__all__ = ["Launch", "apply", "instrument_of"]


def apply(
    state: State,
    transaction: Transaction,
    now_sample: int,
    load_info: Callable[[str], ModelInfo],
    held: Held | None = None,
) -> Launch:
    """The state after `transaction`, the same object if nothing changes. Raises a PlaudError if refused."""
    new = state
    beats: list[float] = []
    messages: list[str] = []
    tried = transaction.tried == state.revision
    moment = Moment(state.tempo.beat(now_sample), transaction.beat, held or {}, reach(state), tried)
    for change in transaction.changes:
        if isinstance(change, Load):
            new, message = _load(new, change, load_info)
            messages.append(message)
        elif isinstance(change, Offer):
            new = offer(new, change, load_info)
        elif isinstance(change, Swap):
            beat = moment.launch_beat(new, change.at)
            new, message = swap(new, change, moment, beat, load_info)
            messages.append(message)
            beats.append(beat)
        elif isinstance(change, Reverb):
            new, beat, message = change_reverb(new, change, moment)
            messages.append(message)
            beats.append(beat)
        else:
            new, beat = _change(new, change, moment)
            beats.append(beat)
    if new is not state and not tried:
        check_cycles(state, new)
        check_cost(state, new)
    undoable = any(not isinstance(change, Load | Offer | PlayNote) for change in transaction.changes)
    heard = [change.instrument for change in transaction.changes if isinstance(change, Swap)]
    only = len(heard) == len(transaction.changes) and all(_plays_on(state, new, name) for name in heard)
    begins = only and any(auditioned(new.instruments[name], moment.now) for name in heard)
    message = "; ".join(m for m in messages if m)
    first = min(beats, default=None)
    undoable = undoable and (begins or not only)  # what an audition has ended is as it was before
    return Launch(new, max(beats, default=moment.now), message, undoable, first, begins)


def _plays_on(old: State, new: State, name: str) -> bool:
    """Whether an instrument plays, in the end, the model that it has played before."""
    before, after = old.instruments.get(name), new.instruments[name]
    return before is not None and before.info.digest == after.info.digest and before.past == after.past


def _change(state: State, change: Change, moment: Moment) -> tuple[State, float]:
    """The state after one change, and the beat at which that is heard."""
    match change:
        case Follow():
            leads = state.tempo.arrival > moment.now  # a tempo that was asked for here
            return (state if leads else _tempo(state, Tempo(change.bpm), moment.now)), moment.now
        case Quant():
            same = state.quant == change.beats
            return (state if same else state.changed(quant=change.beats)), moment.now
        case Mark():
            return _mark(state, change, moment.mark), moment.now
        case Scene():
            return keep_scene(state, change), moment.now
        case Map() | Unmap() | Knob():
            return change_maps(state, change), moment.now
        case Rest():
            return rest(state, change, moment), moment.now
        case Output() | EndOutput() | RunClock() | Lead():
            return send(state, change, moment)
        case Keys() | EndKeys():
            return change_keys(state, change, moment), moment.now
        case Spare():
            return spare(state, change), moment.now
        case PlayNote():
            beat = moment.launch_beat(state, change.at)
            return play_note(state, change, moment, beat), beat
        case Hush():
            beat = moment.now if moment.meant is None else moment.launch_beat(state)
            state = _envelope(state, list(state.instruments), change, moment, beat)
            fade = glide(state, beat)
            return without_auditions(state, beat + (change.over or fade), fade, moment.now), beat
        case Set() | Play() | Stop() | Tempo() | Recall() | Morph() | Solo():
            beat = moment.launch_beat(state, change.at)
        case _:
            raise TransactionError(f"{type(change).__name__.lower()}: no such change")
    match change:
        case Set():
            state = _set(state, change, moment, beat)
        case Play() | Stop():
            names = [instrument_of(state, change.instrument).name]
            state = _envelope(state, names, change, moment, beat)
        case Tempo():
            state = _tempo(state, change, beat)
        case Recall():
            state = recall(state, change, moment, beat)
        case Morph():
            state = morph(state, change, moment, beat)
        case Solo():
            state = _solo(state, change, moment, beat)
    return state, beat


def _set(state: State, change: Set, moment: Moment, beat: float) -> State:
    instrument = part_of(state, change.instrument)
    row = find(parameters(instrument.info), instrument.name, change.parameter)
    name, size, address = instrument.name, instrument.info.latent_size, (instrument.name, row.source)
    whole = instrument.sources[row.source].signal
    current = whole if row.index is None else column(whole, row.index)
    heard = as_held(current, name, row.source if row.index is None else f"z{row.index}", size, moment.held)
    layered = any(is_own(node, address, row.index) for node in walk(change.signal))
    key = change.text[:MAX_KEY]
    base = without_layer(heard, key) if layered else heard
    wanted = resolve(state, instrument, change.signal, row.index)
    if layered:
        if row.index is None:
            base = without_own_links(base, address)
        wanted = Layer(key, base, resolve_own(wanted, address, row.index, base))
    over, shape = change.over, "smooth"
    if isinstance(wanted, To):
        over, shape, wanted = (wanted.beats if over is None else over), wanted.shape, wanted.target
    if over is None:
        over = 0.0 if row.name == "freeze" else glide(state, beat)
    before = from_here(state, address, heard, moment, beat)
    if heard is current and goes_to(current, wanted, beat + over):
        return state  # entered twice
    wanted = rebuild(wanted, lambda n: _begun(n, before, beat) if isinstance(n, To) else None)
    wanted = begun(wanted, beat)
    moment.check(state, f"{name}.{row.name}", row.size, wanted, beat)
    launched = Transition(before, wanted, beat, over, shape)
    if not fits(launched):  # with all that it leaves from
        launched = replace(launched, before=standing(state, heard, beat))
    driven: Signal = launched
    if row.index is not None:
        driven = set_column(whole, row.index, size, launched)
    for _ in walk(driven):  # too large with the others
        continue
    return state.with_sources({address: Source(driven, change.text)})


def _begun(node: To, before: Signal, beat: float) -> Signal:
    return Transition(before, node.target, beat, node.beats, node.shape)


def _tempo(state: State, change: Tempo, beat: float) -> State:
    tempo, over = state.tempo, change.over or 0.0
    if change.bpm == tempo.bpm and beat + over >= tempo.arrival:
        return state
    return state.changed(tempo=tempo.changed(change.bpm, beat, over))


def _envelope(
    state: State, names: list[str], change: Play | Stop | Hush, moment: Moment, beat: float
) -> State:
    source = Source(Constant(1.0 if isinstance(change, Play) else 0.0), type(change).__name__.lower())
    return go(state, {(name, LEVEL): source for name in names}, moment, beat, change.over)


def _solo(state: State, change: Solo, moment: Moment, beat: float) -> State:
    heard = [instrument_of(state, name).name for name in change.instruments] or list(state.instruments)
    wanted = {
        (name, PRESENCE): Source(Constant(1.0 if name in heard else 0.0), "" if name in heard else "solo")
        for name in state.instruments
    }
    return go(state, wanted, moment, beat, change.over)


def _load(state: State, change: Load, load_info: Callable[[str], ModelInfo]) -> tuple[State, str]:
    if not change.instrument.isidentifier() or not _NAME.fullmatch(change.instrument):
        raise TransactionError(
            f"{change.instrument!r} cannot name an instrument: wants letters, digits and _"
        )
    if change.instrument == VERB:
        raise TransactionError(f"{VERB!r} cannot name an instrument: it is the reverb")
    info = load_info(change.digest or change.model)
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


def _mark(state: State, change: Mark, beat: float) -> State:
    if not _NAME.fullmatch(change.name):
        raise TransactionError(f"mark({change.name!r:.40}): a name wants letters, digits, _, -; at most 64")
    instrument = instrument_of(state, change.instrument)
    info = instrument.info
    low, high = np.asarray(info.low), np.asarray(info.high)
    if change.raw is None:
        value = Evaluation(np.array([beat]), state.lookup).value(instrument.sources["z"].signal)[0]
    else:
        value = _given(instrument, change.name, change.raw)
    if not np.isfinite(value).all():
        raise SignalError(f"mark({change.name!r}): {instrument.name}.z is nowhere just now: set it first")
    playable = np.broadcast_to(np.clip(value, *LATENT_RANGE), (info.latent_size,))
    raw = tuple(playable_to_raw(playable, low, high).tolist())
    known = state.anchors.get(info.lineage, {})
    heard = (change.path, change.start, change.end) if change.path else None
    if known.get(change.name) == raw and state.heard.get(info.lineage, {}).get(change.name) == heard:
        return state
    if change.name not in known and len(known) >= MAX_ANCHORS:
        raise TransactionError(f"there are {MAX_ANCHORS} anchors already; mark this place by an old name")
    return placed(state, info, change.name, raw, heard)


def _given(instrument: InstrumentState, name: str, raw: tuple[float, ...]) -> Array:
    """Raw latents from outside, in playable units."""
    info = instrument.info
    if len(raw) != info.latent_size:
        raise TransactionError(
            f"mark({name!r}) has {len(raw)} numbers; {instrument.name} has {info.latent_size} latents"
        )
    return raw_to_playable(np.asarray(raw), np.asarray(info.low), np.asarray(info.high))
