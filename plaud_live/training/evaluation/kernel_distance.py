"""Distance of two sets of embeddings: how well they could be told apart, whatever belongs to whatever.

The unbiased maximum mean discrepancy of Gretton and others (2012) with a Gaussian kernel as wide as the
median distance of the recordings' embeddings, times 100, as Chung and others take it for sound (2025).
"""

import numpy as np

_SCALE = 100.0


def kernel_distance(made: np.ndarray, target: np.ndarray) -> float:
    """Of `made` and `target` [n, size]; about 0 for the same distribution, NaN for less than two rows."""
    if min(len(made), len(target)) < 2:
        return float("nan")
    apart = _squares(target, target)[~np.eye(len(target), dtype=bool)]
    width = max(float(np.median(apart)), 1e-12)

    def kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.exp(-0.5 * _squares(x, y) / width)

    within = [_off_diagonal_mean(kernel(x, x)) for x in (made, target)]
    return float(_SCALE * (sum(within) - 2.0 * kernel(made, target).mean()))


def _squares(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Squared distances [n, m]."""
    return np.maximum(0.0, np.square(x).sum(1)[:, None] + np.square(y).sum(1) - 2.0 * x @ y.T)


def _off_diagonal_mean(matrix: np.ndarray) -> float:
    count = len(matrix)
    return float((matrix.sum() - np.trace(matrix)) / (count * (count - 1)))
