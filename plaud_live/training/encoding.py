"""A dataset as a model's encoder hears it: latents of every recording."""

from collections.abc import Iterator

import numpy as np
import torch

from plaud_live.models.plaud import PlaudNet
from plaud_live.training.anchors import Encoded
from plaud_live.training.dataset import Dataset

_SECONDS = 20.0  # recordings are encoded in stretches of this length


@torch.no_grad()
def encode_recordings(net: PlaudNet, dataset: Dataset) -> list[Encoded]:
    """Latent means and level of every recording, frame by frame."""
    hop, encoded = net.config.hop_size, []
    for index, record in enumerate(dataset.recordings):
        audio = dataset.read(index, 0, record.samples)
        state, rows = None, []
        step = round(_SECONDS * net.config.frame_rate) * hop
        for first in range(0, record.samples, step):
            mean, _, state = net.encode(torch.from_numpy(audio[:, first : first + step])[None], state)
            rows.append(mean[0].numpy())
        means = np.concatenate(rows)
        frames = audio[:, : len(means) * hop].reshape(dataset.channels, -1, hop)
        level = np.sqrt(np.mean(np.square(frames), axis=(0, 2)))
        encoded.append(Encoded(record.source, means, level, net.config.frame_rate))
    return encoded


def stretches(dataset: Dataset) -> Iterator[np.ndarray]:
    """The training material in stretches [channels, samples] of limited length."""
    length = round(_SECONDS * dataset.sample_rate)
    for span in dataset.split.train:
        for first in range(span.start, span.end, length):
            yield dataset.read(span.recording, first, min(first + length, span.end))
