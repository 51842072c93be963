"""An instrument that is played by the input: its latents are what the model's encoder hears."""

from collections.abc import Callable

import numpy as np
import pytest

from plaud_live.engine.offline import OfflineEngine
from plaud_live.repl.offline import OfflinePrompt
from tests.signals import noise

RATE, SECONDS = 44100, 1.0
NOISE = 0.3 * np.repeat(noise(round(RATE * SECONDS), 1)[:, None], 2, axis=1).astype(np.float32)


Play = Callable[[str, np.ndarray], tuple[np.ndarray, list[float]]]


@pytest.fixture
def heard_as() -> Play:
    """What an instrument sounds like, and where it stands, after a line while an input comes."""

    def play(line: str, heard: np.ndarray) -> tuple[np.ndarray, list[float]]:
        engine = OfflineEngine()
        prompt = OfflinePrompt(engine, lambda text: None)
        for text in ('clock.quant = 0; drone = load("default"); drone.play(over=0)', line):
            result = prompt.enter(text)
            assert result.accepted, result.shown
        out = np.zeros_like(heard)
        for first in range(0, len(heard), 256):
            engine.renderer.render(out[first : first + 256], heard[first : first + 256])
        place = engine.renderer.slots["drone"].sources.playable.tolist()
        prompt.close()
        return out, place

    return play


def test_it_follows_what_is_heard(heard_as: Play) -> None:
    loud, place = heard_as("drone.listen()", NOISE)
    same, _ = heard_as("drone.z = mic.z", NOISE)
    soft, other = heard_as("drone.listen()", 0.03 * NOISE)
    assert np.array_equal(loud, same) and loud.any()
    assert place != other and not np.array_equal(loud, soft)


def test_it_goes_there_in_time_and_is_left_like_anything_else(heard_as: Play) -> None:
    still, place = heard_as("0", NOISE)
    gone, there = heard_as("drone.listen(over=64)", NOISE)
    assert there != place
    assert np.abs(np.diff(gone.astype(np.float64), axis=0)).max() < 2.0 * np.abs(np.diff(still, axis=0)).max()
