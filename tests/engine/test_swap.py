"""Swaps by what is heard: nothing between equals, no click and no dip between kin, every block size alike."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.transaction import Load, Play, Quant, Set, Swap, Tempo, Transaction
from plaud_live.engine.offline import OfflineEngine
from plaud_live.signals.graph import signal
from plaud_live.signals.oscillators import lfo
from tests.models_for_tests import child_file, tiny_file
from tests.signals import level_db

RATE = 44100
BEAT = RATE // 2  # at 120 beats a minute


class Stage:
    """An instrument that plays a small model, at 120 beats a minute; its latents move."""

    def __init__(self, folder: Path, block: int = 128, plays: bool = True, **config: Any) -> None:
        self.parent = tiny_file(folder, **config)
        self.engine = OfflineEngine(block_size=block)
        self.do(Tempo(120.0, at=0.0), Quant(0.0), Load("drone", str(self.parent)))
        self.do(Set("drone", "z0", lfo(3)), Set("drone", "z1", lfo(2)))
        if plays:
            self.do(Play("drone", 0.0))

    def do(self, *changes: Any) -> Any:
        return self.engine.request("submit", transaction=Transaction(changes, "typed").to_data())

    def swap(self, model: Path | str = "", **more: Any) -> Any:
        return self.do(Swap("drone", str(model), **more))

    def beats(self, beats: float) -> np.ndarray:
        """What follows, one side [n]."""
        return self.engine.render(beats * BEAT / RATE)[:, 0]

    @property
    def slot(self) -> Any:
        return self.engine.renderer.slots["drone"]


def step(sound: np.ndarray) -> float:
    """The largest step from sample to sample."""
    return float(np.abs(np.diff(sound)).max())


def test_between_equal_models_nothing_is_heard_to_the_bit(tmp_path: Path) -> None:
    stage, control = Stage(tmp_path), Stage(tmp_path)
    twin = child_file(stage.parent, "twin", change=0.0)
    for each in (stage, control):
        each.beats(3.3)
    stage.swap(twin, over=4.0, at=4.0)
    expected = control.beats(12)
    assert level_db(expected) > -40.0
    np.testing.assert_array_equal(stage.beats(12), expected)
    assert stage.slot.info.name == "twin" and len(stage.slot._way.parts) == 1


def test_between_parent_and_child_there_is_no_click_and_no_dip(tmp_path: Path) -> None:
    """Half way, amplitudes add up: two sounds out of phase would be 3 dB below what they are alone."""
    many = {"sines": 64, "noise_bands": 64}
    stage, parent, child = (Stage(tmp_path, **many) for _ in range(3))
    path = child_file(stage.parent, "rust", change=0.1)
    child.swap(path, over=0.0)
    for each in (stage, parent, child):
        each.beats(4)
    stage.swap(path, over=8.0, at=8.0)
    heard, before, after = (each.beats(20) for each in (stage, parent, child))
    assert level_db(before - after) > level_db(before) - 20.0  # they differ
    np.testing.assert_array_equal(heard[: 4 * BEAT], before[: 4 * BEAT])
    assert step(heard) <= 1.05 * max(step(before), step(after))
    for start in np.arange(4.0, 12.0, 2.0):  # in beats
        span = slice(round(start * BEAT), round((start + 2.0) * BEAT))
        expected = sorted((level_db(before[span]), level_db(after[span])))
        assert expected[0] - 0.5 < level_db(heard[span]) < expected[1] + 0.5


@pytest.mark.parametrize("block", [64, 100, 1000])
def test_it_is_the_same_for_every_block_size(tmp_path: Path, block: int) -> None:
    def performance(size: int) -> np.ndarray:
        stage = Stage(tmp_path, size)
        path = child_file(stage.parent, "rust", change=0.2)
        stage.do(Set("drone", "temperature", signal(0.5)))
        parts = [stage.beats(1.3)]
        stage.swap(path, over=0.7, at=2.0)
        parts.append(stage.beats(1.1))
        stage.engine.request("undo")
        parts.append(stage.beats(0.4))
        stage.engine.request("redo")
        parts.append(stage.beats(0.3))
        stage.do(Swap("drone", back=True, over=0.4), Set("drone", "z2", lfo(1)))
        parts.append(stage.beats(2))
        return np.concatenate(parts)

    np.testing.assert_array_equal(performance(block), performance(128))
