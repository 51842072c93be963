"""Whatever is asked for, in whatever order: what must hold of every state."""

import json
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plaud_live.control.conductor import Conductor
from plaud_live.control.parameters import parameters
from plaud_live.control.state import State, sources_to_data
from plaud_live.control.transaction import (
    Change,
    Follow,
    Hush,
    Load,
    Mark,
    Morph,
    Play,
    Quant,
    Recall,
    Scene,
    Set,
    Solo,
    Stop,
    Tempo,
    Transaction,
)
from plaud_live.errors import PlaudError, SignalError
from plaud_live.signals.data import to_data
from plaud_live.signals.envelopes import env
from plaud_live.signals.graph import Constant, Evaluation, Signal, align
from plaud_live.signals.live import Live
from plaud_live.signals.noise import drift
from plaud_live.signals.noise import walk as random_walk
from plaud_live.signals.oscillators import lfo, saw, sq
from plaud_live.signals.patterns import pat
from plaud_live.signals.sequences import seq
from plaud_live.signals.space import Anchor, Reference, Vector
from plaud_live.signals.transitions import To, target, to
from plaud_live.signals.traversal import walk
from tests.control.player import BEAT, RATE, Player, load_info, model

INSTRUMENTS = ("drone", "bells")
PARAMETERS = (*parameters(model("default")), "nothing")
beats = st.sampled_from([0.0, 0.25, 1.0, 3.0, 4.0, 16.0])
some_beats = st.none() | beats
numbers = st.floats(-1.0, 2.0, width=16)
names = st.sampled_from(["dark", "open", "far"])

leaves = st.one_of(
    numbers.map(Constant),
    st.sampled_from(["bell", "rust", "ice", "far"]).map(Anchor),
    st.tuples(numbers, numbers, numbers).map(Vector),
    st.sampled_from([lfo, saw, sq, drift, random_walk]).map(lambda shape: shape(3.0)),
    st.builds(
        Reference,
        st.sampled_from([*INSTRUMENTS, "ghost"]),
        st.sampled_from(["z", "z", "gain", "pan"]),
        st.sampled_from([None, 0, 1]),
    ).filter(lambda node: node.parameter == "z" or node.index is None),
    st.sampled_from(["0 .5 [1 .2]*2", "bell <rust .3> _", ".1(3,8) ?", "1 bell?"]).map(pat),
    st.builds(Live, st.sampled_from(["osc/x", "mic/z"]), st.sampled_from([0, -1])),
)

OPERATORS = (operator.add, operator.mul, operator.truediv, operator.mod, operator.pow)
METHODS: tuple[Callable[[Signal], Signal], ...] = (
    lambda a: a.slew(0.5),
    lambda a: a.hold(2),
    lambda a: a.delay(4),
    lambda a: a.fast(3),
    lambda a: a.slow(2),
    lambda a: a.clip(),
    lambda a: a.quant(4),
)


def combined(inner: st.SearchStrategy[Signal]) -> st.SearchStrategy[Signal]:
    return st.one_of(
        st.builds(lambda a, b, how: how(a, b), inner, inner, st.sampled_from(OPERATORS)),
        st.builds(lambda a, how: how(a), inner, st.sampled_from(METHODS)),
        st.builds(lambda a, b: seq(a, b, every=3, glide=1), inner, inner),
        st.builds(lambda a, b: env([a, b, 0.0], [1, 2]), inner, inner),
    )


still = st.recursive(leaves, combined, max_leaves=4)
signals = st.one_of(still, still, st.builds(to, still, beats), st.builds(lambda a: to(a, 4) * 0.5, still))

