"""Auditions by what is heard: the other model, then its own again, and no click on the way."""

from pathlib import Path

import numpy as np
import pytest

from plaud_live.control.transaction import Hush, Play, Swap
from plaud_live.signals.oscillators import lfo
from tests.engine.test_swap import BEAT, RATE, Stage, step
from tests.models_for_tests import child_file, tiny_file
from tests.recording.test_replay import Session
from tests.signals import level_db


def played(folder: Path, block: int, *ends: float, undo: bool = False) -> np.ndarray:
    """12 beats, from 4 on with another model for 4 beats, or until it is ended."""
    stage = Stage(folder, block)
    path = child_file(stage.parent, "rust", change=0.1)
    parts = [stage.beats(3.3)]
    stage.swap(path, at=4.0, stay=4.0)
    for end in ends:
        parts.append(stage.beats(end))
        if undo:
            stage.engine.request("undo")
        else:
            stage.do(Swap("drone", back=True))
    parts.append(stage.beats(15.3 - 3.3 - sum(ends)))
    assert stage.slot.info.name == "tiny" and len(stage.slot._way.parts) == 1
    return np.concatenate(parts)


def test_it_is_heard_for_its_beats_without_a_click(tmp_path: Path) -> None:
    own, other = Stage(tmp_path), Stage(tmp_path)
    path = child_file(own.parent, "rust", change=0.1)
    other.swap(path, over=0.0)
    before, rust = (each.beats(15.3) for each in (own, other))
    heard = played(tmp_path, 128)
    assert step(heard) <= 1.05 * max(step(before), step(rust))
    np.testing.assert_array_equal(heard[: 4 * BEAT], before[: 4 * BEAT])
    inside = slice(round(5.0 * BEAT), round(8.0 * BEAT))
    levels = [level_db(each[inside]) for each in (before, rust, heard)]
    assert min(levels[:2]) - 0.5 < levels[2] < max(levels[:2]) + 0.5
    spectra = [np.abs(np.fft.rfft(each[inside] * np.hanning(3 * BEAT))) for each in (before, rust, heard)]
    apart = [np.linalg.norm(each - spectra[2]) for each in spectra[:2]]
    assert apart[1] < 0.5 * apart[0], "it is the other model's sound"
    after = slice(round(9.0 * BEAT), None)
    spectra = [
        np.abs(np.fft.rfft(each[after] * np.hanning(len(each[after])))) for each in (before, rust, heard)
    ]
    apart = [np.linalg.norm(each - spectra[2]) for each in spectra[:2]]
    assert apart[0] < 0.5 * apart[1], "and then its own again"


@pytest.mark.parametrize("undo", [False, True])
def test_it_is_ended_early_without_a_click(tmp_path: Path, undo: bool) -> None:
    whole, early = played(tmp_path, 128), played(tmp_path, 128, 2.2, undo=undo)
    assert step(early) <= 1.05 * step(whole) and not np.array_equal(early, whole)


@pytest.mark.parametrize("block", [64, 1000])
def test_it_is_the_same_for_every_block_size(tmp_path: Path, block: int) -> None:
    np.testing.assert_array_equal(played(tmp_path, block), played(tmp_path, 128))
    np.testing.assert_array_equal(played(tmp_path, block, 2.2), played(tmp_path, 128, 2.2))


def test_between_equal_models_nothing_is_heard_to_the_bit(tmp_path: Path) -> None:
    stage, control = Stage(tmp_path), Stage(tmp_path)
    twin = child_file(stage.parent, "twin", change=0.0)
    stage.swap(twin, at=4.0, stay=4.0)
    np.testing.assert_array_equal(stage.beats(12), control.beats(12))


def test_a_stranger_is_heard_and_gone_without_a_click(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    other = tiny_file(tmp_path, "stranger", seed=5)
    own = stage.beats(4)
    stage.swap(other, stay=4.0)
    heard = stage.beats(10)
    alone = Stage(tmp_path)
    alone.swap(other, over=0.0)
    assert step(heard) <= 1.1 * max(step(own), step(alone.beats(10)))
    assert stage.slot.info.name == "tiny" and len(stage.slot._way.parts) == 1


def test_after_a_hush_it_plays_its_own(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.swap(child_file(stage.parent, "rust", change=0.1), stay=64.0)
    stage.beats(2)
    stage.do(Hush(1.0))
    assert level_db(stage.beats(3)[2 * BEAT :]) < -100.0
    stage.do(Play("drone", 0.0))
    stage.beats(2)
    assert stage.slot.info.name == "tiny" and stage.state.passages == ()


def test_a_replay_has_it_to_the_bit(tmp_path: Path) -> None:
    session = Session(tmp_path / "session")
    session.load(tiny_file(tmp_path, "tiny", harmonics=6))
    session.set("z0", lfo(1.5))
    session.play(5000)
    path = child_file(tmp_path / "tiny.plaud", "child", change=0.1)
    info = session.models.load_info(str(path))
    session.models.keep(info)
    session.renderer.engage("drone", info, [session.models.make_voice(info, RATE, "drone")])
    session.do(Swap("drone", str(path), digest=info.digest, stay=1.0))
    session.play(60_000)
    assert session.conductor.state.instruments["drone"].info.name == "tiny"
    session.do(Swap("drone", str(path), digest=info.digest, stay=8.0))
    session.play(30_000)
    session.do(Swap("drone", back=True))
    session.play(30_000)
    session.check()
