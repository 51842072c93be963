"""Pictures of an evaluation: an atlas of each model, and what each makes of the same passage."""

import io
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from plaud_live.model_file import write_atomically
from plaud_live.training.evaluation.atlas import write_atlas
from plaud_live.training.evaluation.models import SideBySide
from plaud_live.training.report import draw_spectrogram, spectrogram

_PASSAGE_WINDOWS = 6  # end to end, evenly chosen


def write_plots(folder: Path, side: SideBySide) -> list[Path]:
    """Draw into `folder`; return the pictures. Raises OSError if the disk refuses."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for judged in side.models:
        paths.append(folder / f"{judged.label.replace('/', '-')}-atlas.png")
        write_atlas(paths[-1], judged.net, judged.model, judged.material, judged.space)
    paths.append(folder / "reconstruction.png")
    _write_reconstruction(paths[-1], side)
    return paths


def _write_reconstruction(path: Path, side: SideBySide) -> None:
    """The recordings above, what each model makes of them below."""
    first = side.models[0]
    chosen = np.unique(
        np.linspace(0, side.windows - 1, min(_PASSAGE_WINDOWS, side.windows)).round().astype(int)
    )
    rows = [("recordings", first.model.config.sample_rate, first.windows)]
    rows += [(j.label, j.model.config.sample_rate, j.made) for j in side.models]
    figure = Figure(figsize=(16, 2.6 * len(rows)), layout="constrained")
    spectra = [spectrogram(np.concatenate(sounds[chosen].mean(axis=1))) for _, _, sounds in rows]
    top = float(spectra[0].max())
    axes = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
    for ax, (label, rate, _), spectrum in zip(axes, rows, spectra, strict=True):
        draw_spectrogram(ax, spectrum, rate, top)
        ax.set_ylabel(f"{label}\nkHz")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80)
    write_atomically(path, buffer.getvalue())
