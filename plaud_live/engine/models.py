"""Model files as the engine uses them: what control needs to know, and voices that play them."""

import zlib
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import numpy as np

from plaud_live import model_file, settings
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.units import raw_to_playable
from plaud_live.engine.reverbs import Reverbs
from plaud_live.engine.store import DIGEST, Store
from plaud_live.errors import ModelFileError
from plaud_live.model_file import PlaudModel
from plaud_live.synths.voice import Voice

KEPT = 8


class Models:
    """Loads model files and keeps the last few. Thread-safe enough: two threads may load a file twice.

    `store` keeps the files of a session, `reverbs` the reverb's.
    """

    def __init__(self, store: Store | None = None, reverbs: Reverbs | None = None) -> None:
        self.store, self.reverbs = store or Store(), reverbs or Reverbs()
        self._known: dict[str, ModelInfo] = {}  # by digest
        self._loaded: OrderedDict[str, PlaudModel] = OrderedDict()  # by digest
        self._files: dict[tuple[str, int, int], str] = {}  # path, time of change, size: digest

    def load_info(self, name: str) -> ModelInfo:
        """What control needs of the model that `name` means: a path, a model's name, or a known digest.

        Raises SettingsError if there is none, ModelFileError if it cannot be used.
        """
        if DIGEST.fullmatch(name) and (known := self.by_digest(name)) is not None:
            return known
        path = settings.find_model(name)
        return self._info(self._load(path), path)

    def by_digest(self, digest: str) -> ModelInfo | None:
        """What control needs of a model that was used in the session; None where there is none."""
        if digest and digest not in self._known and (path := self.store.path(digest)) is not None:
            self._info(self._load(path), path)
        return self._known.get(digest)

    def keep(self, info: ModelInfo) -> None:
        """Keep a model's file with the session."""
        self.store.keep(info.digest, Path(info.path))

    def make_voice(self, info: ModelInfo, sample_rate: int, name: str, seed: int = 0) -> Voice:
        """A voice for the instrument `name`. Raises ModelFileError if the file is not what `info` is of."""
        return Voice(self.model(info), sample_rate, seed=zlib.crc32(name.encode(), seed))

    def model(self, info: ModelInfo) -> PlaudModel:
        """The whole model that `info` is of. Raises ModelFileError if its file has become another."""
        model = self._loaded.get(info.digest)
        if model is None:
            model = self._load(self._file_of(info))
            if model.digest != info.digest:
                raise ModelFileError(
                    f"{info.path}: has changed since {info.name!r} was loaded — load it again"
                )
        return model

    def _file_of(self, info: ModelInfo) -> Path:
        """What the session has kept, which nobody writes over, else the file itself."""
        kept = self.store.path(info.digest)
        return kept if kept is not None and kept.is_file() else Path(info.path)

    def _info(self, model: PlaudModel, path: Path) -> ModelInfo:
        info = info_of(model, path)
        parent = self._known.get(info.parent)
        if parent is not None and not model.training.get("lineage"):
            info = replace(info, lineage=parent.lineage)
        self._known.setdefault(info.digest, info)
        return info

    def _load(self, path: Path) -> PlaudModel:
        try:
            stat = path.stat()
        except OSError as error:
            raise ModelFileError(f"{path}: {error.strerror or error}") from None
        key = (str(path), stat.st_mtime_ns, stat.st_size)
        model = self._loaded.get(self._files.get(key, ""))
        if model is None:
            model = model_file.read(path)
            self._files[key] = model.digest
            self._loaded[model.digest] = model
            while len(self._loaded) > KEPT:
                self._loaded.popitem(last=False)
        return model


def info_of(model: PlaudModel, path: Path) -> ModelInfo:
    """What control needs of a model. It stands at its first anchor, else in the middle of its material.

    Retrained models name the root of their lineage in `training`.
    """
    low, high = np.array(model.latents.low), np.array(model.latents.high)
    start = model.anchors[0].raw if model.anchors else model.latents.mean
    home = raw_to_playable(np.array(start), low, high)
    config = model.config
    return ModelInfo(
        name=model.name,
        path=str(path),
        digest=model.digest,
        lineage=str(model.training.get("lineage") or model.parent or model.digest),
        low=tuple(model.latents.low),
        high=tuple(model.latents.high),
        home=tuple(home.tolist()),
        names=tuple(model.latents.names),
        sines=config.sines,
        harmonics=config.harmonics,
        noise_bands=config.noise_bands,
        smoothing=config.smoothing,
        max_smoothing=config.max_smoothing,
        anchors={anchor.name: tuple(anchor.raw) for anchor in model.anchors},
        channels=config.channels,
        parent=model.parent,
    )
