"""Decoder: latents to the features that the synth blocks read. MLP, GRU, MLP, one step a frame."""

import torch
from torch import Tensor, nn

from plaud_live.model_file import ModelConfig
from plaud_live.models.layers import LEAK, Gru, Linear, leaky


class Decoder(nn.Module):
    """Latents to features. The state is the GRU's, [batch, decoder_size], and starts at 0."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        size = config.decoder_size
        self.input = nn.ModuleList([Linear(config.latent_size, size), Linear(size, size)])
        self.gru = Gru(size)
        self.output = nn.ModuleList([Linear(2 * size, size)])
        self.last = Linear(size, config.output_size)
        self._initialise()

    def forward(self, latents: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Features [batch, frames, output_size] of `latents` [batch, frames, latents], and the state."""
        if state is None:
            state = latents.new_zeros(latents.shape[0], self.gru.size)
        a = latents
        for layer in self.input:
            a = leaky(layer(a))
        h, state = self.gru(a, state)
        o = torch.cat([h, a], dim=-1)
        for layer in self.output:
            o = leaky(layer(o))
        return self.last(o), state

    @torch.no_grad()
    def _initialise(self) -> None:
        """Layers that keep the variance, and a quiet last one."""
        for layer in (*self.input, *self.output):
            nn.init.kaiming_uniform_(layer.weight, a=LEAK, nonlinearity="leaky_relu")
            nn.init.zeros_(layer.bias)
        nn.init.xavier_uniform_(self.last.weight, gain=0.5)
        nn.init.zeros_(self.last.bias)
