"""The model that a run begins from, and what it remembers."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from plaud_live.errors import DatasetError, SettingsError
from plaud_live.model_file import Anchor, PlaudModel, read
from plaud_live.models.files import from_model
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.continual.memory import Memory, find_memory, read_memory
from plaud_live.training.continual.remembering import remember
from plaud_live.training.dataset import Dataset
from plaud_live.training.encoding import encode_recordings
from plaud_live.training.manifest import read_manifest
from plaud_live.training.options import TrainOptions

_HELD_OUT = TrainOptions.held_out


@dataclass(frozen=True)
class Parent:
    """A model as it was read, its memory, if there is one, and the places that its children hold: its
    anchors, and those that a performer has named besides."""

    model: PlaudModel
    memory: Memory | None
    held: tuple[Anchor, ...]

    def net(self) -> PlaudNet:
        """Its network, which is not trained."""
        return from_model(self.model).requires_grad_(False)


def open_parent(path: Path, remembered: Path | None = None, positions: Path | None = None) -> Parent:
    """Read the model at `path`, with its own memory, or else one of the prepared dataset `remembered`.

    `positions` is a file of places that are held besides its anchors. Raises ModelFileError, DatasetError or
    SettingsError in one line.
    """
    model = read(path)
    held = (*model.anchors, *(() if positions is None else read_positions(positions, model)))
    if remembered is not None:
        return Parent(model, recall(model, remembered), held)
    found = find_memory(path, model)
    return Parent(model, None if found is None else read_memory(found, model), held)


def read_positions(path: Path, model: PlaudModel) -> tuple[Anchor, ...]:
    """The places in a JSON file of raw latents by name, but for those that are anchors of `model`.

    One that is called as an anchor that lies elsewhere has another name. Raises SettingsError in one line.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"--positions {path}: {error.strerror or error}") from None
    except ValueError as error:
        raise SettingsError(f"--positions {path}: not JSON ({error})") from None
    if not isinstance(data, dict):
        raise SettingsError(f"--positions {path}: wants raw latents by name")
    known = {anchor.name: anchor.raw for anchor in model.anchors}
    places = []
    for name, values in data.items():
        size = model.config.latent_size
        if not (isinstance(values, list) and len(values) == size and all(map(_is_finite, values))):
            raise SettingsError(f"--positions {path}: {name!r:.70} wants {size} finite numbers")
        raw = tuple(float(value) for value in values)
        if known.get(name) != raw:
            places.append(Anchor(name if name not in known else f"{name} (marked)", raw))
    return tuple(places)


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def recall(model: PlaudModel, folder: Path) -> Memory:
    """What `model` would remember of the old recordings in the prepared dataset `folder`."""
    manifest = read_manifest(folder)
    config, kept = model.config, manifest.settings
    if (kept.sample_rate, kept.channels) != (config.sample_rate, config.channels):
        raise DatasetError(
            f"{folder}: is at {kept.sample_rate} Hz with {kept.channels} channels, {model.name} at "
            f"{config.sample_rate} Hz with {config.channels} — give the folder of recordings instead"
        )
    dataset = Dataset(folder, manifest, _HELD_OUT)
    return remember(dataset, encode_recordings(from_model(model), dataset), model.latents, model.anchors)
