"""Maps in the state: what is refused, what is undone, and that a knob at rest leaves what was heard."""

import json

import numpy as np
import pytest

from plaud_live.control.mapping import driven_by, in_hand
from plaud_live.control.maps import MAX_MAPS, Knob, Map, Rest, Unmap
from plaud_live.control.state import State
from plaud_live.control.takeover import PICKUP, SCALE
from plaud_live.control.transaction import Load, Set, Tempo
from plaud_live.engine.inputs import Inputs
from plaud_live.errors import ParameterError, PlaudError, TransactionError
from plaud_live.signals.graph import Constant, Evaluation
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Reference
from plaud_live.signals.transitions import target
from tests.control.player import BEAT, RATE, Player

FADER = "midi/cc0/ch1/nanoKONTROL2"
F1 = Map("drone", "z2", FADER, "f1")


@pytest.fixture
def player() -> Player:
    return Player()


def heard(player: Player, inputs: Inputs, name: str, beats: np.ndarray) -> np.ndarray:
    state = player.conductor.state
    index = int(name[1:]) if name[0] == "z" and name != "z" else None
    source = state.lookup(("drone", "z" if index is not None else name, index))
    return Evaluation(beats, state.lookup, inputs=inputs).value(source)


def test_a_map_is_kept_under_the_parameters_first_name_and_told(player: Player) -> None:
    player.do(Map("drone", "bright", FADER, "f1", SCALE, 0.2, 0.8, 2.0, 0.125))
    state = player.conductor.state
    assert list(state.maps) == ["drone.z1"]
    again = State.from_data(json.loads(json.dumps(state.to_data())))
    assert again.maps == state.maps


def test_the_same_again_changes_nothing(player: Player) -> None:
    player.do(F1)
    before = player.conductor.state
    player.do(F1)
    assert player.conductor.state is before
    player.do(Map("drone", "z2", FADER, "f1", SCALE))
    assert player.conductor.state.maps["drone.z2"].mode == SCALE
    assert len(player.conductor.state.maps) == 1, "one control a parameter"


def test_a_map_of_an_instrument_that_is_not_there_yet_waits(player: Player) -> None:
    player.do(Map("later", "z1", FADER))
    state = player.conductor.state
    assert driven_by(state, state.maps["later.z1"]) is None
    player.do(Load("later", "other"))
    assert driven_by(player.conductor.state, state.maps["later.z1"]) is not None


REFUSED = [
    (Map("drone", "z", FADER), "drone.z is 3 numbers"),
    (Map("drone", "brigth", FADER), "did you mean 'bright'"),
    (Map("drone", "z2", "no such thing"), "no control"),
    (Map("drone", "z2", FADER, mode="pikcup"), "did you mean 'pickup'"),
    (Map("drone", "z2", FADER, low=-2.0), "range of drone.z2: -2, wants -0.5 to 1.5"),
    (Map("drone", "gain", FADER, low=0.4, high=0.4), "both ends are 0.4"),
    (Map("later", "gain", FADER, low=0.4, high=0.4), "both ends are 0.4"),
    (Map("drone", "z2", FADER, curve=0.01), "curve=0.01"),
    (Map("drone", "z2", FADER, slew=100.0), "slew=100"),
    (Knob("kno b", FADER), "letters"),
    (Knob("cutoff", "no such thing"), "no control"),
    (Rest("drone", "nothing", F1.live, 0.5), "has no 'nothing'"),
]


@pytest.mark.parametrize(("change", "says"), REFUSED)
def test_what_does_not_fit_is_refused_in_a_line(player: Player, change: object, says: str) -> None:
    before = player.conductor.state
    with pytest.raises(PlaudError) as error:
        player.do(change)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert player.conductor.state is before


def test_there_is_an_end_to_maps(player: Player) -> None:
    for i in range(MAX_MAPS):
        player.do(Map(f"later{i}", "z0", FADER))
    with pytest.raises(TransactionError):
        player.do(Map("more", "z0", FADER))


def test_undo_and_redo_of_maps(player: Player) -> None:
    player.do(F1)
    player.do(Map("drone", "gain", FADER))
    player.do(Unmap("drone", "z2"))
    assert list(player.conductor.state.maps) == ["drone.gain"]
    player.conductor.undo(0)
    assert sorted(player.conductor.state.maps) == ["drone.gain", "drone.z2"]
    player.conductor.undo(0)
    player.conductor.undo(0)
    assert not player.conductor.state.maps
    player.conductor.redo(0)
    assert list(player.conductor.state.maps) == ["drone.z2"]
    player.do(Unmap())
    assert not player.conductor.state.maps


def test_to_let_go_of_what_is_free_changes_nothing(player: Player) -> None:
    before = player.conductor.state
    player.do(Unmap("drone", "z1"), Unmap(), Knob("cutoff"))
    assert player.conductor.state is before


