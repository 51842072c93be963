"""A run with several losses, from the options to the history of each."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from plaud_live.training.checkpoint import LAST, load_checkpoint
from plaud_live.training.options import TrainOptions
from plaud_live.training.trainer import train


def test_a_run_keeps_the_history_of_each_of_its_losses(options: Callable[..., TrainOptions]) -> None:
    losses = (("stft", 1.0), ("loudness", 0.1), ("embedding", 0.2))
    chosen = options(losses=losses, steps=2, crop_seconds=0.3, stft_windows=(128, 1024), stft_weighting="a")
    assert train(chosen) is not None
    (record,) = load_checkpoint(chosen.folder / LAST).progress.history
    values = [record[f"train_{name}"] for name, _ in losses]
    assert np.all(np.isfinite(values)) and min(values) > 0.0


def test_a_loss_steers_what_is_learnt(options: Callable[..., TrainOptions]) -> None:
    """The same run by loudness alone: another model comes of it."""
    made = []
    for name, losses in (("a", (("stft", 1.0),)), ("b", (("loudness", 1.0),))):
        finished = train(replace(options(losses=losses, steps=3, crop_seconds=0.3), name=name))
        assert finished is not None
        made.append(np.concatenate([tensor.ravel() for tensor in finished.model.weights.values()]))
    assert not np.allclose(*made)
