"""Losses of training, one a file, by name; `--loss NAME:WEIGHT` asks for one. No torch is imported here.

A loss is a class built from the run's options and called with what the model made and the audio that it was
to make: `loss(output, target) -> scalar`. `output` has audio [batch, channels, samples], mean, log_variance
and latents [batch, frames, latents], and the physical controls of the blocks by name, from the first frame
of the crop on; `target` is [batch, channels, samples] at the model's rate. The gradient is wanted of the
output only.

To add one here, write its module and list it in `BUILT_IN`. To add one from another distribution, give it an
entry point of the group `plaud_live.losses` that names a subclass of `losses.weighted.Loss`.
"""

import math
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from plaud_live.errors import SettingsError, nearest

if TYPE_CHECKING:
    from plaud_live.training.losses.weighted import Loss

GROUP = "plaud_live.losses"
BUILT_IN = {
    "expected_stft": "plaud_live.training.losses.expected_stft:ExpectedSTFT",
    "stft": "plaud_live.training.losses.stft:MultiResolutionSTFT",
    "loudness": "plaud_live.training.losses.loudness:LoudnessDistance",
    "pitch": "plaud_live.training.losses.pitch:PitchDistance",
    "clap": "plaud_live.training.losses.clap:ClapDistance",
    "clap_text": "plaud_live.training.losses.clap_text:ClapText",
    "m2l": "plaud_live.training.losses.m2l:Music2LatentDistance",
    "embedding": "plaud_live.training.losses.embedding:EmbeddingDistance",
}
"""Where each loss of ours is, as module:class."""

NOTICES = {"m2l": "m2l is music2latent, whose code and weights are CC BY-NC 4.0: not for commercial use"}
"""What whoever trains with a loss is told."""


def loss_names() -> tuple[str, ...]:
    """Ours, then those that installed distributions add."""
    added = {entry.name for entry in entry_points(group=GROUP)} - set(BUILT_IN)
    return (*BUILT_IN, *sorted(added))


def find_loss(name: str) -> "type[Loss]":
    """The class of the loss `name`, imported now. Raises SettingsError if it is unknown or is not one."""
    place = BUILT_IN.get(name)
    if place is not None:
        module, _, attribute = place.partition(":")
        return getattr(import_module(module), attribute)
    entry = _entry(name)
    origin = f"loss {name!r} of {entry.dist.name if entry.dist else entry.value}"
    try:
        found = entry.load()
    except Exception as error:  # another's code: whatever it raises, ours is to say which distribution it was
        raise SettingsError(f"{origin} cannot be loaded: {type(error).__name__}: {error}") from error
    from plaud_live.training.losses.weighted import Loss

    if not (isinstance(found, type) and issubclass(found, Loss)):
        raise SettingsError(f"{origin}: {entry.value} is no subclass of plaud_live's Loss")
    return found


def check_losses(losses: Sequence[tuple[str, float]]) -> None:
    """Raise SettingsError unless `losses`, names and weights, are known, named once, and weigh something."""
    known = loss_names()
    for name, weight in losses:
        if name not in known:
            near = nearest(name, known, 0.5)
            meant = f"did you mean {near!r}?" if near else f"have {', '.join(known)}"
            raise SettingsError(f"--loss {name}: no such loss — {meant}")
        if not (math.isfinite(weight) and weight >= 0.0):
            raise SettingsError(f"--loss {name}:{weight:g}: a weight is a number of at least 0")
        if [other for other, _ in losses].count(name) > 1:
            raise SettingsError(f"--loss {name} is given twice")
    if not any(weight > 0.0 for _, weight in losses):
        raise SettingsError("training wants a loss of some weight: give --loss expected_stft:1")


def _entry(name: str) -> EntryPoint:
    """The one entry point of this name."""
    found = list({(e.name, e.value): e for e in entry_points(group=GROUP, name=name)}.values())
    if len(found) != 1:
        makers = " and ".join(e.dist.name if e.dist else e.value for e in found) or "nobody"
        raise SettingsError(f"--loss {name}: offered by {makers}; one is wanted")
    return found[0]
