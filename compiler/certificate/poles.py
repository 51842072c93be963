"""A pole outside the circle, shown: found by Newton's method, proved by the argument principle.

Poles of a loop are where I - W(e^p) is singular, p = ln z; outside the circle Re p > 0. On a small circle
around the pole that was found, det(I - W) is followed from point to point. W changes between points by less
than what would make I - W singular, so that the argument cannot turn unseen (L. V. Ahlfors, Complex Analysis,
3rd ed., 1979, section 4.5.2; R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed., 2013).
"""

import math
from collections.abc import Iterator

import numpy as np

from compiler.certificate.element import Complex, Element
from compiler.certificate.matrices import eigenvalues
from compiler.certificate.network import Network
from compiler.certificate.rounding import UNIT, Precision
from compiler.certificate.spread import spread
from compiler.ir.nodes import Array

_SEEDS = 24
_MOST_POINTS = 20_000
_WORK = 1e7
"""Points times the cube of the number of channels."""


def leading_eigenvalues(loop: Network, angles: Array) -> Complex:
    """The eigenvalue of W(e^jw) of largest magnitude at each of `angles`."""
    values = eigenvalues(loop.loop_matrix(np.exp(1j * angles)))
    largest = np.abs(values).argmax(axis=1)
    return values[np.arange(len(angles)), largest]


