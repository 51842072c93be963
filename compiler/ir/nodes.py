"""Nodes of the intermediate representation: a closed union of frozen dataclasses, checked when made.

A leaf is *diagonal* (one coefficient set a channel, arrays begin with [channels]) or *full* (arrays begin
with [outputs, inputs], and output o is the sum over inputs i of what entry [o, i] makes of input i).
Coefficients are effective values, float64, read-only. `source` keeps how FLAMO made them, for the way back.

A loop is `Recursion`: y = forward(x + feedback(y)), as FLAMO's: (I - F B)^-1 F.
"""

import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compiler.errors import ArityError, BadValue

Array: TypeAlias = NDArray[np.float64]

LOWEST_RATE, HIGHEST_RATE = 1e3, 1e6
"""Sample rates in Hz that a model may have, or be played at."""


@dataclass(frozen=True)
class Source:
    """A FLAMO module as it was: `kind` (class name), constructor `arguments` (JSON), `raw` parameters."""

    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Gain:
    """y = G x. `gains` [channels] or [outputs, inputs]."""

    name: str
    gains: Array
    source: Source | None = None

    def __post_init__(self) -> None:
        _keep(self, "gains", _coefficients(self.name, "gains", self.gains, (1, 2)))

    @property
    def inputs(self) -> int:
        """Input channels."""
        return self.gains.shape[-1]

    @property
    def outputs(self) -> int:
        """Output channels."""
        return self.gains.shape[0]


@dataclass(frozen=True, eq=False)
class Delay:
    """Delays of `samples` (0 or more, maybe fractional) times `gains`: [channels] or [outputs, inputs]."""

    name: str
    samples: Array
    gains: Array | None = None
    source: Source | None = None

    def __post_init__(self) -> None:
        samples = _coefficients(self.name, "samples", self.samples, (1, 2))
        if (samples < 0.0).any():
            raise BadValue(self.name, f"a delay of {samples.min():g} samples: must be 0 or more")
        _keep(self, "samples", samples)
        if self.gains is not None:
            gains = _coefficients(self.name, "gains", self.gains, (1, 2))
            if gains.shape != samples.shape:
                raise ArityError(
                    self.name, f"gains {gains.shape} and samples {samples.shape} differ in shape"
                )
            _keep(self, "gains", gains)

    @property
    def inputs(self) -> int:
        """Input channels."""
        return self.samples.shape[-1]

    @property
    def outputs(self) -> int:
        """Output channels."""
        return self.samples.shape[0]


@dataclass(frozen=True, eq=False)
class Fir:
    """Finite impulse responses: `taps` [channels, length] or [outputs, inputs, length]."""

    name: str
    taps: Array
    source: Source | None = None

    def __post_init__(self) -> None:
        _keep(self, "taps", _coefficients(self.name, "taps", self.taps, (2, 3)))

    @property
    def inputs(self) -> int:
        """Input channels."""
        return self.taps.shape[-2]

    @property
    def outputs(self) -> int:
        """Output channels."""
        return self.taps.shape[0]


@dataclass(frozen=True, eq=False)
class Sos:
    """Cascades of second-order `sections`, [channels, sections, 6] or [outputs, inputs, sections, 6].

    A section is b0 b1 b2 a0 a1 a2, a0 not 0: H(z) = (b0 + b1 / z + b2 / z^2) / (a0 + a1 / z + a2 / z^2).
    """

    name: str
    sections: Array
    source: Source | None = None

    def __post_init__(self) -> None:
        sections = _coefficients(self.name, "sections", self.sections, (3, 4))
        if sections.shape[-1] != 6:
            raise ArityError(self.name, f"a section has {sections.shape[-1]} coefficients: must be 6")
        if (sections[..., 3] == 0.0).any():
            raise BadValue(self.name, "a section with a0 = 0: must not be 0")
        _keep(self, "sections", sections)

    @property
    def inputs(self) -> int:
        """Input channels."""
        return self.sections.shape[-3]

    @property
    def outputs(self) -> int:
        """Output channels."""
        return self.sections.shape[0]


@dataclass(frozen=True, eq=False)
class Series:
    """One after another; at least one child."""

    name: str
    children: tuple["Node", ...]
    source: Source | None = None

    def __post_init__(self) -> None:
        if not self.children:
            raise ArityError(self.name, "a series of nothing: needs a child")
        for before, after in zip(self.children, self.children[1:], strict=False):
            if before.outputs != after.inputs:
                raise ArityError(
                    f"{self.name}/{after.name}",
                    f"takes {after.inputs} channels, but {before.name} before it gives {before.outputs}",
                )

    @property
    def inputs(self) -> int:
        """Input channels."""
        return self.children[0].inputs

    @property
    def outputs(self) -> int:
        """Output channels."""
        return self.children[-1].outputs


