"""Feedback of mapped controls: what a motor fader and a ring are sent, and when they are left alone."""

import pytest

from plaud_live.control.conductor import Conductor
from plaud_live.control.maps import Map, Unmap
from plaud_live.control.midi_events import Control
from plaud_live.control.profiles import Feedback as Lamp
from plaud_live.control.profiles import Piece, load_profiles
from plaud_live.control.state import State
from plaud_live.control.transaction import Change, Load, Recall, Scene, Set, Tempo, Transaction
from plaud_live.engine.feedback import QUIET_SECONDS, Feedback
from plaud_live.engine.inputs import Inputs
from plaud_live.engine.midi_out import Devices
from plaud_live.signals.graph import Constant
from plaud_live.signals.live import Live
from tests.engine.test_outputs import SAMPLE_RATE, Hub
from tests.repl.silent import load_info

FADER = Map("drone", "z1", "midi/cc81/ch1/BCF2000", "f1", low=0.0, high=1.0)
RING = Map("drone", "z2", "midi/cc1-rel1/ch1/BCF2000", "k1")
KEY = Map("drone", "z3", "midi/key36/ch10/BCF2000")
PIECES = {
    RING.control: Piece("k1", "encoder", "cc1-rel1", 1, Lamp("cc33", 2, 1, 12)),
    KEY.control: Piece("p1", "pad", "key36", 10, Lamp("key36", 10)),
}


class Stage:
    """A conductor with `drone`, a hub with a BCF2000, and the chore; 60 bpm."""

    def __init__(self, *maps: Map) -> None:
        self.conductor, self.now = Conductor(SAMPLE_RATE, load_info), 0.0
        self.inputs = Inputs()
        self.hub = Hub(lambda name, value: None, lambda: self.now)
        self.hub.stems = ("BCF2000",)
        profiles = load_profiles()
        self.feedback = Feedback(
            lambda: self.state,
            lambda: self.now,
            self.inputs,
            Devices(self.hub),
            lambda control: PIECES.get(control) or profiles.piece_of(control),
        )
        self.hub.listeners.append(self.feedback.hear)
        self.do(Load("drone", "default"), Tempo(60.0, at=0.0), *maps)

    @property
    def state(self) -> State:
        return self.conductor.state

    def do(self, *changes: Change) -> None:
        self.conductor.submit(Transaction(changes), round(self.now * SAMPLE_RATE))

    def run(self, seconds: float) -> list[bytes]:
        """Let time pass; what was sent meanwhile."""
        self.hub.sent.clear()
        end = self.now + seconds
        while self.now < end - 1e-9:
            if self.feedback.due <= self.now:
                self.feedback.work(self.now)
            self.now += 0.005
        return [data for _, data, _ in self.hub.sent]

    def touch(self, raw: int, control: str = "cc81") -> None:
        event = Control(self.now, "BCF2000", 1, control, raw / 127.0, 7, raw)
        for listener in self.hub.listeners:
            listener(event)


def cc(number: int, value: int, channel: int = 1) -> bytes:
    return bytes((0xAF + channel, number, value))


def test_a_fader_goes_where_its_parameter_is_and_follows_others_that_move_it() -> None:
    stage = Stage(FADER)
    assert stage.run(1.0) == [cc(81, 64)]
    stage.do(Set("drone", "z1", Constant(1.0), over=1.0, at=0.0))
    way = [data[2] for data in stage.run(2.0)]
    assert way == sorted(way)
    assert way[-1] == 127
    assert len(way) > 10
    assert stage.run(3.0) == []


def test_a_scene_and_undo_move_it_too() -> None:
    stage = Stage(FADER)
    stage.do(Scene("home"))
    stage.do(Set("drone", "z1", Constant(0.0), at=0.0))
    assert stage.run(1.0)[-1] == cc(81, 0)
    stage.do(Recall("home", at=0.0))
    assert stage.run(1.0)[-1] == cc(81, 64)
    stage.conductor.undo(round(stage.now * SAMPLE_RATE))
    assert stage.run(2.0)[-1] == cc(81, 0)


