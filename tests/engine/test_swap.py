"""Swaps by what is heard: nothing between equals, no click and no dip between kin, every block size alike."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.keys import Keys, PlayNote
from plaud_live.control.transaction import Load, Play, Quant, Set, Stop, Swap, Tempo, Transaction
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
    def state(self) -> Any:
        return self.engine.conductor.state.instruments["drone"]

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


def test_a_swap_during_a_swap_and_what_was_left_comes_back_without_a_click(tmp_path: Path) -> None:
    stage, *alone = (Stage(tmp_path) for _ in range(4))
    rust, moss = (child_file(stage.parent, name, 0.1, seed) for seed, name in enumerate(("rust", "moss")))
    for each, path in zip(alone[1:], (rust, moss), strict=True):
        each.swap(path, over=0.0)
    parts = [stage.beats(2)]
    for path in (rust, moss):
        stage.swap(path, over=4.0)
        parts.append(stage.beats(1.7))
    stage.do(Swap("drone", back=True, over=3.0))
    parts += [stage.beats(1.1)]
    stage.engine.request("undo")
    parts += [stage.beats(0.2)]
    stage.do(Swap("drone", back=True, over=1.0), Swap("drone", back=True, over=1.0))
    parts += [stage.beats(9)]
    heard, controls = np.concatenate(parts), [each.beats(16) for each in alone]
    assert step(heard) <= 1.1 * max(map(step, controls))
    assert level_db(heard) > min(map(level_db, controls)) - 1.0
    assert stage.slot.info.name == "tiny" and len(stage.slot._way.parts) == 1
    assert stage.slot.trouble == 0


def test_a_stranger_of_other_sizes_takes_over_without_a_click(tmp_path: Path) -> None:
    """Another decoder, other banks, another hop: it runs unheard for a while, then fades in."""
    stage, before, after = Stage(tmp_path), Stage(tmp_path), Stage(tmp_path)
    sizes = {"decoder_size": 24, "sines": 20, "noise_bands": 8, "harmonics": 4, "hop_size": 128}
    other = tiny_file(tmp_path, "other", seed=3, **sizes)
    after.swap(other, over=0.0)
    for each in (stage, before, after):
        each.beats(1)
    said = stage.swap(other, over=2.0, at=5.0)["message"]
    assert "no relative" in said
    heard, one, two = (each.beats(12) for each in (stage, before, after))
    np.testing.assert_array_equal(heard[: 4 * BEAT], one[: 4 * BEAT])
    assert step(heard) <= 1.1 * max(step(one), step(two))
    lowest = min(level_db(one[4 * BEAT : 6 * BEAT]), level_db(two[4 * BEAT : 6 * BEAT]))
    assert level_db(heard[4 * BEAT : 6 * BEAT]) > lowest - 3.5  # two that have nothing in common add in power


def test_a_stranger_at_once_has_no_click_either(tmp_path: Path) -> None:
    stage, after = Stage(tmp_path), Stage(tmp_path)
    other = tiny_file(tmp_path, "other", seed=3, decoder_size=24)
    after.swap(other, over=0.0)
    first = stage.beats(1.6)
    stage.swap(other, over=0.0)
    heard = np.concatenate([first, stage.beats(4)])
    assert step(heard) <= 1.1 * max(step(first), step(after.beats(6)))


def test_while_it_sleeps_it_swaps_unheard_and_wakes_as_the_other(tmp_path: Path) -> None:
    stage, other = Stage(tmp_path, plays=False), Stage(tmp_path, plays=False)
    path = child_file(stage.parent, "rust", change=0.3)
    stage.swap(path, over=1.0, at=2.0)
    other.swap(path, over=0.0)
    for each in (stage, other):
        assert not each.beats(4).any()
        each.do(Play("drone", 0.0))
    np.testing.assert_array_equal(stage.beats(4), other.beats(4))


def test_it_falls_asleep_and_wakes_while_it_crosses(tmp_path: Path) -> None:
    stage, control = Stage(tmp_path), Stage(tmp_path)
    path = child_file(stage.parent, "rust", change=0.1)
    stage.swap(path, over=8.0)
    for each in (stage, control):
        each.beats(1)
        each.do(Stop("drone", 0.5))
        each.beats(1.5)
        assert each.slot.asleep
        each.do(Play("drone", 0.5))
    heard, alone = stage.beats(9), control.beats(9)
    assert step(heard) <= 1.1 * step(alone) and stage.slot.info.name == "rust"


def test_panic_silences_while_it_crosses_and_undo_has_the_sound_and_the_way_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    path = child_file(stage.parent, "rust", change=0.1)
    stage.swap(path, over=8.0)
    loud = stage.beats(2)
    stage.engine.request("panic")
    assert not stage.beats(1)[441:].any()
    stage.engine.request("undo")
    again = stage.beats(2)
    assert level_db(again[BEAT:]) > level_db(loud) - 6.0
    assert [passage.before.name for passage in stage.state.passages] == ["tiny"]
    assert step(again) <= 1.1 * step(loud)


def test_notes_ring_on_through_a_swap_and_none_is_stuck(tmp_path: Path) -> None:
    """Two notes go over, and a third one begins on the way; they have no partial in common."""

    def played(first: bool, swaps: bool) -> tuple[np.ndarray, np.ndarray]:
        stage = Stage(tmp_path, harmonics=6, sines=0, noise_bands=0)
        path = child_file(stage.parent, "rust", change=0.05)
        if first:
            stage.swap(path, over=0.0)
        stage.do(Keys("drone", voices=3, release=0.1))
        stage.beats(1)
        for number in (57.0, 63.0):
            stage.do(PlayNote("drone", number, 0.8, None))
        parts = [stage.beats(2)]
        if swaps:
            stage.swap(path, over=2.0)
        parts += [stage.beats(1)]
        stage.do(PlayNote("drone", 71.0, 0.8, None))
        parts += [stage.beats(5)]
        for number in (57.0, 63.0, 71.0):
            stage.do(PlayNote("drone", number, 0.0, None))
        return np.concatenate(parts), stage.beats(4)

    (heard, end), (parent, _), (child, _) = played(False, True), played(False, False), played(True, False)
    crossing = slice(3 * BEAT, 5 * BEAT)
    assert step(heard[crossing]) <= 1.1 * max(step(parent[crossing]), step(child[crossing]))
    tail = 2 * BEAT
    hz = np.fft.rfftfreq(tail, 1.0 / RATE)
    ours, theirs = (np.abs(np.fft.rfft(each[-tail:] * np.hanning(tail))) for each in (heard, child))
    for fundamental in (220.0, 311.13, 493.88):
        near = np.abs(hz - fundamental) < 3.0
        assert ours[near].max() == pytest.approx(theirs[near].max(), rel=0.2)
    assert level_db(end[2 * BEAT :]) < -100.0


def test_all_channels_cross_alike(tmp_path: Path) -> None:
    stage, control = Stage(tmp_path, channels=2), Stage(tmp_path, channels=2)
    twin = child_file(stage.parent, "twin", change=0.0)
    stage.swap(twin, over=1.0, at=1.0)
    np.testing.assert_array_equal(stage.engine.render(2.0), control.engine.render(2.0))


def test_a_source_that_is_held_stays_held_where_it_was(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.do(Set("drone", "z0", signal(0.2)))
    stage.beats(2)
    stage.slot.sources._place.hold("too slow", 2.0)
    stage.slot.sources._followers["gain"]._asked = 0.3
    stage.slot.sources._followers["gain"].held = "not finite"
    stage.swap(child_file(stage.parent, "rust"), over=1.0)
    stage.beats(3)
    assert stage.slot.info.name == "rust"
    assert stage.slot.sources.held_values()["gain"] == 0.3


def test_what_it_is_known_by_goes_into_the_record_and_plays_again(tmp_path: Path) -> None:
    """A swap by name is found by its digest later, whatever that name means by then."""
    stage, session = Stage(tmp_path), tmp_path / "session"
    stage.engine = OfflineEngine(session=session)
    stage.do(Load("drone", str(stage.parent)), Play("drone", 0.0))
    path = child_file(stage.parent, "rust", change=0.2)
    stage.swap(path, over=1.0)
    digest = stage.state.info.digest
    resolved = Swap("drone", "a name of another", 1.0, digest=digest)
    heard = stage.engine.render(2.0)
    path.unlink()
    again = OfflineEngine(session=session)
    for changes in ((Load("drone", str(stage.parent)), Play("drone", 0.0)), (resolved,)):
        again.request("submit", transaction=Transaction(changes, "again").to_data())
    np.testing.assert_array_equal(again.render(2.0), heard)
