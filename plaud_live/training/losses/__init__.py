"""Losses of training, one a file, by name. To add one: write its module, list it in `LOSSES`.

A loss is a module called with what the model made and the audio that it was to make:
`loss(output, target) -> scalar tensor`. `output` has audio [batch, 1, samples], mean, log_variance and
latents [batch, frames, latents]; `target` is [batch, 1, samples]. It is built from the run's options.
A loss whose class sets `warms_up` is weighted by the KL warm-up too.
"""

from plaud_live.training.losses.kl import KL
from plaud_live.training.losses.multi_resolution_stft import MultiResolutionSTFT
from plaud_live.training.losses.weighted import Loss, WeightedLosses

LOSSES: dict[str, type[Loss]] = {
    "multi_resolution_stft": MultiResolutionSTFT,
    "kl": KL,
}

__all__ = ["LOSSES", "Loss", "WeightedLosses"]
