"""Adding a voice to the stereo sum: gain and pan at every sample, without clicks.

Pan is that of a mono voice, whose sound is that of both sides, and the balance of a stereo one: the gains of
the sides are the same, so that a mono sound is as loud from either.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

GLIDE_SECONDS = 0.004
"""How long a gain takes at least to move by 1: what steps becomes a ramp, slower moves stay exact."""

Samples = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]


def sides_of(sound: Samples) -> tuple[Samples, Samples]:
    """What a voice sounds like on the left and on the right, [n] each: `sound` is [n] or [channels, n].

    More channels than two alternate between the sides.
    """
    if sound.ndim == 1:
        return sound, sound
    if len(sound) == 2:
        return sound[0], sound[1]
    return sound[0::2].mean(axis=0), sound[1::2].mean(axis=0)


@njit(cache=True, error_model="numpy")
def _nearer(value: float, wanted: float, glide: float) -> float:
    """`wanted`, or as near as `value` comes in one step."""
    if wanted > value + glide:
        return value + glide
    if wanted < value - glide:
        return value - glide
    return wanted


@njit(cache=True, error_model="numpy")
def add_voice(
    first: Samples,
    second: Samples,
    gain: Array,
    left: Array,
    right: Array,
    sides: Array,
    glide: float,
    fade: float,
    step: float,
    out: Samples,
    alone: Samples,
) -> tuple[float, float, float]:
    """Add a voice to `out` [n, 2]: the fade at the end, and peak and mean square of what was added.

    `first` and `second` [n] are its sounds on the left and on the right, which may be the same.

    `gain`, `left` and `right` are linear, [n] or [1]. `sides` [2] are the gains of both sides as they were
    and will be: they go to what is asked by at most `glide` a sample. `fade` is a gain that moves by `step`
    a sample and stops at 0 and 1. What is added is added to `alone`, too, [n, 2], or [0, 2] for nowhere.
    """
    g, s = len(gain) - 1, len(left) - 1
    a, b = sides[0], sides[1]
    peak = 0.0
    total = 0.0
    kept = len(alone) > 0
    for n in range(len(first)):
        fade = min(1.0, max(0.0, fade + step))
        level = gain[min(n, g)]
        a = _nearer(a, level * left[min(n, s)], glide)
        b = _nearer(b, level * right[min(n, s)], glide)
        x = first[n] * (a * fade)
        y = second[n] * (b * fade)
        out[n, 0] += x
        out[n, 1] += y
        if kept:
            alone[n, 0] += x
            alone[n, 1] += y
        peak = max(peak, abs(x), abs(y))
        total += x * x + y * y
    sides[0], sides[1] = a, b
    return fade, peak, total / (2 * len(first))
