"""Test signals, and the comparison of sounds in decibels. The one owner of both, for all tests."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]


def impulse(samples: int, at: int = 0, gain: float = 1.0) -> npt.NDArray[np.float64]:
    """Silence [samples] with the value `gain` at sample `at`."""
    signal = np.zeros(samples)
    signal[at] = gain
    return signal


def sine(
    samples: int,
    frequency_hz: float,
    sample_rate: float = 44100.0,
    gain: float = 1.0,
    phase_cycles: float = 0.0,
) -> npt.NDArray[np.float64]:
    """Sine [samples] of amplitude `gain`, in float64 throughout, so that it can serve as a reference."""
    cycles = np.arange(samples) * (frequency_hz / sample_rate) + phase_cycles
    return gain * np.sin(2.0 * np.pi * cycles)


def noise(samples: int, seed: int = 0, gain: float = 1.0) -> npt.NDArray[np.float64]:
    """White noise [samples], uniform in −`gain` to `gain`, the same for the same seed."""
    return gain * np.random.default_rng(seed).uniform(-1.0, 1.0, samples)


def level_db(signal: FloatArray) -> float:
    """Root mean square of `signal`, any shape, in dB of full scale; silence is −inf, NaN stays NaN."""
    power = float(np.mean(np.square(np.asarray(signal, dtype=np.float64))))
    return -np.inf if power == 0.0 else 10.0 * np.log10(power)


def error_db(actual: FloatArray, expected: FloatArray) -> float:
    """Level of the difference relative to `expected`, in dB; −inf where they are equal."""
    actual = np.asarray(actual, dtype=np.float64)
    expected = np.asarray(expected, dtype=np.float64)
    if actual.shape != expected.shape:
        raise AssertionError(f"shapes differ: {actual.shape} and {expected.shape}")
    difference, reference = level_db(actual - expected), level_db(expected)
    if difference == -np.inf:
        return -np.inf
    return difference - reference  # +inf where silence was expected


def assert_close_db(actual: FloatArray, expected: FloatArray, tolerance_db: float) -> None:
    """Fail unless the difference is below `tolerance_db` relative to `expected` (−60: a thousandth)."""
    if tolerance_db >= 0.0:
        raise AssertionError(f"tolerance_db is {tolerance_db}: a level below the signal's is negative")
    found = error_db(actual, expected)
    if not found <= tolerance_db:  # a NaN fails too
        raise AssertionError(f"differs by {found:.1f} dB, more than {tolerance_db:.1f} dB")
