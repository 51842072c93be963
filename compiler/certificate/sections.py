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

import numpy as np

from compiler.certificate.rounding import UNIT
from compiler.ir.nodes import Array

_MOST_INTERVALS = 60_000
_TINY = 1e-290


def pole_margin(sections: Array, slack: float) -> float:
    """How far the poles of `sections` [k, 6] are from the circle: the least of Jury's three values, less
    rounding.

    Positive: every pole is inside, for all coefficients within `slack` (relative). Negative beyond
    -`pole_slack`: one is outside or on the circle. E. I. Jury, Theory and Application of the z-Transform
    Method, 1964: with a0 > 0 stable if and only if a0 + a1 + a2, a0 - a1 + a2 and a0 - a2 are positive.
    Sums are exactly rounded, so signs are exact.
    """
    return min((min(_jury(row)) - pole_slack(row, slack) for row in sections), default=math.inf)


def has_pole_outside(sections: Array, slack: float) -> bool:
    """Whether some pole is outside the circle for all coefficients within `slack`: shown, not guessed."""
    return any(min(_jury(row)) < -pole_slack(row, slack) for row in sections)


def pole_slack(section: Array, slack: float) -> float:
    """What `slack` (relative, of each coefficient) can change in Jury's values, these divided by |a0|."""
    return 2.0 * slack * float(np.abs(section[3:]).sum() / abs(section[3]))


def _jury(section: Array) -> tuple[float, float, float]:
    a0, a1, a2 = (float(a) for a in section[3:] * np.sign(section[3]))
    return math.fsum((a0, a1, a2)) / a0, math.fsum((a0, -a1, a2)) / a0, math.fsum((a0, -a2)) / a0


def peak_gain(sections: Array, slack: float, tolerance: float = 1e-6) -> tuple[float, float]:
    """Upper bound of |H| on the circle for `sections` [k, 6], and the s = sin^2(w / 2) near which it is
    reached.

    `slack` is the relative uncertainty of each coefficient, `tolerance` how far (in log power) the bound
    may lie above the peak where it could not be had exactly. Infinite if a denominator may vanish.
    """
    cascade = _Cascade.of(sections, slack)
    if not cascade.stable:
        return math.inf, 0.0
    if cascade.sections == 0:
        return math.exp(0.5 * cascade.constant), 0.0
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


