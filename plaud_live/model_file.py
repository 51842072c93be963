"""Read and write `.plaud` model files: one safetensors file, its metadata a JSON header.

The format holds no code. `write` replaces the target atomically; `read` refuses what is not whole,
not finite, or of another version. NumPy only: the engine and the trainer share it.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from plaud_live.errors import ModelFileError

FORMAT_VERSION = 1
ENCODERS = ("conv", "gru")
MAX_CHANNELS = 8
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class ModelConfig:
    """Everything that fixes the shape and the meaning of a model's weights.

    Blocks that a model does not use have a count of 0; at least one must sound. Each of the `channels` has a
    head of its own: all blocks, from the same latents. `encoder` is "conv" (dilated convolutions, as many as
    `encoder_dilations`) or "gru".
    """

    sample_rate: int = 44100
    channels: int = 1
    hop_size: int = 256
    latent_size: int = 8
    mel_window: int = 1024
    mel_bands: int = 64
    mel_low_hz: float = 30.0
    mel_high_hz: float = 16000.0
    encoder: str = "conv"
    encoder_size: int = 128
    encoder_dilations: tuple[int, ...] = (1, 2, 4)
    decoder_size: int = 192
    smoothing: int = 2
    max_smoothing: int = 64
    sines: int = 96
    sine_low_hz: float = 40.0
    sine_high_hz: float = 12000.0
    sine_band_octaves: float = 0.5
    harmonics: int = 0
    f0_low_hz: float = 40.0
    f0_high_hz: float = 1600.0
    noise_bands: int = 384
    noise_low_hz: float = 20.0
    noise_high_hz: float = 20000.0
    noise_linear_share: float = 0.5
    noise_seed: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "encoder_dilations", tuple(self.encoder_dilations))
        positive = ("sample_rate", "hop_size", "latent_size", "mel_window", "mel_bands", "encoder_size",
                    "decoder_size", "smoothing", "max_smoothing")  # fmt: skip
        for name in positive:
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ModelFileError(f"model configuration: {name} is {value!r}, wants a whole number from 1")
        for name in ("sines", "harmonics", "noise_bands"):
            value = getattr(self, name)
            if not isinstance(value, int) or not 0 <= value <= 8192:
                raise ModelFileError(f"model configuration: {name} is {value!r}, wants 0 to 8192")
        if not isinstance(self.channels, int) or not 1 <= self.channels <= MAX_CHANNELS:
            raise ModelFileError(
                f"model configuration: channels is {self.channels!r}, wants 1 to {MAX_CHANNELS}"
            )
        if self.encoder not in ENCODERS:
            raise ModelFileError(
                f"model configuration: encoder is {self.encoder!r}, have {', '.join(ENCODERS)}"
            )
        if self.sines + self.harmonics + self.noise_bands == 0:
            raise ModelFileError("model configuration: no block sounds; give sines, harmonics or noise_bands")
        if self.smoothing > self.max_smoothing:
            raise ModelFileError(
                f"model configuration: smoothing {self.smoothing} is above max_smoothing {self.max_smoothing}"
            )
        if self.mel_window < self.hop_size:
            raise ModelFileError(
                f"model configuration: mel_window {self.mel_window} is shorter than hop_size {self.hop_size}"
            )

    @property
    def frame_rate(self) -> float:
        """Control frames per second."""
        return self.sample_rate / self.hop_size

    @property
    def head_size(self) -> int:
        """Features of one channel, in the order sines, harmonics, noise bands."""
        harmonic = self.harmonics + 2 if self.harmonics else 0
        return 2 * self.sines + harmonic + self.noise_bands

    @property
    def output_size(self) -> int:
        """Features of the decoder's last layer: a head for each channel."""
        return self.channels * self.head_size

    @property
    def heard_size(self) -> int:
        """Features that the encoder hears: mel bands of all channels together, loudness of each."""
        return self.mel_bands + self.channels

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "ModelConfig":
        """Build a configuration from a header. Unknown fields are an error, and missing ones that files

        had from the start; the others mean what they meant then.
        """
        known = {f.name for f in fields(cls)}
        data = {**_ABSENT, **data}
        if unknown := sorted(set(data) - known):
            raise ModelFileError(f"model configuration: unknown field {unknown[0]!r}")
        if missing := sorted(known - set(data)):
            raise ModelFileError(f"model configuration: field {missing[0]!r} is missing")
        try:
            return cls(**data)
        except TypeError as error:
            raise ModelFileError(f"model configuration: {error}") from None


