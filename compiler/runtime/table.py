"""Turns a `Program` into the integers and coefficients that the interpreter runs on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from compiler.ir.nodes import Array
from compiler.passes.forms import (
    BlockDiagonal,
    Dense,
    Diagonal,
    Form,
    Hadamard,
    Householder,
    Identity,
    Permutation,
    Sparse,
    Zero,
)
from compiler.passes.program import (
    Add,
    Cascade,
    Convolve,
    Loop,
    Mix,
    Operation,
    Program,
    Scale,
    Taps,
    Write,
)
from compiler.runtime import interpreter as number

Channels: TypeAlias = Sequence[int]


@dataclass(frozen=True, eq=False)
class Table:
    """`code` int64 is the structure, `numbers` float64 the coefficients; `depth` loops within one another.

    `work` is how many values the kernels need for what they lay aside.
    """

    code: NDArray[np.int64]
    numbers: Array
    depth: int
    work: int

    def has_structure_of(self, other: "Table") -> bool:
        """Whether only coefficients differ."""
        return np.array_equal(self.code, other.code) and self.numbers.size == other.numbers.size


def assemble(program: Program) -> Table:
    """The table of `program`."""
    writer = _Writer(program)
    writer.body(program.operations, 0)
    numbers = np.concatenate([np.zeros(0), *writer.numbers])
    return Table(np.array(writer.code, np.int64), numbers, writer.depth, writer.work)


@dataclass
class _Writer:
    """What was written so far; `count` coefficients in `numbers`."""

    program: Program
    code: list[int] = field(default_factory=list)
    numbers: list[Array] = field(default_factory=list)
    count: int = 0
    depth: int = 0
    work: int = 1

    def put(self, operation: int, *fields: int | Iterable[int]) -> None:
        """One instruction: fields that are sequences are written one after another."""
        flat: list[int] = []
        for entry in fields:
            flat.extend([int(entry)] if isinstance(entry, int | np.integer) else entry)
        self.code += [operation, len(self.code) + 2 + len(flat), *flat]

    def keep(self, *coefficients: Array) -> int:
        """Where these coefficients, one after another, stand in `numbers`."""
        place = self.count
        for array in coefficients:
            self.numbers.append(np.asarray(array, np.float64).ravel())
            self.count += array.size
        return place

    def need(self, size: int) -> None:
        """Have room for `size` values laid aside."""
        self.work = max(self.work, size)

    def body(self, operations: Sequence[Operation], depth: int) -> None:
        """Write operations in their order."""
        self.depth = max(self.depth, depth)
        for operation in operations:
            match operation:
                case Loop():
                    self.put(number.LOOP, operation.chunk)
                    self.body(operation.body, depth + 1)
                    self.put(number.END)
                case Mix():
                    self.mix(tuple(operation.source), tuple(operation.target), operation.form)
                case Scale():
                    gains = operation.gains
                    place = self.keep(gains)
                    self.put(number.SCALE, operation.target.first, operation.source.first, place, gains.size)
                case Add():
                    sources = [source.first for source in operation.sources]
                    self.put(number.ADD, operation.target.first, operation.target.count, sources)
                case Write():
                    line = self.program.lines[operation.line]
                    self.put(number.WRITE, operation.source.first, line.channels, line.offset, line.size)
                case Taps():
                    self.taps(operation)
                case Convolve():
                    self.convolve(operation)
                case Cascade():
                    self.cascade(operation)

    def mix(self, sources: Channels, targets: Channels, form: Form) -> None:
        """A matrix: in one of the fast forms, as it is, or by its entries."""
        count = len(sources)
        match form:
            case Hadamard():
                self.need(count * self.program.block)
                place = self.keep(form.scale * form.column_signs, form.row_signs)
                self.put(number.HADAMARD, count, place, targets, sources, form.order)
            case Householder():
                self.need(self.program.block)
                left = -2.0 * form.scale * form.vector
                place = self.keep(form.vector, left, np.array([form.scale]))
                self.put(number.HOUSEHOLDER, count, place, targets, sources)
            case Dense():
                place = self.keep(form.values)
                self.put(number.DENSE, len(targets), count, place, targets, sources)
            case BlockDiagonal():
                covered = {row for block in form.blocks for row in block.rows}
                for row in set(range(len(targets))) - covered:
                    self.put(number.ADD, targets[row], 1)
                for block in form.blocks:
                    ends = [sources[c] for c in block.columns], [targets[r] for r in block.rows]
                    self.mix(*ends, block.form)
            case Zero() | Identity() | Diagonal() | Permutation() | Sparse():
                matrix = form.matrix()
                outputs, columns = np.nonzero(matrix)
                place = self.keep(matrix[outputs, columns])
                rows = _rows(outputs, len(targets))
                used = [sources[column] for column in columns.tolist()]
                self.put(number.SPARSE, len(targets), len(used), place, targets, rows, used)

    def taps(self, operation: Taps) -> None:
        """Taps, those of an output together."""
        line = self.program.lines[operation.line]
        order = np.argsort(operation.outputs, kind="stable")
        rows = _rows(operation.outputs, operation.target.count)
        place = self.keep(operation.gains[order])
        self.put(
            number.TAPS,
            operation.target.first,
            operation.target.count,
            order.size,
            line.offset,
            line.size,
            place,
            rows,
            np.asarray(operation.inputs)[order],
            np.asarray(operation.delays)[order],
        )

    def convolve(self, operation: Convolve) -> None:
        """Responses, those of an input together."""
        line = self.program.lines[operation.line]
        order = np.argsort(operation.inputs, kind="stable")
        pairs, length = operation.taps.shape
        self.need(length - 1 + self.program.block)
        place = self.keep(operation.taps[order])
        self.put(
            number.CONVOLVE,
            operation.target.first,
            operation.target.count,
            pairs,
            length,
            line.offset,
            line.size,
            operation.first,
            place,
            np.asarray(operation.outputs)[order],
            np.asarray(operation.inputs)[order],
        )

    def cascade(self, operation: Cascade) -> None:
        """Sections, lanes along the fast axis."""
        lanes, sections, _ = operation.sections.shape
        self.need(8 * self.program.block + 8)
        place = self.keep(operation.sections.transpose(1, 2, 0))
        ends = operation.target.first, operation.target.count, operation.source.first
        self.put(
            number.CASCADE,
            *ends,
            lanes,
            sections,
            place,
            operation.offset,
            operation.outputs,
            operation.inputs,
        )


def _rows(outputs: Iterable[int], count: int) -> NDArray[np.int64]:
    """Where the entries of each output begin, and where the last ends: [count + 1]."""
    counts = np.bincount(np.asarray(outputs, np.int64), minlength=count)
    return np.concatenate([[0], np.cumsum(counts)])
