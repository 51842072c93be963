"""Resampling of a stream, scripted: the filters of `features.resampling`, a branch for each sample."""

import torch
from torch import Tensor, nn

from plaud_live.features.resampling import Resample


class Resampling(nn.Module):
    """From `from_hz` to `to_hz`, any number of samples at a time; of equal rates nothing changes.

    It is late by the reach of its filter, 1.6 ms at 48 kHz.
    """

    kernels: Tensor
    past: Tensor

    def __init__(self, from_hz: int, to_hz: int) -> None:
        super().__init__()
        whole = Resample(from_hz, to_hz)
        self.old, self.new = whole.old, whole.new
        self.is_needed = from_hz != to_hz
        self.reach = whole.reach if self.is_needed else 0
        self.taps = 2 * self.reach + 2
        starts = [phase * self.old // self.new for phase in range(self.new)]
        rows = [whole.kernels[phase, 0, start : start + self.taps] for phase, start in enumerate(starts)]
        self.register_buffer("kernels", torch.stack(rows).double() if self.is_needed else torch.zeros(0))
        self.register_buffer("past", torch.zeros(0, dtype=torch.float64))
        self.heard = 0

    def count(self, heard: int) -> int:
        """How many samples there are after `heard` samples came in."""
        if not self.is_needed:
            return heard
        last = heard - self.reach - 1
        return max(0, (last * self.new + self.old - 1) // self.old)

    def reset(self, batch: int, channels: int) -> None:
        """Begin anew, with silence before the first sample."""
        self.past = self.past.new_zeros([batch, channels, self.reach])
        self.heard = 0

    def forward(self, audio: Tensor) -> Tensor:
        """What `audio` float64 [batch, channels, samples] completes, [batch, channels, samples]."""
        if not self.is_needed:
            return audio
        first, last = self.count(self.heard), self.count(self.heard + audio.size(2))
        stream = torch.cat([self.past, audio], dim=2)
        begin = self.heard + self.reach - self.past.size(2)  # of the stream, counted with the silence before
        self.heard += audio.size(2)
        keep = last * self.old // self.new - begin
        self.past = stream[:, :, keep:]
        if last == first:
            return audio[:, :, :0]
        numbers = torch.arange(first, last, device=audio.device)
        starts = torch.div(numbers * self.old, self.new, rounding_mode="floor") - begin
        places = starts.unsqueeze(1) + torch.arange(self.taps, device=audio.device)
        kernels = self.kernels[numbers % self.new]
        return (stream[:, :, places] * kernels).sum(dim=3)
