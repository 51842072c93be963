"""Casting: voices for what a transaction loads or goes over to. It takes up to seconds, beside the sound."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from plaud_live.control.parameters import ModelInfo
from plaud_live.control.resolving import instrument_of
from plaud_live.control.state import State
from plaud_live.control.swapping import are_kin, check, wanted
from plaud_live.control.transaction import Change, Load, Offer, Reverb, Swap, Transaction
from plaud_live.control.units import playable_to_raw
from plaud_live.engine.anchors import heard_anew
from plaud_live.engine.models import Models
from plaud_live.engine.store import SHOWN
from plaud_live.errors import ModelFileError, PlaudError, TransactionError
from plaud_live.synths.voice import Voice

_TRIAL_SAMPLES = 4096
_TRIALS = 3

Lacking = Callable[[str, str], int]
"""How many voices an instrument lacks of the model with a digest, before it can go over to it."""


@dataclass(frozen=True)
class Cast:
    """Voices that are ready to play the instrument `name`, and what they play.

    `share`: of real time, that each of them takes; 0 where it was not measured.
    """

    name: str
    info: ModelInfo
    voices: Sequence[Voice]
    share: float = 0.0


@dataclass(frozen=True)
class Prepared:
    """A transaction in which every model is known by its digest, and voices for it.

    `notes` are lines for the performer.
    """

    transaction: Transaction
    cast: Sequence[Cast]
    notes: Sequence[str] = ()


def wants_models(transaction: Transaction) -> bool:
    """Whether files may have to be read before a transaction can launch."""
    return any(isinstance(change, Load | Swap | Offer | Reverb) for change in transaction.changes)


def prepare(
    models: Models, state: State, transaction: Transaction, sample_rate: int, lacking: Lacking
) -> Prepared:
    """Find the models that a transaction means, and make voices for them. Raises a PlaudError."""
    cast: list[Cast] = []
    changes: list[Change] = []
    notes: list[str] = []
    for change in transaction.changes:
        if isinstance(change, Load) and change.instrument not in state.instruments:
            loaded = load_cast(models, [change], sample_rate)
            change = replace(change, digest=loaded[0].info.digest)
            cast += loaded
        elif isinstance(change, Reverb):
            change = replace(change, info=models.reverbs.load_info(change.model))
        elif isinstance(change, Offer):
            info = models.by_digest(change.digest) or models.load_info(change.model)
            if change.digest and info.digest != change.digest:
                raise ModelFileError(f"{change.model}: has changed since it was offered")
            models.keep(info)
            change = replace(change, digest=info.digest)
        elif isinstance(change, Swap):
            info = meant(models, state, change)
            places, problems = _heard_anew(models, state, change.instrument, info)
            change = replace(change, digest=info.digest, places=places)
            notes += problems
            cast += recast(models, [(change.instrument, info)], sample_rate, lacking)
            state = _gone(state, change, info)
        changes.append(change)
    return Prepared(replace(transaction, changes=tuple(changes)), cast, notes)


def load_cast(models: Models, loads: Sequence[Load], sample_rate: int) -> list[Cast]:
    """Voices for what is loaded. Raises a PlaudError if a model cannot be used."""
    cast = []
    for load in loads:
        info = models.load_info(load.model)
        models.keep(info)
        cast.append(Cast(load.instrument, info, [models.make_voice(info, sample_rate, load.instrument)]))
    return cast


def recast(
    models: Models, wishes: Sequence[tuple[str, ModelInfo]], sample_rate: int, lacking: Lacking
) -> list[Cast]:
    """The voices that instruments lack of models. Raises a PlaudError if one cannot be used."""
    cast = []
    for name, info in wishes:
        models.keep(info)
        voices = make_voices(models, info, name, lacking(name, info.digest), sample_rate)
        if voices:
            cast.append(Cast(name, info, voices, cost(voices[0], info)))
    return cast


def make_voices(
    models: Models, info: ModelInfo, name: str, count: int, sample_rate: int, seed: int = 0
) -> list[Voice]:
    """Voices for an instrument's keys: those of another model for the same keys are made alike."""
    names = (name, *(f"{name}/{i}" for i in range(2, count + 1)))[:count]
    return [models.make_voice(info, sample_rate, each, seed) for each in names]


def meant(models: Models, state: State, change: Swap) -> ModelInfo:
    """The model that a swap means. Raises a PlaudError for none, several, or one that does not fit."""
    instrument = instrument_of(state, change.instrument)
    if change.back and any(each.returns for each in instrument.passages):
        return instrument.info  # from an audition
    try:
        info = wanted(instrument, state.offers.get(instrument.name, ()), change)
    except TransactionError:
        parent = models.by_digest(instrument.info.parent) if change.back else None
        if parent is None:
            raise
        info = parent
    if info is None:
        info = models.by_digest(change.digest) if change.digest else None
    if info is None:
        info = _by_name(models, change)
    check(instrument, info, "back" if change.back else "swap" if change.stay is None else "audition")
    return info


def _heard_anew(
    models: Models, state: State, name: str, info: ModelInfo
) -> tuple[dict[str, tuple[float, ...]], list[str]]:
    """Where a model that an instrument goes to places anchors that are sounds: those of its own family."""
    left = state.instruments[name].info
    sounds = state.heard.get(left.lineage, {})
    if not sounds or info.digest == left.digest or not are_kin(left, info):
        return {}, []
    return heard_anew(models.model(left), models.model(info), sounds)


def _gone(state: State, change: Swap, info: ModelInfo) -> State:
    """What the next change of the same transaction finds: for what `back` means there."""
    if change.stay is not None:
        return state
    instrument = state.instruments[change.instrument]
    past = instrument.past[:-1] if change.back else (*instrument.past, instrument.info)
    gone = replace(instrument, info=info, past=past)
    return state.changed(instruments={**state.instruments, gone.name: gone})


def _by_name(models: Models, change: Swap) -> ModelInfo:
    """A model of the session by its name or digest, the newest of several, else one by its file."""
    found = models.store.find(change.model)
    if len({entry.name for entry in found}) > 1:
        some = ", ".join(f"{entry.digest[:SHOWN]} {entry.name}" for entry in found[:4])
        asked = f"{change.instrument}.swap: {change.model!r}"
        raise TransactionError(f"{asked} may be {some} — a few letters more")
    for entry in reversed(found):
        info = models.by_digest(entry.digest)
        if info is not None:
            return info
    try:
        return models.load_info(change.model)
    except PlaudError as error:
        raise type(error)(f"{change.instrument}.swap: {error}") from None


def cost(voice: Voice, info: ModelInfo) -> float:
    """The share of real time that a voice takes with all that it has; it has to be started again."""
    count = _TRIAL_SAMPLES // voice.hop * voice.hop
    low, high = np.array(info.low), np.array(info.high)
    latents = np.tile(playable_to_raw(np.array(info.home), low, high), (count // voice.hop, 1))
    controls = np.tile(voice.default_controls(), (len(latents), 1))
    out = np.zeros(count if voice.channels == 1 else (voice.channels, count), np.float32)
    seconds = []
    for trial in range(_TRIALS):
        voice.reset(trial * count)
        begun = perf_counter()
        voice.render(latents, controls, out)
        seconds.append(perf_counter() - begun)
    return min(seconds) * voice.sample_rate / count
