"""The reverb in the mix: against its runner alone, in any blocks, and where one model follows another."""

import json
from pathlib import Path

import numpy as np
import pytest

from compiler.ir.json import to_json
from compiler.ir.nodes import Delay, Gain, Model, Node, Recursion
from compiler.playable import write_playable
from compiler.runtime import Runner
from plaud_live.clock.tempo import TempoMap
from plaud_live.control.parameters import ReverbInfo
from plaud_live.control.reverbs import with_reverb
from plaud_live.control.state import Source, State
from plaud_live.engine.mix import BEND_SECONDS, GLIDE_SECONDS
from plaud_live.engine.reverb import LONGEST_TAIL_SECONDS, MOST_TAILS, Reverb
from plaud_live.engine.reverbs import Reverbs
from plaud_live.engine.slot import CHUNK, Block, LastValues
from plaud_live.errors import PlaudError, ReverbError
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.oscillators import lfo, sq
from tests.reverbs import network
from tests.signals import noise

RATE = 44100
HZ = 997.0
CLICK = 1e-3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two halls of one structure, two rooms of others."""
    made = tmp_path_factory.mktemp("reverbs")
    write_playable(made / "hall.json", network(4, 0.95))
    write_playable(made / "darker.json", network(4, 0.85))
    for number in range(2):
        write_playable(made / f"room{number}.json", network(2, 0.8, number, 300 + 100 * number))
    return made


class Stage:
    """A reverb, the states that it is given, and what comes out of it."""

    def __init__(self, folder: Path, name: str = "hall", **sources: Signal | float) -> None:
        self.folder, self.reverbs, self.reverb = folder, Reverbs(), Reverb(RATE)
        self.playing: Runner | None = None
        self.state = State(TempoMap(RATE))
        self.position = 0
        self.go(name, **sources)

    def info(self, name: str) -> ReverbInfo:
        return self.reverbs.load_info(str(self.folder / f"{name}.json"))

    def go(self, name: str, at: int | None = None, **sources: Signal | float) -> None:
        """Go over to a model at a sample."""
        info = self.info(name)
        room = self.reverbs.room(info, RATE, self.playing)
        self.playing = room.runner
        self.reverb.install(room)
        beat = self.state.tempo.beat(self.position if at is None else at)
        self.state = with_reverb(self.state, info, beat)
        self.set(**sources)

    def set(self, **sources: Signal | float) -> None:
        for name, value in sources.items():
            signal = value if isinstance(value, Signal) else Constant(value)
            self.state = self.state.with_sources({("verb", name): Source(signal, name)})
        self.reverb.take(self.state)

    def play(self, sound: np.ndarray, blocks: tuple[int, ...] = (CHUNK,)) -> np.ndarray:
        """What comes of a sound [n, 2], in blocks of these sizes that cross no chunk's border."""
        out, done, turn = sound.astype(np.float32).copy(), 0, 0
        while done < len(out):
            count = min(blocks[turn % len(blocks)], len(out) - done, CHUNK - self.position % CHUNK)
            block = Block(self.state, self.position, count, LastValues())
            self.reverb.add(block, out[done : done + count])
            done, turn, self.position = done + count, turn + 1, self.position + count
        assert not self.reverb.trouble, self.reverb.reason
        return out


def there(folder: Path, **sources: Signal | float) -> Stage:
    """A hall that is as loud as it is asked to be, and was given nothing yet."""
    stage = Stage(folder, **sources)
    assert not stage.play(np.zeros((CHUNK, 2))).any()
    return stage


def sine(samples: int, start: int = 0) -> np.ndarray:
    mono = 0.5 * np.sin(2.0 * np.pi * HZ / RATE * np.arange(start, start + samples))
    return np.stack([mono, mono], axis=1).astype(np.float32)


def residual(sound: np.ndarray) -> np.ndarray:
    """How far a sound is from a steady sine, sample by sample, by its amplitude."""
    w = 2.0 * np.pi * HZ / RATE
    left = sound.astype(np.float64)
    return np.abs(left[2:] - 2.0 * np.cos(w) * left[1:-1] + left[:-2]) / 0.5


def two(samples: int, seed: int) -> np.ndarray:
    return 0.3 * np.stack([noise(samples, seed=seed), noise(samples, seed=seed + 1)], axis=1)


