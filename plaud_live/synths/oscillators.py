"""A bank of sines whose frequencies and amplitudes ramp linearly from frame to frame.

Phases are float64 cycles and in closed form within a segment, so that a sample does not depend on where a
block begins. The sine is a polynomial, x (x² − 1/4) q(x²) on half a cycle either side, off by −139 dB at most
before rounding to float32.
"""

import numpy as np

from plaud_live.synths.compile import Array, kernel

_Q = tuple(
    np.float32(c)
    for c in (
        -25.13273038155972,
        64.83468111014045,
        -67.04389802646634,
        38.123196776489834,
        -12.233301215027707,
    )
)
_Q0, _Q1, _Q2, _Q3, _Q4 = _Q
_QUARTER = np.float32(0.25)


@kernel()
def add_sines(
    out: Array,
    start: int,
    hop: int,
    sample_rate: float,
    phase: Array,
    hz_before: Array,
    hz: Array,
    level_before: Array,
    level: Array,
) -> None:
    """Add oscillators to `out` float32 [n], which begins `start` samples into a segment of `hop`.

    `phase` [k] in cycles at the segment's start; frequencies in Hz and levels [k] go from `_before` to those
    of the segment's last sample.
    """
    for k in range(level.size):
        if level_before[k] == 0.0 and level[k] == 0.0:
            continue
        first = hz_before[k] / sample_rate
        bend = (hz[k] - hz_before[k]) / (2.0 * hop * sample_rate)
        gain = np.float32(level_before[k])
        slope = np.float32((level[k] - level_before[k]) / hop)
        origin = phase[k]
        for i in range(out.size):
            n = np.float64(start + i + 1)
            cycles = origin + n * (first + bend * (n + 1.0))
            x = np.float32(cycles - np.rint(cycles))
            u = x * x
            q = _Q0 + u * (_Q1 + u * (_Q2 + u * (_Q3 + u * _Q4)))
            out[i] += (gain + slope * np.float32(n)) * (x * (u - _QUARTER) * q)


@kernel()
def advance(phase: Array, hop: int, sample_rate: float, hz_before: Array, hz: Array) -> None:
    """Move `phase` [k] over a whole segment, and wrap it to 0..1."""
    for k in range(phase.size):
        first = hz_before[k] / sample_rate
        bend = (hz[k] - hz_before[k]) / (2.0 * hop * sample_rate)
        cycles = phase[k] + hop * (first + bend * (hop + 1.0))
        phase[k] = cycles - np.floor(cycles)
