"""Small models with random weights, made in NumPy: quick to load, cheap to play, equal for equal seeds."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from plaud_live.model_file import Anchor, LatentSpace, ModelConfig, PlaudModel, read, weight_shapes, write

TINY = {
    "latent_size": 4,
    "encoder_size": 8,
    "decoder_size": 16,
    "max_smoothing": 8,
    "smoothing": 2,
    "sines": 12,
    "noise_bands": 16,
}


def tiny_model(name: str = "tiny", seed: int = 1, **config: Any) -> PlaudModel:
    """A model of TINY's configuration, or with other fields of it. It sounds, and its latents are heard."""
    made = ModelConfig(**{**TINY, **config})
    dice = np.random.default_rng(seed)
    weights = {}
    for key, shape in weight_shapes(made).items():
        spread = 1.5 / np.sqrt(shape[-1]) if len(shape) > 1 else 0.1
        weights[key] = (spread * dice.standard_normal(shape)).astype(np.float32)
    weights["encoder.norm.scale"] = np.full_like(weights["encoder.norm.scale"], 0.2)
    weights["decoder.last.bias"][made.sines :] -= 2.0  # amplitudes: a comfortable level
    size = made.latent_size
    latents = LatentSpace(
        low=tuple(-1.0 - 0.1 * i for i in range(size)),
        high=tuple(1.0 + 0.2 * i for i in range(size)),
        mean=(0.1,) * size,
        residual=(0.2,) * size,
        information=tuple(float(size - i) for i in range(size)),
        names=("bright", *[""] * (size - 1)),
    )
    places = dice.uniform(-1.0, 1.0, (2, size))
    anchors = tuple(Anchor(n, tuple(map(float, p))) for n, p in zip(("bell", "rust"), places, strict=True))
    return PlaudModel(name, made, latents, weights, anchors, licence="CC0-1.0")


def tiny_file(folder: Path, name: str = "tiny", seed: int = 1, **config: Any) -> Path:
    """`tiny_model` as a file in `folder`."""
    path = folder / f"{name}.plaud"
    write(tiny_model(name, seed, **config), path)
    return path


def child_of(parent: PlaudModel, name: str, change: float = 0.05, seed: int = 7, **fields: Any) -> PlaudModel:
    """What training a little might have made of a model: its decoder's weights are off by a share of theirs.

    `parent` is one that was read from a file; `fields` are other fields of the child.
    """
    dice = np.random.default_rng(seed)
    weights = {}
    for key, weight in parent.weights.items():
        spread = change * float(np.std(weight)) if key.startswith("decoder.") else 0.0
        noise = spread * dice.standard_normal(weight.shape)
        weights[key] = (weight + noise).astype(np.float32)
    lineage = parent.training.get("lineage") or parent.digest
    training = {"lineage": lineage, "minutes": 4.0}
    made = {"name": name, "weights": weights, "training": training, "parent": parent.digest, **fields}
    return replace(parent, digest="", **made)


def child_file(parent: Path, name: str, change: float = 0.05, seed: int = 7, **fields: Any) -> Path:
    """`child_of` as a file beside its parent's."""
    path = parent.with_name(f"{name}.plaud")
    write(child_of(read(parent), name, change, seed, **fields), path)
    return path
