"""Causal moving average of the latents, of a length that may change at any frame."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class SmoothingState:
    """`history` [batch, max_smoothing - 1, latents], newest last; `since` [batch], frames since reset."""

    history: Tensor
    since: Tensor

    def unless(self, held: Tensor, before: "SmoothingState") -> "SmoothingState":
        """This state, but `before` for the items of the batch that are `held` [batch]."""
        return SmoothingState(
            torch.where(held[:, None, None], before.history, self.history),
            torch.where(held, before.since, self.since),
        )


def smooth(
    latents: Tensor, lengths: Tensor, longest: int, state: SmoothingState | None = None
) -> tuple[Tensor, SmoothingState]:
    """Replace each frame of `latents` [batch, frames, latents] by the mean of the last few.

    Few is the smallest of `lengths` [batch, frames] (rounded, at least 1), the frames since the reset, and
    `longest`. The sum runs from the newest back and is made anew for each frame, so that no error builds
    up.
    """
    batch, frames, size = latents.shape
    if state is None:
        state = SmoothingState(
            latents.new_zeros(batch, longest - 1, size),
            torch.zeros(batch, dtype=torch.long, device=latents.device),
        )
    stream = torch.cat([state.history, latents], dim=1)
    since = state.since[:, None] + torch.arange(1, frames + 1, device=latents.device)
    few = torch.minimum(torch.round(lengths).long().clamp(1, longest), since)
    most = int(few.max()) if few.numel() else 0
    total = torch.zeros_like(latents)
    for age in range(most):
        first = longest - 1 - age
        total = total + stream[:, first : first + frames] * (few > age).unsqueeze(-1)
    after = SmoothingState(stream[:, stream.shape[1] - (longest - 1) :].clone(), state.since + frames)
    return total / few.unsqueeze(-1).to(latents.dtype), after
