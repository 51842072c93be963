"""Samples in time: against cards of a known rate that jitter, underrun, skip and come back."""

import random

import pytest

from plaud_live.engine.ring import Ring
from plaud_live.engine.sample_clock import MOVED_LOOKS, Regression, SampleClock

BLOCK = 128


def looks(regression: Regression, seconds: float, rate: float, noise: float, start: float = 1000.0) -> float:
    """Twenty looks a second at a card of `rate` Hz whose callbacks stray; returns the time of the last."""
    dice = random.Random(3)
    at = start
    for n in range(round(20 * seconds)):
        position = BLOCK * (n * 17)
        at = start + position / rate
        regression.add(at + noise * dice.uniform(-1.0, 1.0), position)
    return at


@pytest.mark.parametrize("rate", [44100.0, 44104.4, 47990.0])
def test_it_finds_the_rate_and_the_time_through_jitter(rate: float) -> None:
    regression = Regression(round(rate / 100) * 100)
    last = looks(regression, 60.0, rate, 5e-4)
    assert regression.line.rate == pytest.approx(rate, rel=3e-6)
    # the last point of a fitted line strays by 2 sigma / sqrt(n): 2 * 0.29 ms / 32, here three times that
    assert regression.line.seconds((last - 1000.0) * rate) == pytest.approx(last, abs=6e-5)
    assert regression.line.position(last + 60.0) == pytest.approx((last - 940.0) * rate, abs=12.0)
    assert regression.line.noise == pytest.approx(5e-4 / 3**0.5, rel=0.2)


def test_before_it_knows_the_rate_it_takes_the_nominal_one() -> None:
    regression = Regression(44100.0)
    looks(regression, 1.0, 44500.0, 0.0)
    assert regression.line.rate == 44100.0


def test_an_impossible_rate_is_not_believed() -> None:
    regression = Regression(44100.0)
    looks(regression, 20.0, 30000.0, 0.0)
    assert regression.line.rate == 44100.0


def test_single_late_callbacks_do_not_move_it() -> None:
    regression = Regression(44100.0)
    for n in range(800):
        position = BLOCK * (n * 17)
        regression.add(position / 44100.0 + (0.02 if n % 50 == 49 else 0.0), position)
    assert regression.line.seconds(0.0) == pytest.approx(0.0, abs=2e-6)


@pytest.mark.parametrize("seconds", [0.012, 3.0, -0.003])
def test_a_card_that_stood_still_or_skipped_is_followed_at_once_and_keeps_its_rate(seconds: float) -> None:
    regression = Regression(44100.0)
    rate = 44104.0
    last = looks(regression, 30.0, rate, 2e-5)
    position = (last - 1000.0) * rate
    for n in range(1, MOVED_LOOKS + 2):
        regression.add(last + seconds + n * 0.05, position + n * 0.05 * rate)
    assert regression.line.position(last + seconds + 10.0) == pytest.approx(position + 10.0 * rate, abs=3.0)
    assert regression.line.rate == pytest.approx(rate, rel=2e-6)


class Card:
    """A ring whose sink is played by hand, on a clock of the test's own."""

    def __init__(self, latency: float = 0.0) -> None:
        self.ring = Ring.create(BLOCK, 3)
        self.ring.set_stream(44100.0, latency)
        self.now = 5.0

    def play(self, blocks: int, missed: bool = False) -> None:
        for _ in range(blocks):
            self.now += BLOCK / 44100.0
            field = "missed" if missed else "read"
            self.ring.set(field, self.ring.get(field) + BLOCK)
            self.ring.set("alive_ns", round(self.now * 1e9))


def test_a_sample_is_heard_after_the_card_and_the_limiter() -> None:
    card = Card(latency=0.02)
    card.play(1)
    clock = SampleClock(card.ring, 64, lambda: card.now, lambda: card.now + 100.0)
    for _ in range(200):
        card.play(16)
        clock.look()
    given = card.ring.get("read")
    assert clock.sample_at(card.now + 0.02) == pytest.approx(given - 64, abs=1)
    assert clock.monotonic_at(given - 64) == pytest.approx(card.now + 0.02, abs=2e-6)
    assert clock.sample_at(clock.monotonic_at(123456)) == 123456
    card.ring.close()


def test_an_underrun_delays_what_follows_by_what_was_missed() -> None:
    card = Card()
    clock = SampleClock(card.ring, 0, lambda: card.now)
    for n in range(400):
        card.play(16, missed=n == 300)
        clock.look()
    assert clock.rate == pytest.approx(44100.0, rel=1e-6)
    assert clock.sample_at(card.now) == pytest.approx(card.ring.get("read"), abs=1)
    assert card.ring.get("missed") == 16 * BLOCK
    card.ring.close()


def test_wall_clock_times_are_taken_as_the_wall_clock_is_now() -> None:
    card, ahead = Card(), [1e9]
    clock = SampleClock(card.ring, 0, lambda: card.now, lambda: card.now + ahead[0])
    assert clock.wall_to_monotonic(1e9 + 7.0) == pytest.approx(7.0, abs=1e-6)
    ahead[0] += 2.0
    clock.look()
    assert clock.wall_to_monotonic(1e9 + 9.0) == pytest.approx(7.0, abs=1e-6)
    assert clock.monotonic_to_wall(7.0) == pytest.approx(1e9 + 9.0, abs=1e-6)
    card.ring.close()
