"""What a training run is about: its material, what it begins from, what else is asked of the model.

The trainer has one loop; a lesson says what is drawn in it and what is added to the loss, and what becomes of
the trained network. This one is training from nothing on one dataset. `continual` has the lessons of a model
that is trained on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from plaud_live.model_file import Anchor, LatentSpace, PlaudModel
from plaud_live.models.latent import calibrate, order_latents, reorder
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.anchors import SPAN_SECONDS, Encoded, make_anchors
from plaud_live.training.checkpoint import Progress
from plaud_live.training.continual.remembering import Older
from plaud_live.training.dataset import Dataset
from plaud_live.training.encoding import encode_recordings, stretches
from plaud_live.training.evaluation.reconstruction import WINDOW_SECONDS
from plaud_live.training.options import TrainOptions
from plaud_live.training.regularisers.regulariser import Regulariser
from plaud_live.training.tied import Tie, turn_and_measure

_MEASURED_WINDOWS = 32
_NORM_CROPS = 64
_NORM_KEY = 1 << 40  # far from all steps


@dataclass(frozen=True)
class Naming:
    """Names of anchors by recording, instead of those made from file names; `limit` anchors at most.

    `first` is the recording at whose anchor a loaded instrument stands; '' for the loudest. `seconds` is the
    length of the passages that anchors are taken from.
    """

    names: dict[str, str] = field(default_factory=dict)
    limit: int = 16
    first: str = ""
    seconds: float = SPAN_SECONDS


@dataclass(frozen=True)
class Settled:
    """What the latents of a trained network mean: ranges, anchors, how well those that are tied follow, and
    the recordings of the dataset as it encodes them."""

    space: LatentSpace
    anchors: tuple[Anchor, ...]
    ties: tuple[Tie, ...]
    encoded: tuple[Encoded, ...]


class Lesson:
    """Training from nothing on `dataset`. `naming` names its anchors."""

    parent = ""
    """Digest of the model that the run begins from, '' for none."""

    def __init__(self, options: TrainOptions, dataset: Dataset, naming: Naming | None = None) -> None:
        self.options, self.dataset = options, dataset
        self.naming = naming or Naming()

    @property
    def identity(self) -> dict[str, str]:
        """What a checkpoint has to be of, besides the model's shape, to go on from."""
        return {}

    @property
    def summary(self) -> dict[str, Any]:
        """What the model file's summary says besides."""
        return {}

    @property
    def licences(self) -> tuple[str, ...]:
        """Licences of all that the model learns from."""
        return (self.dataset.manifest.licence,)

    def begin(self, net: PlaudNet) -> None:
        """Set what `net` begins with, before anything is trained."""
        options = self.options
        crops = self.crops(options.crop_samples, _NORM_CROPS, (options.seed, _NORM_KEY))
        net.encoder.fit_norm(torch.from_numpy(crop)[None] for crop in crops)

    def crops(self, samples: int, count: int, key: tuple[int, ...]) -> np.ndarray:
        """`count` training crops [count, channels, samples]; the same for the same `key`."""
        return self.dataset.crops(samples, count, key)

    def windows(self, count: int) -> np.ndarray:
        """Up to `count` windows [n, channels, samples] that are never trained on, to validate with."""
        return self.dataset.windows(round(WINDOW_SECONDS * self.dataset.sample_rate), count)

    def regularisers(self) -> Sequence[Regulariser]:
        """What is asked of the model besides what the options ask for."""
        return ()

    def settle(self, net: PlaudNet) -> Settled:
        """Turn, order and measure the latents of the trained `net`."""
        options, naming = self.options, self.naming
        ties = turn_and_measure(net, options.attributes, self.windows(_MEASURED_WINDOWS))
        aliases = {tie.latent: tie.alias for tie in ties}
        names = [aliases.get(i, "") for i in range(net.config.latent_size)]
        batches = (torch.from_numpy(audio)[None] for audio in stretches(self.dataset))
        space = calibrate(net, batches, names)
        space = reorder(space, order_latents(net, space.information, list(aliases)))
        scale = np.array(space.high) - np.array(space.low)
        encoded = encode_recordings(net, self.dataset)
        anchors = make_anchors(encoded, scale, naming.limit, naming.names, naming.first, naming.seconds)
        return Settled(space, anchors, tuple(ties), tuple(encoded))

    def older(self, net: PlaudNet) -> Older | None:
        """What the parent remembers, as the trained `net` hears it."""
        return None

    def report(self, net: PlaudNet, model: PlaudModel, progress: Progress, folder: Path) -> str:
        """Write into `folder` how the model that `net` became compares with its parent; return one line of
        it, '' for nothing. Raises OSError if the disk refuses."""
        return ""
