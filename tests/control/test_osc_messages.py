"""OSC messages as changes: what each address means, its limits, and the code of each refusal."""

import numpy as np
import pytest

from plaud_live.control.conductor import Conductor
from plaud_live.control.osc import Argument, OscMessage
from plaud_live.control.osc_messages import changes_of
from plaud_live.control.parameters import ModelInfo, parameters
from plaud_live.control.state import State
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
    Stop,
    Tempo,
    Transaction,
)
from plaud_live.errors import OscError
from plaud_live.signals.graph import Constant
from plaud_live.signals.space import Anchor, Vector
from plaud_live.signals.traversal import walk

INFO = ModelInfo(
    "m", "m.plaud", "d", "d", (-1.0, -2.0, 0.0), (1.0, 2.0, 10.0), (0.5, 0.5, 0.5), ("bright", "", ""),
    sines=12, harmonics=0, noise_bands=16, smoothing=2, max_smoothing=8, anchors={"bell": (0.0, 1.0, 5.0)},
)  # fmt: skip


@pytest.fixture(scope="module")
def state() -> State:
    conductor = Conductor(44100, lambda name: INFO)
    conductor.submit(Transaction((Load("drone", "m"), Load("bell", "m"))), 0)
    return conductor.state


def changes(state: State, address: str, *arguments: Argument) -> tuple[Change, ...]:
    return changes_of(state, OscMessage("/plaud/" + address, arguments))


@pytest.mark.parametrize(
    ("address", "arguments", "change"),
    [
        ("hush", (), Hush(None)),
        ("hush", (4.0,), Hush(4.0)),
        ("clock/bpm", (120,), Tempo(120.0, 0.0)),
        ("clock/bpm", (120, 8, 4), Tempo(120.0, 4.0, 8.0)),
        ("clock/quant", (0.25,), Quant(0.25)),
        ("clock/follow", (120.5,), Follow(120.5)),
        ("scene/save", ("dark",), Scene("dark")),
        ("scene/recall", ("dark",), Recall("dark", None, 0.0)),
        ("scene/recall", ("dark", 8, 4), Recall("dark", 8.0, 4.0)),
        ("inst/drone/play", (), Play("drone", None, 0.0)),
        ("inst/drone/play", (8, 4), Play("drone", 8.0, 4.0)),
        ("inst/drone/stop", (2.0,), Stop("drone", 2.0, 0.0)),
        ("inst/drone/mark", ("home",), Mark("drone", "home")),
    ],
)
def test_verbs(state: State, address: str, arguments: tuple[Argument, ...], change: Change) -> None:
    assert changes(state, address, *arguments) == (change,)


@pytest.mark.parametrize(
    ("parameter", "arguments", "value", "over", "at"),
    [
        ("gain", (0.5,), 0.5, None, 0.0),
        ("gain", (1,), 1.0, None, 0.0),
        ("gain", (0.5, 2.0), 0.5, 2.0, 0.0),
        ("gain", (0.5, 2, 16), 0.5, 2.0, 16.0),
        ("z1", (-0.5,), -0.5, None, 0.0),
        ("bright", (1.5,), 1.5, None, 0.0),
        ("sines", (12,), 12.0, None, 0.0),
        ("freeze", (True,), 1.0, None, 0.0),
    ],
)
def test_parameters(
    state: State, parameter: str, arguments: tuple[Argument, ...], value: float, over: float | None, at: float
) -> None:
    (change,) = changes(state, f"inst/drone/{parameter}", *arguments)
    assert isinstance(change, Set) and isinstance(change.signal, Constant)
    assert (change.instrument, change.parameter, change.signal.number) == ("drone", parameter, value)
    assert (change.over, change.at) == (over, at)


def test_a_morph_is_a_place_between_two_scenes(state: State) -> None:
    (change,) = changes(state, "scene/morph", "dark", "open", 0.25, 8)
    assert isinstance(change, Morph) and isinstance(change.amount, Constant)
    assert (change.first, change.second, change.amount.number) == ("dark", "open", 0.25)
    assert (change.over, change.at) == (8.0, 0.0)


def test_a_blend_is_a_place_between_two_anchors(state: State) -> None:
    (change,) = changes(state, "inst/drone/blend", "bell", "home", 0.25, 8)
    assert isinstance(change, Set)
    named = [node.name for node in walk(change.signal) if isinstance(node, Anchor)]
    assert (named, change.parameter, change.over, change.text) == (
        ["bell", "home"],
        "z",
        8.0,
        "A.bell→A.home 25%",
    )


def test_a_button_may_send_an_impulse_where_nothing_is_wanted(state: State) -> None:
    assert changes(state, "hush", None) == (Hush(None),)
    assert changes(state, "inst/drone/play", None) == (Play("drone", None, 0.0),)


def test_z_sets_all_latents_or_those_that_are_not_nil(state: State) -> None:
    (whole,) = changes(state, "inst/drone/z", 0.0, 0.5, 1)
    assert isinstance(whole, Set) and isinstance(whole.signal, Vector)
    assert (whole.parameter, whole.signal.values) == ("z", (0.0, 0.5, 1.0))
    some = changes(state, "inst/drone/z", None, 0.25)
    assert [(c.parameter, c.signal.number) for c in some] == [("z1", 0.25)]  # type: ignore[union-attr]
    assert changes(state, "inst/drone/z", None, None, None) == ()


