"""Swaps as changes of the state: what stays, what goes along, where they lead when they follow each other."""

import json
from typing import Any

import numpy as np
import pytest

from plaud_live.control.conductor import Conductor
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import State
from plaud_live.control.state_json import StateText
from plaud_live.control.transaction import Load, Mark, Offer, Play, Set, Swap, Transaction
from plaud_live.errors import TransactionError
from plaud_live.signals.graph import Constant
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Anchor, Vector
from tests.control.player import BEAT, RATE, Player, model

PARENT = "digest_of_default"


def child(name: str, **changes: Any) -> ModelInfo:
    return model(name, **{"lineage": PARENT, "parent": PARENT, **changes})


MODELS = {
    each.name: each
    for each in (
        model("default"),
        child("rust"),
        child("moss"),
        child("wide", low=(-4.0, -1.0, 0.0), high=(4.0, 1.0, 4.0)),
        child("small", sines=32, noise_bands=0),
        child("rich", sines=200, harmonics=40),
        model("glass", low=(0.0, 0.0, 0.0), high=(1.0, 1.0, 1.0), anchors={"bell": (0.1, 0.2, 0.3)}),
        model("six", low=(0.0,) * 6, high=(1.0,) * 6, home=(0.5,) * 6, names=("",) * 6, anchors={}),
        model("stereo", channels=2),
    )
}


class Swapper(Player):
    """A player whose models are these."""

    def __init__(self) -> None:
        self.conductor = Conductor(RATE, lambda name: MODELS[name.removeprefix("digest_of_")])
        self.do(Load("drone", "default"))

    def swap(self, name: str = "", at: float = 0.0, **more: Any) -> Any:
        return self.do(Swap("drone", name, **more), at=at, text=f"drone.swap({name!r})")

    @property
    def drone(self) -> Any:
        return self.conductor.state.instruments["drone"]

    @property
    def way(self) -> list[Any]:
        """The models that are heard, and between them where their passages begin and end."""
        shown: list[Any] = []
        for passage in self.drone.passages:
            shown += [passage.before.name, (passage.start, passage.end)]
        return [*shown, self.drone.info.name]


def test_a_swap_begins_at_a_multiple_and_takes_its_beats() -> None:
    player = Swapper()
    said = player.swap("rust", at=3.0, over=2.0)  # type: ignore[misc]
    assert said.beat == 3.0 and said.message == "drone: default → rust over 2 beats"
    player = Swapper()
    player.do(Swap("drone", "rust", at=16.0), at=3.0)
    assert player.way == ["default", (16.0, 24.0), "rust"]  # 8 beats unless told
    passage = player.drone.passages[0]
    assert [passage.share(beat) for beat in (0.0, 16.0, 18.0, 24.0, 99.0)] == [0.0, 0.0, 0.25, 1.0, 1.0]


def test_what_drives_it_goes_on_as_the_same_objects() -> None:
    player = Swapper()
    player.set("z0", lfo(16))
    player.set("gain", 0.4)
    before = dict(player.drone.sources)
    player.swap("rust", at=1.0)
    assert all(player.drone.sources[name] is source for name, source in before.items())
    assert player.drone.name == "drone"


def test_it_is_never_faster_than_a_glide() -> None:
    player = Swapper()
    player.swap("rust", at=1.0, over=0.0)
    start, end = player.way[1]
    assert (end - start) * BEAT == pytest.approx(0.05 * RATE)


def test_the_same_line_again_changes_nothing() -> None:
    player = Swapper()
    player.swap("rust", at=1.0)
    state = player.conductor.state
    assert player.swap("rust", at=2.0).message == "drone plays rust already"
    assert player.conductor.state is state


def test_undo_of_one_that_waits_leaves_no_trace_and_redo_has_it_again() -> None:
    player = Swapper()
    player.do(Swap("drone", "rust", at=16.0), at=1.0)
    player.conductor.undo(2 * BEAT)
    assert player.way == ["default"] and player.drone.past == ()
    player.conductor.redo(3 * BEAT)
    assert player.drone.info.name == "rust"


def test_undo_while_it_crosses_goes_back_from_where_it_is() -> None:
    player = Swapper()
    player.swap("rust", at=1.0, over=8.0)
    player.conductor.undo(5 * BEAT)
    first, second = player.drone.passages
    assert player.way[::2] == ["default", "rust", "default"]
    assert first.share(5.0) == 0.5 and second.start == 5.0


