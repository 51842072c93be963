"""One picture of a training run: loss curves, spectrograms of target and reconstruction, latents."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from plaud_live.model_file import write_atomically

_FFT = 2048
_HOP = 256
_FLOOR_DB = -100.0
_LATENTS_SHOWN = 8


@dataclass(frozen=True)
class Example:
    """A held-out passage: `target` and `made` [samples], and its `latents` [frames, latents] in raw units."""

    target: np.ndarray
    made: np.ndarray
    latents: np.ndarray
    sample_rate: int


def write_report(path: Path, title: str, history: list[dict[str, float]], example: Example) -> None:
    """Draw the report and replace the PNG at `path` atomically. Raises OSError if the disk refuses."""
    figure = Figure(figsize=(12, 11), layout="constrained")
    figure.suptitle(title)
    grid = figure.add_gridspec(4, 1, height_ratios=(1.0, 1.0, 1.0, 0.9))
    _draw_losses(figure.add_subplot(grid[0]), history)
    spectra = [spectrogram(audio) for audio in (example.target, example.made)]
    top = max(spectrum.max() for spectrum in spectra)
    names = ("target (held out)", "reconstruction")
    for row, (name, spectrum) in enumerate(zip(names, spectra, strict=True), start=1):
        axes = figure.add_subplot(grid[row])
        draw_spectrogram(axes, spectrum, example.sample_rate, top)
        axes.set_ylabel(f"{name}\nfrequency, kHz")
    _draw_latents(figure.add_subplot(grid[3]), example)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90)
    write_atomically(path, buffer.getvalue())


def spectrogram(audio: np.ndarray) -> np.ndarray:
    """Magnitude in dB [bins, frames] of `audio` [samples]; a sine of amplitude 1 reads 0 dB."""
    window = np.hanning(_FFT)
    padded = np.pad(audio, (_FFT // 2, _FFT))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[: len(audio) : _HOP]
    magnitude = np.abs(np.fft.rfft(frames * window)) * (2.0 / window.sum())
    return np.maximum(20.0 * np.log10(magnitude + 1e-12), _FLOOR_DB).T


def draw_spectrogram(axes: Axes, spectrum: np.ndarray, sample_rate: int, top_db: float) -> None:
    """Draw what `spectrogram` returns ; frequency is linear below 1 kHz, logarithmic above."""
    seconds = spectrum.shape[1] * _HOP / sample_rate
    khz = np.linspace(0.0, 0.5e-3 * sample_rate, spectrum.shape[0])
    times = np.linspace(0.0, seconds, spectrum.shape[1])
    axes.pcolormesh(
        times, khz, spectrum, vmin=max(top_db - 80.0, _FLOOR_DB), vmax=top_db, cmap="magma", rasterized=True
    )
    axes.set_yscale("symlog", linthresh=1.0)
    ticks = [k for k in (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0) if k <= khz[-1]]
    axes.set_yticks(ticks, [f"{k:g}" for k in ticks])
    axes.set_ylim(0.0, khz[-1])
    axes.set_xlabel("s")


def _draw_losses(axes: Axes, history: list[dict[str, float]]) -> None:
    minutes = [record["seconds"] / 60.0 for record in history]
    for name, label in (
        ("train_expected_stft", "training, MR-STFT to be expected"),
        ("train_stft", "training, MR-STFT"),
        ("stft", "held out, MR-STFT (median)"),
    ):
        if not any(name in record for record in history):
            continue
        axes.plot(minutes, [record.get(name, np.nan) for record in history], label=label, marker=".")
    axes.set_xlabel("minutes of training")
    axes.set_ylabel("multi-resolution STFT")
    axes.grid(alpha=0.3)
    twin = axes.twinx()
    twin.plot(minutes, [record.get("train_kl", np.nan) for record in history], color="tab:green", label="KL")
    twin.set_ylabel("KL, nats a frame", color="tab:green")
    if axes.get_lines():
        axes.legend(loc="upper right")


def _draw_latents(axes: Axes, example: Example) -> None:
    seconds = len(example.target) / example.sample_rate
    times = np.linspace(0.0, seconds, len(example.latents))
    for index in range(min(_LATENTS_SHOWN, example.latents.shape[1])):
        axes.plot(times, example.latents[:, index], label=f"z{index}", linewidth=1.0)
    axes.set_xlim(0.0, max(seconds, 1e-3))
    axes.set_xlabel("s")
    axes.set_ylabel("latents (means), raw")
    axes.legend(loc="upper right", ncol=_LATENTS_SHOWN, fontsize="small")
