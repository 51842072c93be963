"""Diagonal scaling: one positive weight per element, under which a loop's matrix is a contraction.

A weight per scalar element commutes with all delays and filters, so that a loop with W = gains times matrix
is stable for all delays if |D^-1 W D| < 1 for some positive diagonal D: the upper bound of the structured
singular value (J. C. Doyle, Analysis of feedback systems with structured uncertainties, IEE Proc. D 129
(1982) 242-250), or diagonal Lyapunov stability (E. Kaszkurewicz and A. Bhaya, Matrix Diagonal Stability in
Systems and Computation, 2000). Found by optimisation: the proof is the bound of the matrix scaled by the
weights that were found, whatever they are.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from compiler.certificate.matrices import eigenvalues, norm_bound, perron_vector
from compiler.certificate.rounding import UNIT
from compiler.ir.nodes import Array

Indices: TypeAlias = NDArray[np.intp]

_WIDEST = 60.0
"""Logarithm of the largest ratio of weights."""


def scaled_norm(
    matrix: Array, doubt: Array, rows: Indices, columns: Indices, guess: Array | None = None
) -> tuple[float, Array]:
    """The least bound of |D^-1 W D| that was found, and the weights' logarithms [elements].

    `matrix` W is [inputs, outputs] of the elements, `rows` and `columns` the element that each belongs to;
    all channels of an element share its weight, for a full block commutes with equal weights only. `doubt`
    as in `norm_bound`; `guess` are weights to begin with. Stops as soon as the bound is below 1, or as some
    phases of the elements are found with which the spectral radius is not: then no weights can help.
    """
    best, weights = np.inf, np.zeros(int(rows.max()) + 1)
    for candidate in _candidates(matrix, rows, columns, guess):
        log_weights = np.clip(candidate - candidate.mean(), -_WIDEST, _WIDEST)
        scaled = weighted(matrix, rows, columns, log_weights)
        wrong = weighted(doubt, rows, columns, log_weights) * (1.0 + 1e-12)
        # The weights are what exp gives: what is rounded are two products, none where the weights are 1.
        bound = norm_bound(scaled, wrong + (3.0 * UNIT * np.abs(scaled) if log_weights.any() else 0.0))
        if bound < best:
            best, weights = bound, log_weights
        if best < 1.0:
            break
    return best, weights


def weighted(matrix: Array, rows: Indices, columns: Indices, log_weights: Array) -> Array:
    """D^-1 W D."""
    weights = np.exp(log_weights)
    return matrix / weights[rows, None] * weights[None, columns]


def _candidates(matrix: Array, rows: Indices, columns: Indices, guess: Array | None) -> Iterator[Array]:
    count = int(rows.max()) + 1
    if guess is not None:
        yield guess
    yield np.zeros(count)
    balanced = _balanced(matrix, rows, columns)
    yield balanced
    # For non-negative matrices the Perron vectors give the best weights, and the norm is the spectral radius.
    energy = np.zeros((count, count))
    np.add.at(energy, (rows[:, None], columns[None, :]), matrix**2)
    magnitude = np.sqrt(energy)
    right, left = perron_vector(magnitude), perron_vector(magnitude.T)
    perron = 0.5 * (np.log(right) - np.log(left))
    yield perron
    if count > 400 or _is_loud(matrix, rows, columns):
        return
    start = min((balanced, perron), key=lambda x: _smooth(matrix, rows, columns, x, 64.0)[0])
    for power in (8.0, 32.0, 128.0, 512.0):
        start = _descend(matrix, rows, columns, start, power, 60 if count <= 64 else 15)
        yield start


def _is_loud(matrix: Array, rows: Indices, columns: Indices) -> bool:
    """Whether some phases of the elements, all scalar, are found that make the spectral radius 1 or more."""
    if len(rows) != len(columns) or (rows != columns).any() or len(np.unique(rows)) < len(rows):
        return False
    if np.abs(eigenvalues(matrix)).max() >= 1.0 - 1e-9:
        return True
    turns = np.exp(2j * np.pi * np.random.default_rng(len(rows)).random((24, len(rows))))
    turns[:8] = np.sign(turns[:8].real)
    return bool(np.abs(eigenvalues(matrix * turns[:, None, :])).max() >= 1.0)


def _balanced(matrix: Array, rows: Indices, columns: Indices) -> Array:
    """Weights of least Frobenius norm: E. E. Osborne, On pre-conditioning of matrices, J. ACM 7 (1960)
    338-345.
    """
    count = int(rows.max()) + 1
    energy = np.zeros((count, count))
    np.add.at(energy, (rows[:, None], columns[None, :]), matrix**2)
    np.fill_diagonal(energy, 0.0)
    log_weights = np.zeros(count)
    for _ in range(400 if count <= 64 else 60):
        moved = 0.0
        for e in range(count):
            out = float(energy[e] @ np.exp(2.0 * (log_weights - log_weights[e])))
            back = float(energy[:, e] @ np.exp(2.0 * (log_weights[e] - log_weights)))
            if out > 0.0 and back > 0.0:
                step = 0.25 * np.log(out / back)
                log_weights[e] += step
                moved = max(moved, abs(step))
        log_weights = np.clip(log_weights - log_weights.mean(), -_WIDEST, _WIDEST)
        if moved < 1e-13:
            break
    return log_weights


def _smooth(
    matrix: Array, rows: Indices, columns: Indices, log_weights: Array, power: float
) -> tuple[float, Array]:
    """Logarithm of the Schatten norm of order `power`, and its gradient [elements].

    Convex in the logarithms, as the spectral norm is: R. Sezginer and M. L. Overton, The largest singular
    value of e^X A e^-X is convex on convex sets of commuting matrices, IEEE Trans. Automatic Control 35
    (1990) 229-230.
    """
    left, values, right = np.linalg.svd(weighted(matrix, rows, columns, log_weights), full_matrices=False)
    share = (values / values[0]) ** power
    total = float(share.sum())
    share /= total
    gradient = np.zeros(len(log_weights))
    np.add.at(gradient, columns, (right.T**2) @ share)
    np.add.at(gradient, rows, -(left**2) @ share)
    return float(np.log(values[0])) + np.log(total) / power, gradient


def _descend(matrix: Array, rows: Indices, columns: Indices, start: Array, power: float, steps: int) -> Array:
    """BFGS with backtracking (J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., 2006, algorithm
    6.1).
    """
    x, inverse = start, np.eye(len(start)) / 4.0
    value, gradient = _smooth(matrix, rows, columns, x, power)
    for _ in range(steps):
        direction = -inverse @ gradient
        if gradient @ direction > -1e-14:
            break
        step = 1.0
        while step > 1e-6:
            new = np.clip(x + step * direction, -_WIDEST, _WIDEST)
            new_value, new_gradient = _smooth(matrix, rows, columns, new, power)
            if new_value <= value + 1e-4 * step * float(gradient @ direction):
                break
            step *= 0.4
        else:
            break
        s, y = new - x, new_gradient - gradient
        x, value, gradient = new, new_value, new_gradient
        if (curvature := float(s @ y)) > 1e-14:
            pull = np.eye(len(x)) - np.outer(s, y) / curvature
            inverse = pull @ inverse @ pull.T + np.outer(s, s) / curvature
    return x
