"""Playing by keys as it is typed: what `drone.keys(…)` and `drone.note(…)` ask for."""

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from plaud_live.control.keys import (
    MAX_CHORD,
    MAX_VOICES,
    PITCH,
    RANGES,
    STEP,
    EndKeys,
    Keys,
    PlayNote,
    is_pitched,
    no_pitch,
)
from plaud_live.control.state import InstrumentState, State
from plaud_live.control.transaction import Change, Set
from plaud_live.errors import ParameterError, suggestion
from plaud_live.repl.messages import Page
from plaud_live.repl.values import text_of, to_signal
from plaud_live.repl.words import Anchors
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.live import Live
from plaud_live.signals.midi_names import device_part
from plaud_live.signals.picked import MAX_VALUES, Picked
from plaud_live.signals.space import Anchor

_NAME = re.compile(r"([a-g])([#b]?)(-?\d)", re.IGNORECASE)
_SEMITONES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SHARPS = {"": 0, "#": 1, "b": -1}
_SETTINGS = tuple(f.name for f in fields(Keys) if f.name not in ("instrument", "steps", "gated"))
SIGNATURE = inspect.Signature(
    [
        inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY),
        inspect.Parameter("places", inspect.Parameter.VAR_POSITIONAL),
        *(inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=None) for n in (*_SETTINGS, "gate")),
    ]
)
"""How `drone.keys` is called: for completion."""

_ANCHOR_GLIDE = 0.1  # seconds; a place is further than a pitch


def key_number(key: object, word: str) -> float:
    """A key by number, or by name: `c4` is 60, `f#3`, `eb5`. Raises ParameterError that names `word`."""
    if isinstance(key, str) and (named := _NAME.fullmatch(key.strip())):
        letter, sharp, octave = named.groups()
        number = _SEMITONES[letter.lower()] + _SHARPS[sharp] + 12.0 * (int(octave) + 1)
    elif isinstance(key, str | bool) or not hasattr(key, "__float__"):
        raise ParameterError(f'{word}({key!r:.40}): wants a key: 60, or "c4"')
    else:
        number = float(key)
    if not 0.0 <= number <= 127.0:
        raise ParameterError(f"{word}({key!r:.40}): wants a key from 0 to 127; 60 is middle C")
    return number


def note_changes(
    name: str, key: object, velocity: object, length: float | None, at: float | None
) -> list[Change]:
    """What `drone.note(…)` asks for: a note, a chord, or the end of them all. Raises ParameterError."""
    word = f"{name}.note"
    if isinstance(velocity, bool) or not isinstance(velocity, int | float) or not 0.0 <= velocity <= 1.0:
        raise ParameterError(f"{word}: velocity {velocity!r:.40}, wants 0 to 1; 0 ends the note")
    if key is None:
        return [PlayNote(name, None, 0.0, None, at)]
    chord = key if isinstance(key, Sequence) and not isinstance(key, str) else [key]
    if not 1 <= len(chord) <= MAX_CHORD:
        raise ParameterError(f"{word}: {len(chord)} keys at once, wants 1 to {MAX_CHORD}")
    return [PlayNote(name, key_number(each, word), float(velocity), length, at) for each in chord]


