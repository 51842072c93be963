"""Perceptual distance by music2latent (Pasini, Lattner and Fazekas, 2024): what its encoder hears.

Mean squared difference of the features before the encoder's bottleneck, 8192 for each 93 ms at 44.1 kHz. They
leave a group normalisation: their variance is 1, so 0 is the same sound and 2 an unrelated one.

music2latent, code and weights, is CC BY-NC 4.0: **not for commercial use**. Its weights are a PyTorch file,
which is read without running anything in it; that of `--m2l-weights`, else the one that the package has
downloaded into its own folder. The network is large: on a processor a second of sound takes seconds.
"""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from plaud_live.errors import SettingsError
from plaud_live.features.resampling import Resample
from plaud_live.training.losses.weighted import Loss, Made
from plaud_live.training.options import TrainOptions
from plaud_live.training.weight_files import fill, read_pickled, read_tensors

SAMPLE_RATE = 44100
_START = "encoder."
_SILENCE = 1e-8  # power; below it the root that compresses magnitudes, infinitely steep at 0, is straightened


class Music2LatentDistance(Loss):
    """Mean squared difference of music2latent's features."""

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        self.resample = Resample(options.config.sample_rate, SAMPLE_RATE)
        self.ear = Music2LatentEar(options.m2l_weights)

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Compare output.audio with `target`, both [batch, channels, samples]."""
        with torch.no_grad():
            wanted = self.ear(self.resample(target.flatten(0, 1)))
        return F.mse_loss(self.ear(self.resample(output.audio.flatten(0, 1))), wanted)


class Music2LatentEar(nn.Module):
    """music2latent's encoder. Raises SettingsError if its weights are not there, or another network's."""

    window: Tensor
    encoder: Any

    def __init__(self, weights: str | None) -> None:
        super().__init__()
        path = _weights(weights)
        settings = import_module("music2latent.hparams")
        self.encoder = import_module("music2latent.models").Encoder()
        fill(self.encoder, _tensors(path), str(path))
        self.encoder.eval()
        self.hop_size: int = settings.hop
        self.multiple = 2 ** settings.freq_downsample_list.count(0)  # frames that become one
        self.exponent: float = settings.alpha_rescale
        self.scale: float = settings.beta_rescale
        self.register_buffer("window", torch.hann_window(4 * self.hop_size), persistent=False)

    def forward(self, audio: Tensor) -> Tensor:
        """Features [batch, 8192, frames] of `audio` [batch, samples] at 44.1 kHz, followed by silence."""
        return self.encoder(self.representation(audio), extract_features=True)

    def representation(self, audio: Tensor) -> Tensor:
        """Real and imaginary part [batch, 2, bins, frames] of a spectrum with compressed magnitudes."""
        size, hop = len(self.window), self.hop_size
        frames = -(-max(0, audio.shape[1] - size) // hop) + 1
        frames += -frames % self.multiple
        padded = F.pad(audio, (0, size + (frames - 1) * hop - audio.shape[1]))
        bins = torch.fft.rfft(padded.unfold(1, size, hop) * self.window)[..., : size // 2]
        power = bins.real.square() + bins.imag.square()
        gain = self.scale * (power + _SILENCE) ** (0.5 * (self.exponent - 1.0))
        return torch.stack([bins.real * gain, bins.imag * gain], dim=1).transpose(2, 3)


def _weights(given: str | None) -> Path:
    """The file to read."""
    spec = find_spec("music2latent")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("No module named 'music2latent'", name="music2latent")
    path = (
        Path(given).expanduser()
        if given
        else Path(spec.submodule_search_locations[0], "models/music2latent.pt")
    )
    if path.is_file():
        return path
    if given:
        raise SettingsError(f"--m2l-weights {given}: no such file")
    raise SettingsError(
        "--loss m2l: no weights — hf download SonyCSLParis/music2latent music2latent.pt --local-dir DIR "
        "(CC BY-NC 4.0: no commercial use), then --m2l-weights DIR/music2latent.pt"
    )


def _tensors(path: Path) -> dict[str, Tensor]:
    """The encoder's, by name, of safetensors or of the checkpoint as it is downloaded."""
    found: Any = read_tensors(path) if path.suffix == ".safetensors" else read_pickled(path)
    tensors = found.get("gen_state_dict", found) if isinstance(found, dict) else {}
    return {name.removeprefix(_START): tensor for name, tensor in tensors.items() if name.startswith(_START)}
