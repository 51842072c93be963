"""Log-mel spectrum of frames."""

import torch
from torch import Tensor, nn


class LogMel(nn.Module):
    """Natural logarithm of the mean magnitude in each mel band.

    `window` [window_size] weights a frame, `filterbank` [mel_bands, window_size // 2 + 1] sums its spectrum
    into bands, `floor` is added before the logarithm.
    """

    window: Tensor
    filterbank: Tensor

    def __init__(self, window: Tensor, filterbank: Tensor, floor: float) -> None:
        super().__init__()
        self.register_buffer("window", window, persistent=False)
        self.register_buffer("filterbank", filterbank, persistent=False)
        self.floor = floor

    def forward(self, frames: Tensor) -> Tensor:
        """Return [batch, frames, mel_bands] for `frames` [batch, frames, window_size].

        Of [batch, channels, frames, window_size] the channels' powers are averaged first.
        """
        magnitude = torch.fft.rfft(frames * self.window.to(frames.dtype)).abs()
        if magnitude.ndim == 4:
            one = magnitude.shape[1] == 1
            magnitude = magnitude[:, 0] if one else magnitude.square().mean(dim=1).sqrt()
        return torch.log(magnitude @ self.filterbank.to(frames.dtype).T + self.floor)
