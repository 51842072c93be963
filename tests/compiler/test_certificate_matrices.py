"""Norms of matrices and of matrix polynomials: bounds that are never below, and seldom far above."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.certificate.element import Element
from compiler.certificate.loops import cycle_delay
from compiler.certificate.matrices import fir_norm_bound, norm_bound, perron_vector, spectral_radius_bound
from compiler.certificate.network import Network
from compiler.certificate.scaling import scaled_norm

Array = NDArray[np.float64]


def orthogonal(size: int, random: np.random.Generator) -> Array:
    return np.linalg.qr(random.standard_normal((size, size)))[0]


def paraunitary(size: int, random: np.random.Generator) -> Array:
    """Orthogonal matrices with delays between them, [size, size, taps]."""
    taps = orthogonal(size, random)[:, :, None]
    for _ in range(3):
        delays = random.integers(0, 20, size)
        late = np.zeros((size, size, taps.shape[2] + 20))
        for row, delay in enumerate(delays):
            late[row, :, delay : delay + taps.shape[2]] = taps[row]
        taps = np.einsum("ij,jkl->ikl", orthogonal(size, random), late)
    return taps


def best(matrix: Array) -> float:
    """The bound with the best weights, one for each row and column."""
    lines = np.arange(len(matrix))
    return scaled_norm(matrix, np.zeros_like(matrix), lines, lines)[0]


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 5), (7, 4), (16, 16), (64, 64)])
def test_a_norm_is_bounded_closely(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(shape[0])
    for matrix in (random.standard_normal(shape), 1e-150 * random.standard_normal(shape), np.ones(shape)):
        norm = np.linalg.norm(matrix, 2)
        assert norm * (1.0 - 1e-14) <= norm_bound(matrix, np.zeros(shape)) <= norm * (1.0 + 1e-11)


def test_doubt_is_covered() -> None:
    random = np.random.default_rng(1)
    matrix, doubt = random.standard_normal((5, 5)), 1e-3 * random.random((5, 5))
    bound = norm_bound(matrix, doubt)
    for _ in range(200):
        assert np.linalg.norm(matrix + random.choice([-1.0, 1.0], (5, 5)) * doubt, 2) <= bound


@pytest.mark.parametrize("size", [2, 8, 16, 64])
def test_orthogonal_is_one_but_for_rounding(size: int) -> None:
    matrix = orthogonal(size, np.random.default_rng(size))
    assert 1.0 - 1e-15 <= norm_bound(matrix, np.zeros((size, size))) < 1.0 + 4e-12
    signs = np.eye(size)[np.random.default_rng(0).permutation(size)]
    assert norm_bound(-signs, np.zeros((size, size))) == 1.0


@pytest.mark.parametrize("shape", [(1, 1, 5), (1, 1, 200), (3, 2, 50), (2, 3, 50), (4, 4, 9)])
def test_matrix_polynomials_are_bounded_between_points(shape: tuple[int, int, int]) -> None:
    taps = np.random.default_rng(shape[2]).standard_normal(shape)
    values = np.fft.fft(taps, 1 << 15, axis=2).transpose(2, 0, 1)
    highest = np.linalg.norm(values, 2, axis=(1, 2)).max()
    assert highest <= fir_norm_bound(taps) <= highest * 1.01


def test_paraunitary_is_one_but_for_rounding() -> None:
    taps = paraunitary(4, np.random.default_rng(2))
    assert 1.0 - 1e-12 <= fir_norm_bound(taps) < 1.0 + 1e-9


@pytest.mark.parametrize("size", [2, 4, 8, 16])
def test_weights_make_a_hidden_contraction_one(size: int) -> None:
    random = np.random.default_rng(size)
    weights = np.exp(1.5 * random.standard_normal(size))
    matrix = 0.98 * orthogonal(size, random) / weights[:, None] * weights
    assert np.linalg.norm(matrix, 2) > 1.0
    assert best(matrix) == pytest.approx(0.98, abs=1e-9)


@pytest.mark.parametrize("size", [2, 5, 12])
def test_weights_of_a_positive_matrix_give_its_spectral_radius(size: int) -> None:
    matrix = np.abs(np.random.default_rng(size).standard_normal((size, size)))
    radius = np.abs(np.linalg.eigvals(matrix)).max()
    assert best(matrix) == pytest.approx(radius, rel=1e-6)
    assert radius * (1.0 - 1e-12) <= spectral_radius_bound(matrix) <= radius * (1.0 + 1e-6)
    assert (perron_vector(matrix) > 0.0).all()


def test_weights_are_as_good_as_a_search_finds_them() -> None:
    """Against Nelder and Mead's search of scipy, from several starts: at most 1 % worse."""
    from scipy.optimize import minimize

    for seed in range(6):
        random = np.random.default_rng(seed)
        matrix = random.standard_normal((3, 3))
        matrix *= 0.9 / np.abs(np.linalg.eigvals(matrix)).max()

        def norm(x: Array, matrix: Array = matrix) -> float:
            weights = np.exp(np.append(x, 0.0))
            return float(np.linalg.norm(matrix / weights[:, None] * weights, 2))

        found = min(minimize(norm, random.standard_normal(2), method="Nelder-Mead").fun for _ in range(4))
        if found < 0.999:
            assert best(matrix) < 1.0
        assert best(matrix) >= found * (1.0 - 1e-6) or best(matrix) < 1.0


@pytest.mark.parametrize("seed", range(8))
def test_the_least_mean_delay_of_a_cycle_is_that_of_all_cycles(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = 5
    gains = (
        np.where(random.random((count, count)) < 0.4, 1.0, 0.0)
        + np.eye(count, k=1)
        + np.eye(count, k=1 - count)
    )
    delays = random.integers(0, 9, count).astype(float)
    nothing = np.zeros((1, 1, 0, 6))
    elements = tuple(Element(("e",), np.full((1, 1), d), nothing, np.ones((1, 1, 1))) for d in delays)
    means = [
        np.mean([delays[k] for k in cycle])
        for length in range(1, count + 1)
        for cycle in itertools.permutations(range(count), length)
        if all(gains[to, of] for of, to in zip(cycle, cycle[1:] + cycle[:1], strict=True))
    ]
    assert cycle_delay(Network(elements, gains, np.zeros_like(gains))) == pytest.approx(min(means))
