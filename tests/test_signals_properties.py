"""What holds for every signal that can be built: pure in any chunking and order, the same when entered
twice, the same after a journey as data, and the same once what has ended is dropped."""

import json

import numpy as np
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from plaud_live.signals.data import KINDS, from_data, to_data
from plaud_live.signals.describe import describe
from plaud_live.signals.envelopes import env
from plaud_live.signals.graph import Evaluation, Inputs, Signal, signal
from plaud_live.signals.live import Live
from plaud_live.signals.lookback import lookback
from plaud_live.signals.noise import drift, walk
from plaud_live.signals.oscillators import lfo, saw, sq, tri
from plaud_live.signals.patterns import pat
from plaud_live.signals.picked import Picked
from plaud_live.signals.sequences import seq
from plaud_live.signals.space import Anchor, Column, Columns, Layer, Reference, Vector, set_column
from plaud_live.signals.trajectories import Trajectory, frames
from plaud_live.signals.transitions import SHAPES, Transition, settle
from plaud_live.signals.traversal import rebuild
from plaud_live.signals.traversal import walk as nodes_of

SIZE = 3
PLACES = {
    "bell": Vector((0.1, 0.5, 0.9), "bell"),
    "rust": Vector((0.7, 0.2, 0.4), "rust"),
    "glass": Vector((1.0, 0.0, 0.3), "glass"),
}
GONE = frames("f" * 64, np.random.default_rng(1).uniform(0.0, 1.0, (40, SIZE)))
WAYS = {mode: Trajectory(GONE, f"way.{mode}", 2.3, 7.0, mode) for mode in ("loop", "once", "wait")}
BEATS = np.concatenate([np.linspace(0.0, 24.0, 257), np.arange(24) / 3, np.arange(8.0)])


class Motion(Inputs):
    """Inputs that have moved as known functions of beats."""

    def read(self, name: str, beats: np.ndarray) -> np.ndarray:
        one = np.floor(beats * 3.7) % 5 / 5
        return one if name != "mic/z" else np.stack([one, beats % 1, 1 - one], axis=1)


LINKS: dict[str, Signal] = {"x": lfo(3), "v": seq(PLACES["bell"], PLACES["rust"], every=2, glide=1)}


def value(node: Signal, beats: np.ndarray = BEATS) -> np.ndarray:
    return Evaluation(beats, lambda address: LINKS[address[0]], inputs=Motion()).value(node)


def wide(values: np.ndarray) -> np.ndarray:
    """As a vector per frame: a block in which only numbers are reached has one number per frame."""
    return np.broadcast_to(values[:, None], (len(values), SIZE)) if values.ndim == 1 else values


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """To the last bit."""
    return np.array_equal(a, b, equal_nan=True)


def beats_of(low: float, high: float) -> st.SearchStrategy[float]:
    return st.sampled_from(
        [b for b in (1 / 16, 1 / 3, 0.5, 0.7, 1.0, 1.5, 2.0, 4.0, 7.0, 16.0) if low <= b <= high]
    )


LENGTHS, SHORT, SEEDS = beats_of(1 / 3, 16), beats_of(1 / 16, 4), st.integers(0, 3)
TEXTS = st.sampled_from(
    [
        "0 .5 [1 .2]*2",
        "<0 1 _> .3(3,8) ~ 1?",
        "bell <rust glass> _ .5",
        "[bell? glass?.2]*2 rust(2,5,1)",
        "_ _ bell <_ .2>*3",
        "1?.9 _ 0?.9",
    ]
)


def placed(text: str, cycle: float, glide: float, seed: int) -> Signal:
    node = pat(text, cycle, glide, seed)
    return rebuild(node, lambda n: PLACES[n.name] if isinstance(n, Anchor) else None)


LEAVES = st.one_of(
    st.builds(lfo, LENGTHS, st.sampled_from([0.0, 0.2])),
    st.builds(tri, LENGTHS),
    st.builds(saw, LENGTHS),
    st.builds(sq, LENGTHS),
    st.builds(drift, LENGTHS, SEEDS),
    st.builds(walk, LENGTHS, st.sampled_from([0.01, 0.1, 1.0]), SEEDS),
    st.builds(placed, TEXTS, LENGTHS, st.sampled_from([0.0, 0.5, 3.0]), SEEDS),
    st.sampled_from(
        [signal(0.4), *PLACES.values(), Live("osc/x", 0), Live("mic/z", SIZE), Reference("v", "z", None)]
    ),
    st.just(Reference("x", "z", 0)),
    st.sampled_from(sorted(WAYS)).map(WAYS.__getitem__),
)


