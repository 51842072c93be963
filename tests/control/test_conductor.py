"""The conductor: launches, layers, links, anchors, and what is refused."""

import json

import numpy as np
import pytest

from plaud_live.control.conductor import Conductor
from plaud_live.control.parameters import parameters
from plaud_live.control.state import State
from plaud_live.control.transaction import (
    Follow,
    Hush,
    Load,
    Mark,
    Play,
    Quant,
    Set,
    Stop,
    Tempo,
    Transaction,
)
from plaud_live.errors import ParameterError, PlaudError, SignalError, TransactionError
from plaud_live.signals.data import to_data
from plaud_live.signals.graph import Constant, Evaluation, Signal
from plaud_live.signals.noise import drift
from plaud_live.signals.oscillators import lfo, saw
from plaud_live.signals.space import Anchor, Reference, Vector
from plaud_live.signals.transitions import to
from tests.control.player import BEAT, RATE, Player, load_info, model

LATER = np.linspace(2.0, 40.0, 400)


def own(index: int | None = None, parameter: str = "z", instrument: str = "drone") -> Reference:
    return Reference(instrument, parameter, index)


def test_a_loaded_instrument_is_silent_and_in_the_middle_of_its_material(player: Player) -> None:
    assert player.hear("level", 5.0) == 0.0
    assert np.array_equal(player.hear("z", 5.0), [[0.5, 0.5, 0.5]])


def test_a_launch_waits_for_the_quant_and_glides(player: Player) -> None:
    outcome = player.set("gain", 0.2, at=3.4)
    assert outcome.beat == 4.0
    assert player.hear("gain", 3.99) == pytest.approx(0.75)
    glide = 0.05 * 92 / 60
    assert player.hear("gain", 4.0 + glide / 2) == pytest.approx((0.75 + 0.2) / 2)
    assert player.hear("gain", 4.0 + glide) == pytest.approx(0.2)


def test_quant_0_launches_at_once_and_at_is_the_next_multiple(player: Player) -> None:
    player.do(Quant(0.0))
    assert player.set("gain", 0.2, at=3.4).beat == pytest.approx(3.4)
    assert player.set("gain", 0.3, at=3.5, over=8.0).beat == pytest.approx(3.5)
    assert player.do(Set("drone", "pan", Constant(0.0), at=16.0), at=4.0).beat == 16.0


def test_entered_twice_changes_nothing(player: Player) -> None:
    entries = [
        ("z0", lfo(16)),
        ("z", to(Anchor("bell"), 16)),
        ("gain", Constant(0.3)),
        ("z", drift(4)),
        ("z1", to(Constant(1.0), 4) * 0.5 + 0.1 * lfo(3)),
        ("z2", own(2) + to(Constant(0.1), 4)),
        ("z2", to(own(2), 0)),
    ]
    for name, signal in entries:
        player.set(name, signal, at=8.0)
        state, depth = player.conductor.state, player.conductor.undo_depth
        player.set(name, signal, at=9.0)
        assert player.conductor.state is state
        assert player.conductor.undo_depth == depth


def test_to_leaves_from_whatever_sounds(player: Player) -> None:
    player.set("z0", lfo(8))
    player.set("z", to(Anchor("bell"), 16), at=20.0)
    heard = player.hear("z", [20.0, 28.0, 36.0, 50.0])
    bell = (np.array([2.0, -1.0, 1.0]) - [-2.0, -1.0, 0.0]) / [4.0, 2.0, 4.0]
    assert np.allclose(heard[0], [0.5 - 0.5 * np.cos(2 * np.pi * 20 / 8), 0.5, 0.5])
    assert np.allclose(heard[1, 1:], 0.5 * (0.5 + bell[1:]))
    assert np.allclose(heard[2:], bell)


