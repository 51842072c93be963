"""What a fitting gives from time to time: a network that could be played, and how good it is."""

from dataclasses import dataclass

from plaud_live.reverb.networks import Network


@dataclass(frozen=True, eq=False)
class State:
    """A network, its `loss` (less is better), and how far the fitting is: `done` 0..1, steps.

    One that `restarts` is about something else than those before, and counts whatever their losses were.
    """

    network: Network
    loss: float
    stage: str
    done: float
    step: int
    steps: int
    restarts: bool = False
