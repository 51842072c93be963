"""Scenes: kept, recalled, morphed; what is interpolated, and what is said of what is gone."""

from dataclasses import replace

import numpy as np
import pytest

from plaud_live.control.scenes import MAX_SCENES
from plaud_live.control.state import Source, State
from plaud_live.control.transaction import Load, Morph, Play, Recall, Scene, Set, Solo, Stop
from plaud_live.errors import SignalError, TransactionError
from plaud_live.signals.graph import Constant, Evaluation, Signal
from plaud_live.signals.oscillators import lfo, saw, tri
from plaud_live.signals.space import Anchor, Reference, Vector
from plaud_live.signals.transitions import Transition, to
from tests.control.player import BEAT, Player

BELL, RUST = np.array([1.0, 0.0, 0.25]), np.array([0.0, 1.0, 0.75])  # in playable units
LATER = np.linspace(40.0, 80.0, 300)


def signal(number: Signal, beats: np.ndarray = LATER) -> np.ndarray:
    return Evaluation(beats).value(number)


@pytest.fixture
def player() -> Player:
    """Two scenes: dark, at the bell and soft; open, at rust, swinging and loud."""
    player = Player()
    player.do(Play("drone"))
    player.set("z", Anchor("bell"))
    player.set("gain", 0.2)
    player.do(Scene("dark"), at=4.0)
    player.set("z", Anchor("rust"), at=5.0)
    player.set("z0", lfo(8), at=6.0)
    player.set("gain", 0.8, at=6.0)
    player.do(Scene("open"), at=8.0)
    return player


def test_a_scene_brings_everything_back(player: Player) -> None:
    player.do(Stop("drone"), at=9.0)
    player.do(Recall("dark", over=8.0, at=4.0), at=10.0)
    assert player.hear("gain", [12.0, 16.0, 20.0]) == pytest.approx([0.8, 0.5, 0.2])
    assert player.hear("level", [12.0, 20.0]) == pytest.approx([0.0, 1.0])
    assert player.hear("z", 20.0)[0] == pytest.approx(BELL)
    player.do(Recall("open"), at=30.0)
    expected = np.stack([signal(lfo(8)), np.full(300, 1.0), np.full(300, 0.75)], axis=1)
    assert np.allclose(player.hear("z", LATER), expected)


def test_a_scene_is_where_things_are_going(player: Player) -> None:
    player.set("z", to(Anchor("bell"), 16), at=10.0)
    player.do(Scene("bell"), at=11.0)
    player.set("z", 0.0, at=12.0)
    player.do(Recall("bell"), at=14.0)
    assert player.hear("z", 16.0)[0] == pytest.approx(BELL)


def test_the_same_scene_twice_is_one_and_recalled_twice_is_one_launch(player: Player) -> None:
    depth, state = player.conductor.undo_depth, player.conductor.state
    player.do(Scene("open"), at=9.0)
    assert player.conductor.state is state
    player.do(Recall("open"), at=9.0)
    assert player.conductor.state is state
    player.do(Recall("dark", over=4.0), at=10.0)
    player.do(Recall("dark", over=4.0), at=11.0)
    player.do(Morph("dark", "open", Constant(0.5)), at=20.0)
    player.do(Morph("dark", "open", Constant(0.5)), at=21.0)
    player.do(Morph("dark", "open", lfo(16), over=8.0), at=30.0)
    player.do(Morph("dark", "open", lfo(16), over=8.0), at=31.0)
    assert player.conductor.undo_depth == depth + 3


def test_scenes_are_undone_and_redone(player: Player) -> None:
    player.do(Scene("dark"), at=9.0)  # another one under its name
    player.conductor.undo(10 * BEAT)
    player.do(Recall("dark"), at=12.0)
    assert player.hear("gain", 14.0) == pytest.approx(0.2)
    player.conductor.undo(15 * BEAT)
    assert player.hear("gain", 17.0) == pytest.approx(0.8)
    for _ in range(9):
        if player.conductor.undo_depth:
            player.conductor.undo(18 * BEAT)
    assert not player.conductor.state.scenes
    for _ in range(9):
        try:
            player.conductor.redo(19 * BEAT)
        except TransactionError:
            break
    assert sorted(player.conductor.state.scenes) == ["dark", "open"]


@pytest.mark.parametrize("x", [0.0, 0.25, 1.0, 1.7, -3.0])
def test_a_morph_is_between_the_numbers_and_places(player: Player, x: float) -> None:
    player.do(Morph("dark", "open", Constant(x)), at=10.0)
    share = min(max(x, 0.0), 1.0)
    assert player.hear("gain", LATER) == pytest.approx(0.2 + 0.6 * share)
    heard = player.hear("z", LATER)
    assert heard[:, 0] == pytest.approx((1.0 - share) * BELL[0] + share * signal(lfo(8)))
    assert np.allclose(heard[:, 1:], (1.0 - share) * BELL[1:] + share * RUST[1:])


def test_a_morph_follows_its_x(player: Player) -> None:
    player.do(Morph("dark", "open", tri(16) * 2.0 - 0.5, over=4.0, at=4.0), at=10.0)
    x = np.clip(signal(tri(16)) * 2.0 - 0.5, 0.0, 1.0)
    assert np.allclose(player.hear("gain", LATER), 0.2 + 0.6 * x)
    expected = BELL[0] * (1 - x) + signal(lfo(8)) * x
    assert np.allclose(player.hear("z", LATER)[:, 0], expected)


