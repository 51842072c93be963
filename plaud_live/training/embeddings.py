"""Embeddings of sounds by aiSFX (Ma and Lerch, 2022): what a sound effect is like, in 512 numbers.

The network and its weights come with the package `aisfx` (CC BY 4.0), which needs nothing but torch here but
pins libraries of 2022: `pip install --no-deps aisfx==0.1.2`. The front end is what its authors took Essentia
for, in torch: power of 2048 samples at 44.1 kHz under a Hann window, 96 triangles on the mel scale, each of
sum 1, log10(1 + 10⁴ x). It is differentiable, so that a loss can be made of it.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from plaud_live.errors import SettingsError
from plaud_live.features.resampling import Resample
from plaud_live.training.weight_files import fill, read_pickled

SAMPLE_RATE = 44100
DIMS = 512
_FFT, _HOP, _BANDS = 2048, 1024, 96
_LOUDEST = 9.457798957824707  # of all spectra that the authors trained with
_BLOCK = 100  # frames that the network was trained to hear: 2.3 s
_SHORTEST = 8  # frames that its three poolings leave one of
_POOLS = ((2, 2), (2, 2), (2, 2), (1, 1))
_AT_ONCE = 16  # sounds; a block of each is 12 MB in the widest layer


class SoundEar(nn.Module):
    """aiSFX listening to sounds at `sample_rate` Hz. Raises SettingsError if the package is not there."""

    window: Tensor
    filters: Tensor
    network: Any

    def __init__(self, sample_rate: int) -> None:
        super().__init__()
        self.resample = Resample(sample_rate, SAMPLE_RATE)
        self.register_buffer("window", torch.hann_window(_FFT, periodic=False), persistent=False)
        self.register_buffer("filters", mel_triangles(), persistent=False)
        self.network = _load()

    def spectrum(self, audio: Tensor) -> Tensor:
        """[batch, frames, bands] of `audio` [batch, samples], about 0..1; frames are centred on every hop."""
        sound = self.resample(audio)
        count = 1 + -(-sound.shape[1] // _HOP)
        frames = F.pad(sound, (_FFT // 2, _FFT)).unfold(1, _FFT, _HOP)[:, :count]
        bins = torch.fft.rfft(frames * self.window)
        power = (bins.real.square() + bins.imag.square()) @ self.filters
        return torch.log10(1.0 + 1e4 * power) / _LOUDEST

    def activations(self, audio: Tensor) -> list[Tensor]:
        """Of each of the four layers, [batch, channels, frames, bands], for `audio` [batch, samples]."""
        spectrum = self.spectrum(audio)
        x = F.pad(spectrum, (0, 0, 0, max(0, _SHORTEST - spectrum.shape[1])))[:, None]
        found = []
        for number, pool in enumerate(_POOLS, start=1):
            x = getattr(self.network, f"conv_block{number}")(x, pool_size=pool, pool_type="max")
            found.append(x)
        return found

    def forward(self, audio: Tensor) -> Tensor:
        """Embeddings [batch, 512] of `audio` [batch, samples]: means over blocks of 2.3 s that overlap."""
        spectrum = self.spectrum(audio)
        spectrum = F.pad(spectrum, (0, 0, 0, max(0, _BLOCK - spectrum.shape[1])))
        blocks = spectrum.unfold(1, _BLOCK, _BLOCK // 2).transpose(2, 3)
        return self.network(blocks.flatten(0, 1)).unflatten(0, blocks.shape[:2]).mean(dim=1)


@torch.no_grad()
def embed(audio: Tensor, sample_rate: int) -> Tensor:
    """Embeddings [batch, 512] of `audio` [batch, samples] at `sample_rate` Hz.

    Raises SettingsError in one line if aisfx is not installed; `embeddings_available` tells beforehand.
    """
    ear = _ear(sample_rate)
    return torch.cat([ear(part.float()) for part in audio.split(_AT_ONCE)])


def embeddings_available() -> bool:
    """Whether aisfx is installed."""
    return find_spec("aisfx") is not None


def mel_triangles() -> Tensor:
    """Weights [bins, bands] of triangles that are straight on HTK's mel scale, each of sum 1."""
    mels = 2595.0 * np.log10(1.0 + np.linspace(0.0, SAMPLE_RATE / 2, _FFT // 2 + 1) / 700.0)
    edges = np.linspace(0.0, mels[-1], _BANDS + 2)
    step = edges[1]
    weights = np.maximum(0.0, 1.0 - np.abs(mels[:, None] - edges[1:-1]) / step)
    return torch.from_numpy(weights / weights.sum(axis=0)).float()


@cache
def _ear(sample_rate: int) -> SoundEar:
    return SoundEar(sample_rate).eval().requires_grad_(False)


def _load() -> nn.Module:
    """The network with its weights."""
    spec = find_spec("aisfx")
    if spec is None or not spec.submodule_search_locations:
        raise SettingsError(
            "embeddings need aisfx, which has its weights with it (CC BY 4.0) but old pins: "
            "pip install --no-deps aisfx==0.1.2"
        )
    path = Path(spec.submodule_search_locations[0]) / "models" / "checkpoint.pth"
    found = read_pickled(path)
    tensors = found[0] if isinstance(found, tuple) and found and isinstance(found[0], dict) else {}
    network = import_module("aisfx.models.cnn2d").EmbeddingNet("max", 3, 1, 64)
    start = "embedding_net."
    fill(network, {n.removeprefix(start): t for n, t in tensors.items() if n.startswith(start)}, str(path))
    return network.eval()
