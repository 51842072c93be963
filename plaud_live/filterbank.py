"""Constants that the torch model and the Numba voice share: mel bands, partial bands, noise loops.

NumPy only and fully determined by a `ModelConfig` and a sample rate, so that both hands compute the
same sound on every machine. Noise bands follow NoiseBandNet (Barahona-Ríos and Collins, 2024):
linearly spaced at the low end, geometrically at the high end, made once and played as loops.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from plaud_live.model_file import ModelConfig

LOOP_LENGTHS = (16384, 26325)  # coprime and far apart: together they repeat after 2.7 hours at 44.1 kHz
NYQUIST_FADE = 0.9  # from here to 1.0 times Nyquist, partials fade linearly to nothing
LOG_FLOOR = 1e-5  # added before a logarithm of magnitude: -100 dB
AMPLITUDE_FLOOR = 1e-7
GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class NoiseLoops:
    """Band-limited noise as two int16 loops per band.

    `loops[i]` is [bands, LOOP_LENGTHS[i]], in memory sample by sample; sample n of band k is
    `scale[k] * (loops[0][k, n % L0] + loops[1][k, n % L1])` and has unit RMS. Bands wholly above
    Nyquist are silent.
    """

    loops: tuple[np.ndarray, np.ndarray]
    scale: np.ndarray
    centres_hz: np.ndarray


def hop_samples(config: ModelConfig, sample_rate: int) -> int:
    """Samples per control frame at `sample_rate`: the frame rate belongs to the model."""
    return max(1, round(config.hop_size * sample_rate / config.sample_rate))


def mel_filterbank(config: ModelConfig) -> np.ndarray:
    """The mel filters of a model's encoder, float32 [mel_bands, mel_window // 2 + 1]."""
    top = min(config.mel_high_hz, 0.5 * config.sample_rate)
    return mel_triangles(config.mel_bands, config.mel_window, config.sample_rate, config.mel_low_hz, top)


def mel_triangles(count: int, window: int, sample_rate: int, low_hz: float, high_hz: float) -> np.ndarray:
    """Triangular mel filters (HTK scale) for a magnitude spectrum, float32 [count, window // 2 + 1].

    Each filter's weights sum to 1, so that a band reads the mean magnitude within it.
    """

    def to_mel(hz: float) -> float:
        return 2595.0 * np.log10(1.0 + hz / 700.0)

    mels = np.linspace(to_mel(low_hz), to_mel(high_hz), count + 2)
    edges = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    bins = np.fft.rfftfreq(window, 1.0 / sample_rate)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    weights = np.maximum(0.0, np.minimum(rising, falling))
    for band in np.flatnonzero(weights.sum(axis=1) == 0.0):  # narrower than a bin
        weights[band, np.argmin(np.abs(bins - edges[band + 1]))] = 1.0
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def mel_window(config: ModelConfig) -> np.ndarray:
    """Periodic Hann window, float32 [mel_window], scaled so that a sine of amplitude 1 peaks at 1."""
    n = np.arange(config.mel_window)
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * n / config.mel_window)
    return (hann * 2.0 / hann.sum()).astype(np.float32)


