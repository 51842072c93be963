"""The monitor's ear: it never asks much, and finds the instrument again."""

from pathlib import Path

import numpy as np
import pytest

from plaud_live.monitor.client import CALM_SECONDS, FRAMES, PATH_SECONDS, PATIENCE_SECONDS, TURN_SECONDS
from plaud_live.monitor.page import NOTHING
from tests.monitor.rig import Rig

GLIDE = 0.1 * 44100  # a launch glides for 50 ms


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A drone that moves."""
    made = Rig(tmp_path, monkeypatch)
    made.type('drone = load("default")', "clock.quant = 0", "drone.play()", "drone.z0 = lfo(8)")
    return made


def test_it_asks_at_most_ten_times_a_second(rig: Rig) -> None:
    """One request a turn, turns of more than a tenth of a second: however long an answer takes."""
    assert TURN_SECONDS >= 0.1
    for _ in range(40):
        before = len(rig.asked)
        rig.play(TURN_SECONDS)
        assert len(rig.asked) - before <= 1
    assert {do for do, _ in rig.asked} == {"hello", "status", "control_frames"}


def test_no_answer_is_long(rig: Rig) -> None:
    """A long one would hold up the engine: 48 frames of 8 latents take about half a millisecond."""
    rig.prompt.render(20.0)
    rig.play(4.0)
    frames = [data for do, data in rig.asked if do == "control_frames"]
    assert frames and all(data["most"] == FRAMES for data in frames)


def test_latents_are_what_drove_the_voice(rig: Rig) -> None:
    rig.play(6.0)
    samples, places = rig.picture.path()
    assert len(samples) > 6 * 25
    samples, places = samples[samples > GLIDE], places[samples > GLIDE]
    beats = samples / 44100 * 92 / 60
    np.testing.assert_allclose(places[:, 0], 0.5 - 0.5 * np.cos(2 * np.pi * beats / 8), atol=1e-6)


def test_who_comes_late_is_told_of_the_last_half_minute(rig: Rig) -> None:
    rig.prompt.render(40.0)
    rig.play(3.0)
    samples, _ = rig.picture.path()
    now = rig.engine.renderer.position
    assert now - samples[0] > (PATH_SECONDS - 3.5) * 44100
    assert now - samples[-1] < 0.5 * 44100
    assert np.diff(samples).max() < 0.2 * 44100


def test_an_engine_that_is_replaced_is_no_event(rig: Rig) -> None:
    rig.play(2.0)
    before = len(rig.picture.path()[0])
    rig.replace()
    rig.play(2.0)
    assert rig.picture.here and len(rig.picture.path()[0]) > before
    assert [do for do, _ in rig.asked].count("hello") == 2


def test_a_short_absence_is_not_shown(rig: Rig) -> None:
    rig.play(2.0)
    rig.stop()
    rig.look()
    assert rig.picture.here
    for _ in range(round(CALM_SECONDS / TURN_SECONDS) + 2):
        rig.look()
    assert NOTHING in "\n".join(rig.page())


def test_a_new_instrument_is_found_and_begins_anew(rig: Rig) -> None:
    rig.play(5.0)
    rig.stop()
    for _ in range(round(PATIENCE_SECONDS / TURN_SECONDS) + 3):
        rig.look()
    asked = len(rig.asked)
    rig.look()
    assert not rig.picture.here and len(rig.asked) == asked
    rig.start()
    rig.type('lead = load("default")', "clock.quant = 0", "lead.play()")
    rig.play(2.0)
    assert rig.picture.here and rig.picture.focus == "lead"
    samples, _ = rig.picture.path()
    assert 0 < samples[-1] < 2.5 * 44100


def test_one_that_sleeps_is_shown_all_the_same(rig: Rig) -> None:
    rig.play(1.0)
    rig.type("drone.stop()")
    rig.play(3.0)
    samples, places = rig.picture.path()
    assert rig.picture.position - samples[-1] < 0.5 * 44100
    samples, places = samples[samples > GLIDE], places[samples > GLIDE]
    beats = samples / 44100 * 92 / 60
    np.testing.assert_allclose(places[:, 0], 0.5 - 0.5 * np.cos(2 * np.pi * beats / 8), atol=2e-3)
