"""How the reverbs that come with the instrument are made: the same again from the same numbers."""

from collections.abc import Callable, Mapping

import numpy as np

from plaud_live.errors import SettingsError, suggestion
from plaud_live.reverb.networks import Network, make
from plaud_live.reverb.nodes import levelled

CONTROLS = ("t60", "damping", "freeze", "pre_delay", "dry_wet")
"""The knobs that every reverb here can have."""


def default() -> Network:
    """A dense stereo hall, as smooth as a plate: 2.5 s at middle frequencies, darker as it decays."""
    t60 = np.array([2.9, 2.9, 2.8, 2.65, 2.5, 2.2, 1.7, 1.15, 0.7])
    return make("default", t60, shortest=0.0215, longest=0.078, stages=2, seed=134)


RECIPES: Mapping[str, Callable[[], Network]] = {"default": default}


def recipe(name: str) -> Network:
    """The network of that name, at the level of its input. Raises SettingsError."""
    if name not in RECIPES:
        raise SettingsError(
            f"reverb make {name}: no such recipe{suggestion(name, RECIPES)} — there are {', '.join(RECIPES)}"
        )
    return levelled(RECIPES[name]())
