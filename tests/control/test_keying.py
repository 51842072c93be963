"""Keys and notes in the state: how they come there, last, are undone, and come over OSC."""

import json
from dataclasses import replace

import pytest

from plaud_live.control.keys import EndKeys, Keys, PlayNote, Spare, TypedNote, is_pitched
from plaud_live.control.osc import OscMessage
from plaud_live.control.osc_messages import changes_of
from plaud_live.control.parameters import LEVEL
from plaud_live.control.state import State
from plaud_live.control.transaction import Hush, Play, Transaction
from plaud_live.errors import OscError, PlaudError, TransactionError
from plaud_live.signals.graph import Constant
from plaud_live.signals.transitions import target
from tests.control.player import Player, load_info


@pytest.fixture
def player() -> Player:
    player = Player()
    state = player.conductor.state
    drone = state.instruments["drone"]
    pitched = replace(drone, info=replace(drone.info, harmonics=8))
    player.conductor.state = state.changed(instruments={**state.instruments, "drone": pitched})
    return player


def level(player: Player) -> float:
    signal = target(player.conductor.state.instruments["drone"].sources[LEVEL].signal)
    assert isinstance(signal, Constant)
    return signal.number


def test_keys_and_notes_last_and_travel_as_json(player: Player) -> None:
    player.do(Keys("drone", voices=3, attack=0.1, device="nano"), PlayNote("drone", 60.5, 0.5, 2.0))
    state = player.conductor.state
    again = State.from_data(json.loads(json.dumps(state.to_data())))
    assert again.keys == state.keys and again.notes == state.notes
    assert again.notes == (TypedNote("drone", 60.5, 0.5, 0.0, 2.0),)
    old = state.to_data()
    del old["keys"], old["notes"]
    assert State.from_data(old).keys == {} and State.from_data(old).notes == ()


def test_changes_travel_as_data() -> None:
    changes = (
        Keys("drone", 3, False, ch=2),
        PlayNote("drone", None, 0.0),
        EndKeys("drone"),
        Spare("drone", 2),
    )
    sent = json.loads(json.dumps(Transaction(changes).to_data()))
    assert Transaction.from_data(sent).changes == changes
    with pytest.raises(PlaudError):
        Transaction.from_data({"changes": [{**sent["changes"][0], "voices": "many"}]})


def test_an_instrument_that_is_silent_plays_for_keys_and_only_for_them(player: Player) -> None:
    player.do(Keys("drone"))
    assert level(player) == 1.0
    player.do(EndKeys("drone"))
    assert level(player) == 0.0
    player.do(Play("drone"))
    player.do(Keys("drone"))
    player.do(EndKeys("drone"))
    assert level(player) == 1.0


def test_after_a_hush_the_same_line_makes_it_play_again(player: Player) -> None:
    player.do(Keys("drone"))
    player.do(Hush())
    assert level(player) == 0.0
    player.do(Keys("drone"))
    assert level(player) == 1.0


def test_keys_are_undone_and_done_again(player: Player) -> None:
    player.do(Keys("drone", voices=2))
    player.do(PlayNote("drone", 60.0))
    player.conductor.undo(0)
    assert not player.conductor.state.keys
    player.conductor.redo(0)
    assert player.conductor.state.keys["drone"].voices == 2


def test_a_note_that_nobody_ends_ends_with_the_keys_that_are_undone_and_with_panic(player: Player) -> None:
    player.do(Keys("drone"))
    player.do(PlayNote("drone", 60.0))
    player.conductor.undo(0)
    player.conductor.redo(0)
    assert player.conductor.state.keys and not player.conductor.state.notes
    player.do(PlayNote("drone", 60.0))
    player.conductor.panic(0)
    assert not player.conductor.state.notes
    player.conductor.undo(0)
    assert level(player) == 1.0 and not player.conductor.state.notes


def test_voices_that_are_taken_away_come_back_by_the_performers_word_alone(
    player: Player,
) -> None:
    player.do(Keys("drone", voices=4, attack=0.5))
    player.set("gain", 0.3)
    depth = player.conductor.undo_depth
    player.do(Spare("drone", 2), by="engine")
    player.do(Spare("drone", 3), by="engine")
    player.do(Spare("nobody", 1), by="engine")
    assert player.conductor.state.keys["drone"] == Keys("drone", voices=2, attack=0.5)
    assert player.conductor.undo_depth == depth
    player.conductor.undo(0)
    assert player.conductor.state.keys["drone"].voices == 2
    player.conductor.redo(0)
    player.do(Keys("drone", voices=4, attack=0.5))
    assert player.conductor.state.keys["drone"].voices == 4
    player.conductor.undo(0)
    assert player.conductor.state.keys["drone"].voices == 2


def test_a_note_is_nobodys_step_and_what_was_undone_can_be_done_again(player: Player) -> None:
    player.do(Keys("drone", voices=2))
    player.do(Keys("drone", voices=3))
    player.conductor.undo(0)
    depth = player.conductor.undo_depth
    player.do(PlayNote("drone", 60.0))
    assert player.conductor.undo_depth == depth
    player.conductor.redo(0)
    assert player.conductor.state.keys["drone"].voices == 3


def test_notes_that_are_over_are_forgotten_and_too_many_are_refused(player: Player) -> None:
    player.do(Keys("drone"))
    for i in range(512):
        player.do(PlayNote("drone", 10.0 + i / 8, length=1.0, at=0.0))
    with pytest.raises(TransactionError, match="512 notes"):
        player.do(PlayNote("drone", 9.0))
    player.do(PlayNote("drone", 9.0, at=0.0), at=2.0)
    assert len(player.conductor.state.notes) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (PlayNote("drone", 60.0), "drone is not played by keys"),
        (Keys("drone", voices=5), "voices 5, wants 1 to 4"),
        (Keys("drone", tuning=44.0), "tuning 44, wants 220 to 880"),
        (Keys("drone", low=60, high=60), "high 60 wants to be above low 60"),
        (Keys("bell"), "no instrument 'bell'"),
    ],
)
def test_what_does_not_fit_is_refused(player: Player, change: object, said: str) -> None:
    with pytest.raises(PlaudError, match=said):
        player.do(change)


def test_without_harmonics_or_a_pitch_latent_there_is_no_pitch() -> None:
    info = load_info("default")
    assert not is_pitched(info)
    assert is_pitched(replace(info, names=("pitch", *info.names[1:])))
    player = Player()
    with pytest.raises(TransactionError, match="has no pitch to play"):
        player.do(Keys("drone"))


def test_over_osc_a_note_is_on_until_its_velocity_is_0(player: Player) -> None:
    state = player.conductor.state
    address = "/plaud/inst/drone/note"
    assert changes_of(state, OscMessage(address, (60, 0.5))) == (PlayNote("drone", 60.0, 0.5, None, 0.0),)
    assert changes_of(state, OscMessage(address, (60, 0.0, 4.0))) == (
        PlayNote("drone", 60.0, 0.0, None, 4.0),
    )
    for wrong in ((), (128, 0.5), (60, 1.5), ("c4", 0.5)):
        with pytest.raises(OscError):
            changes_of(state, OscMessage(address, wrong))
