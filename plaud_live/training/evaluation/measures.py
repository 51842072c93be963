"""Distances of a sound from a recording: a number for two windows, 0 for the same, less is nearer.

Sounds are [channels, samples]; each channel counts as a sound of its own.
"""

import math
from collections.abc import Callable, Mapping
from typing import Protocol

import auraloss
import numpy as np
import soxr
import torch
from torch import Tensor

from plaud_live.features.attributes import make_feature
from plaud_live.features.framing import Framing
from plaud_live.model_file import ModelConfig
from plaud_live.models.encoder import Encoder

COMMON_RATE = 22050
"""Hz: where models of different rates are compared, and where such models are compared in the literature."""

_HOP_SECONDS = 256 / 44100
_DECIBELS = 20.0 / np.log(10.0)
_CENTS = 1200.0
_FEWEST_VOICED = 20  # frames of a window, from which on its pitch is compared


class Distance(Protocol):
    """A measure, made once for a sample rate."""

    def __call__(self, made: Tensor, target: Tensor) -> float:
        """Distance of `made` from `target`, [channels, samples] each; NaN where it means nothing."""


class Stft:
    """auraloss's default multi-resolution STFT loss (Yamamoto, Song and Kim, 2020), at any rate."""

    def __init__(self, sample_rate: int) -> None:
        self.loss = auraloss.freq.MultiResolutionSTFTLoss()

    def __call__(self, made: Tensor, target: Tensor) -> float:
        """Mean over resolutions of spectral convergence and the distance of log magnitudes."""
        return float(self.loss(made.unsqueeze(1), target.unsqueeze(1)))


class CommonStft(Stft):
    """The same once both sounds are resampled to 22.05 kHz."""

    def __init__(self, sample_rate: int) -> None:
        super().__init__(sample_rate)
        self.sample_rate = sample_rate

    def __call__(self, made: Tensor, target: Tensor) -> float:
        """Resample, and measure."""
        return super().__call__(self._resampled(made), self._resampled(target))

    def _resampled(self, audio: Tensor) -> Tensor:
        rows = [soxr.resample(row, self.sample_rate, COMMON_RATE) for row in audio.numpy()]
        return torch.from_numpy(np.stack(rows))


class LogMelDistance:
    """Mean distance of log-mel spectra in dB, in bands that are the same for all models of a sample rate."""

    def __init__(self, sample_rate: int) -> None:
        hop = _hop(sample_rate)
        config = ModelConfig(sample_rate=sample_rate, hop_size=hop, mel_window=4 * hop)
        self.framing = Framing(config.mel_window, hop)
        self.log_mel = Encoder(config).log_mel

    def __call__(self, made: Tensor, target: Tensor) -> float:
        """Over all frames and bands."""
        ours, theirs = (self.log_mel(self.framing(audio)[0]) for audio in (made, target))
        return float((ours - theirs).abs().mean()) * _DECIBELS


class SpectrumDistance(LogMelDistance):
    """Distance in dB of the mean power spectra of two windows, in the same bands.

    Frames that the window does not fill are left out: where a sound is cut on, it clicks.
    """

    def __call__(self, made: Tensor, target: Tensor) -> float:
        """Mean over all bands."""
        unfilled = self.framing.window_size // self.framing.hop_size - 1
        rows = (self.log_mel(self.framing(audio)[0])[..., unfilled:, :] for audio in (made, target))
        ours, theirs = (0.5 * (torch.logsumexp(2.0 * row, dim=-2) - math.log(row.shape[-2])) for row in rows)
        return float((ours - theirs).abs().mean()) * _DECIBELS


class LoudnessError:
    """Mean distance in dB of the loudness of frames."""

    def __init__(self, sample_rate: int) -> None:
        self.loudness = make_feature("loudness", sample_rate, _hop(sample_rate))

    def __call__(self, made: Tensor, target: Tensor) -> float:
        """Over all frames."""
        ours, theirs = (self.loudness.measure(audio).value for audio in (made, target))
        return float((ours - theirs).abs().mean())


class PitchError:
    """Median distance in cents of the pitch of frames where the recording has one."""

    def __init__(self, sample_rate: int) -> None:
        self.pitch = make_feature("pitch", sample_rate, _hop(sample_rate))

    def __call__(self, made: Tensor, target: Tensor) -> float:
        """NaN where the recording is hardly ever voiced."""
        theirs = self.pitch.measure(target)
        if int(theirs.known.sum()) < _FEWEST_VOICED:
            return float("nan")
        return float(_CENTS * (self.pitch.measure(made).value - theirs.value)[theirs.known].abs().median())


DISTANCES: Mapping[str, Callable[[int], Distance]] = {
    "stft": Stft,
    "stft_22k": CommonStft,
    "log_mel_db": LogMelDistance,
    "loudness_db": LoudnessError,
    "pitch_cents": PitchError,
}
"""All measures, by the name that they have in JSON and in a model file."""

QUICK = ("stft", "log_mel_db")
"""Those that a training run validates with."""


def _hop(sample_rate: int) -> int:
    return max(1, round(_HOP_SECONDS * sample_rate))