def test_raw_latents_are_turned_into_playable_ones(state: State) -> None:
    (whole,) = changes(state, "inst/drone/raw/z", -1.0, 0.0, 10.0)
    assert isinstance(whole, Set) and isinstance(whole.signal, Vector)
    np.testing.assert_allclose(whole.signal.values, [0.0, 0.5, 1.0])
    with pytest.raises(OscError, match="wants -2 to 2"):
        changes(state, "inst/drone/raw/z", 2.5)


def test_anchor_goes_to_a_place(state: State) -> None:
    (change,) = changes(state, "inst/drone/anchor", "bell", 8, 4)
    assert isinstance(change, Set) and isinstance(change.signal, Anchor)
    assert (change.signal.name, change.parameter, change.over, change.at) == ("bell", "z", 8.0, 4.0)


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("*/gain", ["drone.gain", "bell.gain"]),
        ("drone/z?", ["drone.z0", "drone.z1", "drone.z2"]),
        ("{bell,nobody}/z[01]", ["bell.z0", "bell.z1"]),
        ("drone/*_gain", ["drone.sine_gain", "drone.noise_gain"]),
    ],
)
def test_patterns_reach_parameters(state: State, pattern: str, meant: list[str]) -> None:
    found = changes(state, f"inst/{pattern}", 0.5)
    assert [f"{c.instrument}.{c.parameter}" for c in found] == meant  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("address", "arguments", "code", "says"),
    [
        ("inst/drone/gain", (), 400, "wants gain (fader), over? (beats)"),
        ("inst/drone/gain", (0.1, 0.1, 0.1, 0.1), 400, "wants gain (fader), over? (beats)"),
        ("inst/drone/gain", (1.01,), 400, "wants 0 to 1"),
        ("inst/drone/gain", (0.5, -1.0), 400, "over -1"),
        ("inst/drone/z0", (2.0,), 400, "wants -0.5 to 1.5"),
        ("inst/drone/gain", ("loud",), 406, "no number"),
        ("inst/drone/gain", (None,), 406, "no number"),
        ("inst/drone/gain", (b"1",), 406, "no number"),
        ("inst/drone/brigth", (0.5,), 404, "did you mean 'bright'"),
        ("inst/nobody/gain", (0.5,), 404, "have drone, bell"),
        ("inst/nobody/play", (), 404, "have drone, bell"),
        ("inst/drone/level", (1.0,), 404, "level"),
        ("inst/*/nothing*", (0.5,), 404, "pattern"),
        ("inst/*/play", (), 404, "pattern"),  # never on verbs
        ("inst/drone/pl?y", (), 404, "pattern"),
        ("inst/drone/[", (0.5,), 400, "not closed"),
        ("inst/drone", (0.5,), 404, "has no ''"),
        ("inst/drone/z", (), 400, "wants z0 (0..1), z1"),
        ("inst/drone/z", (0.1,) * 4, 400, "wants z0 (0..1), z1"),
        ("inst/drone/z", (0.1, 9.0), 400, "z1 9"),
        ("inst/drone/raw/z", ("x",), 406, "no number"),
        ("inst/drone/anchor", (), 400, "wants name (anchor)"),
        ("inst/drone/anchor", (1.0,), 406, "no string"),
        ("inst/drone/mark", (3,), 406, "no string"),
        ("clock/bpm", (5000,), 400, "10 to 999"),
        ("clock/quant", (), 400, "wants quant (beats)"),
        ("clock/follow", (5,), 400, "10 to 999"),
        ("clock/bpm", (120, -1.0), 400, "over -1"),
        ("scene/save", (), 400, "wants name"),
        ("scene/save", ("dark", 1.0), 400, "2 arguments"),
        ("scene/recall", (3,), 406, "no string"),
        ("scene/recall", ("dark", "soon"), 406, "no number"),
        ("scene/morph", ("dark", "open"), 400, "2 arguments"),
        ("scene/morph", ("dark", "open", 1.5), 400, "x 1.5"),
        ("husch", (), 404, "did you mean '/plaud/hush'"),
        ("status" * 20, (), 404, "no such address"),
        ("train", (), 404, "no such address"),
        ("inst/drone/train", ("take", 4.0), 503, "no trainer"),
        ("inst/drone/swap", ("../../etc/passwd",), 400, "letters, digits"),
        ("inst/drone/swap", (3,), 406, "no string"),
        ("inst/drone/back", ("rust",), 406, "no number"),
        ("rec/start", (), 503, "not in this version"),
        ("verb/mix", (0.5,), 503, "reverb"),
        ("inst/drone/blend", ("bell", "bell", 1.5), 400, "x 1.5"),
        ("inst/drone/mark", ("../../etc",), 400, "letters, digits"),
        ("scene/save", ("a/b",), 400, "letters, digits"),
        ("scene/recall", ("x" * 65,), 400, "letters, digits"),
    ],
)
def test_refusals_have_their_code_and_say_what_is_wanted(
    state: State, address: str, arguments: tuple[Argument, ...], code: int, says: str
) -> None:
    with pytest.raises(OscError) as caught:
        changes(state, address, *arguments)
    assert caught.value.code == code
    assert says in str(caught.value)


def test_every_parameter_of_the_table_has_an_address_and_takes_its_default() -> None:
    """The table drives the namespace: what is set there is accepted by the conductor as it is."""
    conductor = Conductor(44100, lambda name: INFO)
    conductor.submit(Transaction((Load("drone", "m"),)), 0)
    for name, row in parameters(INFO).items():
        values = (row.default,) * row.size
        found = changes(conductor.state, f"inst/drone/{name}", *values)
        conductor.submit(Transaction(found), 0)
