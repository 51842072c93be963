"""Regularisers of training: what is asked of the latents, whatever the sound. One a file."""

from collections.abc import Sequence

from plaud_live.training.options import TrainOptions
from plaud_live.training.regularisers.attributes import Attributes
from plaud_live.training.regularisers.kl import KL
from plaud_live.training.regularisers.regulariser import Regulariser, Regularisers
from plaud_live.training.regularisers.response import Response

__all__ = ["Regulariser", "Regularisers", "build_regularisers"]


def build_regularisers(options: TrainOptions, more: Sequence[Regulariser] = ()) -> Regularisers:
    """Those that a run asks for; the KL divergence always; and `more`."""
    parts: list[Regulariser] = [KL(options)]
    if options.attributes:
        parts += [Attributes(options), Response(options)]
    return Regularisers([*parts, *more])
