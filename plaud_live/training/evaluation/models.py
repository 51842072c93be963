"""Models side by side, measured on the same recordings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from plaud_live.model_file import PlaudModel, read
from plaud_live.models.files import from_model
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.evaluation.baselines import BASELINES
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


def evaluate_models(
    paths: Sequence[Path],
    folder: Path,
    limit: int = 64,
    held_out: float | None = None,
    told: Callable[[str], None] = lambda line: None,
) -> SideBySide:
    """Measure the model files at `paths` on what `folder` holds; `told` hears what is being done.

    Raises ModelFileError or DatasetError in one line.
    """
    models = [read(path) for path in paths]
    rates = sorted({model.config.sample_rate for model in models})
    windows = {rate: heard(read_windows(folder, rate, limit, held_out)) for rate in rates}
    metrics = {rate: Metrics(rate, tuple(DISTANCES)) for rate in rates}
    judged = []
    for model, label in zip(models, labels(paths), strict=True):
        told(f"measuring {label}")
        rate = model.config.sample_rate
        judged.append(judge(model, label, metrics[rate], windows[rate]))
    baselines = []
    for rate in rates:
        for name, make in BASELINES.items():
            label = name if len(rates) == 1 else f"{name}, {rate} Hz"
            baselines.append(measure(label, make, metrics[rate], windows[rate]))
    return SideBySide(tuple(judged), tuple(baselines), len(windows[rates[0]]))


def judge(model: PlaudModel, label: str, metrics: Metrics, windows: np.ndarray) -> Judged:
    """Measure one model on `windows` [n, channels, samples], none of them near silence."""
    net = from_model(model)
    windows = np.broadcast_to(windows, (len(windows), net.config.channels, windows.shape[-1])).copy()
    made = np.stack([reconstruct(net, model, window) for window in windows])
    sounds = iter(made)
    distances = measure(label, lambda _: next(sounds), metrics, windows)
    material, space = hear(net, windows), model.latents
    measured = measure_space(net, material, space.low, space.high, space.names)
    return Judged(label, model, net, distances, measured, material, windows, made)


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
