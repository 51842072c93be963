"""Decoder: latents to the features that the synth blocks read. MLP, GRU, MLP, one step a frame."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from plaud_live.model_file import ModelConfig

LEAK = 0.1


class Decoder(nn.Module):
    """Latents to features. The state is the GRU's, [batch, decoder_size], and starts at 0."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        size = config.decoder_size
        self.input = nn.ModuleList([nn.Linear(config.latent_size, size), nn.Linear(size, size)])
        self.gru = nn.GRU(size, size, batch_first=True)
        self.output = nn.ModuleList([nn.Linear(2 * size, size)])
        self.last = nn.Linear(size, config.output_size)
        self._initialise()

    def forward(self, latents: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Features [batch, frames, output_size] of `latents` [batch, frames, latents], and the state."""
        if state is None:
            state = latents.new_zeros(latents.shape[0], self.gru.hidden_size)
        if latents.shape[1] == 0:
            return latents.new_zeros(latents.shape[0], 0, self.last.out_features), state
        a = latents
        for layer in self.input:
            a = F.leaky_relu(layer(a), LEAK)
        h, after = self.gru(a, state.unsqueeze(0).contiguous())
        o = torch.cat([h, a], dim=-1)
        for layer in self.output:
            o = F.leaky_relu(layer(o), LEAK)
        return self.last(o), after[0]

    @torch.no_grad()
    def _initialise(self) -> None:
        """Orthogonal recurrence, each gate by itself (Saxe et al., 2014); a quiet last layer."""
        for layer in (*self.input, *self.output):
            nn.init.kaiming_uniform_(layer.weight, a=LEAK, nonlinearity="leaky_relu")
            nn.init.zeros_(layer.bias)
        for name, weight in self.gru.named_parameters():
            if name.startswith("bias"):
                nn.init.zeros_(weight)
                continue
            for gate in weight.chunk(3):
                nn.init.orthogonal_(gate) if name.startswith("weight_hh") else nn.init.xavier_uniform_(gate)
        nn.init.xavier_uniform_(self.last.weight, gain=0.5)
        nn.init.zeros_(self.last.bias)
