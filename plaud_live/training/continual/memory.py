"""What a model remembers of its material, in a file beside its own: `NAME.memory` beside `NAME.plaud`.

One safetensors file, no code in it: passages of sound, a few windows of what was held out, and trajectories
of latents, with the digest of the weights that they belong to in a JSON header. A child rehearses from it. Of
the weights, not of the file: anchors that a performer keeps in a model change nothing of what it remembers.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from plaud_live.errors import ModelFileError
from plaud_live.model_file import PlaudModel, write_atomically
from plaud_live.settings import home

FORMAT_VERSION = 1
SUFFIX = ".memory"
_KEY = "plaud_memory"
_FULL = 32767.0


@dataclass(frozen=True)
class Place:
    """Where a passage comes from: a recording, a time in it, and the anchor that was made there, '' for
    none."""

    source: str
    start_seconds: float
    anchor: str = ""


@dataclass(frozen=True)
class Memory:
    """Sound and latents of a model's material.

    `passages` [n, channels, samples] and `held_out` [m, channels, samples] are float32 at the model's rate,
    `places` has one entry a passage; what is held out was never trained on and never is. `latents` [k,
    frames, latents] are trajectories in raw units.
    """

    passages: np.ndarray
    places: tuple[Place, ...]
    held_out: np.ndarray
    latents: np.ndarray

    def seconds(self, sample_rate: int) -> float:
        """Length of all its sound."""
        return sum(sound.shape[0] * sound.shape[2] for sound in (self.passages, self.held_out)) / sample_rate


def memory_path(model: Path) -> Path:
    """Where the memory of the model file `model` is written."""
    return model.with_suffix(SUFFIX)


def find_memory(path: Path, model: PlaudModel) -> Path | None:
    """The memory of `model`, read from `path`: beside it, else in PLAUD_HOME/models, whence it may come."""
    if (beside := memory_path(path)).exists():
        return beside
    digest = digest_of_weights(model)
    for candidate in sorted((home() / "models").glob(f"*{SUFFIX}")):
        try:
            with safe_open(candidate, framework="numpy") as file:
                header = json.loads((file.metadata() or {}).get(_KEY, "{}"))
        except (OSError, SafetensorError, ValueError):  # a damaged one is not this one
            continue
        if isinstance(header, dict) and header.get("weights") == digest:
            return candidate
    return None


def digest_of_weights(model: PlaudModel) -> str:
    """SHA-256 of the weights of `model`, by name."""
    total = hashlib.sha256()
    for name, array in sorted(model.weights.items()):
        total.update(f"{name}{list(array.shape)}".encode())
        total.update(np.ascontiguousarray(array, np.float32).tobytes())
    return total.hexdigest()


def write_memory(memory: Memory, model: PlaudModel, path: Path) -> None:
    """Write what `model` remembers to `path` atomically.

    Raises ModelFileError if they do not fit each other, OSError if the disk refuses.
    """
    _check(memory, model, path)
    tensors = {"latents": np.ascontiguousarray(memory.latents, np.float32)}
    for name, sound in (("passages", memory.passages), ("held_out", memory.held_out)):
        tensors[name], tensors[f"{name}.scale"] = _to_int16(sound)
    header = {
        "format_version": FORMAT_VERSION,
        "weights": digest_of_weights(model),
        "sample_rate": model.config.sample_rate,
        "places": [asdict(place) for place in memory.places],
        "licence": model.licence,
    }
    write_atomically(path, save(tensors, metadata={_KEY: json.dumps(header, sort_keys=True)}))


def read_memory(path: Path, model: PlaudModel) -> Memory:
    """Read what `model` remembers. Raises ModelFileError, in one line, if it is damaged or another
    model's."""
    try:
        with safe_open(path, framework="numpy") as file:
            header = _header((file.metadata() or {}).get(_KEY), path)
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
    except OSError as error:
        raise ModelFileError(f"{path}: {error.strerror or error}") from None
    except SafetensorError as error:
        raise ModelFileError(f"{path}: no memory of a model, or truncated ({error}) — {_REMEDY}") from None
    if header.get("weights") != digest_of_weights(model):
        raise ModelFileError(f"{path}: is the memory of another model than {model.name} — {_REMEDY}")
    try:
        memory = Memory(
            passages=_to_float(tensors["passages"], tensors["passages.scale"]),
            places=_places(header["places"]),
            held_out=_to_float(tensors["held_out"], tensors["held_out.scale"]),
            latents=tensors["latents"],
        )
    except (KeyError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ModelFileError(f"{path}: damaged ({reason}) — {_REMEDY}") from None
    _check(memory, model, path)
    return memory


_REMEDY = "delete it, and give the old recordings with --remember FOLDER"


def _header(text: str | None, path: Path) -> Mapping[str, Any]:
    if text is None:
        raise ModelFileError(f"{path}: a safetensors file, but no memory of a model — {_REMEDY}")
    try:
        header = json.loads(text)
    except json.JSONDecodeError as error:
        raise ModelFileError(f"{path}: damaged header ({error}) — {_REMEDY}") from None
    version = header.get("format_version") if isinstance(header, dict) else None
    if version != FORMAT_VERSION:
        raise ModelFileError(f"{path}: memory format {version}, wants {FORMAT_VERSION} — {_REMEDY}")
    return header


def _places(rows: Sequence[Mapping[str, Any]]) -> tuple[Place, ...]:
    return tuple(Place(str(r["source"]), float(r["start_seconds"]), str(r["anchor"])) for r in rows)


def _check(memory: Memory, model: PlaudModel, path: Path) -> None:
    """Raise ModelFileError unless shapes, types and values are those of a memory of `model`."""
    config = model.config
    for name in ("passages", "held_out"):
        sound = getattr(memory, name)
        if sound.ndim != 3 or sound.shape[1] != config.channels:
            raise ModelFileError(
                f"{path}: {name} is {list(sound.shape)}, wants [n, {config.channels}, samples] — {_REMEDY}"
            )
    if len(memory.places) != len(memory.passages):
        raise ModelFileError(
            f"{path}: {len(memory.places)} places for {len(memory.passages)} passages — {_REMEDY}"
        )
    rows = memory.latents
    if rows.ndim != 3 or rows.shape[2] != config.latent_size or rows.dtype != np.float32:
        raise ModelFileError(
            f"{path}: latents are {rows.dtype}{list(rows.shape)}, want float32[n, frames, "
            f"{config.latent_size}] — {_REMEDY}"
        )
    if not all(np.isfinite(values).all() for values in (memory.passages, memory.held_out, rows)):
        raise ModelFileError(f"{path}: has NaN or infinite values — {_REMEDY}")


def _to_int16(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`sound` [n, channels, samples] in 16 bit, and the scale of each: a quiet passage keeps its bits,
    too."""
    peak = np.maximum(np.abs(sound).max(axis=(1, 2), initial=0.0), 1e-6).astype(np.float32)
    return np.round(sound / peak[:, None, None] * _FULL).astype(np.int16), peak


def _to_float(data: np.ndarray, scale: np.ndarray) -> np.ndarray:
    if data.dtype != np.int16 or scale.dtype != np.float32 or data.ndim != 3 or scale.shape != data.shape[:1]:
        raise ValueError(f"sound is {data.dtype}{list(data.shape)} by {scale.dtype}{list(scale.shape)}")
    sound: np.ndarray = data.astype(np.float32) * (scale / np.float32(_FULL))[:, None, None]
    return sound