def keys_changes(
    state: State, instrument: InstrumentState, places: tuple[object, ...], settings: Mapping[str, object]
) -> tuple[list[Change], Page]:
    """What `drone.keys(…)` asks for, and what it says. Raises ParameterError for what does not fit."""
    name = instrument.name
    if places == (None,):
        return [EndKeys(name)], Page(f"{name} is played by keys no more")
    given = {key: value for key, value in settings.items() if value is not None}
    gated = given.pop("gate", None)
    numbers: dict[str, Any] = {key: _setting(name, key, value) for key, value in given.items()}
    keys = replace(Keys(name), **numbers)
    if not places and not is_pitched(instrument.info):
        places = tuple(Anchor(each) for each in state.anchors.get(instrument.info.lineage, {}))
        if not places:
            raise ParameterError(no_pitch(name, instrument.info))
    if len(places) == 1 and isinstance(places[0], Sequence | Anchors) and not isinstance(places[0], str):
        places = tuple(places[0])
    if len(places) > MAX_VALUES:
        raise ParameterError(f"{name}.keys: {len(places)} places, at most {MAX_VALUES}")
    if not places:
        keys = replace(keys, gated=gated is None or bool(gated))
        return [keys], Page(f"{name} plays the pitch of the key, {_voices(keys)}{_untuned(instrument)}")
    keys = replace(keys, steps=len(places), gated=bool(gated), glide=numbers.get("glide", _ANCHOR_GLIDE))
    signals = tuple(_place(instrument, place) for place in places)
    signal: Signal = Picked(signals, Live(STEP + name, 0))
    if keys.glide > 0.0:
        signal = signal.slew(keys.glide * state.tempo.bpm / 60.0)
    said = f"{name} goes where the key leads: {_places(len(places))} from key {keys.root} on"
    said += "; voices are for keys that set a pitch" if keys.voices > 1 and not keys.gated else ""
    return [Set(name, "z", signal, None, None, text_of(signal)), keys], Page(said)


def _place(instrument: InstrumentState, value: object) -> Signal:
    """A place that keys lead to. Raises ParameterError for what is none, a number too."""
    word = f"{instrument.name}.keys"
    if isinstance(value, str | Sequence | Signal):
        source = to_signal(value, word)
        if not isinstance(source, Constant):
            return source
    some = [f"A.{each}" for each in list(instrument.info.anchors)[:2]] or ["A.home"]
    chord = is_pitched(instrument.info) and value in range(2, MAX_VOICES + 1)
    more = f", or {word}(voices={value}) for chords" if chord else ""
    shown = getattr(value, "_name", None) or f"{value!r:.20}"  # of an instrument, its name
    raise ParameterError(f"{word}({shown}): wants places, as in {word}({', '.join(some)}){more}")


def keys_text(keys: Keys, voices: int | None = None) -> str:
    """How an instrument is played by keys, in words; `voices` is how many there are."""
    what = f"lead to {_places(keys.steps)}" if keys.steps else "set the pitch"
    fewer = f" (there is time for {voices})" if voices is not None and voices < keys.voices else ""
    parts = [what, f"{keys.voices} voices{fewer}" if keys.voices > 1 else ""]
    parts += [f"channel {keys.ch}" if keys.ch else "", f"of {keys.device}" if keys.device else ""]
    return ", ".join(part for part in parts if part)


def _untuned(instrument: InstrumentState) -> str:
    """What of the sound does not follow the keys."""
    info = instrument.info
    if not info.sines or PITCH in info.names:
        return ""
    return f"; its {info.sines} sines keep theirs: {instrument.name}.sine_gain = 0"


def _places(count: int) -> str:
    return f"{count} place{'' if count == 1 else 's'}"


def _voices(keys: Keys) -> str:
    return "one note at a time" if keys.voices == 1 else f"up to {keys.voices} notes at a time"


def _setting(name: str, key: str, value: object) -> float | str:
    if key not in _SETTINGS:
        raise ParameterError(f"{name}.keys has no {key!r}{suggestion(key, list(_SETTINGS))}")
    if key == "legato":
        return bool(value)
    if key == "device":
        if not isinstance(value, str) or not device_part(value):
            raise ParameterError(f"{name}.keys: device={value!r:.40}, wants the beginning of a name")
        return value
    if key in ("root", "low", "high"):
        return round(key_number(value, f"{name}.keys: {key}"))
    low, high, what = RANGES[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ParameterError(f"{name}.keys: {key}={value!r:.40}, wants {low:g} to {high:g} ({what})")
    if key in ("voices", "ch") and value != int(value):
        raise ParameterError(f"{name}.keys: {key}={value:g}, wants a whole number")
    return int(value) if key in ("voices", "ch") else float(value)
