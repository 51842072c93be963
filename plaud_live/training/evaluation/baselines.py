"""Two sounds that know almost nothing: where no model should be. A window is [channels, samples]."""

from collections.abc import Callable, Mapping

import numpy as np

_LOUDNESS_SAMPLES = 1024  # mean-spectrum noise follows the loudness over this long
_SPECTRUM_SAMPLES = 2048


def mean_spectrum_noise(window: np.ndarray) -> np.ndarray:
    """Noise with the mean spectrum of each channel and its loudness over time; always the same."""
    rng = np.random.default_rng(0)
    return np.stack([_follow(channel, rng) for channel in window]).astype(np.float32)


BASELINES: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "mean-spectrum noise": mean_spectrum_noise,
    "silence": np.zeros_like,
}


def _follow(audio: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    size = min(_SPECTRUM_SAMPLES, len(audio))
    starts = range(0, len(audio) - size + 1, size // 4)
    hann = np.hanning(size)
    power = np.mean([np.square(np.abs(np.fft.rfft(audio[i : i + size] * hann))) for i in starts], axis=0)
    spectrum = np.fft.rfft(rng.standard_normal(len(audio)))
    shape = np.interp(np.linspace(0.0, 1.0, len(spectrum)), np.linspace(0.0, 1.0, len(power)), np.sqrt(power))
    noise = np.fft.irfft(spectrum * shape, len(audio))
    kernel = np.ones(_LOUDNESS_SAMPLES) / _LOUDNESS_SAMPLES
    noise *= np.sqrt(np.maximum(0.0, np.convolve(np.square(audio), kernel, mode="same")))
    level = np.sqrt(np.mean(np.square(noise)))
    return noise * np.sqrt(np.mean(np.square(audio))) / max(level, 1e-12)
