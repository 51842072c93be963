"""The tracks hold what was heard, added and played, bit for bit; the mix is as it is without them."""

import numpy as np
import pytest

from plaud_live.control.transaction import Load, Play, Set, Stop, Transaction
from plaud_live.engine.capture import Capture, Voicing
from plaud_live.engine.guards import DcGuard
from plaud_live.engine.limiter import Limiter
from plaud_live.engine.offline import OfflineEngine
from plaud_live.engine.tracks import GRID, INPUT, INSTRUMENTS, MIX, OPEN, SLACK, Tracks
from plaud_live.signals.graph import signal
from plaud_live.signals.oscillators import lfo
from tests.models_for_tests import tiny_file
from tests.signals import noise

RATE = 44100
LENGTH = 64 * GRID


def stream(samples: int, seed: int = 0) -> np.ndarray:
    return noise(2 * samples, seed).reshape(samples, 2).astype(np.float32)


def written(tracks: Tracks, capture: Capture, heard: np.ndarray, played: np.ndarray, size: int) -> None:
    for at in range(0, len(heard), size):
        capture.write(at, heard[at : at + size], played[at : at + size])
        capture.advance(min(at + size, len(heard)))


@pytest.mark.parametrize("size", [16, 333, 4096])
def test_input_and_mix_come_back_from_anywhere_on_one_clock(size: int) -> None:
    tracks = Tracks.create(LENGTH)
    capture = Capture(tracks, 0, RATE, 0)
    heard, played = stream(100_000, 1), stream(100_000, 2)
    written(tracks, capture, heard, played, size)
    assert tracks.oldest == 100_000 - LENGTH + SLACK
    for start, stop in ((tracks.oldest, 100_000), (60_000, 70_000), (99_999, 100_000), (70_000, 70_000)):
        assert np.array_equal(tracks.read(INPUT, start, stop), heard[start:stop])
        assert np.array_equal(tracks.read(MIX, start, stop), played[start:stop])


def test_what_is_overwritten_or_to_come_is_not_given() -> None:
    tracks = Tracks.create(LENGTH)
    written(tracks, Capture(tracks, 0, RATE, 0), stream(100_000), stream(100_000), 1000)
    assert tracks.read(MIX, tracks.oldest - 1, 100_000) is None
    assert tracks.read(MIX, 99_000, 100_001) is None


def piece(capture: Capture, at: int, *names: str, value: float = 1.0) -> None:
    capture.begin(at, GRID)
    for name in names:
        stem = capture.stem(name, Voicing())
        if stem is not None:
            stem.sound += value
    capture.end()
    capture.advance(at + GRID)


def test_names_come_and_go_and_a_ring_that_was_given_back_is_taken_last() -> None:
    tracks = Tracks.create(LENGTH)
    capture = Capture(tracks, 0, RATE, 0)
    piece(capture, 0, "drone")
    piece(capture, GRID, "drone", "bells")
    piece(capture, 2 * GRID, "bells")
    piece(capture, 3 * GRID, "drone", "bells", value=2.0)
    rows = [(e.name, e.born, e.ended) for e in tracks.entries()]
    assert rows == [("drone", 0, 2 * GRID), ("bells", GRID, OPEN), ("drone", 3 * GRID, OPEN)]
    first, bells, again = tracks.entries()
    assert len({first.ring, bells.ring, again.ring}) == 3
    sound = tracks.read(first.ring, 0, 2 * GRID)
    assert sound is not None and np.all(sound == 1.0)
    sound = tracks.read(bells.ring, 0, 4 * GRID)
    assert sound is not None and sound[:, 0].reshape(4, GRID).mean(axis=1).tolist() == [0.0, 1.0, 1.0, 2.0]


def test_more_names_than_rings_are_mixed_all_the_same_and_have_no_track() -> None:
    tracks = Tracks.create(LENGTH)
    capture = Capture(tracks, 0, RATE, 0)
    names = [f"i{n}" for n in range(INSTRUMENTS + 3)]
    piece(capture, 0, *names)
    assert [e.name for e in tracks.entries()] == names[:INSTRUMENTS]
    piece(capture, GRID, *names[3:])
    piece(capture, 2 * GRID, *names[3:])
    assert [e.name for e in tracks.entries()[INSTRUMENTS:]] == names[INSTRUMENTS:]


