"""The voice as TorchScript, for comparison: what an export for a host without Python would run.

Weights and mathematics are those of a `PlaudNet`, in PyTorch's own layers, with what a performer can change
while it plays: counts (their strengths are followed while all sound too) and block gains. What it leaves out
(temperature, freeze) favours it.
"""

import math

import torch
from torch import Tensor, nn

from plaud_live import filterbank
from plaud_live.model_file import PlaudModel

GRU_PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def linear(model: PlaudModel, name: str) -> nn.Linear:
    """A layer of the decoder, as PyTorch's own."""
    weight, bias = (torch.tensor(model.weights[f"decoder.{name}.{part}"]) for part in ("weight", "bias"))
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer


class ScriptedVoice(nn.Module):
    """Decodes frames with sines and noise bands. Its state travels as tensors: see `start`."""

    def __init__(self, model: PlaudModel) -> None:
        super().__init__()
        config = model.config
        size = config.decoder_size
        self.input_0, self.input_1 = linear(model, "input.0"), linear(model, "input.1")
        self.output_0, self.last = linear(model, "output.0"), linear(model, "last")
        self.gru = nn.GRU(size, size)
        weights = {f"{part}_l0": model.weights[f"decoder.gru.{part}"] for part in GRU_PARTS}
        self.gru.load_state_dict({name: torch.tensor(weight) for name, weight in weights.items()})
        self.hop = config.hop_size
        self.sample_rate = float(config.sample_rate)
        self.sines, self.bands = config.sines, config.noise_bands
        self.smoothing = config.smoothing
        self.exponent = math.log(10.0)
        self.floor = filterbank.AMPLITUDE_FLOOR
        self.fade = 1.0 - filterbank.NYQUIST_FADE
        low, high = (torch.from_numpy(edge).double() for edge in filterbank.partial_bands(config))
        n = torch.arange(1, self.hop + 1, dtype=torch.float64)
        late = n * (n + 1) / (2 * self.hop)
        loops = filterbank.noise_loops(config, config.sample_rate)
        scale = torch.from_numpy(loops.scale.copy()).unsqueeze(1)
        tables = [scale * torch.tensor(loop, dtype=torch.float32) for loop in loops.loops]
        self.register_buffer("sizes", torch.tensor([self.sines, self.bands]))
        self.register_buffer("low_hz", low)
        self.register_buffer("octaves", torch.log2(high / low))
        self.register_buffer("ramp", (n / self.hop).float())
        self.register_buffer("basis", torch.stack([torch.ones_like(n), n - late, late]))
        self.register_buffer("table_0", torch.cat([tables[0], tables[0][:, : self.hop]], dim=1))
        self.register_buffer("table_1", torch.cat([tables[1], tables[1][:, : self.hop]], dim=1))

    @torch.jit.ignore
    def start(self, latents: Tensor) -> tuple[Tensor, ...]:
        """History, hidden, phase, frequency (negative: none yet), levels, position, strengths and gates."""
        return (
            latents[:1].repeat(self.smoothing - 1, 1),
            torch.zeros(1, self.gru.hidden_size),
            torch.from_numpy(filterbank.start_phases(self.sines)),
            torch.full((self.sines,), -1.0, dtype=torch.float64),
            torch.zeros(self.sines + self.bands),
            torch.zeros(1, dtype=torch.long),
            torch.full((self.sines + self.bands,), -1.0),
            torch.ones(self.sines + self.bands),
        )

    def gates(self, strength: Tensor, gate: Tensor, counts: Tensor) -> Tensor:
        """The gates of the next frame for `counts` [2] of sines and bands."""
        wanted = torch.zeros_like(gate)
        kept = torch.topk(strength[: self.sines], int(counts[0])).indices
        wanted[: self.sines].index_fill_(0, kept, 1.0)
        kept = torch.topk(strength[self.sines :], int(counts[1])).indices
        wanted[self.sines :].index_fill_(0, kept, 1.0)
        return gate + (wanted - gate).clamp(-0.125, 0.125)

    def forward(
        self,
        latents: Tensor,
        history: Tensor,
        hidden: Tensor,
        phase: Tensor,
        hz_before: Tensor,
        level_before: Tensor,
        position: Tensor,
        strength: Tensor,
        gate: Tensor,
        counts: Tensor,
        gains: Tensor,
    ) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]]:
        """Audio [frames * hop] of `latents` [frames, d] with `counts` and `gains` [2]; the state after it."""
        frames = latents.shape[0]
        stream = torch.cat([history, latents])
        smoothed = stream.unfold(0, self.smoothing, 1).mean(dim=-1)
        a = nn.functional.leaky_relu(self.input_0(smoothed), 0.1)
        a = nn.functional.leaky_relu(self.input_1(a), 0.1)
        h, hidden = self.gru(a, hidden)
        o = nn.functional.leaky_relu(self.output_0(torch.cat([h, a], dim=1)), 0.1)
        place, rest = self.last(o).double().split([self.sines, self.sines + self.bands], dim=1)
        hz = self.low_hz * torch.exp2(self.octaves * torch.sigmoid(place))
        level = 2.0 * torch.exp(self.exponent * nn.functional.logsigmoid(rest)) + self.floor
        fade = ((1.0 - hz / (0.5 * self.sample_rate)) / self.fade).clamp(0.0, 1.0)
        level = torch.cat([level[:, : self.sines] * fade, level[:, self.sines :]], dim=1).float()
        if bool(hz_before[0] < 0.0):
            hz_before = hz[0]
            strength = level[0]
        all_sound = bool((counts >= self.sizes).all()) and bool((gate == 1.0).all())
        open_gates = []
        for frame in range(frames):
            strength = strength + 0.1 * (level[frame] - strength)
            if not all_sound:
                gate = self.gates(strength, gate, counts)
            open_gates.append(gate)
        level = level * torch.stack(open_gates) * torch.repeat_interleave(gains, self.sizes)
        hz_ends = torch.stack([torch.cat([hz_before.unsqueeze(0), hz[:-1]]), hz], dim=1) / self.sample_rate
        level_ends = torch.stack([torch.cat([level_before.unsqueeze(0), level[:-1]]), level], dim=1)
        half = 0.5 * self.hop
        advance = hz_ends[:, 0] * (half - 0.5) + hz_ends[:, 1] * (half + 0.5)
        ends = torch.remainder(phase + torch.cumsum(advance, dim=0), 1.0)
        starts = torch.cat([phase.unsqueeze(0), ends[:-1]])
        terms = torch.stack([starts, hz_ends[:, 0], hz_ends[:, 1]], dim=2)
        cycles = terms @ self.basis
        angle = (cycles - torch.round(cycles)).float() * (2.0 * math.pi)
        sums = torch.bmm(level_ends[:, :, : self.sines], torch.sin(angle))
        pieces = []
        at = int(position)
        for frame in range(frames):
            p0 = at % (self.table_0.shape[1] - self.hop)
            p1 = at % (self.table_1.shape[1] - self.hop)
            bands = level_ends[frame, :, self.sines :]
            both = torch.mm(bands, self.table_0[:, p0 : p0 + self.hop])
            both = torch.addmm(both, bands, self.table_1[:, p1 : p1 + self.hop])
            both = both + sums[frame]
            pieces.append(torch.lerp(both[0], both[1], self.ramp))
            at += self.hop
        position = position + frames * self.hop
        state = (stream[frames:], hidden, ends[-1], hz[-1], level[-1], position, strength, gate)
        return torch.cat(pieces), state
