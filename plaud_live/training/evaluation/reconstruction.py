"""How close a reconstruction is to recordings, beside two sounds that know almost nothing.

Two-second windows are encoded and decoded from the means of the latents. Windows near silence are left out:
most measures compare logarithms. Of the rest, medians are the figures that outliers do not move.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from plaud_live.errors import DatasetError
from plaud_live.training.evaluation.baselines import BASELINES
from plaud_live.training.evaluation.measures import DISTANCES, QUICK

WINDOW_SECONDS = 2.0
QUIET_DB = -70.0
"""Windows below this level are left out of everything."""
GATE_DB = -50.0
"""Windows below this level are left out of means, too."""
GATED = ("stft", "stft_22k")
"""What a mean is taken of, too, under the measure's name and `_mean`."""

MODEL = "model"


@dataclass(frozen=True)
class Measure:
    """Distances of the sound `name` from the recordings, by measure: medians over windows, less is nearer."""

    name: str
    values: Mapping[str, float]

    @property
    def stft(self) -> float:
        """Multi-resolution STFT at the model's rate."""
        return self.values["stft"]

    @property
    def log_mel_db(self) -> float:
        """Log-mel distance."""
        return self.values["log_mel_db"]


@dataclass(frozen=True)
class Evaluation:
    """Measures of the model and of the baselines over `windows` windows."""

    measures: tuple[Measure, ...]
    windows: int

    def table(self) -> str:
        """A table of the quick measures for people."""
        lines = [f"{'':22}{'MR-STFT':>9}{'log-mel dB':>12}   medians of {self.windows} windows"]
        lines += [f"{m.name:22}{m.stft:9.3f}{m.log_mel_db:12.2f}" for m in self.measures]
        return "\n".join(lines)


class Metrics:
    """The measures `names` for audio at `sample_rate`, made once."""

    def __init__(self, sample_rate: int, names: Sequence[str] = QUICK) -> None:
        self.distances = {name: DISTANCES[name](sample_rate) for name in names}

    @torch.no_grad()
    def __call__(self, made: Tensor, target: Tensor) -> dict[str, float]:
        """Distances of `made` from `target`, each [channels, samples], over the samples that both have."""
        samples = min(made.shape[-1], target.shape[-1])
        made, target = made[..., :samples], target[..., :samples]
        return {name: distance(made, target) for name, distance in self.distances.items()}


def evaluate(
    reconstruct: Callable[[Tensor], Tensor], metrics: Metrics, windows: np.ndarray, baselines: bool = True
) -> Evaluation:
    """Measure `reconstruct` ([1, channels, samples] to the same) on `windows` [n, channels, samples].

    Raises DatasetError if all windows are near silence.
    """
    loud = heard(windows)
    made = [reconstruct(torch.from_numpy(window)[None])[0].numpy() for window in loud]
    measures = [measure(MODEL, made, metrics, loud)]
    for name, make in BASELINES.items() if baselines else ():
        measures.append(measure(name, [make(window) for window in loud], metrics, loud))
    return Evaluation(tuple(measures), len(loud))


def measure(name: str, made: Iterable[np.ndarray], metrics: Metrics, windows: np.ndarray) -> Measure:
    """Measure what was `made` of each of `windows` [n, channels, samples], none of them near silence."""
    pairs = zip(made, windows, strict=True)
    rows = [metrics(torch.from_numpy(ours), torch.from_numpy(theirs)) for ours, theirs in pairs]
    values = {key: _median([row[key] for row in rows]) for key in metrics.distances}
    gate = [level_db(window) > GATE_DB for window in windows]
    for key in (key for key in GATED if key in metrics.distances):
        passed = [row[key] for row, open_ in zip(rows, gate, strict=True) if open_]
        values[f"{key}_mean"] = float(np.mean(passed)) if passed else float("nan")
    return Measure(name, values)


def heard(windows: np.ndarray) -> np.ndarray:
    """Those of `windows` [n, channels, samples] or [n, samples] that are not near silence, with channels.

    Raises DatasetError if there is none.
    """
    windows = windows.reshape(len(windows), -1, windows.shape[-1])
    loud = windows[[level_db(window) > QUIET_DB for window in windows]]
    if len(loud) == 0:
        raise DatasetError("the recordings to measure on are silent")
    return loud


def level_db(window: np.ndarray) -> float:
    """Level of `window` in dB of full scale; a square wave of amplitude 1 is 0."""
    return float(10.0 * np.log10(np.mean(np.square(window, dtype=np.float64)) + 1e-30))


def _median(values: Sequence[float]) -> float:
    """Of the values that mean something; NaN if none does."""
    known = [value for value in values if np.isfinite(value)]
    return float(np.median(known)) if known else float("nan")