sets = st.builds(
    lambda name, row, source, over, at: Set(name, row, source, over, at, f"{name}.{row} = {source!r:.60}"),
    st.sampled_from(INSTRUMENTS),
    st.sampled_from(PARAMETERS),
    signals,
    some_beats,
    some_beats,
)
instruments = st.sampled_from(INSTRUMENTS)
raws = st.none() | st.lists(st.floats(-9.0, 9.0), min_size=2, max_size=3).map(tuple)
changes: st.SearchStrategy[Change] = st.one_of(
    sets,
    sets,
    sets,
    st.builds(Play, instruments, some_beats, some_beats),
    st.builds(Stop, instruments, some_beats, some_beats),
    st.builds(Hush, some_beats),
    st.builds(Tempo, st.sampled_from([5.0, 60.0, 60.0, 92.0, 200.0]), some_beats, some_beats),
    st.builds(Follow, st.sampled_from([60.0, 120.0])),
    st.builds(Quant, st.sampled_from([0.0, 1.0, 4.0])),
    st.builds(Mark, instruments, names, raws),
    st.builds(Scene, names),
    st.builds(Recall, names, some_beats, some_beats),
    st.builds(Morph, names, names, signals, some_beats, some_beats),
    st.builds(Solo, st.lists(instruments, max_size=2).map(tuple), some_beats, some_beats),
)
transactions = st.builds(
    lambda all_of, meant, key: (tuple(all_of), meant, key),
    st.lists(changes, min_size=1, max_size=4),
    st.none() | st.floats(-1.0, 4.0),
    st.sampled_from(["", "fader"]),
)
acts = st.one_of(transactions, transactions, st.sampled_from(["undo", "redo", "panic", "settle"]))
performances = st.lists(st.tuples(st.floats(0.0, 6.0), acts), min_size=1, max_size=14)


def restored(conductor: Conductor) -> Conductor:
    """A conductor at the same place that has nothing to undo."""
    fresh = Conductor(RATE, load_info)
    fresh.restore(conductor.to_data())
    return fresh


def small(examples: int) -> settings:
    """The same examples each time; slow ones are no failure on a busy machine."""
    slow = (HealthCheck.too_slow, HealthCheck.data_too_large)
    return settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=slow)


class Performer(Player):
    """A player at two instruments that may ask for anything."""

    def __init__(self) -> None:
        super().__init__()
        self.do(Load("bells", "other"), Mark("bells", "far", (1.0, 0.0, 2.0)))
        self.do(Scene("dark"), Set("drone", "z", Anchor("bell"), 0.0), Play("drone", 0.0))
        self.do(Scene("open"), Quant(1.0))
        self.conductor = restored(self.conductor)
        self.beat = 0.0

    @property
    def now(self) -> int:
        return round(self.conductor.state.tempo.sample(self.beat))

    def act(self, wait: float, what: Any) -> bool:
        """Do something after some beats; False if it was refused. Anything but a PlaudError comes out."""
        self.beat += wait
        try:
            if isinstance(what, str):
                getattr(self.conductor, what)(self.now)
            else:
                all_of, meant, key = what
                beat = None if meant is None else max(self.beat + meant, 0.0)
                transaction = Transaction(all_of, str(all_of)[:80], "prompt", key, beat)
                self.conductor.submit(told(transaction), self.now)
        except PlaudError:
            return False
        return True


def told(transaction: Transaction) -> Transaction:
    """A transaction as it arrives in another process."""
    return Transaction.from_data(json.loads(json.dumps(transaction.to_data())))


def going(state: State) -> tuple[Any, ...]:
    """What a state comes to once all transitions have ended."""
    sources = {key: to_data(target(source.signal)) for key, source in state.sources()}
    scenes = {name: sources_to_data(kept) for name, kept in state.scenes.items()}
    return sources, state.quant, state.tempo.bpm, state.anchors, scenes


def heard(state: State, points: np.ndarray) -> dict[tuple[str, str], np.ndarray | str]:
    values: dict[tuple[str, str], np.ndarray | str] = {}
    for key, source in state.sources():
        try:
            values[key] = Evaluation(points, state.lookup).value(source.signal)
        except SignalError as error:
            values[key] = str(error)
    return values


