"""Changes of what leaves the instrument: what is refused, what fades, what undo takes back, what survives."""

import json

import numpy as np
import pytest

from plaud_live.control.clocks import Lead, Run, RunClock
from plaud_live.control.conductor import Conductor
from plaud_live.control.outputs import EndOutput, Output, target_of
from plaud_live.control.state import State
from plaud_live.control.transaction import Change, Load, Set, Transaction
from plaud_live.errors import ParameterError, PlaudError
from plaud_live.signals.graph import Constant, Evaluation, signal
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Anchor, Reference, place
from plaud_live.signals.transitions import to
from tests.repl.silent import SAMPLE_RATE, load_info

X = "osc/127.0.0.1:7000/x"
CC = "midi/cc21/ch1/nano"


class Desk:
    """A conductor with `drone`, at 60 bpm and a time that is moved by hand."""

    def __init__(self) -> None:
        self.conductor = Conductor(SAMPLE_RATE, load_info)
        self.sample = 0
        self.do(Load("drone", "default"))

    def do(self, *changes: Change) -> None:
        data = json.loads(json.dumps(Transaction(changes).to_data()))
        self.conductor.submit(Transaction.from_data(data), self.sample)

    @property
    def state(self) -> State:
        return self.conductor.state

    @property
    def beat(self) -> float:
        return self.state.tempo.beat(self.sample)

    def later(self, beats: float) -> None:
        self.sample = round(self.state.tempo.sample(self.beat + beats))

    def sent(self, to: str, beat: float) -> list[float]:
        value = Evaluation(np.array([beat]), self.state.lookup).value(self.state.outputs[to].signal)[0]
        return np.atleast_1d(value).tolist()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_output_follows_a_parameter_and_is_the_same_when_typed_twice(desk: Desk) -> None:
    desk.do(Output(X, Reference("drone", "z", 0)))
    revision = desk.state.revision
    desk.do(Output(X, Reference("drone", "z", 0)))
    assert desk.state.revision == revision
    assert desk.sent(X, 1.0) == [0.5]
    desk.do(Set("drone", "z0", Constant(0.9)))
    desk.later(2.0)
    assert desk.sent(X, desk.beat) == pytest.approx([0.9])


def test_one_that_replaces_another_starts_at_the_quant_and_fades(desk: Desk) -> None:
    desk.do(Output(X, Constant(0.0)))
    desk.later(0.5)
    desk.do(Output(X, Constant(1.0)))
    assert [desk.sent(X, beat)[0] for beat in (0.99, 1.0)] == [0.0, 1.0]
    desk.later(1.0)
    desk.do(Output(X, Constant(0.0), over=4.0))
    assert [desk.sent(X, beat)[0] for beat in (2.0, 4.0, 6.0)] == pytest.approx([1.0, 0.5, 0.0])
    desk.later(8.0)
    desk.do(Output(X, to(0.8, 2)))
    assert [desk.sent(X, beat)[0] for beat in (10.0, 11.0, 12.0)] == pytest.approx([0.0, 0.4, 0.8])


def test_what_is_sent_never_grows_however_often_it_is_replaced(desk: Desk) -> None:
    for step in range(300):
        desk.do(Output(X, Constant(step / 300.0), over=1.0))
        desk.later(1.0)
    assert len(json.dumps(desk.state.outputs[X].to_data())) < 2000


def test_undo_takes_back_and_redo_sends_again(desk: Desk) -> None:
    desk.do(Output(X, lfo(4)))
    desk.do(RunClock("nano", "start"), Lead("midi"))
    desk.conductor.undo(desk.sample)
    assert (dict(desk.state.clocks), desk.state.leader) == ({}, "")
    assert list(desk.state.outputs) == [X]
    desk.conductor.undo(desk.sample)
    assert not desk.state.outputs
    desk.conductor.redo(desk.sample)
    desk.conductor.redo(desk.sample)
    assert list(desk.state.outputs) == [X]
    assert desk.state.leader == "midi"


def test_all_of_it_survives_as_json_and_is_empty_in_old_data(desk: Desk) -> None:
    desk.do(Output(X, place([0.1, 0.2]), 30.0), Output(CC, lfo(4)), RunClock("nano", "start"), Lead("nano"))
    data = json.loads(json.dumps(desk.state.to_data()))
    again = State.from_data(data)
    assert again.to_data() == data
    assert (again.outputs[X].rate, again.outputs[CC].rate, again.leader) == (30.0, 100.0, "nano")
    assert again.clocks == {"nano": Run(True, 4.0)}
    for name in ("outputs", "clocks", "leader"):
        del data[name]
    assert State.from_data(data).outputs == {}


def test_ending_one_that_is_not_there_changes_nothing(desk: Desk) -> None:
    desk.do(Output(X, lfo(4)))
    revision = desk.state.revision
    desk.do(EndOutput("osc/127.0.0.1:7000/y"))
    assert desk.state.revision == revision
    desk.do(EndOutput(X))
    assert not desk.state.outputs


