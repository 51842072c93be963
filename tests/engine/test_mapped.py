"""Mapped controls at a desk that renders: takeover, rest, undo, others that move the parameter, clicks."""

from pathlib import Path

import numpy as np
import pytest

from plaud_live.control import dry_run
from plaud_live.control.maps import Knob, Map, Rest, Unmap
from plaud_live.control.state import State
from plaud_live.control.takeover import JUMP, PICKUP, SCALE, TOGGLE
from plaud_live.control.transaction import Play, Recall, Scene, Set
from plaud_live.engine.mapped import REFUSED_SECONDS, REST_SECONDS
from plaud_live.signals.graph import Constant
from plaud_live.signals.live import Live
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Reference
from plaud_live.signals.transitions import column, target
from tests.engine.hands_on import NANO, RATE, HandsOn

REST = REST_SECONDS + 0.1


def fader(parameter: str = "z1", number: int = 1, **how: object) -> Map:
    return Map("drone", parameter, f"midi/cc{number - 1}/ch1/{NANO}", f"f{number}", **how)  # type: ignore[arg-type]


@pytest.fixture
def on(tmp_path: Path) -> HandsOn:
    on = HandsOn(tmp_path)
    on.do(Set("drone", "z1", Constant(0.5), at=0.0))
    on.wait(0.2)
    return on


def steps(on: HandsOn) -> int:
    return on.desk._conductor.undo_depth


def driven(on: HandsOn, index: int = 1) -> object:
    return target(column(target(on.desk.state.instruments["drone"].sources["z"].signal), index))


def test_pick_up_waits_until_the_control_is_there(on: HandsOn) -> None:
    on.do(fader(mode=PICKUP))
    on.turn(0, 0, 20, 40, 60)
    assert on.value("z1") == pytest.approx(0.5)
    assert on.shown["moved"].startswith("f1 0.47 ↑ 0.50 drone.z1")
    on.turn(0, 70, 80, 100)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(100 / 127)
    assert on.shown["moved"] == "drone.z1 ← f1 0.79"
    on.turn(0, 10)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(10 / 127)


def test_jump_goes_there_at_once_and_glides(on: HandsOn) -> None:
    on.do(fader(mode=JUMP))
    on.turn(0, 127, seconds=0.01)
    assert 0.5 <= on.value("z1") < 0.8, "on its way"
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(1.0)


def test_value_scaling_moves_from_where_it_is(on: HandsOn) -> None:
    on.do(fader(mode=SCALE))
    on.turn(0, 0)
    assert on.value("z1") == pytest.approx(0.5)
    on.sweep(0, 0, 63)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(0.5 + 0.5 * 63 / 127, abs=1e-3)
    on.sweep(0, 63, 127)
    on.sweep(0, 127, 50)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(50 / 127), "both met at the end"


def test_range_curve_and_slew(on: HandsOn) -> None:
    on.do(fader(mode=JUMP, low=0.8, high=0.2, curve=2.0, slew=0.5))
    on.turn(0, 127)
    on.turn(0, 64)
    on.wait(1.0)
    assert on.value("z1") == pytest.approx(0.8 - 0.6 * (64 / 127) ** 2, abs=1e-6)


def test_movement_costs_no_transaction_a_message_and_one_step_of_undo(on: HandsOn) -> None:
    on.do(fader(mode=JUMP))
    before, revision = steps(on), on.desk.state.revision
    on.sweep(0, 0, 127)
    on.sweep(0, 127, 30)
    assert on.desk.state.revision <= revision + 2
    assert steps(on) == before + 1
    on.wait(REST)
    assert steps(on) == before + 1, "rest is no step"
    on.desk.undo()
    on.wait(1.0)  # at the next beat
    assert on.value("z1") == pytest.approx(0.5)
    assert on.desk.state.maps, "undo takes back the movement, not the map"


def test_at_rest_there_is_a_number_and_the_next_movement_goes_on_from_it(on: HandsOn) -> None:
    on.do(fader(mode=PICKUP))
    on.sweep(0, 40, 90)
    assert isinstance(driven(on), Live)
    on.wait(REST)
    rest = driven(on)
    assert isinstance(rest, Constant)
    assert rest.number == pytest.approx(90 / 127)
    on.turn(0, 20)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(20 / 127), "it still has it in hand: no pick-up"


