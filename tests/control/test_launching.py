"""Launches: the beats they are meant for, solo, marks from sound, what is held, and what a state may cost."""

import json

import numpy as np
import pytest

from plaud_live.control.dry_run import MAX_COST, MAX_STATE_COST
from plaud_live.control.state import State
from plaud_live.control.transaction import Hush, Load, Mark, Play, Quant, Set, Solo, Tempo
from plaud_live.errors import SignalError, TransactionError
from plaud_live.signals.graph import Constant, Evaluation, Signal
from plaud_live.signals.live import Live
from plaud_live.signals.noise import drift
from plaud_live.signals.oscillators import lfo, saw
from plaud_live.signals.patterns import pat
from plaud_live.signals.space import Anchor, Reference
from plaud_live.signals.transitions import to
from tests.control.player import BEAT, RATE, Player

LATE = 0.03 * RATE / BEAT  # beats


@pytest.fixture
def player() -> Player:
    player = Player()
    player.do(Load("bells", "other"))
    return player


def own(index: int | None = None, parameter: str = "z", instrument: str = "drone") -> Reference:
    return Reference(instrument, parameter, index)


# The beat that a transaction was meant for


@pytest.mark.parametrize(
    ("now", "meant", "at", "launched"),
    [
        (7.8, 8.0, None, 8.0),
        (7.8, 8.25, None, 8.25),  # no quant: it knows its beat
        (8.0 + 0.9 * LATE, 8.0, None, 8.0 + 0.9 * LATE),
        (8.0 + 1.1 * LATE, 8.0, None, 9.0),
        (7.8, 8.0, 16.0, 16.0),
        (7.8, 8.0, 4.0, 8.0),
        (8.0 + 0.9 * LATE, 8.0, 4.0, 8.0 + 0.9 * LATE),
        (8.0 + 1.1 * LATE, 8.0, 4.0, 12.0),
    ],
)
def test_a_launch_is_at_the_beat_that_it_was_meant_for(
    player: Player, now: float, meant: float, at: float | None, launched: float
) -> None:
    now = round(now * BEAT) / BEAT
    outcome = player.do(Set("drone", "gain", Constant(0.2), at=at), at=now, beat=meant)
    assert outcome.beat == pytest.approx(launched, abs=2 / BEAT)
    assert player.hear("gain", outcome.beat - 0.01) == pytest.approx(0.75)
    assert player.hear("gain", outcome.beat + 0.1) == pytest.approx(0.2)


def test_all_of_it_is_at_that_beat(player: Player) -> None:
    player.do(Play("drone"), at=1.0)
    player.set("z0", lfo(32), at=1.0)
    changes = (Hush(), Tempo(120.0), Mark("drone", "there"))
    assert player.do(*changes, at=7.8, beat=8.0).beat == 8.0
    state = player.conductor.state
    assert (state.tempo.bpm_at(7.9), state.tempo.bpm_at(8.1)) == (92.0, 120.0)
    assert player.hear("level", [7.9, 8.2]) == pytest.approx([1.0, 0.0])
    player.set("z", Anchor("there"), at=20.0)
    assert player.hear("z", 40.0)[0, 0] == pytest.approx(0.5)  # lfo(32) a quarter of its way


# Tempo


def test_a_ramp_is_launched_once_and_a_sooner_arrival_is_another(player: Player) -> None:
    player.do(Tempo(120.0, over=16.0), at=3.5)
    tempo, depth = player.conductor.state.tempo, player.conductor.undo_depth
    assert (tempo.bpm_at(4.0), tempo.bpm_at(20.0), tempo.arrival) == (92.0, 120.0, 20.0)
    player.do(Tempo(120.0, over=16.0), at=5.0)
    assert player.conductor.state.tempo is tempo and player.conductor.undo_depth == depth
    player.do(Tempo(120.0), at=6.5)
    assert player.conductor.state.tempo.bpm_at(7.1) == 120.0
    player.conductor.undo(player.conductor.state.tempo.sample(8.5))
    assert player.conductor.state.tempo.bpm == 120.0  # where the ramp was going
    player.conductor.undo(player.conductor.state.tempo.sample(9.5))
    assert player.conductor.state.tempo.bpm == 92.0


# Solo


