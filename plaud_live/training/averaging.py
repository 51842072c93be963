"""The mean of a run's weights over its last steps: what is validated, kept, and written.

At a learning rate that learns fast, weights wander about what they are learning: what one state of them
sounds like is partly chance, and the best of many validations partly luck. Their mean wanders far less
(Polyak and Juditsky, 1992). How far back it reaches grows with the run, by the power function of Karras et
al. (2024): a run of two minutes needs no other setting than one of an hour, and forgets as soon what it
began with.
"""

import copy
import math

import torch

from plaud_live.models.plaud import PlaudNet


class AveragedNet:
    """`net`, with the mean of the weights that `trained` has had.

    `behind`, from 0 to 0.5, is how far back the mean lies, as a share of all steps so far: a step counts as
    its own power of 1 / behind - 2. 0 takes the weights as they are.
    """

    def __init__(self, trained: PlaudNet, behind: float) -> None:
        self._trained = trained
        self._power = 1.0 / behind - 1.0 if behind else math.inf
        self.net = copy.deepcopy(trained).requires_grad_(False)

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Take in the weights after `step`, counted from 1."""
        share = 1.0 - (1.0 - 1.0 / step) ** self._power
        torch._foreach_lerp_(list(self.net.parameters()), list(self._trained.parameters()), share)
