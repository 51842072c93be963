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

    `audio` [batch, 1, frames * hop_size]; `mean`, `log_variance` and the drawn `latents` [batch, frames,
    latents]; `controls` are the physical controls of each block, by its name: sines, harmonics,
    noise_bands.
    """

    audio: Tensor
    mean: Tensor
    log_variance: Tensor
    latents: Tensor
    controls: dict[str, Any]


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
    """Where a decoded stream stands: `frames` done; `gates` and `blocks` by name. Empty at the start."""

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
            self.decoder.last.bias.copy_(torch.cat([block.start_bias() for block in blocks.values()]))

    def encode(self, audio: Tensor, state: EncoderState | None = None) -> tuple[Tensor, Tensor, EncoderState]:
        """Mean and log variance [batch, frames, latents] of what `audio` [batch, 1, samples] completes.

        `audio` is at the model's own sample rate, any number of samples; the state keeps the rest of a hop.
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
        """Audio [batch, 1, frames * hop_size] for `latents` [batch, frames, latents] in raw units.

        `controls` may be a tensor [batch, frames, 10] in the order of `CONTROL_NAMES`. `sample_rate` is the
        rate to render at, the model's own by default; a stream keeps to one.
        """
        if controls is None:
            play = PlayControls.default(self.config, latents)
        else:
            play = controls if isinstance(controls, PlayControls) else PlayControls.from_tensor(controls)
        state = state if state is not None else DecodeState()
        if latents.shape[1] == 0:
            return latents.new_zeros(latents.shape[0], 1, 0), state
        frozen = play.freeze >= 0.5
        features, state = self._features(exact(latents), play, frozen, state)
        audio, state = self._sound(features, play, frozen, state, Grid.of(self.config, sample_rate))
        return audio.unsqueeze(1).to(latents.dtype), state

    def forward(self, audio: Tensor, state: ForwardState | None = None) -> tuple[Tensor, ForwardState]:
        """Encode `audio` [batch, 1, samples], play the means [batch, 1, frames * hop_size]; and state."""
        state = state if state is not None else ForwardState()
        mean, _, encoder = self.encode(exact(audio), state.encoder)
        heard, decode = self.decode(mean, state=state.decode)
        return heard.to(audio.dtype), ForwardState(encoder, decode)

    def training_pass(self, audio: Tensor) -> Output:
        """Encode crops [batch, 1, samples], draw latents, decode them from random phases and positions."""
        mean, log_variance, _ = self.encoder(audio)
        latents = latent.draw(mean, log_variance)
        lengths = latents.new_full(latents.shape[:2], float(self.config.smoothing))
        smoothed, _ = smooth(latents, lengths, self.config.max_smoothing)
        features, _ = self.decoder(smoothed)
        grid = Grid.of(self.config)
        controls, total = {}, torch.zeros((), device=audio.device)
        with torch.autocast(audio.device.type, enabled=False):  # no frequency survives half precision
            for name, block, share in self._shares(features.to(audio.dtype)):
                controls[name] = block.get_controls(share, grid)
                start = block.random_state(controls[name])
                signal, _ = block.get_signal(controls[name], start, grid)
                total = total + signal
        return Output(total.unsqueeze(1), mean, log_variance, latents, controls)

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
        """Audio [batch, frames * hop_size] of all blocks, in float32 once the phases are known."""
        total = torch.zeros((), device=features.device)
        gates, blocks = {}, {}
        for name, block, share in self._shares(features):
            controls = block.get_controls(share, grid, play)
            opening, gates[name] = gate(
                controls.amplitude, getattr(play, name), frozen, state.gates.get(name)
            )
            gain = getattr(play, _GAINS[name]).unsqueeze(-1)
            target = controls.amplitude * gain * opening
            controls = replace(controls, amplitude=target.float())
            signal, blocks[name] = block.get_signal(controls, state.blocks.get(name), grid)
            total = total + signal
        return total, replace(state, gates=gates, blocks=blocks)

    def _shares(self, features: Tensor) -> list[tuple[str, Any, Tensor]]:
        """Name, block and its share [batch, frames, block.features] of the decoder's `features`."""
        sizes = [block.features for block in self.blocks.values()]
        return [
            (name, block, share)
            for (name, block), share in zip(self.blocks.items(), features.split(sizes, dim=-1), strict=True)
        ]


def _runs(held: Tensor) -> list[slice]:
    """Cut the frames of `held` [batch, frames] wherever any of the batch changes."""
    frames = held.shape[1]
    changes = (held[:, 1:] != held[:, :-1]).any(dim=0).nonzero().flatten().tolist()
    edges = [0, *(change + 1 for change in changes), frames]
    return [slice(first, last) for first, last in itertools.pairwise(edges)]
