"""Swapping: an instrument goes over to another model, while all that drives it goes on.

A position keeps its sense: sources are in playable units and stay as they are. Anchors belong to a lineage,
so that a descendant has its ancestors'. A model that is no relative takes them along as positions: what was
played with the hands goes on, only that it sounds as the new model does there. Names of its own come first.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from plaud_live.control.launching import Moment, glide
from plaud_live.control.parameters import ModelInfo, default_sources, parameters
from plaud_live.control.passages import Passage
from plaud_live.control.resolving import instrument_of
from plaud_live.control.state import Heard, InstrumentState, Source, State
from plaud_live.control.transaction import Offer, Swap
from plaud_live.control.units import playable_to_raw, raw_to_playable
from plaud_live.errors import TransactionError
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.transitions import Transition, target

SWAP_BEATS, BACK_BEATS, AUDITION_BEATS = 8.0, 4.0, 0.5
MOST_PAST = 8
MOST_PASSAGES = 3
"""Swaps of one instrument that may be under way, or wait, at a time: each is a voice more to be computed."""

MOST_OFFERS = 4
MAX_ANCHORS = 512
"""Of one lineage."""

Raw = tuple[float, ...]


def offer(state: State, change: Offer, load_info: Callable[[str], ModelInfo]) -> State:
    """Remember a model for an instrument, the newest last. Raises a PlaudError for one that does not fit."""
    instrument = instrument_of(state, change.instrument)
    info = load_info(change.digest or change.model)
    check(instrument, info, "offer")
    before = state.offers.get(instrument.name, ())
    offers = (*(each for each in before if each.digest != info.digest), info)[-MOST_OFFERS:]
    return state if offers == before else state.changed(offers={**state.offers, instrument.name: offers})


def swap(
    state: State, change: Swap, moment: Moment, beat: float, load_info: Callable[[str], ModelInfo]
) -> tuple[State, str]:
    """Go over to another model from `beat` on. Returns with it a line for the performer.

    Raises a PlaudError that says why not.
    """
    instrument = instrument_of(state, change.instrument)
    heard = auditioned(instrument, moment.now)
    if heard is not None and change.back:
        return _end_audition(state, change, instrument, beat, moment)
    info = wanted(instrument, state.offers.get(instrument.name, ()), change)
    info = info or load_info(change.digest or change.model)
    check(instrument, info, "back" if change.back else "swap" if change.stay is None else "audition")
    if change.stay is not None:
        if heard is not None and heard.digest == info.digest:
            return _end_audition(state, change, instrument, beat, moment)
        return _audition(state, change, instrument, info, beat, moment)
    over = change.over if change.over is not None else BACK_BEATS if change.back else SWAP_BEATS
    beats = max(over, glide(state, beat))
    left = instrument.info
    _check_way(instrument, info if heard is None else None, beat, moment)
    crossed = cross(state, instrument.name, info, beat, beats, moment.now)
    if crossed is state:
        return state, f"{instrument.name} plays {info.name} already"
    now = crossed.instruments[instrument.name]
    crossed = _placed(crossed, now, change)
    leaving = now.passages[-1].before if now.passages and heard is None else left
    past = instrument.past[:-1] if change.back else _with(instrument.past, leaving, now.info)
    crossed = crossed.changed(instruments={**crossed.instruments, now.name: replace(now, past=past)})
    said = f"{instrument.name}: {left.name} → {info.name} over {over:g} beats"
    return crossed, "; ".join([said, *_remarks(left, now.info)])


def auditioned(instrument: InstrumentState, beat: float) -> ModelInfo | None:
    """The model that is being auditioned at a beat, or is about to be; None for none."""
    found = (each.before for each in instrument.passages if each.returns and each.start > beat)
    return next(found, None)


def without_auditions(state: State, beat: float, beats: float, now: float) -> State:
    """The state in which auditions end at `beat`, in `beats` beats; the same object where there is none."""
    for name, instrument in state.instruments.items():
        if any(each.returns and each.start > beat for each in instrument.passages):
            state = cross(state, name, instrument.info, beat, beats, now)
    return state


def _audition(
    state: State, change: Swap, instrument: InstrumentState, info: ModelInfo, beat: float, moment: Moment
) -> tuple[State, str]:
    """Go over to a model at `beat`, and back to what plays now once it has stayed."""
    stay, name, home = change.stay or 0.0, instrument.name, instrument.info
    beats = max(AUDITION_BEATS if change.over is None else change.over, glide(state, beat))
    if stay < beats:
        raise TransactionError(f"{name}.audition: wants to stay for {beats:g} beats or more, not {stay:g}")
    _check_way(instrument, info, beat, moment)
    crossed = cross(state, name, info, beat, beats, moment.now)
    if crossed is state:
        return state, f"{name} plays {info.name} already"
    crossed = _placed(crossed, crossed.instruments[name], change)
    returned = cross(crossed, name, home, beat + stay, beats, moment.now)
    now = returned.instruments[name]
    passages = (*now.passages[:-1], replace(now.passages[-1], returns=True))
    instruments = {**returned.instruments, name: replace(now, passages=passages)}
    said = f"{name}: {info.name} in place of {home.name} for {stay:g} beats — {name}.swap() stays with it"
    return returned.changed(instruments=instruments), "; ".join([said, *_remarks(home, info)])


def _end_audition(
    state: State, change: Swap, instrument: InstrumentState, beat: float, moment: Moment
) -> tuple[State, str]:
    """Go back from an audition before its time."""
    over = change.over if change.over is not None and change.back else AUDITION_BEATS
    beats = max(over, glide(state, beat))
    ended = cross(state, instrument.name, instrument.info, beat, beats, moment.now)
    return ended, f"{instrument.name}: back to {instrument.info.name}"


def _check_way(instrument: InstrumentState, info: ModelInfo | None, beat: float, moment: Moment) -> None:
    """Raises TransactionError where as many swaps are under way as there is time for."""
    begun = [each for each in instrument.passages if each.start < beat and each.end > moment.now]
    if len(begun) >= MOST_PASSAGES and (info is None or info.digest != instrument.info.digest):
        raise TransactionError(
            f"{instrument.name}.swap: {MOST_PASSAGES} swaps are under way — wait until the first has ended"
        )


def _placed(state: State, instrument: InstrumentState, change: Swap) -> State:
    """The state with the anchors where the model of an instrument hears them. Raises TransactionError."""
    info = instrument.info
    if any(len(raw) != info.latent_size for raw in change.places.values()):
        raise TransactionError(f"{instrument.name}.swap: places want {info.latent_size} latents each")
    if not change.places:
        return state
    places = {**state.anchors.get(info.digest, {}), **change.places}
    return state.changed(anchors={**state.anchors, info.digest: places})


def wanted(instrument: InstrumentState, offers: tuple[ModelInfo, ...], change: Swap) -> ModelInfo | None:
    """The model that a swap means, where the state knows it; None: whoever knows files has to look.

    Raises TransactionError where nothing can be meant.
    """
    known = (*instrument.models, *instrument.past, *offers)
    if change.digest:
        return next((info for info in known if info.digest == change.digest), None)
    if change.back:
        if instrument.past:
            return instrument.past[-1]
        raise TransactionError(
            f"{instrument.name}.back: {instrument.info.name!r} is what it was loaded with:"
            " there is no model before it"
        )
    if change.model:
        return None
    if offers:
        return offers[-1]
    word = "swap" if change.stay is None else "audition"
    raise TransactionError(
        f"{instrument.name}.{word}(): training has left no candidate yet — name a model:"
        f' {instrument.name}.{word}("…")'
    )


def placed(state: State, info: ModelInfo, name: str, raw: Raw, heard: Heard | None) -> State:
    """An anchor of a model's lineage is there from now on, for all of them; `heard`: it is this sound."""
    others = {
        each.digest
        for instrument in state.instruments.values()
        for each in (*instrument.models, *instrument.past)
        if each.lineage == info.lineage
    }
    anchors = {
        key: {n: place for n, place in named.items() if n != name} if key in others else named
        for key, named in state.anchors.items()
    }
    anchors[info.lineage] = {**state.anchors.get(info.lineage, {}), name: raw}
    sounds = {n: span for n, span in state.heard.get(info.lineage, {}).items() if n != name}
    if heard is not None:
        sounds[name] = heard
    return state.changed(anchors=anchors, heard={**state.heard, info.lineage: sounds})


