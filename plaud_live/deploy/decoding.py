"""Latents to audio as nn~ calls it: any number of values at a time, any batch, the engine's sound.

Scripted, so that it runs without Python. Frames stand where the engine has them, and each is computed by
itself, so that a block's size changes nothing. Network and phases are float64, as in the engine, else the
phases of two implementations would drift apart; the sound itself is float32.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from plaud_live import filterbank
from plaud_live.deploy.description import RATIO
from plaud_live.deploy.temperature import Deviates
from plaud_live.model_file import PlaudModel
from plaud_live.models.gates import GATE_STEP, STRENGTH_RATE
from plaud_live.models.layers import LEAK

_DECODER = ("input.0", "input.1", "output.0", "last")


class Decoding(nn.Module):
    """Plays `model` at `sample_rate` Hz. What a performer changes are plain attributes, read at each frame.

    `sines`, `harmonics` and `noise_bands` count what sounds, the gains are linear, `smoothing` counts
    frames, `temperature` scales noise on the latents, `freeze` holds from 1 on. The batch may change at any
    call; then all begins anew.
    """

    offsets: list[list[int]]
    input_0_weight: Tensor
    input_0_bias: Tensor
    input_1_weight: Tensor
    input_1_bias: Tensor
    gru_ih_weight: Tensor
    gru_ih_bias: Tensor
    gru_hh_weight: Tensor
    gru_hh_bias: Tensor
    output_0_weight: Tensor
    output_0_bias: Tensor
    last_weight: Tensor
    last_bias: Tensor
    sine_low: Tensor
    sine_width: Tensor
    multiples: Tensor
    start_phase: Tensor
    phase_basis: Tensor
    ramp: Tensor
    loop_0: Tensor
    loop_1: Tensor
    noise_scale: Tensor
    before: Tensor
    history: Tensor
    hidden: Tensor
    features: Tensor
    strengths: Tensor
    gates: Tensor
    phase: Tensor
    hz: Tensor
    hz_before: Tensor
    level: Tensor
    level_before: Tensor

    def __init__(self, model: PlaudModel, sample_rate: int) -> None:
        super().__init__()
        config = model.config
        self.ratio = RATIO
        self.hop = filterbank.hop_samples(config, sample_rate)
        self.sample_rate = float(sample_rate)
        self.channels = config.channels
        self.latent_size = config.latent_size
        self.longest = config.max_smoothing
        self.head_size = config.head_size
        self.most_sines = config.sines
        self.most_harmonics = config.harmonics
        self.most_noise_bands = config.noise_bands
        self.partials = config.sines + config.harmonics
        self.components = self.partials + config.noise_bands
        self.exponent = math.log(10.0)
        self.floor = filterbank.AMPLITUDE_FLOOR
        self.nyquist_fade = filterbank.NYQUIST_FADE
        self.leak = LEAK
        self.rate_of_strength = STRENGTH_RATE
        self.gate_step = GATE_STEP
        self._add_weights(model)
        self._add_tables(model, sample_rate)
        self.deviates = Deviates(model.latents.residual)

        self.sines = config.sines
        self.harmonics = config.harmonics
        self.noise_bands = config.noise_bands
        self.sines_gain = 1.0
        self.harmonics_gain = 1.0
        self.noise_gain = 1.0
        self.smoothing = config.smoothing
        self.temperature = 0.0
        self.freeze = 0

        self.position = 0
        self.pushed = 0
        self.batch = 0
        for name in ("before", "history", "hidden", "features", "strengths", "gates", "phase"):
            self.register_buffer(name, torch.zeros(0, dtype=torch.float64))
        for name in ("hz", "hz_before", "level", "level_before"):
            self.register_buffer(name, torch.zeros(0, dtype=torch.float64))

    def _add_weights(self, model: PlaudModel) -> None:
        def exact(name: str) -> Tensor:
            return torch.tensor(model.weights[f"decoder.{name}"], dtype=torch.float64)

        for layer in _DECODER:
            plain = layer.replace(".", "_")
            self.register_buffer(f"{plain}_weight", exact(f"{layer}.weight"))
            self.register_buffer(f"{plain}_bias", exact(f"{layer}.bias"))
        for side in ("ih", "hh"):
            self.register_buffer(f"gru_{side}_weight", exact(f"gru.weight_{side}"))
            self.register_buffer(f"gru_{side}_bias", exact(f"gru.bias_{side}"))

    def _add_tables(self, model: PlaudModel, sample_rate: int) -> None:
        config = model.config
        low, high = (torch.from_numpy(edge).double() for edge in filterbank.partial_bands(config))
        self.register_buffer("sine_low", low)
        self.register_buffer("sine_width", torch.log(high / low))
        self.f0_low = config.f0_low_hz
        self.f0_width = math.log(config.f0_high_hz / config.f0_low_hz)
        self.register_buffer("multiples", torch.arange(1, config.harmonics + 1, dtype=torch.float64))
        starts = [torch.from_numpy(filterbank.start_phases(n)) for n in (config.sines, config.harmonics)]
        self.register_buffer("start_phase", torch.cat(starts))
        n = torch.arange(1, self.hop + 1, dtype=torch.float64)
        bend = n * (n + 1.0) / (2.0 * self.hop)
        self.register_buffer("phase_basis", torch.stack([torch.ones_like(n), n - bend, bend]))
        self.register_buffer("ramp", (n / self.hop).float())
        first, second, scale = torch.zeros(1, 0), torch.zeros(1, 0), torch.zeros(0)
        if config.noise_bands:
            loops = filterbank.noise_loops(config, sample_rate)
            first, second = (torch.tensor(loop.T) for loop in loops.loops)
            scale = torch.tensor(loops.scale)
        # A hop longer than the loop, so that what sounds in a frame is one piece.
        self.register_buffer("loop_0", torch.cat([first, first[: self.hop]]))
        self.register_buffer("loop_1", torch.cat([second, second[: self.hop]]))
        self.register_buffer("noise_scale", scale)
        self.offsets = [list(filterbank.loop_offsets(c, config.channels)) for c in range(config.channels)]

    def forward(self, latents: Tensor) -> Tensor:
        """Audio float32 [batch, channels, values * RATIO] for raw `latents` float64 [batch, latents, values].

        A frame takes the latents as they stand when it begins, on the lines between the values: one arrives
        with the last of the samples that it stands for.
        """
        if latents.size(0) != self.batch:
            self.reset(latents.size(0))
        if self.position == 0 and latents.size(2) > 0:
            self.before = latents[:, :, 0]
        samples = latents.size(2) * self.ratio
        pieces: list[Tensor] = []
        done = 0
        while done < samples:
            start = self.position % self.hop
            if start == 0:
                self.begin_frame(self.latents_at(latents, done))
            count = min(self.hop - start, samples - done)
            pieces.append(self.sound(start, count))
            done += count
            self.position += count
        if samples == 0:
            return torch.zeros([self.batch, self.channels, 0], device=latents.device)
        self.before = latents[:, :, latents.size(2) - 1]
        return torch.cat(pieces, dim=2)

    def latents_at(self, latents: Tensor, sample: int) -> Tensor:
        """[batch, latents] just before `sample` of this call."""
        place = sample // self.ratio
        share = float(sample % self.ratio) / float(self.ratio)
        before = self.before if place == 0 else latents[:, :, place - 1]
        if share == 0.0:
            return before
        return before + share * (latents[:, :, place] - before)

    def reset(self, batch: int) -> None:
        """Begin anew, at sample 0, with a `batch` of streams."""
        rows, weight = batch * self.channels, self.last_weight
        self.batch = batch
        self.position = 0
        self.pushed = 0
        self.before = weight.new_zeros([batch, self.latent_size])
        self.history = weight.new_zeros([batch, 0, self.latent_size])
        self.hidden = weight.new_zeros([batch, self.gru_hh_weight.size(1)])
        self.features = weight.new_zeros([rows, self.head_size])
        self.strengths = weight.new_zeros([rows, self.components])
        self.gates = weight.new_zeros([rows, self.components])
        self.level = weight.new_zeros([rows, self.components])
        self.level_before = weight.new_zeros([rows, self.components])
        self.hz = weight.new_zeros([rows, self.partials])
        self.hz_before = weight.new_zeros([rows, self.partials])
        self.phase = self.start_phase.expand([rows, self.partials])

    def begin_frame(self, latents: Tensor) -> None:
        """Finish the frame before and set where the next one goes, from `latents` [batch, latents]."""
        first = self.pushed == 0
        if not first:
            turned = self.phase + self.hz_before * (float(self.hop - 1) / (2.0 * self.sample_rate))
            turned = turned + self.hz * (float(self.hop + 1) / (2.0 * self.sample_rate))
            self.phase = turned - torch.floor(turned)
            self.hz_before = self.hz
            self.level_before = self.level
        moves = first or self.freeze < 1
        if moves:
            self.decode(self.smooth(latents))
        hz, amplitudes = self.controls()
        if first:
            self.strengths = amplitudes
        elif moves:
            self.strengths = self.strengths + self.rate_of_strength * (amplitudes - self.strengths)
        self.open(first)
        self.hz = hz
        self.level = amplitudes * self.gates * self.gains()
        if first:
            self.hz_before = hz

    def smooth(self, latents: Tensor) -> Tensor:
        """The mean of `latents` [batch, d], with the noise of `temperature`, and of the frames before."""
        if self.temperature > 0.0:
            noise = self.deviates(self.position // self.hop, latents.size(0))
            latents = latents + self.temperature * noise
        kept = self.history[:, -(self.longest - 1) :] if self.longest > 1 else self.history[:, :0]
        self.history = torch.cat([kept, latents.unsqueeze(1)], dim=1)
        self.pushed = min(self.pushed + 1, self.longest)
        few = min(max(self.smoothing, 1), self.pushed)
        return self.history[:, self.history.size(1) - few :].mean(dim=1)

    def decode(self, latents: Tensor) -> None:
        """One step of the network: MLP, GRU, MLP."""
        a = F.leaky_relu(F.linear(latents, self.input_0_weight, self.input_0_bias), self.leak)
        a = F.leaky_relu(F.linear(a, self.input_1_weight, self.input_1_bias), self.leak)
        heard = F.linear(a, self.gru_ih_weight, self.gru_ih_bias).chunk(3, dim=1)
        held = F.linear(self.hidden, self.gru_hh_weight, self.gru_hh_bias).chunk(3, dim=1)
        opened = torch.sigmoid(heard[0] + held[0])
        update = torch.sigmoid(heard[1] + held[1])
        fresh = torch.tanh(heard[2] + opened * held[2])
        self.hidden = fresh + update * (self.hidden - fresh)
        o = F.linear(torch.cat([self.hidden, a], dim=1), self.output_0_weight, self.output_0_bias)
        o = F.leaky_relu(o, self.leak)
        self.features = F.linear(o, self.last_weight, self.last_bias).reshape(-1, self.head_size)

    def controls(self) -> tuple[Tensor, Tensor]:
        """Frequencies in Hz [rows, partials] and amplitudes [rows, components] that the features ask for."""
        sines, harmonics = self.most_sines, self.most_harmonics
        features, start = self.features, 0
        hz: list[Tensor] = []
        amplitudes: list[Tensor] = []
        if sines > 0:
            hz.append(self.sine_low * torch.exp(self.sine_width * torch.sigmoid(features[:, :sines])))
            amplitudes.append(self.amplitude(features[:, sines : 2 * sines]))
            start = 2 * sines
        if harmonics > 0:
            place, level = features[:, start : start + 1], features[:, start + 1 : start + 2]
            shares = torch.softmax(features[:, start + 2 : start + 2 + harmonics], dim=1)
            f0 = self.f0_low * torch.exp(self.f0_width * torch.sigmoid(place))
            hz.append(f0 * self.multiples)
            amplitudes.append(self.amplitude(level) * shares)
            start += 2 + harmonics
        if len(hz) > 0:
            every = torch.cat(hz, dim=1)
            fade = (1.0 - every / (0.5 * self.sample_rate)) / (1.0 - self.nyquist_fade)
            faded = torch.cat(amplitudes, dim=1) * fade.clamp(0.0, 1.0)
        else:
            every, faded = features[:, :0], features[:, :0]
        if self.most_noise_bands > 0:
            faded = torch.cat([faded, self.amplitude(features[:, start:])], dim=1)
        return every, faded

    def amplitude(self, x: Tensor) -> Tensor:
        """Exponentiated sigmoid (Engel et al., 2020)."""
        return 2.0 * torch.exp(self.exponent * F.logsigmoid(x)) + self.floor

    def open(self, first: bool) -> None:
        """Move the gates: the strongest of each block open, the others close, over eight frames."""
        wanted: list[Tensor] = []
        start = 0
        sizes = [self.most_sines, self.most_harmonics, self.most_noise_bands]
        counts = [self.sines, self.harmonics, self.noise_bands]
        for size, count in zip(sizes, counts, strict=False):
            if size > 0:
                strengths = self.strengths[:, start : start + size]
                if count >= size:
                    wanted.append(torch.ones_like(strengths))
                else:
                    order = torch.argsort(strengths, dim=1, descending=True, stable=True)
                    rank = torch.argsort(order, dim=1)
                    wanted.append((rank < count).to(strengths.dtype))
                start += size
        target = torch.cat(wanted, dim=1)
        if first:
            self.gates = target
        else:
            step = self.gate_step
            self.gates = self.gates + (target - self.gates).clamp(-step, step)

    def gains(self) -> Tensor:
        """The gain of each component's block, [components]."""
        weight = self.last_weight
        return torch.cat(
            [
                weight.new_full([self.most_sines], self.sines_gain),
                weight.new_full([self.most_harmonics], self.harmonics_gain),
                weight.new_full([self.most_noise_bands], self.noise_gain),
            ]
        )

    def sound(self, start: int, count: int) -> Tensor:
        """`count` samples from `start` of the frame on, [batch, channels, count]."""
        rows, partials = self.batch * self.channels, self.partials
        ramp = self.ramp[start : start + count]
        before, after = self.level_before.float(), self.level.float()
        out = torch.zeros([rows, 1, count], device=before.device)
        if partials > 0:
            terms = torch.stack(
                [self.phase, self.hz_before / self.sample_rate, self.hz / self.sample_rate], 2
            )
            cycles = torch.matmul(terms, self.phase_basis[:, start : start + count])
            sine = torch.sin((2.0 * math.pi) * (cycles - torch.round(cycles)).float())
            ends = torch.bmm(torch.stack([before[:, :partials], after[:, :partials]], 1), sine)
            out = out + torch.lerp(ends[:, :1], ends[:, 1:], ramp)
        if self.most_noise_bands > 0:
            levels = torch.stack([before[:, partials:], after[:, partials:]], 1) * self.noise_scale
            levels = levels.reshape(self.batch, self.channels, 2, -1)
            noise: list[Tensor] = []
            for channel in range(self.channels):
                bands = self.noise(channel, count)
                ends = torch.matmul(levels[:, channel], bands.t())
                noise.append(torch.lerp(ends[:, :1], ends[:, 1:], ramp))
            out = out + torch.stack(noise, dim=1).reshape(rows, 1, count)
        return out.reshape(self.batch, self.channels, count)

    def noise(self, channel: int, count: int) -> Tensor:
        """What both loops of each band hold from here on, [count, noise_bands]."""
        offsets = self.offsets[channel]
        first = (self.position + offsets[0]) % (self.loop_0.size(0) - self.hop)
        second = (self.position + offsets[1]) % (self.loop_1.size(0) - self.hop)
        return self.loop_0[first : first + count].float() + self.loop_1[second : second + count]
