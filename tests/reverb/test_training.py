"""Training: colour goes, decay and level stay; what is refined is nearer to the room."""

import itertools

import numpy as np
import pytest

from compiler.runtime import Runner
from plaud_live.reverb.matching import match, wish_of
from plaud_live.reverb.networks import Taps, make
from plaud_live.reverb.nodes import levelled, model_of, response_of
from plaud_live.reverb.recording import RATE, prepared
from tests.reverb.acoustics import t60_by_octave
from tests.reverb.rooms import coupled

OCTAVES_HZ = (500.0, 1000.0, 2000.0)


def test_colour_goes_and_the_rest_stays() -> None:
    from plaud_live.reverb.colorless import train_colorless

    t60 = np.array([1.3, 1.25, 1.1, 1.0, 0.9, 0.8, 0.65, 0.5, 0.4])
    early = Taps(np.array([0.0, 300.0]), np.eye(2), 0.1 * np.eye(2))
    network = levelled(make("room", t60, 4, shortest=0.01, longest=0.03, taps=8, early=early))
    states = list(train_colorless(network, 6))
    assert states[-1].loss < states[0].loss and states[0].restarts and not states[1].restarts
    before, after = (response_of(each, 1.2) for each in (network, states[-1].network))
    assert np.square(after).sum() == pytest.approx(np.square(before).sum(), rel=0.01)
    found = t60_by_octave(after, RATE, OCTAVES_HZ) / t60_by_octave(before, RATE, OCTAVES_HZ)
    assert np.abs(found - 1.0).max() < 0.1
    Runner(model_of(network), block_size=64).update(model_of(states[-1].network))


@pytest.mark.slow
def test_refining_comes_nearer_to_the_room() -> None:
    from plaud_live.reverb.refining import refine

    recording = prepared(coupled(np.full(7, 0.35), np.linspace(1.1, 0.7, 7), 0.4, 1.4), "room")
    wish = wish_of(recording)
    guess, judged = min(match(recording, wish, "room", turns=4), key=lambda pair: pair[1].loss)
    states = list(itertools.islice(refine(recording, wish, guess, judged, lambda: 0.0), 4))
    assert min(state.loss for state in states) < judged.loss
    Runner(model_of(guess.network), block_size=64).update(model_of(states[-1].network))
