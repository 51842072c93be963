"""Learning at a desk: what counts as a movement, in which order, and what is said of it."""

import gc
import json
from pathlib import Path

import pytest

from plaud_live.control.state import State
from plaud_live.control.takeover import JUMP, PICKUP, SCALE, TOGGLE
from plaud_live.control.transaction import Hush, Play, Set
from plaud_live.engine.learning import HELD_SECONDS, QUIET_SECONDS
from plaud_live.engine.mapped import REST_SECONDS
from plaud_live.engine.osc_queries import QUERIES
from plaud_live.errors import OscError, ParameterError
from plaud_live.signals.graph import Constant
from tests.engine.hands_on import NANO, HandsOn
from tests.engine.test_garbage import circles

Z1 = {"instrument": "drone", "parameter": "z1"}
GAIN = {"instrument": "drone", "parameter": "gain"}
QUIET = QUIET_SECONDS + 0.05


@pytest.fixture
def on(tmp_path: Path) -> HandsOn:
    on = HandsOn(tmp_path)
    on.told()
    return on


def maps(on: HandsOn) -> dict[str, str]:
    return {key: each.control for key, each in on.desk.state.maps.items()}


def nano(cc: int) -> str:
    return f"midi/cc{cc}/ch1/{NANO}"


def test_two_controls_in_order(on: HandsOn) -> None:
    assert on.learn(Z1, GAIN) == "learn: move a knob for drone.z1, then drone.gain"
    assert on.shown["learn"] == "learn: move a knob for drone.z1, then drone.gain"
    on.sweep(0, 10, 20)
    assert on.shown["learn"] == "learn: move a knob for drone.gain"
    on.wait(QUIET)
    on.sweep(5, 60, 50)
    assert "learn" not in on.shown
    assert maps(on) == {"drone.z1": nano(0), "drone.gain": nano(5)}
    assert [each.knob for each in on.desk.state.maps.values()] == ["f1", "f6"]
    assert on.told() == [
        "learnt: drone.z1 ← knob.f1 of nanoKONTROL2 (pickup) — next: drone.gain",
        "learnt: drone.gain ← knob.f6 of nanoKONTROL2 (pickup)",
    ]


def test_the_engine_that_takes_over_waits_for_the_same(on: HandsOn, tmp_path: Path) -> None:
    on.learn({**Z1, "mode": JUMP, "high": 0.5}, {"name": "swell"})
    again = HandsOn(tmp_path)
    again.desk.restore(State.from_data(on.desk.state.to_data()).to_data(), {})
    again.desk.controls.recall(json.loads(json.dumps(on.shown)))
    assert again.shown["learn"] == on.shown["learn"] == "learn: move a knob for drone.z1, then knob.swell"
    again.sweep(0, 10, 20)
    (learnt,) = again.desk.state.maps.values()
    assert (learnt.parameter, learnt.mode, learnt.high) == ("z1", JUMP, 0.5)


def test_what_is_no_longer_there_is_not_waited_for(on: HandsOn) -> None:
    on.desk.controls.recall({"armed": [{"instrument": "gone", "parameter": "z1"}]})
    assert "learn" not in on.shown
    on.desk.controls.recall({})


def test_it_is_said_what_else_a_control_moves(on: HandsOn) -> None:
    on.learn(Z1)
    on.sweep(0, 10, 20)
    on.learn(GAIN)
    on.wait(QUIET)
    on.sweep(0, 40, 60)
    assert on.told()[-1] == "learnt: drone.gain ← knob.f1 of nanoKONTROL2 (pickup, as well as drone.z1)"


def test_noise_is_not_learnt(on: HandsOn) -> None:
    on.learn(Z1)
    for _ in range(20):
        on.turn(7, 64, 65, 66, 65, 64, 63)  # three steps, to and fro
    assert maps(on) == {}
    on.sweep(3, 10, 14)
    assert maps(on) == {"drone.z1": nano(3)}


