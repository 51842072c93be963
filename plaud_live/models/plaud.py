"""PLAUD, a playable autoencoder of sound: encoder, smoothed latents, decoder, synth blocks.

Everything streams: `encode`, `decode` and `forward` take any number of samples or frames and hand back a
state, an immutable value; the same stream in other pieces gives the same sound. They compute in float64 (see
`layers`), `training_pass` in the type of the audio.
"""

import itertools
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn

from plaud_live.model_file import ModelConfig
from plaud_live.models import latent
from plaud_live.models.controls import PlayControls
from plaud_live.models.decoder import Decoder
from plaud_live.models.encoder import Encoder, EncoderState
from plaud_live.models.gates import GateState, gate
from plaud_live.models.harmonic import Harmonic
from plaud_live.models.layers import exact
from plaud_live.models.noise_bands import NoiseBands
from plaud_live.models.sinusoidal import Sinusoidal
from plaud_live.models.smoothing import SmoothingState, smooth
from plaud_live.models.synth import Grid
from plaud_live.models.temperature import normal

_GAINS = {"sines": "sine_gain", "harmonics": "harmonic_gain", "noise_bands": "noise_gain"}


@dataclass(frozen=True)
class Output:
    """What the losses read.

    `audio` [batch, channels, frames * hop_size]; `mean`, `log_variance` and the drawn `latents` [batch,
    frames, latents]; `controls` are the physical controls of each block, by its name: sines, harmonics,
    noise_bands, and in further channels sines.1 and so on.
    """

    audio: Tensor
    mean: Tensor
    log_variance: Tensor
    latents: Tensor
    controls: dict[str, Any]


@dataclass(frozen=True)
class _Part:
    """A block in one channel; `key` is where its state is kept."""

    name: str
    block: Any
    channel: int

    @property
    def key(self) -> str:
        return f"{self.name}.{self.channel}" if self.channel else self.name


@dataclass(frozen=True)
class NetworkState:
    """What `freeze` holds: history of latents, GRU, and the last `features` [batch, output_size]."""

    smoothing: SmoothingState
    decoder: Tensor
    features: Tensor

    def unless(self, held: Tensor, before: "NetworkState") -> "NetworkState":
        """This state, but `before` for the items of the batch that are `held` [batch]."""
        return NetworkState(
            self.smoothing.unless(held, before.smoothing),
            torch.where(held[:, None], before.decoder, self.decoder),
            torch.where(held[:, None], before.features, self.features),
        )


@dataclass(frozen=True)
class DecodeState:
    """Where a stream stands: `frames` done; `gates` and `blocks` by `_Part.key`. Empty at the start."""

    frames: int = 0
    network: NetworkState | None = None
    gates: dict[str, GateState] = field(default_factory=dict)
    blocks: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ForwardState:
    """State of `PlaudNet.forward`."""

    encoder: EncoderState | None = None
    decode: DecodeState = field(default_factory=DecodeState)


