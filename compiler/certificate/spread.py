"""What rounding of a section's written coefficients can change, at each frequency.

Polynomials in 1 / z with coefficients known to d (relative) are known to d times their absolute sum. Near
z = 1, where low filters work, that is much more than what FAUST's form leaves to doubt: it is written in
p = 1 + a1 + a2 and d = 1 - a2 (compiler/backend/faust_filters.py), so that

    A = (1 - w)^2 + d w (1 - w) + p w,  B = b0 A + g1 w (1 - w) + g2 w,  w = 1 / z,

with g1 = b0 a2 - b2 and g2 = B(1) - b0 p: rounding of d, p, g1, g2 weighs |1 - w|, 1, |1 - w|, 1 times their
sizes. With poles on the left, the same around z = -1.
"""

import math
from dataclasses import dataclass

import numpy as np

from compiler.certificate.rounding import Precision
from compiler.ir.nodes import Array
from compiler.passes.roundoff import MOST_IN_SINGLE, weights


@dataclass(frozen=True, eq=False)
class Spread:
    """Doubt of |B| and |A|, k0 + k1 x + k2 x^2 with x = |1 - side w|, for a0 = 1; of Jury's values, [3]."""

    numerator: Array
    denominator: Array
    jury: Array
    side: float


def spread(section: Array, precision: Precision) -> Spread:
    """Of one section b0 b1 b2 a0 a1 a2."""
    d = precision.sections
    b, a = section[:3] / section[3], section[3:] / section[3]
    side = 1.0 if a[1] <= 0.0 else -1.0
    plain = d + 2.0 * precision.powers
    direct = Spread(
        np.array([plain * np.abs(b).sum(), 0.0, 0.0]),
        np.array([plain * np.abs(a[1:]).sum(), 0.0, 0.0]),
        np.full(3, 2.0 * plain * np.abs(a).sum()),
        side,
    )
    if not precision.integrators or not a[1:].any():
        return direct
    near = math.fsum((a[0], side * a[1], a[2]))
    damping = 1.0 - a[2] if a[2] != 0.0 or b[2] != 0.0 else 0.0
    if near == 0.0 or (damping == 0.0 and (a[2] != 0.0 or b[2] != 0.0)):
        return direct
    first, second = abs(b[0] * a[2] - b[2]), abs(math.fsum((b[0], side * b[1], b[2])) - b[0] * near)
    near, damping, gain = abs(near), abs(damping), abs(b[0])
    # Products of up to three written values, and where gamma multiplies w, its rounding.
    turn = precision.powers
    denominator = np.array(
        [3.0 * d * near + turn * (near + 2.0 * damping), 3.0 * d * damping + 2.0 * turn, turn]
    )
    numerator = gain * (denominator + d * np.array([near, damping, 1.0]))
    numerator += np.array([3.0 * d * second, 3.0 * d * first, 0.0]) + turn * np.array(
        [second + first, 2.0 * first, 0.0]
    )
    far = 4.0 + 2.0 * damping + near
    jury = np.array([near, far, damping if damping else 1.0])
    if side < 0.0:
        jury[:2] = jury[1::-1]
    jury = 3.0 * d * jury + turn * (near + 2.0 * damping)
    if weights(a[1], a[2]) <= MOST_IN_SINGLE:  # in direct form too, by the block back end
        numerator, denominator = numerator + direct.numerator, denominator + direct.denominator
    return Spread(numerator, denominator, jury, side)
