"""Audio to latents as nn~ calls it: any number of samples at a time, any batch, exact in blocks.

The encoder of `models.encoder`, scripted. Sound at another rate than the model's is resampled first.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from plaud_live import filterbank
from plaud_live.deploy.description import RATIO
from plaud_live.deploy.resampling import Resampling
from plaud_live.model_file import PlaudModel
from plaud_live.models.layers import LEAK

_SILENCE = 1e-30


class Encoding(nn.Module):
    """Hears sound at `sample_rate` Hz as `model` does.

    The batch may change at any call; then all begins anew.
    """

    dilations: list[int]
    pasts: list[Tensor]
    window: Tensor
    filters: Tensor
    samples: Tensor
    memory: Tensor
    mean: Tensor
    norm_mean: Tensor
    norm_scale: Tensor
    input_weight: Tensor
    input_bias: Tensor
    mean_weight: Tensor
    mean_bias: Tensor
    conv_weight: Tensor
    conv_bias: Tensor
    gru_ih_weight: Tensor
    gru_ih_bias: Tensor
    gru_hh_weight: Tensor
    gru_hh_bias: Tensor

    def __init__(self, model: PlaudModel, sample_rate: int) -> None:
        super().__init__()
        config = model.config
        self.channels = config.channels
        self.ratio = RATIO
        self.hop = config.hop_size
        self.window_size = config.mel_window
        self.size = config.encoder_size
        self.latent_size = config.latent_size
        self.floor = filterbank.LOG_FLOOR
        self.silence = _SILENCE
        self.leak = LEAK
        self.is_gru = config.encoder == "gru"
        self.dilations = [] if self.is_gru else list(config.encoder_dilations)
        self.resampling = Resampling(sample_rate, config.sample_rate)
        self.register_buffer("window", torch.from_numpy(filterbank.mel_window(config)).double())
        self.register_buffer("filters", torch.from_numpy(filterbank.mel_filterbank(config)).double())
        self._add_weights(model)
        self.position = 0
        self.batch = 0
        for name in ("samples", "memory", "mean"):
            self.register_buffer(name, torch.zeros(0, dtype=torch.float64))
        self.pasts = [torch.zeros(0, dtype=torch.float64) for _ in self.dilations]

    def _add_weights(self, model: PlaudModel) -> None:
        def exact(name: str) -> Tensor:
            return torch.tensor(model.weights[f"encoder.{name}"], dtype=torch.float64)

        for name in ("norm.mean", "norm.scale", "input.weight", "input.bias", "mean.weight", "mean.bias"):
            self.register_buffer(name.replace(".", "_"), exact(name))
        size = self.size
        convolutions = [exact(f"conv.{i}.weight") for i in range(len(self.dilations))]
        biases = [exact(f"conv.{i}.bias") for i in range(len(self.dilations))]
        empty = torch.zeros(0, size, size, 3, dtype=torch.float64)
        self.register_buffer("conv_weight", torch.stack(convolutions) if convolutions else empty)
        self.register_buffer("conv_bias", torch.stack(biases) if biases else empty[..., 0, 0])
        for side in ("ih", "hh"):
            weight = exact(f"gru.weight_{side}") if self.is_gru else torch.zeros(0, size, dtype=torch.float64)
            bias = exact(f"gru.bias_{side}") if self.is_gru else torch.zeros(0, dtype=torch.float64)
            self.register_buffer(f"gru_{side}_weight", weight)
            self.register_buffer(f"gru_{side}_bias", bias)

    def forward(self, audio: Tensor) -> Tensor:
        """Raw latents float64 [batch, latents, values] for `audio` [batch, channels, values * RATIO].

        A value is the mean of the last frame that was complete at its end, zero before the first.
        """
        if audio.size(0) != self.batch:
            self.reset(audio.size(0))
        values = audio.size(2) // self.ratio
        done = self.resampling.count(self.position) // self.hop
        means = torch.cat([self.mean.unsqueeze(1), self.frames(self.resampling(audio.double()))], dim=1)
        places: list[int] = []
        for value in range(values):
            complete = self.resampling.count(self.position + (value + 1) * self.ratio) // self.hop
            places.append(complete - done)
        self.position += values * self.ratio
        self.mean = means[:, means.size(1) - 1]
        return means[:, torch.tensor(places, dtype=torch.int64, device=means.device)].transpose(1, 2)

    def reset(self, batch: int) -> None:
        """Begin anew, at sample 0, with a `batch` of streams."""
        weight = self.mean_weight
        self.batch = batch
        self.position = 0
        self.resampling.reset(batch, self.channels)
        self.samples = weight.new_zeros([batch * self.channels, self.window_size - self.hop])
        self.memory = weight.new_zeros([batch, self.size])
        self.mean = weight.new_zeros([batch, self.latent_size])
        pasts: list[Tensor] = []
        for dilation in self.dilations:
            pasts.append(weight.new_zeros([batch, self.size, 2 * dilation]))
        self.pasts = pasts

    def frames(self, audio: Tensor) -> Tensor:
        """Means [batch, frames, latents] of the frames that `audio` [batch, channels, samples] completes."""
        overlap = self.window_size - self.hop
        stream = torch.cat([self.samples, audio.flatten(0, 1)], dim=1)
        count = (stream.size(1) - overlap) // self.hop
        self.samples = stream[:, count * self.hop :]
        if count == 0:
            return audio.new_zeros([self.batch, 0, self.latent_size])
        cut = stream[:, : overlap + count * self.hop].unfold(1, self.window_size, self.hop)
        h = (self.features(cut) - self.norm_mean) * self.norm_scale
        h = F.leaky_relu(F.linear(h, self.input_weight, self.input_bias), self.leak)
        h = self.remember(h) if self.is_gru else self.convolve(h)
        return F.linear(h, self.mean_weight, self.mean_bias)

    def features(self, cut: Tensor) -> Tensor:
        """Log-mel and log loudness [batch, frames, bands + channels] of frames [rows, frames, window]."""
        magnitude = torch.abs(torch.fft.rfft(cut * self.window))
        magnitude = magnitude.reshape(self.batch, self.channels, magnitude.size(1), magnitude.size(2))
        magnitude = magnitude.square().mean(dim=1).sqrt()
        log_mel = torch.log(F.linear(magnitude, self.filters) + self.floor)
        power = cut.square().mean(dim=2).reshape(self.batch, self.channels, -1)
        loudness = torch.log(torch.sqrt(power + self.silence) + self.floor).transpose(1, 2)
        return torch.cat([log_mel, loudness], dim=2)

    def convolve(self, h: Tensor) -> Tensor:
        """The dilated convolutions on top of `h` [batch, frames, size]."""
        h = h.transpose(1, 2)
        pasts: list[Tensor] = []
        for i, dilation in enumerate(self.dilations):
            padded = torch.cat([self.pasts[i], h], dim=2)
            pasts.append(padded[:, :, padded.size(2) - 2 * dilation :])
            moved = F.conv1d(padded, self.conv_weight[i], self.conv_bias[i], dilation=dilation)
            h = h + F.leaky_relu(moved, self.leak)
        self.pasts = pasts
        return h.transpose(1, 2)

    def remember(self, h: Tensor) -> Tensor:
        """The recurrent layer on top of `h` [batch, frames, size]."""
        out: list[Tensor] = []
        for frame in range(h.size(1)):
            heard = F.linear(h[:, frame], self.gru_ih_weight, self.gru_ih_bias).chunk(3, dim=1)
            held = F.linear(self.memory, self.gru_hh_weight, self.gru_hh_bias).chunk(3, dim=1)
            opened = torch.sigmoid(heard[0] + held[0])
            update = torch.sigmoid(heard[1] + held[1])
            fresh = torch.tanh(heard[2] + opened * held[2])
            self.memory = fresh + update * (self.memory - fresh)
            out.append(self.memory)
        return h + torch.stack(out, dim=1)
