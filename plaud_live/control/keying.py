"""Keys as changes of the state: who is played by keys, and which notes were typed."""

from dataclasses import replace

from plaud_live.control.keys import (
    MAX_NOTES,
    WORD,
    EndKeys,
    Keys,
    PlayNote,
    Spare,
    TypedNote,
    check,
    spared,
)
from plaud_live.control.launching import Moment, go
from plaud_live.control.parameters import LEVEL
from plaud_live.control.resolving import instrument_of
from plaud_live.control.state import Source, State
from plaud_live.errors import ParameterError, TransactionError
from plaud_live.signals.graph import Constant
from plaud_live.signals.transitions import target


def change_keys(state: State, change: Keys | EndKeys, moment: Moment) -> State:
    """The state in which an instrument is played by keys, or is not any more. Raises a PlaudError.

    One that is silent begins to play, to be heard once a key is pressed; and is silent again in the end.
    """
    instrument = instrument_of(state, change.instrument)
    name, level = instrument.name, instrument.sources[LEVEL]
    keys = dict(state.keys)
    if isinstance(change, EndKeys):
        if keys.pop(name, None) is None:
            return state
        state = state.changed(keys=keys, notes=tuple(n for n in state.notes if n.instrument != name))
        return _level(state, name, 0.0, moment) if level.text == WORD else state
    check(change, instrument.info)
    if keys.get(name) != change:
        state = state.changed(keys={**keys, name: change})
    heard = target(level.signal)
    silent = isinstance(heard, Constant) and heard.number <= 0.0
    return _level(state, name, 1.0, moment) if change.gated and silent else state


def spare(state: State, change: Spare) -> State:
    """The state in which an instrument has fewer voices; the same object where it has no more."""
    keys = spared(state.keys, change)
    return state if keys is state.keys else state.changed(keys=keys)


def play_note(state: State, change: PlayNote, moment: Moment, beat: float) -> State:
    """The state with a note more, or with some that end at `beat`. Raises a PlaudError."""
    name, key = instrument_of(state, change.instrument).name, change.key
    if name not in state.keys:
        raise TransactionError(f"{name} is not played by keys — {name}.keys() comes first")
    if key is not None and not 0.0 <= key <= 127.0:
        raise ParameterError(f"{name}.note({key:g}): wants a key from 0 to 127; 60 is middle C")
    if not 0.0 <= change.velocity <= 1.0:
        raise ParameterError(f"{name}.note: velocity {change.velocity:g}, wants 0 to 1")
    left = (_left(note, name, key, beat) for note in state.notes if not note.over(moment.now))
    notes = tuple(note for note in left if note is not None)
    if key is not None and change.velocity > 0.0:
        if len(notes) >= MAX_NOTES:
            raise TransactionError(f"{name}.note: {MAX_NOTES} notes are waiting or sounding already")
        end = None if change.length is None else beat + change.length
        notes = (*notes, TypedNote(name, key, change.velocity, beat, end))
    return state if notes == state.notes else state.changed(notes=notes)


def _left(note: TypedNote, instrument: str, key: float | None, beat: float) -> TypedNote | None:
    """What is left of a note where its key (None: any) is pressed again, or let go, at `beat`."""
    if note.instrument != instrument or key not in (None, note.key):
        return note
    if note.start >= beat:
        return None if note.start == beat or key is None else note
    return replace(note, end=beat) if note.end is None or note.end > beat else note


def _level(state: State, name: str, level: float, moment: Moment) -> State:
    return go(state, {(name, LEVEL): Source(Constant(level), WORD)}, moment, moment.now)
