"""Structure of a matrix, found in its numbers: what a back end can do in fewer operations than N x N.

A form stands for the matrix that it gives back, `form.matrix()`, and keeps how far that is from the one it
was found in. Identity, Permutation, Hadamard and Householder are accepted where every entry agrees to 1e-14
of the largest: what float64 arithmetic leaves of an exact form. A trained matrix that is only near one
stays Dense. Zeros count where they are exact, or below 1e-15 in a matrix that is orthogonal up to scale:
elsewhere a tiny entry may matter, as in [[0.9, 1e9], [1e-15, 0.9]].
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compiler.ir.nodes import Array

CLOSE = 1e-14
"""How far an entry may be from a form's, relative to the largest entry."""
_ORTHOGONAL = 1e-12
_NOTHING = 1e-15


@dataclass(frozen=True, eq=False)
class Zero:
    """All zeros."""

    shape: tuple[int, int]
    error: float = 0.0

    @property
    def cost(self) -> int:
        """Multiplications and additions per sample."""
        return 0

    def matrix(self) -> Array:
        """The matrix [outputs, inputs]."""
        return np.zeros(self.shape)


@dataclass(frozen=True, eq=False)
class Identity:
    """Wires."""

    size: int
    error: float = 0.0

    @property
    def cost(self) -> int:
        """Multiplications and additions per sample."""
        return 0

    def matrix(self) -> Array:
        """The matrix [outputs, inputs]."""
        return np.eye(self.size)


@dataclass(frozen=True, eq=False)
class Diagonal:
    """A gain for each channel."""

    gains: Array
    error: float = 0.0

    @property
    def cost(self) -> int:
        """Multiplications and additions per sample."""
        return _multiplications(self.gains)

    def matrix(self) -> Array:
        """The matrix [outputs, inputs]."""
        return np.diag(self.gains)


@dataclass(frozen=True, eq=False)
class Permutation:
    """Output k is `gains[k]` times input `order[k]`; each input is used once."""

    order: tuple[int, ...]
    gains: Array
    error: float = 0.0

    @property
    def cost(self) -> int:
        """Multiplications and additions per sample."""
        return _multiplications(self.gains)

    def matrix(self) -> Array:
        """The matrix [outputs, inputs]."""
        matrix = np.zeros((len(self.order), len(self.order)))
        matrix[np.arange(len(self.order)), self.order] = self.gains
        return matrix


@dataclass(frozen=True, eq=False)
class Hadamard:
    """`scale` R H[order] C: Sylvester's matrix H of +1 and -1, its rows taken in `order`, signs R and C.

    Output k is scale row_signs[k] times the sum over i of H[order[k], i] column_signs[i] input i.
    """

    scale: float
    order: tuple[int, ...]
    row_signs: Array
    column_signs: Array
    error: float = 0.0

    @property
    def cost(self) -> int:
        """Multiplications and additions per sample, by butterflies."""
        size = len(self.order)
        return size * (size.bit_length() - 1) + (size if abs(self.scale) != 1.0 else 0)

    def matrix(self) -> Array:
        """The matrix [outputs, inputs]."""
        rows = sylvester(len(self.order))[list(self.order)]
        return self.scale * (self.row_signs[:, np.newaxis] * rows * self.column_signs)


@dataclass(frozen=True, eq=False)
class Householder:
    """`scale` (I - 2 v v^T) with the unit `vector` v."""

    scale: float
    vector: Array
    error: float = 0.0

    @property
    def cost(self) -> int:
        """Multiplications and additions per sample: a dot product, then one multiply-add a channel."""
        return (4 if self.scale == 1.0 else 5) * len(self.vector)

    def matrix(self) -> Array:
        """The matrix [outputs, inputs]."""
        return self.scale * (np.eye(len(self.vector)) - 2.0 * np.outer(self.vector, self.vector))


