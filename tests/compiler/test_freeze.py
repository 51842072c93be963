"""Freeze: loops that can keep their energy do, others refuse, and neutral changes nothing."""

import math

import numpy as np
import pytest

from compiler.backend.faust import model_to_faust
from compiler.certificate import certify
from compiler.controls import plan_controls
from compiler.errors import UnknownControl
from compiler.freeze import LOSS, line_gains
from compiler.ir.nodes import Array, Delay, Fir, Gain, Model, Node, Recursion, Series, Sos
from compiler.ir.response import response
from compiler.pipeline import prepare
from compiler.runtime import Runner
from tests.compiler.faust_player import play
from tests.compiler.rooms import RATE, ROOMS

LINES = 4
ORTHOGONAL = np.linalg.qr(np.random.default_rng(3).standard_normal((LINES, LINES)))[0]
GAINS = np.array([0.5, -0.9, 0.7, 0.8])
DELAYS = Delay("delays", np.array([30.0, 41.0, 57.0, 66.0]))


def loop_of(*feedback: Node) -> Recursion:
    return Recursion("loop", DELAYS, Series("feedback", feedback))


def gains_around(loop: Recursion) -> Array:
    """Singular values [points, lines] once around a loop, at 64 frequencies."""
    points = np.exp(1j * np.linspace(0.0, math.pi, 64))
    return np.linalg.svd(response(Series("around", (loop.forward, loop.feedback)), points), compute_uv=False)


@pytest.mark.parametrize("name", ROOMS)
def test_a_frozen_loop_keeps_all_that_goes_around(name: str) -> None:
    prepared = prepare(ROOMS[name])
    plan = plan_controls(prepared, ["freeze", "t60", "damping"])
    frozen = plan.apply(prepared.model, {"freeze": 1.0, "t60": 0.4, "damping": 0.7})
    assert isinstance(frozen.root, Series)
    loop = next(child for child in frozen.root.children[1].children if isinstance(child, Recursion))  # type: ignore[union-attr]
    assert np.abs(gains_around(loop) - (1.0 - LOSS)).max() < 1e-9


@pytest.mark.parametrize(
    ("feedback", "expected"),
    [
        ((Gain("matrix", ORTHOGONAL * GAINS),), np.abs(GAINS)),
        ((Gain("matrix", GAINS[:, np.newaxis] * ORTHOGONAL),), np.abs(GAINS)),
        ((Gain("gains", GAINS), Gain("matrix", 0.5 * ORTHOGONAL)), 0.5 * np.abs(GAINS)),
        ((Gain("matrix", ORTHOGONAL), Gain("gains", GAINS), Delay("more", np.ones(LINES), GAINS)), GAINS**2),
        ((Gain("one", ORTHOGONAL * GAINS), Gain("two", 0.5 * ORTHOGONAL)), 0.5 * np.abs(GAINS)),
        ((Gain("gains", GAINS),), np.abs(GAINS)),
    ],
)
def test_what_lines_lose_is_found_wherever_it_is_lost(feedback: tuple[Node, ...], expected: Array) -> None:
    loop = loop_of(*feedback)
    assert line_gains(loop) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("loop", "reason"),
    [
        (loop_of(Gain("matrix", ORTHOGONAL + 0.1)), "loop/feedback: .*not orthogonal"),
        (loop_of(Gain("one", ORTHOGONAL), Gain("g", GAINS), Gain("two", ORTHOGONAL)), "between two matrices"),
        (loop_of(Gain("matrix", ORTHOGONAL), Fir("taps", np.ones((LINES, 2)))), "only delays, gains"),
        (loop_of(Fir("matrix", np.ones((LINES, LINES, 3)))), "a fir in the loop"),
        (loop_of(Gain("zero", np.array([0.0, 1.0, 1.0, 1.0])), Gain("matrix", ORTHOGONAL)), "keeps nothing"),
        (
            loop_of(
                Sos("late", np.tile([0.0, 1.0, 0.0, 1.0, 0.0, 0.0], (LINES, 1, 1))), Gain("m", ORTHOGONAL)
            ),
            "b0 = 0",
        ),
        (
            loop_of(Recursion("inner", DELAYS, Gain("half", np.full(LINES, 0.5))), Gain("m", ORTHOGONAL)),
            "a recursion in the loop",
        ),
        (
            Recursion("loop", Fir("late", np.tile([0.0, 1.0, 0.2], (LINES, 1))), Gain("m", ORTHOGONAL)),
            "no delays of one sample",
        ),
    ],
)
def test_loops_that_cannot_keep_their_energy_say_why(loop: Recursion, reason: str) -> None:
    with pytest.raises(UnknownControl, match=f"freeze: .*{reason}" if ":" not in reason else "freeze: "):
        line_gains(loop)
    with pytest.raises(UnknownControl):
        plan_controls(prepare(Model("room", RATE, loop)), ["freeze"])


