"""Auditions as changes of the state: there and back by itself, ended early in all ways that there are."""

import json

import pytest

from plaud_live.control.state import State
from plaud_live.control.transaction import Hush, Offer, Play, Swap
from plaud_live.errors import TransactionError
from plaud_live.signals.oscillators import lfo
from tests.control.player import BEAT, RATE
from tests.control.test_swapping import Swapper


class Listener(Swapper):
    def __init__(self) -> None:
        super().__init__()
        self.do(Offer("drone", "rust"))
        self.do(Play("drone", 0.0))

    def audition(self, at: float, name: str = "", stay: float = 16.0, **more: float) -> str:
        return str(self.do(Swap("drone", name, stay=stay, **more), at=at, text="audition").message)

    def undo(self, at: float) -> None:
        self.conductor.undo(round(at * BEAT))

    def settle(self, at: float) -> None:
        self.conductor.settle(round(at * BEAT))


@pytest.fixture
def player() -> Listener:
    return Listener()


def test_it_goes_there_and_comes_back_by_itself(player: Listener) -> None:
    said = player.audition(2.0)
    assert said == "drone: rust in place of default for 16 beats — drone.swap() stays with it"
    assert player.way == ["default", (2.0, 2.5), "rust", (18.0, 18.5), "default"]
    assert player.drone.past == (), "it was not left"
    player.settle(10.0)
    assert player.way == ["rust", (18.0, 18.5), "default"]
    player.settle(19.0)
    assert player.way == ["default"]


@pytest.mark.parametrize("word", ["again", "back"])
def test_the_same_again_or_back_ends_it(player: Listener, word: str) -> None:
    player.audition(2.0)
    change = Swap("drone", stay=16.0) if word == "again" else Swap("drone", back=True)
    assert player.do(change, at=6.0).message == "drone: back to default"
    assert player.way == ["rust", (6.0, 6.5), "default"]
    player.settle(7.0)
    assert player.way == ["default"] and player.drone.past == ()


def test_back_takes_the_beats_that_it_is_given_and_what_comes_back_already_goes_on(player: Listener) -> None:
    player.audition(2.0)
    player.do(Swap("drone", back=True, over=3.0), at=6.0)
    assert player.way[-2] == (6.0, 9.0)
    player.settle(10.0)
    player.audition(12.0, stay=4.0)
    player.settle(16.2)
    before = player.way
    with pytest.raises(TransactionError, match="is what it was loaded with"):
        player.do(Swap("drone", back=True), at=17.0)
    assert player.way == before


def test_a_swap_stays_with_it_and_knows_what_it_has_left(player: Listener) -> None:
    player.audition(2.0)
    player.settle(6.0)
    player.do(Swap("drone"), at=7.0)
    assert player.way == ["rust"] and [info.name for info in player.drone.past] == ["default"]
    player.do(Swap("drone", back=True), at=9.0)
    assert player.way == ["rust", (9.0, 13.0), "default"]


def test_another_one_comes_in_its_place(player: Listener) -> None:
    player.audition(2.0)
    player.settle(4.0)
    player.audition(6.0, "moss", stay=8.0)
    assert player.way == ["rust", (6.0, 6.5), "moss", (14.0, 14.5), "default"]


def test_undo_ends_it_while_it_goes_on_and_is_for_what_was_before_it_once_it_is_over(
    player: Listener,
) -> None:
    player.set("z0", lfo(4), at=1.0)
    player.audition(2.0)
    player.undo(6.0)
    assert player.way[::2] == ["rust", "default"] and player.way[1] == (6.0, pytest.approx(6.08, abs=0.01))
    player.settle(8.0)
    assert player.way == ["default"]
    with pytest.raises(TransactionError, match="nothing to redo"):
        player.conductor.redo(9 * BEAT)
    player.audition(10.0)
    player.settle(30.0)
    assert "lfo" in repr(player.drone.sources["z"].signal)
    player.undo(31.0)
    player.settle(33.0)
    assert "lfo" not in repr(player.drone.sources["z"].signal), "the audition is over: undo is for z0"


def test_undo_of_something_else_leaves_it_alone(player: Listener) -> None:
    player.audition(2.0)
    player.set("z0", lfo(4), at=3.0)
    way = player.way
    player.undo(5.0)
    assert player.way == way
    player.undo(6.0)
    player.settle(8.0)
    assert player.way == ["default"]


def test_hush_and_panic_end_it(player: Listener) -> None:
    player.audition(2.0)
    player.do(Hush(2.0), at=6.0)
    assert player.way[-2][0] == 8.0, "once it is silent"
    player.settle(9.0)
    assert player.way == ["default"]
    player.do(Play("drone", 0.0), at=10.0)
    player.audition(12.0)
    player.conductor.panic(14 * BEAT)
    assert player.way == ["default"]
    player.undo(15.0)
    assert player.way == ["default"]


def test_it_is_the_same_after_a_journey_as_data(player: Listener) -> None:
    player.audition(2.0)
    state = player.conductor.state
    again = State.from_data(json.loads(json.dumps(state.to_data())))
    assert again.instruments["drone"].passages == state.instruments["drone"].passages
    player.conductor.restore(state.to_data())
    player.do(Swap("drone", back=True), at=6.0)
    assert player.way[-2] == (6.0, 6.5)


def test_mistakes_are_a_line(player: Listener) -> None:
    empty = Swapper()
    for change, why in (
        (Swap("drone", stay=4.0), r"drone.audition\(\): training has left no candidate yet — name a model"),
        (Swap("drone", "six", stay=4.0), "drone.audition: 'six' has 6 latents, drone 3"),
        (Swap("drone", "rust", stay=0.2), r"drone.audition: wants to stay for 0.5 beats or more, not 0.2"),
    ):
        with pytest.raises(TransactionError, match=why):
            empty.do(change, at=1.0)
    assert empty.do(Swap("drone", "default", stay=4.0), at=1.0).message == "drone plays default already"
    assert RATE == 46000