def test_a_layer_replaces_itself_and_lies_on_what_was_there(player: Player) -> None:
    player.set("z0", lfo(8))
    layer = own(0) + 0.1 * lfo(2)
    player.set("z0", layer, text="drone.z0 += .1*lfo(2)")
    player.set("z0", layer, text="drone.z0 += .1*lfo(2)")
    expected = Evaluation(LATER).value(lfo(8) + 0.1 * lfo(2))
    assert np.allclose(player.hear("z", LATER)[:, 0], expected)
    player.set("z0", own(0) * 0.5, text="drone.z0 *= .5")
    player.set("z0", layer, text="drone.z0 += .1*lfo(2)")  # from below to the top
    again = Evaluation(LATER).value(lfo(8) * 0.5 + 0.1 * lfo(2))
    assert np.allclose(player.hear("z", LATER)[:, 0], again)


def test_a_layer_over_a_motion_lets_it_go_on(player: Player) -> None:
    player.set("z0", to(Constant(1.0), 16))
    player.set("z0", own(0) + 0.1, at=1.0, text="drone.z0 += .1")
    assert player.hear("z", 8.0)[0, 0] == pytest.approx(0.75 + 0.1)


def test_links_follow_and_never_copy(player: Player) -> None:
    player.do(Load("bells", "other"))
    player.do(Set("bells", "z0", own(1) * 0.5))
    player.set("z1", lfo(4))
    assert np.allclose(player.hear("z", LATER, "bells")[:, 0], 0.5 * player.hear("z", LATER)[:, 1])
    player.set("bright", saw(3))  # an alias of z1
    assert np.allclose(player.hear("z", LATER, "bells")[:, 0], 0.5 * np.mod(LATER / 3, 1.0))


def test_own_latents_may_read_each_other_but_not_in_a_circle(player: Player) -> None:
    player.set("z1", own(0) + 0.1)
    with pytest.raises(TransactionError, match=r"drone.z[01] → drone.z[01] → drone.z[01] is a circle"):
        player.set("z0", own(1))
    player.set("z0", lfo(4))
    assert np.allclose(player.hear("z", LATER)[:, 1], player.hear("z", LATER)[:, 0] + 0.1)


def test_circles_through_vectors_and_within_one_transaction_are_refused(player: Player) -> None:
    player.do(Load("bells", "other"))
    state = player.conductor.state
    with pytest.raises(TransactionError, match="circle"):
        player.do(Set("bells", "z", own() * 0.5), Set("drone", "z0", own(0, instrument="bells")))
    assert player.conductor.state is state
    with pytest.raises(TransactionError, match="circle"):
        player.do(Set("drone", "gain", own(None, "pan")), Set("drone", "pan", own(None, "gain")))


def test_links_that_cross_while_they_change_sound_on(player: Player) -> None:
    """Each reads the other's old source until its own launch: a loop for the time of the glide only."""
    player.do(Load("bells", "other"))
    player.do(Set("bells", "z0", own(0), over=8.0))
    player.do(Set("bells", "z0", Constant(0.2), over=8.0), at=16.0)
    player.do(Set("drone", "z0", own(0, instrument="bells"), over=8.0), at=16.0)
    assert np.isfinite(player.hear("z", np.linspace(16.0, 40.0, 100))).all()


def test_all_or_nothing(player: Player) -> None:
    state = player.conductor.state
    with pytest.raises(SignalError, match=r"drone\.z2 has 3 dims, wants 1 — kept the old one"):
        player.do(Set("drone", "gain", Constant(0.1)), Set("drone", "z2", Vector((1.0, 2.0, 3.0))))
    assert player.conductor.state is state
    assert player.conductor.undo_depth == 0


@pytest.mark.parametrize(
    ("name", "signal", "error", "says"),
    [
        ("gian", Constant(1.0), ParameterError, "did you mean 'gain'"),
        ("z3", Constant(1.0), ParameterError, "drone has no 'z3'"),
        ("z", Anchor("bel"), SignalError, "did you mean 'bell'"),
        ("z", Vector((1.0, 2.0)), SignalError, "has 2 dims, wants 3"),
        ("z0", 1 / saw(4), SignalError, "not finite at beat 4.00"),
        ("gain", Constant(1e200) ** 2, SignalError, "not finite"),
        ("z0", Reference("ghost", "z", 0), SignalError, "ghost.z0 is not there"),
    ],
)
def test_refused_with_a_reason(
    player: Player, name: str, signal: Signal, error: type[PlaudError], says: str
) -> None:
    state = player.conductor.state
    with pytest.raises(error, match=says):
        player.set(name, signal, at=4.0)
    assert player.conductor.state is state