def test_another_engine_goes_on_where_the_last_one_was_killed() -> None:
    tracks = Tracks.create(LENGTH)
    piece(Capture(tracks, 0, RATE, 0), 0, "drone")
    after = Capture(tracks, 2 * GRID, RATE, 0)  # a block more is in the sink's ring
    piece(after, 2 * GRID, "drone")
    first, second = tracks.entries()
    assert (first.ended, second.born, first.ring != second.ring) == (2 * GRID, 2 * GRID, True)
    assert tracks.get("written") == 3 * GRID


def test_control_frames_come_back_in_order_and_the_overwritten_are_left_out() -> None:
    tracks = Tracks.create(LENGTH)
    capture = Capture(tracks, 0, RATE, 0)
    capture.begin(0, GRID)
    stem = capture.stem("drone", Voicing("d", 256, 100, 110))
    assert stem is not None
    values = np.arange(900.0)[:, None] + np.linspace(0.0, 0.5, 110)
    for i in range(0, 900, 4):
        stem.write_frames(i * 256, 256, values[i : i + 4, :100], values[i : i + 4, 100:])
    found, following = tracks.read_frames(tracks.entries()[0], 0)
    assert following == 900 and 500 < len(found) < 900
    assert np.array_equal(found[:, 0], 256.0 * np.arange(900 - len(found), 900))
    assert np.array_equal(found[:, 1:], values[-len(found) :])
    assert np.array_equal(tracks.read_frames(tracks.entries()[0], 898)[0][:, 1:], values[898:])


class Played:
    """A piece for three instruments that come, swing, stop and go, with what its tracks have of it."""

    def __init__(self, model: str, block: int, keep: bool) -> None:
        engine = OfflineEngine(RATE, block)
        self.tracks = Tracks.create()
        if keep:
            capture = Capture(self.tracks, 0, RATE, engine.renderer.limiter.latency)
            engine.renderer.capture = capture
        parts = []
        for changes in (
            (Load("drone", model), Play("drone", 0.0, 0.0), Set("drone", "z0", lfo(0.5), 0.0, 0.0)),
            (Load("bells", model), Play("bells", 0.5, 0.0), Set("bells", "pan", signal(0.1), 0.0, 0.0)),
            (Stop("drone", 0.3, 0.0), Set("bells", "gain", signal(1.0), 0.5, 0.0)),
        ):
            engine.request("submit", transaction=Transaction(changes, "t").to_data())
            parts.append(engine.render(0.5))
        self.mix = np.concatenate(parts)
        self.engine = engine
        if keep:
            capture.advance(len(self.mix))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_file(tmp_path_factory.mktemp("models")))


@pytest.mark.parametrize("block", [64, 128, 480, 1024])
def test_the_mix_is_the_same_to_the_bit_with_and_without_tracks(model: str, block: int) -> None:
    alone, kept = Played(model, block, False), Played(model, block, True)
    assert np.abs(alone.mix).max() > 0.05
    assert alone.mix.tobytes() == kept.mix.tobytes()


def test_the_stems_make_the_mix_again(model: str) -> None:
    """Their sum, through another guard and limiter, to the last places: it is added otherwise."""
    played = Played(model, 128, True)
    tracks = played.tracks
    assert {entry.name for entry in tracks.entries()} == {"drone", "bells"}
    total = np.zeros_like(played.mix)
    for entry in tracks.entries():
        stem = tracks.read(entry.ring, 0, len(total))
        assert stem is not None and np.abs(stem).max() > 0.05
        total += stem
    guard, limiter = DcGuard(RATE), Limiter(RATE)
    for at in range(0, len(total), 1024):
        guard.process(total[at : at + 1024])
        limiter.process(total[at : at + 1024])
    assert np.abs(total - played.mix).max() < 1e-6
    assert tracks.get("delay") == limiter.latency


def test_the_frames_are_those_that_drove_the_voice(model: str) -> None:
    played = Played(model, 128, True)
    slot = played.engine.renderer.slots["drone"]
    samples, values = slot.frames_since(0)
    (entry,) = (e for e in played.tracks.entries() if e.name == "drone")
    frames, _ = played.tracks.read_frames(entry, 0)
    assert np.array_equal(frames[:, 0], samples) and np.array_equal(frames[:, 1:], values)
    assert (entry.latents, entry.hop, entry.digest) == (slot.info.latent_size, 256, slot.info.digest)
