"""Transactions: changes that launch together or not at all. Data, so that any client can send them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, get_args

from plaud_live.control.clocks import Lead, RunClock
from plaud_live.control.keys import EndKeys, Keys, PlayNote, Spare
from plaud_live.control.maps import Knob, Map, Rest, Unmap
from plaud_live.control.outputs import EndOutput, Output
from plaud_live.control.parameters import ReverbInfo
from plaud_live.errors import TransactionError
from plaud_live.signals.data import from_data, to_data
from plaud_live.signals.graph import Signal

MAX_CHANGES = 256
MAX_LATENTS = 1024
PROMPT, LOOP = "prompt", "loop"
"""Who asks for what an entry launches, and for what a loop (`@every`) does."""


@dataclass(frozen=True)
class Set:
    """Drive a parameter by a signal. `over` and `at` in beats; None: 50 ms, and the next quant."""

    instrument: str
    parameter: str
    signal: Signal
    over: float | None = None
    at: float | None = None
    text: str = ""


@dataclass(frozen=True)
class Load:
    """Make an instrument called `instrument` that plays `model`: a path, a model's name, or `default`.

    `digest` is what that has meant: once it is known, it counts alone.
    """

    instrument: str
    model: str
    digest: str = ""


@dataclass(frozen=True)
class Swap:
    """Let an instrument go over to another model, in `over` beats, while it plays.

    `model`: a name, a path or the beginning of a digest; '' for the newest that was offered, or with `back`
    the one that it played before. `digest` is what that has meant: once it is known, it counts alone.
    `places`: where its own encoder puts anchors that are sounds, in raw latents. `stay`: an audition, it goes
    back by itself after so many beats; asked for again, or `back`, ends it.
    """

    instrument: str
    model: str = ""
    over: float | None = None
    at: float | None = None
    back: bool = False
    digest: str = ""
    places: Mapping[str, tuple[float, ...]] = field(default_factory=dict, hash=False)
    stay: float | None = None


@dataclass(frozen=True)
class Offer:
    """A model that training has left for an instrument: what `swap()` without a name means. No step to undo.

    `model` is the path of its file, `digest` what that is to be, if it is known.
    """

    instrument: str
    model: str
    digest: str = ""


@dataclass(frozen=True)
class Reverb:
    """Let the reverb go over to another model: a name, or the path of a configuration.

    `info` is what that has meant: once it is known, it counts alone. `on_the_way`: it is a state of a model
    that is being fitted, no step to undo. `own`: it decays as it was made to, whatever `t60` was set to.
    """

    model: str
    at: float | None = None
    info: ReverbInfo | None = None
    on_the_way: bool = False
    own: bool = False


@dataclass(frozen=True)
class Play:
    """Fade an instrument in over `over` beats."""

    instrument: str
    over: float | None = None
    at: float | None = None


@dataclass(frozen=True)
class Stop:
    """Fade an instrument out over `over` beats."""

    instrument: str
    over: float | None = None
    at: float | None = None


@dataclass(frozen=True)
class Hush:
    """Fade every instrument out over `over` beats."""

    over: float | None = None


@dataclass(frozen=True)
class Tempo:
    """Another tempo in beats per minute, reached in a ramp of `over` beats (None: at once)."""

    bpm: float
    at: float | None = None
    over: float | None = None


@dataclass(frozen=True)
class Follow:
    """The tempo of a clock outside, from now on. Nobody asked for it here: it is no step to undo.

    It waits while a tempo that was asked for here is to come, or a ramp is on its way.
    """

    bpm: float


@dataclass(frozen=True)
class Quant:
    """Launch at multiples of `beats`; 0: at once."""

    beats: float


@dataclass(frozen=True)
class Mark:
    """Name a place in latent space: where an instrument is now, or `raw`, one number a latent.

    `path`: the sound file whose seconds `start` to `end` (None: all) an encoder has placed there.
    """

    instrument: str
    name: str
    raw: tuple[float, ...] | None = None
    path: str = ""
    start: float = 0.0
    end: float | None = None


@dataclass(frozen=True)
class Scene:
    """Keep what drives every instrument now, or is about to, as the scene `name`."""

    name: str


@dataclass(frozen=True)
class Recall:
    """Go to a scene, in `over` beats."""

    name: str
    over: float | None = None
    at: float | None = None


@dataclass(frozen=True)
class Morph:
    """Be between two scenes: `amount` 0 is the first, 1 the second; going there takes `over` beats."""

    first: str
    second: str
    amount: Signal
    over: float | None = None
    at: float | None = None


@dataclass(frozen=True)
class Solo:
    """Fade all other instruments out in `over` beats; with none named, all come back."""

    instruments: tuple[str, ...] = ()
    over: float | None = None
    at: float | None = None


Models = Load | Swap | Offer | Reverb
Launching = Set | Play | Stop | Hush | Tempo | Follow | Quant | Mark | Scene | Recall | Morph | Solo
Sending = Output | EndOutput | RunClock | Lead
Playing = Keys | EndKeys | Spare | PlayNote
Change = Models | Launching | Map | Unmap | Knob | Rest | Playing | Sending
_KINDS: dict[str, type[Change]] = {kind.__name__.lower(): kind for kind in get_args(Change)}


@dataclass(frozen=True)
class Transaction:
    """Changes with the text that asked for them and who did (`prompt`, `osc`, …).

    Transactions in a row with the same `merge` key within a second are one undo step; those by LOOP are one
    whatever time passes, and can still be followed by a redo. `beat` is the beat that they were meant for,
    from which `at` counts; None: now, at the next quant. What is late by less than 30 ms launches at once,
    what is later at the next quant. `tried`: the revision of the state that it was applied to in a dry run.
    """

    changes: tuple[Change, ...]
    text: str = ""
    by: str = PROMPT
    merge: str = ""
    beat: float | None = None
    tried: int | None = None

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        changes = []
        for change in self.changes:
            entry: dict[str, Any] = {"do": type(change).__name__.lower()}
            for f in fields(change):
                value = getattr(change, f.name)
                entry[f.name] = _plain(value)
            changes.append(entry)
        named = {name: getattr(self, name) for name in ("text", "by", "merge", "beat", "tried")}
        return {"changes": changes, **named}

    @classmethod
    def from_data(cls, data: Any) -> "Transaction":
        """From JSON. Raises TransactionError or SignalError for anything that is not a transaction."""
        entries = data.get("changes") if isinstance(data, Mapping) else None
        if not isinstance(entries, list) or len(entries) > MAX_CHANGES:
            raise TransactionError(f"a transaction has a list of at most {MAX_CHANGES} changes")
        changes = tuple(_change(entry) for entry in entries)
        text, by, merge = (_text(data.get(key, "")) for key in ("text", "by", "merge"))
        tried = data.get("tried")
        return cls(changes, text, by, merge, _beats(data.get("beat")), tried if type(tried) is int else None)


def _plain(value: Any) -> Any:
    """A field of a change as JSON."""
    if isinstance(value, ReverbInfo):
        return value.to_data()
    return to_data(value) if isinstance(value, Signal) else value


def _change(entry: Any) -> Change:
    kind = _KINDS.get(str(entry.get("do"))) if isinstance(entry, Mapping) else None
    if kind is None:
        raise TransactionError(f"unknown change: {entry!r:.60}")
    arguments: dict[str, Any] = {}
    for f in fields(kind):
        if f.name in entry:
            arguments[f.name] = _FIELDS[f.name](entry[f.name])
    try:
        return kind(**arguments)
    except TypeError as error:
        raise TransactionError(f"{entry.get('do')}: {error}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 100_000:
        raise TransactionError(f"wants text, not {value!r:.40}")
    return value


def _beats(value: Any) -> float | None:
    return None if value is None else _number(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1e6:
        raise TransactionError(f"wants a number from 0 to a million, not {value!r:.40}")
    return float(value)


def _signed(value: Any) -> float:
    return -_number(-value) if isinstance(value, int | float) and value < 0 else _number(value)


def _whole(value: Any) -> int:
    return round(_number(value))


def _switch(value: Any) -> bool:
    return bool(_number(int(value) if isinstance(value, bool) else value))


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_CHANGES:
        raise TransactionError(f"wants a list of names, not {value!r:.40}")
    return tuple(_text(each) for each in value)


def _places(value: Any) -> dict[str, tuple[float, ...]]:
    if not isinstance(value, Mapping) or len(value) > MAX_CHANGES:
        raise TransactionError(f"wants places by name, not {value!r:.40}")
    return {_text(name): _latents(raw) or () for name, raw in value.items()}


def _reverb(value: Any) -> ReverbInfo | None:
    if value is None:
        return None
    try:
        return ReverbInfo.from_data(value)
    except (KeyError, TypeError, ValueError):
        raise TransactionError(f"wants what is known of a reverb, not {value!r:.40}") from None


def _latents(value: Any) -> tuple[float, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) > MAX_LATENTS:
        raise TransactionError(f"wants a list of latents, not {value!r:.40}")
    for each in value:
        if isinstance(each, bool) or not isinstance(each, int | float) or not -1e9 <= each <= 1e9:
            raise TransactionError(f"a latent wants a number, not {each!r:.40}")
    return tuple(float(each) for each in value)


_FIELDS: dict[str, Callable[[Any], Any]] = {
    "instrument": _text,
    "instruments": _names,
    "first": _text,
    "second": _text,
    "amount": from_data,
    "raw": _latents,
    "places": _places,
    "path": _text,
    "start": _number,
    "end": _beats,
    "parameter": _text,
    "model": _text,
    "name": _text,
    "text": _text,
    "signal": from_data,
    "over": _beats,
    "stay": _beats,
    "at": _beats,
    "bpm": _number,
    "beats": _number,
    "control": _text,
    "knob": _text,
    "mode": _text,
    "low": _signed,
    "high": _signed,
    "curve": _number,
    "slew": _number,
    "live": _text,
    "position": _number,
    "to": _text,
    "rate": _beats,
    "device": _text,
    "action": _text,
    "source": _text,
    "key": _beats,
    "velocity": _number,
    "length": _beats,
    **dict.fromkeys(("steps", "voices", "root", "ch"), _whole),
    "digest": _text,
    "info": _reverb,
    **dict.fromkeys(("gated", "legato", "back", "on_the_way", "own"), _switch),
    **dict.fromkeys(("glide", "attack", "decay", "sustain", "release", "tuning", "bend_range"), _number),
}
