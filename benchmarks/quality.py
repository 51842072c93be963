"""Distance of a sound from test spans, as all training here is measured.

The spans are joined in the order of their names and cut into chunks of two seconds; both sounds are resampled
to 22.05 kHz and compared by auraloss's default multi-resolution STFT loss (Yamamoto, Song and Kim, 2020).
"""

from dataclasses import dataclass

import auraloss
import numpy as np
import soxr
import torch
from recordings import CHUNK_SECONDS, RATE

MEASURED_RATE = 22050
GATE_DB = -50.0  # chunks below this level are left out of the mean: logarithms of next to nothing


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
        """Over the chunks that are loud enough to be heard."""
        return float(np.mean(self.distances[self.loud]))


class Ruler:
    """Measures sounds against the joined `target` [samples] at 44.1 kHz."""

    def __init__(self, target: np.ndarray) -> None:
        self.loss = auraloss.freq.MultiResolutionSTFTLoss()
        self.target = target
        chunks = _chunks(target)
        self.loud = np.array([_level_db(chunk) > GATE_DB for chunk in chunks])
        self.reference = [_resampled(chunk) for chunk in chunks]

    @torch.no_grad()
    def __call__(self, made: np.ndarray) -> Quality:
        """Measure `made` [samples], at least as long as the target."""
        chunks = zip(_chunks(made[: len(self.target)]), self.reference, strict=True)
        distances = [float(self.loss(_resampled(chunk), reference)) for chunk, reference in chunks]
        return Quality(np.array(distances), self.loud)


def _chunks(audio: np.ndarray) -> list[np.ndarray]:
    """The whole chunks of `audio` [samples]."""
    size = round(CHUNK_SECONDS * RATE)
    return [audio[i : i + size] for i in range(0, len(audio) - size + 1, size)]


def _resampled(chunk: np.ndarray) -> torch.Tensor:
    audio = soxr.resample(chunk.astype(np.float32), RATE, MEASURED_RATE)
    return torch.from_numpy(np.ascontiguousarray(audio))[None, None]


def _level_db(audio: np.ndarray) -> float:
    return float(10.0 * np.log10(np.mean(np.square(audio, dtype=np.float64)) + 1e-24))