def test_an_anchor_of_another_model_is_named_as_such(player: Player) -> None:
    player.do(Load("bells", "other"))
    with pytest.raises(SignalError, match="'bell' belongs to 'default'; bells plays 'other'"):
        player.do(Set("bells", "z", Anchor("bell")))


def test_mark_names_the_place_where_it_is_now(player: Player) -> None:
    player.set("z0", lfo(8))
    player.do(Mark("drone", "here"), at=4.0)
    player.set("z", Anchor("here"), at=30.0)
    assert np.allclose(player.hear("z", 40.0), [[1.0, 0.5, 0.5]])


def test_mark_names_what_is_heard(player: Player) -> None:
    """Latents end at -0.5 and 1.5, whatever is asked for; a place that is no number has no name."""
    player.set("z0", lfo(4) * 100.0)
    player.set("z1", -100.0 * lfo(4))
    player.do(Mark("drone", "far"), at=6.0)
    player.do(Set("drone", "z", Anchor("far")), at=7.0)
    assert player.hear("z", 9.0)[0] == pytest.approx([1.5, -0.5, 0.5])
    player.set("gain", 0.5, at=10.0)
    player.set("z0", 1.0 / own(None, "gain"), at=12.0)
    player.set("gain", 0.0, at=14.0)
    with pytest.raises(SignalError, match="nowhere"):
        player.do(Mark("drone", "lost"), at=16.0)


def test_a_load_again_is_the_same_and_another_model_is_refused(player: Player) -> None:
    state = player.conductor.state
    assert player.do(Load("drone", "default")).message == ""
    assert player.conductor.state is state
    with pytest.raises(TransactionError, match="drone plays 'default'"):
        player.do(Load("drone", "other"))
    with pytest.raises(PlaudError, match="gone"):
        player.do(Load("bells", "gone"))


def test_play_stop_hush_panic(player: Player) -> None:
    player.do(Play("drone", over=8.0))
    assert player.hear("level", [0.0, 4.0, 8.0]) == pytest.approx([0.0, 0.5, 1.0])
    player.do(Stop("drone"), at=9.5)
    assert player.hear("level", [9.9, 10.2]) == pytest.approx([1.0, 0.0])
    player.do(Play("drone"), at=11.0)
    player.do(Hush(4.0), at=20.5)
    assert player.hear("level", [20.4, 22.5, 24.5]) == pytest.approx([1.0, 0.5, 0.0])
    player.do(Play("drone"), at=30.0)
    player.conductor.panic(40 * BEAT)
    assert player.hear("level", 40.0) == 0.0
    player.conductor.undo(41 * BEAT)
    assert player.hear("level", 42.0) == 1.0


def test_tempo_changes_at_the_quant_and_is_undone(player: Player) -> None:
    player.do(Tempo(120.0), at=3.5)
    tempo = player.conductor.state.tempo
    assert (tempo.bpm_at(3.9), tempo.bpm_at(4.0)) == (92.0, 120.0)
    player.conductor.undo(10 * BEAT)
    assert player.conductor.state.tempo.bpm == 92.0
    with pytest.raises(ParameterError, match=r"clock\.bpm"):
        player.do(Tempo(5000.0))


