"""Multi-resolution STFT loss (Yamamoto, Song and Kim, 2020), of long and short windows, without phases.

Each resolution adds two terms. *Spectral convergence*, |T - M| / |T| in Frobenius norms over batch, frames
and bins: it is the target's norm that divides. *Log distance*, the mean of |ln M - ln T|: in nepers, 1 is
8.7 dB. With `--stft-weighting a` both weigh bins by the A curve of
IEC 61672-1, so that what the ear hears best counts most.

The same formulas as auraloss's `STFTLoss`, whose phases, a third of its time, are not computed.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from plaud_live.training.losses.weighted import Loss, Made
from plaud_live.training.options import TrainOptions

HOP = 0.4  # of a window: half of auraloss's overlap, half of the work, the same spectra
SMALLEST_POWER = 1e-8  # auraloss's: no logarithm of silence


class _Power(torch.autograd.Function):
    """Power spectra of frames, whose gradient is one real inverse transform.

    torch's own is a complex one of both halves of the spectrum: it made the loss 1.4 times slower.
    """

    @staticmethod
    def forward(ctx: Any, frames: Tensor, fft_size: int) -> Tensor:
        spectrum = torch.fft.rfft(frames, n=fft_size)
        ctx.save_for_backward(spectrum)
        ctx.fft_size, ctx.frame_size = fft_size, frames.shape[-1]
        return spectrum.real.square() + spectrum.imag.square()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:
        (spectrum,) = ctx.saved_tensors
        slopes = spectrum * slope
        slopes[..., 0] *= 2.0  # the two bins that have no mirror image
        slopes[..., -1] *= 2.0
        return torch.fft.irfft(slopes, n=ctx.fft_size, norm="forward")[..., : ctx.frame_size], None


class Resolution(nn.Module):
    """Magnitudes by Hann windows of `window_size` samples, and their distance.

    `weight` [bins] weighs amplitudes; None for all alike.
    """

    window: Tensor
    weight: Tensor

    def __init__(self, window_size: int, fft_size: int, hop_size: int, weight: Tensor | None = None) -> None:
        super().__init__()
        self.fft_size, self.hop_size = fft_size, hop_size
        self.register_buffer("window", torch.hann_window(window_size), persistent=False)
        self.weighted = weight is not None
        self.register_buffer("weight", torch.ones(1) if weight is None else weight, persistent=False)

    def forward(self, made: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Spectral convergence and log distance of `made` from `target`, both [batch, samples]."""
        m = self.magnitudes(made)
        with torch.no_grad():
            t = self.magnitudes(target)
        log_distance = (m.log() - t.log()).abs()
        if self.weighted:
            m, t, log_distance = (x * self.weight for x in (m, t, log_distance))
        return torch.linalg.vector_norm(t - m) / torch.linalg.vector_norm(t), log_distance.mean()

    def magnitudes(self, audio: Tensor) -> Tensor:
        """[batch, frames, bins] of `audio` [batch, samples], mirrored at its ends."""
        half = self.fft_size // 2
        ends = F.pad(audio, (half, half), mode="reflect")
        offset = (self.fft_size - len(self.window)) // 2
        frames = ends[:, offset:].unfold(1, len(self.window), self.hop_size)
        count = 1 + audio.shape[1] // self.hop_size
        power = _Power.apply(frames[:, :count] * self.window, self.fft_size)
        return power.clamp(min=SMALLEST_POWER).sqrt()


class MultiResolutionSTFT(Loss):
    """Mean over resolutions of spectral convergence, times its weight, and log distance."""

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        self.convergence = options.stft_convergence
        rate = options.config.sample_rate
        self.resolutions = nn.ModuleList()
        for window in options.stft_windows:
            fft = fft_for(window)
            weight = a_weight(fft, rate) if options.stft_weighting == "a" else None
            self.resolutions.append(Resolution(window, fft, max(1, round(HOP * window)), weight))

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Compare output.audio with `target`, both [batch, channels, samples]."""
        made, wanted = output.audio.flatten(0, 1), target.flatten(0, 1)
        total = torch.zeros((), device=target.device)
        for resolution in self.resolutions:
            convergence, log_distance = resolution(made, wanted)
            total = total + self.convergence * convergence + log_distance
        return total / len(self.resolutions)


def fft_for(window: int) -> int:
    """The power of two that holds a window of so many samples."""
    return 1 << (window - 1).bit_length()


def a_weight(fft_size: int, sample_rate: int) -> Tensor:
    """The A curve (IEC 61672-1, equation E.6) as amplitudes of bins [fft_size / 2 + 1], of mean 1."""
    f = torch.linspace(0.0, sample_rate / 2, fft_size // 2 + 1, dtype=torch.float64).square()
    low, f2, f3, high = (hz**2 for hz in (20.598997, 107.65265, 737.86223, 12194.217))
    curve = high * f.square() / ((f + low) * ((f + f2) * (f + f3)).sqrt() * (f + high))
    return (curve / curve.mean()).float()
