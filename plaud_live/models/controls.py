"""What a performer moves besides the latents: counts, gains, temperature, smoothing, freeze, pitch."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from plaud_live.model_file import ModelConfig

CONTROL_NAMES = (
    "sines",
    "harmonics",
    "noise_bands",
    "sine_gain",
    "harmonic_gain",
    "noise_gain",
    "temperature",
    "smoothing",
    "freeze",
    "f0",
)


@dataclass(frozen=True)
class PlayControls:
    """One value a frame each, [batch, frames].

    `sines`, `harmonics` and `noise_bands` are how many sound (rounded), the gains are linear, `temperature`
    scales the noise added to the latents, `smoothing` counts frames (rounded), `freeze` holds from 0.5 on,
    `f0` is the fundamental of the harmonics in Hz, 0 as the model has it.
    """

    sines: Tensor
    harmonics: Tensor
    noise_bands: Tensor
    sine_gain: Tensor
    harmonic_gain: Tensor
    noise_gain: Tensor
    temperature: Tensor
    smoothing: Tensor
    freeze: Tensor
    f0: Tensor

    @classmethod
    def default(cls, config: ModelConfig, like: Tensor) -> "PlayControls":
        """All components at gain 1, the model's own smoothing, nothing frozen; batch and frames of `like`."""
        counts = (config.sines, config.harmonics, config.noise_bands)
        values = (*counts, 1.0, 1.0, 1.0, 0.0, config.smoothing, 0.0, 0.0)
        return cls(*(like.new_full(like.shape[:2], float(value)) for value in values))

    @classmethod
    def from_tensor(cls, values: Tensor) -> "PlayControls":
        """From [batch, frames, 10] in the order of CONTROL_NAMES. Raises ValueError for another shape."""
        if values.ndim != 3 or values.shape[2] != len(CONTROL_NAMES):
            raise ValueError(f"controls are {list(values.shape)}, want [batch, frames, {len(CONTROL_NAMES)}]")
        return cls(*values.unbind(dim=2))

    def to_tensor(self) -> Tensor:
        """[batch, frames, 10] in the order of CONTROL_NAMES."""
        return torch.stack([getattr(self, f.name) for f in fields(self)], dim=2)
