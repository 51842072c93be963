"""A program: a model laid out as operations on numbered channels, block by block. For the runner and C++.

A *channel* is a buffer of one block of samples, and has a number. Every channel is written by one operation,
and read by later ones (or, inside a loop, in the same round). Operations work on the samples [at, at + n) of
a block: outside loops on all of it, in the body of a `Loop` on one chunk after another, all operations of
the body for a chunk before the next chunk.

What lasts from block to block is the *state*: a vector of float64, zero at first, and the number of samples
that went by, `position`. A `Line` is a ring in it, whose place for sample t is `t & (size - 1)`; a `Cascade`
keeps the last two samples before, between and after its sections. `compiler.passes.schedule` writes programs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from compiler.ir.nodes import Array
from compiler.passes.forms import Form


@dataclass(frozen=True)
class Span:
    """Channels `first` to `first + count - 1`."""

    first: int
    count: int

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.first + self.count))


@dataclass(frozen=True)
class Line:
    """A ring of past samples for each of `channels`; `size` is a power of two.

    Sample t of channel c is `state[offset + c * size + (t & (size - 1))]`.
    """

    name: str
    channels: int
    size: int
    offset: int


@dataclass(frozen=True, eq=False)
class Mix:
    """target = form(source): a matrix in the form that is cheapest to apply."""

    name: str
    source: Span
    target: Span
    form: Form


@dataclass(frozen=True, eq=False)
class Scale:
    """target[i] = gains[i] source[i]."""

    name: str
    source: Span
    target: Span
    gains: Array


@dataclass(frozen=True)
class Add:
    """target = sum of all sources; silence if there are none."""

    name: str
    sources: tuple[Span, ...]
    target: Span


@dataclass(frozen=True)
class Write:
    """Put the samples of `source` into line number `line`."""

    name: str
    line: int
    source: Span


@dataclass(frozen=True, eq=False)
class Taps:
    """Sum over all taps k: target[outputs[k]][t] += gains[k] line[inputs[k]][t - delays[k]].

    Where every delay is at least as long as a chunk, it stands before the `Write` of its line and reads
    samples of earlier chunks only; otherwise it stands after it. The rings are long enough for both.
    """

    name: str
    line: int
    target: Span
    outputs: tuple[int, ...]
    inputs: tuple[int, ...]
    delays: tuple[int, ...]
    gains: Array


@dataclass(frozen=True, eq=False)
class Convolve:
    """Sum over k: target[outputs[k]][t] += sum over j of taps[k, j] line[inputs[k]][t - first - j].

    Stands before or after the `Write` of its line as `Taps` does.
    """

    name: str
    line: int
    target: Span
    outputs: tuple[int, ...]
    inputs: tuple[int, ...]
    first: int
    taps: Array


@dataclass(frozen=True, eq=False)
class Cascade:
    """Second-order sections, one after another, for several lanes at once.

    Lane k takes source[inputs[k]] and is added to target[outputs[k]]. `sections` [lanes, sections, 5] are
    b0 b1 b2 a1 a2 with a0 = 1, in direct form I, whose states are signals: coefficients that move a little
    move the output a little. y[t] = b0 x[t] + b1 x[t - 1] + b2 x[t - 2] - a1 y[t - 1] - a2 y[t - 2], and y
    is the x of the next section. Signal s, from what comes in (0) to what comes out (`sections`), was
    state[offset + (2 s) lanes + lane] a sample ago, state[offset + (2 s + 1) lanes + lane] two samples ago.
    """

    name: str
    source: Span
    target: Span
    outputs: tuple[int, ...]
    inputs: tuple[int, ...]
    sections: Array
    offset: int


@dataclass(frozen=True, eq=False)
class Loop:
    """Run `body` over the block in chunks of at most `chunk` samples, the shortest delay of its cut."""

    name: str
    chunk: int
    body: tuple["Operation", ...]


Operation: TypeAlias = Mix | Scale | Add | Write | Taps | Convolve | Cascade | Loop


@dataclass(frozen=True, eq=False)
class Program:
    """Operations for blocks of up to `block` samples; `inputs` are filled before, `outputs` read after."""

    name: str
    sample_rate: float
    block: int
    channels: int
    inputs: Span
    outputs: Span
    lines: tuple[Line, ...]
    state_size: int
    operations: tuple[Operation, ...]


def reads(operation: Operation) -> Iterator[int]:
    """Channels that an operation reads."""
    match operation:
        case Mix() | Scale() | Cascade() | Write():
            yield from operation.source
        case Add():
            for source in operation.sources:
                yield from source
        case Loop():
            for inner in operation.body:
                yield from reads(inner)
        case Taps() | Convolve():
            pass


def writes(operation: Operation) -> Iterator[int]:
    """Channels that an operation fills."""
    match operation:
        case Mix() | Scale() | Cascade() | Add() | Taps() | Convolve():
            yield from operation.target
        case Loop():
            for inner in operation.body:
                yield from writes(inner)
        case Write():
            pass
