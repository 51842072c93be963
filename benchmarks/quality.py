"""Distance of a sound from test spans, as all training here is measured.

The spans are joined in the order of their names and cut into chunks of two seconds; both sounds are resampled
to 22.05 kHz and compared by auraloss's default multi-resolution STFT loss, as `plaud-live evaluate` does.
"""

from dataclasses import dataclass

import numpy as np
import torch
from recordings import CHUNK_SECONDS, RATE

from plaud_live.training.evaluation.measures import CommonStft
from plaud_live.training.evaluation.reconstruction import GATE_DB, level_db


@dataclass(frozen=True)
class Quality:
    """Distances [chunks] of one sound, and which chunks are `loud`."""

    distances: np.ndarray
    loud: np.ndarray

    @property
    def median(self) -> float:
        """Over all chunks."""
        return float(np.median(self.distances))

    @property
    def gated_mean(self) -> float:
        """Over the chunks that are loud enough to be heard; NaN where none is."""
        return float(np.mean(self.distances[self.loud])) if self.loud.any() else np.nan


class Ruler:
    """Measures sounds against the joined `target` [samples] at 44.1 kHz."""

    def __init__(self, target: np.ndarray) -> None:
        self.distance = CommonStft(RATE)
        self.target = target
        self.chunks = _chunks(target)
        self.loud = np.array([level_db(chunk) > GATE_DB for chunk in self.chunks])

    @torch.no_grad()
    def __call__(self, made: np.ndarray) -> Quality:
        """Measure `made` [samples], at least as long as the target."""
        pairs = zip(_chunks(made[: len(self.target)]), self.chunks, strict=True)
        distances = [self.distance(_tensor(ours), _tensor(theirs)) for ours, theirs in pairs]
        return Quality(np.array(distances), self.loud)


def _chunks(audio: np.ndarray) -> list[np.ndarray]:
    """The whole chunks of `audio` [samples]."""
    size = round(CHUNK_SECONDS * RATE)
    return [audio[i : i + size] for i in range(0, len(audio) - size + 1, size)]


def _tensor(chunk: np.ndarray) -> torch.Tensor:
    """As one channel [1, samples]."""
    return torch.from_numpy(chunk.astype(np.float32))[None]
