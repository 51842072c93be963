"""The clock that is sent and the one that is followed, as chores, on a time of our own."""

import numpy as np
import pytest

from plaud_live.control.clocks import START, STOP, TICK, Lead, RunClock
from plaud_live.control.conductor import Conductor
from plaud_live.control.midi_events import Clock
from plaud_live.control.state import State
from plaud_live.control.transaction import Change, Follow, Tempo, Transaction
from plaud_live.engine.midi_clock import AHEAD_SECONDS, SMALLEST_GAP, ClockFollower, ClockSender
from plaud_live.engine.midi_out import Devices
from tests.engine.test_outputs import SAMPLE_RATE, Hub
from tests.engine.test_outputs import Times as HeardTimes


class Times(HeardTimes):
    def monotonic_at(self, sample: float) -> float:
        return sample / SAMPLE_RATE


class Room:
    """A conductor, a hub, and both chores."""

    def __init__(self, bpm: float = 120.0) -> None:
        self.conductor = Conductor(SAMPLE_RATE, lambda name: None)  # type: ignore[arg-type, return-value]
        self.now, self.told, self.asked = 0.0, [], []  # type: ignore[var-annotated]
        self.hub = Hub(lambda name, value: None, lambda: self.now)
        self.sender = ClockSender(lambda: self.state, Times(), Devices(self.hub))
        self.follower = ClockFollower(lambda: self.state, Times(), self.submit, self.told.append)
        self.hub.listeners.append(self.follower.hear)
        self.do(Tempo(bpm, at=0.0))

    @property
    def state(self) -> State:
        return self.conductor.state

    def submit(self, transaction: Transaction) -> None:
        self.asked += transaction.changes
        self.conductor.submit(transaction, round(self.now * SAMPLE_RATE))

    def do(self, *changes: Change) -> None:
        self.conductor.submit(Transaction(changes), round(self.now * SAMPLE_RATE))

    def run(self, seconds: float, step: float = 0.002) -> None:
        end = self.now + seconds
        while self.now < end - 1e-9:
            for chore in (self.sender, self.follower):
                if chore.due <= self.now:
                    chore.work(self.now)
            self.now += step

    def sent(self, kind: int) -> np.ndarray:
        return np.array([at for _, data, at in self.hub.sent if data[0] == kind])


def test_ticks_lie_where_the_beats_are_heard() -> None:
    room = Room(120.0)
    room.do(RunClock("nano", "start"))
    room.run(8.0)
    ticks = room.sent(TICK)
    assert np.diff(ticks) == pytest.approx(0.5 / 24, abs=3e-5)  # a sample is 2.3e-5 s
    assert ticks * 48.0 == pytest.approx(np.round(ticks * 48.0), abs=2e-3)
    start = room.sent(START)
    assert start == pytest.approx([2.0 - 0.5 / 48.0], abs=1e-4)  # bar 2 of four beats, half a tick before
    room.do(RunClock("nano", "end"))
    room.run(0.2)
    assert len(room.sent(STOP)) == 1
    ended = len(room.hub.sent)
    room.run(1.0)
    assert len(room.hub.sent) == ended


def test_the_control_thread_may_be_busy_for_a_while() -> None:
    room = Room(120.0)
    room.do(RunClock("nano", "start"))
    room.run(2.0)
    room.now += 0.05
    room.run(2.0)
    assert np.diff(room.sent(TICK)) == pytest.approx(0.5 / 24, abs=3e-5)


def test_a_leap_of_the_tempo_makes_no_burst_and_loses_no_tick() -> None:
    room = Room(60.0)
    room.do(RunClock("nano", "start"))
    room.run(5.0)
    room.do(Tempo(240.0, at=0.0))
    room.run(4.0)
    ticks = room.sent(TICK)
    assert np.diff(ticks).min() >= SMALLEST_GAP - 1e-9
    beats = room.state.tempo.beats(ticks[ticks > 6.0] * SAMPLE_RATE)
    assert beats * 24 == pytest.approx(np.round(beats * 24), abs=0.01)
    assert len(ticks) == pytest.approx(
        24 * room.state.tempo.beat((room.now + AHEAD_SECONDS) * SAMPLE_RATE), abs=2
    )


def test_a_device_that_is_plugged_in_again_goes_on_in_its_place() -> None:
    room = Room(120.0)
    room.do(RunClock("nano", "start"))
    room.run(6.0)
    room.hub.stems = ()
    room.run(2.0)
    gone = len(room.hub.sent)
    room.hub.stems = ("nanoKONTROL2",)
    room.run(1.0)
    back = [data for _, data, _ in list(room.hub.sent)[gone:] if data[0] != TICK]
    assert [data[0] for data in back] == [0xFC, 0xF2, 0xFB]


