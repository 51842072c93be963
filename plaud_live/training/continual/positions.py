"""Where a child is held to its parent's sound: latents drawn of anchors and of what the parent remembers."""

from collections.abc import Sequence

import torch
from torch import Tensor

from plaud_live.model_file import Anchor, LatentSpace

ANCHOR_SHARE = 0.4
ANCHOR_WEIGHT = 2.0
_GLIDES = 0.25  # share of the places at anchors that move to another anchor
_JITTER = 0.02  # of the ranges, around anchors


class Positions:
    """Draws trajectories of latents in raw units, with torch's random numbers.

    `anchors` are held, left for another anchor, or approached. The rest are stretches of `remembered` [k,
    frames, latents]; where there are none, lines between places within the ranges of `space`.
    """

    def __init__(
        self, space: LatentSpace, anchors: Sequence[Anchor], remembered: Tensor | None = None
    ) -> None:
        self.low, self.high = torch.tensor(space.low).float(), torch.tensor(space.high).float()
        self.anchors = torch.tensor([anchor.raw for anchor in anchors]).float().reshape(-1, len(space.low))
        self.remembered = torch.zeros(0, 1, len(space.low)) if remembered is None else remembered

    def draw(self, count: int, frames: int) -> tuple[Tensor, Tensor]:
        """Latents [count, frames, latents], the anchors' first, and the weight of each [count]."""
        at_anchors = round(ANCHOR_SHARE * count) if len(self.anchors) else 0
        weights = torch.ones(count)
        weights[:at_anchors] = ANCHOR_WEIGHT
        rest = count - at_anchors
        others = self._stretches(rest, frames) if len(self.remembered) else self._between(rest, frames)
        return torch.cat([self._at_anchors(at_anchors, frames), others]), weights

    def _at_anchors(self, count: int, frames: int) -> Tensor:
        if not count:
            return torch.zeros(0, frames, len(self.low))
        first, second = self.anchors[torch.randint(len(self.anchors), (2, count))]
        first = first + _JITTER * (self.high - self.low) * torch.randn_like(first)
        leaves = (torch.rand(count, 1) < _GLIDES).float()
        return _line(first, torch.lerp(first, second, leaves), frames)

    def _stretches(self, count: int, frames: int) -> Tensor:
        return self.remembered[torch.randint(len(self.remembered), (count,)), :frames]

    def _between(self, count: int, frames: int) -> Tensor:
        ends = torch.lerp(self.low, self.high, torch.rand(2, count, len(self.low)))
        if len(self.anchors):  # nearer to what is known than a place anywhere
            near = self.anchors[torch.randint(len(self.anchors), (2, count))]
            ends = torch.lerp(near, ends, 0.5 * torch.rand(2, count, 1))
        return _line(ends[0], ends[1], frames)


def _line(first: Tensor, last: Tensor, frames: int) -> Tensor:
    """From `first` to `last` [count, latents] in so many `frames`."""
    share = torch.linspace(0.0, 1.0, frames)[None, :, None]
    return torch.lerp(first[:, None], last[:, None], share)
