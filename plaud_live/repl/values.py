"""What may be assigned to a parameter: a signal, a number, or a list of them."""

import zlib
from collections.abc import Sequence

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals.data import to_data
from plaud_live.signals.describe import describe
from plaud_live.signals.graph import Constant, Signal, number, signal
from plaud_live.signals.space import Columns, Vector

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
        return _vector(value, what)
    if isinstance(value, Signal):
        return value
    if callable(value) and (name := getattr(value, "__name__", "")):
        raise SignalError(f"{what}: {name} is a function — call it: {name}(…)")
    return Constant(number(value, what))


def _vector(values: Sequence[object], what: str) -> Signal:
    if not 1 <= len(values) <= 1024:
        raise SignalError(f"{what}: a list of {len(values)} is no place in latent space")
    if any(isinstance(value, Signal | str) for value in values):
        columns = tuple(to_signal(value, what) for value in values)
        return Columns(Constant(0.0), len(values), tuple(range(len(values))), columns)
    return Vector(tuple(number(value, what) for value in values))


def _pattern(text: str, what: str) -> Signal:
    try:
        return signal(text)
    except SignalError as error:
        raise SignalError(f"{what}: {error}") from None


def text_of(source: Signal) -> str:
    """How a signal reads in `who()`, different for different signals: it is the key of a layer too."""
    text = describe(source)
    if len(text) <= MAX_TEXT and "…" not in text:
        return text
    return f"{text[: MAX_TEXT - 10]}… #{zlib.crc32(repr(to_data(source)).encode()):08x}"