def test_what_moves_along_is_not_learnt(on: HandsOn) -> None:
    on.learn(Z1, GAIN)
    for i in range(30):
        on.turn(0, 20 + i)
        on.turn(99 - 60, 20 + i)  # a second message of the same hand
    assert maps(on) == {"drone.z1": nano(0)}
    on.wait(QUIET)
    on.sweep(2, 0, 10)
    assert maps(on)["drone.gain"] == nano(2)


def test_what_stood_elsewhere_before_it_was_unplugged_has_not_moved(on: HandsOn) -> None:
    on.turn(0, 100)
    on.turn(7, 100, 102)
    on.learn(Z1)
    on.desk.midi.unplug(NANO)
    on.turn(0, 20)
    assert maps(on) == {}
    on.sweep(7, 20, 30)
    assert maps(on) == {"drone.z1": nano(7)}


def test_a_control_is_learnt_once_a_time(on: HandsOn) -> None:
    on.learn(Z1, GAIN)
    on.sweep(0, 0, 127)
    on.wait(QUIET)
    on.sweep(0, 127, 0)
    assert maps(on) == {"drone.z1": nano(0)}


def test_the_touch_of_a_motor_fader_is_not_the_fader(on: HandsOn) -> None:
    device = "Some Fader"
    on.learn(Z1)
    on.turn(104, 127, device=device)
    on.sweep(7, 60, 70, device=device)
    assert maps(on) == {"drone.z1": "midi/cc7/ch1/Some-Fader"}


def test_a_press_counts_when_it_ends_or_has_lasted(on: HandsOn) -> None:
    on.learn({"instrument": "drone", "parameter": "freeze"})
    on.turn(32, 127)
    assert maps(on) == {}
    on.turn(32, 0)
    assert maps(on) == {"drone.freeze": nano(32)}
    assert on.desk.state.maps["drone.freeze"].mode == TOGGLE
    on.learn({"instrument": "drone", "parameter": "freeze"})
    on.turn(33, 127)
    on.wait(HELD_SECONDS + 0.1)
    assert maps(on) == {"drone.freeze": nano(33)}


def test_a_pad_of_an_unknown_device_counts_too(on: HandsOn) -> None:
    on.learn({"instrument": "drone", "parameter": "freeze"})
    on.send(0x99, 40, 30, device="Pads")
    on.send(0x89, 40, 0, device="Pads")
    assert maps(on) == {"drone.freeze": "midi/key40/ch10/Pads"}


def test_a_button_of_an_unknown_device_counts_too(on: HandsOn) -> None:
    on.learn({"instrument": "drone", "parameter": "freeze"})
    on.turn(80, 127, device="Buttons")
    on.turn(80, 0, device="Buttons")
    assert maps(on) == {"drone.freeze": "midi/cc80/ch1/Buttons"}


def test_a_pair_of_14_bits_is_one_control(on: HandsOn) -> None:
    for raw in range(8000, 8008):  # the parser has to see that they are a pair
        on.send(0xB0, 5, raw >> 7, device="Fine")
        on.send(0xB0, 37, raw & 127, device="Fine")
        on.wait(0.02)
    on.learn(Z1)
    for raw in range(8000, 9000, 50):
        on.send(0xB0, 5, raw >> 7, device="Fine")
        on.send(0xB0, 37, raw & 127, device="Fine")
        on.wait(0.02)
    assert maps(on) == {"drone.z1": "midi/cc5-14/ch1/Fine"}


def test_a_parameter_number_is_one_control(on: HandsOn) -> None:
    on.learn(Z1)
    for value in range(40, 60):
        for cc, byte in ((99, 9), (98, 82), (6, value)):
            on.send(0xB0, cc, byte, device="Synth")
        on.wait(0.02)
    assert maps(on) == {"drone.z1": "midi/nrpn1234/ch1/Synth"}


