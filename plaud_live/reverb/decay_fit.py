"""Gives a network another decay: absorption for the T60 that is asked for, measured, and put right."""

from collections.abc import Iterator, Mapping

import numpy as np

from compiler.decay import decay_of
from plaud_live.errors import SettingsError
from plaud_live.reverb.equaliser import CENTRES_HZ, Array
from plaud_live.reverb.measuring import measure
from plaud_live.reverb.networks import LONGEST_T60, SHORTEST_T60, Network, decaying, t60_of
from plaud_live.reverb.nodes import energy_of, levelled, response_of
from plaud_live.reverb.state import State

STAGE = "fitting the decay"
TOTAL = 0.0
"""As a frequency: all of them together, as the knob t60 has it."""

_TURNS = 6
_GOOD = 0.005
_LONGEST_LOOK = 15.0
_LOWEST_HZ, _HIGHEST_HZ = 20.0, 20000.0


def checked(t60: Mapping[float, float]) -> dict[float, float]:
    """Seconds by octave in Hz, or by TOTAL for all. Raises SettingsError for what cannot be."""
    for centre, seconds in t60.items():
        where = f" at {centre:g} Hz" if centre != TOTAL else ""
        if not SHORTEST_T60 <= seconds <= LONGEST_T60:
            raise SettingsError(f"t60 of {seconds:g} s{where}: wants {SHORTEST_T60:g} to {LONGEST_T60:g} s")
        if centre != TOTAL and not _LOWEST_HZ <= centre <= _HIGHEST_HZ:
            raise SettingsError(f"t60 at {centre:g} Hz: wants {_LOWEST_HZ:g} to {_HIGHEST_HZ:g} Hz")
    if TOTAL in t60 and len(t60) > 1:
        raise SettingsError("t60: is for all frequencies or for some, not both — leave one out")
    return dict(t60)


def wanted(network: Network, t60: Mapping[float, float], total: float) -> Array:
    """T60 [octaves] asked of `network`, whose total is `total`: what is not named keeps its proportion."""
    own = t60_of(network, np.array(CENTRES_HZ))
    if TOTAL in t60:
        return np.clip(own * t60[TOTAL] / total, SHORTEST_T60, LONGEST_T60)
    named = np.array(sorted(t60))
    at_named = t60_of(network, named)
    ratios = np.log(np.array([t60[centre] for centre in named]) / at_named)
    spread = np.exp(np.interp(np.log2(np.array(CENTRES_HZ)), np.log2(named), ratios))
    return np.clip(own * spread, SHORTEST_T60, LONGEST_T60)


def fit_decay(network: Network, t60: Mapping[float, float]) -> Iterator[State]:
    """Ever better networks that decay as `t60` says, the late way as loud as before; nothing else is changed.

    The loss is the largest relative error. Raises SettingsError.
    """
    asked = checked(t60)
    look = _look(network)
    before = response_of(network, look)
    energy = energy_of(network)
    goal = wanted(network, asked, decay_of(before, network.sample_rate).t60())
    lines = goal.copy()
    for turn in range(1, _TURNS + 1):
        network = levelled(decaying(network, lines), energy)
        found = response_of(network, _look(network))
        if TOTAL in asked:
            errors = np.array([decay_of(found, network.sample_rate).t60() / asked[TOTAL]])
            change = np.full(len(goal), errors[0])
        else:
            room = measure(found, network.sample_rate)
            change = np.ones(len(goal))
            change[: len(room.bands)] = room.of("t60") / goal[: len(room.bands)]
            change = np.where(np.isfinite(change), change, 1.0)
            at = np.interp(np.log2(sorted(asked)), np.log2(np.array(CENTRES_HZ)), change)
            errors = at
        loss = float(np.abs(errors - 1.0).max())
        yield State(network, loss, STAGE, turn / _TURNS, turn, _TURNS)
        if loss < _GOOD:
            return
        lines = np.clip(lines / change, SHORTEST_T60, LONGEST_T60)


def _look(network: Network) -> float:
    """Seconds of a response in which the decay can be read."""
    longest = float(t60_of(network, np.array(CENTRES_HZ)).max())
    return min(_LONGEST_LOOK, 0.8 * longest + 0.3)
