"""Stereo-linked lookahead limiter on sample peaks.

The gain is the wanted attenuation held at its minimum over the lookahead, released exponentially, then
averaged over the lookahead (after Signalsmith's "Designing a straightforward limiter", 2022). Every
value under the average already respects the sample that leaves the delay, so the gain neither
overshoots nor lets one sample above the ceiling. The average runs on whole numbers: its sum is exact,
so a sound below the ceiling passes bit for bit and no block size differs from another.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

CEILING_DB = -0.3
LOOKAHEAD_SECONDS = 0.0015
RELEASE_SECONDS = 0.15
UNITY = 1 << 30  # gains as whole numbers: steps of 1e-9, rounded down
SETTLED = 1.0 - 1e-6  # a release that came this close to unity has ended: -120 dB

Array = npt.NDArray[Any]


class Limiter:
    """Keeps stereo blocks within ±`ceiling` (linear); delays by `latency` samples.

    `gain` is the smallest gain of the last block, linear, for meters.
    """

    def __init__(self, sample_rate: float) -> None:
        self.latency = max(1, round(LOOKAHEAD_SECONDS * sample_rate))
        self.ceiling = float(np.float32(10.0 ** (CEILING_DB / 20.0)))
        self.gain = 1.0
        self._release = 1.0 - math.exp(-1.0 / (RELEASE_SECONDS * sample_rate))
        self._state = self._blank()

    def process(self, block: npt.NDArray[np.float32]) -> None:
        """Limit `block` [samples, 2] in place. Values that are not finite count as silence."""
        s = self._state
        self.gain = _limit(
            block, self.ceiling, self._release,
            s["delay"], s["wanted"], s["released"], s["held"], s["total"], s["at"],
        )  # fmt: skip

    def reset(self) -> None:
        """Forget the sound in the delay and open up."""
        self._state = self._blank()
        self.gain = 1.0

    def get_state(self) -> dict[str, Array]:
        """A copy of everything that the next block depends on."""
        return {name: array.copy() for name, array in self._state.items()}

    def set_state(self, state: dict[str, Array]) -> None:
        """Go on from a state of `get_state`."""
        self._state = {name: state[name].copy() for name in self._state}

    def _blank(self) -> dict[str, Array]:
        window = self.latency + 1
        return {
            "delay": np.zeros((self.latency, 2), dtype=np.float32),
            "wanted": np.ones(window),  # gain that each of the last samples asks for, a ring
            "released": np.full(window, UNITY, dtype=np.int64),  # gains under the average, a ring
            "held": np.ones(2),  # minimum of `wanted`; last released gain
            "total": np.full(1, UNITY * window, dtype=np.int64),  # sum of `released`
            "at": np.zeros(2, dtype=np.int64),  # next place in the delay, in the rings
        }


@njit(cache=True, error_model="numpy")
def _limit(
    block: Array, ceiling: float, release: float,
    delay: Array, wanted: Array, released: Array, held: Array, total: Array, at: Array,
) -> float:  # fmt: skip
    """Limit `block` [samples, 2] in place by the state that follows; returns the smallest gain."""
    latency, window = len(delay), len(wanted)
    minimum, last, sum_ = held[0], held[1], total[0]
    in_delay, in_ring = at[0], at[1]
    smallest = 1.0
    for n in range(len(block)):
        left, right = block[n, 0], block[n, 1]
        if not np.isfinite(left):
            left = np.float32(0.0)
        if not np.isfinite(right):
            right = np.float32(0.0)
        peak = max(abs(np.float64(left)), abs(np.float64(right)))
        gain = 1.0 if peak <= ceiling else ceiling / peak

        leaving = wanted[in_ring]
        wanted[in_ring] = gain
        if gain <= minimum:
            minimum = gain
        elif leaving == minimum and minimum < 1.0:  # perhaps the last of its kind: look again
            minimum = wanted.min()
        if minimum < last:
            last = minimum
        else:
            last += (minimum - last) * release
            if minimum == 1.0 and last > SETTLED:
                last = 1.0
        whole = np.int64(last * UNITY)
        sum_ += whole - released[in_ring]
        released[in_ring] = whole
        applied = np.float64(sum_) / np.float64(UNITY * window)
        smallest = min(smallest, applied)

        block[n, 0] = delay[in_delay, 0] * applied
        block[n, 1] = delay[in_delay, 1] * applied
        delay[in_delay, 0] = left
        delay[in_delay, 1] = right
        in_delay = in_delay + 1 if in_delay + 1 < latency else 0
        in_ring = in_ring + 1 if in_ring + 1 < window else 0
    held[0], held[1], total[0] = minimum, last, sum_
    at[0], at[1] = in_delay, in_ring
    return smallest
