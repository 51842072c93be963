"""Guidance by words: the cosine distance of what was made from a description, in CLAP's space of embeddings.

`--loss clap_text:0.1 --clap-text "rusty bells"` pulls all that is made towards the words, whatever the target
is; beside other losses that keep to it. From 0 to 2; sounds that a description fits well are at about 0.5.
"""

from torch import Tensor

from plaud_live.training.clap.ear import draw_cuts, ear_of
from plaud_live.training.clap.weights import embed_words, find_files
from plaud_live.training.losses.weighted import Loss, Made
from plaud_live.training.options import TrainOptions


class ClapText(Loss):
    """Mean cosine distance of CLAP's embeddings from those of the words."""

    words: Tensor

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        files = find_files(options.clap_weights)
        self.ear = ear_of(files, options.config.sample_rate)
        self.register_buffer("words", embed_words(files, options.clap_text or ""), persistent=False)

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Listen to output.audio [batch, channels, samples]; `target` is not looked at."""
        return (1.0 - (self.ear(output.audio, draw_cuts()) * self.words).sum(dim=-1)).mean()
