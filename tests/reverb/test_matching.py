"""A network is matched to rooms that are simulated by another hand, and measured by another hand."""

import numpy as np
import pytest

from compiler.runtime import Runner
from plaud_live.reverb.matching import match, wish_of
from plaud_live.reverb.nodes import model_of, response_of
from plaud_live.reverb.recording import RATE, prepared
from tests.reverb.acoustics import clarity_db, t60_by_octave
from tests.reverb.rooms import Shoebox, coupled, heard_in

OCTAVES_HZ = (250.0, 500.0, 1000.0, 2000.0, 4000.0)
ROOMS = {
    "office": heard_in(
        Shoebox(
            (5.0, 3.9, 2.8),
            (0.16, 0.2, 0.22, 0.26, 0.3, 0.3, 0.32),
            (1.1, 2.8, 1.2),
            ((3.7, 1.4, 1.5),),
            0.8,
            5,
        )
    ),
    "two rooms, stereo": coupled(np.full(7, 0.35), np.linspace(1.1, 0.7, 7), 0.4, 1.4),
}


@pytest.mark.parametrize("name", ROOMS)
def test_it_is_as_long_and_as_clear_as_the_room(name: str) -> None:
    recording = prepared(ROOMS[name], name)
    wish = wish_of(recording)
    found = [(judged.loss, guess.network) for guess, judged in match(recording, wish, name, turns=8)]
    best = min(found, key=lambda pair: pair[0])[1]
    wanted = recording.responses
    heard = response_of(best, wanted.shape[1] / RATE)
    errors = t60_by_octave(heard, RATE, OCTAVES_HZ) / t60_by_octave(wanted, RATE, OCTAVES_HZ) - 1.0
    assert np.abs(errors).max() < 0.1
    for border in (0.05, 0.08):
        assert abs(clarity_db(heard, RATE, border) - clarity_db(wanted, RATE, border)) < 2.0


def test_a_running_reverb_takes_every_state_of_a_match() -> None:
    recording = prepared(ROOMS["office"], "office")
    networks = [guess.network for guess, _ in match(recording, wish_of(recording), "office", turns=3)]
    runner = Runner(model_of(networks[0]), block_size=64)
    for network in networks[1:]:
        runner.update(model_of(network))
