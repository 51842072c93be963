"""Matrices in C++: a call of the kernel that fits their form."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compiler.backend.cpp_text import Tables, number
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

BAND = 8
"""Rows of a dense matrix whose sums are kept in registers together."""


@dataclass(frozen=True)
class Forms:
    """Emits matrices; their numbers go to `tables`. `n` is the expression for the samples of a block."""

    tables: Tables
    n: str

    def product(self, form: Form, source: str, target: str) -> list[str]:
        """Statements for target = form(source), both given as expressions for their first rows."""
        match form:
            case Zero():
                return [f"K::clear({target}, {form.shape[0]}, {self.n});"]
            case Identity():
                return [f"K::copy({source}, {target}, {form.size}, {self.n});"]
            case Diagonal():
                return [self.scale(form.gains, source, target)]
            case Permutation():
                order, gains = self.tables.integers(form.order), self.tables.reals(form.gains)
                return [f"K::permute({order}, {gains}, {source}, {target}, {len(form.order)}, {self.n});"]
            case Hadamard():
                return self._hadamard(form, source, target)
            case Householder():
                return [self._householder(form, source, target)]
            case BlockDiagonal():
                return self._blocks(form, source, target)
            case Sparse():
                return [self._sparse(form.matrix(), source, target)]
            case Dense():
                outputs, inputs = form.values.shape
                table = self.tables.reals(_bands(form.values))
                return [f"K::product<{outputs}, {inputs}>({table}, {source}, {target}, {self.n});"]

    def scale(self, gains: Array, source: str, target: str) -> str:
        """A statement for target = gains times source."""
        return f"K::scale({self.tables.reals(gains)}, {source}, {target}, {len(gains)}, {self.n});"

    def _hadamard(self, form: Hadamard, source: str, target: str) -> list[str]:
        size = len(form.order)
        before = "nullptr" if (form.column_signs == 1.0).all() else self.tables.reals(form.column_signs)
        gains = self.tables.reals(form.scale * form.row_signs)
        if form.order == tuple(range(size)):
            return [f"K::hadamard<{size}>({before}, {source}, {target}, {gains}, {self.n});"]
        order = self.tables.integers(form.order)
        return [
            "{",
            f"    Real turned[{size} * kStride];",
            f"    K::hadamard<{size}>({before}, {source}, turned, nullptr, {self.n});",
            f"    K::permute({order}, {gains}, turned, {target}, {size}, {self.n});",
            "}",
        ]

    def _householder(self, form: Householder, source: str, target: str) -> str:
        vector = self.tables.reals(form.vector)
        twice = self.tables.reals(2.0 * form.scale * form.vector)
        first = f"Real({number(form.scale)}), {vector}, {twice}"
        return f"K::householder<{len(form.vector)}>({first}, {source}, {target}, {self.n});"

    def _blocks(self, form: BlockDiagonal, source: str, target: str) -> list[str]:
        if not all(_follow_one_another(block.rows, block.columns) for block in form.blocks):
            return [self._sparse(form.matrix(), source, target)]
        calls = []
        if sum(len(block.rows) for block in form.blocks) < form.shape[0]:
            calls.append(f"K::clear({target}, {form.shape[0]}, {self.n});")
        for block in form.blocks:
            first_input, first_output = f"{source} + {block.columns[0]}", f"{target} + {block.rows[0]}"
            calls += self.product(block.form, f"{first_input} * kStride", f"{first_output} * kStride")
        return calls

    def _sparse(self, matrix: Array, source: str, target: str) -> str:
        rows, columns = np.nonzero(matrix)
        starts = self.tables.integers(np.searchsorted(rows, np.arange(len(matrix) + 1)))
        entries = f"{starts}, {self.tables.integers(columns)}, {self.tables.reals(matrix[rows, columns])}"
        return f"K::sparse({entries}, {source}, {target}, {len(matrix)}, {self.n});"


def _bands(matrix: Array) -> Array:
    """Bands of rows, each [inputs, rows of the band], one after another."""
    return np.concatenate([matrix[row : row + BAND].T.ravel() for row in range(0, len(matrix), BAND)])


def _follow_one_another(*indices: Sequence[int]) -> bool:
    return all(tuple(each) == tuple(range(each[0], each[0] + len(each))) for each in indices)
