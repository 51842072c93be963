"""Sequences, envelopes, walks, slew and what is live, against closed forms and statistics."""

import gc
import weakref

import numpy as np
import pytest

from plaud_live.errors import SignalError
from plaud_live.signals.describe import describe
from plaud_live.signals.envelopes import env
from plaud_live.signals.graph import Constant, Evaluation, Inputs, Signal
from plaud_live.signals.live import Live
from plaud_live.signals.lookback import lookback
from plaud_live.signals.noise import Walk, pick, uniform, walk
from plaud_live.signals.oscillators import lfo, saw, sq, tri
from plaud_live.signals.patterns import pat
from plaud_live.signals.sequences import seq
from plaud_live.signals.space import Reference, Vector
from plaud_live.signals.spark import Peek, peeks, spark
from plaud_live.signals.transitions import Transition, settle

BEATS = np.linspace(0.0, 32.0, 1025)
A, B = Vector((0.0, 1.0, 0.5), "a"), Vector((1.0, 0.0, 0.5), "b")


class Steps(Inputs):
    """An input that keeps what was written, as the engine does: `fader` jumps from .2 to .8 at beat 8."""

    def read(self, name: str, beats: np.ndarray) -> np.ndarray:
        fader = np.where(beats < 8.0, 0.2, 0.8)
        return {"osc/fader": fader, "osc/pad": np.stack([fader, 1 - fader, fader], axis=1)}[name]


def value(node: Signal, beats: np.ndarray = BEATS) -> np.ndarray:
    return Evaluation(beats, inputs=Steps()).value(node)


def test_a_sequence_gives_each_value_its_beats() -> None:
    assert np.array_equal(value(seq(5, 6, 7, every=2)), 5 + np.floor(BEATS / 2) % 3)
    thirds = np.arange(30) / 3
    assert np.array_equal(value(seq(5, 6, 7, every=1 / 3), thirds), 5 + np.arange(30) % 3)


def test_a_sequence_of_places_glides_from_one_to_the_next() -> None:
    node = seq(A, B, 0.5, every=4, glide=2)
    assert value(node, np.array([4.0, 5.0, 6.0, 7.9])) == pytest.approx(
        np.array([[0, 1, 0.5], [0.5, 0.5, 0.5], [1, 0, 0.5], [1, 0, 0.5]])
    )
    assert np.all(value(node, np.linspace(10.0, 11.9, 9)) == 0.5)
    assert np.abs(np.diff(value(node), axis=0)).max() <= np.pi / 4 / 32 + 1e-9  # steepest: pi/2 in 2 beats


def test_a_sequence_of_signals_does_not_stop_them() -> None:
    node = seq(lfo(3), tri(5), every=4)
    first = np.floor(BEATS / 4) % 2 == 0
    assert np.array_equal(value(node), np.where(first, value(lfo(3)), value(tri(5))))


def test_an_envelope_is_its_levels_joined_by_lines() -> None:
    node = env([0, 1, 0.25, 0], [0.5, 1, 2], every=4)
    wanted = np.interp(BEATS % 4, [0, 0.5, 1.5, 3.5], [0, 1, 0.25, 0])
    assert value(node) == pytest.approx(wanted, abs=1e-12)
    assert np.array_equal(value(env([0, 1, 0])), value(tri(2)))
    assert value(env([0, 1, 0], [2, 2], shape="smooth")) == pytest.approx(value(lfo(4)))


def test_an_envelope_may_jump_and_may_go_from_place_to_place() -> None:
    assert np.array_equal(value(env([1, 0, 0], [0, 4])), np.zeros(len(BEATS)))
    assert value(env([0, 1, 0], [0, 4])) == pytest.approx(1 - BEATS % 4 / 4)
    places = value(env([A, B, A], [2, 2]))
    assert places == pytest.approx(value(A) + (value(B) - value(A)) * value(tri(4))[:, None])


def test_a_walk_takes_steps_of_its_size_and_fills_its_range() -> None:
    for step in (0.02, 0.1, 0.4):
        path = value(walk(1, step), np.arange(40000.0))
        assert 0.0 <= path.min() < 0.02 and 0.98 < path.max() <= 1.0
        counts, _ = np.histogram(path, bins=5, range=(0, 1))
        assert counts.min() > 0.75 * 8000 or step == 0.02  # a slow walk has few independent places
        inner = (path[:-1] > 0.3) & (path[:-1] < 0.7)  # where it is not reflected
        if step < 0.2:
            assert np.std(np.diff(path)[inner]) == pytest.approx(step, rel=0.05)


