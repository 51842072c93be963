"""Undo and redo: what is a step, and what they leave alone."""

import json

import numpy as np
import pytest

from plaud_live.control.transaction import (
    Load,
    Play,
    Set,
)
from plaud_live.errors import TransactionError
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Anchor, Reference
from plaud_live.signals.transitions import to
from tests.control.player import BEAT, Player

LATER = np.linspace(2.0, 40.0, 400)


def own(index: int | None = None, parameter: str = "z", instrument: str = "drone") -> Reference:
    return Reference(instrument, parameter, index)


def test_undo_then_redo_is_identity(player: Player) -> None:
    steps: list[tuple[str, Signal]] = [
        ("z0", lfo(16)),
        ("z", to(Anchor("bell"), 8)),
        ("gain", Constant(0.4)),
        ("z1", own(0) * 0.5),
        ("z1", own(1) + 0.1),
    ]
    at = 0.0
    heard = [player.hear("z", LATER + 200)]
    for number, (name, signal) in enumerate(steps):
        at += 10.0
        player.set(name, signal, at=at, text=f"step {number}")
        heard.append(player.hear("z", LATER + 200))
    for expected in reversed(heard[:-1]):
        at += 10.0
        player.conductor.undo(round(at * BEAT))
        assert np.allclose(player.hear("z", LATER + 200), expected)
    with pytest.raises(TransactionError, match="nothing to undo"):
        player.conductor.undo(0)
    for expected in heard[1:]:
        at += 10.0
        player.conductor.redo(round(at * BEAT))
        assert np.allclose(player.hear("z", LATER + 200), expected)
    with pytest.raises(TransactionError, match="nothing to redo"):
        player.conductor.redo(0)


def test_undo_glides(player: Player) -> None:
    player.set("gain", 0.2)
    player.conductor.undo(round(10.5 * BEAT))
    beats = np.linspace(10.0, 12.0, 2001)
    heard = player.hear("gain", beats)
    assert heard[0] == pytest.approx(0.2) and heard[-1] == pytest.approx(0.75)
    assert np.abs(np.diff(heard)).max() < 0.05


def test_undo_leaves_alone_what_goes_on_elsewhere_whether_or_not_it_was_settled(player: Player) -> None:
    player.set("z1", 0.2)
    player.set("z0", 0.9, at=1.0, over=20.0)
    player.set("gain", 0.2, at=2.0)
    beats = np.linspace(5.0, 25.0, 200)
    going = player.hear("z", beats)
    assert player.conductor.settle(4 * BEAT)
    player.conductor.undo(5 * BEAT)
    assert np.array_equal(player.hear("z", beats), going)
    assert player.hear("gain", 6.0) == pytest.approx(0.75)


def test_a_stream_of_one_fader_is_one_undo_step(player: Player) -> None:
    for k in range(200):
        player.do(Set("drone", "z2", Constant(k / 200), at=0.0), at=4.0 + k * 0.001, merge="osc z2")
    assert player.conductor.undo_depth == 1
    state = player.conductor.state
    assert len(json.dumps(state.to_data())) < 6000  # launches do not pile up
    assert player.hear("z", 10.0)[0, 2] == pytest.approx(199 / 200)
    fine = player.hear("z", np.linspace(3.9, 4.4, 5001))[:, 2]
    assert np.abs(np.diff(fine)).max() < 0.01


def test_undo_keeps_the_anchors_of_what_was_loaded_since(player: Player) -> None:
    player.set("gain", 0.3)
    player.do(Load("bells", "other"))
    player.conductor.undo(10 * BEAT)
    player.do(Set("bells", "z", Anchor("ice")), at=12.0)
    assert player.hear("z", 14.0, "bells")[0] == pytest.approx([0.5, 0.5, 0.0])


def test_panic_pressed_twice_is_one_step_and_no_part_of_a_stream(player: Player) -> None:
    player.do(Play("drone"))
    player.do(Set("drone", "gain", Constant(0.5), at=0.0), at=4.0, merge="osc")
    player.conductor.undo(5 * BEAT)
    player.do(Set("drone", "gain", Constant(0.5), at=0.0), at=6.0, merge="osc")
    player.conductor.panic(round(6.1 * BEAT))
    player.conductor.panic(round(6.2 * BEAT))
    player.do(Set("drone", "gain", Constant(0.6), at=0.0), at=6.3, merge="osc")
    player.conductor.undo(7 * BEAT)
    assert player.hear("level", 9.0) == 0.0  # the fader alone
    player.conductor.undo(10 * BEAT)
    assert player.hear("level", 12.0) == 1.0
