"""The atlas of a latent space as one picture: what each latent does to the sound, where the material lies."""

import io
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from plaud_live.model_file import PlaudModel, write_atomically
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.evaluation.readings import NAMES
from plaud_live.training.evaluation.space import Material, Space
from plaud_live.training.evaluation.sweep import settled
from plaud_live.training.report import draw_spectrogram, spectrogram

_PLACES = (0.0, 0.17, 0.33, 0.5, 0.67, 0.83, 1.0)  # playable
_SECONDS = 0.4
_EDGE = 5  # columns of a spectrogram that hear where the sound was cut
_POINTS = 4000  # of the material on the map
_QUIET_DB = -60.0


def write_atlas(path: Path, net: PlaudNet, model: PlaudModel, material: Material, space: Space) -> None:
    """Draw the atlas and replace the PNG at `path` atomically. Raises OSError if the disk refuses."""
    size = model.config.latent_size
    figure = Figure(figsize=(15, 6.0 + 1.35 * size), layout="constrained")
    figure.suptitle(
        f"{model.name}: what each latent does at the material's mean, and where the material lies"
    )
    whole = figure.add_gridspec(2, 1, height_ratios=(6.0, 1.35 * size))
    upper, lower = (
        whole[0].subgridspec(1, 2, width_ratios=(1.4, 1.0)),
        whole[1].subgridspec(size, len(_PLACES)),
    )
    _draw_map(figure.add_subplot(upper[0]), model, material)
    _draw_sweep(figure.add_subplot(upper[1]), model, space)
    columns = range(len(_PLACES))
    _draw_grid([[figure.add_subplot(lower[z, c]) for c in columns] for z in range(size)], net, model)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80)
    write_atomically(path, buffer.getvalue())


def principal_plane(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centre [d] and the two axes [2, d] along which `points` [n, d] vary most (Pearson, 1901)."""
    centre = points.mean(axis=0)
    axes = np.linalg.svd(points - centre, full_matrices=False)[2][:2]
    axes = np.pad(axes, ((0, 2 - len(axes)), (0, 0)))
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    return centre, np.where(largest < 0.0, -axes, axes)


def _draw_grid(grid: list[list[Axes]], net: PlaudNet, model: PlaudModel) -> None:
    """A row of spectrograms for each latent, from its playable 0 to 1, the others at the material's mean."""
    space = model.latents
    rows = []
    for z in range(len(grid)):
        points = np.tile(np.array(space.mean), (len(_PLACES), 1))
        points[:, z] = space.low[z] + np.array(_PLACES) * (space.high[z] - space.low[z])
        rows.append([spectrogram(sound)[:, _EDGE:-_EDGE] for sound in settled(net, points, _SECONDS)])
    top = max(float(spectrum.max()) for row in rows for spectrum in row)
    for z, row in enumerate(rows):
        for column, spectrum in enumerate(row):
            axes = grid[z][column]
            draw_spectrogram(axes, spectrum, model.config.sample_rate, top)
            axes.set_xlabel("")
            axes.set_xticks([])
            if column:
                axes.set_yticks([])
            if z == 0:
                axes.set_title(f"{_PLACES[column]:g}", fontsize="medium")
        grid[z][0].set_ylabel(f"{_name(model, z)}\nkHz")


def _draw_map(axes: Axes, model: PlaudModel, material: Material) -> None:
    """The material's frames and the anchors on the plane on which the frames lie furthest apart."""
    low, width = np.array(model.latents.low), np.array(model.latents.high) - np.array(model.latents.low)
    loud = material.loudness_db > _QUIET_DB
    frames = (material.means[loud] if np.any(loud) else material.means) - low
    frames = frames[:: max(1, len(frames) // _POINTS)] / width
    colours = material.loudness_db[loud] if np.any(loud) else material.loudness_db
    colours = colours[:: max(1, len(colours) // _POINTS)]
    centre, plane = principal_plane(frames)
    places = (frames - centre) @ plane.T
    shown = axes.scatter(places[:, 0], places[:, 1], c=colours, s=3, cmap="viridis", alpha=0.6, linewidths=0)
    axes.figure.colorbar(shown, ax=axes, label="loudness, dB")
    for anchor in model.anchors:
        x, y = ((np.array(anchor.raw) - low) / width - centre) @ plane.T
        axes.plot(x, y, "o", color="tab:red", markersize=4)
        axes.annotate(anchor.name, (x, y), xytext=(3, 3), textcoords="offset points", fontsize="small")
    axes.set_title("the material (a point a frame) and the anchors, playable units")
    for name, axis in (("first", 0), ("second", 1)):
        along = " ".join(f"{plane[axis, z]:+.1f} {_name(model, z)}" for z in _largest(plane[axis]))
        (axes.set_xlabel if axis == 0 else axes.set_ylabel)(f"{name} axis: {along}")


def _draw_sweep(axes: Axes, model: PlaudModel, space: Space) -> None:
    """How attributes of the sound follow each latent."""
    rho = space.sweep.rho
    axes.imshow(np.nan_to_num(rho), vmin=-1.0, vmax=1.0, cmap="RdBu_r", aspect="auto")
    for z, a in np.ndindex(*rho.shape):
        text = f"{rho[z, a]:+.2f}" if np.isfinite(rho[z, a]) else "–"
        axes.text(a, z, text, ha="center", va="center", color="white" if abs(rho[z, a]) > 0.7 else "black")
    axes.set_xticks(range(len(NAMES)), list(NAMES))
    axes.set_yticks(range(len(rho)), [_name(model, z) for z in range(len(rho))])
    axes.set_title("the sound as each latent is swept: rank correlation")


def _largest(weights: np.ndarray, count: int = 3) -> list[int]:
    return [int(z) for z in np.argsort(-np.abs(weights))[:count]]


def _name(model: PlaudModel, z: int) -> str:
    return f"z{z} {model.latents.names[z]}".strip()