REFUSED = [
    (Output("osc/host:7000/x", Constant(0.0)), "names are not looked up"),
    (Output("osc/127.0.0.1:70000/x", Constant(0.0)), "port from 1 to 65535"),
    (Output("osc/127.0.0.1:7000/x*", Constant(0.0)), "plain characters"),
    (Output("osc/127.0.0.1:7000/../x y", Constant(0.0)), "is no output"),
    (Output("midi/cc128/ch1/nano", Constant(0.0)), "cannot be sent"),
    (Output("midi/cc21-rel1/ch1/nano", Constant(0.0)), "cannot be sent"),
    (Output("midi/cc21/ch17/nano", Constant(0.0)), "wants 1 to 16"),
    (Output("file/etc/passwd", Constant(0.0)), "is no output"),
    (Output(X, Constant(0.0), rate=1000.0), "wants 0.1 to 200"),
    (Output(X, 1.0 / lfo(4, 0.75)), "is not finite"),
    (Output(X, place([0.0] * 65)), "at most 64"),
    (Output(CC, place([0.1, 0.2])), "has 2 dims, wants 1"),
    (Output("midi/note/ch1/nano", Constant(60.0)), "has 1 dims, wants 3"),
    (Output(X, Reference("nobody", "z", 0)), "not there any more"),
    (Output(X, Anchor("nowhere")), "of which instrument"),
    (RunClock("nano", "dance"), "wants start, stop"),
]


@pytest.mark.parametrize(("change", "why"), REFUSED)
def test_what_cannot_be_sent_is_refused_in_a_line(desk: Desk, change: Change, why: str) -> None:
    before = desk.state
    with pytest.raises(PlaudError, match=why):
        desk.do(change)
    assert desk.state is before


def test_too_many_and_too_costly_outputs_are_refused(desk: Desk) -> None:
    many = signal(0.0)
    for i in range(60):
        many = many + lfo(3 + i)
    with pytest.raises(PlaudError, match="all outputs together want"):
        for i in range(20):
            desk.do(Output(f"osc/127.0.0.1:7000/x{i}", many * (1.0 + i)))
    for key in tuple(desk.state.outputs):
        desk.do(EndOutput(key))
    with pytest.raises(PlaudError, match="128 outputs"):
        for i in range(200):
            desk.do(Output(f"osc/127.0.0.1:7000/y{i}", Constant(0.1)))
    assert len(desk.state.outputs) == 128


def test_an_anchor_is_sent_as_the_instrument_that_has_it_knows_it(desk: Desk) -> None:
    desk.do(Output(X, Anchor("bell")))
    assert desk.sent(X, 0.0) == [0.75] * 4
    desk.do(Load("other", "small"))
    with pytest.raises(PlaudError, match="of which instrument"):
        desk.do(Output("osc/127.0.0.1:7000/y", Anchor("bell")))


@pytest.mark.parametrize(
    "key", [X, CC, "midi/cc21-14/ch3/Launch Control", "midi/nrpn1234/ch1/x", "midi/note/ch16/nano#2"]
)
def test_a_target_is_read_as_it_was_written(key: str) -> None:
    assert target_of(key).key == key


def test_a_delayed_link_of_an_output_keeps_what_it_reads(desk: Desk) -> None:
    """A transition that has ended stays in the state as long as an output still reads its past."""
    desk.do(Output(X, Reference("drone", "z", 0).delay(8)))
    desk.do(Set("drone", "z0", Constant(1.0), over=2.0))
    desk.later(6.0)
    desk.conductor.settle(desk.sample)
    assert desk.sent(X, desk.beat) == [0.5]
    desk.later(4.0)
    desk.conductor.settle(desk.sample)
    assert desk.sent(X, desk.beat) == pytest.approx([1.0])


class TestClockRuns:
    def test_a_start_waits_for_the_bar_and_twice_is_once(self, desk: Desk) -> None:
        desk.later(1.0)
        desk.do(RunClock("nano", "start"))
        assert desk.state.clocks["nano"] == Run(True, 4.0)
        desk.later(4.0)
        desk.do(RunClock("nano", "start"))
        assert desk.state.clocks["nano"] == Run(True, 4.0)

    def test_stop_and_continue_keep_the_place(self, desk: Desk) -> None:
        desk.do(RunClock("nano", "start"))
        desk.later(9.5)
        desk.do(RunClock("nano", "stop"))
        assert desk.state.clocks["nano"] == Run(False, 10.0, 6.0)
        desk.later(5.2)
        desk.do(RunClock("nano", "continue"))
        assert desk.state.clocks["nano"] == Run(True, 15.25, 6.0)  # a sixteenth, 0.3 s ahead at least
        desk.do(RunClock("nano", "end"))
        assert not desk.state.clocks


def test_a_bad_target_has_its_reason(desk: Desk) -> None:
    with pytest.raises(ParameterError, match="no output"):
        target_of("nothing")
