"""Training as a user asks for it, `plaud-live train` as a process of its own, and what it took."""

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from plaud_live.model_file import PlaudModel, read
from plaud_live.models.files import from_model

_BYTES = 1 if sys.platform == "darwin" else 1024  # of a unit of ru_maxrss


@dataclass(frozen=True)
class Run:
    """A trained model, and what its process took: wall and processor seconds, most memory in bytes."""

    model: PlaudModel
    wall_seconds: float
    processor_seconds: float
    memory: int

    @property
    def steps(self) -> int:
        """Steps of the optimiser."""
        return int(self.model.training["steps"])

    @property
    def audio_rate(self) -> float:
        """Seconds of audio a second of training, validation and checkpoints counted."""
        return float(self.model.training["audio_seconds"]) / (60.0 * float(self.model.training["minutes"]))


def prepare(recordings: Path, dataset: Path) -> None:
    """Prepare a folder of recordings."""
    _plaud_live("prepare", str(recordings), str(dataset))


def train(dataset: Path, out: Path, name: str, flags: Sequence[str]) -> Run:
    """Train OUT/NAME.plaud with the command line's `flags`, from the start."""
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    words = ["--dataset-path", str(dataset), "--out", str(out), "--model-name", name, "--fresh", *flags]
    memory = _plaud_live("train", *words)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(read(out / f"{name}.plaud"), time.monotonic() - begun, busy, memory)


@torch.no_grad()
def reconstruct(model: PlaudModel, target: np.ndarray) -> np.ndarray:
    """What the model makes of `target` [samples], as one stream, its delay taken out: at least as long."""
    net, delay = from_model(model), int(model.training.get("delay_samples", 0))
    padded = np.pad(target, (0, delay + net.config.hop_size))
    return net(torch.from_numpy(padded)[None, None])[0][0, 0, delay:].numpy()


def _plaud_live(*words: str) -> int:
    """Run the command line; return the most memory that its process held. Ends this one if it fails."""
    command = [sys.executable, "-m", "plaud_live", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = re.split(r"[\r\n]+", process.stderr.read().strip())[-1]
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(words)}: {said}")
    return usage.ru_maxrss * _BYTES
