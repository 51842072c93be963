"""From the latents asked for to those the decoder hears: temperature and the moving average."""

import numpy as np

from plaud_live.synths.compile import Array, kernel

_STEP = np.uint64(0x9E3779B97F4A7C15)


@kernel()
def _mix(x: np.uint64) -> np.uint64:
    """SplitMix64's output function (Steele, Lea and Flood, 2014), as in `filterbank`."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@kernel()
def normal(seed: int, frame: int, dim: int) -> float:
    """A standard normal number that depends on the three integers alone (Box and Muller, 1958)."""
    key = _mix(np.uint64(seed) + _STEP)
    key = _mix(key + np.uint64(frame) + _STEP)
    key = _mix(key + np.uint64(dim) + _STEP)
    u = np.float64(_mix(key + _STEP) >> np.uint64(11)) * 2.0**-53
    v = np.float64(_mix(key + _STEP + _STEP) >> np.uint64(11)) * 2.0**-53
    return np.sqrt(-2.0 * np.log(1.0 - u)) * np.cos(2.0 * np.pi * v)


@kernel()
def push(
    history: Array, pushed: int, wanted: Array, temperature: float, residual: Array, seed: int, frame: int
) -> None:
    """Write the latents `wanted` [d] of one frame into the ring `history` [length, d].

    `pushed` counts the frames written before; `residual` [d] scales the noise that `temperature` adds.
    """
    row = pushed % history.shape[0]
    for dim in range(wanted.size):
        z = wanted[dim]
        if temperature != 0.0:
            z += temperature * residual[dim] * normal(seed, frame, dim)
        history[row, dim] = z


@kernel()
def average(history: Array, pushed: int, smoothing: float, out: Array) -> None:
    """Mean of the last `smoothing` frames into `out` [d]: at least 1, at most those pushed or that fit."""
    length = np.int64(1)
    most = min(pushed, history.shape[0])
    if smoothing >= most:
        length = most
    elif smoothing > 1.0:
        length = np.int64(np.rint(smoothing))
    out[:] = 0.0
    for back in range(1, length + 1):
        row = (pushed - back) % history.shape[0]
        for dim in range(out.size):
            out[dim] += history[row, dim]
    for dim in range(out.size):
        out[dim] /= length