def check(instrument: InstrumentState, info: ModelInfo, word: str) -> None:
    """Raises TransactionError for a model that cannot take this instrument's part."""
    has = instrument.info
    for what, theirs, ours in (
        ("latents", info.latent_size, has.latent_size),
        ("channels", info.channels, has.channels),
    ):
        if theirs != ours:
            other = info.name if info.name.isidentifier() else "other"
            raise TransactionError(
                f"{instrument.name}.{word}: {info.name!r} has {theirs} {what}, {instrument.name} {ours}"
                f' — load it as another instrument: {other} = load("{info.name}")'
            )


def cross(state: State, name: str, info: ModelInfo, beat: float, beats: float, now: float) -> State:
    """`name` goes over to `info` from `beat` on, in `beats` beats; passages that begin later never will.

    The same object where it plays that model by then, and nothing else is to come.
    """
    instrument = state.instruments[name]
    begun = tuple(each for each in instrument.passages if each.start < beat and each.end > now)
    later = next((each for each in instrument.passages if each.start >= beat), None)
    current = instrument.info if later is None else later.before
    if current.digest == info.digest:
        if later is None:
            return state
        passages, info = begun, current
    else:
        passages = (*begun, Passage(current, beat, beats))
    if are_kin(current, info):
        info = replace(info, lineage=current.lineage)
    sources = _sources(instrument, info, beat + beats)
    changed = replace(instrument, info=info, sources=sources, passages=passages)
    return state.changed(
        instruments={**state.instruments, name: changed}, anchors=_anchors(state, instrument.info, info)
    )


