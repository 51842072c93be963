"""Causal encoder: log-mel and loudness, then convolutions or a GRU, mean and log variance.

Every frame depends on the past only, so that a stream may come in blocks of any size. "conv" are dilated
residual convolutions, after the temporal convolutional networks of Bai, Kolter and Koltun (2018), with the
kernel fixed at 3: they hear a fixed stretch of the past. "gru" (Cho et al., 2014) is a residual recurrent
layer: it may remember for longer.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from plaud_live import filterbank
from plaud_live.features.framing import Framing
from plaud_live.features.log_mel import LogMel
from plaud_live.features.loudness import Loudness
from plaud_live.model_file import ModelConfig
from plaud_live.models.layers import Conv1d, Gru, Linear, leaky

LOG_VARIANCE_RANGE = (-12.0, 6.0)
_KERNEL = 3
_MEMORY = 32  # frames, a fifth of a second


@dataclass(frozen=True)
class EncoderState:
    """What the next frames need: `samples` [batch * channels, n], and of the `layers` what they remember.

    That is [batch, size, 2 * dilation] of each convolution, or [batch, size] of the GRU.
    """

    samples: Tensor
    layers: tuple[Tensor, ...]


class Norm(nn.Module):
    """Shift and scale of each feature, measured once on the training material."""

    mean: Tensor
    scale: Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.full((size,), -6.0))
        self.register_buffer("scale", torch.full((size,), 0.4))

    def forward(self, features: Tensor) -> Tensor:
        """Normalise `features` [batch, frames, size]."""
        return (features - self.mean.to(features.dtype)) * self.scale.to(features.dtype)


class Encoder(nn.Module):
    """Audio to the mean and the log variance of each latent, in the type of the audio."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        size = config.encoder_size
        self.kind = config.encoder
        self.channels = config.channels
        self.dilations = config.encoder_dilations if self.kind == "conv" else ()
        self.framing = Framing(config.mel_window, config.hop_size)
        self.log_mel = LogMel(
            torch.from_numpy(filterbank.mel_window(config)),
            torch.from_numpy(filterbank.mel_filterbank(config)),
            filterbank.LOG_FLOOR,
        )
        self.loudness = Loudness(filterbank.LOG_FLOOR)
        self.norm = Norm(config.heard_size)
        self.input = Linear(config.heard_size, size)
        if self.kind == "gru":
            self.gru = Gru(size)
        else:
            self.conv = nn.ModuleList(Conv1d(size, size, _KERNEL, dilation=d) for d in self.dilations)
        self.mean = Linear(size, config.latent_size)
        self.log_variance = Linear(size, config.latent_size)
        self._initialise()

    @property
    def receptive_frames(self) -> int:
        """Earlier frames that a frame hears: the window's overlap and the convolutions' reach.

        A GRU has no such limit; after so many frames it has mostly forgotten.
        """
        overlap = -(-(self.framing.window_size - self.framing.hop_size) // self.framing.hop_size)
        return overlap + (_MEMORY if self.kind == "gru" else (_KERNEL - 1) * sum(self.dilations))

    def forward(
        self, audio: Tensor, state: EncoderState | None = None
    ) -> tuple[Tensor, Tensor, EncoderState]:
        """Encode `audio` [batch, channels, samples], any number of samples.

        Returns mean and log variance [batch, frames, latents] of the frames that the samples complete, and
        the state.
        """
        features, samples = self.features(audio, state.samples if state is not None else None)
        h = leaky(self.input(self.norm(features)))
        h, layers = self._remember(h, state) if self.kind == "gru" else self._convolve(h, state)
        return self.mean(h), self.log_variance(h).clamp(*LOG_VARIANCE_RANGE), EncoderState(samples, layers)

    def _remember(self, h: Tensor, state: EncoderState | None) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The recurrent layer on top of `h` [batch, frames, size], and its state."""
        past = state.layers[0] if state is not None else h.new_zeros(h.shape[0], h.shape[2])
        if h.shape[1] == 0:
            return h, (past,)
        out, after = self.gru(h, past)
        return h + out, (after,)

    def _convolve(self, h: Tensor, state: EncoderState | None) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The convolutions on top of `h` [batch, frames, size], and their states."""
        h = h.transpose(1, 2)
        pasts = []
        for i, (conv, dilation) in enumerate(zip(self.conv, self.dilations, strict=True)):
            past = (
                state.layers[i]
                if state is not None
                else h.new_zeros(h.shape[0], h.shape[1], (_KERNEL - 1) * dilation)
            )
            padded = torch.cat([past, h], dim=2)
            pasts.append(padded[:, :, padded.shape[2] - past.shape[2] :].clone())
            if h.shape[2] > 0:
                h = h + leaky(conv(padded))
        return h.transpose(1, 2), tuple(pasts)

    def features(self, audio: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Log-mel and log loudness [batch, frames, bands + channels] of `audio` [batch, channels, samples].

        Of several channels the powers of the spectra are averaged: what is in opposite phase is heard, too.
        Sound in one channel is heard as if it came from all. Returns the state, too.
        """
        audio = audio.expand(-1, self.channels, -1)
        frames, state = self.framing(audio.flatten(0, 1), state)
        frames = frames.unflatten(0, (audio.shape[0], self.channels))
        if frames.shape[2] == 0:
            return frames.new_zeros(frames.shape[0], 0, self.input.in_features), state
        loudness = self.loudness(frames)[..., 0].transpose(1, 2)
        return torch.cat([self.log_mel(frames), loudness], dim=-1), state

    @torch.no_grad()
    def fit_norm(self, batches: Iterable[Tensor]) -> None:
        """Set the norm from the material, before training: `batches` of audio [batch, channels, samples]."""
        count = 0
        total = torch.zeros_like(self.norm.mean, dtype=torch.float64)
        squares = torch.zeros_like(total)
        for audio in batches:
            rows = self.features(audio)[0].flatten(0, 1).double()
            count += rows.shape[0]
            total += rows.sum(dim=0)
            squares += rows.square().sum(dim=0)
        if count == 0:
            return
        mean = total / count
        deviation = (squares / count - mean.square()).clamp_min(0.0).sqrt()
        self.norm.mean.copy_(mean)
        self.norm.scale.copy_(1.0 / deviation.clamp_min(0.1))

    @torch.no_grad()
    def _initialise(self) -> None:
        """Start nearly deterministic: latents carry the sound first, and KL then takes what is not needed."""
        self.log_variance.weight.mul_(0.1)
        self.log_variance.bias.fill_(-3.0)
