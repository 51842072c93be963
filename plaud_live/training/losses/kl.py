"""KL divergence of the latents from the standard normal, with free bits (Kingma et al., 2016).

Its value is in nats a frame, summed over latents and averaged over frames: it does not depend on the length
of a crop or the size of a batch. A latent below the free bits costs nothing, so that it is not given up.
"""

from torch import Tensor

from plaud_live.models.latent import kl_loss
from plaud_live.training.losses.weighted import Loss, Made
from plaud_live.training.options import TrainOptions


class KL(Loss):
    """Information that the latents carry, beyond what is free."""

    warms_up = True

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        self.free_nats = options.free_bits

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Nats a frame from output.mean and output.log_variance; `target` is not looked at."""
        return kl_loss(output.mean, output.log_variance, self.free_nats)