def test_at_a_mix_of_nothing_the_sound_is_untouched_and_at_one_it_is_the_runner(folder: Path) -> None:
    x = two(8 * CHUNK, 1).astype(np.float32)
    assert np.array_equal(Stage(folder).play(x), x)
    stage = there(folder, mix=1.0)
    alone = stage.reverbs.room(stage.info("hall"), RATE, None).runner
    expected = np.concatenate([alone.process(x[i : i + CHUNK]) for i in range(0, len(x), CHUNK)])
    np.testing.assert_allclose(stage.play(x), expected, atol=1e-7)


def test_as_a_send_the_dry_sound_stays_whole(folder: Path) -> None:
    x = two(4 * CHUNK, 1)
    wet = there(folder, mix=1.0).play(x)
    np.testing.assert_allclose(there(folder, mix=0.5).play(x), 0.5 * x + 0.5 * wet, atol=1e-6)
    np.testing.assert_allclose(there(folder, mix=0.5, send=1.0).play(x), x + 0.5 * wet, atol=1e-6)


def test_any_blocks_give_the_same_to_the_bit(folder: Path) -> None:
    def played(blocks: tuple[int, ...]) -> np.ndarray:
        moving = {"mix": lfo(1), "t60": lfo(0.5).range(0.3, 3), "damping": lfo(0.25), "pre_delay": 20.0}
        stage = Stage(folder, **moving)
        heard = [stage.play(two(3000, 1), blocks)]
        stage.go("darker")
        heard.append(stage.play(two(4000, 3), blocks))
        stage.go("room0", at=stage.position + 2345)
        heard.append(stage.play(two(9000, 5), blocks))
        return np.concatenate(heard)

    expected = played((CHUNK,))
    assert np.abs(expected).max() > 0.1
    for blocks in ((128,), (64, 300, 1, 1024)):
        assert np.array_equal(played(blocks), expected)


