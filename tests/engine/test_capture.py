"""The tape gives back what was written, across its seam, and says what it no longer holds."""

import numpy as np
import pytest

from plaud_live.engine.capture import Capture, Tape
from plaud_live.errors import SettingsError
from tests.signals import noise

RATE = 1000


def stream(samples: int, seed: int = 0) -> np.ndarray:
    return noise(2 * samples, seed).reshape(samples, 2).astype(np.float32)


@pytest.mark.parametrize("size", [1, 64, 333, 1700])
def test_the_last_second_comes_back_from_anywhere_on_the_ring(size: int) -> None:
    tape, whole = Tape(RATE, 1.0), stream(5000)
    for at in range(0, 5000, size):
        tape.write(whole[at : at + size])
        now = min(at + size, 5000)
        assert tape.position == now
        assert np.array_equal(tape.last(1.0, RATE), whole[max(0, now - 1000) : now])
    assert np.array_equal(tape.read(4100, 4300), whole[4100:4300])


def test_what_is_not_on_tape_is_an_error() -> None:
    tape = Tape(RATE, 1.0)
    tape.write(stream(2500))
    for start, stop in ((1000, 1600), (2400, 2600), (2100, 2000)):
        with pytest.raises(SettingsError, match="on tape"):
            tape.read(start, stop)


def test_input_and_mix_share_a_clock() -> None:
    capture = Capture(RATE, 1.0)
    heard, played = stream(700, 1), stream(700, 2)
    for at in range(0, 700, 128):
        capture.write(heard[at : at + 128], played[at : at + 128])
    assert capture.input.position == capture.mix.position == 700
    assert np.array_equal(capture.input.read(100, 200), heard[100:200])
    assert np.array_equal(capture.mix.read(100, 200), played[100:200])