def test_a_walk_is_like_brownian_motion_at_every_scale() -> None:
    """The mean square of a difference over k steps is k times that of one step (unreflected)."""
    path = value(walk(1, 0.01), np.arange(60000.0))
    far = (path > 0.35) & (path < 0.65)
    for k in (1, 4, 16, 64):
        moved = (path[k:] - path[:-k])[far[:-k]]
        assert np.sqrt(np.mean(moved**2)) == pytest.approx(0.01 * np.sqrt(k), rel=0.15)


def test_a_walk_is_lines_between_steps_and_depends_on_its_seed() -> None:
    coarse, fine = value(walk(2), np.arange(0.0, 64.0, 2.0)), value(walk(2))
    assert np.array_equal(fine[::64], coarse[:17])
    slope = np.diff(fine[64 * 3 : 64 * 4])
    assert np.ptp(np.abs(slope)) < 1e-12 or fine[64 * 3 : 64 * 4].max() > 0.9
    assert not np.allclose(fine, value(walk(2, seed=1)))


def test_picks_are_even_and_do_not_repeat_themselves() -> None:
    picks = np.array([pick(3, step, 4) for step in range(4000)])
    assert np.all(np.abs(np.bincount(picks, minlength=4) - 1000) < 5 * np.sqrt(750))
    assert abs(np.mean(picks[1:] == picks[:-1]) - 0.25) < 0.05
    assert picks.tolist() == [pick(3, step, 4) for step in range(4000)]
    assert uniform(3, np.array([7]))[0] * 4 // 1 == picks[7]


def test_slew_makes_a_jump_a_ramp_of_its_length() -> None:
    node = Transition(Constant(0.0), Constant(1.0), 8.0, 0.0).slew(4)
    assert value(node) == pytest.approx(np.clip((BEATS - 8.0) / 4, 0, 1), abs=1e-12)


def test_slew_is_the_mean_of_the_beats_before() -> None:
    fine = np.arange(-8.0, 32.0, 1 / 256)
    source = value(lfo(3) + sq(5) * 0.5, fine)
    total = np.concatenate([[0.0], np.cumsum(source)])
    width = 2 * 256
    mean = (total[width:] - total[:-width]) / width  # of the beats before fine[width:]
    wanted = np.interp(BEATS, fine[width - 1 :], mean)
    assert value((lfo(3) + sq(5) * 0.5).slew(2)) == pytest.approx(wanted, abs=2 / 32)


def test_slew_of_places_and_of_what_stands_still() -> None:
    assert value((A * 1.0).slew(2)) == pytest.approx(value(A), abs=1e-15)
    both = value(seq(A, B, every=4).slew(1))
    assert both.shape == (len(BEATS), 3)
    assert np.abs(np.diff(both, axis=0)).max() <= 1 / 32 + 1e-12


def test_what_is_live_is_read_at_its_beat() -> None:
    fader = Live("osc/fader", 0)
    assert np.array_equal(value(fader), np.where(BEATS < 8, 0.2, 0.8))
    assert np.array_equal(value(fader.delay(3)), np.where(BEATS < 11, 0.2, 0.8))
    assert np.array_equal(value(fader.hold(3)), np.where(BEATS < 9, 0.2, 0.8))
    assert value(fader.slew(4)) == pytest.approx(0.2 + 0.6 * np.clip((BEATS - 8.0) / 4, 0, 1))


def test_what_is_live_has_the_size_that_was_asked_for() -> None:
    assert value(Live("osc/pad", 3)).shape == (len(BEATS), 3)
    assert value(Live("osc/fader", 3)).shape == (len(BEATS), 3)
    assert np.array_equal(value(Live("osc/pad", 0)), value(Live("osc/fader", 0)))
    with pytest.raises(SignalError, match="brings 3 numbers, wants 2"):
        value(Live("osc/pad", 2))
    with pytest.raises(SignalError, match=r"mic.z has a size only once"):
        value(Live("mic/z", -1))
    dry = Evaluation(BEATS)
    assert np.all(dry.value(Live("osc/fader", 0)) == 0.5)
    assert dry.value(Live("mic/z", 8)).shape == (len(BEATS), 8)


def test_lookback_is_how_far_a_signal_reads_back() -> None:
    link = Reference("a", "z", 0)
    assert lookback(link + lfo(4)) == 0.0
    assert lookback(link.delay(4) + link.delay(2)) == 4.0
    assert lookback(link.delay(4).delay(3)) == 7.0
    assert lookback(link.delay(-4)) == 0.0
    assert lookback(link.hold(2).slew(4)) == pytest.approx(2 + 4 * 33 / 32)
    assert lookback(link.slow(2)) == lookback(link.delay(1e9)) == 64.0


