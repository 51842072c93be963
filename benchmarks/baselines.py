"""Sounds that know something of a recording, but no model: what a distance from it means.

Each is made for test spans [samples], which are the ends of the recordings `whole`; the same each time.
"""

from collections.abc import Callable

import numpy as np

Sounds = list[np.ndarray]
NEARLY_SILENT = 1e-6  # amplitude: -120 dB, below what the measure tells from silence
_SPECTRUM = 2048
_VOCODER = 1024
_TINY = 1e-12


def near_silence(spans: Sounds, whole: Sounds) -> Sounds:
    """White noise at -120 dB."""
    rng = np.random.default_rng(0)
    return [NEARLY_SILENT * rng.standard_normal(len(span)) for span in spans]


def mean_spectrum_noise(spans: Sounds, whole: Sounds) -> Sounds:
    """Steady noise with the mean spectrum of each whole recording, at the level of its test span."""
    rng = np.random.default_rng(0)
    sounds = []
    for span, recording in zip(spans, whole, strict=True):
        made = _coloured(rng.standard_normal(len(span)), recording)
        sounds.append(made * _rms(span) / max(_rms(made), _TINY))
    return sounds


def oracle_vocoder(spans: Sounds, whole: Sounds) -> Sounds:
    """Noise whose every bin in every frame is weighed by the test span's own magnitude there."""
    rng = np.random.default_rng(0)
    return [_vocoded(rng.standard_normal(len(span)), span) for span in spans]


BASELINES: dict[str, Callable[[Sounds, Sounds], Sounds]] = {
    "near silence": near_silence,
    "mean-spectrum noise": mean_spectrum_noise,
    "oracle noise vocoder": oracle_vocoder,
}


def _rms(audio: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64))))


def _coloured(noise: np.ndarray, recording: np.ndarray) -> np.ndarray:
    """Filter `noise` [samples] by the mean power spectrum of `recording`; its level is arbitrary."""
    shape = np.sqrt(np.mean(np.square(np.abs(_stft(recording, _SPECTRUM))), axis=0))
    spectrum = np.fft.rfft(noise)
    places = np.linspace(0.0, 1.0, len(spectrum)), np.linspace(0.0, 1.0, len(shape))
    return np.fft.irfft(spectrum * np.interp(*places, shape), len(noise))


def _vocoded(noise: np.ndarray, span: np.ndarray) -> np.ndarray:
    unit = np.sqrt(np.sum(np.square(_window(_VOCODER))))  # magnitude of a bin of white noise
    spectra = _stft(noise, _VOCODER) / unit * np.abs(_stft(span, _VOCODER))
    return _istft(spectra, _VOCODER, len(span))


def _window(size: int) -> np.ndarray:
    return 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size)


def _stft(audio: np.ndarray, size: int) -> np.ndarray:
    """Spectra [frames, bins] of Hann windows a quarter apart, the first and the last half outside."""
    padded = np.pad(audio.astype(np.float64), (size, size))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[:: size // 4]
    return np.fft.rfft(frames * _window(size))


def _istft(spectra: np.ndarray, size: int, samples: int) -> np.ndarray:
    """The sound [samples] whose spectra come nearest to `spectra` (Griffin and Lim, 1984)."""
    hop, window = size // 4, _window(size)
    total, weight = np.zeros((2, hop * (len(spectra) - 1) + size))
    for i, frame in enumerate(np.fft.irfft(spectra, size)):
        total[i * hop : i * hop + size] += window * frame
        weight[i * hop : i * hop + size] += np.square(window)
    return (total / np.maximum(weight, _TINY))[size : size + samples]
