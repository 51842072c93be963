"""What may be assigned to a parameter: a signal, a number, or a list of them."""

import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from plaud_live.errors import ParameterError, SignalError
from plaud_live.signals.data import to_data
from plaud_live.signals.describe import describe
from plaud_live.signals.envelopes import Envelope
from plaud_live.signals.graph import Constant, Signal, number, signal
from plaud_live.signals.mini_notation import parse
from plaud_live.signals.patterns import Pattern
from plaud_live.signals.sequences import Sequence as Steps
from plaud_live.signals.space import Columns, Vector, place
from plaud_live.signals.transitions import To

MAX_TEXT = 199


def to_signal(value: object, what: str) -> Signal:
    """The signal that `value` stands for; `what` is the parameter that it is for. Raises SignalError."""
    if isinstance(value, bool):
        return Constant(float(value))
    if isinstance(value, str):
        return _pattern(value, what)
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Sequence):
        return place(value, what)
    if isinstance(value, Signal):
        return value
    if callable(value) and (name := getattr(value, "__name__", "")):
        use = "fn(lambda beat: …) makes it a signal" if name == "<lambda>" else f"call it: {name}(…)"
        raise SignalError(f"{what}: {name.strip('<>')} is a function — {use}")
    if value is None or not hasattr(value, "__float__"):
        kind = "None" if value is None else type(value).__name__
        raise SignalError(f"{what}: wants a number or a signal, not {kind}")
    return Constant(number(value, what))


def _pattern(text: str, what: str) -> Signal:
    try:
        return signal(text)
    except SignalError as error:
        raise SignalError(f"{what}: {error}") from None


def numbers_in(source: Signal) -> Iterator[float]:
    """The numbers that a signal takes as they are typed: `.3`, those of a list, a pattern or a sequence."""
    waiting, seen = [source], {id(source)}
    while waiting:
        parts: tuple[Signal, ...] = ()
        match waiting.pop():
            case Constant(number=value):
                yield value
            case Vector(values=values, name=""):
                yield from values
            case Pattern(text=text):
                yield from (choice for choice in parse(text).choices if not isinstance(choice, str))
            case Steps(values=parts) | Envelope(levels=parts) | Columns(signals=parts):
                pass
            case To(target=end):
                parts = (end,)
        waiting += [part for part in parts if id(part) not in seen]
        seen |= {id(part) for part in parts}


def text_of(source: Signal) -> str:
    """How a signal reads in `who()`, different for different signals: it is the key of a layer too."""
    text = describe(source)
    if len(text) <= MAX_TEXT and "…" not in text:
        return text
    return f"{text[: MAX_TEXT - 10]}… #{zlib.crc32(repr(to_data(source)).encode()):08x}"


def to_whole(call: str, value: object, most: int, least: int = 0) -> int:
    """A whole number; `call` is what was typed, as in `cc({})`. Raises ParameterError that shows it."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        shown = call.format(f"{value!r:.20}")
        raise ParameterError(f"{shown}: wants a whole number, {least} to {most}")
    return value


def to_beats(word: str, value: object) -> float:
    """A time in beats, 0 to a million. Raises ParameterError that names `word`."""
    try:
        result = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(f"{word}={value!r:.40}: wants a number of beats") from None
    if not 0.0 <= result <= 1e6:
        raise ParameterError(f"{word}={result:g}: wants 0 to 1000000 beats")
    return result
