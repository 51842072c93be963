"""Panic: silence at once, and sound again when it is played."""

import numpy as np
import pytest

from plaud_live.control.parameters import ModelInfo
from plaud_live.control.transaction import Play, Set
from plaud_live.signals.graph import signal
from tests.engine.stage import RATE, Stage, Tone, steady
from tests.signals import level_db


def test_panic_is_silent_within_10_ms_and_play_brings_it_back(tone: tuple[Stage, Tone]) -> None:
    stage, _ = tone
    stage.submit(Play("drone", 0.0, 0.0))
    stage.play(RATE // 2)
    stage.renderer.panic()  # at once, before any state says so
    out = stage.play(RATE // 10)
    assert np.all(out[RATE // 100 :] == 0.0)
    assert np.abs(np.diff(out[:, 0])).max() < 0.02  # a ramp, not a cut
    stage.submit(Set("drone", "gain", signal(1.0), None, 0.0))
    assert np.all(stage.play(RATE // 10) == 0.0)  # other changes do not end it
    stage.conductor.panic(stage.renderer.position)
    stage.renderer.take(stage.conductor.state)
    assert np.all(stage.play(RATE // 10) == 0.0)
    stage.submit(Play("drone", 0.0, 0.0))
    assert level_db(steady(stage)) > -20.0


def test_a_state_that_follows_panic_at_once_does_not_cut_the_fade(tone: tuple[Stage, Tone]) -> None:
    stage, _ = tone
    stage.submit(Play("drone", 0.0, 0.0))
    stage.play(RATE // 2)
    stage.renderer.panic()
    stage.conductor.panic(stage.renderer.position)
    stage.renderer.take(stage.conductor.state)
    out = stage.play(RATE // 10)
    assert np.all(out[RATE // 100 :] == 0.0)
    slope = 0.25 * np.sqrt(0.5) * (2 * np.pi * 220.0 / RATE + 1.0 / (0.005 * RATE))
    assert np.abs(np.diff(out.astype(np.float64), axis=0)).max() <= slope


@pytest.mark.parametrize("block", [1, 64, 1000])
def test_panic_and_play_sound_the_same_for_every_block_size(info: ModelInfo, block: int) -> None:
    def performance(size: int) -> np.ndarray:
        stage = Stage({"drone": info}, {"drone": Tone()})
        stage.submit(Play("drone", 0.0, 0.0))
        first = stage.play(3000, size)
        stage.renderer.panic()
        stage.conductor.panic(stage.renderer.position)
        stage.renderer.take(stage.conductor.state)
        stage.submit(Play("drone", 0.1, 0.0))
        return np.concatenate([first, stage.play(7000, size)])

    assert np.array_equal(performance(block), performance(3000))


def test_play_right_after_panic_is_heard(tone: tuple[Stage, Tone]) -> None:
    stage, _ = tone
    stage.submit(Play("drone", 0.0, 0.0))
    stage.play(RATE // 2)
    stage.renderer.panic()
    stage.conductor.panic(stage.renderer.position)
    stage.renderer.take(stage.conductor.state)
    stage.play(64)  # the gate is still closing
    stage.submit(Play("drone", 0.0, 0.0))
    assert level_db(steady(stage)) > -20.0
