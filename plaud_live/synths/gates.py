"""How many partials and bands sound: the strongest first, faded over eight frames, without clicks."""

import numpy as np

from plaud_live.synths.compile import Array, kernel

TRACKING = 0.1  # share of the way that a strength goes towards its amplitude in a frame
GATE_STEP = 0.125  # most that a gate moves in a frame
_TINY = 1e-30  # a strength below this is zero: else that of a partial beyond Nyquist ends as a denormal


@kernel()
def track(strengths: Array, amplitudes: Array, first: bool) -> None:
    """Let `strengths` [k] follow `amplitudes` [k]; on the `first` frame they are equal."""
    for k in range(strengths.size):
        if first:
            strength = amplitudes[k]
        else:
            strength = strengths[k] + TRACKING * (amplitudes[k] - strengths[k])
        strengths[k] = 0.0 if strength < _TINY else strength


@kernel()
def _smallest_wanted(strengths: Array, wanted: int, counts: Array) -> tuple[np.uint64, int]:
    """The `wanted`-th largest strength as ordered bits, and how many of that value belong to the wanted.

    Radix selection, a byte at a time from the top: the time it takes does not depend on the values.
    Strengths are never negative, so that their bits are ordered as they are. `counts` is scratch [256].
    """
    prefix = np.uint64(0)
    left = wanted
    for byte in range(7, -1, -1):
        shift = np.uint64(8 * byte)
        counts[:] = 0
        for k in range(strengths.size):
            bits = np.float64(strengths[k]).view(np.uint64)
            if byte == 7 or bits >> (shift + np.uint64(8)) == prefix:
                counts[np.int64((bits >> shift) & np.uint64(255))] += 1
        digit = 255
        while digit > 0 and counts[digit] < left:
            left -= counts[digit]
            digit -= 1
        prefix = (prefix << np.uint64(8)) | np.uint64(digit)
    return prefix, left


@kernel()
def move(gates: Array, strengths: Array, count: float, first: bool, scratch: Array) -> None:
    """Move `gates` [k] one frame towards 1 for the `count` strongest (ties: lower index) and 0 for the rest.

    `count` is rounded half to even and limited to 0..k, NaN counts as 0; on the `first` frame gates jump.
    `scratch` is int64 [256].
    """
    size = gates.size
    wanted = 0
    if count >= size:
        wanted = size
    elif count > 0.0:
        wanted = int(np.rint(count))
    threshold, ties = np.uint64(0), wanted
    if 0 < wanted < size:
        threshold, ties = _smallest_wanted(strengths, wanted, scratch)
    for k in range(size):
        bits = np.float64(strengths[k]).view(np.uint64)
        target = 0.0
        if wanted > 0 and bits >= threshold:
            if wanted == size or bits > threshold:
                target = 1.0
            elif ties > 0:
                ties -= 1
                target = 1.0
        if first:
            gates[k] = target
        else:
            gates[k] += min(max(target - gates[k], -GATE_STEP), GATE_STEP)
