"""Spectral norms of matrices and of matrix polynomials, as upper bounds that hold with all rounding."""

import numpy as np
from numpy.typing import NDArray

from compiler.certificate.rounding import UNIT, gamma
from compiler.ir.nodes import Array


def norm_bound(matrix: Array, doubt: Array) -> float:
    """Upper bound of the largest singular value of all matrices within `doubt` (entry by entry) of `matrix`.

    Both [o, i]. s^2 I - B^T B is positive definite if its floating-point Cholesky factorisation, less what
    rounding can do, runs to its end: S. M. Rump, Verification of positive definiteness, BIT 46 (2006)
    433-452. So s bounds the norm. Entries that alone stand in their row and column (permutations,
    diagonals) need no arithmetic.
    """
    if not (np.isfinite(matrix).all() and np.isfinite(doubt).all()):
        return float("inf")
    extent = np.abs(matrix) + doubt
    if (extent != 0.0).sum(axis=0).max() <= 1 and (extent != 0.0).sum(axis=1).max() <= 1:
        return float(extent.max()) * (1.0 + 2.0 * UNIT * bool(doubt.any()))
    doubted = float(np.sqrt(doubt.sum(axis=0).max() * doubt.sum(axis=1).max())) * (1.0 + 1e-12)
    return (_norm_bound(matrix) + doubted) * (1.0 + 2.0 * UNIT)


def _norm_bound(matrix: Array) -> float:
    if matrix.shape[1] > matrix.shape[0]:
        matrix = matrix.T
    count, size = matrix.shape[1], float((matrix**2).sum())
    gram = matrix.T @ matrix
    lost = 2.0 * gamma(matrix.shape[0] + 2) * size
    squared = float(np.linalg.eigvalsh(gram)[-1])
    for _ in range(60):
        trace = count * squared + size
        lost_there = lost + 2.0 * gamma(count + 3) * trace
        squared += lost_there
        try:
            np.linalg.cholesky((squared - lost_there) * np.eye(count) - gram)
        except np.linalg.LinAlgError:
            lost *= 2.0
            continue
        return float(np.sqrt(squared)) * (1.0 + 4.0 * UNIT)
    return float(np.sqrt(size)) * (1.0 + 1e-12)


def fir_norm_bound(taps: Array, slack: float = 0.0) -> float:
    """Upper bound of the largest singular value of H(e^jw) = sum_k taps[:, :, k] e^(-jwk), for `taps` [o,
    i, length], over all w.

    For any unit vector u, |H u|^2 is a real trigonometric polynomial of degree n = length - 1. Between
    points spaced by 2 pi / N, N > 2 n, such a polynomial strays from the middle of its range on them by at
    most half that range divided by cos(pi n / N): H. Ehlich and K. Zeller, Schwankung von Polynomen
    zwischen Gitterpunkten, Math. Z. 86 (1964) 41-44. So finitely many points are a proof here, and a
    paraunitary H is bounded by 1 and rounding.
    """
    o, i, length = taps.shape
    magnitude = np.abs(taps).sum(axis=2)
    doubt = (slack + 2.0 * UNIT) * float(np.sqrt(magnitude.sum(axis=0).max() * magnitude.sum(axis=1).max()))
    crude = norm_bound(magnitude, (slack + gamma(length + 1)) * magnitude)
    if length == 1:
        return norm_bound(taps[:, :, 0], slack * magnitude)
    if not np.isfinite(crude):
        return crude
    points = 1 << max(4, int(np.ceil(np.log2((16 if length <= 512 else 8) * length))))
    if o * i == 1:
        points = max(points, 1 << 16)
    if o < i:
        taps, o, i = taps.transpose(1, 0, 2), i, o
    low, high = np.inf, 0.0
    spectrum = np.fft.rfft(taps, points, axis=2).transpose(2, 0, 1)
    if i == 1:
        power = (np.abs(spectrum) ** 2).sum(axis=(1, 2))
        low, high = float(power.min()), float(power.max())
    else:
        for start in range(0, len(spectrum), 4096):
            part = spectrum[start : start + 4096]
            values = np.linalg.eigvalsh(part.conj().transpose(0, 2, 1) @ part)
            low, high = min(low, float(values[:, 0].min())), max(high, float(values[:, -1].max()))
    # Each value of the FFT is a tree of log2(N) sums and products, and loses at most about 6 u log2(N) of the
    # sum of magnitudes (cf. Higham 2002, section 24.1); eigenvalues and products lose some gamma_n of the
    # Frobenius norm. `lost` is several times what that makes of the square.
    size = float(magnitude.sum()) ** 2
    lost = (16.0 * np.log2(points) + 8.0 * (o + i)) * UNIT * size
    low, high = max(low - lost, 0.0), high + lost
    bound = 0.5 * (high + low) + 0.5 * (high - low) / np.cos(np.pi * (length - 1) / points)
    return min(float(np.sqrt(bound)) * (1.0 + 8.0 * UNIT) + doubt, crude)


def eigenvalues(matrices: Array | NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Eigenvalues [..., n] to look at, not to prove with.

    LAPACK fails on some matrices of cycles: these are shaken a little.
    """
    try:
        return np.asarray(np.linalg.eigvals(matrices), dtype=np.complex128)
    except np.linalg.LinAlgError:
        shake = 1e-10 * np.random.default_rng(0).standard_normal(matrices.shape[-2:])
        return np.asarray(np.linalg.eigvals(matrices + shake), dtype=np.complex128)


def spectral_radius_bound(matrix: Array) -> float:
    """Upper bound of the spectral radius of a non-negative square `matrix`: Collatz and Wielandt's max (A
    x)_i / x_i, x > 0.

    R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed., 2013, corollary 8.1.31.
    """
    vector = perron_vector(matrix)
    return float((matrix @ vector / vector).max()) * (1.0 + gamma(len(matrix) + 2))


def perron_vector(matrix: Array) -> Array:
    """A positive vector close to the Perron vector of the non-negative `matrix` [n, n]; zeros are filled up
    a little.
    """
    size = float(matrix.max())
    if size <= 0.0:
        return np.ones(len(matrix))
    shifted = matrix / size + 1e-9 + np.eye(len(matrix))
    for _ in range(12):
        shifted = shifted @ shifted
        shifted /= shifted.max()
    vector = np.asarray(shifted.sum(axis=1))
    return np.maximum(vector / vector.max(), 1e-12)
