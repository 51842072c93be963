"""Mini-notation against what is written beside it, and patterns as signals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from plaud_live.errors import SignalError
from plaud_live.signals.describe import describe
from plaud_live.signals.graph import Constant, Evaluation, Signal, signal
from plaud_live.signals.mini_notation import MAX_STEPS, bjorklund, parse
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.patterns import Pattern, pat
from plaud_live.signals.space import Anchor, Vector
from plaud_live.signals.traversal import rebuild

PLACES = {"bell": Vector((0.1, 0.2)), "rust": Vector((0.6, 0.7)), "glass": Vector((0.9, 0.8))}


def placed(node: Signal) -> Signal:
    """With the places of its anchors, as an instrument puts them in."""
    return rebuild(node, lambda n: PLACES[n.name] if isinstance(n, Anchor) else None)


def value(node: Signal, beats: np.ndarray) -> np.ndarray:
    return Evaluation(beats).value(placed(node))


def steps(text: str, count: int, cycles: int = 1, seed: int = 0) -> list[float]:
    """The value at the beginning of each of `count` equal parts of each cycle."""
    beats = np.arange(count * cycles) * (4.0 / count) + 1e-9
    return value(pat(text, seed=seed), beats).tolist()


@pytest.mark.parametrize(
    ("text", "count", "cycles", "wanted"),
    [
        ("0 .5 1 .25", 4, 1, [0, 0.5, 1, 0.25]),
        ("0 [1 .5]", 4, 1, [0, 0, 1, 0.5]),
        ("0 [1 [.5 .25]]", 8, 1, [0, 0, 0, 0, 1, 1, 0.5, 0.25]),
        ("0 [1 2]*2", 8, 1, [0, 0, 0, 0, 1, 2, 1, 2]),
        ("1*3 2", 6, 1, [1, 1, 1, 2, 2, 2]),
        ("0 _ 1 _", 4, 1, [0, 0, 1, 1]),
        ("0 ~ 1 ~", 4, 1, [0, 0, 1, 1]),
        ("_ 1 _ 2", 4, 2, [2, 1, 1, 2, 2, 1, 1, 2]),  # reaches back into the cycle before
        ("<0 1 2>", 1, 5, [0, 1, 2, 0, 1]),
        ("9 <0 1>", 2, 3, [9, 0, 9, 1, 9, 0]),
        ("<0 1>*2", 2, 2, [0, 1, 0, 1]),  # a repetition is a cycle of what is repeated
        ("<0 1 2>*2", 2, 3, [0, 1, 2, 0, 1, 2]),
        ("<0 <1 2>>", 1, 4, [0, 1, 0, 2]),
        ("<0 _ _>", 1, 4, [0, 0, 0, 0]),
        ("<0 _> 1", 2, 2, [0, 1, 1, 1]),
        ("1(3,8) 2", 16, 1, [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]),
        ("[1 2](2,4)", 8, 1, [1, 2, 2, 2, 1, 2, 2, 2]),
        ("<1 2>(1,2,1)", 2, 3, [2, 1, 1, 2, 2, 1]),  # holds across the cycle's border
        ("-1 +.5 1e-1 -.25", 4, 1, [-1, 0.5, 0.1, -0.25]),
        (" 0   [ 1  2 ] * 2 ", 8, 1, [0, 0, 0, 0, 1, 2, 1, 2]),
        ("0?0 1", 2, 2, [0, 1, 0, 1]),  # never left out
    ],
)
def test_what_is_written_is_what_plays(text: str, count: int, cycles: int, wanted: list[float]) -> None:
    assert steps(text, count, cycles) == wanted


TOUSSAINT = (
    "x.x..",
    "x.xx",
    "x.x.x",
    "x.x.x..",
    "x..x..x.",
    "x.x.x.x",
    "x.x.x.x..",
    "x..x..x..x.",
    "x.xxxx",
    "x.xx.xx",
    "x.xx.xx.",
    "x.x.x.x.x",
    "x.x.x.x.x..",
    "x..x.x..x.x.",
    "x..x..x..x..x...",
    "x.xxxxxx",
    "x.xx.x.xx.x.",
    "x..x.x.x..x.x.x.",
    "x.xx.x.x.xx.x.x.",
)


@pytest.mark.parametrize("rhythm", TOUSSAINT)
def test_euclid_gives_the_rhythms_of_the_world(rhythm: str) -> None:
    """Toussaint (2005), section 4; some of them begin elsewhere."""
    found = "".join("x" if plays else "." for plays in bjorklund(rhythm.count("x"), len(rhythm)))
    assert len(found) == len(rhythm)
    assert found in rhythm + rhythm


def test_the_tresillo_begins_on_the_beat() -> None:
    assert "".join("x" if plays else "." for plays in bjorklund(3, 8)) == "x..x..x."
    assert "".join("x" if plays else "." for plays in bjorklund(5, 8)) == "x.xx.xx."


@pytest.mark.parametrize("count", range(1, 17))
def test_euclid_is_as_even_as_can_be(count: int) -> None:
    for onsets in range(1, count + 1):
        rhythm = bjorklund(onsets, count)
        places = np.flatnonzero(rhythm)
        assert len(rhythm) == count and len(places) == onsets and places[0] == 0
        assert np.ptp(np.diff([*places, count])) <= 1


def test_rotation_begins_later_in_the_rhythm() -> None:
    begins = [[o.begin for o in parse(text).onsets(0)] for text in ("1(3,8)", "1(3,8,3)", "1(3,8,-5)")]
    assert begins == [[0, 3 / 8, 6 / 8], [0, 3 / 8, 5 / 8], [0, 3 / 8, 5 / 8]]


def test_maybe_leaves_out_as_often_as_it_says_and_then_holds() -> None:
    for text, often in (("0 1?", 0.5), ("0 1?.25", 0.75), ("0 [1?]?.5", 0.25)):
        heard = np.array(steps(text, 2, 2000)).reshape(-1, 2)
        assert np.all(heard[:, 0] == 0)
        assert abs(heard[:, 1].mean() - often) < 5 * np.sqrt(0.25 / 2000)


def test_maybe_is_decided_by_the_seed_for_each_step_of_each_cycle() -> None:
    assert steps("0 1?", 2, 64) == steps("0 1?", 2, 64)
    assert steps("0 1?", 2, 64) != steps("0 1?", 2, 64, seed=1)
    heard = np.array(steps("0 1? 0 1?", 4, 400)).reshape(-1, 4)
    assert 100 < np.sum(heard[:, 1] == heard[:, 3]) < 300  # steps of one cycle are decided apart


def test_numbers_among_anchors_are_all_latents_at_that_value() -> None:
    node = pat("bell .5 rust <glass bell>")
    assert value(node, np.arange(8.0)).tolist() == [
        list(pair)
        for pair in (
            (0.1, 0.2),
            (0.5, 0.5),
            (0.6, 0.7),
            (0.9, 0.8),
            (0.1, 0.2),
            (0.5, 0.5),
            (0.6, 0.7),
            (0.1, 0.2),
        )
    ]


def test_a_name_is_one_child_however_often_it_comes() -> None:
    node = pat("A.bell rust bell <rust glass>")
    assert isinstance(node, Pattern)
    assert [child.name for child in node.children() if isinstance(child, Anchor)] == ["bell", "rust", "glass"]


def test_a_step_alone_is_no_pattern() -> None:
    assert isinstance(pat("bell"), Anchor)
    assert isinstance(pat(".5 _"), Constant)
    assert isinstance(signal("0 1"), Pattern)


def test_cycle_is_its_length_in_beats() -> None:
    beats = np.arange(16.0) / 4
    assert np.array_equal(value(pat("0 1 2", cycle=3), beats), np.floor(beats % 3))
    assert np.array_equal(value(pat("0 1 2", cycle=0.75), beats), np.floor(beats * 4 % 3))


def test_glide_begins_with_the_step_and_ends_at_its_value() -> None:
    beats = np.linspace(0.0, 16.0, 1601)
    plain, gliding = pat("0 1 _ .5"), pat("0 1 _ .5", glide=1.5)
    arrived = value(plain, beats) == value(gliding, beats)
    # a glide of 1.5 beats is cut to 1 where the next value comes after 1, and is whole where one is held
    assert not arrived[(beats > 4.0) & (beats < 4.99)].any()
    assert not arrived[(beats > 5.0) & (beats < 6.49)].any() and arrived[(beats > 6.5) & (beats < 7.0)].all()
    assert np.abs(np.diff(value(gliding, beats))).max() < 0.5 * np.pi * 0.01 + 1e-9  # steepest: 1 in 1 beat
    at = Evaluation(np.array([4.0, 4.5, 5.0, 5.75, 6.5, 7.0, 7.5, 8.0])).value(gliding)
    assert at == pytest.approx([0.5, 0.25, 0.0, 0.5, 1.0, 1.0, 0.75, 0.5])


def test_glide_reaches_over_cycles() -> None:
    node = pat("0 1", cycle=2, glide=1)
    assert value(node, np.array([2.0, 2.5, 3.0, 3.5, 4.0])) == pytest.approx([1.0, 0.5, 0.0, 0.5, 1.0])
    late = pat("<0 _> <_ 1>", cycle=1, glide=3)  # 0 at 0, 2, …; 1 at 1.5, 3.5, …
    assert value(late, np.array([2.0, 2.75, 3.5])) == pytest.approx([1.0, 0.5, 0.0])


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("0 [1 2", 7, "the end, wants ] ([ opened at 3)"),
        ("0 <1 2]", 7, "']', wants > (< opened at 3)"),
        ("0 1]", 4, "']', wants a step"),
        ("bell*x", 6, "'x', wants how many times, as in bell*3"),
        ("bell*", 6, "the end, wants how many times"),
        ("bell*0", 6, "'0', wants how many times"),
        ("bell*1.5", 6, "'1.5', wants how many times"),
        ("bell*1000", 6, "'1000', wants how many times"),
        ("a(3,2)", 5, "'2', wants how many steps, 3 to 64"),
        ("a(3 8)", 5, "'8', wants a comma"),
        ("a(,8)", 3, "',', wants how many onsets"),
        ("a(3,8", 6, "the end, wants a ), as in bell(3,8)"),
        ("<> 1", 2, "'>', wants a step between < and >"),
        ("[ ]", 3, "']', wants a step between [ and ]"),
        ("a?2", 3, "'2', wants how often it is left out"),
        ("a,b", 2, "one value at a time"),
        ("a/2", 2, "<a b> for slower"),
        ("a!3", 2, "there is *n"),
        ("a@3", 2, "hold with _"),
        ("*2", 1, "it follows a step"),
        ("0 1.5.2", 3, "'1.5.2', wants a number, a name"),
        ("0 - 1", 3, "_ holds"),
        ("0 é", 3, "'é', wants a number, a name"),
        ("0 1e999", 3, "a number that is finite"),
        ("[" * 40 + "1" + "]" * 40, 16, "at most 16 brackets"),
    ],
)
def test_mistakes_say_where_and_what_was_expected(text: str, place: int, says: str) -> None:
    with pytest.raises(SignalError) as error:
        pat(text)
    assert f" at {place}: " in str(error.value)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: pat(""), "empty pattern"),
        (lambda: pat(" \n"), "empty pattern"),
        (lambda: pat("_ ~ _"), "nothing to hold"),
        (lambda: pat("0 " * 2000), "at most 1000"),
        (lambda: pat("[[[0 1]*64]*64]*64"), "more than 256 steps"),
        (lambda: pat("0 " * 300), "more than 256 steps"),
        (lambda: pat(3), "in quotes"),  # type: ignore[arg-type]
        (lambda: pat("0 1", cycle=0), "more than 0"),
        (lambda: pat("0 1", glide=-1), "0 beats or more"),
        (lambda: pat("0 1", seed=0.5), "whole number"),  # type: ignore[arg-type]
        (lambda: lfo(4) + "0 [1", "wants ]"),
        (lambda: lfo(4).to("0 [1", 0.5), "wants ]"),
    ],
)
def test_other_mistakes_are_named(make: object, says: str) -> None:
    with pytest.raises(SignalError, match=says):
        make()  # type: ignore[operator]


def test_strings_are_signals_wherever_a_signal_is() -> None:
    beats = np.arange(0.0, 8.0, 0.25)
    x, y = value(pat("0 1"), beats), value(pat("2 4"), beats)
    assert np.array_equal(value("0 1" + lfo(4), beats), x + value(lfo(4), beats))
    assert np.array_equal(value(lfo(4) * "2 4", beats), value(lfo(4), beats) * y)
    assert np.array_equal(value(signal(1.0).to("2 4", "0 1"), beats), 1.0 * (1 - x) + y * x)
    assert np.array_equal(value(lfo(4).range("0 1", 4), beats), x + (4 - x) * value(lfo(4), beats))


def test_description_reads_like_what_was_typed() -> None:
    assert describe(signal("0 <a b>")) == '"0 <a b>"'
    assert describe(pat("0 1", cycle=8, glide=1)) == 'pat("0 1", cycle=8, glide=1)'
    assert describe(0.5 * signal("0 1")) == '0.5*pat("0 1")'
    assert describe(signal("0 1").slew(1)) == 'pat("0 1").slew(1)'


TEXTS = st.lists(
    st.sampled_from(
        (
            "0",
            "1",
            ".5",
            "-2",
            "bell",
            "rust",
            "[",
            "]",
            "<",
            ">",
            "_",
            "~",
            "*",
            "*2",
            "*3",
            "(",
            "(3,8)",
            "(2,5,1)",
            ")",
            ",",
            "?",
            "?.3",
            "/",
            "8",
        )
    ),
    min_size=1,
    max_size=14,
).map(" ".join)


@hypothesis_settings(max_examples=400, deadline=None, derandomize=True)
@given(TEXTS)
def test_any_text_is_a_pattern_or_a_mistake_with_its_place(text: str) -> None:
    try:
        program = parse(text)
    except SignalError as error:
        assert "\n" not in str(error) and len(str(error)) < 200
        return
    for cycle in (0, 1, 7, -3):
        onsets = program.onsets(cycle)
        begins = [onset.begin for onset in onsets]
        assert begins == sorted(begins) and all(0.0 <= b < 1.0 for b in begins)
        assert len(onsets) <= program.root.count <= MAX_STEPS
        assert onsets == program.onsets(cycle + program.root.period)


@hypothesis_settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    try:
        parse(text)
    except SignalError as error:
        assert len(str(error)) < 300
