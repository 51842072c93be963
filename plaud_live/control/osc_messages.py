"""OSC messages as changes: the part of the namespace that alters the state, driven by the parameter table.

Pure: from a state and a message to changes, or an OscError whose code says why not. What comes over OSC
takes effect at once; `at` asks for the next multiple of so many beats.
"""

from collections.abc import Callable

import numpy as np

from plaud_live.clock.tempo import BPM_RANGE
from plaud_live.control.osc import Argument, OscMessage
from plaud_live.control.osc_pattern import is_pattern, matches
from plaud_live.control.parameters import Parameter, parameters, suggestion
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
    Tempo,
)
from plaud_live.control.units import playable_to_raw, raw_to_playable
from plaud_live.errors import OscError
from plaud_live.signals.graph import Constant
from plaud_live.signals.space import Anchor, Vector

ROOT = "/plaud/"
INSTRUMENTS = "/plaud/inst/"
MOST_BEATS = 1e6


def changes_of(state: State, message: OscMessage) -> tuple[Change, ...]:
    """The changes that a message asks for. Raises OscError: 400, 404 or 406."""
    whole = _WHOLE.get(message.address)
    if whole is not None:
        return (whole(message),)
    if not message.address.startswith(INSTRUMENTS):
        raise OscError(f"no such address{suggestion(message.address, list(_WHOLE))}", 404)
    name, _, rest = message.address[len(INSTRUMENTS) :].partition("/")
    verb = _VERBS.get(rest)
    if verb is not None and not is_pattern(name):
        return verb(_instrument(state, name), message)
    if is_pattern(message.address):
        found = _matching(state, message.address)
        if not found:
            raise OscError("no parameter matches this pattern", 404)
        return tuple(_set(instrument, row, message) for instrument, row in found)
    instrument = _instrument(state, name)
    table = parameters(instrument.info)
    row = table.get(rest)
    if row is None:
        raise OscError(f"{name} has no {rest!r}{suggestion(rest, table)}", 404)
    return (_set(instrument, row, message),)


def numbers(message: OscMessage, low: int, high: int, what: str) -> list[float]:
    """All arguments as numbers, `low` to `high` of them. Raises OscError."""
    count = len(message.arguments)
    if not low <= count <= high:
        raise OscError(f"has {count} arguments, wants {what}")
    return [_number(value, what) for value in message.arguments]


def text(message: OscMessage, place: int, what: str) -> str:
    """The string at `place`. Raises OscError."""
    if place >= len(message.arguments):
        raise OscError(f"wants {what}")
    value = message.arguments[place]
    if not isinstance(value, str):
        raise OscError(f"{value!r:.40} is no string, wants {what}", 406)
    return value


def _number(value: Argument, what: str) -> float:
    if isinstance(value, int | float):  # True and False too: a toggle
        return float(value)
    raise OscError(f"{value!r:.40} is no number, wants {what}", 406)


def _within(value: float, low: float, high: float, what: str) -> float:
    if not low <= value <= high:
        raise OscError(f"{what} {value:g}: wants {low:g} to {high:g}")
    return value


def _beats(values: list[float], place: int, what: str) -> float | None:
    return _within(values[place], 0.0, MOST_BEATS, what) if place < len(values) else None


def _times(values: list[float], place: int) -> tuple[float | None, float]:
    """`over` and `at`, which come in this order from `place` on; without `at`, at once."""
    return _beats(values, place, "over"), _beats(values, place + 1, "at") or 0.0


def _instrument(state: State, name: str) -> InstrumentState:
    found = state.instruments.get(name)
    if found is None:
        have = ", ".join(state.instruments) or "none"
        raise OscError(f"no instrument {name!r:.70} — have {have}", 404)
    return found


def _matching(state: State, pattern: str) -> list[tuple[InstrumentState, Parameter]]:
    return [
        (instrument, row)
        for name, instrument in state.instruments.items()
        for row in parameters(instrument.info).values()
        if row.size == 1 and matches(pattern, f"{INSTRUMENTS}{name}/{row.name}")
    ]


def _set(instrument: InstrumentState, row: Parameter, message: OscMessage) -> Change:
    values = numbers(message, 1, 3, f"a value ({row.unit}), over and at in beats")
    value = _within(values[0], row.low, row.high, row.name)
    over, at = _times(values, 1)
    return Set(instrument.name, row.name, Constant(value), over, at, f"{value:g}")


def _place(instrument: InstrumentState, message: OscMessage) -> tuple[Change, ...]:
    """`z`: several latents in playable units, nil for those that stay."""
    size = instrument.info.latent_size
    table = parameters(instrument.info)
    if not 1 <= len(message.arguments) <= size:
        raise OscError(f"has {len(message.arguments)} arguments, wants 1 to {size} latents")
    asked = [
        (i, _within(_number(value, "latents"), table[f"z{i}"].low, table[f"z{i}"].high, f"z{i}"))
        for i, value in enumerate(message.arguments)
        if value is not None
    ]
    return _latents(instrument, asked)


