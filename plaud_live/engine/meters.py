"""Meters of what sounds: peak with a fall-back, RMS over 300 ms. Exact for no block size, good for eyes."""

import math

import numpy as np
import numpy.typing as npt
from numba import njit

FALL_DB_PER_SECOND = 24.0
RMS_SECONDS = 0.3


class Meter:
    """Follows the level of one instrument or of the master, any number of channels.

    `peak` and `rms` are linear and may be read from another thread.
    """

    def __init__(self, sample_rate: float) -> None:
        self._sample_rate = sample_rate
        self._power = 0.0
        self.peak = 0.0

    @property
    def rms(self) -> float:
        """Root mean square, linear."""
        return math.sqrt(self._power)

    def update(self, block: npt.NDArray[np.float32]) -> None:
        """Take in a block, [samples] or [samples, channels]."""
        if len(block):
            self.take(*_measure(block.reshape(-1)), len(block))

    def take(self, peak: float, power: float, samples: int) -> None:
        """Take in a block of `samples` by its peak and its mean square."""
        seconds = samples / self._sample_rate
        self.peak = max(peak, self.peak * 10.0 ** (-FALL_DB_PER_SECOND * seconds / 20.0))
        self._power = power + (self._power - power) * math.exp(-seconds / RMS_SECONDS)


@njit(cache=True, error_model="numpy")
def _measure(samples: npt.NDArray[np.float32]) -> tuple[float, float]:
    """Largest magnitude and mean square of `samples`."""
    peak = 0.0
    total = 0.0
    for n in range(len(samples)):
        x = np.float64(samples[n])
        peak = max(peak, abs(x))
        total += x * x
    return peak, total / len(samples)
