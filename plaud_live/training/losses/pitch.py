"""Distance of pitch: how far the fundamental of the harmonic block is from the target's, in octaves.

Spectra alone do not lead a fundamental home: between two harmonics there is nothing to follow (Turian and
Henry, 2020). So where the target has a pitch (`features.pitch`) the block's f0 is drawn to it, and the other
losses do the rest. Elsewhere it is free, and costs nothing.
"""

from typing import ClassVar

import torch
from torch import Tensor

from plaud_live.errors import SettingsError
from plaud_live.features.pitch import Pitch
from plaud_live.training.losses.weighted import Loss, Made
from plaud_live.training.options import TrainOptions


class PitchDistance(Loss):
    """Mean absolute difference of log2 Hz over the frames that have a pitch; 0 where none has.

    Raises SettingsError for a model without a harmonic block.
    """

    hears: ClassVar[bool] = False

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        config = options.config
        if not config.harmonics:
            raise SettingsError("--loss pitch: the model has no harmonic block; give --harmonics 64 too")
        self.pitch = Pitch(config.sample_rate, config.hop_size)
        # A frame's pitch is that of the middle of its window, and the sound comes `delay` frames after it.
        self.later = options.delay + 1 - round(0.5 * self.pitch.window_size / config.hop_size)

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Compare f0 of output.controls with `target` [batch, channels, samples]."""
        reading = self.pitch.measure(target.mean(dim=1))
        total = target.new_zeros(())
        blocks = [block for key, block in output.controls.items() if key.partition(".")[0] == "harmonics"]
        for block in blocks:
            f0 = torch.log2(block.f0_hz[..., 0])
            first, last = max(0, -self.later), min(reading.value.shape[1], f0.shape[1] - self.later)
            known = reading.known[:, first:last]
            apart = (f0[:, first + self.later : last + self.later] - reading.value[:, first:last]).abs()
            total = total + (apart * known).sum() / known.sum().clamp_min(1)
        return total / len(blocks)
