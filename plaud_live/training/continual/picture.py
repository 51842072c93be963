"""A child beside its parent in one picture: new sound, the anchors that drifted farthest, the drift of
all."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from plaud_live.model_file import write_atomically
from plaud_live.training.continual.comparison import Comparison
from plaud_live.training.continual.drift import Drift
from plaud_live.training.report import draw_spectrogram, spectrogram

_ANCHORS = 2
_GOOD_DB = 1.0


def draw_comparison(
    path: Path,
    comparison: Comparison,
    sounds: Sequence[tuple[str, np.ndarray]],
    drifts: Sequence[Drift],
    sample_rate: int,
) -> None:
    """Draw `sounds` [samples] by their titles, the worst of `drifts` and all figures; replace the PNG at
    `path`.

    Raises OSError if the disk refuses.
    """
    worst = sorted(drifts, key=lambda drift: -drift.db)[:_ANCHORS]
    rows = 1 + len(worst)
    figure = Figure(figsize=(13, 3.0 * rows + 3.2), layout="constrained")
    figure.suptitle(comparison.line(), fontsize="medium")
    grid = figure.add_gridspec(rows + 1, 6, height_ratios=[1.0] * rows + [0.9])
    width = 6 // max(1, len(sounds))
    for column, (title, sound) in enumerate(sounds):
        axes = figure.add_subplot(grid[0, width * column : width * (column + 1)])
        _draw(axes, title, sound, _top([s for _, s in sounds]), sample_rate)
    for row, drift in enumerate(worst, start=1):
        top = _top([drift.before, drift.after])
        before, after = figure.add_subplot(grid[row, :3]), figure.add_subplot(grid[row, 3:])
        _draw(before, f"anchor {drift.name}: {comparison.parent}", drift.before, top, sample_rate)
        title = f"anchor {drift.name}: {comparison.child}, {drift.db:.2f} dB away"
        _draw(after, title, drift.after, top, sample_rate)
    names, values = [drift.name for drift in drifts], [drift.db for drift in drifts]
    _bars(figure.add_subplot(grid[rows, :4]), names, values, "drift of anchors, dB (log-mel)", _GOOD_DB)
    latents = [f"z{i}" for i in range(len(comparison.latents))]
    _bars(figure.add_subplot(grid[rows, 4:]), latents, comparison.latents, "drift of latents, playable units")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90)
    write_atomically(path, buffer.getvalue())


def _draw(axes: Axes, title: str, sound: np.ndarray, top_db: float, sample_rate: int) -> None:
    draw_spectrogram(axes, spectrogram(sound), sample_rate, top_db)
    axes.set_title(title, fontsize="medium")
    axes.set_ylabel("kHz")


def _top(sounds: Sequence[np.ndarray]) -> float:
    return max(float(spectrogram(sound).max()) for sound in sounds)


def _bars(
    axes: Axes, names: Sequence[str], values: Sequence[float], title: str, good: float | None = None
) -> None:
    """A bar each; the line at `good` is what is asked for."""
    axes.set_title(title, fontsize="medium")
    if not len(values):
        axes.text(0.5, 0.5, "nothing remembered to measure it on", ha="center", transform=axes.transAxes)
        axes.set_axis_off()
        return
    axes.bar(range(len(values)), values, color="tab:blue")
    if good is not None:
        axes.axhline(good, color="tab:red", linewidth=1.0, linestyle="--")
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize="small")
    axes.grid(axis="y", alpha=0.3)