def test_freeze_is_part_of_what_is_certified() -> None:
    certificate = certify(prepare(ROOMS["coloured"]), ["t60", "damping", "freeze"])
    assert certificate.double == "certified-stable"
    assert certificate.verdict in ("certified-stable", "marginally-stable")
    assert {knob.name for knob in certificate.knobs if knob.certified is not None} == {
        "t60",
        "damping",
        "freeze",
    }


def held_energies(heard: Array) -> Array:
    """Energy in eighths of a second from the sample 18000 on."""
    return np.asarray(np.square(heard[18000:]).reshape(-1, 6000).mean(axis=1))


def sound_then_silence_then_more() -> Array:
    """Noise until sample 12000, when the tests freeze, and from 60000 on."""
    sound = np.random.default_rng(1).standard_normal((1, 96000))
    sound[0, 12000:60000] = 0.0
    return sound


@pytest.mark.parametrize("name", ROOMS)
def test_compiled_freeze_holds_what_sounds_and_lets_nothing_in(name: str) -> None:
    prepared = prepare(ROOMS[name])
    text = model_to_faust(prepared, plan_controls(prepared, ["t60", "damping", "freeze"]))
    moves = [(0, {"t60": 0.5}), (12000, {"freeze": 1.0})]
    energies = held_energies(play(text, sound_then_silence_then_more(), RATE, moves, 4096, double=False)[0])
    assert 10.0 * np.log10(energies.max() / energies.min()) < 3.0
    assert energies[-4:].mean() == pytest.approx(energies[:4].mean(), rel=0.25)


def test_the_runner_freezes_as_well() -> None:
    runner = Runner(ROOMS["coloured"], block_size=1000, controls=["freeze", "t60"])
    sound, heard = sound_then_silence_then_more(), []
    for at in range(0, 96000, 1000):
        if at == 12000:
            runner.set_control("freeze", 1.0)
        heard.append(runner.process(np.ascontiguousarray(sound.T[at : at + 1000], dtype=np.float32)))
    energies = held_energies(np.concatenate(heard)[:, 0].astype(np.float64))
    assert 10.0 * np.log10(energies.max() / energies.min()) < 3.0


def test_neutral_freeze_changes_nothing_and_letting_go_lets_go() -> None:
    prepared = prepare(ROOMS["coloured"])
    text = model_to_faust(prepared, plan_controls(prepared, ["freeze"]))
    sound = np.zeros((1, 48000))
    sound[0, 0] = 1.0
    plain = play(model_to_faust(prepared), sound, RATE)
    assert np.abs(play(text, sound, RATE) - plain).max() < 1e-15
    held = play(text, sound, RATE, [(4000, {"freeze": 1.0}), (12000, {"freeze": 0.0})])[0]
    assert np.square(held[40000:]).sum() < 1e-2 * np.square(held[8000:12000]).sum()
