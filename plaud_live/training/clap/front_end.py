"""The front end of CLAP in torch: what transformers' ClapFeatureExtractor computes, with a gradient.

Sound at 48 kHz is brought to the length that the network hears, 10 s: what is shorter is repeated as often as
it fits and followed by silence; what is longer is cut at one place (an *unfused* network) or at three and
shown in all as well, shrunk (a *fused* one). Then power in mel bands under a Hann window, in dB, at least
-100. The arithmetic is in double precision, like the library's, where the device has it.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_SMALLEST_POWER = 1e-10
MIDDLE = (0.5, 0.5, 0.5)


class ClapFrontEnd(nn.Module):
    """As `extractor`, a ClapFeatureExtractor, is set; `sample_rate` in Hz is what it wants."""

    def __init__(self, extractor: Any) -> None:
        super().__init__()
        self.fused = extractor.truncation == "fusion"
        self.padding: str = extractor.padding
        self.sample_rate: int = extractor.sampling_rate
        self.hop_size: int = extractor.hop_length
        self.fft_size: int = extractor.fft_window_size
        self.length: int = extractor.nb_max_samples
        self.filters = torch.as_tensor(extractor.mel_filters if self.fused else extractor.mel_filters_slaney)

    def forward(self, audio: Tensor, cuts: Sequence[float] = MIDDLE) -> tuple[Tensor, Tensor]:
        """Features [batch, 1 or 4, frames, mel bands] in dB, and [batch, 1]: whether they are several cuts.

        `audio` is [batch, samples]; `cuts` says where to cut what is too long, as three shares in 0..1.
        """
        samples = audio.shape[-1]
        if samples <= self.length:
            return self._whole(self.log_mel(self._filled(audio)), longer=False)
        if not self.fused:
            start = _share(cuts[0], samples - self.length + 1)
            return self._whole(self.log_mel(audio[:, start : start + self.length]), longer=True)
        mel = self.log_mel(audio)
        frames = self.length // self.hop_size + 1
        places = mel.shape[1] - frames + 1
        if places == 1:
            return self._whole(mel, longer=False)
        thirds = torch.arange(places).tensor_split(3)
        starts = [
            int(third[_share(cut, len(third))]) if len(third) else 0
            for cut, third in zip(cuts, thirds, strict=True)
        ]
        shrunk = F.interpolate(mel[:, None], (frames, mel.shape[2]), mode="bilinear", align_corners=False)
        parts = [mel[:, None, start : start + frames] for start in starts]
        return torch.cat([shrunk, *parts], dim=1), _flags(mel, longer=True)

    def log_mel(self, audio: Tensor) -> Tensor:
        """[batch, frames, mel bands] of `audio` [batch, samples], in dB."""
        half = self.fft_size // 2
        precise = torch.float32 if audio.device.type == "mps" else torch.float64
        window = torch.hann_window(self.fft_size, dtype=precise, device=audio.device)
        ends = F.pad(audio.to(precise), (half, half), mode="reflect")
        spectrum = torch.fft.rfft(ends.unfold(1, self.fft_size, self.hop_size) * window)
        power = (spectrum.real.square() + spectrum.imag.square()) @ self.filters.to(audio.device, precise)
        return (10.0 * torch.log10(power.clamp(min=_SMALLEST_POWER))).float()

    def _filled(self, audio: Tensor) -> Tensor:
        times = self.length // audio.shape[-1]
        if self.padding == "repeat":
            return audio.repeat(1, times + 1)[:, : self.length]
        if self.padding == "repeatpad":
            audio = audio.repeat(1, times)
        return F.pad(audio, (0, self.length - audio.shape[-1]))

    def _whole(self, mel: Tensor, longer: bool) -> tuple[Tensor, Tensor]:
        return mel[:, None].repeat(1, 4 if self.fused else 1, 1, 1), _flags(mel, longer)


def _flags(mel: Tensor, longer: bool) -> Tensor:
    return torch.full((len(mel), 1), longer, device=mel.device)


def _share(share: float, count: int) -> int:
    """The index at `share` of `count` places."""
    return min(int(share * count), count - 1)
