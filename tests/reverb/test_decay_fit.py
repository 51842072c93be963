"""A network takes another decay, and keeps its level and all else."""

from dataclasses import replace

import numpy as np
import pytest

from compiler.runtime import Runner
from plaud_live.errors import SettingsError
from plaud_live.reverb.decay_fit import TOTAL, fit_decay
from plaud_live.reverb.networks import Taps, make
from plaud_live.reverb.nodes import energy_of, levelled, model_of, response_of
from tests.reverb.acoustics import t60, t60_by_octave

RATE = 48000.0
START = levelled(
    make("room", np.array([1.3, 1.25, 1.1, 1.0, 0.9, 0.8, 0.65, 0.5, 0.4]), shortest=0.01, longest=0.04)
)


@pytest.mark.parametrize("seconds", [0.4, 2.5])
def test_all_of_it_decays_as_asked(seconds: float) -> None:
    states = list(fit_decay(START, {TOTAL: seconds}))
    found = response_of(states[-1].network, 2.0 * seconds + 0.5)
    assert t60(found, RATE) == pytest.approx(seconds, rel=0.02)
    assert np.square(found).sum() == pytest.approx(2.0, rel=0.01)
    assert states[-1].loss == min(state.loss for state in states)


def test_octaves_decay_as_asked_and_the_rest_in_proportion() -> None:
    network = list(fit_decay(START, {500.0: 2.0, 4000.0: 0.5}))[-1].network
    found = t60_by_octave(response_of(network, 4.0), RATE, (500.0, 4000.0))
    assert found == pytest.approx([2.0, 0.5], rel=0.05)
    assert np.array_equal(network.mixing, START.mixing)
    Runner(model_of(START)).update(model_of(network))


def test_early_reflections_stay_and_the_late_way_keeps_its_level() -> None:
    early = Taps(np.array([0.0, 300.0]), np.eye(2), 0.7 * np.eye(2))
    start = replace(START, early=early, early_tone=START.tone)
    network = list(fit_decay(start, {1000.0: 0.5}))[-1].network
    assert network.early is early and energy_of(network) == pytest.approx(energy_of(start), rel=0.01)


@pytest.mark.parametrize("asked", [{TOTAL: 0.0}, {TOTAL: 1000.0}, {500.0: 1.0, TOTAL: 1.0}, {5e5: 1.0}])
def test_a_decay_that_cannot_be_is_refused(asked: dict[float, float]) -> None:
    with pytest.raises(SettingsError, match="t60"):
        next(fit_decay(START, asked))
