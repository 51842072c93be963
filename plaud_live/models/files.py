"""Between a network and a model file. The names of the weights are the same in both."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from plaud_live.errors import ModelFileError
from plaud_live.model_file import Anchor, LatentSpace, PlaudModel, weight_shapes
from plaud_live.models.plaud import PlaudNet


def to_model(
    net: PlaudNet,
    name: str,
    latents: LatentSpace,
    anchors: Sequence[Anchor] = (),
    training: Mapping[str, Any] | None = None,
    licence: str = "",
    parent: str = "",
) -> PlaudModel:
    """The model as it goes into a file; `model_file.write` checks it."""
    weights = {
        key: value.detach().to("cpu", torch.float32).numpy().copy() for key, value in net.state_dict().items()
    }
    return PlaudModel(
        name=name,
        config=net.config,
        latents=latents,
        weights=weights,
        anchors=tuple(anchors),
        training=dict(training or {}),
        licence=licence,
        parent=parent,
    )


def from_model(model: PlaudModel, seed: int = 0) -> PlaudNet:
    """A network in evaluation mode with the weights of `model`. Raises ModelFileError if they do not fit."""
    if missing := sorted(set(weight_shapes(model.config)) - set(model.weights)):
        raise ModelFileError(f"{model.name}: weight {missing[0]!r} is missing")
    net = PlaudNet(model.config, seed)
    net.load_state_dict({key: torch.tensor(value) for key, value in model.weights.items()})
    net.residual = torch.tensor(model.latents.residual, dtype=torch.float64)
    return net.eval()