@pytest.mark.parametrize("rested", [False, True])
def test_once_others_move_the_parameter_pick_up_begins_anew(on: HandsOn, rested: bool) -> None:
    on.do(fader(mode=PICKUP))
    on.sweep(0, 40, 90)
    if rested:
        on.wait(REST)
    on.do(Set("drone", "z1", Constant(0.2), at=0.0), by="osc")
    on.wait(0.2)
    on.turn(0, 91, 95, 80)
    assert on.value("z1") == pytest.approx(0.2)
    on.sweep(0, 80, 20)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(20 / 127)


@pytest.mark.parametrize("rested", [False, True])
def test_a_fader_that_was_moved_while_unplugged_picks_up(on: HandsOn, rested: bool) -> None:
    on.do(fader(mode=PICKUP))
    on.sweep(0, 40, 120)
    if rested:
        on.wait(REST)
    on.desk.midi.unplug(NANO)
    on.turn(0, 20, 24, 60)
    assert on.value("z1") == pytest.approx(120 / 127)
    on.sweep(0, 60, 127)
    on.turn(0, 90)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(90 / 127)


def test_what_was_launched_for_the_next_beat_comes_though_the_hand_still_moves(on: HandsOn) -> None:
    on.do(fader(mode=PICKUP))
    on.sweep(0, 40, 90)
    on.do(Set("drone", "z1", Constant(0.2)))  # at the next beat
    on.sweep(0, 90, 100, seconds=0.005)
    on.wait(1.0)
    assert on.value("z1") == pytest.approx(0.2)
    on.sweep(0, 100, 20)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(20 / 127)


def test_a_fade_is_caught_where_it_is(on: HandsOn) -> None:
    on.do(fader(mode=PICKUP))
    on.turn(0, 60)
    on.do(Set("drone", "z1", Constant(1.0), over=8.0, at=0.0))
    on.wait(2.0)
    here = on.value("z1")
    assert 0.5 < here < 1.0
    on.sweep(0, 60, 127)
    on.sweep(0, 127, 110)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(110 / 127)


def test_a_scene_brings_the_number_back_and_the_control_picks_up(on: HandsOn) -> None:
    on.do(fader(mode=PICKUP))
    on.sweep(0, 40, 90)
    on.wait(REST)
    on.do(Scene("high"))
    on.sweep(0, 90, 10)
    on.wait(REST)
    on.do(Recall("high", at=0.0))
    on.wait(0.2)
    assert on.value("z1") == pytest.approx(90 / 127)
    on.turn(0, 11, 12)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(90 / 127)


def test_undo_and_redo_let_go(on: HandsOn) -> None:
    on.do(fader(mode=PICKUP))
    on.sweep(0, 40, 90)
    on.wait(REST)
    on.desk.undo()
    on.wait(1.0)  # at the next beat
    on.turn(0, 91, 92)
    assert on.value("z1") == pytest.approx(0.5)
    on.desk.redo()
    on.wait(1.0 + REST)
    assert on.value("z1") == pytest.approx(90 / 127)
    assert isinstance(driven(on), Constant)
    on.turn(0, 93)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(90 / 127), "redone, not held"


def test_what_is_laid_over_a_control_stays_over_it(on: HandsOn) -> None:
    on.do(fader(mode=JUMP))
    on.turn(0, 64)
    on.wait(REST)
    layer = Reference("drone", "z", 1) + 0.1 * lfo(0.25)
    on.do(Set("drone", "z1", layer, at=0.0, text="drone.z1 += .1*lfo(1/4)"))
    on.wait(0.2)
    on.turn(0, 100)
    on.wait(1.0)
    heard = []
    for _ in range(60):
        on.wait(0.01)
        heard.append(on.value("z1"))
    assert min(heard) == pytest.approx(100 / 127, abs=0.01)
    assert max(heard) == pytest.approx(100 / 127 + 0.1, abs=0.01)


