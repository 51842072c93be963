"""The signal graph: immutable nodes, evaluated for all frames of a block at once.

A signal is a pure function of beats: `f(beats [n]) -> [n]` (one number per frame) or `[n, d]` (a vector
per frame). Nodes compare by identity and may be shared, so a graph is a directed acyclic graph and each
node is evaluated once per block.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import get_type_hints

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals.evaluation import ROUNDING as ROUNDING
from plaud_live.signals.evaluation import Address as Address
from plaud_live.signals.evaluation import Array as Array
from plaud_live.signals.evaluation import Evaluation as Evaluation
from plaud_live.signals.evaluation import Inputs as Inputs
from plaud_live.signals.evaluation import address_text as address_text
from plaud_live.signals.evaluation import align as align

MIN_LENGTH = 1e-6


@dataclass(frozen=True, eq=False)
class Signal:
    """A node. Subclasses are frozen dataclasses; a field is a signal, a tuple of signals, or plain data."""

    __array_ufunc__ = None  # numpy numbers on the left leave the operator to us

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__repr__ = Signal.__repr__  # type: ignore[method-assign]  # a dataclass's own spells out shared nodes

    def __repr__(self) -> str:
        from plaud_live.signals.describe import describe

        return describe(self)

    def evaluate(self, at: "Evaluation") -> Array:
        """Values for `at.beats` [n]: [n] or [n, d]."""
        raise SignalError(f"{type(self).__name__} cannot be played as it is")

    def children(self) -> Iterator["Signal"]:
        """The signals that this one is made of."""
        for name, many in child_fields(type(self)):
            value = getattr(self, name)
            if many:
                yield from value
            else:
                yield value

    def __add__(self, other: object) -> "Signal":
        return _binary("+", self, other)

    def __radd__(self, other: object) -> "Signal":
        return _binary("+", other, self)

    def __sub__(self, other: object) -> "Signal":
        return _binary("-", self, other)

    def __rsub__(self, other: object) -> "Signal":
        return _binary("-", other, self)

    def __mul__(self, other: object) -> "Signal":
        return _binary("*", self, other)

    def __rmul__(self, other: object) -> "Signal":
        return _binary("*", other, self)

    def __truediv__(self, other: object) -> "Signal":
        return _binary("/", self, other)

    def __rtruediv__(self, other: object) -> "Signal":
        return _binary("/", other, self)

    def __mod__(self, other: object) -> "Signal":
        return _binary("%", self, other)

    def __rmod__(self, other: object) -> "Signal":
        return _binary("%", other, self)

    def __pow__(self, other: object) -> "Signal":
        return _binary("**", self, other)

    def __rpow__(self, other: object) -> "Signal":
        return _binary("**", other, self)

    def __neg__(self) -> "Signal":
        return _binary("*", -1.0, self)

    def __bool__(self) -> bool:
        raise SignalError("a signal has no truth value: it moves; use its .clip() or sq() to gate")

    def range(self, low: object, high: object) -> "Signal":
        """Scale 0..1 to `low`..`high`, numbers or signals.

        >>> drone.z0 = lfo(8).range(.2, .6)
        """
        low_signal = signal(low)
        return low_signal + (signal(high) - low_signal) * self

    def clip(self, low: float = 0, high: float = 1) -> "Signal":
        """Keep within `low`..`high`.

        >>> drone.z0 = (lfo(8) + .3).clip(0, 1)
        """
        return Clip(self, number(low, "clip"), number(high, "clip"))

    def quant(self, steps: int) -> "Signal":
        """Round to `steps` equal steps between 0 and 1.

        >>> drone.z0 = saw(8).quant(4)
        """
        if not isinstance(steps, int) or steps < 1:
            raise SignalError(f"quant({steps!r}): wants a whole number of steps from 1")
        return Quantise(self, steps)

    def fast(self, factor: float) -> "Signal":
        """Run `factor` times as fast.

        >>> drone.z0 = drift(8).fast(2)
        """
        return Warp(self, positive(factor, "fast"), 0.0)

    def slow(self, factor: float) -> "Signal":
        """Run `factor` times as slowly.

        >>> drone.z0 = lfo(4).slow(3)
        """
        return Warp(self, 1.0 / positive(factor, "slow"), 0.0)

    def delay(self, beats: float) -> "Signal":
        """Sound `beats` beats later.

        >>> drone.z1 = drone.z0.delay(1/2)
        """
        return Warp(self, 1.0, number(beats, "delay"))

    def hold(self, every: float) -> "Signal":
        """Take a value every `every` beats and keep it until the next.

        >>> drone.z0 = drift(4).hold(1)
        """
        return Hold(self, positive(every, "hold"))

    def slew(self, beats: float) -> "Signal":
        """Smooth: the mean of the last `beats` beats, so that a jump becomes a ramp of that length.

        >>> drone.z0 = sq(4).slew(1/4)
        """
        from plaud_live.signals.slew import Slew

        return Slew(self, positive(beats, "slew"))

    def peek(self, beats: float = 16) -> "Signal":
        """Print the next `beats` beats as a spark line; the signal goes on unchanged.

        >>> drone.z0 = drift(2).peek()
        """
        from plaud_live.signals.spark import Peek

        return Peek(self, positive(beats, "peek"))

    def to(self, other: object, amount: object) -> "Signal":
        """Mix from this (amount 0) to `other` (amount 1).

        >>> drone.z = A.bell.to(A.glass, lfo(32))
        """
        amount_signal = signal(amount)
        return self * (1.0 - amount_signal) + signal(other) * amount_signal


_CHILD_FIELDS: dict[type[Signal], tuple[tuple[str, bool], ...]] = {}


def child_fields(kind: type[Signal]) -> tuple[tuple[str, bool], ...]:
    """Names of the fields of a node class that hold signals, and whether each holds a tuple of them."""
    found = _CHILD_FIELDS.get(kind)
    if found is None:
        hints = get_type_hints(kind)
        kinds = {Signal: False, tuple[Signal, ...]: True}
        found = tuple((f.name, kinds[hints[f.name]]) for f in fields(kind) if hints[f.name] in kinds)
        _CHILD_FIELDS[kind] = found
    return found


@dataclass(frozen=True, eq=False)
class Constant(Signal):
    """A number."""

    number: float

    def evaluate(self, at: Evaluation) -> Array:
        value = np.empty(len(at.beats))
        value.fill(self.number)  # a third of what np.full takes
        return value


@dataclass(frozen=True, eq=False)
class Binary(Signal):
    """Arithmetic; a scalar broadcasts over a vector."""

    operator: str
    left: Signal
    right: Signal

    def evaluate(self, at: Evaluation) -> Array:
        left, right = align(at.value(self.left), at.value(self.right))
        return _OPERATORS[self.operator](left, right)


def _power(left: Array, right: Array) -> Array:
    """For arrays of one number or with a stride of 0 NumPy takes other loops, whose last bit may differ."""
    shape = np.broadcast_shapes(left.shape, right.shape)
    both = np.ones((2, math.prod(shape) + 1))
    both[0, :-1] = np.broadcast_to(left, shape).ravel()
    both[1, :-1] = np.broadcast_to(right, shape).ravel()
    return np.power(both[0], both[1])[:-1].reshape(shape)


_OPERATORS: dict[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.mod,
    "**": _power,
}


@dataclass(frozen=True, eq=False)
class Clip(Signal):
    """Keep within two bounds."""

    source: Signal
    low: float
    high: float

    def evaluate(self, at: Evaluation) -> Array:
        return np.clip(at.value(self.source), self.low, self.high)


@dataclass(frozen=True, eq=False)
class Quantise(Signal):
    """Round to a number of steps between 0 and 1."""

    source: Signal
    steps: int

    def evaluate(self, at: Evaluation) -> Array:
        return np.round(at.value(self.source) * self.steps) / self.steps


@dataclass(frozen=True, eq=False)
class Warp(Signal):
    """Another speed, or another time: the source at `(beats - lag) * factor`."""

    source: Signal
    factor: float
    lag: float

    def evaluate(self, at: Evaluation) -> Array:
        return at.warped(self.factor, self.lag).value(self.source)


@dataclass(frozen=True, eq=False)
class Hold(Signal):
    """The source at the last multiple of a number of beats."""

    source: Signal
    every: float

    def evaluate(self, at: Evaluation) -> Array:
        return at.held(self.every).value(self.source)


def signal(value: object) -> Signal:
    """Make a signal of a number, a list of latents or a pattern in quotes, or pass one through.

    Raises SignalError.
    """
    if isinstance(value, Signal):
        return value
    if isinstance(value, str):
        from plaud_live.signals.patterns import pat

        return pat(value)
    if isinstance(value, list | tuple):
        from plaud_live.signals.space import place

        return place(value)
    return Constant(number(value, "a signal"))


def number(value: object, what: str) -> float:
    """A finite float of `value`. Raises SignalError that names `what` wanted it."""
    if isinstance(value, bool | str | bytes) or not hasattr(value, "__float__"):
        raise SignalError(f"{what}: wants a number, not {type(value).__name__}")
    try:
        result = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise SignalError(f"{what}: wants a number ({error})") from None
    if not np.isfinite(result):
        raise SignalError(f"{what}: wants a finite number, not {result}")
    return result


def positive(value: object, what: str) -> float:
    """A finite float above 0. Raises SignalError."""
    result = number(value, what)
    if result < MIN_LENGTH:
        raise SignalError(f"{what}({result:g}): wants more than 0")
    return result


def _binary(operator: str, left: object, right: object) -> Signal:
    for side in (left, right):
        if not isinstance(side, Signal | str) and (isinstance(side, bytes) or not hasattr(side, "__float__")):
            names = f"{type(left).__name__} and {type(right).__name__}"
            raise SignalError(f"{operator} wants signals and numbers, not {names}")
    return Binary(operator, signal(left), signal(right))
