"""How many components of a block sound: the strongest first, faded in and out.

Strength follows the amplitude slowly, so that two components of about the same amplitude do not take turns;
a gate opens or closes over eight frames, so that nothing clicks.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

STRENGTH_RATE = 0.1
GATE_STEP = 1.0 / 8.0


@dataclass(frozen=True)
class GateState:
    """`strength` and `gate` (0 to 1) of each component, [batch, count]."""

    strength: Tensor
    gate: Tensor


def gate(
    amplitude: Tensor, counts: Tensor, frozen: Tensor, state: GateState | None = None
) -> tuple[Tensor, GateState]:
    """Gates [batch, frames, count] for `amplitude` [batch, frames, count], at least one frame, and the state.

    `counts` [batch, frames] is how many shall sound, rounded; where `frozen` [batch, frames] the strengths
    hold.
    """
    frames, size = amplitude.shape[1:]
    strength = amplitude[:, 0]
    wanted_counts = torch.round(counts)
    all_open = bool((wanted_counts >= size).all()) and (state is None or bool((state.gate == 1.0).all()))
    gates = torch.ones_like(amplitude)
    for frame in range(frames):
        now = amplitude[:, frame]
        if state is not None:
            moved = state.strength + STRENGTH_RATE * (now - state.strength)
            strength = torch.where(frozen[:, frame, None], state.strength, moved)
        if not all_open:
            wanted = _strongest(strength, wanted_counts[:, frame])
            before = state.gate if state is not None else wanted
            gates[:, frame] = before + (wanted - before).clamp(-GATE_STEP, GATE_STEP)
        state = GateState(strength, gates[:, frame])
    return gates, GateState(strength, gates[:, -1])


def _strongest(strength: Tensor, count: Tensor) -> Tensor:
    """1 for the `count` [batch] largest of `strength` [batch, size], lower index first where equal."""
    order = torch.argsort(strength, dim=1, descending=True, stable=True)
    rank = torch.argsort(order, dim=1)
    return (rank < count.unsqueeze(1)).to(strength.dtype)