def test_a_new_engine_goes_on_from_the_number(on: HandsOn, tmp_path: Path) -> None:
    on.do(fader(mode=PICKUP))
    on.sweep(0, 40, 90)
    mid_way = State.from_data(on.desk.state.to_data())
    shown = on.desk.inputs.shown()
    again = HandsOn(tmp_path)
    again.desk.inputs.recall(shown)
    again.desk.restore(mid_way.to_data(), {})
    again.work()
    again.wait(REST)
    assert again.value("z1") == pytest.approx(90 / 127, abs=1e-4)
    assert again.desk.state.maps == on.desk.state.maps


def test_unlearning_leaves_the_number(on: HandsOn) -> None:
    on.do(fader(mode=JUMP))
    on.sweep(0, 40, 90)
    on.do(Unmap("drone", "z1"))
    on.wait(0.5)
    left = driven(on)
    assert isinstance(left, Constant)
    assert left.number == pytest.approx(90 / 127)
    on.turn(0, 10)
    assert on.value("z1") == pytest.approx(90 / 127)


def test_another_range_for_the_same_control_does_not_jump(on: HandsOn) -> None:
    on.do(fader(mode=PICKUP))
    on.sweep(0, 40, 90)
    on.do(fader(mode=PICKUP, low=0.0, high=0.5))
    on.wait(REST)
    assert on.value("z1") == pytest.approx(90 / 127)
    on.sweep(0, 91, 120)
    assert on.value("z1") == pytest.approx(90 / 127), "outside of its range: to be picked up at the end"
    on.sweep(0, 120, 127)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(0.5)


def test_a_button_goes_from_end_to_end(on: HandsOn) -> None:
    on.do(Map("drone", "freeze", f"midi/cc32/ch1/{NANO}", "s1", TOGGLE))
    on.turn(32, 127, 0)
    on.wait(0.1)
    assert on.value("freeze") == 1.0
    on.turn(32, 127, 0)
    on.wait(0.1)
    assert on.value("freeze") == 0.0


def test_a_pad_is_a_button_however_softly_it_is_struck(on: HandsOn) -> None:
    on.do(Map("drone", "freeze", "midi/key36/ch10/LPD8", "p1", TOGGLE))
    on.send(0x99, 36, 20, device="LPD8")
    on.send(0x89, 36, 0, device="LPD8")
    on.wait(0.1)
    assert on.value("freeze") == 1.0


def test_an_encoder_without_ends_goes_on_from_where_the_parameter_is(on: HandsOn) -> None:
    on.do(Map("drone", "z1", "midi/cc13-rel1/ch1/APC40-mkII", "tempo"))
    on.turn(13, 1, 1, 2, device="APC40 mkII")
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(0.5 + 4 / 127)
    on.turn(13, 126, device="APC40 mkII")
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(0.5 + 2 / 127)


def test_one_control_may_move_several_parameters_in_one_step(on: HandsOn) -> None:
    on.do(fader("z0", mode=JUMP), fader("z1", mode=JUMP, low=1.0, high=0.0))
    before = steps(on)
    on.turn(0, 127, 100)
    on.wait(0.1)
    assert on.value("z0") == pytest.approx(100 / 127)
    assert on.value("z1") == pytest.approx(27 / 127)
    assert steps(on) == before + 1


def test_other_devices_and_channels_move_nothing(on: HandsOn) -> None:
    on.do(fader(mode=JUMP))
    on.turn(0, 100, device="Other Synth")
    on.turn(0, 100, channel=2)
    on.turn(0, 100, device="nanoKONTROL2#2")
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(0.5)


def test_osc_is_a_control_too(on: HandsOn) -> None:
    on.do(Map("drone", "z1", "osc/td/x", "", JUMP))
    on.desk.hear("osc/td/x", [0.9])
    on.work()
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(0.9)
    on.desk.hear("osc/td/x", [0.2], on.desk.beat + 0.01)  # a message that has a time, handed over for it
    on.work()
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(0.2)


def test_fourteen_bits_are_not_lost(on: HandsOn) -> None:
    on.do(Map("drone", "z1", f"midi/cc5-14/ch1/{NANO}", "", JUMP))
    for raw in (8000, 8001, 8002, 8003, 8004):
        on.send(0xB0, 5, raw >> 7)
        on.send(0xB0, 37, raw & 127)
        on.wait(0.02)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(8004 / 16383, abs=1e-9)