def partial_bands(config: ModelConfig) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest frequency of each partial in Hz, float32 [sines] each."""
    centres = np.geomspace(config.sine_low_hz, config.sine_high_hz, config.sines)
    spacing = np.log2(config.sine_high_hz / config.sine_low_hz) / max(1, config.sines - 1)
    half = 2.0 ** (0.5 * max(config.sine_band_octaves, spacing))
    return (centres / half).astype(np.float32), (centres * half).astype(np.float32)


def loop_offsets(channel: int, channels: int) -> tuple[int, ...]:
    """Where a channel stands in each loop of noise, in samples ahead of the first channel.

    Channels are an equal share of the loop apart: the lines of a band then turn by equal steps between two of
    them, and their correlation cancels. One table serves all, and the width is heard in headphones.
    """
    return tuple(round(channel * length / channels) for length in LOOP_LENGTHS)


def start_phases(count: int) -> np.ndarray:
    """Phases of `count` oscillators at sample 0 in cycles, spread by the golden ratio, float64 [count]."""
    return np.mod(np.arange(1, count + 1) * GOLDEN, 1.0)


def noise_centres(config: ModelConfig) -> np.ndarray:
    """Centres of the noise bands in Hz, float64 [noise_bands]; spacing is continuous at the joint."""
    count = config.noise_bands
    low, high = config.noise_low_hz, config.noise_high_hz
    linear = round(count * config.noise_linear_share)
    geometric = count - linear
    if linear == 0:
        return np.geomspace(low, high, count)
    if geometric <= 1:
        return np.linspace(low, high, count)
    left, right = low, high
    for _ in range(60):  # bisect for the joint where both spacings agree
        joint = 0.5 * (left + right)
        step = joint * ((high / joint) ** (1.0 / geometric) - 1.0)
        if (joint - low) / linear < step:
            left = joint
        else:
            right = joint
    lower = np.linspace(low, joint, linear, endpoint=False)
    return np.concatenate([lower, np.geomspace(joint, high, geometric)])


@lru_cache(maxsize=4)
def noise_loops(config: ModelConfig, sample_rate: int) -> NoiseLoops:
    """Make the noise bands of a model at `sample_rate`.

    Neighbouring bands overlap with power-complementary cosine flanks, so that equal amplitudes of
    neighbours give a flat spectrum of power per band. Phases come from a hash of the seed.
    """
    centres = noise_centres(config)
    count = len(centres)
    before = np.concatenate([[centres[0] - (centres[1] - centres[0] if count > 1 else 20.0)], centres[:-1]])
    after = np.concatenate([centres[1:], [centres[-1] * (centres[-1] / before[-1] if count > 1 else 1.1)]])
    floats = []
    for which, length in enumerate(LOOP_LENGTHS):
        bins = np.fft.rfftfreq(length, 1.0 / sample_rate)
        loop = np.zeros((count, length))
        for k in range(count):
            if centres[k] >= 0.5 * sample_rate:
                continue
            first, last = np.searchsorted(bins, (max(before[k], 1.0), after[k]))
            first, last = max(1, first), min(last, len(bins) - 1)  # neither DC nor Nyquist
            near = int(np.clip(np.searchsorted(bins, centres[k]), 1, len(bins) - 2))
            if last <= first:
                first, last = near, near + 1
            f = bins[first:last]
            distance = np.where(
                f < centres[k],
                (centres[k] - f) / (centres[k] - before[k]),
                (f - centres[k]) / (after[k] - centres[k]),
            )
            magnitude = np.cos(0.5 * np.pi * np.minimum(distance, 1.0))
            if not magnitude.any():
                magnitude[:] = 1.0
            phase = _hashed_uniform((config.noise_seed, which, k), last - first)
            spectrum = np.zeros(len(bins), dtype=np.complex128)
            spectrum[first:last] = magnitude * np.exp(2j * np.pi * phase)
            wave = np.fft.irfft(spectrum, length)
            loop[k] = wave / np.sqrt(2.0 * np.mean(wave**2))  # two loops of power 1/2
        floats.append(loop)
    peak = np.maximum(np.abs(floats[0]).max(axis=1), np.abs(floats[1]).max(axis=1))
    scale = np.where(peak > 0.0, peak, 1.0) / 32767.0
    loops = tuple(np.asfortranarray(np.round(loop / scale[:, None]).astype(np.int16)) for loop in floats)
    for array in (*loops, centres):
        array.setflags(write=False)
    return NoiseLoops((loops[0], loops[1]), scale.astype(np.float32), centres)


def _hashed_uniform(key: tuple[int, int, int], count: int) -> np.ndarray:
    """`count` numbers in 0..1 that depend on `key` alone (SplitMix64, Steele, Lea and Flood, 2014)."""
    with np.errstate(over="ignore"):
        seed = np.zeros(1, dtype=np.uint64)
        for part in key:
            seed = _mix(seed + np.uint64(part) + np.uint64(0x9E3779B97F4A7C15))
        steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        return (_mix(seed + steps) >> np.uint64(11)) * 2.0**-53


def _mix(x: np.ndarray) -> np.ndarray:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
