"""NaN guard, DC guard and gate by what they do to known signals, for any block size."""

import numpy as np
import pytest

from plaud_live.engine.guards import DC_CORNER_HZ, DcGuard, Gate, NanGuard
from tests.signals import level_db, noise, sine

RATE = 44100


def voice(samples: int = 4096) -> np.ndarray:
    return sine(samples, 220.0, gain=0.8).astype(np.float32)


def test_a_good_voice_is_not_touched() -> None:
    guard, signal = NanGuard(RATE), voice()
    out = signal.copy()
    assert not guard.process(out)
    assert np.array_equal(out, signal)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_bad_block_fades_out_from_the_last_good_sample_and_in_again(bad: float) -> None:
    guard, signal = NanGuard(RATE), voice()
    out = signal.copy()
    out[1000:1024] = bad
    flags = [guard.process(out[at : at + 128]) for at in range(0, 4096, 128)]
    assert flags == [at == 7 for at in range(32)]
    assert np.isfinite(out).all()
    assert np.array_equal(out[:1000], signal[:1000])
    slope = np.abs(np.diff(signal)).max()
    fade = 0.8 / (0.005 * RATE)  # what the fade itself adds
    assert np.abs(np.diff(out)).max() <= slope + 2.0 * fade
    assert np.array_equal(out[1500:], signal[1500:])


def test_a_voice_that_stays_bad_is_silent() -> None:
    guard = NanGuard(RATE)
    guard.process(voice(200))
    out = np.full(RATE, np.nan, dtype=np.float32)
    for at in range(0, RATE, 128):
        assert guard.process(out[at : at + 128])
    assert np.abs(out[RATE // 10 :]).max() < 1e-6


def test_dc_dies_away_and_sound_passes() -> None:
    block = np.zeros((RATE, 2), dtype=np.float32)
    block[:, 0] = 0.5
    block[:, 1] = 0.5 + sine(RATE, 100.0, gain=0.25)
    DcGuard(RATE).process(block)
    late = block[RATE // 2 :].astype(np.float64)
    assert abs(late[:, 0]).max() < 1e-6
    assert abs(late[:, 1].mean()) < 1e-4
    assert level_db(late[:, 1]) == pytest.approx(level_db(sine(RATE, 100.0, gain=0.25)), abs=0.1)


def test_the_corner_is_where_it_says() -> None:
    block = np.repeat(sine(4 * RATE, DC_CORNER_HZ)[:, None], 2, axis=1).astype(np.float32)
    DcGuard(RATE).process(block)
    assert level_db(block[2 * RATE :]) - level_db(sine(RATE, DC_CORNER_HZ)) == pytest.approx(-3.0, abs=0.1)


def test_the_dc_guard_knows_no_block_size_and_no_nan() -> None:
    whole = np.stack([noise(5000, 1), noise(5000, 2)], axis=1).astype(np.float32)
    whole[77, 0] = np.nan
    parts = whole.copy()
    DcGuard(RATE).process(whole)
    guard = DcGuard(RATE)
    for at in range(0, 5000, 37):
        guard.process(parts[at : at + 37])
    assert np.isfinite(whole).all()
    assert np.array_equal(parts, whole)


def test_an_open_gate_touches_nothing_and_a_closed_one_is_silent_within_5_ms() -> None:
    gate = Gate(RATE)
    block = np.ones((128, 2), dtype=np.float32)
    gate.process(block)
    assert np.all(block == 1.0)
    gate.open = False
    out = np.ones((RATE // 50, 2), dtype=np.float32)
    for at in range(0, len(out), 64):
        gate.process(out[at : at + 64])
    assert gate.closed
    assert np.all(out[round(0.005 * RATE) + 1 :] == 0.0)
    assert np.abs(np.diff(out[:, 0])).max() < 1.1 / (0.005 * RATE)  # a ramp, not a step
    gate.open = True
    out = np.ones((RATE // 50, 2), dtype=np.float32)
    gate.process(out)
    assert out[0, 0] < 0.01 and np.all(out[round(0.005 * RATE) + 1 :] == 1.0)