def test_an_encoder_without_ends_by_its_profile_or_as_it_is_said(on: HandsOn) -> None:
    on.learn(Z1)
    on.turn(47, 1, 1, 1, 1, device="APC40 mkII")
    assert maps(on) == {"drone.z1": "midi/cc47-rel1/ch1/APC40-mkII"}
    on.learn({**GAIN, "rel": 2})
    on.turn(20, 65, 65, 65, 65, device="Encoders")
    assert maps(on)["drone.gain"] == "midi/cc20-rel2/ch1/Encoders"
    on.wait(0.3)
    before = on.value("gain")
    on.turn(20, 60, device="Encoders")
    on.wait(0.3)
    assert on.value("gain") == pytest.approx(before - 4 / 127)


def test_bend_and_pressure_are_controls(on: HandsOn) -> None:
    on.learn(Z1, GAIN)
    for value in (64, 70, 80):
        on.send(0xE0, 0, value, device="Keys")
        on.wait(0.02)
    on.wait(QUIET)
    for value in (0, 10, 20):
        on.send(0xD0, value, device="Keys")
        on.wait(0.02)
    assert maps(on) == {"drone.z1": "midi/bend/ch1/Keys", "drone.gain": "midi/touch/ch1/Keys"}


def test_osc_is_learnt_too(on: HandsOn) -> None:
    on.learn(Z1)
    for value in (0.1, 0.12, 0.15):
        on.desk.hear("osc/fader/1", [value])
    assert maps(on) == {"drone.z1": "osc/fader/1"}


def test_how_it_is_to_move(on: HandsOn) -> None:
    on.learn({**Z1, "mode": SCALE, "low": 0.2, "high": 0.8, "curve": 2.0, "slew": 0.125})
    on.sweep(0, 0, 10)
    learnt = on.desk.state.maps["drone.z1"]
    assert (learnt.mode, learnt.low, learnt.high, learnt.curve, learnt.slew) == (SCALE, 0.2, 0.8, 2.0, 0.125)


def test_what_fits_the_parameter_unless_told(on: HandsOn) -> None:
    on.learn(Z1, {"instrument": "drone", "parameter": "sines"}, GAIN)
    for cc in range(3):
        on.sweep(cc, 0, 10)
        on.wait(QUIET)
    z, sines, gain = on.desk.state.maps.values()
    assert (z.low, z.high, z.slew, z.mode) == (0.0, 1.0, 0.0, PICKUP)
    assert sines.high == on.desk.state.instruments["drone"].info.sines
    bpm = on.desk.state.tempo.bpm
    assert gain.slew * 60.0 / bpm == pytest.approx(0.02, abs=1e-3), "gain would click from step to step"


def test_learning_again_replaces(on: HandsOn) -> None:
    for cc in (0, 1):
        on.learn(Z1)
        on.sweep(cc, 0, 10)
    assert maps(on) == {"drone.z1": nano(1)}


def test_a_name_is_learnt(on: HandsOn) -> None:
    assert on.learn({"name": "cutoff"}) == "learn: move a knob for knob.cutoff"
    on.sweep(70, 0, 10, device="Synth")
    assert on.desk.state.knobs == {"cutoff": "midi/cc70/ch1/Synth"}
    assert on.told() == ["learnt: knob.cutoff ← cc(70, ch=1)"]


@pytest.mark.parametrize("sounds", [True, False])
@pytest.mark.parametrize("end", ["none", "hush", "panic"])
def test_what_ends_learning_whether_anything_sounds_or_not(on: HandsOn, end: str, sounds: bool) -> None:
    if sounds:
        on.do(Play("drone", 0.0, 0.0))
    else:
        on.do(Hush())
    on.learn(Z1)
    if end == "none":
        on.learn()
    elif end == "hush":
        on.do(Hush())
    else:
        on.desk.panic()
    on.sweep(0, 0, 127)
    assert maps(on) == {}
    assert "learn" not in on.shown


