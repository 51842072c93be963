"""The shared constants against physics: what a band holds, what bands sum to, that no loop is heard."""

import math
from itertools import pairwise

import numpy as np
import pytest

from plaud_live import filterbank
from plaud_live.filterbank import LOOP_LENGTHS
from plaud_live.model_file import ModelConfig
from tests.signals import sine

CONFIG = ModelConfig(noise_bands=64)


def tables(
    config: ModelConfig = CONFIG, sample_rate: int = 44100
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both loops of all bands as float64, scaled, and the centres in Hz."""
    made = filterbank.noise_loops(config, sample_rate)
    first, second = (loop * made.scale[:, None].astype(float) for loop in made.loops)
    return first, second, made.centres_hz


def played(config: ModelConfig, sample_rate: int, samples: int, bands: slice) -> np.ndarray:
    """What `bands` sound like at amplitude 1, summed, [samples]."""
    first, second, _ = tables(config, sample_rate)
    n = np.arange(samples)
    sums = (loop[bands].sum(axis=0) for loop in (first, second))
    return sum(total[n % len(total)] for total in sums)


def test_loop_lengths_are_coprime() -> None:
    assert math.gcd(*LOOP_LENGTHS) == 1
    assert math.lcm(*LOOP_LENGTHS) / 44100 > 2 * 3600


@pytest.mark.parametrize("sample_rate", [22050, 44100, 48000, 96000])
def test_every_band_has_unit_rms(sample_rate: int) -> None:
    """Powers of the two loops add, for they share no frequency: exactly over lcm samples."""
    first, second, centres = tables(sample_rate=sample_rate)
    power = np.mean(first**2, axis=1) + np.mean(second**2, axis=1)
    audible = centres < 0.5 * sample_rate
    np.testing.assert_allclose(power[audible], 1.0, atol=1e-3)
    np.testing.assert_array_equal(power[~audible], 0.0)


def test_unit_rms_is_what_a_minute_measures() -> None:
    first, second, _ = tables()
    n = np.arange(60 * 44100)
    for band in (0, 20, 63):
        sound = first[band][n % LOOP_LENGTHS[0]] + second[band][n % LOOP_LENGTHS[1]]
        assert np.sqrt(np.mean(sound**2)) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("channels", [2, 3])
def test_channels_play_noise_that_does_not_correlate(channels: int) -> None:
    """Band by band over whole loops next to nothing is common; most in the narrowest, of a few lines."""
    common = []
    for loop, length, offsets in zip(
        tables(),
        LOOP_LENGTHS,
        zip(*(filterbank.loop_offsets(c, channels) for c in range(channels)), strict=True),
        strict=False,
    ):
        assert offsets[0] == 0
        other = np.roll(loop, -offsets[1], axis=1)
        common.append(np.sum(loop * other, axis=1) / np.sum(loop * loop, axis=1))
        assert len(set(offsets)) == channels and max(offsets) < length
    assert np.abs(common).max() < 0.1
    assert np.abs(common).mean() < 0.02


@pytest.mark.parametrize("band", [1, 10, 31, 32, 50, 62])
def test_a_band_lies_between_its_neighbours(band: int) -> None:
    """Less than -60 dB of the power is outside: int16 is the only thing that could put it there."""
    _, _, centres = tables()
    for loop in tables()[:2]:
        power = np.abs(np.fft.rfft(loop[band])) ** 2
        hz = np.fft.rfftfreq(loop.shape[1], 1 / 44100)
        step = 44100 / loop.shape[1]
        inside = (hz > centres[band - 1] - step) & (hz < centres[band + 1] + step)
        assert power[~inside].sum() < 1e-6 * power.sum()


def test_power_lies_around_the_centre() -> None:
    first, _, centres = tables()
    hz = np.fft.rfftfreq(first.shape[1], 1 / 44100)
    power = np.abs(np.fft.rfft(first)) ** 2
    mean_hz = (power * hz).sum(axis=1) / power.sum(axis=1)
    width = np.gradient(centres)
    assert (np.abs(mean_hz - centres) < 0.5 * width).all()


def test_all_linear_bands_sum_to_a_flat_spectrum() -> None:
    """Equal bands at equal amplitudes are white noise: no part of the range stands out by 1 dB."""
    config = ModelConfig(noise_bands=64, noise_linear_share=1.0, noise_low_hz=300.0, noise_high_hz=18000.0)
    sound = played(config, 44100, 1 << 19, slice(None))
    power = np.abs(np.fft.rfft(sound)) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / 44100)
    edges = np.geomspace(500.0, 17500.0, 16)
    density = [power[(hz >= a) & (hz < b)].mean() for a, b in pairwise(edges)]
    assert 10 * np.log10(max(density) / min(density)) < 1.0


def test_neighbours_meet_without_a_hole() -> None:
    """Power at the crossing of two bands is that at their centres: the flanks are complementary."""
    config = ModelConfig(noise_bands=8, noise_linear_share=1.0, noise_low_hz=2000.0, noise_high_hz=16000.0)
    centres = filterbank.noise_centres(config)
    sound = played(config, 44100, 1 << 20, slice(None))
    power = np.abs(np.fft.rfft(sound)) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / 44100)

    def density(at: float) -> float:
        return float(power[np.abs(hz - at) < 150.0].mean())

    for left, right in pairwise(centres[1:-1]):
        ratio = density(0.5 * (left + right)) / math.sqrt(density(left) * density(right))
        assert abs(10 * np.log10(ratio)) < 1.5  # 150 Hz on either side: a hundred frequencies of each loop


@pytest.mark.parametrize("band", [5, 30, 60])
def test_no_period_is_heard_at_either_loop_length(band: int) -> None:
    """A single loop would repeat itself exactly (correlation 1); two of equal power only to a half."""
    first, second, _ = tables()
    n = np.arange(4 * max(LOOP_LENGTHS))
    sound = first[band][n % LOOP_LENGTHS[0]] + second[band][n % LOOP_LENGTHS[1]]
    for length in LOOP_LENGTHS:
        correlation = np.corrcoef(sound[:-length], sound[length:])[0, 1]
        assert correlation < 0.75


def test_loops_have_no_seam() -> None:
    """The step from the last sample to the first is like all others."""
    for loop in tables()[:2]:
        steps = np.abs(np.diff(loop, axis=1, append=loop[:, :1]))
        assert (steps[:, -1] <= steps[:, :-1].max(axis=1)).all()


def test_the_table_depends_on_the_seed_alone() -> None:
    filterbank.noise_loops.cache_clear()
    first = filterbank.noise_loops(CONFIG, 44100).loops[0]
    filterbank.noise_loops.cache_clear()
    again = filterbank.noise_loops(CONFIG, 44100).loops[0]
    other = filterbank.noise_loops(ModelConfig(noise_bands=64, noise_seed=2), 44100).loops[0]
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_bands_are_independent() -> None:
    first, second, _ = tables()
    for loop in (first, second):
        correlation = np.corrcoef(loop)
        far = np.abs(np.subtract.outer(np.arange(64), np.arange(64))) > 1
        assert np.abs(correlation[far]).max() < 1e-3  # they share no frequency but through int16


def test_centres_are_linear_then_geometric_without_a_jump() -> None:
    centres = filterbank.noise_centres(CONFIG)
    assert centres[0] == pytest.approx(20.0) and centres[-1] == pytest.approx(20000.0)
    steps, ratios = np.diff(centres), centres[1:] / centres[:-1]
    np.testing.assert_allclose(steps[:31], steps[0], rtol=1e-9)
    np.testing.assert_allclose(ratios[32:], ratios[-1], rtol=1e-9)
    assert steps[32] / steps[30] == pytest.approx(ratios[-1], abs=0.1)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("count", [1, 2, 3, 500])
def test_any_number_of_bands(count: int, share: float) -> None:
    config = ModelConfig(noise_bands=count, noise_linear_share=share)
    centres = filterbank.noise_centres(config)
    assert len(centres) == count and (np.diff(centres) > 0).all()
    if count < 500:
        made = filterbank.noise_loops(config, 44100)
        assert all(
            loop.shape == (count, length) for loop, length in zip(made.loops, LOOP_LENGTHS, strict=True)
        )


def test_a_sine_of_amplitude_1_peaks_at_magnitude_1() -> None:
    window = filterbank.mel_window(ModelConfig())
    hz = 40 * 44100 / 1024
    magnitude = np.abs(np.fft.rfft(sine(1024, hz) * window))
    assert int(magnitude.argmax()) == 40
    assert magnitude.max() == pytest.approx(1.0, abs=1e-6)


def test_mel_bands_read_the_mean_magnitude() -> None:
    bank = filterbank.mel_filterbank(ModelConfig())
    assert bank.shape == (64, 513)
    np.testing.assert_allclose(bank @ np.full(513, 0.3), 0.3, rtol=1e-6)
    centres = (bank * np.arange(513)).sum(axis=1)
    assert (np.diff(centres) > -1e-3).all() and bank.min() >= 0.0


def test_mel_bands_end_at_nyquist() -> None:
    bank = filterbank.mel_filterbank(ModelConfig(sample_rate=16000, mel_high_hz=16000.0))
    np.testing.assert_allclose(bank.sum(axis=1), 1.0, rtol=1e-6)


def test_partial_bands_cover_the_range_without_gaps() -> None:
    for count in (2, 10, 96):
        low, high = filterbank.partial_bands(ModelConfig(sines=count))
        assert low[0] < 40.0 < high[0] and low[-1] < 12000.0 < high[-1]
        assert (high[:-1] >= low[1:] * (1 - 1e-6)).all()
        np.testing.assert_allclose(np.sqrt(low[0] * high[0]), 40.0, rtol=1e-6)


def test_start_phases_are_spread() -> None:
    """No gap on the circle exceeds twice the mean gap: the golden ratio's own property."""
    for count in (5, 96, 500):
        phases = np.sort(filterbank.start_phases(count))
        gaps = np.diff(phases, append=phases[0] + 1.0)
        assert gaps.max() < 2.0 / count and phases.min() >= 0.0 and phases.max() < 1.0


@pytest.mark.parametrize(("rate", "hop"), [(44100, 256), (48000, 279), (96000, 557), (22050, 128)])
def test_the_frame_rate_belongs_to_the_model(rate: int, hop: int) -> None:
    assert filterbank.hop_samples(ModelConfig(), rate) == hop
