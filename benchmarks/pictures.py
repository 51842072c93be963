"""Spectrograms of a passage and of what a model made of it, row under row."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from recordings import RATE

from plaud_live.training.report import draw_spectrogram, spectrogram

_ROW_SECONDS = 9.0


def draw_passages(path: Path, title: str, target: np.ndarray, made: np.ndarray) -> None:
    """Write a PNG of `target` and `made` [samples], in rows of some seconds, the target above."""
    size = round(_ROW_SECONDS * RATE)
    starts = range(0, len(target), size)
    figure = Figure(figsize=(16, 4.5 * len(starts)), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(2 * len(starts), 1, squeeze=False)[:, 0]
    top = float(spectrogram(target).max())
    for row, start in enumerate(starts):
        for offset, (name, sound) in enumerate((("target", target), ("made", made))):
            ax = axes[2 * row + offset]
            draw_spectrogram(ax, spectrogram(sound[start : start + size]), RATE, top)
            ax.set_xlim(0.0, _ROW_SECONDS)
            ax.set_ylabel(f"{name}\nkHz")
            ax.set_xlabel(f"s, from {start / RATE:.0f} s" if offset else "")
    figure.savefig(path, dpi=80)