def test_back_goes_to_what_was_left_and_further() -> None:
    player = Swapper()
    for beat, name in ((1.0, "rust"), (20.0, "moss")):
        player.swap(name, at=beat)
    for beat, name in ((40.0, "rust"), (60.0, "default")):
        assert player.do(Swap("drone", back=True), at=beat).beat == beat
        assert player.drone.info.name == name
        assert player.drone.passages[-1].beats == 4.0
    with pytest.raises(TransactionError, match=r"^drone.back: 'default' is what it was loaded with: there"):
        player.do(Swap("drone", back=True), at=80.0)


def test_a_swap_during_a_swap_comes_on_top_of_it() -> None:
    player = Swapper()
    player.swap("rust", at=0.0, over=8.0)
    player.swap("moss", at=4.0, over=8.0)
    assert player.way == ["default", (0.0, 8.0), "rust", (4.0, 12.0), "moss"]
    assert [info.name for info in player.drone.past] == ["default", "rust"]
    player.conductor.settle(9 * BEAT)
    assert player.way == ["rust", (4.0, 12.0), "moss"]
    player.conductor.settle(12 * BEAT)
    assert player.way == ["moss"]


def test_one_that_has_not_begun_is_replaced() -> None:
    player = Swapper()
    player.do(Swap("drone", "rust", at=16.0), at=1.0)
    player.swap("moss", at=2.0)
    assert player.way == ["default", (2.0, 10.0), "moss"]
    assert [info.name for info in player.drone.past] == ["default"]


def test_three_at_a_time_are_enough() -> None:
    player = Swapper()
    for beat, name in enumerate(("rust", "moss", "wide")):
        player.swap(name, at=float(beat), over=32.0)
    with pytest.raises(TransactionError, match=r"^drone.swap: 3 swaps are under way — wait until the first"):
        player.swap("small", at=4.0)


def test_without_a_name_it_is_the_newest_that_was_offered() -> None:
    player = Swapper()
    with pytest.raises(TransactionError, match=r"^drone.swap\(\): training has left no candidate yet — name"):
        player.swap()
    depth = player.conductor.undo_depth
    player.do(Offer("drone", "moss"), Offer("drone", "rust"), at=1.0)
    assert player.conductor.undo_depth == depth  # nobody's step
    player.swap(at=2.0)
    assert player.drone.info.name == "rust"
    player.do(Swap("drone", back=True), at=20.0)
    player.swap(at=40.0)
    assert player.drone.info.name == "rust"  # to and fro


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "six",
            "drone.swap: 'six' has 6 latents, drone 3 — load it as another instrument: six = load(\"six\")",
        ),
        ("stereo", "drone.swap: 'stereo' has 2 channels, drone 1 — load it as another instrument: "),
    ],
)
def test_a_model_that_cannot_take_its_part_is_refused(name: str, line: str) -> None:
    player = Swapper()
    before = player.conductor.state
    with pytest.raises(TransactionError) as refused:
        player.swap(name, at=1.0)
    assert str(refused.value).startswith(line)
    assert player.conductor.state is before


def test_all_of_a_transaction_or_nothing() -> None:
    player = Swapper()
    before = player.conductor.state
    with pytest.raises(TransactionError):
        player.do(Swap("drone", "rust"), Swap("drone", "six"), at=1.0)
    assert player.conductor.state is before
    player.do(Swap("drone", "rust", at=4.0, over=2.0), Play("drone", 2.0, 4.0), at=1.0)
    assert player.way == ["default", (4.0, 6.0), "rust"]
    player.conductor.undo(2 * BEAT)
    assert player.way == ["default"]
    assert player.hear("level", 9.0)[0] == 0.0


def test_marks_of_before_lead_to_the_same_place_and_undo_keeps_to_them() -> None:
    player = Swapper()
    player.set("z", Vector((0.2, 0.4, 0.6)))
    player.do(Mark("drone", "home"), at=1.0)
    player.swap("rust", at=2.0)
    player.set("z", Anchor("home"), at=12.0, over=0.0)
    assert np.allclose(player.hear("z", 13.0)[0], (0.2, 0.4, 0.6))
    player.do(Mark("drone", "there"), at=13.0)
    player.do(Swap("drone", back=True), at=14.0)
    assert set(player.conductor.state.anchors[PARENT]) == {"bell", "rust", "home", "there"}


