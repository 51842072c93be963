"""Forms are found in matrices that have them, in no others, and give them back."""

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from compiler.passes.forms import (
    BlockDiagonal,
    Dense,
    Diagonal,
    Hadamard,
    Householder,
    Identity,
    Permutation,
    Sparse,
    Zero,
    matrix_form,
    sylvester,
)

Array = NDArray[np.float64]
RANDOM = np.random.default_rng(5)
ORTHOGONAL = np.linalg.qr(RANDOM.standard_normal((6, 6)))[0]


def householder(size: int, seed: int = 0) -> Array:
    vector = np.random.default_rng(seed).standard_normal(size)
    return np.eye(size) - 2.0 * np.outer(vector, vector) / (vector @ vector)


def block_matrix() -> Array:
    shuffled = np.random.default_rng(3)
    blocks = scipy.linalg.block_diag(ORTHOGONAL, sylvester(4) / 2.0, householder(8))
    return blocks[shuffled.permutation(18)][:, shuffled.permutation(18)]


@pytest.mark.parametrize(
    ("matrix", "form"),
    [
        (np.zeros((2, 3)), Zero),
        (np.eye(4), Identity),
        ([1.0, 1.0], Identity),
        ([1.0, 0.0, -2.0], Diagonal),
        (np.eye(4)[[2, 0, 3, 1]] * [[1.0], [-1.0], [0.5], [2.0]], Permutation),
        (scipy.linalg.hadamard(8) / np.sqrt(8.0), Hadamard),
        (0.3 * scipy.linalg.hadamard(16)[::-1] * RANDOM.choice([-1.0, 1.0], 16), Hadamard),
        (scipy.linalg.hadamard(64).astype(np.float32) / np.float32(8.0), Hadamard),
        (householder(3), Householder),
        (-0.7 * householder(32), Householder),
        (np.eye(8) - 2.0 / 8.0, Householder),
        (block_matrix(), BlockDiagonal),
        (np.diag([1.0, 2.0, 3.0, 4.0]) + np.diag([1.0, 1.0, 1.0], 1), Sparse),
        (np.repeat(np.eye(3), 4, axis=1), Sparse),
        (np.vstack([np.eye(3), np.zeros((2, 3))]), Sparse),
        (ORTHOGONAL, Dense),
        (np.ones((3, 2)), Dense),
        ([[0.9, 1.0], [0.0, 0.9]], Dense),
    ],
)
def test_each_form_is_found_and_given_back(matrix: Array, form: type) -> None:
    given = np.asarray(matrix, dtype=np.float64)
    full = np.diag(given) if given.ndim == 1 else given
    found = matrix_form(matrix)
    assert type(found) is form
    error = abs(found.matrix() - full).max()
    assert error <= 2e-15 * max(abs(full).max(), 1e-300)
    assert error == found.error


def test_what_rounding_leaves_of_a_rotation_is_nothing_elsewhere_it_counts() -> None:
    angle = np.pi / 2.0
    quarter = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    form = matrix_form(quarter)
    assert quarter[0, 0] != 0.0 and isinstance(form, Permutation) and 0.0 < form.error < 1e-15
    lopsided = np.array([[0.9, 1e9], [1e-15, 0.9]])
    assert np.array_equal(matrix_form(lopsided).matrix(), lopsided)


@pytest.mark.parametrize("exact", [np.eye(4), sylvester(8) / np.sqrt(8.0), householder(8)])
def test_a_trained_matrix_that_is_only_near_a_form_stays_dense(exact: Array) -> None:
    trained = exact + 1e-9 * np.random.default_rng(0).standard_normal(exact.shape)
    assert isinstance(matrix_form(trained), Dense)
    assert np.array_equal(matrix_form(trained).matrix(), trained)


def test_orthogonal_signs_that_are_no_sylvester_matrix_stay_dense() -> None:
    """Hadamard's matrix of order 12 has no butterflies, and columns may be permuted out of all order."""
    paley = scipy.linalg.circulant(np.array([1.0 if k in (0, 1, 3, 4, 5, 9) else -1.0 for k in range(11)]))
    assert isinstance(matrix_form(paley), Dense)
    columns = [0, 1, 2, 4, 3, 5, 6, 7]  # no linear map of the indices
    swapped = sylvester(8)[:, columns]
    assert np.array_equal(matrix_form(swapped).matrix(), swapped)


@pytest.mark.parametrize(
    ("matrix", "cost"),
    [
        (np.eye(9), 0),
        (np.eye(4)[::-1], 0),
        (sylvester(32) / np.sqrt(32.0), 32 * 5 + 32),
        (householder(32), 4 * 32),
        (RANDOM.standard_normal((32, 32)), 32 * 63),
        (np.repeat(np.eye(3), 4, axis=1), 9),
    ],
)
def test_costs_are_multiplications_and_additions(matrix: Array, cost: int) -> None:
    assert matrix_form(matrix).cost == cost


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 2**16), st.floats(0.0, 1.0))
def test_any_matrix_is_given_back(outputs: int, inputs: int, seed: int, filled: float) -> None:
    random = np.random.default_rng(seed)
    matrix = random.standard_normal((outputs, inputs)) * (random.random((outputs, inputs)) < filled)
    form = matrix_form(matrix)
    assert np.array_equal(form.matrix(), matrix)
    assert form.error == 0.0
