"""Exponential and logarithm in float64 without branches, so that loops over them become vector code.

A call of the C library for each of a thousand bands would cost more than the rest of a frame. Both reduce
the argument by powers of two and sum a series (Muller, "Elementary Functions", 2016); they agree with the C
library to a few units in the last place. NaN stays NaN.
"""

import numpy as np

from plaud_live.synths.compile import kernel

_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10  # their sum is ln 2
_SHIFT = 6755399441055744.0  # 1.5 · 2^52: adding it rounds, and leaves the integer in the lowest bits
_SHIFT_BITS = np.int64(0x4338000000000000)
_ONE_BITS = np.int64(0x3FF0000000000000)
_HALF_ROOT_BITS = np.int64(0x3FE6A09E667F3BCD)  # of the square root of 1/2
_52 = np.int64(52)


@kernel()
def exp(x: float) -> float:
    """Power x of e, with x limited to ±700."""
    if x > 700.0:
        x = 700.0
    if x < -700.0:
        x = -700.0
    shifted = x * _LOG2_E + _SHIFT
    n = shifted - _SHIFT
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    p = 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    power = np.int64((np.float64(shifted).view(np.int64) << _52) + _ONE_BITS).view(np.float64)
    return p * power


@kernel()
def log(x: float) -> float:
    """Natural logarithm of a finite x from 1."""
    bits = np.float64(x).view(np.int64)
    exponent = (bits - _HALF_ROOT_BITS) >> _52
    mantissa = np.int64(bits - (exponent << _52)).view(np.float64)  # from the root of 1/2 to that of 2
    n = np.int64(exponent + _SHIFT_BITS).view(np.float64) - _SHIFT
    s = (mantissa - 1.0) / (mantissa + 1.0)
    u = s * s
    p = 2.0 / 21.0
    p = p * u + 2.0 / 19.0
    p = p * u + 2.0 / 17.0
    p = p * u + 2.0 / 15.0
    p = p * u + 2.0 / 13.0
    p = p * u + 2.0 / 11.0
    p = p * u + 2.0 / 9.0
    p = p * u + 2.0 / 7.0
    p = p * u + 2.0 / 5.0
    p = p * u + 2.0 / 3.0
    p = p * u + 2.0
    return n * _LN2_HIGH + (s * p + n * _LN2_LOW) + (x - x)  # the last is 0, or NaN


@kernel()
def sigmoid(x: float) -> float:
    """1 / (1 + e^-x)."""
    return 1.0 / (1.0 + exp(-x))


@kernel()
def tanh(x: float) -> float:
    """Hyperbolic tangent; the error is absolute, about 2e-16."""
    return 1.0 - 2.0 / (1.0 + exp(2.0 * x))