def grid(loop: Network) -> Array:
    """Angular frequencies at which to look: even ones, and low ones closer together."""
    size = len(loop.gains)
    count = int(np.clip(_WORK / (6.0 * size**3 + 1000.0), 64, 2048))
    return np.unique(
        np.concatenate([np.linspace(0.0, math.pi, count), np.geomspace(1e-5, math.pi, count // 2)])
    )


def candidates(loop: Network, angles: Array, leading: Complex) -> Iterator[complex]:
    """Points p = ln z, Re p > 0, that look like poles, found from `angles` where `leading` is above 1."""
    magnitude = np.abs(leading)
    order = [k for k in np.argsort(-magnitude) if magnitude[k] > 1.0]
    seeds = order[: _SEEDS // 2] + order[_SEEDS // 2 :: max(1, len(order) // (_SEEDS // 2))]
    found: list[complex] = []
    for k in seeds[:_SEEDS]:
        p = _newton(loop, 1j * float(angles[k]), complex(leading[k]))
        if p is not None and p.real > 0.0 and all(abs(p - other) > 1e-9 for other in found):
            found.append(p)
            yield p


def _newton(loop: Network, p: complex, value: complex) -> complex | None:
    """Find p with an eigenvalue 1 of W(e^p): Newton on its logarithm, one step for a lone delay."""
    longest = max(float(e.delay.max()) + e.taps.shape[2] for e in loop.elements)
    step = 1e-6 / (1.0 + longest)
    for _ in range(25):
        matrix, ahead, behind = loop.loop_matrix(np.exp(np.array([p, p + step, p - step])))
        try:
            values, right = np.linalg.eig(matrix)
            k = int(np.abs(values - value).argmin())
            left = np.linalg.pinv(right)[k]
        except np.linalg.LinAlgError:
            return None
        slope = left @ ((ahead - behind) / (2.0 * step)) @ right[:, k]
        value = complex(values[k])
        if slope == 0.0 or value == 0.0:
            return None
        move = complex(np.log(value) * value / slope)
        p -= move
        if not -0.5 < p.real < 3.0:
            return None
        value = 1.0 + 0.0j
        if abs(move) < 1e-15 + 1e-13 * abs(p):
            return p
    return p if abs(move) < 1e-3 * p.real else None


def is_pole(loop: Network, p: complex, precision: Precision) -> bool:
    """Whether a circle around p, all of it outside the unit circle, is shown to hold a pole.

    For all coefficients within `precision`.
    """
    for radius in (0.5 * p.real, 0.1 * p.real, 0.02 * p.real, 0.004 * p.real):
        steepness, doubt = _variation(loop, p, radius, precision)
        if math.isfinite(steepness) and _winds(loop, p, radius, steepness, doubt):
            return True
    return False


def _winds(loop: Network, p: complex, radius: float, steepness: float, doubt: float) -> bool:
    """Whether det(I - W) turns around 0 along the circle; W is known to `doubt`, |dW/dp| to `steepness`.

    Halfway to the next point W has changed by E, |E| <= e, and det(I - W - E) = det(I - W) det(I - R E) with
    R = (I - W)^-1. Its argument has changed by at most the sum of |log(1 - x)| over eigenvalues x of R E, and
    these sum to at most e times the sum of R's singular values (Weyl; Horn and Johnson 2013, section 7.3).
    """
    size, count = len(loop.gains), 64
    while count <= _MOST_POINTS and count * size**3 <= 3.0 * _WORK:
        points = p + radius * np.exp(2j * np.pi * np.arange(count) / count)
        matrices = loop.loop_matrix(np.exp(points))
        sizes = np.linalg.norm(matrices, axis=(1, 2))
        rounded = (1e-13 * size + 1e-15 * abs(p) * _longest(loop)) * (1.0 + sizes)
        values = np.linalg.svd(np.eye(size) - matrices, compute_uv=False) - rounded[:, None]
        change = steepness * math.pi * radius / count * (1.0 + 1e-9) + doubt + rounded
        share = change / np.maximum(values[:, -1], 1e-300)
        turn = change * (1.0 / np.maximum(values, 1e-300)).sum(axis=1)
        if (turn < 0.49 * math.pi * (1.0 - share)).all():
            turns = np.linalg.slogdet(np.eye(size) - matrices)[0]
            return round(float(np.angle(np.roll(turns, -1) / turns).sum() / (2.0 * math.pi))) >= 1
        # Twice as many points halve the way between them; what is doubted or rounded stays.
        count = math.ceil(count * max(1.5, 1.2 * float((share + turn / (0.49 * math.pi)).max())))
    return False


def _longest(loop: Network) -> float:
    return max(float(e.delay.max()) + e.taps.shape[2] for e in loop.elements)


def _variation(loop: Network, p: complex, radius: float, precision: Precision) -> tuple[float, float]:
    """Upper bounds on the disc of |dW/dp| and of W's doubt; infinite if an element may have a pole in it."""
    each = np.array([_element_variation(e, p, radius, precision) for e in loop.elements])
    size, slope, doubt = (part[loop.columns()][None, :] for part in each.T)
    if not np.isfinite(size).all():
        return math.inf, math.inf
    gains = np.abs(loop.gains)
    doubtful = gains * doubt + precision.gains * loop.doubt * (size + doubt)
    return _norm(gains * slope), _norm(doubtful)


def _norm(matrix: Array) -> float:
    """An upper bound of the norm of a non-negative matrix."""
    sums = math.sqrt(float(matrix.sum(axis=0).max()) * float(matrix.sum(axis=1).max()))
    return min(float(np.linalg.norm(matrix)), sums) * (1.0 + 1e-12)


def _element_variation(
    element: Element, p: complex, radius: float, precision: Precision
) -> tuple[float, float, float]:
    """Upper bounds of |H|, |dH/dp| and H's doubt on the disc |q - p| <= radius < Re p, where |e^-q| < 1."""
    inverse = complex(np.exp(-p))
    totals = np.zeros(3)
    for o, i in np.ndindex(*element.delay.shape):
        taps = np.abs(element.taps[o, i])
        size, slope = float(taps.sum()), float((taps * (np.arange(len(taps)) + element.delay[o, i])).sum())
        doubt = precision.gains * size
        for section in element.sections[o, i] / element.sections[o, i][:, 3:4]:
            wrong = spread(section, precision)
            far = abs(1.0 - wrong.side * inverse) + radius
            powers = np.array([1.0, far, far**2])
            b, steep_b = _on_disc(section[:3], inverse, radius)
            a, steep_a = _on_disc(section[3:], inverse, radius)
            wrong_b = float(wrong.numerator @ powers) + 16.0 * UNIT * float(np.abs(section[:3]).sum())
            wrong_a = float(wrong.denominator @ powers) + 16.0 * UNIT * float(np.abs(section[3:]).sum())
            top, least = b + radius * steep_b + wrong_b, a - radius * steep_a - wrong_a
            if least <= 0.0:
                return math.inf, math.inf, math.inf
            slope = slope * top / least + size * (steep_b / least + top * steep_a / least**2)
            doubt = doubt * top / least + size * (wrong_b / least + top * wrong_a / least**2)
            size *= top / least
        totals += np.array([size, slope, doubt]) ** 2
    size, slope, doubt = (float(v) for v in np.sqrt(totals))
    return size, slope, doubt


def _on_disc(polynomial: Array, inverse: complex, radius: float) -> tuple[float, float]:
    """|c0 + c1 w + c2 w^2| at w = `inverse`, and an upper bound of its slope in p = -ln w on the disc."""
    c0, c1, c2 = (float(c) for c in polynomial)
    value = abs(c0 + inverse * (c1 + inverse * c2))
    return value, abs(inverse * (c1 + 2.0 * inverse * c2)) + radius * (abs(c1) + 4.0 * abs(c2))
