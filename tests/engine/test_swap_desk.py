"""Swaps at the desk: what there is time for, what is kept ready, what comes back, also after a death."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.transaction import Mark, Play, Quant, Swap, Transaction
from plaud_live.engine.anchors import save_anchors
from plaud_live.engine.casting import Cast, make_voices, prepare, recast
from plaud_live.engine.desk import MOST_KEPT
from plaud_live.errors import TransactionError
from tests.engine.test_desk import RATE, Stage
from tests.models_for_tests import child_file
from tests.signals import level_db


class Swapper(Stage):
    """A desk with a drone that plays, asked as the engine asks it: models are found and cast first."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.loop.next_sample = lambda: self.renderer.position  # type: ignore[method-assign]
        self.desk.fetch = self.fetched.append
        self.load(Quant(0.0), Play("drone", 0.0))
        self.play(RATE // 4)

    fetched: list[Any]

    def __new__(cls, folder: Path) -> "Swapper":
        made = super().__new__(cls)
        made.fetched = []
        return made

    def child(self, name: str, change: float = 0.05, seed: int = 7) -> str:
        return str(child_file(Path(self.path), name, change, seed))

    def swap(self, model: str = "", **more: Any) -> None:
        transaction = Transaction((Swap("drone", model, **more),), "swap")
        prepared = prepare(self.models, self.desk.state, transaction, RATE, self.desk.lacking)
        self.desk.submit(prepared.transaction, prepared.cast)

    def until(self, beats: float) -> np.ndarray:
        out = self.play(round(beats * RATE * 60 / 92))
        self.desk.tidy()
        return out

    @property
    def plays(self) -> str:
        return self.renderer.slots["drone"].info.name

    @property
    def digests(self) -> set[str]:
        return set(self.renderer.slots["drone"].parts)


@pytest.fixture
def stage(tmp_path: Path) -> Swapper:
    return Swapper(tmp_path)


def test_without_time_for_both_it_is_refused_with_figures_and_knobs(stage: Swapper) -> None:
    path = stage.child("rust")
    before = stage.desk.state
    stage.loop.load = 0.7999
    with pytest.raises(TransactionError) as refused:
        stage.swap(path)
    line = str(refused.value)
    assert line.startswith("drone.swap: both at once would take ") and "(80% now, " in line
    assert line.endswith("or drone.stop() before") and "--block" in line
    assert stage.desk.state is before
    stage.loop.load = 0.2
    stage.swap(path, over=1.0)
    stage.loop.load = 0.9
    stage.until(0.5)
    stage.swap(back=True)  # it sounds as it is
    assert stage.desk.state.instruments["drone"].info.name == "tiny"


def test_one_that_sleeps_needs_no_time(stage: Swapper) -> None:
    path = stage.child("rust")
    stage.submit(Play("drone", 0.0))
    stage.desk.panic()
    stage.until(1)
    stage.loop.load = 0.95
    stage.swap(path)
    assert stage.desk.state.instruments["drone"].info.name == "rust"


def test_undo_and_redo_need_nothing_where_both_are_ready(stage: Swapper) -> None:
    stage.swap(stage.child("rust"), over=1.0)
    stage.until(2)
    for word, name in (("undo", "tiny"), ("redo", "rust")):
        assert stage.desk.coming(word) == []
        getattr(stage.desk, word)()
        stage.until(1)
        assert stage.plays == name


def test_of_many_models_the_last_are_ready_and_an_older_one_is_fetched(stage: Swapper) -> None:
    paths = [stage.child(f"child_{i}", seed=i) for i in range(MOST_KEPT + 2)]
    for path in paths:
        stage.swap(path, over=0.0)
        stage.until(1)
    assert len(stage.digests) <= MOST_KEPT + 1
    for _ in range(len(paths) - 1):
        if stage.desk.coming("undo"):
            break
        stage.desk.undo()
        stage.until(1)
    wishes = stage.desk.coming("undo")
    before = stage.desk.state
    assert wishes
    with pytest.raises(TransactionError, match=r"^undo: child_\d is being fetched from its file — once more"):
        stage.desk.undo()
    assert stage.fetched == [wishes] and stage.desk.state is before
    cast = recast(stage.models, wishes, RATE, stage.desk.lacking)
    stage.desk.undo("prompt", cast)
    heard = stage.until(1)
    assert stage.plays == wishes[0][1].name and level_db(heard) > -50.0


def test_a_replacement_in_the_middle_of_a_swap_plays_both_from_there(stage: Swapper, tmp_path: Path) -> None:
    path = stage.child("rust", change=0.3)
    stage.swap(path, over=8.0)
    stage.until(4)
    stage.desk.publish()
    (told,) = stage.said("state")[-1:]
    other = Stage(tmp_path)
    other.renderer.position = stage.renderer.position
    infos = stage.desk.state.instruments["drone"].models
    cast = [Cast("drone", info, make_voices(other.models, info, "drone", 1, RATE)) for info in infos]
    other.desk.restore(told["state"], cast)
    other.play(RATE)
    assert [part.info.name for part in other.renderer.slots["drone"]._way.parts] == ["tiny", "rust"]
    other.play(4 * RATE)
    assert other.renderer.slots["drone"].info.name == "rust"


@pytest.mark.parametrize("beats", [4.0, 20.0])
def test_a_replacement_long_after_a_swap_plays_what_it_led_to(stage: Swapper, beats: float) -> None:
    """What the supervisor was told last still has the way there."""
    stage.swap(stage.child("rust", change=0.3), over=1.0)
    stage.desk.publish()
    (told,) = stage.said("state")[-1:]
    stage.until(beats)
    other = Stage(Path(stage.path).parent)
    other.renderer.position = stage.renderer.position
    other.loop.next_sample = lambda: other.renderer.position  # type: ignore[method-assign]
    infos = stage.desk.state.instruments["drone"].models
    cast = [Cast("drone", info, make_voices(other.models, info, "drone", 1, RATE)) for info in infos]
    other.desk.restore(told["state"], cast)
    assert level_db(other.play(RATE)) > -50.0
    assert other.renderer.slots["drone"].info.name == "rust"
    assert len(other.renderer.slots["drone"]._way.parts) == 1


def test_anchors_saved_while_it_crosses_disturb_nothing(stage: Swapper) -> None:
    twin = Swapper(Path(stage.path).parent)
    path = stage.child("rust", change=0.2)
    for each in (stage, twin):
        each.swap(path, over=4.0)
        each.until(1)
    stage.submit(Mark("drone", "home"))
    twin.submit(Mark("drone", "home"))
    stage.desk.adopt(save_anchors(stage.models, stage.desk.state, "drone", None))
    digest = stage.desk.state.instruments["drone"].info.digest
    assert digest != twin.desk.state.instruments["drone"].info.digest
    np.testing.assert_array_equal(stage.until(6), twin.until(6))
    assert digest in stage.digests
    stage.desk.undo()
    stage.desk.undo()
    stage.until(1)
    assert stage.plays == "tiny" and stage.renderer.slots["drone"].trouble == 0
