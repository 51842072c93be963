"""Vectors of latents: places, single columns, and links to other parameters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals.graph import Array, Constant, Evaluation, Signal, align, number, signal

MAX_LATENTS = 1024


@dataclass(frozen=True, eq=False)
class Vector(Signal):
    """A place in latent space in playable units, with the name of its anchor if it has one."""

    values: tuple[float, ...]
    name: str = ""

    def evaluate(self, at: Evaluation) -> Array:
        return np.broadcast_to(np.asarray(self.values, dtype=np.float64), (len(at.beats), len(self.values)))


@dataclass(frozen=True, eq=False)
class Anchor(Signal):
    """An anchor by name; the instrument that it is assigned to says where that is."""

    name: str

    def evaluate(self, at: Evaluation) -> Array:
        raise SignalError(f"A.{self.name} has a place only once it is assigned to an instrument")


@dataclass(frozen=True, eq=False)
class Reference(Signal):
    """A live link to a parameter: what drives it now drives this too."""

    instrument: str
    parameter: str
    index: int | None

    def evaluate(self, at: Evaluation) -> Array:
        return at.linked((self.instrument, self.parameter, self.index))


@dataclass(frozen=True, eq=False)
class Column(Signal):
    """One latent of a vector; a number per frame is the same for all latents."""

    source: Signal
    index: int

    def evaluate(self, at: Evaluation) -> Array:
        value = at.value(self.source)
        return value if value.ndim == 1 else value[:, self.index]


@dataclass(frozen=True, eq=False)
class Columns(Signal):
    """A vector of `size` latents in which the columns `indices` are driven by `signals`, one each."""

    base: Signal
    size: int
    indices: tuple[int, ...]
    signals: tuple[Signal, ...]

    def evaluate(self, at: Evaluation) -> Array:
        out = np.empty((len(at.beats), self.size))
        if len(self.indices) < self.size:
            out[:] = align(at.value(self.base), out)[0]
        for index, source in zip(self.indices, self.signals, strict=True):
            value = at.value(source)
            if value.ndim != 1:
                raise SignalError(f"z{index} has {value.shape[1]} dims, wants 1")
            out[:, index] = value
        return out


@dataclass(frozen=True, eq=False)
class Layer(Signal):
    """Something laid over what was there: `source` contains `base`; `key` is the text that was typed."""

    key: str
    base: Signal
    source: Signal

    def evaluate(self, at: Evaluation) -> Array:
        return at.value(self.source)


def place(values: Sequence[object], what: str = "a list") -> Signal:
    """A place with a number, or a signal, for each latent. Raises SignalError that names `what` it is for."""
    if not 1 <= len(values) <= MAX_LATENTS:
        raise SignalError(f"{what}: a list of {len(values)} is no place in latent space")
    if any(isinstance(value, Signal | str) for value in values):
        columns = tuple(_latent(value, what) for value in values)
        return Columns(Constant(0.0), len(values), tuple(range(len(values))), columns)
    return Vector(tuple(number(value, what) for value in values))


def _latent(value: object, what: str) -> Signal:
    if isinstance(value, Signal | str):
        try:
            return signal(value)
        except SignalError as error:
            raise SignalError(f"{what}: {error}") from None
    return Constant(number(value, what))


def set_column(vector: Signal, index: int, size: int, source: Signal) -> Columns:
    """`vector` with one column driven by `source`."""
    driven: dict[int, Signal] = {}
    if isinstance(vector, Columns):
        driven = dict(zip(vector.indices, vector.signals, strict=True))
        vector = vector.base
    driven[index] = source
    order = tuple(sorted(driven))
    return Columns(vector, size, order, tuple(driven[i] for i in order))
