"""What an exported file is put through before it is handed out: it is loaded and played as nn~ does it."""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from plaud_live.deploy import operators
from plaud_live.deploy.description import Description, Method
from plaud_live.errors import ExportError

SECONDS = 10
BLOCKS = (64, 512, 2048, 4096)
"""Samples that nn~ hands over at once: the fewest, what the patches ask for, and its own default."""

HARDEST = (float("nan"), float("inf"), -float("inf"), 1e9, -1e9)
LOUDEST_DIFFERENCE = 1e-5


@dataclass(frozen=True)
class Check:
    """How a method ran: `shares` of a core that each of BLOCKS took on one thread, and by how much any

    sample differed from what came of all samples at once.
    """

    method: str
    shares: tuple[float, ...]
    difference: float


def check(path: Path, offer: Description, seconds: float = SECONDS) -> Iterator[Check]:
    """Load `path` again for each run and yield what each method did, with `seconds` of sound for each block.

    Raises ExportError for what nn~ would not bear.
    """
    with torch.inference_mode(), _one_thread():
        for method in offer.methods:
            _bear_anything(path, method)
            yield _run(path, offer, method, seconds)


def count_operators(path: Path) -> int:
    """How many operators a file needs. Raises ExportError if libtorch 2.5.1 lacks one."""
    module = _load(path)
    if lacking := operators.missing(module):
        raise ExportError(f"{path.name}: libtorch {operators.LIBTORCH} has no {lacking[0]}")
    return len(operators.operators(module))


def _run(path: Path, offer: Description, method: Method, seconds: float) -> Check:
    longest = max(BLOCKS)
    samples = max(1, round(seconds * offer.sample_rate / longest)) * longest
    sent = signal(method, samples, offer.sample_rate)
    whole = _call(path, method, sent, samples)
    shares, difference = [], 0.0
    for block in BLOCKS:
        begun = time.process_time()
        played = _call(path, method, sent, block)
        shares.append((time.process_time() - begun) * offer.sample_rate / samples)
        difference = max(difference, float((played - whole).abs().max()))
    if difference > LOUDEST_DIFFERENCE:
        raise ExportError(f"{path.name}: {method.name} depends on the block, by {difference:.1e}")
    return Check(method.name, tuple(shares), difference)


def signal(method: Method, samples: int, sample_rate: int) -> Tensor:
    """What `method` is checked with, [1, inlets, samples / in_ratio].

    Latents that wander, or a sweep in bursts.
    """
    t = np.arange(samples // method.in_ratio) * method.in_ratio / sample_rate
    rows = np.arange(len(method.inputs))[:, None]
    if method.in_ratio > 1:
        sent = 0.5 + 0.6 * np.sin(2 * np.pi * (0.13 * (rows + 1) * t + 0.31 * rows))
    else:
        sent = (
            0.4 * np.sin(2 * np.pi * (80.0 + 20.0 * rows + 200.0 * (t % 2.0)) * t) * np.exp(-5.0 * (t % 0.5))
        )
    return torch.from_numpy(sent.astype(np.float32))[None]


def _call(path: Path, method: Method, sent: Tensor, block: int) -> Tensor:
    """All that comes of `sent`, `block` samples at a time."""
    call = _method(path, method)
    return torch.cat([call(piece) for piece in sent.split(block // method.in_ratio, dim=2)], dim=2)


def _bear_anything(path: Path, method: Method) -> None:
    """Whatever is sent, what comes is finite, float32, and as long as nn~ expects; of a batch, too."""
    block = 512
    for batch in (1, 4):
        call = _method(path, method)
        for value in HARDEST:
            sent = torch.full((batch, len(method.inputs), block // method.in_ratio), value)
            played = call(sent)
            wanted = (batch, len(method.outputs), block // method.out_ratio)
            if tuple(played.shape) != wanted or played.dtype != torch.float32:
                raise ExportError(
                    f"{path.name}: {method.name} gives {list(played.shape)}, not {list(wanted)}"
                )
            if not bool(torch.isfinite(played).all()):
                raise ExportError(f"{path.name}: {method.name} gives what is not finite for {value}")


def _method(path: Path, method: Method) -> Callable[[Tensor], Tensor]:
    found: Callable[[Tensor], Tensor] = getattr(_load(path), method.name)
    return found


def _load(path: Path) -> torch.jit.ScriptModule:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of TorchScript, which is what nn~ reads
        return torch.jit.load(str(path))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Torch on one thread meanwhile, as in the audio thread of a host."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