def gains_on(sections: Array, edges: Array, slack: float, tolerance: float = 3e-3) -> Array:
    """Upper bounds of |H| [c] on the intervals of s between `edges` [c + 1], to `tolerance` in log power if
    it can be had.
    """
    cascade = _Cascade.of(sections, slack)
    bounds = np.full(len(edges) - 1, -math.inf)
    if not cascade.stable:
        return np.full(len(edges) - 1, math.inf)
    if cascade.sections == 0:
        return np.full(len(edges) - 1, math.exp(0.5 * cascade.constant))
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
    """q(s) = a + b s + c s^2 for each section, [k] each; `size_b` bounds the terms whose difference is b."""

    a: Array
    b: Array
    c: Array
    size_b: Array
    slack: Array
    """What uncertain coefficients can add to |q|^0.5: slack times the sum of absolute coefficients."""

    @classmethod
    def of(cls, polynomials: Array, slack: float) -> "_Parabolas":
        """Of polynomials [k, 3] in 1 / z. b is written so that nothing large cancels near z = 1."""
        first, _, last = polynomials.T
        total = np.array([math.fsum(row) for row in polynomials])
        return cls(
            total**2,
            4.0 * ((first - last) ** 2 - total * (first + last)),
            16.0 * first * last,
            4.0 * ((first - last) ** 2 + np.abs(total * (first + last))),
            slack * np.abs(polynomials).sum(axis=1),
        )

    def minimum(self) -> Array:
        """Least value on [0, 1], rounded down, [k]."""
        low, _, _, _, _ = self.over(np.array([0.5]), np.array([0.5]))
        return low[0]

    def over(self, middle: Array, radius: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Least and greatest value over |s - middle| <= radius, value and slope at the middle, error of
        values; all [n, k].
        """
        s, r = middle[:, None], radius[:, None]
        value = self.a + s * (self.b + s * self.c)
        slope = self.b + 2.0 * s * self.c
        error = 16.0 * UNIT * (self.a + s * (self.size_b + s * np.abs(self.c)))
        error_of_ends = error + 16.0 * UNIT * r * (
            self.size_b + 2.0 * s * np.abs(self.c) + r * np.abs(self.c)
        )
        lift = np.abs(slope) * r
        curve = self.c * r * r
        # The parabola's vertex lies within the interval if |slope| < 2 |c| r; there it is value - slope^2 /
        # (4 c).
        inside = lift < 2.0 * np.abs(curve)
        vertex = value - np.divide(slope**2, 4.0 * self.c, out=np.zeros_like(slope), where=inside)
        low = np.where(inside & (curve > 0.0), vertex, value - lift + curve) - error_of_ends
        high = np.where(inside & (curve < 0.0), vertex, value + lift + curve) + error_of_ends
        return low, high, value, slope, error_of_ends


@dataclass(frozen=True)
class _Cascade:
    """Numerators and denominators as parabolas; sections of constant magnitude are taken out into
    `constant` (log power).
    """

    numerators: _Parabolas
    denominators: _Parabolas
    constant: float
    stable: bool

    @property
    def sections(self) -> int:
        return int(self.numerators.a.size)

    @classmethod
    def of(cls, sections: Array, slack: float) -> "_Cascade":
        slack = slack + 4.0 * UNIT
        b, a = sections[:, :3] / sections[:, 3:4], sections[:, 3:] / sections[:, 3:4]
        denominators = _Parabolas.of(a, slack)
        least = denominators.minimum()
        stable = bool(
            pole_margin(sections, slack) > 0.0
            and (np.sqrt(np.maximum(least, 0.0)) > denominators.slack).all()
        )
        constant, kept = 0.0, np.ones(len(sections), dtype=bool)
        for i in range(len(sections) if stable else 0):
            flat = _flat_gain(b[i], a[i], slack, math.sqrt(least[i]))
            if flat is not None:
                constant, kept[i] = constant + flat, False
        return cls(_Parabolas.of(b[kept], slack), _Parabolas.of(a[kept], slack), constant, stable)


def _flat_gain(b: Array, a: Array, slack: float, least: float) -> float | None:
    """Log power of a section that is a gain or an allpass, b = g a or b reversed = g a; None if it is
    neither.
    """
    size = float(np.abs(b).sum())
    if size == 0.0:
        return -600.0
    for candidate in (b, b[::-1]):
        factor = float(candidate @ a / (a @ a))
        rest = float(np.abs(candidate - factor * a).sum()) + 8.0 * UNIT * size
        if factor != 0.0 and (rest - 8.0 * UNIT * size) <= 16.0 * UNIT * size:
            doubt = rest + slack * size if np.any(a[1:]) else slack * size
            spread = (abs(factor) * least + doubt) / (least - slack * float(np.abs(a[1:]).sum()))
            return 2.0 * math.log(spread)
    return None


def _edges(cascade: _Cascade) -> Array:
    """Where to begin: a logarithmic grid of s, and the parabolas' vertices."""
    points = [np.zeros(1), np.logspace(-11.0, 0.0, 67)]
    for parabolas in (cascade.numerators, cascade.denominators):
        vertex = -0.5 * np.divide(
            parabolas.b, parabolas.c, out=np.zeros_like(parabolas.b), where=parabolas.c != 0.0
        )
        points.append(vertex[(vertex > 0.0) & (vertex < 1.0)])
    return np.unique(np.concatenate(points))


def _upper(cascade: _Cascade, low: Array, high: Array) -> tuple[Array, Array]:
    """Upper bounds [n] of the log power on the intervals low..high [n], and its values at their middles."""
    middle = 0.5 * (low + high)
    radius = 0.5 * (high - low) * (1.0 + 8.0 * UNIT) + 4.0 * UNIT * high
    r = radius[:, None]
    fixed = np.full(len(low), cascade.constant)
    value, slope = np.zeros(len(low)), np.zeros(len(low))
    curve_up, curve_down, error = np.zeros(len(low)), np.zeros(len(low)), np.zeros(len(low))
    centre = fixed.copy()
    ends = np.zeros((2, len(low)))
    for parabolas, sign in ((cascade.numerators, 1.0), (cascade.denominators, -1.0)):
        least, most, at, rise, doubt = parabolas.over(middle, radius)
        extreme = most if sign > 0 else least
        steepest = np.abs(rise) + 2.0 * np.abs(parabolas.c) * r
        smooth = (least > 0.0) & (r * steepest < least)
        safe = np.where(smooth, least, 1.0)
        # Not smooth: the factor is bounded by its extreme value over the interval, a constant.
        with np.errstate(divide="ignore", invalid="ignore"):
            plain = sign * np.log(np.maximum(extreme, _TINY if sign > 0 else 0.0))
            reach = np.sqrt(np.where(smooth, safe, np.maximum(extreme, _TINY)))
            pushed = (
                2.0 * sign * np.log1p(sign * np.minimum(parabolas.slack / reach, 1.0 if sign < 0 else np.inf))
            )
            here = np.sqrt(np.maximum(at, _TINY))
            centre += 2.0 * (sign * np.log(np.maximum(here + sign * parabolas.slack, _TINY))).sum(axis=1)
        fixed = fixed + np.where(smooth, 0.0, plain).sum(axis=1) + pushed.sum(axis=1)
        logs = np.where(smooth, sign * np.log(np.where(smooth, np.maximum(at, safe), 1.0)), 0.0)
        value = value + logs.sum(axis=1)
        slope = slope + sign * np.where(smooth, rise / np.where(smooth, np.maximum(at, safe), 1.0), 0.0).sum(
            axis=1
        )
        bent = 2.0 * parabolas.c / safe
        squared = (steepest / safe) ** 2
        curve_up += np.where(
            smooth, np.maximum(bent, 0.0) if sign > 0 else np.maximum(-bent, 0.0) + squared, 0.0
        ).sum(axis=1)
        curve_down += np.where(
            smooth, np.maximum(-bent, 0.0) + squared if sign > 0 else np.maximum(bent, 0.0), 0.0
        ).sum(axis=1)
        error += np.where(smooth, 2.0 * doubt / safe + 16.0 * UNIT * np.abs(logs), 0.0).sum(axis=1)
        for end, s in enumerate((low, high)):
            there = np.maximum(parabolas.a + s[:, None] * (parabolas.b + s[:, None] * parabolas.c), _TINY)
            ends[end] += np.where(smooth, sign * np.log(there), 0.0).sum(axis=1)
    upper = value + np.abs(slope) * radius + 0.5 * curve_up * radius**2
    turning = np.maximum(curve_up, curve_down) * radius
    rising, falling = slope * (1.0 - 1e-9) > turning, -slope * (1.0 - 1e-9) > turning
    upper = np.where(rising, np.minimum(upper, ends[1]), np.where(falling, np.minimum(upper, ends[0]), upper))
    return fixed + upper + error + 16.0 * UNIT * np.abs(fixed), centre
