"""The render thread with a ring, the test as its sink: order, input, failures, load, the end."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from plaud_live.engine import rendering
from plaud_live.engine.capture import Capture
from plaud_live.engine.render import Renderer
from plaud_live.engine.rendering import MOST_FAILURES, RenderLoop
from plaud_live.engine.ring import EngineEnd, Ring, SinkEnd
from plaud_live.engine.tracks import INPUT, MIX, Tracks
from tests.processes import PATIENCE, wait_for

RATE, BLOCK, BLOCKS = 44100, 64, 3


class Counting(Renderer):
    """Renders the number of each sample, and fails where it is told to."""

    def __init__(self, position: int = 0) -> None:
        super().__init__(RATE, position)
        self.bad: range = range(0)
        self.quiet = False
        self.heard: list[float] = []  # the first sample of each block's input

    def panic(self) -> None:
        self.quiet = True

    def render(
        self, out: np.ndarray, heard: np.ndarray | None = None, phones: np.ndarray | None = None
    ) -> None:
        self.heard.append(0.0 if heard is None else float(heard[0, 0]))
        if self.position // BLOCK in self.bad:
            raise ZeroDivisionError("a bug")
        self.position += len(out)
        numbers = np.arange(self.position - len(out), self.position, dtype=np.float32)
        out[:] = 0.0 if self.quiet else numbers[:, None]


class Slow(Counting):
    """Stays in a block until the test lets it go on."""

    def __init__(self, position: int = 0) -> None:
        super().__init__(position)
        self.inside, self.go_on = threading.Event(), threading.Event()

    def render(
        self, out: np.ndarray, heard: np.ndarray | None = None, phones: np.ndarray | None = None
    ) -> None:
        self.inside.set()
        self.go_on.wait()
        super().render(out, heard, phones)


class Player:
    """A ring with a loop that fills it, and a sink that plays when the test says so."""

    def __init__(self, written: int = 0, kind: type[Counting] = Counting) -> None:
        self.ring = Ring.create(BLOCK, BLOCKS)
        self.ring.set("written", written)
        self.ring.set("read", written)
        self.end = EngineEnd(self.ring)
        self.sink = SinkEnd(self.ring)
        self.renderer = kind(self.end.position)
        self.tracks = Tracks.create()
        self.capture = Capture(self.tracks, self.end.position, RATE, 0)
        self.loop = RenderLoop(self.end, self.renderer, self.capture)

    def play(self, blocks: int = 1) -> np.ndarray:
        out = np.zeros((blocks * BLOCK, 2), dtype=np.float32)
        for start in range(0, len(out), BLOCK):
            wait_for(lambda: not self.end.room or self.loop.failed, "the ring is full")
            self.sink.play(out[start : start + BLOCK])
        return out


@pytest.fixture
def player() -> Iterator[Player]:
    made = Player()
    yield made
    if made.loop.scheduling:
        made.loop.stop()


def test_the_ring_is_full_once_it_has_started_and_every_sample_follows(player: Player) -> None:
    player.loop.start()
    assert player.end.room == 0
    out = player.play(50)
    np.testing.assert_array_equal(out[BLOCK:, 0], np.arange(BLOCK, 50 * BLOCK))
    assert player.ring.get("underruns") == 0


def test_it_goes_on_where_the_engine_before_it_was() -> None:
    player = Player(written=1000 * BLOCK)
    player.loop.start()
    out = player.play(3)
    player.loop.stop()
    np.testing.assert_array_equal(out[BLOCK:, 1], np.arange(1001 * BLOCK, 1003 * BLOCK))


def test_changes_are_for_the_block_that_is_not_begun(player: Player) -> None:
    player.loop.start()
    player.play(2)
    wait_for(lambda: not player.end.room, "the ring is full")
    next_block = (2 + BLOCKS) * BLOCK
    assert player.loop.next_sample() in (next_block, next_block + BLOCK)
    assert player.loop.next_sample() % BLOCK == 0


def test_input_and_mix_are_captured_side_by_side(player: Player) -> None:
    heard = np.full((BLOCK, 2), 0.25, dtype=np.float32)
    for _ in range(2):
        player.sink.record(heard)
    player.loop.start()
    player.play(2)
    wait_for(lambda: player.tracks.get("written") >= 5 * BLOCK, "five blocks are rendered")
    mix = player.tracks.read(MIX, 0, 5 * BLOCK)
    captured = player.tracks.read(INPUT, 0, 5 * BLOCK)
    assert mix is not None and captured is not None
    np.testing.assert_array_equal(mix[:, 0], np.arange(5 * BLOCK))
    assert player.renderer.heard[:5] == captured[::BLOCK, 0].tolist()  # the renderer hears it as well
    assert np.all(captured[: 2 * BLOCK] == 0.25) and np.all(captured[2 * BLOCK :] == 0.0)


def test_a_block_that_cannot_be_rendered_is_silent_and_the_next_one_sounds(
    player: Player, capfd: pytest.CaptureFixture[str]
) -> None:
    player.renderer.bad = range(4, 6)
    player.loop.start()
    out = player.play(10)[:, 0].reshape(10, BLOCK)
    assert not out[4:6].any()
    np.testing.assert_array_equal(out[6], np.arange(6 * BLOCK, 7 * BLOCK))
    captured = player.tracks.read(MIX, 0, 10 * BLOCK)
    assert captured is not None
    np.testing.assert_array_equal(captured[BLOCK:, 0], out[1:].reshape(-1))
    assert not player.loop.failed
    assert capfd.readouterr().err.count("ZeroDivisionError: a bug") == 1


def test_a_renderer_that_always_fails_is_given_up(player: Player) -> None:
    player.renderer.bad = range(4, 1 << 40)
    player.loop.start()
    for _ in range(MOST_FAILURES + 4):
        player.play()
    wait_for(lambda: player.loop.failed, "the loop gives up")


def test_the_end_is_silence_that_is_played_and_no_underrun(player: Player) -> None:
    player.loop.start()
    player.play(5)
    stopping = threading.Thread(target=player.loop.stop)
    stopping.start()
    last = np.ones((BLOCK, 2), dtype=np.float32)

    def ended() -> bool:
        if not player.end.room or player.ring.get("ended"):
            player.sink.play(last)
        return not stopping.is_alive()

    wait_for(ended, "the loop stops")
    player.sink.play(last)
    assert player.renderer.quiet and not last.any()
    assert player.ring.get("underruns") == 0
    player.loop.scheduling = ""


def test_load_is_a_share_of_real_time(player: Player) -> None:
    player.loop.start()
    player.play(20)
    assert player.loop.load > 0.0
    assert player.loop.load <= player.loop.peak


def test_others_stand_back_while_a_block_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "GIVE_WAY_SECONDS", PATIENCE)
    player = Player(kind=Slow)
    player.loop.give_way()  # nothing is rendered: at once
    starting = threading.Thread(target=player.loop.start)
    starting.start()
    player.renderer.inside.wait()
    done: list[int] = []
    other = threading.Thread(target=lambda: (player.loop.give_way(), done.append(player.end.room)))
    other.start()
    other.join(0.05)
    assert not done
    player.renderer.go_on.set()
    other.join(PATIENCE)
    starting.join(PATIENCE)
    assert done and done[0] < BLOCKS  # at least one block is in the ring
    player.loop.stop()


def test_they_go_on_where_a_block_takes_for_ever() -> None:
    player = Player(kind=Slow)
    starting = threading.Thread(target=player.loop.start)
    starting.start()
    player.renderer.inside.wait()
    player.loop.give_way()
    assert player.end.room == BLOCKS  # it is still at the first
    player.renderer.go_on.set()
    starting.join(PATIENCE)
    player.loop.stop()
