"""What rounding may do to a program's coefficients, and to the proofs computed here.

The certificate is about the program that is written. Its coefficients are the IR's after at most a few
roundings (division by a0, gains merged, structure such as Householder's vector, a slider's power):
`Precision` bounds them, relative to each coefficient. The proofs themselves are computed in double
precision with the bounds of N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM
2002, chapter 3: n operations lose at most gamma_n = n u / (1 - n u).
"""

from dataclasses import dataclass

UNIT = 2.0**-53
"""Unit roundoff of double precision, in which the proofs are computed."""


@dataclass(frozen=True)
class Precision:
    """How a program keeps its numbers: a coefficient c is c (1 + d), |d| at most the bound for its kind."""

    name: str
    unit: float
    gains: float
    """Bound for gains and FIR taps: a few roundings, for structured matrices and merged gains."""
    sections: float
    """Bound for coefficients of sections: their division by a0, their form, the rounding itself."""
    integrators: bool = False
    """Whether sections are written in FAUST's form; else in direct form, which rounding hurts more."""
    powers: float = 0.0
    """Bound for the gamma by which a control multiplies 1 / z in sections."""


DOUBLE = Precision("double", UNIT, 8.0 * UNIT, 8.0 * UNIT)
SINGLE = Precision("single", 2.0**-24, 4.0 * 2.0**-24, 2.0 * 2.0**-24, integrators=True)
EXACT = Precision("exact", 0.0, 0.0, 0.0)
"""The values of the IR themselves."""


def gamma(operations: int) -> float:
    """Bound of the relative error of so many operations in double precision (Higham 2002, lemma 3.1)."""
    return operations * UNIT / (1.0 - operations * UNIT)