@pytest.mark.parametrize(
    "node",
    [
        Reference("a", "z", 0).delay(3).slew(2),
        Reference("a", "z", 0).hold(5).delay(1),
        seq(Reference("a", "z", 0).slew(1), Reference("a", "z", 0).delay(2).hold(1), every=3),
        Reference("a", "z", 0).delay(2).fast(2),
    ],
)
def test_nothing_is_read_from_before_the_lookback(node: Signal) -> None:
    beats = BEATS[BEATS >= 16.0]
    source, kept = lfo(7) + sq(3), 16.0 - lookback(node)
    changed = Transition(Constant(99.0), source, kept, 0.0)
    old = Evaluation(beats, lambda _: source).value(node)
    assert np.array_equal(Evaluation(beats, lambda _: changed).value(node), old)


def test_settling_keeps_what_a_slew_still_reads() -> None:
    node = Transition(Constant(0.0), lfo(4), 2.0, 2.0)
    for slewed in (node.slew(3.0), (node * 2).slew(1.0).delay(2.0), seq(node.slew(4), node, every=1)):
        for beat in (3.0, 4.5, 5.0, 7.0, 8.5, 20.0):
            later = BEATS[beat <= BEATS]
            assert np.array_equal(value(settle(slewed, beat), later), value(slewed, later))
        assert not any(isinstance(n, Transition) for n in _all(settle(slewed, 20.0)))


def _all(node: Signal) -> list[Signal]:
    return [node, *(each for child in node.children() for each in _all(child))]


def test_peek_changes_nothing_and_is_found() -> None:
    node = lfo(4).peek(8) * 0.5
    assert np.array_equal(value(node), value(lfo(4) * 0.5))
    assert [p.beats for p in peeks(node)] == [8.0]
    assert isinstance(lfo(4).peek(), Peek) and describe(lfo(4).peek()) == "lfo(4).peek(16)"


def test_a_spark_line_shows_the_shape_and_the_range() -> None:
    line = spark(saw(16))
    assert line == "▁▁▁▁▂▂▂▂▃▃▃▃▄▄▄▄▅▅▅▅▆▆▆▆▇▇▇▇████ 0.00…1.00 in 16 beats"
    assert spark(saw(16), beat=8.0).startswith("▅▅▅▅▆▆▆▆▇▇▇▇████▁▁▁▁")
    assert spark(Constant(0.5)).startswith("▁" * 32 + " 0.50…0.50")
    assert spark(saw(4).peek(4)).endswith("in 4 beats")
    assert "·" in spark(1 / (saw(16) - 0.5).clip(0, 1))
    assert spark(Constant(0.0) / 0.0) == "nowhere finite in 16 beats"
    assert spark(A) == "▁▁▁▁▁▁▁▁▁▁ ██████████ ▅▅▅▅▅▅▅▅▅▅ 0.00…1.00 in 16 beats"
    assert len(spark(Vector(tuple(np.arange(128) / 128)))) < 80


def test_the_cost_counts_every_node_that_was_computed() -> None:
    def cost(node: Signal, count: int = 2) -> int:
        at = Evaluation(np.arange(count, dtype=float))
        at.value(node)
        return at.evaluated

    shared = lfo(4) + 1
    assert cost(shared * shared) == 4
    assert cost(shared.delay(1)) == 4
    assert cost(lfo(4).slew(1)) == 2
    assert cost(lfo(4).slew(1 / 100).slew(4), 1) > 10  # a thousand points for one
    assert cost(seq(lfo(1), lfo(2), lfo(3), every=100)) == 2  # only what is reached …
    assert cost(seq(lfo(1), lfo(2), lfo(3), every=1)) == 3


def test_a_thorough_evaluation_meets_mistakes_that_come_later() -> None:
    late = seq(A, Vector((1.0, 2.0)), every=1000)
    for node in (late, env([A, A, Vector((1.0, 2.0))], [500, 500])):
        value(node)
        with pytest.raises(SignalError, match="do not go together"):
            Evaluation(BEATS, thorough=True).value(node)
        with pytest.raises(SignalError, match="do not go together"):
            Evaluation(BEATS, thorough=True).value(node.delay(1))
    assert np.array_equal(Evaluation(BEATS, thorough=True).value(seq(A, B, 0.5)), value(seq(A, B, 0.5)))


def test_slews_within_slews_are_refused_before_they_fill_the_memory() -> None:
    assert value(lfo(4).slew(20).slew(0.5).slew(0.01), np.linspace(0, 6400, 161)).shape == (161,)
    with pytest.raises(SignalError, match="slews within slews"):
        value(lfo(4).slew(0.01).slew(0.5).slew(20), np.linspace(0, 6400, 161))


def test_an_evaluation_leaves_no_circle_behind() -> None:
    """The engine collects no garbage."""
    node = seq(pat("0 1?").slew(1).delay(1), walk().hold(2), Live("osc/fader", 0).peek(), every=1, glide=1)
    gc.collect()
    gc.disable()
    try:
        at = Evaluation(BEATS, inputs=Steps(), thorough=True)
        at.value(node)
        gone = weakref.ref(at)
        del at
        assert gone() is None and gc.collect() == 0
    finally:
        gc.enable()