def test_a_hand_gets_no_echo_and_then_what_has_settled() -> None:
    stage = Stage(FADER)
    stage.do(Set("drone", "z1", Live("osc/hand", 0), at=0.0))
    stage.inputs.write("osc/hand", 0.0, 0.5)
    stage.run(1.0)
    for raw in range(64, 100):  # the parameter follows the hand
        stage.touch(raw)
        stage.inputs.write("osc/hand", stage.now, raw / 127.0)
        assert stage.run(0.02) == []
    assert stage.run(2.0) == []  # the fader stands there already
    for raw in range(99, 40, -1):  # the parameter stays where it is: it was not picked up
        stage.touch(raw)
        assert stage.run(0.02) == []
    assert stage.run(QUIET_SECONDS - 0.03) == []
    assert stage.run(1.0) == [cc(81, 99)]


def test_a_slewed_parameter_does_not_pull_the_fader_back() -> None:
    stage = Stage(FADER)
    stage.do(Set("drone", "z1", Live("osc/hand", 0).slew(1.0), at=0.0))
    stage.inputs.write("osc/hand", 0.0, 0.5)
    stage.run(3.0)
    stage.touch(127)
    stage.inputs.write("osc/hand", stage.now, 1.0)
    assert stage.run(3.0) == []


def test_a_ring_of_an_encoder_shows_every_step_at_once_within_its_range() -> None:
    stage = Stage(RING)
    assert stage.run(0.5) == [cc(33, 7, 2)]
    stage.touch(1, "cc1")
    stage.do(Set("drone", "z2", Constant(1.0), at=0.0))
    assert stage.run(0.15)[-1] == cc(33, 12, 2)
    stage.do(Set("drone", "z2", Constant(0.0), at=0.0))
    assert stage.run(0.5)[-1] == cc(33, 1, 2)


def test_a_lamp_under_a_pad_is_lit_by_a_note() -> None:
    stage = Stage(KEY)
    stage.do(Set("drone", "z3", Constant(1.0), at=0.0))
    assert stage.run(1.0)[-1] == bytes((0x99, 36, 127))


def test_a_range_that_is_turned_round_turns_the_fader_round() -> None:
    stage = Stage(Map("drone", "z1", FADER.control, "f1", low=1.0, high=0.0))
    stage.do(Set("drone", "z1", Constant(0.9), at=0.0))
    assert stage.run(1.0)[-1] == cc(81, 13)


def test_what_is_plugged_in_again_is_told_where_it_stands() -> None:
    stage = Stage(FADER)
    stage.run(1.0)
    stage.hub.stems = ()
    assert stage.run(1.0) == []
    stage.hub.stems = ("BCF2000",)
    assert stage.run(1.0) == [cc(81, 64)]


def test_without_a_map_or_without_a_motor_nothing_is_sent() -> None:
    stage = Stage(FADER)
    stage.run(0.5)
    stage.do(Unmap("drone", "z1"))
    stage.do(Set("drone", "z1", Constant(1.0), at=0.0))
    assert stage.run(1.0) == []
    stage.do(Map("drone", "z0", "midi/cc0/ch1/nanoKONTROL2", "f1"))
    stage.hub.stems = ("BCF2000", "nanoKONTROL2")
    assert stage.run(1.0) == []


@pytest.mark.parametrize("raw", range(0, 128, 9))
def test_where_a_hand_has_left_it_is_where_it_is_sent(raw: int) -> None:
    """There and back: no fader creeps by a step when it is let go."""
    stage = Stage(FADER)
    stage.run(0.2)
    stage.touch(raw)
    stage.do(Set("drone", "z1", Constant(FADER.value(raw / 127.0)), at=0.0))
    assert stage.run(1.0) == []
