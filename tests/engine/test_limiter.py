"""The limiter by its physics: a ceiling, no overshoot, transparency, little distortion, no block size."""

import numpy as np
import pytest

from plaud_live.engine.limiter import CEILING_DB, Limiter
from tests.signals import impulse, level_db, noise, sine

RATE = 44100


def stereo(left: np.ndarray, right: np.ndarray | None = None) -> np.ndarray:
    return np.stack([left, left if right is None else right], axis=1).astype(np.float32)


def limited(signal: np.ndarray, sizes: tuple[int, ...] = (1 << 30,), rate: float = RATE) -> np.ndarray:
    limiter = Limiter(rate)
    out = signal.copy()
    at = turn = 0
    while at < len(out):
        size = sizes[turn % len(sizes)]
        limiter.process(out[at : at + size])
        at, turn = at + size, turn + 1
    return out


HOT = {
    "noise": noise(20_000, seed=1, gain=5.0),
    "bursts": noise(20_000, seed=2, gain=8.0) * (np.arange(20_000) // 700 % 3 == 0),
    "impulses": impulse(20_000, 50, 100.0) + impulse(20_000, 90, -30.0) + impulse(20_000, 9000, 1.0e30),
    "rising": np.linspace(0.0, 40.0, 20_000) * sine(20_000, 3000.0),
    "square": 3.0 * np.sign(sine(20_000, 110.0)),
    "dc": np.full(20_000, 1.0e6),
}


@pytest.mark.parametrize("rate", [8000, 44100, 96000])
@pytest.mark.parametrize("name", HOT)
def test_no_sample_is_above_the_ceiling(name: str, rate: int) -> None:
    out = limited(stereo(HOT[name], 0.3 * HOT[name][::-1]), rate=rate)
    assert np.abs(out).max() <= 10.0 ** (CEILING_DB / 20.0)
    assert np.abs(out).max() > 0.5 * 10.0 ** (CEILING_DB / 20.0)  # and it does not just turn everything down


def test_what_is_not_finite_becomes_silence_and_passes_by() -> None:
    signal = stereo(sine(4000, 500.0, gain=0.5))
    clean = limited(signal)
    broken = signal.copy()
    broken[1000:1010] = [[np.nan, np.inf]]
    out = limited(broken)
    latency = Limiter(RATE).latency
    hole = slice(1000 + latency, 1010 + latency)
    assert np.all(out[hole] == 0.0)
    assert np.array_equal(
        np.delete(out, np.arange(4000)[hole], axis=0), np.delete(clean, np.arange(4000)[hole], axis=0)
    )


def test_below_the_ceiling_only_time_passes() -> None:
    signal = stereo(noise(10_000, seed=3, gain=0.966), noise(10_000, seed=4, gain=0.966))
    latency = Limiter(RATE).latency
    assert np.array_equal(limited(signal)[latency:], signal[:-latency])
    assert latency == pytest.approx(0.0015 * RATE, abs=1.0)


def test_after_a_peak_the_sound_is_bit_exact_again() -> None:
    signal = stereo(noise(6 * RATE, seed=5, gain=0.5))
    signal[100] = 10.0
    latency = Limiter(RATE).latency
    out = limited(signal)
    assert np.array_equal(out[5 * RATE :], signal[5 * RATE - latency : -latency])


@pytest.mark.parametrize("sizes", [(1,), (64,), (128,), (7, 1000, 1, 256)])
def test_every_block_size_gives_the_same_bits(sizes: tuple[int, ...]) -> None:
    signal = stereo(HOT["bursts"], HOT["rising"])
    assert np.array_equal(limited(signal, sizes), limited(signal))


def test_a_state_taken_and_set_goes_on_as_if_nothing_happened() -> None:
    signal = stereo(HOT["noise"])
    whole = limited(signal)
    first, second = Limiter(RATE), Limiter(RATE)
    first.process(signal[:7000])
    second.set_state(first.get_state())
    rest = signal[7000:].copy()
    second.process(rest)
    assert np.array_equal(rest, whole[7000:])


def test_both_channels_get_the_same_gain() -> None:
    quiet = sine(8000, 300.0, gain=0.1)
    out = limited(stereo(HOT["bursts"][:8000], quiet))
    latency = Limiter(RATE).latency
    left, right = out[latency:, 0], out[latency:, 1]
    source_left, source_right = HOT["bursts"][: 8000 - latency], quiet[: 8000 - latency]
    heard = (np.abs(source_left) > 0.01) & (np.abs(source_right) > 0.01)
    np.testing.assert_allclose(
        left[heard] / source_left[heard], right[heard] / source_right[heard], rtol=1e-5
    )


@pytest.mark.parametrize(
    ("frequency", "thd_db"), [(50.0, -40.0), (100.0, -50.0), (440.0, -90.0), (1000.0, -90.0)]
)
def test_a_hot_sine_stays_a_sine(frequency: float, thd_db: float) -> None:
    """Within a period of up to twice the lookahead the gain stands still; below, the release ripples."""
    out = limited(stereo(sine(3 * RATE, frequency, gain=2.0)))[RATE:, 0].astype(np.float64)
    n = np.arange(len(out)) / RATE
    basis = np.stack([np.sin(2 * np.pi * frequency * n), np.cos(2 * np.pi * frequency * n)], axis=1)
    rest = out - basis @ np.linalg.lstsq(basis, out, rcond=None)[0]
    assert level_db(rest) - level_db(out) < thd_db


def test_the_gain_comes_down_before_the_peak_and_without_a_step() -> None:
    """A steady sound shows the gain: it moves by at most its whole way in one lookahead, and not below it."""
    steady = np.full(4000, 0.5)
    steady[2000] = 5.0
    out = limited(stereo(steady))[:, 0].astype(np.float64)
    latency = Limiter(RATE).latency
    gain = out[latency:] / steady[: 4000 - latency]
    floor = 10.0 ** (CEILING_DB / 20.0) / 5.0
    assert gain.min() == pytest.approx(floor, rel=1e-6)
    assert np.abs(np.diff(gain)).max() <= (1.0 - floor) / (latency + 1) * 1.001
    assert np.all(gain[: 2000 - latency - 1] == 1.0)
