"""The model that a run begins from, and what it remembers."""

from dataclasses import dataclass
from pathlib import Path

from plaud_live.errors import DatasetError
from plaud_live.model_file import PlaudModel, read
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
    """A model as it was read, and its memory, if there is one."""

    model: PlaudModel
    memory: Memory | None

    def net(self) -> PlaudNet:
        """Its network, which is not trained."""
        return from_model(self.model).requires_grad_(False)


def open_parent(path: Path, remembered: Path | None = None) -> Parent:
    """Read the model at `path`, with its own memory, or else one of the prepared dataset `remembered`.

    Raises ModelFileError or DatasetError in one line.
    """
    model = read(path)
    if remembered is not None:
        return Parent(model, recall(model, remembered))
    found = find_memory(path, model)
    return Parent(model, None if found is None else read_memory(found, model))


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
