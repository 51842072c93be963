"""Sines against the mathematical sine."""

from fractions import Fraction

import numpy as np
from numba import njit

from plaud_live.synths.oscillators import add_sines, advance
from tests.signals import assert_close_db, sine


def test_a_steady_partial_is_a_sine() -> None:
    out = np.zeros(4096, np.float32)
    one = np.ones(1)
    add_sines(out, 0, 4096, 44100.0, np.array([0.3]), one * 997.0, one * 997.0, one, one)
    assert_close_db(
        out, sine(4097, 997.0, phase_cycles=0.3)[1:], -125.0
    )  # float32 rounding of phase and sound


def test_a_sweep_is_the_integral_of_its_frequency() -> None:
    n = 512
    out = np.zeros(n, np.float32)
    ends = [np.array([500.0]), np.array([1500.0])]
    add_sines(out, 0, n, 44100.0, np.array([0.0]), *ends, np.array([0.2]), np.array([0.8]))
    r = np.arange(1, n + 1) / n
    phase = np.cumsum((500.0 + 1000.0 * r) / 44100.0)
    assert_close_db(out, (0.2 + 0.6 * r) * np.sin(2 * np.pi * phase), -120.0)


def test_phases_are_exact_after_six_hours() -> None:
    hop, seconds = 245, 6 * 3600
    hz = np.array([440.1, 8000.3, 21999.9])
    phase = np.zeros(3)
    _advance_often(phase, hop, seconds * 44100 // hop, hz)
    exact = [float(Fraction(f) * seconds % 1) for f in hz]
    distance = np.abs((phase - exact + 0.5) % 1.0 - 0.5)
    assert distance.max() < 1e-6  # of 475 million cycles; the increment's own rounding is 5e-8 of that


@njit
def _advance_often(phase: np.ndarray, hop: int, times: int, hz: np.ndarray) -> None:
    for _ in range(times):
        advance(phase, hop, 44100.0, hz, hz)


def test_silent_partials_are_skipped_and_others_add() -> None:
    out = np.full(64, 0.25, np.float32)
    hz, level = np.array([100.0, 200.0]), np.array([0.0, 0.0])
    add_sines(out, 0, 64, 44100.0, np.zeros(2), hz, hz, level, level)
    assert (out == 0.25).all()
    level = np.array([0.0, 0.5])
    add_sines(out, 0, 64, 44100.0, np.zeros(2), hz, hz, level, level)
    np.testing.assert_allclose(out - 0.25, 0.5 * sine(65, 200.0)[1:], atol=1e-7)
