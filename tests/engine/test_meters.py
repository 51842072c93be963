"""Meters against the levels that the signals have."""

import numpy as np
import pytest

from plaud_live.engine.meters import FALL_DB_PER_SECOND, RMS_SECONDS, Meter
from tests.signals import sine

RATE = 44100


def test_a_steady_sine_reads_its_peak_and_its_rms() -> None:
    meter = Meter(RATE)
    signal = sine(3 * RATE, 440.0, gain=0.5).astype(np.float32)
    for at in range(0, len(signal), 128):
        meter.update(np.repeat(signal[at : at + 128, None], 2, axis=1))
    assert meter.peak == pytest.approx(0.5, rel=0.01)
    assert meter.rms == pytest.approx(0.5 / np.sqrt(2.0), rel=0.01)


@pytest.mark.parametrize("size", [64, 1000])
def test_the_peak_falls_and_the_rms_decays_at_their_rates(size: int) -> None:
    meter = Meter(RATE)
    meter.update(np.ones(RATE * 3, dtype=np.float32))
    silence = np.zeros(size, dtype=np.float32)
    blocks = round(0.5 * RATE / size)
    for _ in range(blocks):
        meter.update(silence)
    seconds = blocks * size / RATE
    assert 20.0 * np.log10(meter.peak) == pytest.approx(-FALL_DB_PER_SECOND * seconds, rel=1e-6)
    assert meter.rms == pytest.approx(np.exp(-0.5 * seconds / RMS_SECONDS), rel=1e-4)


def test_an_empty_block_changes_nothing() -> None:
    meter = Meter(RATE)
    meter.update(np.ones(10, dtype=np.float32))
    before = (meter.peak, meter.rms)
    meter.update(np.zeros(0, dtype=np.float32))
    assert (meter.peak, meter.rms) == before
