"""Noise bands: every band plays its two loops, with an amplitude that ramps linearly from frame to frame.

Loops lie in memory sample by sample, so that a block reads one piece of each. A ramp is two dot products
with the same row of the table.
"""

from typing import Any

import numpy as np

from plaud_live.synths.compile import REASSOCIATE, Array, kernel

CHUNK = 32  # bands that are skipped together when all of them are silent


@kernel()
def _find_runs(level_before: Array, level: Array, runs: Array) -> int:
    """Write [start, stop) of the bands that sound, in whole chunks, into `runs` [n, 2]; return how many."""
    count = 0
    for start in range(0, level.size, CHUNK):
        stop = min(start + CHUNK, level.size)
        for k in range(start, stop):
            if level_before[k] != 0.0 or level[k] != 0.0:
                if count > 0 and runs[count - 1, 1] == start:
                    runs[count - 1, 1] = stop
                else:
                    runs[count, 0] = start
                    runs[count, 1] = stop
                    count += 1
                break
    return count


@kernel(fastmath=REASSOCIATE)
def _two_dots(row_0: Array, row_1: Array, steady: Array, moving: Array) -> tuple[Any, Any]:
    """Dot products of the sum of two table rows with `steady` and with `moving`, all [k]."""
    a = np.float32(0.0)
    b = np.float32(0.0)
    for k in range(row_0.size):
        x = np.float32(row_0[k]) + np.float32(row_1[k])
        a += steady[k] * x
        b += moving[k] * x
    return a, b


@kernel()
def add_noise(
    out: Array,
    start: int,
    hop: int,
    place_0: int,
    place_1: int,
    scale: Array,
    loop_0: Array,
    loop_1: Array,
    level_before: Array,
    level: Array,
    scratch: Array,
    runs: Array,
) -> None:
    """Add noise bands to `out` float32 [n], which begins `start` samples into a segment of `hop`.

    Its first sample is at `place_0` and `place_1` of the loops, int16 [samples, k], which repeat. Levels [k]
    go from `level_before` to `level` at the segment's last sample. `scratch` is float32 [2, k], `runs` int64
    [n, 2].
    """
    for k in range(level.size):
        scratch[0, k] = np.float32(level_before[k] * scale[k])
        scratch[1, k] = np.float32((level[k] - level_before[k]) * scale[k])
    for run in range(_find_runs(level_before, level, runs)):
        low, high = runs[run, 0], runs[run, 1]
        steady, moving = scratch[0, low:high], scratch[1, low:high]
        at_0 = place_0 % loop_0.shape[0]
        at_1 = place_1 % loop_1.shape[0]
        for i in range(out.size):
            a, b = _two_dots(loop_0[at_0, low:high], loop_1[at_1, low:high], steady, moving)
            out[i] += a + b * np.float32((start + i + 1) / hop)
            at_0 += 1
            if at_0 == loop_0.shape[0]:
                at_0 = 0
            at_1 += 1
            if at_1 == loop_1.shape[0]:
                at_1 = 0