@dataclass(frozen=True, eq=False)
class Parallel:
    """All children get the same input; outputs are summed, or put after one another (`is_sum` false)."""

    name: str
    children: tuple["Node", ...]
    is_sum: bool = True
    source: Source | None = None

    def __post_init__(self) -> None:
        if not self.children:
            raise ArityError(self.name, "nothing in parallel: needs a child")
        first = self.children[0]
        for child in self.children[1:]:
            if child.inputs != first.inputs:
                raise ArityError(
                    f"{self.name}/{child.name}",
                    f"takes {child.inputs} channels, but {first.name} beside it takes {first.inputs}",
                )
            if self.is_sum and child.outputs != first.outputs:
                raise ArityError(
                    f"{self.name}/{child.name}",
                    f"gives {child.outputs} channels, but {first.name} summed with it gives {first.outputs}",
                )

    @property
    def inputs(self) -> int:
        """Input channels."""
        return self.children[0].inputs

    @property
    def outputs(self) -> int:
        """Output channels."""
        return self.children[0].outputs if self.is_sum else sum(child.outputs for child in self.children)


@dataclass(frozen=True, eq=False)
class Recursion:
    """y = forward(x + feedback(y)). `forward` is inputs -> outputs, `feedback` outputs -> inputs."""

    name: str
    forward: "Node"
    feedback: "Node"
    source: Source | None = None

    def __post_init__(self) -> None:
        if self.feedback.inputs != self.forward.outputs:
            raise ArityError(
                f"{self.name}/{self.feedback.name}",
                f"takes {self.feedback.inputs} channels, but the forward path gives {self.forward.outputs}",
            )
        if self.feedback.outputs != self.forward.inputs:
            raise ArityError(
                f"{self.name}/{self.feedback.name}",
                f"gives {self.feedback.outputs} channels, but the forward path takes {self.forward.inputs}",
            )

    @property
    def children(self) -> tuple["Node", "Node"]:
        """Forward and feedback path."""
        return self.forward, self.feedback

    @property
    def inputs(self) -> int:
        """Input channels."""
        return self.forward.inputs

    @property
    def outputs(self) -> int:
        """Output channels."""
        return self.forward.outputs


Leaf: TypeAlias = Gain | Delay | Fir | Sos
Container: TypeAlias = Series | Parallel | Recursion
Node: TypeAlias = Leaf | Container


@dataclass(frozen=True, eq=False)
class Model:
    """A whole system: `sample_rate` in Hz, and the tree. `source` keeps FLAMO's Shell (nfft, layers)."""

    name: str
    sample_rate: float
    root: Node
    source: Source | None = None
    notes: tuple[str, ...] = ()
    """What the front end had to decide and the reader should know: a frozen velvet sequence, say."""

    def __post_init__(self) -> None:
        checked_rate(self.name, self.sample_rate)


def checked_rate(name: str, rate: Any) -> float:
    """The sample rate of the model `name` in Hz. Raises BadValue for what no audio has."""
    is_number = isinstance(rate, Real) and not isinstance(rate, bool)
    if not is_number or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        limits = f"{LOWEST_RATE:.0f} to {HIGHEST_RATE:.0f}"
        raise BadValue(name, f"sample rate {reprlib.repr(rate)}: must be a number of Hz from {limits}")
    return float(rate)


def walk(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Each node with its path, parents before children."""
    here = f"{path}/{node.name}" if path else node.name
    yield here, node
    if isinstance(node, Series | Parallel | Recursion):
        for child in node.children:
            yield from walk(child, here)


def identity(name: str, channels: int) -> Gain:
    """A wire for each channel."""
    return Gain(name, np.ones(channels))


def _coefficients(name: str, what: str, values: ArrayLike, dimensions: tuple[int, ...]) -> Array:
    """A read-only float64 copy. Raises BadValue if complex or not finite, ArityError for its shape."""
    array = np.asarray(values)
    if np.iscomplexobj(array):
        raise BadValue(name, f"{what} are complex: must be real")
    array = np.array(array, dtype=np.float64)
    if array.ndim not in dimensions:
        raise ArityError(
            name, f"{what} have {array.ndim} dimensions: must be {' or '.join(map(str, dimensions))}"
        )
    if array.size == 0:
        raise ArityError(name, f"{what} are empty, shape {array.shape}")
    if not np.isfinite(array).all():
        where = ", ".join(str(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise BadValue(name, f"{what}[{where}] is not finite")
    array.flags.writeable = False
    return array


def _keep(node: object, name: str, value: Array) -> None:
    object.__setattr__(node, name, value)
