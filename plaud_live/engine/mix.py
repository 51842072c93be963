"""Adding a voice to the stereo sum: gain, level and pan at every sample."""

import numpy as np
import numpy.typing as npt
from numba import njit

Samples = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]


@njit(cache=True, error_model="numpy")
def add_voice(
    voice: Samples,
    gain: Array,
    level: Array,
    left: Array,
    right: Array,
    fade: float,
    step: float,
    out: Samples,
) -> tuple[float, float, float]:
    """Add `voice` [n] to `out` [n, 2]: the fade at the end, and peak and mean square of what was added.

    `gain`, `level`, `left` and `right` are linear, [n] or [1]. `fade` is a gain that moves by `step` a sample
    and stops at 0 and 1.
    """
    g, v = len(gain) - 1, len(level) - 1
    s = len(left) - 1
    peak = 0.0
    total = 0.0
    for n in range(len(voice)):
        fade = min(1.0, max(0.0, fade + step))
        sample = voice[n] * (gain[min(n, g)] * level[min(n, v)] * fade)
        a = sample * left[min(n, s)]
        b = sample * right[min(n, s)]
        out[n, 0] += a
        out[n, 1] += b
        peak = max(peak, abs(a), abs(b))
        total += a * a + b * b
    return fade, peak, total / (2 * len(voice))