def test_asking_says_what_is_armed_and_changes_nothing(on: HandsOn) -> None:
    assert on.desk.controls.request({}) == {"text": ""}
    on.learn(Z1)
    assert on.desk.controls.request({})["text"].endswith("drone.z1")


def test_by_an_address_of_osc(on: HandsOn) -> None:
    assert on.desk.controls.learn("/plaud/inst/drone/z1").endswith("drone.z1")
    assert on.desk.controls.learn("drone.gain").endswith("drone.gain")
    assert on.desk.controls.learn("") == ""


def test_osc_answers_what_is_waited_for_or_why_not(on: HandsOn) -> None:
    answer = QUERIES["/plaud/map/learn"](on.desk, "/plaud/inst/drone/z1")
    assert answer == ("/plaud/done", ("/plaud/map/learn", "learn: move a knob for drone.z1"))
    with pytest.raises(OscError) as error:
        QUERIES["/plaud/map/learn"](on.desk, "/plaud/inst/drone/z77")
    assert error.value.code == 404
    on.sweep(0, 0, 10)
    assert maps(on) == {"drone.z1": nano(0)}


WRONG = [
    ({"instrument": "dron", "parameter": "z1"}, "did you mean 'drone'"),
    ({"instrument": "drone", "parameter": "z99"}, "has no 'z99'"),
    ({"instrument": "drone", "parameter": "z"}, "a control moves one"),
    ({**Z1, "mode": "pikup"}, "did you mean 'pickup'"),
    ({**Z1, "low": 0.0, "high": 5.0}, "wants -0.5 to 1.5"),
    ({"name": "no name"}, "letters"),
    ({**Z1, "low": "x"}, "nothing that can be learnt"),
    ({"colour": 1}, "nothing that can be learnt"),
]


@pytest.mark.parametrize(("target", "says"), WRONG)
def test_what_cannot_be_learnt_is_said_before_anything_moves(
    on: HandsOn, target: dict[str, object], says: str
) -> None:
    on.learn(GAIN)
    with pytest.raises(ParameterError) as error:
        on.learn(target)
    assert says in str(error.value)
    assert on.shown["learn"].endswith("drone.gain"), "what was armed stays"


def test_a_parameter_is_learnt_once_a_time(on: HandsOn) -> None:
    on.learn(GAIN)
    with pytest.raises(ParameterError, match=r"^learn: drone\.z1 is there twice — once is enough$"):
        on.learn(Z1, {**GAIN, "mode": "jump"}, {**Z1, "mode": "jump"})
    with pytest.raises(ParameterError, match=r"knob\.cutoff is there twice"):
        on.learn({"name": "cutoff"}, {"name": "cutoff"})
    assert on.shown["learn"].endswith("drone.gain"), "what was armed stays"


def test_what_is_learnt_moves_at_once_when_it_passes(on: HandsOn) -> None:
    on.do(Set("drone", "z1", Constant(0.5), at=0.0))
    on.learn(Z1)
    on.sweep(0, 40, 80)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(80 / 127)
    on.learn({**Z1, "mode": JUMP})
    on.sweep(1, 10, 20)
    on.wait(0.1)
    assert on.value("z1") == pytest.approx(20 / 127)


def test_hands_leave_no_circles(on: HandsOn) -> None:
    def work(n: int) -> None:
        on.do(Set("drone", "z1", Constant(0.1 + n / 100), at=0.0))
        on.learn(Z1, GAIN)
        on.sweep(0, 0, 60, seconds=0.001)
        on.wait(REST_SECONDS + QUIET)
        on.sweep(1, 100, 60, seconds=0.001)
        on.turn(21, 5, 60)
        on.desk.undo()

    found = circles(work)
    gc.enable()
    assert found == {}


def test_learning_is_one_step_of_undo(on: HandsOn) -> None:
    on.do(Set("drone", "z1", Constant(0.5), at=0.0))
    on.learn(Z1)
    on.sweep(0, 0, 30)
    on.desk.undo()
    assert maps(on) == {}
