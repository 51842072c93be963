"""One block's evaluation of a signal graph: every node once, at these beats and at others that they imply."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from plaud_live.errors import SignalError

if TYPE_CHECKING:
    from plaud_live.signals.graph import Signal

Array = NDArray[np.float64]
Address = tuple[str, str, int | None]
"""Instrument, parameter, and latent number (None: all of it)."""

MAX_EVALUATED = 20000
"""Nodes that one evaluation may compute: delays of delays of delays count by all their paths."""

MAX_BEATS = 1e9
"""Twenty years; and so far counted in the shortest length, steps are whole numbers that can be hashed."""

ROUNDING = 1e-9
"""A step has begun where beats miss it by so little: 3 times a third of a beat is a beat."""

POINTS_A_COST = 64
"""Points of one node that cost about as much as calling the node at all."""


class Inputs(Protocol):
    """What arrives from outside: controllers, the microphone, functions sampled ahead."""

    def read(self, name: str, beats: Array) -> Array:
        """Values that `name` had at `beats` [n]: [n] or [n, d]; the newest at beats to come."""
        ...


class _Progress:
    """What evaluations that belong together share. No link to any of them: that would be a circle.

    `frames` of the outermost; `evaluated` nodes so far; whether one is `inside` its evaluation.
    """

    def __init__(self, frames: int) -> None:
        self.frames = frames
        self.evaluated = 0
        self.inside = False


class Evaluation:
    """Values of signals for one block of beats, each node computed once.

    `lookup` gives the source of an address, or raises SignalError. `last` gives the value that an address
    had in the block before: where links form a loop, that value is read, one block late. `inputs` has what
    arrived from outside; without it, as in a dry run, all that is 0.5. `thorough` computes also what these
    beats do not reach of a sequence or a pattern, so that a mistake in it is met now.
    """

    def __init__(
        self,
        beats: Array,
        lookup: Callable[[Address], "Signal"] | None = None,
        last: Mapping[Address, Array] | None = None,
        inputs: Inputs | None = None,
        thorough: bool = False,
    ) -> None:
        self.beats = beats
        self.thorough = thorough
        self._lookup = lookup
        self._last = last or {}
        self._inputs = inputs
        self._values: dict[int, Array] = {}
        self._keep: list[Signal] = []
        self._others: dict[tuple[str, float, float], Evaluation] = {}
        self._open: set[Address] = set()
        self._progress = _Progress(len(beats))
        self._cost = 1

    @property
    def evaluated(self) -> int:
        """How many nodes were evaluated, here and in the evaluations that belong to this one."""
        return self._progress.evaluated

    @cached_property
    def low(self) -> float:
        """The first beat; infinity where there is none."""
        return float(self.beats.min(initial=np.inf))

    @cached_property
    def high(self) -> float:
        """The last beat; minus infinity where there is none."""
        return float(self.beats.max(initial=-np.inf))

    def value(self, node: "Signal") -> Array:
        """Values of `node`, [n] or [n, d]; an array that must not be written to."""
        key = id(node)
        found = self._values.get(key)
        if found is None:
            progress = self._progress
            progress.evaluated += self._cost
            if progress.evaluated > MAX_EVALUATED:
                raise SignalError(f"all of it takes more than {MAX_EVALUATED} steps; build it from fewer")
            found = node.evaluate(self) if progress.inside else self._outermost(node)
            self._values[key] = found
            self._keep.append(node)  # so that no other node takes its id
        return found

    def _outermost(self, node: "Signal") -> Array:
        """Evaluate, without a word about what is not finite: whoever asked looks at the values."""
        self._progress.inside = True
        try:
            with np.errstate(all="ignore"):
                return node.evaluate(self)
        except RecursionError:
            raise SignalError("signals and links lie too deep in one another; assign some afresh") from None
        finally:
            self._progress.inside = False

    def linked(self, address: Address) -> Array:
        """The value of another parameter."""
        if self._lookup is None:
            raise SignalError(f"{address_text(address)} cannot be read here")
        if address in self._open:
            return np.broadcast_to(self._last.get(address, np.asarray(0.5)), _frames_shape(self, address))
        self._open.add(address)
        try:
            return self.value(self._lookup(address))
        finally:
            self._open.discard(address)

    def live(self, name: str, size: int) -> Array:
        """What arrived as `name`: [n], or [n, size] where `size` is not 0. Raises SignalError."""
        shape = (len(self.beats), size) if size else (len(self.beats),)
        if self._inputs is None:
            return np.full(shape, 0.5)
        value = self._inputs.read(name, self.beats)
        if value.ndim == len(shape) and value.shape == shape:
            return value
        if value.ndim == 2 and not size:
            return value[:, 0]
        if value.ndim == 2 and value.shape[1] not in (1, size):
            raise SignalError(f"{name} brings {value.shape[1]} numbers, wants {size}")
        return np.broadcast_to(value[:, None] if value.ndim == 1 else value, shape)

    def warped(self, factor: float, lag: float) -> "Evaluation":
        """The same graph at `(beats - lag) * factor`."""

        def points() -> Array:
            beats = (self.beats - lag) * factor
            if len(beats) and not abs(beats[-1]) < MAX_BEATS:
                raise SignalError(f"beat {beats[-1]:.3g} is too far away; use less of .fast and .delay")
            return beats

        return self.at(("warp", factor, lag), points)

    def held(self, every: float) -> "Evaluation":
        """The same graph at the last multiple of `every`."""
        return self.at(("hold", every, 0.0), lambda: np.floor(self.beats / every + ROUNDING) * every)

    def at(self, key: tuple[str, float, float], beats: Callable[[], Array]) -> "Evaluation":
        """The same graph at other beats, which are a function of this one's beats and of `key`."""
        found = self._others.get(key)
        if found is None:
            points = beats()
            found = Evaluation(points, self._lookup, self._last, self._inputs, self.thorough)
            found._open, found._progress = self._open, self._progress
            found._cost = max(1, len(points) // (POINTS_A_COST * max(1, self._progress.frames)))
            self._others[key] = found
        return found


def _frames_shape(at: Evaluation, address: Address) -> tuple[int, ...]:
    last = at._last.get(address)
    size = () if last is None else np.shape(last)
    return (len(at.beats), *size)


def align(a: Array, b: Array) -> tuple[Array, Array]:
    """Give a number per frame a second axis where the other is a vector per frame. Raises SignalError."""
    if a.ndim == b.ndim:
        if a.ndim == 2 and a.shape[1] != b.shape[1] and 1 not in (a.shape[1], b.shape[1]):
            raise SignalError(f"{a.shape[1]} and {b.shape[1]} dims do not go together")
        return a, b
    return (a[:, None], b) if a.ndim == 1 else (a, b[:, None])


def address_text(address: Address) -> str:
    """An address as the performer writes it: `drone.z0`."""
    instrument, parameter, index = address
    return f"{instrument}.{parameter}{'' if index is None else index}"