def test_solo_fades_the_others_and_gives_them_back(player: Player) -> None:
    player.do(Solo(("drone",), over=4.0), at=3.5)
    assert player.hear("presence", [4.0, 6.0, 8.0], "bells") == pytest.approx([1.0, 0.5, 0.0])
    assert player.hear("presence", [4.0, 8.0]) == pytest.approx([1.0, 1.0])
    state = player.conductor.state
    player.do(Solo(("drone",), over=4.0), at=5.0)
    assert player.conductor.state is state
    player.do(Solo(("bells",)), at=10.0)
    assert (player.hear("presence", 12.0)[0], player.hear("presence", 12.0, "bells")[0]) == (0.0, 1.0)
    player.do(Solo(()), at=13.0)
    assert player.hear("presence", 15.0) == 1.0
    player.conductor.undo(16 * BEAT)
    assert player.hear("presence", 18.0) == 0.0
    with pytest.raises(Exception, match="no instrument 'dorne' — did you mean 'drone'"):
        player.do(Solo(("dorne",)), at=20.0)


# Marks from sound


def test_a_mark_with_latents_is_that_place(player: Player) -> None:
    player.do(Mark("drone", "heard", (1.0, -0.5, 2.0)), at=4.0)
    state = player.conductor.state
    player.do(Mark("drone", "heard", (1.0, -0.5, 2.0)), at=4.0)
    assert player.conductor.state is state
    player.set("z", Anchor("heard"), at=5.0)
    assert player.hear("z", 7.0)[0] == pytest.approx([0.75, 0.25, 0.5])
    player.do(Mark("drone", "far", (100.0, -100.0, 2.0)), at=8.0)
    player.set("z", Anchor("far"), at=9.0)
    assert player.hear("z", 11.0)[0] == pytest.approx([1.5, -0.5, 0.5])


def test_a_mark_of_another_size_is_refused(player: Player) -> None:
    with pytest.raises(TransactionError, match=r"mark\('x'\) has 2 numbers; drone has 3 latents"):
        player.do(Mark("drone", "x", (1.0, 2.0)))


# What is assigned by name


def test_live_latents_are_as_many_as_the_instrument_has(player: Player) -> None:
    player.set("z", Live("mic/z", -1) * 0.5)
    assert player.hear("z", 4.0)[0] == pytest.approx([0.25] * 3)
    player.set("z1", Live("mic/z", -1), at=5.0)
    assert player.hear("z", 7.0)[0] == pytest.approx([0.25, 0.5, 0.25])
    with pytest.raises(SignalError, match=r"drone\.gain has 3 dims, wants 1"):
        player.set("gain", Live("mic/z", -1), at=8.0)


def test_patterns_over_anchors_find_their_places(player: Player) -> None:
    player.set("z", pat("bell rust"))
    assert player.hear("z", [4.5, 6.5]) == pytest.approx(np.array([[1.0, 0.0, 0.25], [0.0, 1.0, 0.75]]))
    player.set("z0", pat("bell rust"), at=8.0)
    assert player.hear("z", [12.5, 14.5])[:, 0] == pytest.approx([1.0, 0.0])
    with pytest.raises(SignalError, match="no anchor 'rsut' — did you mean 'rust'"):
        player.set("z", pat("bell rsut"), at=16.0)


# Late readers


@pytest.mark.parametrize(
    "late",
    [own(0).delay(4.0), own(0).hold(4.0), own(0).slew(4.0), (own(0) * 0.5).delay(2.0).delay(2.0)],
)
def test_settling_leaves_the_past_to_those_who_still_read_it(player: Player, late: Signal) -> None:
    player.do(Set("bells", "z0", late))
    player.set("z0", 0.9, at=4.0)
    player.set("z0", 0.1, at=7.0, over=2.0)
    beats = np.linspace(8.0, 20.0, 481)
    expected = player.hear("z", beats, "bells")
    for beat in np.arange(8.0, 20.0, 0.5):
        player.conductor.settle(round(beat * BEAT))
        later = beats >= beat
        assert np.array_equal(player.hear("z", beats[later], "bells"), expected[later])
    player.conductor.settle(30 * BEAT)
    source = player.conductor.state.instruments["drone"].sources["z"].signal
    assert "transition" not in json.dumps(player.conductor.to_data()["instruments"]["drone"])
    assert Evaluation(np.array([40.0])).value(source)[0, 0] == 0.1


def test_delays_behind_delays_add_up(player: Player) -> None:
    player.do(Load("third", "other"))
    player.do(Set("bells", "gain", own(0).delay(4.0)))
    player.do(Set("third", "gain", own(None, "gain", "bells").delay(4.0)))
    player.set("z0", 0.9, at=4.0)
    beats = np.linspace(9.5, 16.0, 200)
    expected = player.hear("gain", beats, "third")
    assert expected[0] == pytest.approx(0.5) and expected[-1] == pytest.approx(0.9)
    player.conductor.settle(round(9.5 * BEAT))
    assert np.array_equal(player.hear("gain", beats, "third"), expected)


