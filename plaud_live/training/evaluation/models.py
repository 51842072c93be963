"""Models side by side, measured on the same recordings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from plaud_live.model_file import PlaudModel, read
from plaud_live.models.files import from_model
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.embeddings import embed, embeddings_available
from plaud_live.training.evaluation.baselines import BASELINES
from plaud_live.training.evaluation.kernel_distance import kernel_distance
from plaud_live.training.evaluation.measures import DISTANCES
from plaud_live.training.evaluation.reconstruction import Measure, Metrics, heard, measure
from plaud_live.training.evaluation.space import Material, Space, hear, measure_space
from plaud_live.training.evaluation.windows import read_windows


@dataclass(frozen=True)
class Judged:
    """A model, its distance from the recordings, what its latents mean, and what it was measured on."""

    label: str
    model: PlaudModel
    net: PlaudNet
    measure: Measure
    space: Space
    material: Material
    windows: np.ndarray
    made: np.ndarray
    """What it makes of `windows`, both [n, channels, samples]."""


@dataclass(frozen=True)
class SideBySide:
    """All models, and the baselines at each of their sample rates."""

    models: tuple[Judged, ...]
    baselines: tuple[Measure, ...]
    windows: int


@dataclass(frozen=True)
class Format:
    """What sounds of a model are like."""

    sample_rate: int
    channels: int

    def __str__(self) -> str:
        return f"{self.sample_rate} Hz" + (f", {self.channels} channels" if self.channels > 1 else "")


def evaluate_models(
    paths: Sequence[Path], folder: Path, limit: int = 64, held_out: float | None = None
) -> SideBySide:
    """Measure the model files at `paths` on what `folder` holds, as `read_windows` reads it.

    Raises ModelFileError or DatasetError in one line.
    """
    models = [read(path) for path in paths]
    formats = {Format(model.config.sample_rate, model.config.channels): None for model in models}
    windows, metrics, baselines = {}, {}, list[Measure]()
    for form in formats:
        windows[form] = heard(read_windows(folder, form.sample_rate, limit, held_out, form.channels))
        metrics[form] = Metrics(form.sample_rate, tuple(DISTANCES))
    judged = []
    for model, label in zip(models, labels(paths), strict=True):
        form = Format(model.config.sample_rate, model.config.channels)
        judged.append(judge(model, label, metrics[form], windows[form]))
    for form, sounds in windows.items():
        for name, make in BASELINES.items():
            label = name if len(formats) == 1 else f"{name}, {form}"
            made = np.stack([make(sound) for sound in sounds])
            baselines.append(_measure(label, made, metrics[form], sounds, form.sample_rate))
    return SideBySide(tuple(judged), tuple(baselines), len(judged[0].windows))


def judge(model: PlaudModel, label: str, metrics: Metrics, windows: np.ndarray) -> Judged:
    """Measure one model on `windows` [n, channels, samples], none of them near silence."""
    net, space = from_model(model), model.latents
    made = np.stack([reconstruct(net, model, window) for window in windows])
    distances = _measure(label, made, metrics, windows, model.config.sample_rate)
    material = hear(net, windows)
    measured = measure_space(net, material, space.low, space.high, space.names)
    return Judged(label, model, net, distances, measured, material, windows, made)


def _measure(name: str, made: np.ndarray, metrics: Metrics, windows: np.ndarray, sample_rate: int) -> Measure:
    """All distances, that of embeddings too where there is something to make them with."""
    distances = measure(name, made, metrics, windows)
    if not embeddings_available():
        return distances
    ours, theirs = (embed(torch.from_numpy(s.mean(axis=1)), sample_rate).numpy() for s in (made, windows))
    return replace(distances, values={**distances.values, "mmd": kernel_distance(ours, theirs)})


@torch.no_grad()
def reconstruct(net: PlaudNet, model: PlaudModel, window: np.ndarray) -> np.ndarray:
    """What the model makes of `window` [channels, samples], its delay taken out; of the same shape."""
    delay = int(model.training.get("delay_samples", 0))
    padded = np.pad(window, ((0, 0), (0, delay + net.config.hop_size)))
    return net(torch.from_numpy(padded)[None])[0][0, :, delay : delay + window.shape[-1]].numpy()


def labels(paths: Sequence[Path]) -> list[str]:
    """A short name for each of `paths`: the file's, with as many folders as tell them apart."""
    names = [path.stem for path in paths]
    for depth in range(1, max(len(path.parts) for path in paths)):
        if len(set(names)) == len(set(paths)):
            break
        names = ["/".join((*path.parts[-1 - depth : -1], path.stem)) for path in paths]
    return names
