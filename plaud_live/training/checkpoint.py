"""State of a training run in one safetensors file: tensors, and JSON in its header.

One file, replaced atomically: a run that is cut off anywhere finds either the state before or the state
after, whole. No pickle.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from plaud_live.errors import TrainingError
from plaud_live.model_file import write_atomically
from plaud_live.training.manifest import DISK_FULL

FORMAT_VERSION = 2
LAST = "last.safetensors"
BEST = "best.safetensors"


@dataclass
class Progress:
    """How far a run is. `history` has one record a validation, `best` the lowest held-out loss so far.

    `recent` are the losses of the last steps, by name, that the next record is the mean of.
    """

    step: int = 0
    seconds: float = 0.0
    audio_seconds: float = 0.0
    best: float = float("inf")
    history: list[dict[str, float]] = field(default_factory=list)
    recent: dict[str, list[float]] = field(default_factory=dict)


def save_checkpoint(
    path: Path,
    weights: Mapping[str, Tensor],
    progress: Progress,
    config: Mapping[str, Any],
    lesson: Mapping[str, str],
    *,
    optimiser: torch.optim.Optimizer | None = None,
    averaged: Mapping[str, Tensor] | None = None,
) -> None:
    """Write the state of a run; `lesson` is the identity of what it learns. A run goes on from what has an
    `optimiser` and the weights `averaged`, too. Raises TrainingError if the disk refuses; the file before
    stays."""
    tensors = {
        f"{kind}.{name}": tensor.detach().cpu().contiguous()
        for kind, each in (("model", weights), ("averaged", averaged or {}))
        for name, tensor in each.items()
    }
    groups: list[dict[str, Any]] = []
    if optimiser is not None:
        state = optimiser.state_dict()
        groups = state["param_groups"]
        for index, entries in state["state"].items():
            for key, value in entries.items():
                tensors[f"optimiser.{index}.{key}"] = torch.as_tensor(value).detach().cpu().contiguous()
    header = {
        "format_version": FORMAT_VERSION,
        "progress": vars(progress),
        "config": dict(config),
        "lesson": dict(lesson),
        "optimiser_groups": groups,
    }
    payload = save(tensors, metadata={"plaud_training": json.dumps(header)})
    try:
        write_atomically(path, payload)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise TrainingError(
                f"{path}: the disk is full ({len(payload) / 1e6:.1f} MB wanted); the last state is kept — "
                "make room and run the same command to go on"
            ) from None
        raise TrainingError(f"{path}: {error.strerror or error}; the checkpoint before is kept") from None


@dataclass(frozen=True)
class Checkpoint:
    """A state as read: model weights, their average and the optimiser's state dictionary (both empty where a
    run does not go on from it), progress, model configuration, and the identity of its lesson."""

    weights: dict[str, Tensor]
    averaged: dict[str, Tensor]
    optimiser: dict[str, Any]
    progress: Progress
    config: dict[str, Any]
    lesson: dict[str, str]


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a state. Raises TrainingError if it is damaged or of another version."""
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {})["plaud_training"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
        if header["format_version"] != FORMAT_VERSION:
            raise TrainingError(
                f"{path}: checkpoint format {header['format_version']}; start over with --fresh"
            )
        state: dict[int, dict[str, Tensor]] = {}
        nets: dict[str, dict[str, Tensor]] = {"model": {}, "averaged": {}}
        for key, tensor in tensors.items():
            kind, _, rest = key.partition(".")
            if kind in nets:
                nets[kind][rest] = tensor
            else:
                index, _, name = rest.partition(".")
                state.setdefault(int(index), {})[name] = tensor
        optimiser = {"state": state, "param_groups": header["optimiser_groups"]}
        return Checkpoint(
            nets["model"],
            nets["averaged"],
            optimiser,
            Progress(**header["progress"]),
            header["config"],
            dict(header["lesson"]),
        )
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{path}: damaged ({error}); delete it or start over with --fresh") from None