class PlaudNet(nn.Module):
    """The whole model. `residual` [latents] scales `temperature`; `seed` fixes the noise that it adds."""

    def __init__(self, config: ModelConfig, seed: int = 0) -> None:
        super().__init__()
        self.config = config
        self.seed = seed
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        blocks: dict[str, Any] = {}
        if config.sines:
            blocks["sines"] = Sinusoidal(config)
        if config.harmonics:
            blocks["harmonics"] = Harmonic(config)
        if config.noise_bands:
            blocks["noise_bands"] = NoiseBands(config)
        self.blocks = nn.ModuleDict(blocks)
        self.residual = torch.zeros(config.latent_size, dtype=torch.float64)
        with torch.no_grad():
            bias = torch.cat([block.start_bias() for block in blocks.values()])
            self.decoder.last.bias.copy_(bias.repeat(config.channels))

    def encode(self, audio: Tensor, state: EncoderState | None = None) -> tuple[Tensor, Tensor, EncoderState]:
        """Mean and log variance [batch, frames, latents] of what `audio` [batch, channels, samples] ends.

        `audio` is at the model's own sample rate, any number of samples; the state keeps the rest of a hop.
        One channel is heard as if it were in all.
        """
        mean, log_variance, state = self.encoder(exact(audio), state)
        return mean.to(audio.dtype), log_variance.to(audio.dtype), state

    def decode(
        self,
        latents: Tensor,
        controls: PlayControls | Tensor | None = None,
        state: DecodeState | None = None,
        sample_rate: int | None = None,
    ) -> tuple[Tensor, DecodeState]:
        """Audio [batch, channels, frames * hop_size] for `latents` [batch, frames, latents] in raw units.

        `controls` may be a tensor [batch, frames, 10] in the order of `CONTROL_NAMES`. `sample_rate` is the
        rate to render at, the model's own by default; a stream keeps to one.
        """
        if controls is None:
            play = PlayControls.default(self.config, latents)
        else:
            play = controls if isinstance(controls, PlayControls) else PlayControls.from_tensor(controls)
        state = state if state is not None else DecodeState()
        if latents.shape[1] == 0:
            return latents.new_zeros(latents.shape[0], self.config.channels, 0), state
        frozen = play.freeze >= 0.5
        features, state = self._features(exact(latents), play, frozen, state)
        audio, state = self._sound(features, play, frozen, state, Grid.of(self.config, sample_rate))
        return audio.to(latents.dtype), state

    def forward(self, audio: Tensor, state: ForwardState | None = None) -> tuple[Tensor, ForwardState]:
        """Encode `audio` [batch, channels, samples], play the means [batch, channels, frames * hop_size]."""
        state = state if state is not None else ForwardState()
        mean, _, encoder = self.encode(exact(audio), state.encoder)
        heard, decode = self.decode(mean, state=state.decode)
        return heard.to(audio.dtype), ForwardState(encoder, decode)

    def hidden_matrices(self) -> list[nn.Parameter]:
        """Weights that lead from one layer to another within the decoder, or the encoder's GRU."""
        grus = [part.gru for part in (self.encoder, self.decoder) if hasattr(part, "gru")]
        layers = [*list(self.decoder.input)[1:], *self.decoder.output]
        return [layer.weight for layer in layers] + [
            w for gru in grus for w in (gru.weight_ih, gru.weight_hh)
        ]

    def training_pass(self, audio: Tensor, heard: bool = True) -> Output:
        """Encode crops [batch, channels, samples], draw latents, decode from random phases and positions.

        Where it is not to be `heard`, the output's audio has no samples.
        """
        mean, log_variance, _ = self.encoder(audio)
        latents = latent.draw(mean, log_variance)
        grid, sums = Grid.of(self.config), [torch.zeros((), device=audio.device)] * self.config.channels
        controls = self.training_controls(latents, audio.dtype)
        if not heard:
            return Output(audio[..., :0], mean, log_variance, latents, controls)
        with torch.autocast(audio.device.type, enabled=False):  # no frequency survives half precision
            for part in self._parts:
                start = part.block.random_state(controls[part.key])
                signal, _ = part.block.get_signal(controls[part.key], start, grid, part.channel)
                sums[part.channel] = sums[part.channel] + signal
        return Output(torch.stack(sums, dim=1), mean, log_variance, latents, controls)

    def training_controls(self, latents: Tensor, dtype: torch.dtype) -> dict[str, Any]:
        """Controls of each block, in `dtype`, for crops of `latents` [batch, frames, latents]; no sound."""
        lengths = latents.new_full(latents.shape[:2], float(self.config.smoothing))
        smoothed, _ = smooth(latents, lengths, self.config.max_smoothing)
        features, _ = self.decoder(smoothed)
        grid = Grid.of(self.config)
        with torch.autocast(latents.device.type, enabled=False):
            shares = self._shares(features.to(dtype))
            return {part.key: part.block.get_controls(share, grid) for part, share in shares}

    def _features(
        self, latents: Tensor, play: PlayControls, frozen: Tensor, state: DecodeState
    ) -> tuple[Tensor, DecodeState]:
        """Features [batch, frames, output_size]; where `frozen` the last are held, and the state."""
        noise = normal(self.seed, state.frames, latents.shape[1], self.residual.to(latents))
        latents = latents + play.temperature.unsqueeze(-1) * noise
        held = frozen.clone()
        held[:, 0] &= state.network is not None  # nothing to hold yet
        network, done = state.network, []
        for run in _runs(held):
            features, advanced = self._advance(latents[:, run], play.smoothing[:, run], network)
            mask = held[:, run.start]
            if network is not None and bool(mask.any()):
                features = torch.where(mask[:, None, None], network.features.unsqueeze(1), features)
                advanced = advanced.unless(mask, network)
            network = advanced
            done.append(features)
        state = replace(state, frames=state.frames + latents.shape[1], network=network)
        return torch.cat(done, dim=1), state

    def _advance(
        self, latents: Tensor, smoothing: Tensor, state: NetworkState | None
    ) -> tuple[Tensor, NetworkState]:
        """Smooth `latents` over `smoothing` [batch, frames] frames and decode them to features."""
        smoothed, history = smooth(
            latents, smoothing, self.config.max_smoothing, state.smoothing if state is not None else None
        )
        features, decoder = self.decoder(smoothed, state.decoder if state is not None else None)
        return features, NetworkState(history, decoder, features[:, -1])

    def _sound(
        self, features: Tensor, play: PlayControls, frozen: Tensor, state: DecodeState, grid: Grid
    ) -> tuple[Tensor, DecodeState]:
        """Audio [batch, channels, frames * hop_size], in float32 once the phases are known."""
        sums = [torch.zeros((), device=features.device) for _ in range(self.config.channels)]
        gates, blocks = {}, {}
        for part, share in self._shares(features):
            key, block = part.key, part.block
            controls = block.get_controls(share, grid, play)
            opening, gates[key] = gate(
                controls.amplitude, getattr(play, part.name), frozen, state.gates.get(key)
            )
            gain = getattr(play, _GAINS[part.name]).unsqueeze(-1)
            target = controls.amplitude * gain * opening
            controls = replace(controls, amplitude=target.float())
            signal, blocks[key] = block.get_signal(controls, state.blocks.get(key), grid, part.channel)
            sums[part.channel] = sums[part.channel] + signal
        return torch.stack(sums, dim=1), replace(state, gates=gates, blocks=blocks)

    def _shares(self, features: Tensor) -> list[tuple[_Part, Tensor]]:
        """Each part and its share [batch, frames, block.features] of the decoder's `features`."""
        sizes = [part.block.features for part in self._parts]
        return list(zip(self._parts, features.split(sizes, dim=-1), strict=True))

    @property
    def _parts(self) -> list[_Part]:
        """All blocks of the first channel, then those of the next: they have no weights, and are the same."""
        return [
            _Part(name, block, channel)
            for channel in range(self.config.channels)
            for name, block in self.blocks.items()
        ]


def _runs(held: Tensor) -> list[slice]:
    """Cut the frames of `held` [batch, frames] wherever any of the batch changes."""
    frames = held.shape[1]
    changes = (held[:, 1:] != held[:, :-1]).any(dim=0).nonzero().flatten().tolist()
    edges = [0, *(change + 1 for change in changes), frames]
    return [slice(first, last) for first, last in itertools.pairwise(edges)]
