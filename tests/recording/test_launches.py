"""The states of a session from its record: the same as those that a conductor went through."""

import json
from typing import Any

import pytest

from plaud_live.control.conductor import Conductor
from plaud_live.control.state import State
from plaud_live.control.transaction import Hush, Load, Mark, Play, Set, Swap, Tempo, Transaction
from plaud_live.errors import TransactionError
from plaud_live.recording.history import History
from plaud_live.recording.launches import Launches
from plaud_live.signals.graph import Constant
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.transitions import to
from tests.control.player import BEAT, RATE, load_info


class Session:
    """A conductor, and the record that is kept of it, through JSON as on the disk."""

    def __init__(self) -> None:
        self.conductor = Conductor(RATE, load_info)
        self.record: list[dict[str, Any]] = []
        self.seen: list[State] = []
        self.begin(None)

    def begin(self, state: Any) -> None:
        """Another engine, with a state if one was there before."""
        self.note("engine", 0, None)
        self.note("taken", 0, [["start", 0, state, {}]])

    def note(self, kind: str, sample: int, data: Any) -> None:
        event = {"kind": kind, "sample": sample, "data": data, "text": kind, "by": "prompt"}
        self.record.append(json.loads(json.dumps(event)))

    def do(self, *changes: Any, at: float) -> None:
        transaction = Transaction(changes, "it")
        outcome = self.conductor.submit(transaction, round(at * BEAT))
        self.note("submit", outcome.sample, transaction.to_data())
        self.seen.append(self.conductor.state)

    def travel(self, kind: str, at: float) -> None:
        outcome = getattr(self.conductor, kind)(round(at * BEAT))
        self.note(kind, outcome.sample, None)
        self.seen.append(self.conductor.state)

    def settle(self, at: float) -> None:
        """The engine has time to drop what has ended."""
        now = round(at * BEAT)
        assert self.conductor.settle(now)
        self.note("taken", now, [["settled", now, self.conductor.state.revision, now]])

    def restart(self) -> None:
        """The engine dies, and another goes on with what it had."""
        state = self.conductor.to_data()
        self.conductor.restore(state)
        self.begin(state)

    def go_through(self) -> History:
        """What the record says, to its end."""
        history = History(self.record, RATE, load_info)
        self.found = [state.to_data() for _, state in history]
        return history


@pytest.fixture
def session() -> Session:
    made = Session()
    made.do(Load("drone", "default"), at=0.0)
    made.do(Play("drone", 4.0), at=0.5)
    made.do(
        Set("drone", "z0", lfo(16), text="lfo(16)"), Set("drone", "gain", Constant(0.5), over=8.0), at=3.25
    )
    made.do(Mark("drone", "here"), at=5.0)
    made.travel("undo", 6.5)
    made.travel("redo", 7.0)
    made.do(Tempo(120.0, over=8.0), at=9.0)
    made.do(Set("drone", "z1", to(0.9, 4.0), text="to"), at=11.7)
    return made


def test_every_state_is_as_it_was(session: Session) -> None:
    session.travel("panic", 13.0)
    session.travel("undo", 14.0)
    session.do(Swap("drone", "other", over=4.0), at=16.0)
    session.go_through()
    assert session.found == [each.to_data() for each in session.seen]
    assert session.found[-1]["instruments"]["drone"]["info"]["name"] == "other"


def test_what_was_settled_is_settled_again_before_the_next_launch(session: Session) -> None:
    session.settle(17.0)
    session.do(Set("drone", "z0", Constant(0.5), over=8.0), at=18.0)
    session.travel("undo", 20.0)
    session.restart()
    session.settle(40.0)
    session.do(Hush(2.0), at=41.0)
    session.go_through()
    assert session.found[-4:-2] + session.found[-1:] == [each.to_data() for each in session.seen[-3:]]


def test_what_was_undone_before_an_engine_died_is_forgotten(session: Session) -> None:
    session.restart()
    session.do(Hush(2.0), at=15.0)
    session.travel("undo", 16.0)
    with pytest.raises(TransactionError, match="nothing to undo"):
        session.conductor.undo(17 * BEAT)
    launches = session.go_through().launches
    assert launches.state.to_data() == session.conductor.to_data() and not launches.refused


def test_what_cannot_be_repeated_is_named_with_the_reason(session: Session) -> None:
    lost = {"kind": "submit", "sample": 99, "text": "load('gone')", "data": None}
    lost["data"] = Transaction((Load("other", "gone"),), "load").to_data()
    session.record.append(lost)
    assert session.go_through().launches.refused == [(lost, "no model 'gone'")]


@pytest.mark.parametrize("data", [None, 3, {}, {"changes": 5}, {"changes": [{"do": "nothing"}]}])
def test_a_damaged_launch_is_refused_and_the_others_go_on(session: Session, data: Any) -> None:
    launches = Launches(RATE, load_info)
    for event in (*session.record, {"kind": "submit", "sample": 500, "data": data}):
        launches.take(event)
    assert len(launches.refused) == 1 and launches.state.to_data() == session.conductor.to_data()


def test_what_is_no_launch_changes_nothing(session: Session) -> None:
    launches = Launches(RATE, load_info)
    for event in (
        {"kind": "message"},
        {"kind": "entry", "sample": 4},
        {"kind": "submit", "sample": None},
        {},
    ):
        assert not launches.take(event)
    assert not launches.state.instruments and not launches.refused