@dataclass(frozen=True, eq=False)
class Block:
    """Rows and columns of a matrix that have to do with each other and with no others."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    form: "Form"


@dataclass(frozen=True, eq=False)
class BlockDiagonal:
    """Blocks of at least two rows or columns, disjoint, each of its own form; zeros elsewhere."""

    shape: tuple[int, int]
    blocks: tuple[Block, ...]
    error: float = 0.0

    @property
    def cost(self) -> int:
        """Multiplications and additions per sample."""
        return sum(block.form.cost for block in self.blocks)

    def matrix(self) -> Array:
        """The matrix [outputs, inputs]."""
        matrix = np.zeros(self.shape)
        for block in self.blocks:
            matrix[np.ix_(block.rows, block.columns)] = block.form.matrix()
        return matrix


@dataclass(frozen=True, eq=False)
class Sparse:
    """`values` [entries] at `rows` and `columns` [entries], in row order; zeros elsewhere."""

    shape: tuple[int, int]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    values: Array
    error: float = 0.0

    @property
    def cost(self) -> int:
        """Multiplications and additions per sample."""
        return _multiplications(self.values) + len(self.values) - len(set(self.rows))

    def matrix(self) -> Array:
        """The matrix [outputs, inputs]."""
        matrix = np.zeros(self.shape)
        matrix[list(self.rows), list(self.columns)] = self.values
        return matrix


@dataclass(frozen=True, eq=False)
class Dense:
    """No structure found, or none that saves anything."""

    values: Array
    error: float = 0.0

    @property
    def cost(self) -> int:
        """Multiplications and additions per sample."""
        return _multiplications(self.values) + self.values.size - len(self.values)

    def matrix(self) -> Array:
        """The matrix [outputs, inputs]."""
        return self.values


Form: TypeAlias = (
    Zero | Identity | Diagonal | Permutation | Hadamard | Householder | BlockDiagonal | Sparse | Dense
)


def matrix_form(matrix: ArrayLike) -> Form:
    """The cheapest form of `matrix` [outputs, inputs], or of a diagonal [channels]."""
    given = np.asarray(matrix, dtype=np.float64)
    if given.ndim == 1:
        given = np.diag(given)
    cleaned = _without_rounding(given)
    dropped = float(abs(cleaned - given).max())
    if not cleaned.any():
        return Zero(_shape(given))
    for find in (_identity, _diagonal, _permutation, _hadamard, _householder, _blocks, _sparse):
        form = find(cleaned, dropped)
        if form is not None:
            return form
    return Dense(cleaned, dropped)


def sylvester(size: int) -> Array:
    """Sylvester's Hadamard matrix [size, size] of +1 and -1; `size` is a power of two."""
    matrix = np.ones((1, 1))
    while len(matrix) < size:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix


def is_scaled_orthogonal(matrix: Array, tolerance: float = _ORTHOGONAL) -> bool:
    """Whether `matrix` M is square and M M^T is s^2 I, to `tolerance` of s^2."""
    if matrix.shape[0] != matrix.shape[1] or not matrix.any():
        return False
    unit = matrix / abs(matrix).max()  # squares neither overflow nor vanish
    product = unit @ unit.T
    square = float(np.trace(product)) / len(product)
    return bool(abs(product - square * np.eye(len(product))).max() <= tolerance * square)


def _without_rounding(matrix: Array) -> Array:
    if not is_scaled_orthogonal(matrix):
        return matrix
    return np.where(abs(matrix) <= _NOTHING * abs(matrix).max(), 0.0, matrix)


def _identity(matrix: Array, dropped: float) -> Form | None:
    if matrix.shape[0] != matrix.shape[1] or not _agree(np.eye(len(matrix)), matrix):
        return None
    if np.count_nonzero(matrix) != len(matrix):
        return None
    return Identity(len(matrix), max(dropped, float(abs(matrix - np.eye(len(matrix))).max())))


def _diagonal(matrix: Array, dropped: float) -> Form | None:
    if matrix.shape[0] != matrix.shape[1] or np.count_nonzero(matrix - np.diag(np.diag(matrix))):
        return None
    return Diagonal(np.diag(matrix).copy(), dropped)


