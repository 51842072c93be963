"""Two clocks become one: the steering against a real conductor, and against the arithmetic of phases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plaud_live.control.conductor import Conductor
from plaud_live.control.following import MOST_OFF, phase_error, tempo_towards
from plaud_live.control.osc import OscMessage, encode, parse
from plaud_live.control.osc_messages import changes_of
from plaud_live.control.transaction import Tempo, Transaction
from plaud_live.errors import PlaudError
from plaud_live.link_bridge.phase import Correction, Reading, Steering

RATE = 44100
STEP = 0.5  # seconds between readings


class Session:
    """A Link session that nobody else steers."""

    def __init__(self, bpm: float, beat: float) -> None:
        self.bpm, self.beat = bpm, beat

    def pass_time(self, seconds: float) -> None:
        self.beat += seconds * self.bpm / 60.0


class Room:
    """A conductor, a session, and the bridge between them; `delay` is the way of a datagram in seconds."""

    def __init__(self, bpm: float, session: Session, peers: int = 1, delay: float = 0.003) -> None:
        self.conductor = Conductor(RATE, lambda name: _no_model(name))
        self.conductor.submit(Transaction((Tempo(bpm, 0.0),)), 0)
        self.session, self.peers, self.delay = session, peers, delay
        self.steering = Steering(4.0)
        self.sample = 0
        self.tempos: list[float] = []

    @property
    def engine_beat(self) -> float:
        return self.conductor.state.tempo.beat(self.sample)

    @property
    def apart(self) -> float:
        return phase_error(self.session.beat, self.engine_beat, 4.0)

    def run(self, seconds: float, jitter: np.random.Generator | None = None) -> None:
        for _ in range(round(seconds / STEP)):
            bpm = self.conductor.state.tempo.bpm_at(self.engine_beat)
            off = 0.0 if jitter is None else float(jitter.normal(0.0, 0.0005))
            found = np.float32([self.engine_beat + off, bpm])  # as OSC brings it
            reading = Reading(*found.tolist(), self.session.beat, self.session.bpm, self.peers)
            self.obey(self.steering.decide(reading))
            self.tempos.append(self.conductor.state.tempo.bpm_at(self.engine_beat))
            self.sample += round(STEP * RATE)
            self.session.pass_time(STEP)

    def obey(self, todo: Correction) -> None:
        if todo.engine_bpm is not None:
            message = parse(encode("/plaud/clock/follow", float(todo.engine_bpm)))
            assert isinstance(message, OscMessage)
            changes = changes_of(self.conductor.state, message)
            self.conductor.submit(Transaction(changes, by="osc"), self.sample + round(self.delay * RATE))
        if todo.session_bpm is not None:
            self.session.bpm = todo.session_bpm
        if todo.session_beat is not None:
            self.session.beat = todo.session_beat


def _no_model(name: str) -> object:
    raise PlaudError(name)


@pytest.mark.parametrize(
    ("session", "engine", "error"),
    [
        (8.0, 4.0, 0.0),
        (8.5, 4.0, 0.5),
        (8.0, 4.5, -0.5),
        (7.5, 4.0, -0.5),
        (6.0, 4.0, -2.0),
        (-0.1, 4.0, -0.1),
    ],
)
def test_the_way_between_two_beats_is_the_short_one(session: float, engine: float, error: float) -> None:
    assert phase_error(session, engine, 4.0) == pytest.approx(error)


def test_a_clock_that_is_behind_runs_faster_but_never_much() -> None:
    assert tempo_towards(120.0, 0.05) == pytest.approx(121.5)
    assert tempo_towards(120.0, -2.0) == pytest.approx(120.0 * (1.0 - MOST_OFF))
    assert tempo_towards(120.0, 0.001) == 120.0


@given(st.floats(60.0, 180.0), st.floats(60.0, 180.0), st.floats(0.0, 4.0))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_the_engine_finds_the_beat_of_a_session_and_stays_there(
    own: float, others: float, phase: float
) -> None:
    room = Room(own, Session(others, 100.0 + phase))
    typed = room.conductor.undo_depth
    room.run(60.0)
    assert abs(room.apart) < 0.005
    assert room.session.bpm == others
    assert all(abs(bpm / others - 1.0) <= MOST_OFF + 1e-6 for bpm in room.tempos[1:])
    assert room.conductor.undo_depth == typed
    settled = len(room.conductor.state.tempo.segments)
    room.run(60.0)
    assert abs(room.apart) < 0.005
    assert len(room.conductor.state.tempo.segments) <= settled + 2


def test_readings_that_jitter_by_half_a_millisecond_keep_the_clocks_together() -> None:
    room = Room(120.0, Session(123.4, 3.0))
    generator = np.random.default_rng(1)
    room.run(60.0, generator)
    apart = []
    for _ in range(60):
        room.run(0.5, generator)
        apart.append(abs(room.apart))
    assert max(apart) < 0.01  # 5 ms


def test_who_moves_last_leads() -> None:
    room = Room(120.0, Session(123.4, 3.0))
    room.run(40.0)
    room.conductor.submit(Transaction((Tempo(100.0),)), room.sample)
    room.run(40.0)
    assert room.session.bpm == pytest.approx(100.0, abs=0.01)
    assert abs(room.apart) < 0.005
    room.session.bpm = 140.0
    room.run(40.0)
    assert room.conductor.state.tempo.bpm == pytest.approx(140.0, abs=0.02)
    assert abs(room.apart) < 0.005


def test_a_ramp_takes_the_session_along() -> None:
    room = Room(120.0, Session(120.0, 0.0))
    room.run(10.0)
    room.conductor.submit(Transaction((Tempo(90.0, over=32.0),)), room.sample)
    room.run(20.0)
    arrival = room.conductor.state.tempo.arrival
    assert room.engine_beat > arrival
    assert room.session.bpm == pytest.approx(90.0, abs=0.1)
    room.run(20.0)
    assert abs(room.apart) < 0.005


def test_a_change_that_is_to_come_is_not_lost() -> None:
    room = Room(120.0, Session(123.4, 3.0))
    room.run(2.0)
    room.conductor.submit(Transaction((Tempo(80.0, at=64.0),)), room.sample)
    room.run(60.0)
    assert room.session.bpm == pytest.approx(80.0, abs=0.02)
    assert abs(room.apart) < 0.005


def test_alone_the_session_follows_the_engine_at_once() -> None:
    room = Room(120.0, Session(100.0, 2.7), peers=0)
    room.run(1.0)
    assert room.session.bpm == pytest.approx(120.0, abs=0.01)
    assert abs(room.apart) < 0.002
    room.peers = 1  # somebody joins
    room.run(30.0)
    assert room.conductor.state.tempo.bpm == pytest.approx(120.0, abs=0.02)
