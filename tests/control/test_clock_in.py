"""A clock that leads: transport and song position; and how the tempo here is steered until beats agree."""

import numpy as np
import pytest

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.clock_in import ClockIn
from plaud_live.control.following import BAR, MOST_OFF_AT_START, Led, followed_tempo, phase_error
from plaud_live.control.midi_events import Clock, Kind

RATE = 44100


class Master:
    """A sequencer: `bpm` may be changed; says `kind` half a tick before its next tick."""

    def __init__(self, clock: ClockIn, bpm: float = 120.0, jitter: float = 0.0005) -> None:
        self.clock, self.bpm, self.now = clock, bpm, 0.0
        self.beat: float | None = None  # its place in the song; None while it stands
        self._random, self._jitter = np.random.default_rng(3), jitter

    def say(self, kind: Kind, sixteenths: int = 0) -> None:
        self.clock.take(Clock(self.now, "box", kind, sixteenths))

    def start(self, beat: float = 0.0) -> None:
        self.beat = beat
        self.say("start" if beat == 0.0 else "continue")

    def stop(self) -> None:
        self.beat = None
        self.say("stop")

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.clock.take(Clock(self.now + abs(self._random.normal(0.0, self._jitter)), "box", "clock"))
            self.now += 60.0 / self.bpm / 24
            if self.beat is not None:
                self.beat += 1.0 / 24


@pytest.fixture
def master() -> Master:
    return Master(ClockIn("box"))


def test_the_place_is_known_from_the_start_on(master: Master) -> None:
    master.run(3.0)
    assert master.clock.beat(master.now) is None
    master.start()
    master.run(4.0)
    assert master.clock.beat(master.now) == pytest.approx(master.beat, abs=0.005)
    assert master.clock.running


def test_a_song_position_says_where_it_goes_on(master: Master) -> None:
    master.run(2.0)
    master.say("position", 37)
    assert master.clock.beat(master.now) is None
    master.start(37 / 4)
    master.run(3.0)
    assert master.clock.beat(master.now) == pytest.approx(master.beat, abs=0.005)


def test_stop_and_continue_go_on_where_it_stood_with_ticks_meanwhile_or_without(master: Master) -> None:
    for pause in (lambda: master.run(1.3), lambda: setattr(master, "now", master.now + 5.0)):
        master.start()
        master.run(4.0)
        stood = master.beat
        master.stop()
        pause()
        assert master.clock.beat(master.now) is None
        master.start(stood)
        master.run(3.0)
        assert master.clock.beat(master.now) == pytest.approx(master.beat, abs=0.005)
        master.stop()


def test_after_ticks_that_ended_without_a_word_only_the_tempo_is_known(master: Master) -> None:
    master.start()
    master.run(3.0)
    master.now += 4.0
    master.run(3.0)
    assert master.clock.beat(master.now) is None
    assert master.clock.filter.locked


class Follower:
    """Beats of ours, steered by nothing but the tempo, four times a second."""

    def __init__(self, clock: ClockIn, bpm: float, beat: float) -> None:
        self.clock, self.tempo = clock, TempoMap(RATE).changed(bpm, 0.0)
        self.origin = beat
        self.tempos: list[float] = []

    def beat(self, now: float) -> float:
        return self.origin + self.tempo.beat(now * RATE)

    def steer(self, now: float) -> None:
        beat = self.tempo.beat(now * RATE)
        led = Led(self.origin + beat, self.tempo.bpm_at(beat), self.clock.filter.bpm, self.clock.beat(now))
        if self.clock.filter.locked and (bpm := followed_tempo(led)) is not None:
            self.tempo = self.tempo.changed(bpm, beat)
        self.tempos.append(self.tempo.bpm)


@pytest.mark.parametrize(("bpm", "leads"), [(10.0, -1.0), (10.0 - 1e-9, None), (990.0, 1.0), (999.0, None)])
def test_no_leader_asks_for_a_tempo_that_there_is_not(bpm: float, leads: float | None) -> None:
    wanted = followed_tempo(Led(100.0, 120.0, bpm, None if leads is None else 100.0 + leads))
    assert wanted is not None
    assert TempoMap(RATE).changed(wanted, 0.0).bpm == wanted


@pytest.mark.parametrize("apart", [0.0, 0.01, 0.6, -1.9, 2.0])
def test_bars_fall_together_and_the_tempo_never_leaps(master: Master, apart: float) -> None:
    follower = Follower(master.clock, 96.0, apart)
    master.start()
    for _ in range(120):
        master.run(0.25)
        follower.steer(master.now)
    assert master.beat is not None
    assert abs(phase_error(master.beat, follower.beat(master.now), BAR)) < 0.006  # 3 ms
    assert max(follower.tempos) < 120.0 * (1.0 + MOST_OFF_AT_START) + 0.1
    assert min(follower.tempos[8:]) > 120.0 * (1.0 - MOST_OFF_AT_START) - 0.1
    assert np.ptp(follower.tempos[-20:]) < 0.5


def test_where_the_place_is_not_known_the_tempo_alone_is_followed(master: Master) -> None:
    follower = Follower(master.clock, 96.0, 1.3)
    for _ in range(60):
        master.run(0.25)
        follower.steer(master.now)
    assert follower.tempos[8:] == pytest.approx([120.0] * 52, rel=2e-3)
    assert len(set(follower.tempos[20:])) < 6  # what is near enough is left alone