def without_ended(instrument: InstrumentState, beat: float) -> InstrumentState:
    """The same instrument from `beat` on, without the passages that have ended by then."""
    passages = tuple(each for each in instrument.passages if each.end > beat)
    return instrument if len(passages) == len(instrument.passages) else replace(instrument, passages=passages)


def are_kin(one: ModelInfo, other: ModelInfo) -> bool:
    """Whether two models have an ancestor in common, as far as they know: their latents mean the same."""
    lines = [{each.lineage, each.digest, each.parent} - {""} for each in (one, other)]
    return bool(lines[0] & lines[1])


def same_ranges(one: ModelInfo, other: ModelInfo) -> bool:
    """Whether a playable position is the same raw latents in both."""
    return one.low == other.low and one.high == other.high


def _with(past: tuple[ModelInfo, ...], left: ModelInfo, now: ModelInfo) -> tuple[ModelInfo, ...]:
    """`past` and what has been left, each once, without what plays now."""
    gone = {left.digest, now.digest}
    kept = tuple(each for each in past if each.digest not in gone)
    return (kept if left.digest == now.digest else (*kept, left))[-MOST_PAST:]


def _remarks(left: ModelInfo, info: ModelInfo) -> list[str]:
    """What a performer has to know of another model."""
    remarks = []
    if not are_kin(left, info):
        remarks.append(f"{info.name} is no relative: anchors keep their place, not their sound")
    elif not same_ranges(left, info):
        remarks.append(f"{info.name} has other ranges: the position stays, 0..1, and may sound elsewhere")
    return remarks


def _sources(instrument: InstrumentState, info: ModelInfo, end: float) -> Mapping[str, Source]:
    """What drives an instrument once it plays `info`: the same, but what was never touched, as `info` has it.

    While both are heard, until beat `end`, a count is that of the one that has more.
    """
    old, kept = parameters(instrument.info), {}
    for name, default in default_sources(info).items():
        source = instrument.sources.get(name)
        if source is None:
            source = Source(default)
        elif name in old and name != "z" and _is_untouched(source, old[name].default):
            signal = _from_default(source.signal, default, end)
            source = source if signal is source.signal else Source(signal)
        kept[name] = source
    return kept


def _is_untouched(source: Source, default: float) -> bool:
    goal = target(source.signal)
    return not source.text and isinstance(goal, Constant) and goal.number == default


def _from_default(before: Signal, after: Signal, end: float) -> Signal:
    goal = target(before)
    if not isinstance(goal, Constant) or not isinstance(after, Constant) or after.number == goal.number:
        return before
    return after if after.number > goal.number else Transition(before, after, end, 0.0)


def _anchors(state: State, left: ModelInfo, info: ModelInfo) -> Mapping[str, Mapping[str, Raw]]:
    """The anchors of all lineages once an instrument goes from one model to another."""
    known = {**info.anchors, **state.anchors.get(info.lineage, {})}
    if not are_kin(left, info):
        ours, theirs = ((np.asarray(each.low), np.asarray(each.high)) for each in (left, info))
        for name, raw in state.anchors.get(left.lineage, {}).items():
            if name not in known and len(known) < MAX_ANCHORS:
                place = raw_to_playable(np.asarray(raw), *ours)
                known[name] = tuple(playable_to_raw(place, *theirs).tolist())
    return {**state.anchors, info.lineage: known}
