"""MIDI clock made smooth, against synthetic clocks: jitter as wires and systems make it, other tempos."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from plaud_live.control.clock_filter import TICKS_A_BEAT, ClockFilter

Array = NDArray[np.float64]
Jitter = Callable[[np.random.Generator, Array], Array]

USB: Jitter = lambda random, ticks: np.ceil(ticks * 1000.0) / 1000.0  # noqa: E731 (a frame of 1 ms)
JACK: Jitter = lambda random, ticks: np.ceil(ticks / 0.0029) * 0.0029  # noqa: E731 (128 samples at 44.1 kHz)
BUSY: Jitter = lambda random, ticks: ticks + np.abs(random.normal(0.0, 0.003, len(ticks)))  # noqa: E731
NOISES = {"usb": USB, "jack": JACK, "busy": BUSY}


def ticks_of(bpm: Callable[[float], float], seconds: float) -> Array:
    """Times of the ticks of a clock without jitter."""
    times = [0.0]
    while times[-1] < seconds:
        times.append(times[-1] + 60.0 / bpm(times[-1]) / TICKS_A_BEAT)
    return np.array(times)


class Heard:
    """What a filter made of a clock: tempo, place and lock after each tick."""

    def __init__(self, true: Array, jitter: Jitter, lost: Iterable[int] = (), seed: int = 1) -> None:
        self.filter = ClockFilter()
        arrived = np.maximum.accumulate(jitter(np.random.default_rng(seed), true))
        lost = set(lost)
        kept = [i for i in range(len(true)) if i not in lost]
        rows = []
        for i in kept:
            self.filter.tick(float(arrived[i]))
            late = self.filter.ticks(float(true[i])) - i  # ticks by which it is ahead of the truth
            rows.append((true[i], self.filter.bpm, late * self.filter.period, self.filter.locked))
        self.times, self.bpm, self.ahead, self.locked = np.array(rows).T


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("bpm", [40.0, 92.0, 120.0, 180.0, 240.0])
def test_it_locks_within_two_seconds_and_stays(bpm: float, noise: str) -> None:
    heard = Heard(ticks_of(lambda t: bpm, 40.0), NOISES[noise])
    assert heard.times[np.argmax(heard.locked)] < 2.0
    settled = heard.times > 2.0
    assert heard.locked[settled].mean() > 0.99
    assert np.abs(heard.bpm[settled] / bpm - 1.0).max() < 0.005
    late = heard.times > 10.0
    assert np.std(heard.bpm[late] / bpm) < 0.001
    assert heard.bpm[late].mean() == pytest.approx(bpm, rel=2e-4)


@pytest.mark.parametrize("noise", NOISES)
def test_jitter_of_the_phase_is_less_than_half_of_what_came_in(noise: str) -> None:
    true = ticks_of(lambda t: 120.0, 60.0)
    came = np.maximum.accumulate(NOISES[noise](np.random.default_rng(1), true)) - true
    heard = Heard(true, NOISES[noise])
    late = heard.times > 5.0
    assert np.std(heard.ahead[late]) < 0.4 * np.std(came)
    assert heard.filter.jitter == pytest.approx(np.std(came), rel=0.5)


@pytest.mark.parametrize("noise", ["usb", "jack"])
@pytest.mark.parametrize(("before", "after"), [(120, 140), (120, 122), (120, 60), (60, 120), (90, 180)])
def test_another_tempo_is_had_within_two_seconds_and_no_tick_is_miscounted(
    before: float, after: float, noise: str
) -> None:
    heard = Heard(ticks_of(lambda t: before if t < 8.0 else after, 20.0), NOISES[noise])
    settled = heard.times > 10.0
    assert np.abs(heard.bpm[settled] / after - 1.0).max() < 0.005
    assert heard.filter.count == len(heard.times) - 1
    assert heard.filter.lost == 0


def test_a_ramp_is_followed_closely() -> None:
    heard = Heard(ticks_of(lambda t: 120.0 + 2.0 * np.clip(t - 8.0, 0.0, 10.0), 24.0), USB)
    true = 120.0 + 2.0 * np.clip(heard.times - 8.0, 0.0, 10.0)
    settled = heard.times > 4.0
    assert np.abs(heard.bpm[settled] / true[settled] - 1.0).max() < 0.015
    assert np.abs(heard.ahead[settled]).max() < 0.004


def test_ticks_that_are_lost_on_the_way_are_counted() -> None:
    heard = Heard(ticks_of(lambda t: 120.0, 20.0), USB, lost=(300, 301, 500, 700, 701, 702))
    assert heard.filter.lost == 6
    assert heard.filter.count == len(heard.times) + 5
    assert np.abs(heard.bpm[heard.times > 2.0] / 120.0 - 1.0).max() < 0.005


def test_a_tick_that_was_held_up_moves_nothing() -> None:
    def held_up(random: np.random.Generator, ticks: Array) -> Array:
        late = ticks.copy()
        late[::97] += 0.015
        return late

    heard = Heard(ticks_of(lambda t: 120.0, 20.0), held_up)
    settled = heard.times > 4.0
    assert np.abs(heard.bpm[settled] / 120.0 - 1.0).max() < 0.003
    assert heard.filter.lost == 0


def test_a_pause_is_noticed_and_what_comes_after_it_is_learnt_anew() -> None:
    clock = ClockFilter()
    assert clock.is_gone(0.0)
    for tick in range(100):
        clock.tick(tick * 0.5 / TICKS_A_BEAT)
    last = 99 * 0.5 / TICKS_A_BEAT
    assert not clock.is_gone(last + 0.4)
    assert clock.is_gone(last + 0.6)
    for tick in range(48):
        clock.tick(100.0 + tick * 0.6 / TICKS_A_BEAT)
    assert clock.bpm == pytest.approx(100.0)
    assert clock.locked
    assert clock.count == 147


def test_a_slow_clock_is_not_taken_for_a_pause() -> None:
    heard = Heard(ticks_of(lambda t: 20.0, 20.0), USB)
    assert heard.filter.bpm == pytest.approx(20.0, rel=1e-3)
    assert heard.filter.count == len(heard.times) - 1
