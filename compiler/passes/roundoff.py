"""How much rounding weighs in a second-order section in direct form.

The block back end computes sections that it weighs on in double precision, and the certificate reckons with
just that: both ask here.
"""

import numpy as np
from numpy.typing import NDArray

from compiler.ir.nodes import Array

MOST_IN_SINGLE = 60.0
"""Sections of at most this weight are computed in single precision in a float build."""


def weights(a1: Array, a2: Array) -> NDArray[np.float64]:
    """For denominators 1 + a1 / z + a2 / z^2 of any shape, rounding against one rounding; inf if unstable.

    Sum of the coefficients' sizes times the energy norm of the inverse.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        energy = (1.0 + a2) / ((1.0 - a2) * ((1.0 + a2) ** 2 - a1**2))
    stable = (energy > 0.0) & (np.abs(a2) < 1.0)
    return (1.0 + np.abs(a1) + np.abs(a2)) * np.sqrt(np.where(stable, energy, np.inf))
