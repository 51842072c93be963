"""Powers of gamma that glide together: a few smoothed scalars instead of one for each delay line.

Smoothed by one and the same one-pole, every power f_i(T) of a knob T is at each sample the same average,
over the past, of its values. So a linear relation between the f_i that holds for every T, constants being
free, holds while they glide: with a few powers k as a basis (interpolative decomposition by QR with column
pivoting; Cheng, Gimbutas, Martinsson and Rokhlin, 2005), and S_k being f_k smoothed,

    c_i = f_i(T) + sum over k of w_ik (S_k - f_k(T))

is f_i smoothed, up to the residual r_i(T) of the decomposition, and exactly f_i(T) once S_k has arrived: at
rest nothing is approximated. What is computed is S_k - f_k(T), which ends, so that it is so in float too.
When T jumps, c_i steps by the difference of two residuals, 2 TOLERANCE at most: by less than the 1/960 of the
way that a one-pole of 20 ms itself moves in its first sample at 48 kHz, where the way is the whole range.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 2.5e-4
"""The largest residual of a power of gamma; at neutral all powers are 1."""

_SETTINGS = 257
_DIGITS = 7
"""Digits of weights after the point: few enough for the same text everywhere. The residual is with them."""


@dataclass(frozen=True)
class Glide:
    """Powers of gamma by a few others: `weights[power]` has one for each of `basis`."""

    basis: tuple[float, ...]
    weights: dict[float, tuple[float, ...]]
    residual: float
    """The largest over all powers and settings."""


def glide_of(powers: Sequence[float], slowest: float, fastest: float) -> Glide | None:
    """A basis for gamma^power, ln(gamma) being from `fastest` to `slowest`.

    None if it would have to be more than half as many as `powers`: then each is smoothed by itself.
    """
    exponents = np.unique(np.asarray(powers, dtype=np.float64))
    if len(exponents) < 2:
        return None
    log_gammas = np.linspace(fastest, slowest, _SETTINGS)
    between = exponents + 0.5  # which no power is: then no weight is 0 or 1, and all rows stay alike
    centred, candidates = _centred(log_gammas, exponents), _centred(log_gammas, between)
    rest = candidates.copy()
    chosen: list[int] = []
    while len(chosen) < len(exponents) // 2:
        chosen.append(int(np.argmax(np.square(rest).sum(axis=0))))
        direction = rest[:, chosen[-1]] / np.linalg.norm(rest[:, chosen[-1]])
        rest -= np.outer(direction, direction @ rest)
        basis = candidates[:, chosen]
        weights = np.linalg.lstsq(basis, centred, rcond=None)[0].round(_DIGITS)
        residual = float(np.ptp(centred - basis @ weights, axis=0).max()) / 2.0
        if residual <= TOLERANCE:
            by_power = {
                float(power): tuple(column)
                for power, column in zip(exponents, weights.T.tolist(), strict=True)
            }
            return Glide(tuple(between[chosen].tolist()), by_power, residual)
    return None


def _centred(log_gammas: NDArray[np.float64], powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """[log_gammas, powers] of gamma^power, less the mean over all settings: constants are free."""
    values = np.exp(np.outer(log_gammas, powers))
    return np.asarray(values - values.mean(axis=0))
