"""Resampling by a windowed sinc in polyphase form (Smith, 1984), differentiable: one strided convolution.

The low pass is 6 dB down at 0.94 of the lower Nyquist frequency, flat to 0.88 of it, and down by 120 dB at it
(Kaiser's window). The sound is not delayed: sample 0 stays sample 0.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from plaud_live.errors import SettingsError

_ZEROS = 64  # zero crossings of the sinc on each side
_CUTOFF = 0.94
_BETA = 12.3  # 0.1102 (120 dB - 8.7)
_MOST_PHASES = 2000


class Resample(nn.Module):
    """From `from_hz` to `to_hz`. Raises SettingsError if their ratio is not one of small numbers."""

    kernels: Tensor

    def __init__(self, from_hz: int, to_hz: int) -> None:
        super().__init__()
        common = math.gcd(from_hz, to_hz)
        self.old, self.new = from_hz // common, to_hz // common
        if max(self.old, self.new) > _MOST_PHASES:
            raise SettingsError(
                f"{from_hz} Hz cannot be resampled to {to_hz} Hz: prepare the recordings at 44100 or 48000 Hz"
            )
        cutoff = _CUTOFF * min(1.0, self.new / self.old)  # of the old Nyquist frequency
        self.reach = math.ceil(_ZEROS / cutoff)
        taps = torch.arange(-self.reach, self.old + self.reach + 1, dtype=torch.float64)
        phases = torch.arange(self.new, dtype=torch.float64) * self.old / self.new
        t = cutoff * (taps - phases[:, None])
        kaiser = torch.i0(_BETA * (1.0 - (t / _ZEROS).square()).clamp(min=0.0).sqrt())
        kernels = cutoff * torch.sinc(t) * kaiser / torch.i0(torch.tensor(_BETA, dtype=torch.float64))
        kernels = torch.where(t.abs() <= _ZEROS, kernels, 0.0)
        self.register_buffer("kernels", kernels[:, None].float(), persistent=False)

    def forward(self, audio: Tensor) -> Tensor:
        """[..., samples] to [..., ceil(samples · to / from)]; beyond both ends is silence."""
        if self.old == self.new:
            return audio
        samples = audio.shape[-1]
        wanted = -(-samples * self.new // self.old)
        padded = F.pad(audio.reshape(-1, 1, samples), (self.reach, self.old + self.reach))
        phases = F.conv1d(padded, self.kernels.to(audio.dtype), stride=self.old)
        return phases.transpose(1, 2).reshape(*audio.shape[:-1], -1)[..., :wanted]