def test_paths_through_delays_of_delays_are_not_walked_for_ever() -> None:
    node = lfo(4)
    for _ in range(30):  # 2**30 paths
        node = (node.delay(1) + node.delay(2)) * 0.5
    with pytest.raises(SignalError, match="more than 20000 steps"):
        value(node)


def test_links_that_lie_too_deep_are_an_error_of_one_line() -> None:
    def lookup(address: tuple[str, str, int | None]) -> Signal:
        node: Signal = Reference(address[0] + "x", "z", None)
        for _ in range(50):
            node = node + 1
        return node

    with pytest.raises(SignalError, match="too deep in one another"):
        Evaluation(BEATS, lookup).value(Reference("x", "z", None))


def test_a_shared_node_is_written_in_one_short_line_whatever_shares_it() -> None:
    node: Signal = lfo(4)
    for _ in range(12):
        node = seq(*[node] * 20)
    assert len(describe(node)) <= 200


@pytest.mark.filterwarnings("error")
def test_what_is_not_finite_makes_no_noise() -> None:
    bad = 1 / (saw(4) * 0.0)
    for node in (
        bad - bad,
        seq(bad, -bad, every=1, glide=1),
        env([bad, 1]),
        bad.slew(1),
        bad.quant(4),
        (-lfo(4)) ** 0.5,
    ):
        assert not np.isfinite(value(node)).all()


@pytest.mark.parametrize("beats", [np.empty(0), np.array([0.0]), np.array([-3.7]), np.array([1e6 + 0.1])])
def test_any_beats_can_be_asked_for(beats: np.ndarray) -> None:
    for node in (seq(A, 1, every=1, glide=1), env([0, 1]), walk(), pat("0 1?", glide=1), seq(1, 2).slew(1)):
        out = value(node, beats)
        assert len(out) == len(beats) and np.isfinite(out).all()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: seq(), "0 values"),
        (lambda: seq(1, 2, every=0), "more than 0"),
        (lambda: seq(1, 2, glide=-1), "0 beats or more"),
        (lambda: seq("0 [1"), "wants ]"),
        (lambda: env([1]), "2 to 256 levels"),
        (lambda: env("0 1"), "2 to 256 levels"),
        (lambda: env([0, 1], [1, 2]), "2 levels want 1 times, not 2"),
        (lambda: env([0, 1], "1"), "list of beats"),
        (lambda: env([0, 1], [-1]), "0 or more"),
        (lambda: env([0, 1], [0]), "together\\(0\\): wants more"),
        (lambda: env([0, 1, 2], [1e308, 1e308]), "finite"),
        (lambda: lfo(1e-300), "wants more than 0"),
        (lambda: value(walk(1).fast(1e300)), "too far away"),
        (lambda: value(pat("0 1?").fast(1e6).fast(1e6)), "too far away"),
        (lambda: env([0, 1], [2], every=1), "shorter than its times"),
        (lambda: env([0, 1], shape="bouncy"), "no shape"),
        (lambda: walk(0), "more than 0"),
        (lambda: walk(1, 2), "at most 1"),
        (lambda: walk(seed=1.5), "whole number"),
        (lambda: lfo(4).slew(0), "more than 0"),
        (lambda: lfo(4).peek(-1), "more than 0"),
    ],
)
def test_mistakes_are_named(make: object, says: str) -> None:
    with pytest.raises(SignalError, match=says):
        make()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (seq(A, 0.5, every=2), "seq(A.a, 0.5, every=2)"),
        (seq(A, 0.5, glide=1), "seq(A.a, 0.5, every=4, glide=1)"),
        (
            env([0, 1, 0], [0.5, 1], every=4, shape="smooth"),
            "env([0, 1, 0], [0.5, 1], every=4, shape='smooth')",
        ),
        (walk(1, 0.05), "walk(1, 0.05)"),
        (walk(1, 0.05, seed=3), "walk(1, 0.05, seed=3)"),
        (Live("osc/td/x", 0) * 2, 'osc("td/x")*2'),
        (Live("mic/loud", 0), "mic.loud"),
        (lfo(1 / 3).slow(3).delay(0.1).slew(2 / 3), "lfo(1/3).slow(3).delay(0.1).slew(2/3)"),
        (pat("0 1", cycle=1 / 3) + pat("2 3") * 2, 'pat("0 1", cycle=1/3) + pat("2 3")*2'),
        ((lfo(4) + 1).slew(0.5), "(lfo(4) + 1).slew(0.5)"),
    ],
)
def test_description_reads_like_what_was_typed(node: Signal, text: str) -> None:
    assert describe(node) == text


def test_a_walk_is_kept_as_what_was_asked_for() -> None:
    assert isinstance(walk(2, 0.3, -1), Walk)