def test_a_stream_that_is_read_late_is_heard_late_and_stays_small(player: Player) -> None:
    """A fader at 50 moves a second for 20 s, followed 4 beats later; the state stays what can be sent."""
    player.do(Quant(0.0))
    player.do(Set("bells", "z0", own(0).delay(4.0)))

    def fader(beat: float) -> float:
        return 0.5 + 0.4 * np.sin(beat / 3.0)

    error = 0.0
    for step in range(1000):
        beat = 1.0 + step * 0.0307  # 20 ms
        player.do(Set("drone", "z0", Constant(fader(beat))), at=beat, merge="fader")
        if step % 12 == 0:
            player.conductor.settle(round(beat * BEAT))
        if beat > 6.0 and step % 5 == 0:
            error = max(error, abs(player.hear("z", beat, "bells")[0, 0] - fader(beat - 4.0)))
        if step % 100 == 0:
            data = json.loads(json.dumps(player.conductor.to_data()))
            assert State.from_data(data).to_data() == data
            assert len(json.dumps(data)) < 30_000
    assert error < 0.03  # the glide of 50 ms alone is 0.01 behind


# What is held


def test_what_replaces_a_held_source_leaves_from_the_value_it_is_held_at(player: Player) -> None:
    player.set("z1", own(None, "gain"))
    player.set("z0", 0.3 / own(None, "gain"))
    player.set("gain", 0.0, at=4.0)
    player.conductor.held = lambda: {("drone", "z0"): 0.8}
    player.set("z0", to(Constant(0.2), 16), at=8.0)
    assert player.hear("z", [8.0, 16.0, 24.0])[:, 0] == pytest.approx([0.8, 0.5, 0.2])


def test_all_latents_leave_from_those_that_are_held(player: Player) -> None:
    player.set("z0", 0.3 / own(None, "gain"))
    player.set("gain", 0.0, at=4.0)
    player.conductor.held = lambda: {("drone", "z0"): 0.8}
    player.set("z", to(Constant(0.2), 16), at=8.0)
    assert player.hear("z", 8.0)[0] == pytest.approx([0.8, 0.5, 0.5])
    assert np.isfinite(player.hear("z", np.linspace(8.0, 24.0, 50))).all()


def test_a_held_source_may_be_entered_again(player: Player) -> None:
    player.set("z0", 0.3 / own(None, "gain"))
    player.set("gain", 0.0, at=4.0)
    player.set("gain", 0.6, at=8.0)
    player.conductor.held = lambda: {("drone", "z0"): 0.8}
    depth = player.conductor.undo_depth
    player.set("z0", 0.3 / own(None, "gain"), at=10.0)
    assert player.conductor.undo_depth == depth + 1
    assert player.hear("z", [10.0, 12.0])[:, 0] == pytest.approx([0.8, 0.5])


# What it costs


def busy(count: int) -> Signal:
    total: Signal = Constant(0.0)
    parts = [0.001 * lfo(3 + number) for number in range(count)]
    while len(parts) > 1:  # a flat tree
        parts = [sum(parts[i : i + 2], start=total) for i in range(0, len(parts), 2)]
    return parts[0]


def test_a_parameter_that_costs_too_much_is_refused(player: Player) -> None:
    player.set("z0", busy(60))
    with pytest.raises(SignalError, match=rf"drone\.z1 wants \d+ steps a block, at most {MAX_COST}"):
        player.set("z1", busy(130))


def test_what_a_link_reads_counts_too(player: Player) -> None:
    player.set("z0", busy(60))
    with pytest.raises(SignalError, match="steps a block"):
        player.do(Set("bells", "z0", busy(60) + own(0)))


def test_all_parameters_together_have_a_limit_too(player: Player) -> None:
    with pytest.raises(SignalError, match=f"all parameters together want .* at most {MAX_STATE_COST}"):
        for name in ("z0", "z1", "z2", "gain", "pan", "sines", "sine_gain", "noise_gain"):
            player.set(name, busy(40).clip())
    before = player.conductor.state
    for beat in range(4, 12):  # faders may be moved all the same
        player.set("temperature", beat / 20, at=float(beat))
    assert player.conductor.state is not before
    player.do(Mark("drone", "here"), Play("drone"), at=20.0)


def test_what_is_shared_counts_once(player: Player) -> None:
    shared = busy(60)
    for name in ("z0", "z1", "z2", "gain", "pan", "sines", "sine_gain", "noise_gain"):
        player.set(name, own(0, instrument="bells") * 0.5 + drift(4))
    player.do(Set("bells", "z0", shared + 0.1 * saw(3)))