class TestFollowing:
    def ticking(
        self, room: Room, bpm: float, seconds: float, jitter: float = 0.001, device: str = "box"
    ) -> None:
        random = np.random.default_rng(5)
        end = room.now + seconds
        tick = room.now
        while room.now < end:
            while tick <= room.now:
                late = float(abs(random.normal(0.0, jitter)))
                for listener in room.hub.listeners:
                    listener(Clock(tick + late, device, "clock"))
                tick += 60.0 / bpm / 24
            room.run(0.005, 0.005)

    def test_the_tempo_is_had_within_two_seconds(self) -> None:
        room = Room(92.0)
        room.do(Lead("midi"))
        self.ticking(room, 126.0, 2.0)
        assert room.state.tempo.bpm == pytest.approx(126.0, rel=0.003)
        assert room.told == [line for line in room.told if line.startswith("the clock follows box: 12")]
        assert len(room.told) == 1
        shown = room.follower.to_data()
        assert shown is not None
        assert shown["locked"]
        assert 0.3 < shown["jitter_ms"] < 1.2

    def test_nobody_is_followed_unless_it_was_asked_for(self) -> None:
        room = Room(92.0)
        self.ticking(room, 126.0, 3.0)
        assert room.asked == []
        room.do(Lead("other"))
        self.ticking(room, 126.0, 3.0)
        assert room.asked == []

    def test_what_has_settled_asks_for_little(self) -> None:
        room = Room(92.0)
        room.do(Lead("box"))
        self.ticking(room, 120.0, 5.0)
        before = len(room.asked)
        self.ticking(room, 120.0, 20.0)
        assert len(room.asked) - before < 20  # of 80 looks
        assert all(isinstance(change, Follow) for change in room.asked)

    def test_a_clock_that_ends_is_said_and_the_tempo_stays(self) -> None:
        room = Room(92.0)
        room.do(Lead("midi"))
        self.ticking(room, 120.0, 4.0)
        tempo = room.state.tempo.bpm
        room.run(3.0)
        assert room.state.tempo.bpm == tempo
        assert "has stopped: going on at 120" in room.told[-1]
        self.ticking(room, 130.0, 3.0)
        assert room.told[-1].startswith("the clock follows box: 130")

    @pytest.mark.parametrize("let_go", [False, True])
    def test_a_clock_that_ends_while_beats_are_caught_up_with_leaves_its_own_tempo(
        self, let_go: bool
    ) -> None:
        room = Room(120.0)
        room.do(Lead("midi"))
        self.ticking(room, 120.0, 2.9)
        room.follower.hear(Clock(room.now, "box", "start"))
        self.ticking(room, 120.0, 1.0)
        assert abs(room.state.tempo.bpm - 120.0) > 3.0
        if let_go:
            room.do(Lead(""))
        room.run(3.0)
        assert room.state.tempo.bpm == pytest.approx(120.0, abs=0.5)
        assert let_go or room.told[-1].endswith(f"going on at {room.state.tempo.bpm:.1f} bpm")

    def test_a_tempo_that_was_typed_meanwhile_is_kept(self) -> None:
        room = Room(120.0)
        room.do(Lead("midi"))
        self.ticking(room, 130.0, 3.0)
        room.do(Lead(""), Tempo(77.0, at=0.0))
        room.run(3.0)
        assert room.state.tempo.bpm == 77.0

    def test_the_one_that_is_followed_stays_as_long_as_it_ticks(self) -> None:
        room = Room(92.0)
        room.do(Lead("midi"))
        self.ticking(room, 120.0, 3.0)
        for _ in range(6):
            for listener in room.hub.listeners:
                listener(Clock(room.now, "another", "clock"))
            self.ticking(room, 120.0, 0.3)
        assert room.follower.to_data() is not None
        assert room.follower.to_data()["device"] == "box"  # type: ignore[index]

    def test_undo_of_something_else_keeps_the_tempo_of_the_leader(self) -> None:
        room = Room(92.0)
        room.do(Tempo(80.0, at=0.0))
        room.do(Lead("midi"))
        self.ticking(room, 120.0, 4.0)
        room.conductor.undo(round(room.now * SAMPLE_RATE))  # of `clock.source`
        assert room.state.leader == ""
        assert room.state.tempo.bpm == pytest.approx(120.0, rel=1e-3)
