"""Takes that are heard: at their sample, faded at both ends, the same for any blocks, silenced as all."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.control.transaction import Hush, Load, Play, Transaction
from plaud_live.engine.capture import Capture
from plaud_live.engine.offline import OfflineEngine
from plaud_live.engine.playback import Playback
from plaud_live.engine.take_player import TakePlayer
from plaud_live.engine.tracks import Tracks
from plaud_live.errors import ParameterError, PlaudError
from tests.engine.hands_on import HandsOn
from tests.models_for_tests import tiny_file
from tests.signals import noise, sine

RATE = 44100
LEAST = round(0.005 * RATE)


def sound(samples: int, seed: int = 0) -> np.ndarray:
    return (0.2 * noise(2 * samples, seed)).reshape(samples, 2).astype(np.float32)


def play(playback: Playback, position: int, out: np.ndarray) -> None:
    """As the renderer does."""
    playback.receive(position)
    playback.add(position, out)


def heard(playback: Playback, samples: int, block: int) -> np.ndarray:
    out = np.zeros((samples, 2), np.float32)
    for at in range(0, samples, block):
        play(playback, at, out[at : at + block])
    return out


@pytest.mark.parametrize("block", [64, 441, 1024])
def test_it_begins_and_ends_at_its_samples_with_fades(block: int) -> None:
    playback, take = Playback(RATE), sound(8000)
    playback.play(1, take, 1234, 2000)
    out = heard(playback, 12_000, block)
    assert not out[:1234].any() and not out[1234 + 8000 :].any() and not playback.sounding
    assert np.array_equal(out[1234 + 2000 : 1234 + 8000 - LEAST], take[2000 : 8000 - LEAST])
    rise = np.arange(1, 2001) / 2000
    assert np.allclose(out[1234 : 1234 + 2000], take[:2000] * rise[:, None], atol=1e-7)
    assert np.abs(out[1234 + 8000 - 1]).max() <= 0.2 * 4 / LEAST
    assert np.array_equal(out, heard_again(take))


def heard_again(take: np.ndarray) -> np.ndarray:
    playback = Playback(RATE)
    playback.play(1, take, 1234, 2000)
    return heard(playback, 12_000, 12_000)


def test_the_same_again_takes_the_place_of_what_plays_and_others_sound_with_it() -> None:
    playback, take, other = Playback(RATE), sound(8000, 1), sound(8000, 2)
    playback.play(1, take, 0)
    playback.play(2, other, 0)
    assert heard(playback, 256, 64)[250].tolist() == (take[250] + other[250]).tolist()
    assert playback.whose() == [1, 2]
    playback.play(1, take, 1000)
    out = np.zeros((4000, 2), np.float32)
    play(playback, 256, out)
    place = 3000 - 256
    assert np.allclose(out[place], take[2000] + other[3000], atol=1e-7)


def test_a_sound_that_is_let_go_falls_silent_without_a_step() -> None:
    playback = Playback(RATE)
    tone = np.stack([sine(200.0, 1.0, RATE)] * 2, axis=1).astype(np.float32)
    playback.play(1, tone, 0)
    out = np.zeros((20_000, 2), np.float32)
    play(playback, 0, out[:5000])
    playback.stop(1, 5000, 4410)
    play(playback, 5000, out[5000:])
    assert not out[9410:].any()
    assert np.abs(np.diff(out[:, 0])).max() <= 1.05 * np.abs(np.diff(tone[:, 0])).max()


@pytest.fixture
def model(tmp_path: Path) -> str:
    return str(tiny_file(tmp_path))


def test_it_goes_through_the_limiter_has_a_track_and_panic_silences_it(model: str) -> None:
    engine = OfflineEngine(RATE, 128)
    tracks = Tracks.create()
    engine.renderer.capture = Capture(tracks, 0, RATE, engine.renderer.limiter.latency)
    changes = (Load("drone", model), Play("drone", 0.0, 0.0))
    engine.request("submit", transaction=Transaction(changes, "t").to_data())
    engine.renderer.playback.play(1, 20.0 * sound(RATE), 1000)
    out = engine.render(0.5)
    assert 0.5 < np.abs(out).max() <= 1.0
    (entry,) = (e for e in tracks.entries() if e.name == "takes")
    engine.renderer.capture.advance(engine.renderer.position)
    stem = tracks.read(entry.ring, 0, engine.renderer.position)
    assert stem is not None and not stem[:1000].any() and np.abs(stem).max() > 3.0
    engine.request("panic")
    assert not engine.render(0.3)[2048:].any()
    assert not engine.renderer.playback.sounding


class Stage:
    """A player of one take, with a loader that loads at once."""

    def __init__(self, folder: Path, rate: int = RATE) -> None:
        self.hands = HandsOn(folder)
        self.take = sound(rate)
        path = folder / "0001_home.wav"
        soundfile.write(path, self.take, rate, subtype="FLOAT")
        self.info = {"number": 1, "name": "home", "samples": rate, "sample_rate": rate, "path": str(path)}
        self.said: list[dict[str, object]] = []
        renderer = self.hands.renderer
        self.player = TakePlayer(self.hands.desk, renderer.playback, self, self.find, self.said.append)
        self.answers: list[object] = []

    def find(self, number: int) -> dict[str, object]:
        if number != 1:
            raise ParameterError(f"there is no take {number}")
        return self.info

    def do(self, work, done, failed) -> None:  # type: ignore[no-untyped-def]
        try:
            done(work())
        except PlaudError as error:
            failed(error)

    def play(self, **data: object) -> None:
        self.player.play({"number": 1, **data}, self.answers.append, self.answers.append)


def test_a_take_begins_at_the_next_beat_and_is_written_down(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.hands.wait(0.1)
    stage.play(start=1000, stop=31_000)
    ((told),) = stage.answers
    assert told["beat"] == 1.0  # type: ignore[index]
    sample = told["sample"]  # type: ignore[index]
    assert sample == round(stage.hands.desk.state.tempo.sample(1.0))
    stage.hands.wait(1.2)
    (event,) = stage.said
    assert (event["kind"], event["sample"], event["data"]["stop"]) == ("play", sample, 31_000)  # type: ignore[index]
    at = sample + stage.hands.renderer.limiter.latency
    piece = stage.hands.sound[at + 5000 : at + 6000]
    assert np.corrcoef(piece[:, 0], stage.take[6000:7000, 0])[0, 1] > 0.999


def test_hush_lets_takes_go(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.play(at=0)
    stage.hands.wait(0.2)
    assert np.abs(stage.hands.sound[-1000:]).max() > 0.05
    stage.hands.do(Hush())
    stage.hands.wait(0.2)
    assert np.abs(stage.hands.sound[-1000:]).max() < 1e-3


def test_stop_lets_one_go_and_another_rate_keeps_its_pitch(tmp_path: Path) -> None:
    stage = Stage(tmp_path, 22_050)
    stage.play(at=0)
    stage.hands.wait(0.05)
    assert stage.hands.renderer.playback.whose() == [1]
    stage.player.stop({"number": 1, "over": 0.1})
    stage.hands.wait(0.2)
    assert stage.hands.renderer.playback.whose() == []
    assert [event["kind"] for event in stage.said] == ["play", "stop"]


@pytest.mark.parametrize(
    "data",
    [{"number": 2}, {"start": -1}, {"start": 9, "stop": 9}, {"stop": 10**9}, {"over": "x"}, {"at": -1}],
)
def test_what_cannot_be_played_is_refused(tmp_path: Path, data: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        Stage(tmp_path).play(**data)


def test_a_file_that_is_gone_is_an_error_in_a_line(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    Path(str(stage.info["path"])).unlink()
    stage.play()
    (error,) = stage.answers
    assert isinstance(error, PlaudError) and "cannot be played" in str(error)