def _permutation(matrix: Array, dropped: float) -> Form | None:
    used = matrix != 0.0
    if matrix.shape[0] != matrix.shape[1] or (used.sum(0) != 1).any() or (used.sum(1) != 1).any():
        return None
    order = used.argmax(axis=1)
    return Permutation(_indices(order), matrix[np.arange(len(matrix)), order], dropped)


def _hadamard(matrix: Array, dropped: float) -> Form | None:
    size = len(matrix)
    if matrix.shape != (size, size) or size < 2 or size & (size - 1):
        return None
    scale = float(abs(matrix).mean())
    if abs(abs(matrix) - scale).max() > CLOSE * scale:
        return None
    signs = np.sign(matrix)
    column_signs = signs[0]
    row_signs = signs[:, 0] * column_signs[0]
    walsh = row_signs[:, np.newaxis] * signs * column_signs
    matches = walsh @ sylvester(size) == size
    if (matches.sum(axis=0) != 1).any() or (matches.sum(axis=1) != 1).any():
        return None
    form = Hadamard(scale, _indices(matches.argmax(axis=1)), row_signs, column_signs)
    return _with_error(form, matrix, dropped)


def _householder(matrix: Array, dropped: float) -> Form | None:
    size = len(matrix)
    if matrix.shape != (size, size) or size < 3 or not _agree(matrix, matrix.T):
        return None
    scale = float(np.trace(matrix)) / (size - 2)  # the eigenvalues are scale, size - 1 times, and -scale
    if scale == 0.0:
        return None
    outer = (np.eye(size) - matrix / scale) / 2.0
    pivot = int(np.diag(outer).argmax())
    if outer[pivot, pivot] <= 0.0:
        return None
    vector = outer[:, pivot] / np.sqrt(outer[pivot, pivot])
    form = Householder(scale, vector / np.linalg.norm(vector))
    return _with_error(form, matrix, dropped) if _agree(form.matrix(), matrix) else None


def _blocks(matrix: Array, dropped: float) -> Form | None:
    parts = _components(matrix != 0.0)
    if len(parts) < 2 or any(min(len(rows), len(columns)) < 2 for rows, columns in parts):
        return None
    blocks = []
    for rows, columns in parts:
        form = matrix_form(matrix[np.ix_(rows, columns)])
        if isinstance(form, Sparse):
            return None
        blocks.append(Block(rows, columns, form))
    return BlockDiagonal(_shape(matrix), tuple(blocks), max(dropped, *(block.form.error for block in blocks)))


def _sparse(matrix: Array, dropped: float) -> Form | None:
    rows, columns = np.nonzero(matrix)
    if 2 * len(rows) > matrix.size:
        return None
    return Sparse(_shape(matrix), _indices(rows), _indices(columns), matrix[rows, columns], dropped)


def _components(used: NDArray[np.bool_]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Rows and columns connected by entries, in the order of their first rows; empty ones left out."""
    parts = []
    waiting = used.any(axis=1)
    while waiting.any():
        rows: NDArray[np.bool_] = np.arange(len(used)) == waiting.argmax()
        count = 0
        while rows.sum() != count:
            count = int(rows.sum())
            columns = np.asarray(used[rows].any(axis=0))
            rows = np.asarray(used[:, columns].any(axis=1))
        waiting &= ~rows
        parts.append((_indices(np.flatnonzero(rows)), _indices(np.flatnonzero(columns))))
    return parts


def _with_error(form: "Hadamard | Householder", matrix: Array, dropped: float) -> Form:
    error = max(dropped, float(abs(form.matrix() - matrix).max()))
    if isinstance(form, Hadamard):
        return Hadamard(form.scale, form.order, form.row_signs, form.column_signs, error)
    return Householder(form.scale, form.vector, error)


def _agree(one: Array, other: Array) -> bool:
    return bool(abs(one - other).max() <= CLOSE * abs(other).max())


def _multiplications(values: Array) -> int:
    return int(np.count_nonzero((values != 0.0) & (abs(values) != 1.0)))


def _shape(matrix: Array) -> tuple[int, int]:
    return matrix.shape[0], matrix.shape[1]


def _indices(values: NDArray[np.intp]) -> tuple[int, ...]:
    return tuple(int(value) for value in values)