def test_a_clock_that_is_followed_is_no_step_and_undo_keeps_to_it(player: Player) -> None:
    player.set("gain", 0.2)
    player.set("pan", 0.2, at=2.0)
    player.conductor.undo(4 * BEAT)
    depth = player.conductor.undo_depth
    assert player.do(Follow(120.0), at=6.25).beat == pytest.approx(6.25)
    player.do(Follow(121.0), at=7.0)
    assert player.conductor.undo_depth == depth
    player.conductor.redo(10 * BEAT)
    player.conductor.undo(11 * BEAT)
    player.conductor.undo(12 * BEAT)
    assert player.hear("gain", 40.0) == pytest.approx(0.75)
    assert player.conductor.state.tempo.bpm == 121.0
    player.do(Tempo(90.0, at=32.0, over=8.0), at=20.0)
    player.do(Follow(130.0), at=21.0)
    assert player.conductor.state.tempo.bpm == 90.0


def test_settle_keeps_the_sound(player: Player) -> None:
    player.set("z0", lfo(16))
    player.set("z", to(Anchor("bell"), 8), at=4.0)
    player.set("z1", own(1) + 0.1 * lfo(2), at=6.0)
    for beat in (5.0, 8.0, 13.0, 20.0):
        later = LATER[beat <= LATER]
        before = player.hear("z", later)
        player.conductor.settle(round(beat * BEAT))
        assert np.array_equal(player.hear("z", later), before)
    assert not player.conductor.settle(30 * BEAT)


def test_state_survives_json_exactly(player: Player) -> None:
    player.set("z0", lfo(16))
    player.do(Mark("drone", "here"))
    player.do(Tempo(100.0), Play("drone", over=4.0))
    data = json.loads(json.dumps(player.conductor.to_data()))
    other = Conductor(RATE, load_info)
    other.restore(data)
    assert other.to_data() == data
    assert isinstance(other.state, State)
    state = other.state
    heard = Evaluation(LATER, state.lookup).value(state.instruments["drone"].sources["z"].signal)
    assert np.array_equal(heard, player.hear("z", LATER))


def test_the_table_lists_what_the_model_has() -> None:
    table = parameters(model("default"))
    assert list(table)[:5] == ["z", "z0", "z1", "z2", "bright"]
    assert table["bright"].index == 1
    assert "harmonics" not in table and table["sines"].high == 96
    assert "harmonics" in parameters(model("x", harmonics=10, sines=0))


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"changes": [{"do": "explode"}]},
        {"changes": [{"do": "set", "instrument": "drone"}]},
        {"changes": [{"do": "tempo", "bpm": "fast"}]},
        {"changes": [{"do": "tempo", "bpm": float("nan")}]},
        {"changes": [{"do": "set", "instrument": "drone", "parameter": "z", "signal": [], "over": 1}]},
        {"changes": [{"do": "play", "instrument": "drone", "over": -1}]},
        {"changes": [{}] * 1000},
    ],
)
def test_what_is_not_a_transaction_is_refused(data: object) -> None:
    with pytest.raises(PlaudError):
        Transaction.from_data(data)


def test_launches_that_wait_for_the_same_beat_leave_what_sounds_alone(player: Player) -> None:
    player.set("gain", lfo(3).range(0.2, 0.9))
    expected = player.hear("gain", np.linspace(2.0, 15.9, 400))
    for number in range(8):
        player.do(Set("drone", "gain", Constant(0.1 * number), at=16.0), at=2.0 + number)
    assert np.allclose(player.hear("gain", np.linspace(2.0, 15.9, 400)), expected)
    assert player.hear("gain", 17.0) == pytest.approx(0.7)


def test_launches_that_pile_up_never_jump(player: Player) -> None:
    """Long fades launched on each beat: what is asked for later than now must not be heard now."""
    for beat in range(8):
        now = beat + 0.3
        before = player.hear("gain", now)
        player.set("gain", 0.9 if beat % 2 else 0.1, at=now, over=8.0)
        assert player.hear("gain", now) == pytest.approx(before, abs=1e-9)
        fine = player.hear("gain", np.linspace(now, now + 1.0, 1001))
        assert np.abs(np.diff(fine)).max() < 0.005