def test_a_map_for_what_is_not_loaded_waits_quietly(on: HandsOn) -> None:
    on.do(Map("later", "z1", f"midi/cc0/ch1/{NANO}", "f1", JUMP))
    on.turn(0, 10, 20)
    assert on.told() == []


def test_what_may_not_follow_its_control_is_said_seldom(on: HandsOn, monkeypatch: pytest.MonkeyPatch) -> None:
    on.do(fader(mode=JUMP))
    with monkeypatch.context() as patch:
        patch.setattr(dry_run, "MAX_STATE_COST", 0)
        on.sweep(0, 0, 50)
        assert on.value("z1") == pytest.approx(0.5)
        said = on.told()
        assert len(said) == 1
        assert said[0].startswith("drone.z1 ← knob.f1: all parameters together want")
    on.wait(REFUSED_SECONDS)
    on.turn(0, 60)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(60 / 127)


def test_a_fader_on_gain_does_not_click(tmp_path: Path) -> None:
    """Partials alone have nothing above 14 kHz: what is there comes of steps of 1/127, unless smoothed."""
    stepped, learnt = (_above_the_partials(tmp_path, slew) for slew in (0.0, None))
    assert learnt < stepped - 30.0


def _above_the_partials(folder: Path, slew: float | None) -> float:
    """Decibels above 14 kHz while a hand sweeps the gain, against all of it."""
    on = HandsOn(folder)
    on.do(Play("drone", 0.0, 0.0), Set("drone", "noise_bands", Constant(0.0), at=0.0))
    on.wait(0.3)
    on.learn({"instrument": "drone", "parameter": "gain", "mode": JUMP, "slew": slew})
    on.sweep(0, 100, 95)
    on.wait(0.3)
    begin = len(on.sound)
    on.sweep(0, 95, 30, seconds=0.02)
    swept = on.sound[begin:].mean(axis=1)
    power = np.abs(np.fft.rfft(swept * np.hanning(len(swept)))) ** 2
    high = np.fft.rfftfreq(len(swept), 1.0 / RATE) > 14000.0
    return float(10.0 * np.log10(power[high].sum() / power.sum()))


def test_a_knob_by_name_reads_its_control(on: HandsOn) -> None:
    on.turn(1, 32)
    on.do(Set("drone", "z1", Live("knob/f2", 0), at=0.0))
    on.wait(0.2)
    assert on.value("z1") == pytest.approx(32 / 127), "what it said last is there at once"
    on.turn(1, 127)
    assert on.value("z1") == pytest.approx(1.0)
    assert on.shown["moved"] == "f2: cc 1 ch 1 = 127"


def test_a_knob_that_was_named_here_comes_before_the_profiles(on: HandsOn) -> None:
    on.do(Knob("f2", "midi/cc70/ch3/Other-Synth"))
    on.do(Set("drone", "z1", Live("knob/f2", 0), at=0.0))
    on.turn(1, 127)
    on.turn(70, 0, channel=3, device="Other Synth")
    on.wait(0.2)
    assert on.value("z1") == 0.0


def test_what_moves_nothing_shows_its_number(on: HandsOn) -> None:
    on.turn(21, 64, device="Other Synth")
    assert on.shown["moved"] == "cc 21 ch 1 = 64 (unmapped)"
    on.turn(21, 65, device="Other Synth")
    assert on.shown["moved"].startswith("cc 21 ch 1 = 64"), "noise is not shown"
    on.turn(0, 64)
    assert on.shown["moved"] == "f1: cc 0 ch 1 = 64 (unmapped)"
    on.send(0xE0, 0, 80, device="Other Synth")
    assert on.shown["moved"] == "bend ch 1 = 2048 (unmapped)", "as midi.monitor() says it"
    for value in range(40, 46):
        on.send(0xB0, 7, value, device="Other Synth")
        on.send(0xB0, 39, 16, device="Other Synth")
    assert on.shown["moved"].startswith("cc 7+39 ch 1 = ")
    on.wait(5.0)
    assert "moved" not in on.shown


def test_rest_by_hand_is_harmless(on: HandsOn) -> None:
    on.do(fader(mode=JUMP))
    on.do(Rest("drone", "z1", fader().live, 0.3))
    assert on.value("z1") == pytest.approx(0.5)