def _grow(children: st.SearchStrategy[Signal]) -> st.SearchStrategy[Signal]:
    pair = st.tuples(children, children)
    few = st.lists(children, min_size=2, max_size=4)
    numbers = children.map(lambda c: Column(c, 1))
    return st.one_of(
        pair.map(lambda p: p[0] + p[1] * 0.5),
        pair.map(lambda p: p[0].to(p[1], 0.3)),
        pair.map(lambda p: p[0] ** (p[1] ** 2) - (p[0] - p[1])),
        children.map(lambda c: (c + 1) ** 1.5 / (c * c + 1) % 0.3),
        pair.map(lambda p: (p[0] % 0.7).clip(0.1, 0.9).quant(5) - p[1]),
        pair.map(lambda p: Transition(p[0], p[1], 7.5, 9.0, "early")),
        pair.map(lambda p: Layer("a", p[0], p[0] + p[1])),
        st.builds(lambda c, k, lag: c.fast(k).delay(lag), children, LENGTHS, SHORT),
        st.builds(lambda c, every: c.hold(every), children, SHORT),
        st.builds(lambda c, beats: c.slew(beats), children, SHORT),
        children.map(lambda c: c.peek(4)),
        st.builds(lambda cs, every, glide: seq(*cs, every=every, glide=glide), few, SHORT, SHORT),
        st.builds(lambda cs, c: Picked(tuple(cs), Column(c, 0) * 5), few, children),
        st.builds(_envelope, few, SHORT, st.sampled_from(sorted(SHAPES))),
        st.builds(lambda base, column: set_column(base, 1, SIZE, column), children, numbers),
    )


def _envelope(levels: list[Signal], beats: float, shape: str) -> Signal:
    return env(levels, [beats * (i % 3) + beats * (i == 0) for i in range(len(levels) - 1)], shape=shape)


SIGNALS = st.recursive(LEAVES, _grow, max_leaves=7)


def examples(count: int) -> hypothesis_settings:
    return hypothesis_settings(max_examples=count, deadline=None, derandomize=True)


@examples(150)
@given(SIGNALS, st.lists(st.integers(1, 90), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_any_chunking_in_any_order_gives_the_same(node: Signal, sizes: list[int], random: object) -> None:
    whole = wide(value(node))
    order = np.arange(len(BEATS))
    random.shuffle(order)  # type: ignore[attr-defined]
    again = np.empty_like(whole)
    start = count = 0
    while start < len(order):
        rows = order[start : start + sizes[count % len(sizes)]]
        again[rows] = wide(value(node, BEATS[rows]))
        start, count = start + len(rows), count + 1
    assert same(again, whole)


@examples(80)
@given(SIGNALS)
def test_one_frame_alone_is_what_it_is_among_others(node: Signal) -> None:
    whole = wide(value(node))
    for i in range(0, len(BEATS), 29):
        assert same(wide(value(node, BEATS[i : i + 1]))[0], whole[i])


@examples(80)
@given(SIGNALS)
def test_a_second_evaluation_computes_nothing_and_gives_the_same(node: Signal) -> None:
    at = Evaluation(BEATS, lambda address: LINKS[address[0]], inputs=Motion())
    first, cost = at.value(node), at.evaluated
    assert at.value(node) is first and at.evaluated == cost


@examples(150)
@given(SIGNALS)
def test_the_journey_as_data_changes_nothing(node: Signal) -> None:
    data = json.loads(json.dumps(to_data(node)))
    again = from_data(data)
    assert same(value(again), value(node))
    assert to_data(again) == data
    assert describe(again) == describe(node)
    assert lookback(again) == lookback(node)


@examples(80)
@given(SIGNALS, st.floats(0.0, 24.0))
def test_what_has_ended_can_be_dropped(node: Signal, beat: float) -> None:
    settled = settle(node, beat)
    later = BEATS[beat <= BEATS]
    if len(later):
        assert np.allclose(wide(value(settled, later)), wide(value(node, later)), 0, 1e-9, equal_nan=True)
    assert to_data(settle(settled, beat)) == to_data(settled)


@examples(80)
@given(SIGNALS)
def test_a_thorough_evaluation_gives_the_same(node: Signal) -> None:
    thorough = Evaluation(BEATS, lambda address: LINKS[address[0]], inputs=Motion(), thorough=True)
    assert same(wide(thorough.value(node)), wide(value(node)))


WORDS = {
    **{f.__name__: f for f in (lfo, tri, saw, sq, drift, pat, seq, env)},
    "walk": walk,
    "A": type("Anchors", (), PLACES),
    "osc": lambda name: Live(f"osc/{name}", 0),
    "mic": type("Microphone", (), {"z": Live("mic/z", SIZE)}),
    "x": type("Instrument", (), {"z0": Reference("x", "z", 0)}),
    "v": type("Instrument", (), {"z": Reference("v", "z", None)}),
    "way": type("Take", (), WAYS),
}


@examples(100)
@example(signal(0.4).to(Reference("x", "z", 0), 0.3))
@given(SIGNALS)
def test_typing_the_description_gives_the_signal(node: Signal) -> None:
    """Where all of it can be typed: launches, single columns and keys have no words of their own."""
    said = (Transition, Layer, Column, Columns, Picked)
    text = describe(node)
    if any(isinstance(n, said) for n in nodes_of(node)) or "…" in text:
        return
    typed = signal(eval(text, dict(WORDS)))
    typed = rebuild(typed, lambda n: PLACES[n.name] if isinstance(n, Anchor) else None)
    assert same(wide(value(typed)), wide(value(node)))


def test_every_kind_of_node_is_tried() -> None:
    apart = {
        "anchor",
        "to",
    }  # these have no value of their own until an instrument or a launch gives them one
    seen: set[str] = set()

    @examples(300)
    @given(SIGNALS)
    def collect(node: Signal) -> None:
        seen.update(type(n).__name__.lower() for n in nodes_of(node))

    collect()
    assert seen == set(KINDS) - apart
