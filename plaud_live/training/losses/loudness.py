"""Distance of loudness: how far the level of what was made is from the target's, in decibels.

Mean over frames of |difference| of `features.loudness.LoudnessDb`, one frame a hop. 1 is 1 dB; silence reads
-70 dB, so that a sound in place of silence, or silence in place of a sound, costs 70 at most.
"""

from torch import Tensor

from plaud_live.features.loudness import LoudnessDb
from plaud_live.training.losses.weighted import Loss, Made
from plaud_live.training.options import TrainOptions


class LoudnessDistance(Loss):
    """Mean absolute difference of level, in dB."""

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        self.loudness = LoudnessDb(options.config.sample_rate, options.config.hop_size)

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Compare output.audio with `target`, both [batch, channels, samples]."""
        made, wanted = (self.loudness.measure(x.flatten(0, 1)).value for x in (output.audio, target))
        return (made - wanted).abs().mean()
