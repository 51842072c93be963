"""Exported modules for tests: saved to a file and loaded again, as nn~ has them."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from plaud_live.deploy.description import RATIO, Description, describe
from plaud_live.deploy.module import NnModule
from plaud_live.model_file import PlaudModel
from plaud_live.synths.controls import CONTROL_NAMES
from plaud_live.synths.voice import Voice


def saved(model: PlaudModel, rate: int, folder: Path) -> Path:
    """The module that is exported of `model` for `rate` Hz, as a file."""
    path = folder / f"{model.name}_{rate}.ts"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.save(torch.jit.script(NnModule(model, offer(model, rate)).eval()), str(path))
    return path


def load(path: Path) -> Any:
    """As nn~ does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return torch.jit.load(str(path))


def offer(model: PlaudModel, rate: int) -> Description:
    """What is written beside it."""
    return describe(model, model.name, rate)


def in_blocks(call: Any, sent: Tensor, sizes: list[int]) -> Tensor:
    """What comes of `sent` [batch, inlets, n] when it is sent in pieces of `sizes`, again and again."""
    done, at = [], 0
    while at < sent.shape[2]:
        size = sizes[len(done) % len(sizes)]
        done.append(call(sent[:, :, at : at + size]))
        at += size
    return torch.cat(done, dim=2)


def engine(model: PlaudModel, rate: int, raw: np.ndarray, **asked: float) -> np.ndarray:
    """What the engine plays of raw latents [d, values], RATIO samples for each: float32 [channels, samples].

    A frame hears the latents as they stand when it begins. `asked` are controls by name.
    """
    voice = Voice(model, rate)
    samples = raw.shape[1] * RATIO
    frames = voice.frames_in(samples)
    times = np.arange(frames) * voice.hop / RATIO
    heard = np.stack([np.interp(times, np.arange(1, raw.shape[1] + 1), row) for row in raw], axis=1)
    controls = np.tile(voice.default_controls(), (frames, 1))
    for name, value in asked.items():
        controls[:, CONTROL_NAMES.index(name)] = value
    out = np.zeros((voice.channels, samples), np.float32)
    voice.render(heard, controls, out[0] if voice.channels == 1 else out)
    return out
