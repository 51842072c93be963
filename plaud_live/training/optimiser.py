"""Muon for the hidden matrices, Adam for all else, as one optimiser.

Muon (Jordan et al., 2024) moves a matrix by its momentum made orthogonal, so that no direction of it learns
slowly. Layers that read latents or features, the last one, whose rows are controls of the synth, convolutions
and biases are Adam's (Kingma and Ba, 2015).
"""

from collections.abc import Callable
from typing import Any

import torch

from plaud_live.models.plaud import PlaudNet

BETAS = (0.9, 0.99)
MUON_RATE = 10.0
"""Muon's learning rate, in Adam's: a step of its is as long whatever the gradient."""

MUON_DECAY = 0.1
"""So matrices would grow as long as they learn, and a long run would become unstable. They shrink a little
with each step, by this much of the learning rate (Liu et al., 2025)."""


class MuonAdam(torch.optim.Optimizer):
    """Parameters of `net`. Each group's `full` is its learning rate before any schedule."""

    def __init__(self, net: PlaudNet, learning_rate: float) -> None:
        hidden = net.hidden_matrices()
        others = [p for p in net.parameters() if all(p is not matrix for matrix in hidden)]
        self._parts = (
            torch.optim.Adam(others, learning_rate, BETAS),
            torch.optim.Muon(hidden, MUON_RATE * learning_rate, weight_decay=MUON_DECAY),
        )
        super().__init__([part.param_groups[0] | {"full": part.defaults["lr"]} for part in self._parts], {})
        self._share()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move all parameters that have a gradient."""
        loss = None if closure is None else closure()
        for part in self._parts:
            part.step()
        return loss

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a state. Raises ValueError if it is of other parameters."""
        super().load_state_dict(state_dict)
        self._share()

    def _share(self) -> None:
        """State and groups are ours; the parts work on them."""
        for part, group in zip(self._parts, self.param_groups, strict=True):
            part.state, part.param_groups = self.state, [group]
