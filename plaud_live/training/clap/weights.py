"""CLAP's networks with weights from a folder or the local cache of the Hugging Face hub; no downloads."""

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from plaud_live.errors import SettingsError
from plaud_live.training.clap.front_end import ClapFrontEnd
from plaud_live.training.weight_files import fill, read_tensors

DEFAULT = "laion/clap-htsat-unfused"
_CONFIG, _WEIGHTS, _PICKLE = "config.json", "model.safetensors", "pytorch_model.bin"
_TOKENS = ("tokenizer.json", "vocab.json")
_COMPUTED = ("position_ids", "token_type_ids", "relative_position_index", "num_batches_tracked")


@dataclass(frozen=True)
class ClapFiles:
    """Where a CLAP lies: `folder` with configuration and tokenizer, the file `weights`."""

    folder: Path
    weights: Path


def find_files(name: str | None) -> ClapFiles:
    """The files in the folder `name`, or of the model `name` in the local cache.

    Raises SettingsError that says how to get what is not there.
    """
    name = name or DEFAULT
    folder = Path(name).expanduser()
    places = [folder] if folder.is_dir() else _snapshots(name)
    configured, weighted, pickled = (
        [place for place in places if (place / file).exists()] for file in (_CONFIG, _WEIGHTS, _PICKLE)
    )
    if configured and weighted:
        whole = next((place for place in reversed(configured) if place in weighted), None)
        return ClapFiles(whole or configured[-1], (whole or weighted[-1]) / _WEIGHTS)
    if configured and pickled:
        raise SettingsError(
            f"--clap-weights {name}: holds a pickle, which is not loaded — python -m "
            f"plaud_live.training.weight_files {pickled[-1] / _PICKLE} {pickled[-1] / _WEIGHTS}"
        )
    if folder.is_dir():
        raise SettingsError(f"--clap-weights {name}: wants {_CONFIG} and {_WEIGHTS}, as ClapModel saves them")
    raise SettingsError(
        f"--loss clap: no weights of {name} in the local cache — hf download {name} (2 GB), "
        "or --clap-weights DIR with another copy"
    )


def _snapshots(name: str) -> list[Path]:
    """Folders of the local cache with revisions of the model `name`, which files can be spread over."""
    if name.count("/") != 1 or name.startswith((".", "/", "~")):
        raise SettingsError(f"--clap-weights {name}: no such folder")
    from huggingface_hub.constants import HF_HUB_CACHE

    return sorted(Path(HF_HUB_CACHE).glob(f"models--{name.replace('/', '--')}/snapshots/*"))


def read_config(files: ClapFiles) -> Any:
    """The ClapConfig. Raises SettingsError if it is none of CLAP's."""
    path = files.folder / _CONFIG
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        kind = values.get("model_type")
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error})") from None
    if kind != "clap":
        raise SettingsError(f"{path}: is of a {kind} model, wants clap")
    return clap_library().ClapConfig.from_dict(values)


def load_ear(files: ClapFiles) -> tuple[torch.nn.Module, ClapFrontEnd]:
    """The network of sounds (`audio_model`, `audio_projection`) and its front end."""
    config, library = read_config(files), clap_library()
    network = library.ClapAudioModelWithProjection(config.audio_config)
    fill(network, read_tensors(files.weights, ("audio_",)), str(files.weights), _COMPUTED)
    if (files.folder / "preprocessor_config.json").exists():
        extractor = library.ClapFeatureExtractor.from_pretrained(files.folder, local_files_only=True)
    else:
        extractor = library.ClapFeatureExtractor()
    extractor.truncation = "fusion" if config.audio_config.enable_fusion else "rand_trunc"
    return network.eval().requires_grad_(False), ClapFrontEnd(extractor)


@torch.no_grad()
def embed_words(files: ClapFiles, words: str) -> Tensor:
    """The embedding [1, dims] of `words`, of length 1. Raises SettingsError if there is no tokenizer."""
    config, library = read_config(files), clap_library()
    if not any((files.folder / name).exists() for name in _TOKENS):
        raise SettingsError(f"--clap-text: {files.folder} holds no tokenizer, {' or '.join(_TOKENS)}")
    tokenizer = library.AutoTokenizer.from_pretrained(files.folder, local_files_only=True)
    network = library.ClapTextModelWithProjection(config.text_config).eval()
    fill(network, read_tensors(files.weights, ("text_",)), str(files.weights), _COMPUTED)
    tokens = tokenizer(words, return_tensors="pt", truncation=True, max_length=_most_tokens(config))
    pooled = network.text_model(tokens["input_ids"], attention_mask=tokens["attention_mask"]).pooler_output
    return F.normalize(network.text_projection(pooled), dim=-1)


def _most_tokens(config: Any) -> int:
    """RoBERTa's positions begin after that of padding."""
    return config.text_config.max_position_embeddings - config.text_config.pad_token_id - 1


def clap_library() -> Any:
    """transformers, imported now. Raises ModuleNotFoundError where it is not installed."""
    with _without_broken_torchaudio():
        library = importlib.import_module("transformers")
        for name in ("ClapAudioModelWithProjection", "ClapFeatureExtractor", "AutoTokenizer"):
            getattr(library, name)  # a lazy module: its parts are imported as they are named
    return library


@contextmanager
def _without_broken_torchaudio() -> Iterator[None]:
    """Hide a torchaudio that cannot be imported: one for CUDA beside a torch without it.

    transformers imports it where it finds it, though CLAP has no use for it.
    """
    name = "torchaudio"
    if "transformers.models.clap.modeling_clap" in sys.modules or name in sys.modules:
        yield
        return
    try:
        importlib.import_module(name)
    except (ImportError, OSError):
        for part in [module for module in sys.modules if module.split(".")[0] == name]:
            del sys.modules[part]
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if sys.modules.get(name, name) is None:
            del sys.modules[name]