def _raw_place(instrument: InstrumentState, message: OscMessage) -> tuple[Change, ...]:
    """`raw/z`: the same in raw units."""
    info = instrument.info
    if not 1 <= len(message.arguments) <= info.latent_size:
        raise OscError(f"has {len(message.arguments)} arguments, wants 1 to {info.latent_size} latents")
    low, high = np.array(info.low), np.array(info.high)
    rows = parameters(info)
    asked = []
    for i, value in enumerate(message.arguments):
        if value is None:
            continue
        raw, row = _number(value, "latents"), rows[f"z{i}"]
        playable = float(raw_to_playable(np.array(raw), low[i], high[i]))
        if not row.low <= playable <= row.high:
            least, most = playable_to_raw(np.array((row.low, row.high)), low[i], high[i])
            raise OscError(f"raw z{i} {raw:g}: wants {least:.3g} to {most:.3g}")
        asked.append((i, playable))
    return _latents(instrument, asked)


def _latents(instrument: InstrumentState, asked: list[tuple[int, float]]) -> tuple[Change, ...]:
    if len(asked) == instrument.info.latent_size:
        values = tuple(value for _, value in asked)
        words = " ".join(f"{value:.2f}" for value in values)
        return (Set(instrument.name, "z", Vector(values), None, 0.0, f"[{words}]"),)
    return tuple(
        Set(instrument.name, f"z{i}", Constant(value), None, 0.0, f"{value:g}") for i, value in asked
    )


def _anchor(instrument: InstrumentState, message: OscMessage) -> tuple[Change, ...]:
    name = text(message, 0, "an anchor's name, over and at in beats")
    rest = numbers(OscMessage(message.address, message.arguments[1:]), 0, 2, "over and at in beats")
    over, at = _times(rest, 0)
    return (Set(instrument.name, "z", Anchor(name), over, at, f"A.{name}"),)


def _mark(instrument: InstrumentState, message: OscMessage) -> tuple[Change, ...]:
    return (Mark(instrument.name, text(message, 0, "a name")),)


def _play(instrument: InstrumentState, message: OscMessage) -> tuple[Change, ...]:
    return (Play(instrument.name, *_times(numbers(message, 0, 2, "over and at in beats"), 0)),)


def _stop(instrument: InstrumentState, message: OscMessage) -> tuple[Change, ...]:
    return (Stop(instrument.name, *_times(numbers(message, 0, 2, "over and at in beats"), 0)),)


def _hush(message: OscMessage) -> Change:
    return Hush(_beats(numbers(message, 0, 1, "over in beats"), 0, "over"))


def _bpm(message: OscMessage) -> Change:
    values = numbers(message, 1, 3, "a tempo, over and at in beats")
    over, at = _times(values, 1)
    return Tempo(_within(values[0], *BPM_RANGE, "bpm"), at, over)


def _follow(message: OscMessage) -> Change:
    return Follow(_within(numbers(message, 1, 1, "a tempo")[0], *BPM_RANGE, "bpm"))


def _quant(message: OscMessage) -> Change:
    return Quant(_within(numbers(message, 1, 1, "beats")[0], 0.0, MOST_BEATS, "quant"))


def _save_scene(message: OscMessage) -> Change:
    if len(message.arguments) > 1:
        raise OscError(f"has {len(message.arguments)} arguments, wants a scene's name")
    return Scene(text(message, 0, "a scene's name"))


def _recall(message: OscMessage) -> Change:
    what = "a scene's name, over and at in beats"
    name = text(message, 0, what)
    over, at = _times(numbers(OscMessage(message.address, message.arguments[1:]), 0, 2, what), 0)
    return Recall(name, over, at)


def _morph(message: OscMessage) -> Change:
    what = "two scenes' names, x, over and at in beats"
    names = text(message, 0, what), text(message, 1, what)
    values = numbers(OscMessage(message.address, message.arguments[2:]), 1, 3, what)
    over, at = _times(values, 1)
    return Morph(*names, Constant(_within(values[0], 0.0, 1.0, "x")), over, at)


_WHOLE: dict[str, Callable[[OscMessage], Change]] = {
    "/plaud/hush": _hush,
    "/plaud/clock/bpm": _bpm,
    "/plaud/clock/follow": _follow,
    "/plaud/clock/quant": _quant,
    "/plaud/scene/save": _save_scene,
    "/plaud/scene/recall": _recall,
    "/plaud/scene/morph": _morph,
}
_VERBS: dict[str, Callable[[InstrumentState, OscMessage], tuple[Change, ...]]] = {
    "play": _play,
    "stop": _stop,
    "z": _place,
    "raw/z": _raw_place,
    "anchor": _anchor,
    "mark": _mark,
}
