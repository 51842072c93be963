"""Where the energy of a sound lies."""

import numpy as np
import numpy.typing as npt


def peaks_hz(signal: npt.NDArray[np.floating], sample_rate: float, count: int) -> list[float]:
    """Frequencies of the `count` largest peaks, rising, each by a parabola over log magnitudes."""
    window = np.blackman(len(signal))
    magnitude = np.log(np.abs(np.fft.rfft(signal * window)) + 1e-12)
    inner = magnitude[1:-1]
    tops = np.flatnonzero((inner > magnitude[:-2]) & (inner >= magnitude[2:])) + 1
    best = tops[np.argsort(magnitude[tops])[-count:]]
    left, mid, right = magnitude[best - 1], magnitude[best], magnitude[best + 1]
    exact = best + 0.5 * (left - right) / (left - 2 * mid + right)
    return sorted(float(hz) for hz in exact * sample_rate / len(signal))
