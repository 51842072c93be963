"""The module that nn~ loads: `decode`, `encode` and `forward`, and what `set` changes.

It follows nn~ 1.6.0's contract without its package: a tensor `METHOD_params`, labels beside it, for each
attribute a tensor `NAME_params` of its types, `get_NAME` and `set_NAME`. It never raises and never gives a
number that is not finite: nn~ would go on with the last block for ever.
"""

import torch
from torch import Tensor, nn

from plaud_live.deploy import description
from plaud_live.deploy.decoding import Decoding
from plaud_live.deploy.description import Description
from plaud_live.deploy.encoding import Encoding
from plaud_live.model_file import PlaudModel

_TYPES = {"int": 1, "float": 2}
"""As nn~ numbers them."""

_LOUDEST = 4.0
"""What comes in is taken to be at most 12 dB above full scale."""


class NnModule(nn.Module):
    """`model` as `offer` describes it. Latents are in playable units, or raw where the attribute says so."""

    methods: list[str]
    attributes: list[str]
    low: Tensor
    width: Tensor
    home: Tensor

    def __init__(self, model: PlaudModel, offer: Description) -> None:
        super().__init__()
        space = model.latents
        self.decoding = Decoding(model, offer.sample_rate)
        self.encoding = Encoding(model, offer.sample_rate)
        low, high, mean = (
            torch.tensor(row, dtype=torch.float64)[:, None] for row in (space.low, space.high, space.mean)
        )
        self.register_buffer("low", low)
        self.register_buffer("width", high - low)
        self.register_buffer("home", (mean - low) / (high - low))
        self.lowest, self.highest = description.PLAYABLE
        self.loudest = _LOUDEST
        self.raw = 0
        self.methods = [method.name for method in offer.methods]
        self.attributes = [attribute.name for attribute in offer.attributes]
        for method in offer.methods:
            sides = [len(method.inputs), method.in_ratio, len(method.outputs), method.out_ratio]
            self.register_buffer(method.name + description.PARAMS_SUFFIX, torch.tensor(sides))
            setattr(self, method.name + description.INPUTS_SUFFIX, list(method.inputs))
            setattr(self, method.name + description.OUTPUTS_SUFFIX, list(method.outputs))
        for attribute in offer.attributes:
            types = torch.tensor([_TYPES[attribute.kind]])
            self.register_buffer(attribute.name + description.PARAMS_SUFFIX, types)

    @torch.jit.export
    def decode(self, latents: Tensor) -> Tensor:
        """Audio [batch, channels, values * RATIO] for `latents` [batch, latents, values]."""
        return self.decoding(self.from_player(latents))

    @torch.jit.export
    def encode(self, audio: Tensor) -> Tensor:
        """Latents [batch, latents, values] of `audio` [batch, channels, values * RATIO]."""
        raw = self.encoding(self.heard(audio))
        return (raw if self.raw > 0 else (raw - self.low) / self.width).float()

    def forward(self, audio: Tensor) -> Tensor:
        """What `decode` plays of what `encode` hears, [batch, channels, samples] to the same."""
        return self.decoding(self.clamped((self.encoding(self.heard(audio)) - self.low) / self.width))

    def heard(self, audio: Tensor) -> Tensor:
        """`audio` with silence for what is not finite, and within bounds."""
        return torch.nan_to_num(audio, 0.0, 0.0, 0.0).clamp(-self.loudest, self.loudest)

    def from_player(self, latents: Tensor) -> Tensor:
        """Raw latents float64 of what was sent; where that is not a number, the mean of the material."""
        exact = latents.double()
        playable = (exact - self.low) / self.width if self.raw > 0 else exact
        return self.clamped(torch.where(torch.isnan(playable), self.home, playable))

    def clamped(self, playable: Tensor) -> Tensor:
        """Raw latents of playable ones, as far as these go."""
        return self.low + self.width * playable.clamp(self.lowest, self.highest)

    def whole(self, value: int, low: int, high: int) -> int:
        """`value` within its range."""
        return max(low, min(high, value))

    def real(self, value: float, high: float) -> float:
        """`value` from 0 to `high`; 0 for what is no number."""
        return min(value, high) if value >= 0.0 else 0.0

    @torch.jit.export
    def get_methods(self) -> list[str]:
        """Names that nn~ may call."""
        return self.methods

    @torch.jit.export
    def get_attributes(self) -> list[str]:
        """Names that `set` takes."""
        return self.attributes

    @torch.jit.export
    def get_sines(self) -> tuple[int]:
        """How many sines sound."""
        return (self.decoding.sines,)

    @torch.jit.export
    def set_sines(self, value: int) -> int:
        """From the next frame on, as all that follow."""
        self.decoding.sines = self.whole(value, 0, self.decoding.most_sines)
        return 0

    @torch.jit.export
    def get_harmonics(self) -> tuple[int]:
        """How many harmonics sound."""
        return (self.decoding.harmonics,)

    @torch.jit.export
    def set_harmonics(self, value: int) -> int:
        """At most those that the model has."""
        self.decoding.harmonics = self.whole(value, 0, self.decoding.most_harmonics)
        return 0

    @torch.jit.export
    def get_noise_bands(self) -> tuple[int]:
        """How many noise bands sound."""
        return (self.decoding.noise_bands,)

    @torch.jit.export
    def set_noise_bands(self, value: int) -> int:
        """At most those that the model has."""
        self.decoding.noise_bands = self.whole(value, 0, self.decoding.most_noise_bands)
        return 0

    @torch.jit.export
    def get_sines_gain(self) -> tuple[float]:
        """Gain of the sines, linear."""
        return (self.decoding.sines_gain,)

    @torch.jit.export
    def set_sines_gain(self, value: float) -> int:
        """0 to 2."""
        self.decoding.sines_gain = self.real(value, 2.0)
        return 0

    @torch.jit.export
    def get_harmonics_gain(self) -> tuple[float]:
        """Gain of the harmonics, linear."""
        return (self.decoding.harmonics_gain,)

    @torch.jit.export
    def set_harmonics_gain(self, value: float) -> int:
        """0 to 2."""
        self.decoding.harmonics_gain = self.real(value, 2.0)
        return 0

    @torch.jit.export
    def get_noise_gain(self) -> tuple[float]:
        """Gain of the noise bands, linear."""
        return (self.decoding.noise_gain,)

    @torch.jit.export
    def set_noise_gain(self, value: float) -> int:
        """0 to 2."""
        self.decoding.noise_gain = self.real(value, 2.0)
        return 0

    @torch.jit.export
    def get_smoothing(self) -> tuple[int]:
        """Frames that the latents are averaged over."""
        return (self.decoding.smoothing,)

    @torch.jit.export
    def set_smoothing(self, value: int) -> int:
        """From 1, which is none."""
        self.decoding.smoothing = self.whole(value, 1, self.decoding.longest)
        return 0

    @torch.jit.export
    def get_temperature(self) -> tuple[float]:
        """How much noise is on the latents."""
        return (self.decoding.temperature,)

    @torch.jit.export
    def set_temperature(self, value: float) -> int:
        """0, which is none, to 1."""
        self.decoding.temperature = self.real(value, 1.0)
        return 0

    @torch.jit.export
    def get_freeze(self) -> tuple[int]:
        """1 while the sound is held."""
        return (self.decoding.freeze,)

    @torch.jit.export
    def set_freeze(self, value: int) -> int:
        """0 or 1."""
        self.decoding.freeze = self.whole(value, 0, 1)
        return 0

    @torch.jit.export
    def get_raw(self) -> tuple[int]:
        """1 where latents are in the model's own units."""
        return (self.raw,)

    @torch.jit.export
    def set_raw(self, value: int) -> int:
        """0 or 1."""
        self.raw = self.whole(value, 0, 1)
        return 0