@pytest.mark.parametrize("other", ["room0", "darker"])
def test_where_another_model_follows_a_steady_sine_has_no_click(folder: Path, other: str) -> None:
    stage = Stage(folder, mix=0.7)
    stage.play(sine(3 * RATE))
    steady = stage.play(sine(RATE // 2, 3 * RATE))
    at = stage.position + 5000
    stage.go(other, at=at)
    swapped = stage.play(sine(RATE, stage.position))
    whole = np.concatenate([steady, swapped])
    assert residual(steady).max() < 1e-5
    assert residual(whole).max() < CLICK
    assert np.abs(swapped[-RATE // 4 :]).max() != pytest.approx(np.abs(steady).max(), rel=0.01)


@pytest.mark.parametrize("name", ["mix", "gain", "send"])
def test_what_steps_does_not_click(folder: Path, name: str) -> None:
    """Where a gain bends, a steady sine is no sine, but by no more than that."""
    steps = {"mix": 0.5, name: sq(0.5)}
    stage = Stage(folder, **steps)
    sound = stage.play(sine(2 * RATE))
    loud = np.abs(sound.reshape(-1, RATE // 20, 2)[10:]).max(axis=(1, 2))
    assert loud.max() > 1.1 * loud.min(), "it steps"
    glide = 1.0 / (GLIDE_SECONDS * RATE)
    bound = glide / (BEND_SECONDS * RATE) + 2.0 * glide * np.sin(2.0 * np.pi * HZ / RATE)
    assert residual(sound[RATE // 2 :]).max() < 2.0 * bound


def test_it_goes_to_sleep_without_a_click(folder: Path) -> None:
    stage = Stage(folder, mix=0.7)
    begun = stage.play(sine(RATE))
    stage.set(mix=0.0)
    gone = stage.play(sine(RATE, RATE))
    assert np.array_equal(gone[-CHUNK:], sine(2 * RATE)[-CHUNK:])
    assert residual(np.concatenate([begun[RATE // 2 :], gone])).max() < 0.01


def test_a_tail_rings_on_as_if_nothing_had_come_after_it(folder: Path) -> None:
    x = np.concatenate([two(RATE, 1), np.zeros((RATE, 2))])
    alone = Stage(folder, mix=1.0).play(x)
    stage = Stage(folder, mix=1.0)
    stage.play(x[:RATE])
    stage.play(np.zeros((CHUNK, 2)))
    stage.go("room0")
    tail = stage.play(np.zeros((RATE - CHUNK, 2)))
    np.testing.assert_allclose(tail, alone[RATE + CHUNK :], atol=1e-7)


def test_there_are_three_tails_at_most_and_they_end(folder: Path) -> None:
    stage = Stage(folder, mix=1.0, t60=10.0)
    for name in ("room0", "room1", "hall", "room0"):
        stage.play(two(RATE // 10, 1))
        stage.go(name, t60=10.0)
        stage.play(two(RATE // 4, 2))
        assert len(stage.reverb._tails) <= MOST_TAILS
    stage.play(np.zeros((round((LONGEST_TAIL_SECONDS + 0.2) * RATE), 2)))
    assert not stage.reverb._tails


def test_frozen_it_holds_and_hears_nothing_more(folder: Path) -> None:
    stage = Stage(folder, mix=1.0)
    stage.play(two(RATE // 2, 1))
    stage.set(freeze=1.0)
    stage.play(np.zeros((RATE // 2, 2)))
    held = stage.play(np.zeros((RATE, 2)))
    later = stage.play(two(RATE, 7))
    level = [np.sqrt(np.mean(np.square(each))) for each in (held, later)]
    assert level[1] == pytest.approx(level[0], rel=0.05) and level[0] > 1e-3


def test_what_is_cut_is_silent_at_once(folder: Path) -> None:
    stage = Stage(folder, mix=1.0)
    stage.play(two(RATE // 2, 1))
    stage.go("room0")
    stage.play(np.zeros((CHUNK, 2)))
    stage.reverb.cut()
    assert not stage.play(np.zeros((RATE // 4, 2))).any()


def test_a_sound_that_is_not_finite_passes_through_no_reverb(folder: Path) -> None:
    stage = Stage(folder, mix=1.0)
    x = two(4 * CHUNK, 1)
    x[100] = np.nan
    block = Block(stage.state, 0, CHUNK, LastValues())
    out = x[:CHUNK].astype(np.float32)
    stage.reverb.add(block, out)
    stage.position = CHUNK
    assert np.isfinite(stage.play(x[CHUNK:])).all()


def test_decay_follows_the_knob(folder: Path) -> None:
    found = []
    for t60 in (0.4, 1.5):
        stage = there(folder, mix=1.0, t60=t60)
        click = np.zeros((2 * RATE, 2))
        click[0] = 1.0
        energy = np.cumsum(np.sum(np.square(stage.play(click)), axis=1)[::-1])[::-1]
        curve = 10.0 * np.log10(energy / energy[0])
        here = (curve < -5.0) & (curve > -35.0)
        slope = np.polyfit(np.flatnonzero(here) / RATE, curve[here], 1)[0]
        found.append(-60.0 / slope)
    assert found == pytest.approx([0.4, 1.5], rel=0.05)


def test_a_default_of_another_model_counts_from_its_first_sample_on(folder: Path) -> None:
    stage = Stage(folder, mix=1.0)
    own = stage.info("hall").t60
    stage.play(two(CHUNK, 1))
    stage.go("room0", at=RATE)
    stage.play(two(2 * CHUNK, 1))
    assert stage.playing is not None and stage.reverb._followers["t60"].asked == own
    stage.play(two(RATE, 1))
    assert stage.reverb._followers["t60"].asked == stage.info("room0").t60


@pytest.mark.parametrize(
    ("root", "says"),
    [
        (
            Recursion("loop", Delay("line", np.array([99.0])), Gain("back", np.array([[0.5]]))),
            "wants 2 inputs",
        ),
        (Gain("flat", np.eye(2)), "t60: a model without a feedback loop"),
    ],
)
def test_what_cannot_be_the_reverb_says_why(tmp_path: Path, root: Node, says: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(to_json(Model("odd", 48000.0, root))))
    with pytest.raises(ReverbError, match=says):
        Reverbs().load_info(str(path))


def test_a_reverb_that_was_heard_is_kept_with_the_session(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.json"
    write_playable(own, network(2, 0.75))
    info = Reverbs(tmp_path).load_info(str(own))
    own.unlink()
    room = Reverbs(tmp_path).room(info, RATE, None)
    assert room.runner.outputs == 2
    with pytest.raises(PlaudError, match="gone"):
        Reverbs().room(info, RATE, None)


def test_it_is_kept_with_its_plan_where_none_lay_beside_it(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.json"
    own.write_bytes((folder / "hall.json").read_bytes())
    info = Reverbs(tmp_path).load_info(str(own))
    (plan,) = (tmp_path / "reverbs").glob("*.plan.json")
    assert plan.name == f"{info.digest}.plan.json"
    assert json.loads(plan.read_text())["of"] == info.digest
