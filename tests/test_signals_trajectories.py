"""Trajectories: frames that are played again, as functions of beats, and their names in graphs."""

import gc

import numpy as np
import pytest

from plaud_live.errors import SignalError
from plaud_live.signals import trajectories
from plaud_live.signals.data import from_data, to_data
from plaud_live.signals.describe import describe
from plaud_live.signals.graph import Evaluation, Signal
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Column
from plaud_live.signals.trajectories import SEAM_FRAMES, Frames, Trajectory, begun, frames

RAMP = np.linspace(0.0, 1.0, 101)[:, None] * np.array([1.0, -2.0])


def trajectory(mode: str, start: float = 3.0, beats: float = 8.0, values: np.ndarray = RAMP) -> Trajectory:
    return Trajectory(Frames("a" * 64, values), "takes.home.z", start, beats, mode)


def at(signal: Signal, *beats: float) -> np.ndarray:
    return Evaluation(np.array(beats), lambda address: signal).value(signal)


def test_a_loop_is_at_the_place_of_each_beat_in_every_round() -> None:
    loop = trajectory("loop")
    np.testing.assert_allclose(at(loop, 3.0, 5.0, 7.0), RAMP[[0, 25, 50]], atol=1e-12)
    beats = np.linspace(0.0, 8.0, 500, endpoint=False)
    for rounds in (-3, 1, 5000):
        np.testing.assert_allclose(at(loop, *(beats + 8.0 * rounds)), at(loop, *beats), atol=1e-9)


def test_the_end_of_a_loop_leads_to_its_beginning_without_a_jump() -> None:
    beats = np.linspace(3.0, 19.0, 1601)
    steps = np.abs(np.diff(at(trajectory("loop"), *beats)[:, 0]))
    assert steps.max() < 1.6 / SEAM_FRAMES / 0.16 / 6.25, "of a whole jump, in steps of a sixth of a frame"
    inside = beats < 3.0 + 8.0 * (1.0 - (SEAM_FRAMES + 1) / 100)
    np.testing.assert_allclose(steps[inside[1:]], 0.01 / 8.0, rtol=1e-6)


def test_once_it_goes_and_then_it_stays() -> None:
    once = trajectory("once")
    np.testing.assert_allclose(at(once, 0.0, 3.0, 7.0, 11.0, 500.0), RAMP[[0, 0, 50, 100, 100]], atol=1e-12)


def test_what_waits_begins_when_it_is_launched_also_where_time_runs_otherwise() -> None:
    wait = trajectory("wait", start=0.0)
    np.testing.assert_array_equal(at(wait, 0.0, 100.0), RAMP[[0, 0]])
    for source in (wait, wait.fast(2), wait.slow(4), wait.delay(3), wait + 0.0):
        np.testing.assert_allclose(at(begun(source, 20.0), 20.0)[0], RAMP[0], atol=1e-12)
    half = at(begun(wait.fast(2), 20.0), 22.0, 24.0, 40.0)
    np.testing.assert_allclose(half, RAMP[[50, 100, 100]], atol=1e-12)
    loop = trajectory("loop")
    assert begun(loop, 5.0) is loop


def test_it_goes_with_other_signals() -> None:
    loop = trajectory("loop")
    np.testing.assert_allclose(at(loop * 0.5 + 0.1, 7.0)[0], RAMP[50] * 0.5 + 0.1)
    np.testing.assert_allclose(at(loop.range(0.2, 0.4), 7.0)[0], 0.2 + 0.2 * RAMP[50])
    np.testing.assert_allclose(at(loop + lfo(4), 7.0)[0], RAMP[50] + at(lfo(4), 7.0))
    assert at(Column(loop, 1), 7.0) == pytest.approx(-1.0)
    one = trajectory("loop", values=RAMP[:, :1])
    assert at(one, 7.0).shape == (1,), "of one latent it is a number"
    assert describe(loop.slow(2) + 0.1) == "takes.home.z.slow(2) + 0.1"


def test_blocks_of_any_size_give_the_same_numbers() -> None:
    loop = trajectory("loop", start=0.3, beats=2.7, values=np.random.default_rng(1).normal(size=(333, 8)))
    beats = np.linspace(0.0, 50.0, 4000)
    whole = at(loop, *beats)
    for size in (1, 7, 64):
        parts = [at(loop, *beats[i : i + size]) for i in range(0, len(beats), size)]
        assert np.array_equal(np.concatenate(parts), whole)


def test_a_graph_names_its_frames_and_finds_them_again() -> None:
    digest = "b" * 64
    held = frames(digest, RAMP)
    loop = Trajectory(held, "takes.home.z.loop()", 3.0, 8.0, "loop")
    data = to_data(loop + loop.fast(2))
    assert data[0] == ["trajectory", digest, "takes.home.z.loop()", 3.0, 8.0, "loop"]
    again = from_data(data)
    (found, *_) = (node for node in again.children() if isinstance(node, Trajectory))
    assert found.frames is held
    np.testing.assert_array_equal(at(again, 4.4), at(loop + loop.fast(2), 4.4))


def test_frames_are_looked_for_and_held_no_longer_than_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def find(digest: str) -> np.ndarray | None:
        asked.append(digest)
        return RAMP if digest == "c" * 64 else None

    monkeypatch.setattr(trajectories, "_look_in", [])
    trajectories.look_in(find)
    data = [["trajectory", "c" * 64, "takes.home.z.loop()", 3.0, 8.0, "loop"]]
    first, second = from_data(data), from_data(data)
    assert asked == ["c" * 64], "what somebody holds is not looked for"
    np.testing.assert_array_equal(at(first, 7.0), at(second, 7.0))
    del first, second
    to_data.cache_clear()
    gc.collect()
    from_data(data)
    assert len(asked) == 2
    lost = from_data([["trajectory", "d" * 64, "takes.gone.z.loop()", 3.0, 8.0, "loop"]])
    with pytest.raises(SignalError, match=r"takes\.gone\.z\.loop\(\): its frames are not in the session"):
        at(lost, 1.0)
    assert to_data(lost)[0][1] == "d" * 64, "it stays what it is"


@pytest.mark.parametrize(
    "fields",
    [
        ["a" * 64, "x", 0.0, 0.0, "loop"],
        ["a" * 64, "x", 0.0, 8.0, "backwards"],
        [5, "x", 0.0, 8.0, "loop"],
        ["a" * 64, "x", None, 8.0, "loop"],
    ],
)
def test_what_is_none_is_refused(fields: list[object]) -> None:
    with pytest.raises(SignalError):
        from_data([["trajectory", *fields]])