def test_a_named_knob_is_told_and_forgotten(player: Player) -> None:
    player.do(Knob("cutoff", FADER))
    again = State.from_data(json.loads(json.dumps(player.conductor.state.to_data())))
    assert again.knobs == {"cutoff": FADER}
    player.do(Knob("cutoff"))
    assert not player.conductor.state.knobs


def test_what_was_written_before_there_were_maps_is_read(player: Player) -> None:
    data = player.conductor.to_data()
    del data["maps"], data["knobs"]
    assert State.from_data(data).maps == {}


@pytest.mark.parametrize(
    ("low", "high", "curve", "slew"),
    [(0.0, 1.0, 1.0, 0.0), (0.2, 0.8, 1.0, 0.0), (0.8, 0.2, 2.0, 0.0), (0.0, 1.0, 0.5, 0.125)],
)
def test_at_rest_the_number_is_what_was_heard(
    player: Player, low: float, high: float, curve: float, slew: float
) -> None:
    """Before the beat of rest and after it the same, and the state no longer needs the input."""
    mapping = Map("drone", "z2", FADER, "f1", PICKUP, low, high, curve, slew)
    player.do(mapping)
    inputs = Inputs()
    player.set("z2", mapping.signal, at=1.0)
    assert in_hand(player.conductor.state, mapping)
    for step in range(8):
        inputs.write(mapping.live, 1.0 + step / 16, step / 10)
    beats = np.linspace(1.2, 6.0, 200)
    before = heard(player, inputs, "z2", beats)
    player.do(Rest("drone", "z2", mapping.live, 0.7), at=3.0)
    assert not in_hand(player.conductor.state, mapping)
    assert heard(player, inputs, "z2", beats) == pytest.approx(before, abs=1e-12)
    player.conductor.settle(round(5 * BEAT))
    settled = target(player.conductor.state.lookup(("drone", "z", 2)))
    assert isinstance(settled, Constant)
    assert settled.number == pytest.approx(mapping.value(0.7))
    assert mapping.position(settled.number) == pytest.approx(0.7)


def test_what_lies_over_a_knob_goes_on_at_rest(player: Player) -> None:
    player.do(F1)
    inputs = Inputs()
    inputs.write(F1.live, 0.5, 0.3)
    player.set("z2", F1.signal, at=1.0)
    player.set("z2", Reference("drone", "z", 2) + 0.1 * lfo(2), at=2.0, text="z2 += .1*lfo(2)")
    beats = np.linspace(4.0, 8.0, 100)
    before = heard(player, inputs, "z2", beats)
    player.do(Rest("drone", "z2", F1.live, 0.3), at=3.0)
    assert not in_hand(player.conductor.state, F1)
    assert heard(player, Inputs(), "z2", beats) == pytest.approx(before, abs=1e-12)
    player.set("z2", Reference("drone", "z", 2) + 0.1 * lfo(2), at=5.0, text="z2 += .1*lfo(2)")
    assert heard(player, Inputs(), "z2", beats)[-20:] == pytest.approx(before[-20:], abs=1e-12), "one layer"


def test_rest_is_no_step_to_undo_and_waits_for_what_is_on_its_way(player: Player) -> None:
    player.set("gain", 0.2, at=0.5)
    player.do(F1)
    player.set("z2", F1.signal, at=1.0, over=8.0)
    before = player.conductor.state
    player.do(Rest("drone", "z2", F1.live, 0.5), at=3.0)
    assert player.conductor.state is before
    depth = player.conductor.undo_depth
    player.do(Rest("drone", "z2", F1.live, 0.5), at=10.0)
    assert player.conductor.state is not before
    assert player.conductor.undo_depth == depth
    player.conductor.undo(11 * BEAT)
    assert player.conductor.state.maps, "undo takes back the movement"
    assert player.hear("z", 20.0)[0, 2] == pytest.approx(0.5)


def test_undo_of_tempo_is_not_touched_by_rest(player: Player) -> None:
    bpm = player.conductor.state.tempo.bpm
    player.do(Tempo(150.0))
    player.do(F1)
    player.set("z2", F1.signal, at=1.0)
    player.do(Rest("drone", "z2", F1.live, 0.5), at=4.0)
    for _ in range(3):
        player.conductor.undo(5 * RATE)
    assert player.conductor.state.tempo.bpm == bpm


def test_a_map_that_names_nothing_of_the_model_is_refused_when_it_is_there(player: Player) -> None:
    with pytest.raises(ParameterError):
        player.do(Map("drone", "z7", FADER))
    assert isinstance(player.conductor.state.lookup(("drone", "z", 2)), Constant)
    player.do(Set("drone", "z2", Constant(0.1)))
