"""Second-order sections: poles inside the circle, and the peak gain of a cascade, both proved.

With s = sin^2(w / 2) the power |b(e^jw)|^2 of a section's numerator is a parabola in s on [0, 1] (R.
Bristow-Johnson, cookbook formulae for audio EQ, 1998), so a cascade's power is a quotient of parabolas. Its
logarithm is bounded on intervals of s by a Taylor form of second order with a bound on the second
derivative over the interval, and by branch and bound over all of [0, 1] (R. E. Moore, Interval Analysis,
1966; A. Neumaier, Interval Methods for Systems of Equations, 1990, chapter 2). No frequency between the
points is left out. By the maximum principle the peak on the circle bounds a stable cascade outside it.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from compiler.certificate.rounding import UNIT, Precision
from compiler.certificate.spread import spread
from compiler.ir.nodes import Array

Flags: TypeAlias = NDArray[np.bool_]

_MOST_INTERVALS = 60_000
_TINY = 1e-290


def pole_margin(sections: Array, precision: Precision) -> float:
    """How far inside the circle the poles of `sections` [k, 6] are: the least Jury value, less rounding.

    Positive: every pole is inside, for all coefficients within `precision`. E. I. Jury, Theory and
    Application of the z-Transform Method, 1964: with a0 > 0 stable if and only if a0 + a1 + a2,
    a0 - a1 + a2 and a0 - a2 are positive. Sums are exactly rounded, so signs are exact.
    """
    return float(
        min((np.min(_jury(row) - spread(row, precision).jury) for row in sections), default=math.inf)
    )


def has_pole_outside(sections: Array, precision: Precision) -> bool:
    """Whether some pole is outside the circle for all coefficients within `precision`: shown, not guessed."""
    return any(bool((_jury(row) < -spread(row, precision).jury).any()) for row in sections)


def _jury(section: Array) -> Array:
    a0, a1, a2 = (float(a) for a in section[3:] * np.sign(section[3]))
    return np.array([math.fsum((a0, a1, a2)) / a0, math.fsum((a0, -a1, a2)) / a0, math.fsum((a0, -a2)) / a0])


def peak_gain(sections: Array, precision: Precision, tolerance: float = 1e-6) -> tuple[float, float]:
    """Upper bound of |H| on the circle for `sections` [k, 6], and the s = sin^2(w / 2) near which it is
    reached.

    For all coefficients within `precision`. `tolerance` is how far (in log power) the bound may lie above
    the peak where it could not be had exactly. Infinite if a denominator may vanish.
    """
    if not len(sections):
        return 1.0, 0.0
    return _peak_gain(np.ascontiguousarray(sections, np.float64).tobytes(), precision, tolerance)


@lru_cache(maxsize=4096)
def _peak_gain(data: bytes, precision: Precision, tolerance: float) -> tuple[float, float]:
    """The same of sections as bytes: most settings of the knobs leave most sections alone."""
    cascade = _Cascade.of(np.frombuffer(data).reshape(-1, 6), precision)
    if not cascade.stable:
        return math.inf, 0.0
    edges = _edges(cascade)
    low, high = edges[:-1], edges[1:]
    best, where, top = -math.inf, 0.0, -math.inf
    while low.size:
        upper, value = _upper(cascade, low, high)
        at = int(np.argmax(value))
        if value[at] > best:
            best, where = float(value[at]), float(0.5 * (low[at] + high[at]))
        open_ = upper > best + tolerance
        middle = 0.5 * (low + high)
        open_ &= (middle > low) & (middle < high)
        if 2 * int(open_.sum()) > _MOST_INTERVALS:
            open_[:] = False
        top = max(top, float(upper[~open_].max(initial=-math.inf)))
        low, middle, high = low[open_], middle[open_], high[open_]
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    return math.exp(0.5 * top) * (1.0 + 4.0 * UNIT), where


def gains_on(sections: Array, edges: Array, precision: Precision, tolerance: float = 3e-3) -> Array:
    """Upper bounds of |H| [c] on the intervals of s between `edges` [c + 1], to `tolerance` in log power if
    it can be had.
    """
    cascade = _Cascade.of(sections, precision)
    bounds = np.full(len(edges) - 1, -math.inf)
    if not cascade.stable:
        return np.full(len(edges) - 1, math.inf)
    low, high, cell = edges[:-1], edges[1:], np.arange(len(edges) - 1)
    for _ in range(12):
        upper, value = _upper(cascade, low, high)
        open_ = upper > value + tolerance
        if 2 * int(open_.sum()) > _MOST_INTERVALS:
            break
        np.maximum.at(bounds, cell[~open_], upper[~open_])
        low, high, cell = low[open_], high[open_], cell[open_]
        if not low.size:
            return np.exp(0.5 * bounds) * (1.0 + 4.0 * UNIT)
        middle = 0.5 * (low + high)
        low, high, cell = np.concatenate([low, middle]), np.concatenate([middle, high]), np.tile(cell, 2)
    upper, _ = _upper(cascade, low, high)
    np.maximum.at(bounds, cell, upper)
    return np.exp(0.5 * bounds) * (1.0 + 4.0 * UNIT)


@dataclass(frozen=True)
class _Parabolas:
    """q = a + b t + c t^2 for each section, [k] each; `size_b` bounds the terms whose difference is b.

    t is s where `side` is 1, 1 - s where it is -1: poles near z = -1 need as much care as those near 1.
    """

    a: Array
    b: Array
    c: Array
    size_b: Array
    doubt: Array
    """What rounding of coefficients can add to |q|^0.5: a polynomial in the distance from `side`, [k, 3]."""
    side: Array
    """1 or -1: the z that distances are from."""

    def place(self, s: Array) -> Array:
        """The sections' t, [n, k], for s [n]."""
        return np.where(self.side > 0.0, s[:, None], 1.0 - s[:, None])

    def at(self, s: Array) -> Array:
        """Values [n, k] for s [n]."""
        t = self.place(s)
        return self.a + t * (self.b + t * self.c)

    @classmethod
    def of(cls, polynomials: Array, doubt: Array, side: Array) -> "_Parabolas":
        """Of polynomials [k, 3] in 1 / z. b is written so that nothing large cancels near z = `side`."""
        first, _, last = polynomials.T
        turned = polynomials * np.stack([np.ones_like(side), side, np.ones_like(side)], axis=1)
        total = np.array([math.fsum(row) for row in turned])
        return cls(
            total**2,
            4.0 * ((first - last) ** 2 - total * (first + last)),
            16.0 * first * last,
            4.0 * ((first - last) ** 2 + np.abs(total * (first + last))),
            doubt,
            side,
        )

    def doubts(self, low: Array, high: Array) -> Array:
        """The greatest doubt of |q|^0.5 on the intervals low..high [n], [n, k]."""
        distance = 2.0 * np.sqrt(np.maximum(np.maximum(self.place(low), self.place(high)), 0.0))
        return (self.doubt[:, 0] + distance * (self.doubt[:, 1] + distance * self.doubt[:, 2])) * (
            1.0 + 1e-12
        )

    def over(self, middle: Array, radius: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Least and greatest value over |s - middle| <= radius, value and slope at the middle, error of
        values; all [n, k].
        """
        t, r = self.place(middle), radius[:, None]
        value = self.a + t * (self.b + t * self.c)
        slope = self.b + 2.0 * t * self.c
        error = 16.0 * UNIT * (self.a + (t + r) * (self.size_b + (t + r) * np.abs(self.c)))
        lift = np.abs(slope) * r
        curve = self.c * r * r
        # The parabola's vertex lies within the interval if |slope| < 2 |c| r; there it is value - slope^2 /
        # (4 c).
        inside = lift < 2.0 * np.abs(curve)
        vertex = value - np.divide(slope**2, 4.0 * self.c, out=np.zeros_like(slope), where=inside)
        low = np.where(inside & (curve > 0.0), vertex, value - lift + curve) - error
        high = np.where(inside & (curve < 0.0), vertex, value + lift + curve) + error
        return low, high, value, self.side * slope, error


@dataclass(frozen=True)
class _Cascade:
    """Numerators and denominators as parabolas; sections of constant magnitude are taken out into
    `constant` (log power).
    """

    numerators: _Parabolas
    denominators: _Parabolas
    flat: Flags
    """Which sections have the same magnitude at all frequencies, but for rounding."""
    constant: float
    """Log power of the flat ones."""
    stable: bool

    @classmethod
    def of(cls, sections: Array, precision: Precision) -> "_Cascade":
        b, a = sections[:, :3] / sections[:, 3:4], sections[:, 3:] / sections[:, 3:4]
        stable = pole_margin(sections, precision) > 0.0
        flats = [_flat_gain(*pair) for pair in zip(b, a, strict=True)]
        flat = np.array([gain is not None for gain in flats], dtype=bool)
        constant = math.fsum(2.0 * math.log(gain) for gain in flats if gain is not None)
        spreads = [spread(row, precision) for row in sections]
        side = np.array([each.side for each in spreads])
        doubt_b = np.array([each.numerator for each in spreads]).reshape(-1, 3)
        doubt_a = np.array([each.denominator for each in spreads]).reshape(-1, 3)
        doubt_b[:, 0] += 4.0 * UNIT * np.abs(b).sum(axis=1)  # divided by a0 here
        doubt_a[:, 0] += 4.0 * UNIT * np.abs(a).sum(axis=1)
        # A section that passes everything, b = a, does so in every form, however it is rounded.
        passing = (b == a).all(axis=1)
        doubt_a[passing] = doubt_b[passing] = 0.0
        return cls(_Parabolas.of(b, doubt_b, side), _Parabolas.of(a, doubt_a, side), flat, constant, stable)


def _flat_gain(b: Array, a: Array) -> float | None:
    """Gain of a section that is a gain or an allpass, b = g a or b reversed = g a to rounding; else None."""
    for candidate in (b, b[::-1]):
        factor = float(candidate @ a / (a @ a))
        if factor != 0.0 and np.abs(candidate - factor * a).max() <= 2.0 * UNIT * np.abs(b).max():
            return abs(factor)
    return None


def _edges(cascade: _Cascade) -> Array:
    """Where to begin: a logarithmic grid of s, and the parabolas' vertices."""
    points = [np.zeros(1), np.logspace(-11.0, 0.0, 67), 1.0 - np.logspace(-11.0, -1.0, 31)]
    for parabolas in (cascade.numerators, cascade.denominators):
        vertex = -0.5 * np.divide(
            parabolas.b, parabolas.c, out=np.zeros_like(parabolas.b), where=parabolas.c != 0.0
        )
        vertex = np.where(parabolas.side > 0.0, vertex, 1.0 - vertex)
        points.append(vertex[(vertex > 0.0) & (vertex < 1.0)])
    return np.unique(np.concatenate(points))


def _upper(cascade: _Cascade, low: Array, high: Array) -> tuple[Array, Array]:
    """Upper bounds [n] of the log power on the intervals low..high [n], and its values at their middles.

    Factors that change little over an interval are summed as Taylor forms of their logarithms, of second
    order; others are bounded by their extreme value over the interval, a constant.
    """
    middle = 0.5 * (low + high)
    radius = 0.5 * (high - low) * (1.0 + 8.0 * UNIT) + 4.0 * UNIT * high
    fixed = np.full(len(low), cascade.constant)
    centre, value, slope, error, bent_up, bent_down, at_low, at_high = np.zeros((8, len(low)))
    for parabolas, sign in ((cascade.numerators, 1.0), (cascade.denominators, -1.0)):
        least, most, at, rise, wrong = parabolas.over(middle, radius)
        steepest = np.abs(rise) + 2.0 * np.abs(parabolas.c) * radius[:, None]
        smooth = (least > 0.0) & (radius[:, None] * steepest < least) & ~cascade.flat
        safe, here = np.where(smooth, least, 1.0), np.where(smooth, np.maximum(at, least), 1.0)
        fixed += _plain(
            cascade,
            parabolas,
            sign,
            np.where(smooth, least, most if sign > 0.0 else least),
            smooth,
            low,
            high,
        )
        logs = np.where(smooth, sign * np.log(here), 0.0)
        bend, curl = (
            np.where(smooth, sign * 2.0 * parabolas.c / safe, 0.0),
            np.where(smooth, steepest / safe, 0.0) ** 2,
        )
        value += logs.sum(axis=1)
        slope += np.where(smooth, sign * rise / here, 0.0).sum(axis=1)
        error += np.where(smooth, 2.0 * wrong / safe + 16.0 * UNIT * np.abs(logs), 0.0).sum(axis=1)
        bent_up += (np.maximum(bend, 0.0) + (curl if sign < 0.0 else 0.0)).sum(axis=1)
        bent_down += (np.maximum(-bend, 0.0) + (curl if sign > 0.0 else 0.0)).sum(axis=1)
        for end, s in ((at_low, low), (at_high, high)):
            end += np.where(smooth, sign * np.log(np.maximum(parabolas.at(s), _TINY)), 0.0).sum(axis=1)
        doubt = parabolas.doubts(middle, middle)
        centre += _logs(np.maximum(np.sqrt(np.maximum(at, 0.0)) + sign * doubt, _TINY), sign, cascade.flat)
    upper = value + np.abs(slope) * radius + 0.5 * bent_up * radius**2
    turning = np.maximum(bent_up, bent_down) * radius
    rising, falling = slope * (1.0 - 1e-9) > turning, -slope * (1.0 - 1e-9) > turning
    upper = np.where(rising, np.minimum(upper, at_high), np.where(falling, np.minimum(upper, at_low), upper))
    return fixed + upper + error + 16.0 * UNIT * np.abs(fixed), cascade.constant + centre


def _plain(
    cascade: _Cascade,
    parabolas: _Parabolas,
    sign: float,
    extreme: Array,
    smooth: Flags,
    low: Array,
    high: Array,
) -> Array:
    """What factors add that are bounded by `extreme`, and what doubt adds to all; [n]."""
    with np.errstate(divide="ignore"):
        share = parabolas.doubts(low, high) / np.sqrt(np.maximum(extreme, _TINY))
        pushed = 2.0 * sign * np.log1p(sign * np.minimum(share, 1.0 if sign < 0.0 else np.inf))
        plain = sign * np.log(np.maximum(extreme, _TINY if sign > 0.0 else 0.0))
    return np.asarray((pushed + np.where(smooth | cascade.flat, 0.0, plain)).sum(axis=1))


def _logs(sizes: Array, sign: float, flat: Flags) -> Array:
    return np.asarray(2.0 * sign * np.where(flat, 0.0, np.log(sizes)).sum(axis=1))
