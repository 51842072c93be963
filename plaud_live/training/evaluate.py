"""How close a model's reconstruction is to recordings, beside two sounds that know almost nothing.

Two-second windows are encoded, decoded from the means of the latents, and compared by auraloss's default
multi-resolution STFT loss (Yamamoto, Song and Kim, 2020) and by the distance of log-mel spectra. The
baselines are silence, and noise with each window's own mean spectrum that follows its loudness.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import auraloss
import numpy as np
import torch
from torch import Tensor

from plaud_live.errors import DatasetError
from plaud_live.features.framing import Framing
from plaud_live.features.log_mel import LogMel
from plaud_live.model_file import ModelConfig, read
from plaud_live.models.files import from_model
from plaud_live.training.audio_files import find_recordings, read_mono, require_recordings
from plaud_live.training.dataset import Dataset, Span
from plaud_live.training.manifest import MANIFEST, read_manifest

WINDOW_SECONDS = 2.0
_QUIET = 10.0 ** (-70.0 / 20.0)  # windows below this level are left out: both measures compare logarithms
_LOUDNESS_SAMPLES = 1024  # mean-spectrum noise follows the loudness over this long
_SPECTRUM_SAMPLES = 2048
_DECIBELS = 20.0 / np.log(10.0)


@dataclass(frozen=True)
class Measure:
    """Distance of one sound from the recordings, medians over windows: lower is closer."""

    name: str
    stft: float
    log_mel_db: float


@dataclass(frozen=True)
class Evaluation:
    """Measures of the model and of the baselines over `windows` windows."""

    measures: tuple[Measure, ...]
    windows: int

    def table(self) -> str:
        """A table for people."""
        lines = [f"{'':22}{'MR-STFT':>9}{'log-mel dB':>12}   medians of {self.windows} windows"]
        lines += [f"{m.name:22}{m.stft:9.3f}{m.log_mel_db:12.2f}" for m in self.measures]
        return "\n".join(lines)


class Metrics:
    """Both measures for audio at `sample_rate`, made once."""

    def __init__(self, log_mel: LogMel, config: ModelConfig) -> None:
        self.stft = auraloss.freq.MultiResolutionSTFTLoss()
        self.framing = Framing(config.mel_window, config.hop_size)
        self.log_mel = copy.deepcopy(log_mel).cpu()

    @torch.no_grad()
    def __call__(self, made: Tensor, target: Tensor) -> tuple[float, float]:
        """MR-STFT and log-mel distance in dB of `made` from `target`, each [samples], over what both have."""
        samples = min(len(made), len(target))
        made, target = made[:samples], target[:samples]
        stft = float(self.stft(made[None, None], target[None, None]))
        rows = [self.log_mel(self.framing(audio[None])[0]) for audio in (made, target)]
        return stft, float((rows[0] - rows[1]).abs().mean()) * _DECIBELS


def evaluate(
    reconstruct: Callable[[Tensor], Tensor], metrics: Metrics, windows: np.ndarray, baselines: bool = True
) -> Evaluation:
    """Measure `reconstruct` ([1, 1, samples] to the same) on `windows` [n, samples].

    Raises DatasetError if all windows are near silence.
    """
    loud = [w for w in windows if np.sqrt(np.mean(np.square(w))) > _QUIET]
    if not loud:
        raise DatasetError("the recordings to measure on are silent")
    makers: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "model": lambda window: reconstruct(torch.from_numpy(window)[None, None])[0, 0].numpy(),
    }
    if baselines:
        makers["mean-spectrum noise"] = mean_spectrum_noise
        makers["silence"] = np.zeros_like
    measures = []
    for name, make in makers.items():
        rows = [metrics(torch.from_numpy(make(w)), torch.from_numpy(w)) for w in loud]
        stft, log_mel = np.median(np.array(rows), axis=0)
        measures.append(Measure(name, float(stft), float(log_mel)))
    return Evaluation(tuple(measures), len(loud))


def mean_spectrum_noise(window: np.ndarray) -> np.ndarray:
    """Noise with the mean spectrum of `window` [samples] and its loudness over time; always the same."""
    size = min(_SPECTRUM_SAMPLES, len(window))
    starts = range(0, len(window) - size + 1, size // 4)
    hann = np.hanning(size)
    power = np.mean([np.square(np.abs(np.fft.rfft(window[i : i + size] * hann))) for i in starts], axis=0)
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(len(window)))
    shape = np.interp(np.linspace(0.0, 1.0, len(spectrum)), np.linspace(0.0, 1.0, len(power)), np.sqrt(power))
    noise = np.fft.irfft(spectrum * shape, len(window))
    kernel = np.ones(_LOUDNESS_SAMPLES) / _LOUDNESS_SAMPLES
    noise *= np.sqrt(np.maximum(0.0, np.convolve(np.square(window), kernel, mode="same")))
    level = np.sqrt(np.mean(np.square(noise)))
    return (noise * np.sqrt(np.mean(np.square(window))) / max(level, 1e-12)).astype(np.float32)


def read_windows(folder: Path, sample_rate: int, limit: int = 64) -> np.ndarray:
    """Up to `limit` two-second windows [n, samples] of a folder of recordings or a prepared dataset.

    Raises DatasetError if it holds no sound, or a dataset of another sample rate.
    """
    samples = round(WINDOW_SECONDS * sample_rate)
    if (folder / MANIFEST).exists():
        manifest = read_manifest(folder)
        if manifest.settings.sample_rate != sample_rate:
            raise DatasetError(
                f"{folder}: is at {manifest.settings.sample_rate} Hz, the model at {sample_rate} Hz — "
                "give the folder of recordings instead"
            )
        dataset = Dataset(folder, manifest, 0.1)
        spans = tuple(Span(i, 0, r.samples) for i, r in enumerate(manifest.recordings))
        return dataset.windows(samples, limit, spans)
    found = find_recordings(folder)
    require_recordings(found, folder)
    sounds = []
    for path in found.recordings:
        try:
            sounds.append(read_mono(path, sample_rate))
        except DatasetError:
            continue
    audio = np.concatenate(sounds) if sounds else np.zeros(0, dtype=np.float32)
    if len(audio) == 0:
        raise DatasetError(f"{folder}: none of its {len(found.recordings)} recordings can be read")
    audio = np.pad(audio, (0, max(0, samples - len(audio))))
    chosen = np.linspace(0, len(audio) // samples - 1, min(limit, len(audio) // samples)).round().astype(int)
    return np.stack([audio[i * samples : (i + 1) * samples] for i in np.unique(chosen)])


def evaluate_model(path: Path, folder: Path, limit: int = 64) -> Evaluation:
    """Measure the model file at `path` on what `folder` holds. Raises ModelFileError or DatasetError."""
    model = read(path)
    net = from_model(model)
    delay = int(model.training.get("delay_samples", 0))
    windows = read_windows(folder, model.config.sample_rate, limit)
    with torch.no_grad():
        return evaluate(
            lambda audio: net(audio)[0][..., delay:], Metrics(net.encoder.log_mel, net.config), windows
        )