_ABSENT = {"channels": 1, "encoder": "conv"}
"""What a file means that was written before a field was there. These never change."""


@dataclass(frozen=True)
class Anchor:
    """A named place in latent space.

    `raw` holds one value per latent, in raw units. `source` names the recording and `start_seconds`,
    `end_seconds` the span that it was encoded from.
    """

    name: str
    raw: tuple[float, ...]
    source: str = ""
    start_seconds: float = 0.0
    end_seconds: float = 0.0


@dataclass(frozen=True)
class LatentSpace:
    """What a position in latent space means, per latent, in raw units.

    `low` and `high` are the 1st and 99th percentile of the encoded training material (playable 0 and 1),
    `mean` its mean, `residual` the encoder's typical standard deviation (the scale of `temperature`),
    `information` the mean KL divergence in nats, by which the latents are ordered, largest first.
    `names` are aliases such as `bright`; an empty string means none.
    """

    low: tuple[float, ...]
    high: tuple[float, ...]
    mean: tuple[float, ...]
    residual: tuple[float, ...]
    information: tuple[float, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class PlaudModel:
    """A model as it stands in a file: configuration, weights, and what its latents mean.

    `weights` maps names to float32 arrays; `training` is a summary for people; `licence` names the
    licence of the training material; `parent` is the digest of the model that this one was trained from;
    `digest` is the SHA-256 of the file, or empty before it is written.
    """

    name: str
    config: ModelConfig
    latents: LatentSpace
    weights: Mapping[str, np.ndarray]
    anchors: tuple[Anchor, ...] = ()
    training: Mapping[str, Any] = field(default_factory=dict)
    licence: str = ""
    parent: str = ""
    digest: str = ""


def weight_shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all weights of a model, as PyTorch lays them out ([out, in], GRU gates r, z, n)."""
    c, h, out = config.encoder_size, config.decoder_size, config.latent_size
    shapes: dict[str, tuple[int, ...]] = {
        "encoder.norm.mean": (config.heard_size,),
        "encoder.norm.scale": (config.heard_size,),
        "encoder.input.weight": (c, config.heard_size),
        "encoder.input.bias": (c,),
    }
    if config.encoder == "gru":
        shapes |= _gru_shapes("encoder.gru", c)
    else:
        for i in range(len(config.encoder_dilations)):
            shapes[f"encoder.conv.{i}.weight"] = (c, c, 3)
            shapes[f"encoder.conv.{i}.bias"] = (c,)
    for head in ("mean", "log_variance"):
        shapes[f"encoder.{head}.weight"] = (out, c)
        shapes[f"encoder.{head}.bias"] = (out,)
    layers = {
        "input.0": (h, config.latent_size),
        "input.1": (h, h),
        "output.0": (h, 2 * h),
        "last": (config.output_size, h),
    }
    for name, shape in layers.items():
        shapes[f"decoder.{name}.weight"] = shape
        shapes[f"decoder.{name}.bias"] = shape[:1]
    return shapes | _gru_shapes("decoder.gru", h)


def _gru_shapes(name: str, size: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for side in ("ih", "hh"):
        shapes[f"{name}.weight_{side}"] = (3 * size, size)
        shapes[f"{name}.bias_{side}"] = (3 * size,)
    return shapes


def write(model: PlaudModel, path: str | Path) -> PlaudModel:
    """Write `model` to `path` by a temporary file and a rename; return it with its digest.

    Raises ModelFileError if the model is not valid, OSError if the disk refuses.
    """
    path = Path(path)
    _validate(model, str(path))
    header = {
        "format_version": FORMAT_VERSION,
        "name": model.name,
        "config": asdict(model.config),
        "latents": asdict(model.latents),
        "anchors": [asdict(a) for a in model.anchors],
        "training": dict(model.training),
        "licence": model.licence,
        "parent": model.parent,
    }
    tensors = {k: np.ascontiguousarray(v, dtype=np.float32) for k, v in model.weights.items()}
    payload = save(tensors, metadata={"plaud": json.dumps(header, sort_keys=True)})
    write_atomically(path, payload)
    return PlaudModel(**{**_shallow(model), "digest": hashlib.sha256(payload).hexdigest()})


def read(path: str | Path) -> PlaudModel:
    """Read and check a model file. Raises ModelFileError with one line that says what is wrong."""
    path = Path(path)
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with safe_open(path, framework="numpy") as file:
            header = _parse_header(file.metadata(), str(path))
            weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
    except OSError as error:
        raise ModelFileError(f"{path}: {error.strerror or error}") from None
    except SafetensorError as error:
        raise ModelFileError(f"{path}: not a model file, or truncated ({error})") from None
    model = _from_header(header, weights, digest, str(path))
    _validate(model, str(path))
    return model


def read_header(path: str | Path) -> dict[str, Any]:
    """The JSON header of a model file, without loading its weights."""
    try:
        with safe_open(Path(path), framework="numpy") as file:
            return _parse_header(file.metadata(), str(path))
    except OSError as error:
        raise ModelFileError(f"{path}: {error.strerror or error}") from None
    except SafetensorError as error:
        raise ModelFileError(f"{path}: not a model file, or truncated ({error})") from None


def write_atomically(path: Path, payload: bytes) -> None:
    """Replace `path` by `payload`: a reader sees the old file or the new one, never a part of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _shallow(model: PlaudModel) -> dict[str, Any]:
    return {f.name: getattr(model, f.name) for f in fields(model)}


def _parse_header(metadata: Mapping[str, str] | None, where: str) -> dict[str, Any]:
    text = (metadata or {}).get("plaud")
    if text is None:
        raise ModelFileError(f"{where}: a safetensors file, but not a plaud-live model")
    try:
        header = json.loads(text)
    except json.JSONDecodeError as error:
        raise ModelFileError(f"{where}: damaged header ({error})") from None
    version = header.get("format_version") if isinstance(header, dict) else None
    if version != FORMAT_VERSION:
        raise ModelFileError(
            f"{where}: model format {version}, this plaud-live reads {FORMAT_VERSION}; "
            + (
                "update plaud-live"
                if isinstance(version, int) and version > FORMAT_VERSION
                else "train it again"
            )
        )
    return header


def _from_header(
    header: dict[str, Any], weights: dict[str, np.ndarray], digest: str, where: str
) -> PlaudModel:
    try:
        latents = LatentSpace(**{k: tuple(v) for k, v in header["latents"].items()})
        anchors = tuple(Anchor(**{**a, "raw": tuple(a["raw"])}) for a in header["anchors"])
        return PlaudModel(
            name=header["name"],
            config=ModelConfig.from_dict(header["config"]),
            latents=latents,
            weights=weights,
            anchors=anchors,
            training=header["training"],
            licence=header["licence"],
            parent=header["parent"],
            digest=digest,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelFileError(f"{where}: damaged header ({type(error).__name__}: {error})") from None
    except ModelFileError as error:
        raise ModelFileError(f"{where}: {error}") from None


def _validate(model: PlaudModel, where: str) -> None:
    size = model.config.latent_size
    if not isinstance(model.name, str) or not _NAME.fullmatch(model.name):
        raise ModelFileError(f"{where}: name {model.name!r} wants 1 to 64 letters, digits, _ or -")
    for f in fields(model.latents):
        if len(getattr(model.latents, f.name)) != size:
            raise ModelFileError(f"{where}: latents.{f.name} wants {size} values")
    numbers = [getattr(model.latents, k) for k in ("low", "high", "mean", "residual", "information")]
    numbers += [a.raw for a in model.anchors]
    try:
        finite = all(np.isfinite(np.asarray(row, dtype=np.float64)).all() for row in numbers)
    except (TypeError, ValueError):
        finite = False
    if not finite:
        raise ModelFileError(f"{where}: latent ranges and anchors want finite numbers")
    if not all(low < high for low, high in zip(model.latents.low, model.latents.high, strict=True)):
        raise ModelFileError(f"{where}: latents.low wants to be below latents.high")
    for anchor in model.anchors:
        if not _NAME.fullmatch(anchor.name) or len(anchor.raw) != size:
            raise ModelFileError(f"{where}: anchor {anchor.name!r} wants a plain name and {size} values")
    shapes = weight_shapes(model.config)
    if wrong := sorted(set(shapes) ^ set(model.weights)):
        raise ModelFileError(
            f"{where}: weight {wrong[0]!r} is {'missing' if wrong[0] in shapes else 'unknown'}"
        )
    for name, shape in shapes.items():
        array = model.weights[name]
        if tuple(array.shape) != shape or array.dtype != np.float32:
            raise ModelFileError(
                f"{where}: weight {name} is {array.dtype}{list(array.shape)}, wants float32{list(shape)}"
            )
        if not np.isfinite(array).all():
            raise ModelFileError(f"{where}: weight {name} has NaN or infinite values; the file is damaged")
