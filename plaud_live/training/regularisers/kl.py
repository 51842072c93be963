"""KL divergence of the latents from the standard normal, with free bits (Kingma et al., 2016).

Its value is in nats a frame, summed over latents and averaged over frames: it does not depend on the length
of a crop or the size of a batch. A latent below the free bits costs nothing, so that it is not given up.
"""

from torch import Tensor

from plaud_live.models.latent import kl_loss
from plaud_live.models.plaud import Output, PlaudNet
from plaud_live.training import schedule
from plaud_live.training.regularisers.regulariser import Regulariser


class KL(Regulariser):
    """Information that the latents carry, beyond what is free."""

    name = "kl"

    def weight(self, done: float) -> float:
        """`beta` after the warm-up, once or in cycles."""
        options = self.options
        return options.beta * schedule.warmth(done, options.warmup, options.kl_cycles)

    def forward(self, net: PlaudNet, made: Output, audio: Tensor) -> Tensor:
        """Nats a frame from made.mean and made.log_variance; neither `net` nor `audio` is looked at."""
        return kl_loss(made.mean, made.log_variance, self.options.free_bits)