def test_a_morph_goes_on_from_what_sounds(player: Player) -> None:
    player.do(Morph("dark", "open", to(Constant(1.0), 16)), at=10.0)
    player.do(Recall("dark", over=0.5), at=17.5)
    fine = player.hear("gain", np.linspace(9.0, 20.0, 4000))
    assert np.abs(np.diff(fine)).max() < 0.02


def test_latents_that_read_each_other_are_morphed_apart(player: Player) -> None:
    player.set("z1", Reference("drone", "z", 0) * 0.5, at=10.0)
    player.do(Scene("linked"), at=12.0)
    player.do(Morph("dark", "linked", Constant(0.5)), at=14.0)
    heard = player.hear("z", LATER)
    assert np.allclose(heard[:, 0], 0.5 * BELL[0] + 0.5 * signal(lfo(8)))
    assert np.allclose(heard[:, 1], 0.5 * BELL[1] + 0.5 * 0.5 * heard[:, 0])


def test_counts_and_switches_stay_in_their_ranges(player: Player) -> None:
    player.set("sines", 10, at=10.0)
    player.set("freeze", 1.0, at=10.0)
    player.do(Scene("few"), at=12.0)
    player.do(Morph("open", "few", Constant(0.5)), at=14.0)
    assert player.hear("sines", 20.0) == pytest.approx(53.0)


def test_freezing_waits_until_the_others_have_arrived(player: Player) -> None:
    player.set("freeze", 1.0, at=10.0)
    player.do(Scene("still"), at=12.0)
    player.do(Recall("dark", over=8.0), at=14.0)
    assert player.hear("freeze", [13.9, 14.0]) == pytest.approx([1.0, 0.0])
    player.do(Recall("still", over=8.0), at=30.0)
    assert player.hear("freeze", [37.9, 38.1]) == pytest.approx([0.0, 1.0])


def test_solo_is_no_part_of_a_scene(player: Player) -> None:
    player.do(Load("bells", "other"), at=10.0)
    player.do(Solo(("drone",)), at=10.0)
    player.do(Scene("alone"), at=12.0)
    player.do(Solo(()), at=13.0)
    player.do(Recall("alone"), at=14.0)
    assert player.hear("presence", 16.0, "bells") == 1.0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Recall("drak"), "no scene 'drak' — did you mean 'dark'"),
        (Recall("quiet"), "no scene 'quiet' — have dark, open"),
        (Morph("dark", "nowhere", Constant(0.5)), "no scene 'nowhere'"),
        (Scene("two words"), "a name wants letters"),
        (Morph("dark", "open", 1.0 / saw(4)), "x of scene.morph is not finite"),
        (Morph("dark", "open", Vector((0.1, 0.2))), "x of scene.morph has 2 dims, wants 1"),
        (Morph("dark", "open", Reference("drone", "gain", None)), "drone.gain → drone.gain is a circle"),
        (Morph("dark", "open", Reference("ghost", "gain", None)), "ghost.gain is not there"),
    ],
)
def test_refused_with_a_reason(player: Player, change: object, says: str) -> None:
    state = player.conductor.state
    with pytest.raises((SignalError, TransactionError), match=says):
        player.do(change, at=10.0)
    assert player.conductor.state is state


def without(state: State, scene: str, **sources: Source) -> State:
    """The state with other sources in a scene: as it was kept when more was loaded."""
    kept = {name.replace("__", "."): source for name, source in sources.items()}
    return replace(state, scenes={**state.scenes, scene: {**state.scenes[scene], **kept}})


@pytest.mark.parametrize(
    ("address", "source", "says"),
    [
        ("ghost__gain", Constant(0.1), "scene 'dark' has ghost, which is not loaded"),
        ("drone__harmonics", Constant(3.0), "scene 'dark' has drone.harmonics, which 'default' has not"),
        ("drone__z", Anchor("gone"), "scene 'dark', drone.z: no anchor 'gone'"),
        ("drone__z", Vector((0.1, 0.2)), "drone.z has 2 dims, wants 3"),
    ],
)
def test_what_is_gone_is_named(player: Player, address: str, source: Signal, says: str) -> None:
    conductor = player.conductor
    conductor.state = without(conductor.state, "dark", **{address: Source(source)})
    for change in (Recall("dark"), Morph("open", "dark", Constant(0.5))):
        with pytest.raises((SignalError, TransactionError), match=says):
            player.do(change, at=10.0)


def test_there_is_room_for_a_night_of_scenes_and_no_more(player: Player) -> None:
    for number in range(MAX_SCENES - 2):
        player.do(Scene(f"s{number}"), at=10.0)
    with pytest.raises(TransactionError, match="64 scenes already"):
        player.do(Scene("more"), at=10.0)


def test_scenes_survive_json(player: Player) -> None:
    data = player.conductor.to_data()
    state = State.from_data(data)
    assert state.to_data() == data
    assert set(state.scenes["dark"]) == {
        f"drone.{name}" for name in player.conductor.state.instruments["drone"].sources if name != "presence"
    }
    assert not any(isinstance(source.signal, Transition) for source in state.scenes["open"].values())


def test_set_after_a_morph_takes_the_parameter_out_of_it(player: Player) -> None:
    player.do(Morph("dark", "open", Constant(0.5)), at=10.0)
    player.do(Set("drone", "gain", Constant(0.1)), at=12.0)
    assert player.hear("gain", 14.0) == pytest.approx(0.1)
    assert player.hear("z", 14.0)[0, 1:] == pytest.approx(0.5 * (BELL + RUST)[1:])
