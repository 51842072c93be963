"""Filters that stand for a delay of a fraction of a sample.

T. I. Laakso, V. Valimaki, M. Karjalainen and U. K. Laine, Splitting the unit delay, IEEE Signal Processing
Magazine 13 (1996) 30-60: Lagrange interpolation (section 3), Thiran's allpass (section 4).
"""

from math import comb

import numpy as np

from compiler.ir.nodes import Array


def lagrange(delay: float | Array, order: int) -> Array:
    """Taps [..., order + 1] that delay by `delay` samples [...]: they take polynomials of `order` exactly.

    Never louder than 1 at any frequency where `delay` is within half a sample of order / 2.
    """
    delays = np.asarray(delay, dtype=np.float64)
    taps = np.ones((*delays.shape, order + 1))
    for k in range(order + 1):
        for other in range(order + 1):
            if other != k:
                taps[..., k] *= (delays - other) / (k - other)
    return taps


def lagrange_parts(delay: float, order: int) -> tuple[int, Array]:
    """`delay` as whole samples and taps of the highest order up to `order` that leaves them passive.

    The order is odd, so that the delay lies between the two middle taps, where |H| <= 1; a delay of m and
    a fraction allows 2 m + 1 at most. An order below 1 counts as 1.
    """
    odd = lagrange_order(delay, order)
    whole = int(np.floor(delay)) - (odd - 1) // 2
    return whole, lagrange(delay - whole, odd)


def lagrange_order(delay: float, order: int) -> int:
    """The order of `lagrange_parts`."""
    return max(1, min(order - 1 + order % 2, 2 * int(np.floor(delay)) + 1))


def thiran(delay: float, order: int) -> Array:
    """Denominator [order + 1] of the allpass with maximally flat `delay`; stable for delay > order - 1."""
    denominator = np.ones(order + 1)
    for k in range(1, order + 1):
        factors = [(delay - order + n) / (delay - order + k + n) for n in range(order + 1)]
        denominator[k] = (-1.0) ** k * comb(order, k) * np.prod(factors)
    return denominator


def thiran_parts(delay: float, order: int) -> tuple[int, Array]:
    """`delay` as whole samples and sections [sections, 6] of an allpass of the highest order up to `order`.

    The allpass delays by its order, give or take half a sample: the most accurate range. At least one whole
    sample is kept, if there is one, so that a loop stays computable.
    """
    nearest = int(np.floor(delay + 0.5))
    degree = max(1, min(order, nearest - 1))
    whole = max(nearest - degree, min(1, int(np.floor(delay))))
    return whole, _allpass_sections(thiran(delay - whole, degree))


def _allpass_sections(denominator: Array) -> Array:
    """1 / `denominator` times its mirror image, in sections [sections, 6] each of which is an allpass."""
    poles = np.roots(denominator)
    pairs = [np.array([1.0, -2.0 * p.real, abs(p) ** 2]) for p in poles if p.imag > 0.0]
    real = sorted(p.real for p in poles if p.imag == 0.0)
    pairs += [np.array([1.0, -(p + q), p * q]) for p, q in zip(real[::2], real[1::2], strict=False)]
    sections = [np.concatenate([pair[::-1], pair]) for pair in pairs]
    if len(real) % 2:
        sections.append(np.array([-real[-1], 1.0, 0.0, 1.0, -real[-1], 0.0]))
    return np.array(sections)