def test_fades_of_places_and_of_latents_in_turns_cost_no_more_the_longer_it_goes_on(player: Player) -> None:
    """Each leaves from all that still fades: what stands still is what lies three deep, and nothing jumps."""
    player.do(Quant(0.0))
    costs = []
    for n in range(60):
        now = 0.2 * n
        before = player.hear("z", now)
        name = "z" if n % 3 == 0 else f"z{n % 3 - 1}"
        goal = Anchor("bell" if n % 2 else "rust") if name == "z" else lfo(7 + n)
        player.set(name, goal, at=now, over=30.0)
        assert player.hear("z", now) == pytest.approx(before, abs=1e-9)
        at = Evaluation(np.array([now + 3.0]), player.conductor.state.lookup)
        at.value(player.conductor.state.instruments["drone"].sources["z"].signal)
        costs.append(at.evaluated)
        fine = player.hear("z", np.linspace(now, now + 2.0, 801))
        assert np.abs(np.diff(fine, axis=0)).max() < 0.01
    assert max(costs) <= 32


def test_the_same_goal_sooner_is_another_launch(player: Player) -> None:
    player.do(Play("drone"))
    player.do(Hush(64.0), at=4.0)
    player.do(Hush(64.0), at=5.0)
    assert player.conductor.undo_depth == 2
    player.do(Hush(), at=6.0)
    assert player.hear("level", 7.0) == 0.0
    player.do(Play("drone"), at=8.0)
    player.do(Stop("drone", at=64.0), at=9.0)
    player.do(Hush(), at=10.0)
    assert player.hear("level", 11.0) == 0.0
    player.set("z", to(Anchor("bell"), 32), at=12.0)
    player.set("z", to(Anchor("bell"), 1), at=13.0)
    assert player.hear("z", 14.1)[0] == pytest.approx([1.0, 0.0, 0.25])


def test_layers_replace_themselves_through_later_columns(player: Player) -> None:
    """A script that lays over all latents and over one of them, run again and again."""
    sizes = []
    for run in range(4):
        at = 10.0 * run
        player.set("z0", 0.4, at=at, text="z0 = .4")
        player.set("z", own() + 0.1 * lfo(3), at=at + 2.0, text="z += .1*lfo(3)")
        player.set("z0", own(0) + 0.2 * lfo(3), at=at + 4.0, text="z0 += .2*lfo(3)")
        player.conductor.settle(round((at + 9.0) * BEAT))
        sizes.append(len(to_data(player.conductor.state.instruments["drone"].sources["z"].signal)))
        heard = player.hear("z", 100.5)[0]  # lfo(3) is at its top
        assert heard == pytest.approx([0.7, 0.6, 0.6])
    assert len(set(sizes)) == 1


def test_a_tower_of_layers_is_refused_before_the_state_cannot_be_told(player: Player) -> None:
    with pytest.raises(SignalError, match="deep"):
        for number in range(200):
            player.set("z0", own(0) + 0.001 * number, text=f"layer {number}")
    player.conductor.undo(10 * BEAT)
    data = json.loads(json.dumps(player.conductor.to_data()))
    assert State.from_data(data).to_data() == data


def test_launches_that_pile_up_on_a_source_that_fails_leave_a_state_that_can_be_told(player: Player) -> None:
    player.set("z0", 0.3 / own(None, "gain"))
    player.set("gain", 0.0, at=4.0)
    for beat in range(6, 14):
        player.set("z0", beat / 20, at=float(beat), over=16.0)
    data = json.loads(json.dumps(player.conductor.to_data()))
    assert State.from_data(data).to_data() == data
    assert player.hear("z", 60.0)[0, 0] == pytest.approx(13 / 20)


def test_a_dry_run_counts_for_the_state_that_it_was_made_with_and_no_other(player: Player) -> None:
    wrong = (Set("drone", "z0", 1 / saw(4)),)  # what no dry run would have let through
    revision = player.conductor.state.revision
    for other in (None, revision - 1, revision + 1):
        with pytest.raises(SignalError, match="not finite"):
            player.conductor.submit(Transaction(wrong, tried=other), 0)
    player.conductor.submit(Transaction(wrong, tried=revision), 0)
    assert Transaction.from_data(Transaction(wrong, tried=7).to_data()).tried == 7