def test_a_relative_with_other_ranges_is_said_and_the_position_stays() -> None:
    player = Swapper()
    player.set("z", Vector((0.2, 0.4, 0.6)))
    said = player.swap("wide", at=1.0).message
    assert said.endswith("wide has other ranges: the position stays, 0..1, and may sound elsewhere")
    assert np.allclose(player.hear("z", 20.0)[0], (0.2, 0.4, 0.6))
    player.set("z", Anchor("bell"), at=20.0, over=0.0)  # raw (2, -1, 1): of the lineage, by other ranges
    assert np.allclose(player.hear("z", 21.0)[0], (0.75, 0.0, 0.25))


def test_no_relative_takes_marks_along_as_positions_and_names_of_its_own_come_first() -> None:
    player = Swapper()
    player.set("z", Vector((0.2, 0.4, 0.6)))
    player.do(Mark("drone", "home"), at=1.0)
    said = player.swap("glass", at=2.0).message
    assert said.endswith("glass is no relative: anchors keep their place, not their sound")
    for name, place in (("home", (0.2, 0.4, 0.6)), ("bell", (0.1, 0.2, 0.3))):
        player.set("z", Anchor(name), at=12.0, over=0.0)
        assert np.allclose(player.hear("z", 13.0)[0], place)


def test_counts_that_were_never_touched_are_those_of_the_model_others_stay() -> None:
    player = Swapper()
    player.swap("rich", at=0.0, over=8.0)
    assert player.hear("sines", [1.0, 9.0]).tolist() == [200.0, 200.0]  # the other voice has 96, and no more
    assert player.hear("harmonics", 9.0)[0] == 40.0
    player.swap("small", at=20.0, over=8.0)
    assert player.hear("sines", [21.0, 28.0]).tolist() == [200.0, 32.0]
    assert "harmonics" not in player.drone.sources and "noise_bands" not in player.drone.sources
    player.swap("default", at=40.0)
    player.set("sines", 50.0, at=60.0, over=0.0)
    player.swap("rich", at=80.0)
    assert player.hear("sines", 99.0)[0] == 50.0
    player.conductor.undo(100 * BEAT)
    assert player.hear("noise_bands", 101.0)[0] == 384.0


def test_the_state_survives_json_and_its_text_says_the_same() -> None:
    player = Swapper()
    player.do(Offer("drone", "moss"), at=0.5)
    player.swap("rust", at=1.0)
    state = player.conductor.state
    data = json.loads(json.dumps(state.to_data()))
    assert State.from_data(data).instruments["drone"].passages == player.drone.passages
    assert State.from_data(data).to_data() == state.to_data()
    assert json.loads(StateText().encode(state)) == data


def test_a_digest_that_is_known_is_what_counts() -> None:
    player = Swapper()
    change = Swap("drone", "six", digest="digest_of_rust")  # a name may mean another file by now
    player.do(Offer("drone", "rust"), at=0.5)
    player.do(change, at=1.0)
    assert player.drone.info.name == "rust"


def test_a_file_that_was_written_anew_is_known_by_its_new_digest() -> None:
    player = Swapper()
    player.swap("rust", at=1.0)
    anew = child("default", digest="anew", lineage=PARENT, path="/models/default.plaud", parent="")
    assert player.conductor.rewritten({PARENT}, anew)
    assert player.drone.passages[0].before.digest == "anew" and player.drone.past[0].digest == "anew"
    player.conductor.undo(3 * BEAT)
    assert player.drone.info.digest == "anew"


def test_a_parameter_that_only_the_new_one_has_is_there_at_once() -> None:
    player = Swapper()
    with pytest.raises(Exception, match="harmonics"):
        player.do(Set("drone", "harmonics", Constant(3.0)))
    player.do(Swap("drone", "rich", at=16.0), at=1.0)
    player.do(Set("drone", "harmonics", Constant(3.0)), at=2.0)
    assert player.hear("harmonics", 20.0)[0] == 3.0


def test_transactions_survive_json() -> None:
    changes = (Swap("drone", "rust", 8.0, 16.0, True, "abc"), Offer("drone", "/m/rust.plaud"))
    transaction = Transaction(changes, "swap")
    assert Transaction.from_data(json.loads(json.dumps(transaction.to_data()))) == transaction