@given(performances)
@small(150)
def test_nothing_is_raised_but_our_own_errors_and_any_state_can_be_told(performance: list[Any]) -> None:
    player = Performer()
    for wait, what in performance:
        before = player.conductor.state
        if not player.act(wait, what):
            assert player.conductor.state is before
    data = json.loads(json.dumps(player.conductor.to_data(), allow_nan=False))
    state = State.from_data(data)
    assert state.to_data() == data
    points = player.beat + np.linspace(0.0, 20.0, 50)
    mirrored, original = heard(state, points), heard(player.conductor.state, points)
    for key, value in original.items():
        np.testing.assert_array_equal(mirrored[key], value)


@given(performances)
@small(100)
def test_undo_then_redo_is_identity(performance: list[Any]) -> None:
    player = Performer()
    for wait, what in performance:
        player.act(wait, what)
    while player.act(1.0, "redo"):  # of what it took back itself
        continue
    states = [going(player.conductor.state)]
    while player.conductor.undo_depth:
        assert player.act(1.0, "undo")
        states.append(going(player.conductor.state))
    for expected in reversed(states[:-1]):
        assert player.act(1.0, "redo")
        assert going(player.conductor.state) == expected
    assert not player.act(1.0, "redo")


idempotent = changes.filter(lambda change: not (isinstance(change, Mark) and change.raw is None))


@given(performances, idempotent, st.floats(0.0, 5.0))
@small(150)
def test_the_same_change_twice_is_one(performance: list[Any], change: Change, wait: float) -> None:
    player = Performer()
    for each in performance:
        player.act(*each)
    if begins_when_launched(change) or not player.act(1.0, ((change,), None, "")):
        return
    state, depth = player.conductor.state, player.conductor.undo_depth
    assert player.act(wait, ((change,), None, ""))
    assert player.conductor.state is state
    assert player.conductor.undo_depth == depth


def begins_when_launched(change: Change) -> bool:
    """A transition within the x of a morph begins when it is launched: another one each time."""
    amount = change.amount if isinstance(change, Morph) else Constant(0.0)
    return any(isinstance(node, To) for node in walk(amount) if node is not amount)


@given(performances, changes)
@small(150)
def test_what_is_launched_later_is_not_heard_now(performance: list[Any], change: Change) -> None:
    player = Performer()
    for each in performance:
        player.act(*each)
    player.beat += 0.3
    before = player.conductor.state
    now = before.tempo.beat(player.now)
    try:
        outcome = player.conductor.submit(told(Transaction((change,))), player.now)
    except PlaudError:
        return
    points = np.linspace(now, outcome.beat, 20, endpoint=False)
    if outcome.beat > now + 1e-6:
        earlier, later = heard(before, points), heard(player.conductor.state, points)
        for key, value in earlier.items():
            if not isinstance(value, str):
                both = np.broadcast_arrays(*align(np.asarray(later[key]), value))
                np.testing.assert_allclose(*both, rtol=0, atol=1e-9, err_msg=str(key))


@given(still, st.sampled_from([None, 0, 1, 2]), st.sampled_from([0.5, 2.0]))
@small(100)
def test_links_never_copy(source: Signal, index: int | None, factor: float) -> None:
    """What follows a parameter follows whatever drives it from then on."""
    player = Performer()
    name = "z" if index is None else f"z{index}"
    player.act(0.0, ((Set("bells", "z", Reference("drone", "z", index) * factor, 0.0),), None, ""))
    if not player.act(1.0, ((Set("drone", name, source, 0.0),), None, "")):
        return
    points = player.beat + np.linspace(2.0, 30.0, 60)
    values = heard(player.conductor.state, points)
    drone, bells = np.asarray(values["drone", "z"]), np.asarray(values["bells", "z"])
    followed = drone if index is None or drone.ndim == 1 else drone[:, index]
    np.testing.assert_allclose(bells, factor * followed, rtol=1e-12)


def test_the_clock_of_these_tests_moves() -> None:
    player = Performer()
    player.act(2.0, ((Tempo(200.0),), None, ""))
    assert player.now == 2 * BEAT
