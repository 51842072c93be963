"""CLAP listening to what a model makes: resampled to 48 kHz, embedded, all inside the graph."""

from collections.abc import Sequence
from typing import Any
from weakref import ReferenceType, WeakValueDictionary, ref

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from plaud_live.features.resampling import Resample
from plaud_live.training.clap.front_end import MIDDLE
from plaud_live.training.clap.weights import ClapFiles, load_ear

_ears: WeakValueDictionary[tuple[ClapFiles, int], "ClapEar"] = WeakValueDictionary()


class ClapEar(nn.Module):
    """Embeds sound at `sample_rate` Hz."""

    network: Any

    def __init__(self, files: ClapFiles, sample_rate: int) -> None:
        super().__init__()
        self.network, self.front_end = load_ear(files)
        self.resample = Resample(sample_rate, self.front_end.sample_rate)
        self._last: tuple[ReferenceType[Tensor], Tensor] | None = None

    def forward(self, audio: Tensor, cuts: Sequence[float] = MIDDLE) -> Tensor:
        """Embeddings [batch · channels, dims], of length 1, of `audio` [batch, channels, samples].

        What was made is heard once, by however many losses listen to it: the same result again is known.
        """
        if self._last is not None and self._last[0]() is audio:
            return self._last[1]
        features, longer = self.front_end(self.resample(audio.flatten(0, 1)), cuts)
        pooled = self.network.audio_model(input_features=features, is_longer=longer).pooler_output
        made = F.normalize(self.network.audio_projection(pooled), dim=-1)
        if audio.grad_fn is not None:
            self._last = ref(audio), made
        return made


def ear_of(files: ClapFiles, sample_rate: int) -> ClapEar:
    """The one ear with these weights: losses share it as long as one of them lives."""
    ear = _ears.get((files, sample_rate))
    if ear is None:
        ear = _ears[files, sample_rate] = ClapEar(files, sample_rate)
    return ear


def draw_cuts() -> list[float]:
    """Where to cut sounds that are too long, drawn from torch's generator."""
    return torch.rand(3).tolist()
