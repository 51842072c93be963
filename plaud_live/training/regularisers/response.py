"""Response: the sound follows a tied latent when it is moved alone, as a performer moves it.

The pairs of `attributes` order what the encoder says; they ask nothing of the decoder, which may take the
same from the other latents and ignore the tied one. So latents are moved to where other crops of the batch
have them, all else kept, decoded again as in Jha et al. (2018, cycle-consistent VAEs), and the attribute of
what would sound is told from the controls, without making the sound (`models.heard`). It is to move as far
as it does between crops: by the slope of the attribute over the latent, frame by frame. So it rises all
along, as monotonic networks are made by asking for their slope (Gupta et al., 2019). The gradient reaches
the decoder only.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from plaud_live.models import heard
from plaud_live.models.plaud import Output, PlaudNet
from plaud_live.training.options import TrainOptions
from plaud_live.training.regularisers.attributes import SPREADS
from plaud_live.training.regularisers.regulariser import Regulariser

LIMITS = {"loudness": (-70.0, 0.0), "brightness": (5.0, 14.0), "noisiness": (0.0, 1.0), "pitch": (5.0, 11.0)}
"""Where an attribute cannot be asked to go any farther, in its unit."""

CROPS, FRAMES = 6, 64
"""Crops of a batch, and of each its first frames, that are decoded again: a third of a second of six."""

STILL = 0.5  # chance that a latent of a crop is not moved
_EDGE = 0.02  # of the frames of a batch, on either side, are farther than latents are moved
_LEAST = 0.3  # spreads that an attribute is to move over a latent's range, even before anything is learnt
_BEND = 0.3  # of the spread: errors below it count by their square


class Response(Regulariser):
    """Mean over tied latents of how far what is heard is from where the latent was moved to, in spreads."""

    name = "response"

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        tellable = [name for name in heard.HEARD if name != "pitch" or options.config.harmonics]
        self.tied = [(latent, name) for latent, name in options.attributes if name in tellable]

    def weight(self, done: float) -> float:
        """The same from first to last."""
        return self.options.response_weight

    def forward(self, net: PlaudNet, made: Output, audio: Tensor) -> Tensor:
        """Move latents of `made` and decode them again; `audio` is not looked at."""
        if not self.tied:
            return made.mean.new_zeros(())
        latents = made.latents.detach()
        chosen = [latent for latent, _ in self.tied]
        low, high = range_of(latents[..., chosen])
        moved = latents[:CROPS, :FRAMES].clone()
        moves = draw_moves(moved[..., chosen].mean(dim=1), low, high)
        moved[..., chosen] += moves.unsqueeze(1)
        before = heard.components(net.config, made.controls)
        after = heard.components(net.config, net.training_controls(moved, audio.dtype))
        total = made.mean.new_zeros(())
        for i, (latent, name) in enumerate(self.tied):
            with torch.no_grad():
                was = heard.HEARD[name](before)
            least = _LEAST * SPREADS[name] / float((high[i] - low[i]).clamp_min(1e-6))
            slope = slope_of(latents[..., latent][was.known], was.value[was.known])
            step = max(slope, least) * moves[:, i, None]
            wanted = (was.value[:CROPS, :FRAMES] + step).clamp(*LIMITS[name])
            error = (heard.HEARD[name](after).value - wanted) / SPREADS[name]
            distance = F.smooth_l1_loss(error, torch.zeros_like(error), reduction="none", beta=_BEND)
            counts = was.known[:CROPS, :FRAMES]
            total = total + (distance * counts).sum() / counts.sum().clamp_min(1)
        return total / len(self.tied)


def range_of(latents: Tensor) -> tuple[Tensor, Tensor]:
    """Where all but the farthest `latents` [batch, frames, tied] lie: lowest and highest, [tied] each."""
    rows = latents.flatten(0, 1)
    return torch.quantile(rows, _EDGE, dim=0), torch.quantile(rows, 1.0 - _EDGE, dim=0)


def draw_moves(centres: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """How far each crop's latents, which are about `centres` [batch, tied], are moved: to places drawn
    uniformly between `low` and `high`; a latent of a crop may stay."""
    moves = torch.lerp(low, high, torch.rand_like(centres)) - centres
    return moves * (torch.rand_like(moves) >= STILL)


def slope_of(x: Tensor, y: Tensor) -> float:
    """Slope of the regression line of `y` over `x`, [frames] each; 0 where `x` does not vary."""
    if len(x) < 2:
        return 0.0
    apart = x - x.mean()
    return float((apart * (y - y.mean())).mean() / (apart.square().mean() + 1e-6))
