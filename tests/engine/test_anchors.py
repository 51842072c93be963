"""Anchors from sound files and into model files."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr

from plaud_live import model_file, settings
from plaud_live.control.transaction import Load, Mark, Play, Set, Transaction
from plaud_live.engine.anchors import EDGE_SECONDS, Span, encode_span
from plaud_live.engine.offline import OfflineEngine
from plaud_live.errors import ModelFileError, ParameterError, PlaudError, SettingsError, SignalError
from plaud_live.signals.graph import signal
from plaud_live.synths.encoder import StreamingEncoder
from tests.models_for_tests import tiny_file, tiny_model
from tests.signals import level_db, noise, sine

RATE = 44100
MODEL = tiny_model()


def write(path: Path, sound: np.ndarray, rate: int = RATE) -> str:
    soundfile.write(path, sound, rate, "FLOAT")
    return str(path)


@pytest.fixture
def recording(tmp_path: Path) -> str:
    """A second of a sine, half a second of silence, a second of noise."""
    parts = sine(RATE, 440.0, gain=0.3), np.zeros(RATE // 2), noise(RATE, seed=3, gain=0.2)
    return write(tmp_path / "kick.wav", np.concatenate(parts))


def encoded(sound: np.ndarray) -> np.ndarray:
    return StreamingEncoder(MODEL, RATE).push(sound.astype(np.float32))


def assert_near(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    """Within half a percent: other samples, and other frames, of the same sound."""
    assert np.abs(np.subtract(a, b)).max() < 0.005 * np.abs(a).max()


# Encoding


def test_a_place_is_the_median_of_what_a_stream_hears_there(recording: str) -> None:
    """On the stream's own grid of frames, exactly: what comes before has its whole say."""
    sound, _ = soundfile.read(recording)
    means, hop, window = encoded(sound), MODEL.config.hop_size, MODEL.config.mel_window
    lead = window + 2 * sum(MODEL.config.encoder_dilations) * hop
    start = EDGE_SECONDS + (lead + 60 * hop) / RATE
    end = start + 0.3
    ends = (1 + np.arange(len(means))) * hop
    inside = (ends - window >= start * RATE) & (ends <= end * RATE)
    place = encode_span(MODEL, Span(recording, start, end))
    np.testing.assert_allclose(place, np.median(means[inside], axis=0), rtol=1e-9)


def test_silence_is_no_part_of_a_sound(recording: str) -> None:
    sounding = encode_span(MODEL, Span(recording, 0.1, 1.0))
    with_silence = encode_span(MODEL, Span(recording, 0.1, 1.45))
    apart = np.abs(np.subtract(sounding, encode_span(MODEL, Span(recording, 1.6, None))))
    assert np.abs(np.subtract(sounding, with_silence)).max() < 0.1 * apart.max()
    with pytest.raises(SignalError, match=r"kick\.wav \[1\.1:1\.4 s\]: silent"):
        encode_span(MODEL, Span(recording, 1.1, 1.4))


@pytest.mark.parametrize("rate", [48000, 22050, 96000])
def test_stereo_of_another_rate_is_the_same_place(recording: str, tmp_path: Path, rate: int) -> None:
    sound, _ = soundfile.read(recording)
    low = soxr.resample(soxr.resample(sound, RATE, 22050), 22050, RATE)  # all rates hold the same band
    here = write(tmp_path / "low.wav", low)
    mono = soxr.resample(low, RATE, rate, quality="VHQ")
    there = write(tmp_path / "other.wav", np.stack([2.0 * mono, np.zeros_like(mono)], axis=1), rate)
    for span in ((0.2, 0.7), (1.7, 2.2)):
        a, b = (encode_span(MODEL, Span(path, *span)) for path in (here, there))
        assert_near(a, b)


def test_a_short_span_is_a_place_too(recording: str) -> None:
    shortest = encode_span(MODEL, Span(recording, 0.5, 0.5 + 256.5 / RATE))
    assert_near(shortest, encode_span(MODEL, Span(recording, 0.4, 0.6)))


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        (0.5, 0.503, "at least a frame, 0.006 s"),
        (2.4, 2.7, "the file is 2.500 s long"),
        (3.0, None, "the file is 2.500 s long"),
    ],
)
def test_a_span_that_is_none_is_one_line_with_file_and_span(
    recording: str, start: float, end: float | None, reason: str
) -> None:
    with pytest.raises(SignalError, match=reason) as caught:
        encode_span(MODEL, Span(recording, start, end))
    assert f"kick.wav [{start:g}:" in str(caught.value)


def test_a_file_that_is_none_is_one_line(tmp_path: Path) -> None:
    text, empty, bad = tmp_path / "text.wav", tmp_path / "empty.wav", tmp_path / "bad.wav"
    text.write_text("no sound")
    empty.touch()
    write(bad, np.where(np.arange(RATE) == 999, np.nan, 0.1))
    long = write(tmp_path / "long.flac.wav", np.zeros(8000 * 61), 8000)
    for path, reason in (
        (tmp_path / "nowhere.wav", "no such file"),
        (tmp_path, "not a file"),
        (text, "format not recognised"),
        (empty, r"\[0:the end s\]"),
        (bad, "not finite"),
        (Path(long), "at most 60 s"),
    ):
        with pytest.raises(SignalError, match=reason) as caught:
            encode_span(MODEL, Span(str(path)))
        assert "\n" not in str(caught.value) and path.name in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"path": 3},
        {"path": "a.wav", "start": -1},
        {"path": "a.wav", "start": "x"},
        {"path": "a.wav", "start": 2.0, "end": 1.0},
        {"path": "a.wav", "start": float("nan")},
        {"path": "a.wav", "end": True},
    ],
)
def test_a_request_for_no_span_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(SignalError):
        Span.from_data(data)


# Saving


class House:
    """An offline engine whose drone plays a file, in a PLAUD_HOME of its own."""

    def __init__(self, folder: Path) -> None:
        self.models = folder / "models"
        self.models.mkdir()
        self.file = tiny_file(self.models)
        self.engine = OfflineEngine()
        self.submit(Load("drone", "tiny"), Play("drone", 0.0, 0.0))

    def submit(self, *changes: Any) -> None:
        self.engine.request("submit", transaction=Transaction(changes).to_data())

    def mark(self, name: str, place: float) -> None:
        self.submit(*(Set("drone", f"z{i}", signal(place), 0.0, 0.0) for i in range(4)))
        self.engine.render(0.1)
        self.submit(Mark("drone", name))

    def save(self, name: str | None = None, instrument: str = "drone") -> dict[str, Any]:
        return self.engine.request("save_anchors", instrument=instrument, name=name)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    return House(tmp_path)


def test_anchors_go_into_the_file_that_is_played_and_it_plays_on(house: House) -> None:
    house.mark("home", 0.25)
    before = model_file.read(house.file)
    answer = house.save()
    after = model_file.read(house.file)
    assert answer["path"] == str(house.file) and "3 anchors" in answer["message"]
    assert [a.name for a in after.anchors] == ["bell", "rust", "home"]
    assert after.anchors[:2] == before.anchors
    low, high = np.array(before.latents.low), np.array(before.latents.high)
    np.testing.assert_allclose(after.anchors[2].raw, low + 0.25 * (high - low))
    voice = house.engine.renderer.slots["drone"].voice
    info = house.engine.conductor.state.instruments["drone"].info
    assert info.digest == after.digest != before.digest
    house.submit(Load("drone", "tiny"))  # the same line again
    assert level_db(house.engine.render(0.5)) > -50.0
    assert house.engine.renderer.slots["drone"].voice is voice


def test_a_new_process_knows_the_anchors_under_the_same_lineage(house: House) -> None:
    house.mark("home", 0.25)
    lineage = house.engine.conductor.state.instruments["drone"].info.lineage
    house.save()
    again = OfflineEngine()
    again.request("submit", transaction=Transaction((Load("drone", "tiny"),)).to_data())
    info = again.conductor.state.instruments["drone"].info
    assert info.lineage == lineage and set(info.anchors) == {"bell", "rust", "home"}
    restored = OfflineEngine()
    restored.conductor.restore(house.engine.conductor.to_data())
    restored.request("hello")  # gives the voice to the renderer: the file is what the state says
    restored.render(0.01)
    assert "drone" in restored.renderer.slots


def test_a_name_makes_a_model_of_it(house: House) -> None:
    house.mark("home", 0.25)
    digest = model_file.read(house.file).digest
    assert house.save("mine")["path"] == str(house.models / "mine.plaud")
    assert model_file.read(house.file).digest == digest
    mine = model_file.read(house.models / "mine.plaud")
    assert mine.name == "mine" and len(mine.anchors) == 3
    house.mark("away", 0.75)
    house.save("mine")
    assert len(model_file.read(house.models / "mine.plaud").anchors) == 4
    assert {path.name for path in house.models.iterdir()} == {"tiny.plaud", "mine.plaud"}


def test_an_anchor_that_was_moved_is_moved_in_the_file(house: House) -> None:
    house.mark("bell", 0.5)
    house.save()
    info = house.engine.conductor.state.instruments["drone"].info
    low, high = np.array(info.low), np.array(info.high)
    np.testing.assert_allclose(info.anchors["bell"], low + 0.5 * (high - low))
    assert list(info.anchors) == ["bell", "rust"]


def test_the_built_in_model_is_never_written(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "built_in_models", lambda: {"default": house.file, "voice": house.file})
    before = house.file.read_bytes()
    with pytest.raises(SettingsError, match=r"save_anchors\("):
        house.save()
    for name in ("default", "voice"):
        with pytest.raises(SettingsError, match="built-in model's name"):
            house.save(name)
    assert house.file.read_bytes() == before
    house.save("mine")


@pytest.mark.parametrize("name", ["", "../x", "a b", "x" * 65, "ž"])
def test_a_name_that_is_none_is_refused(house: House, name: str) -> None:
    with pytest.raises(SettingsError, match="letters, digits"):
        house.save(name)


def test_another_models_file_is_not_written(house: House) -> None:
    other = tiny_file(house.models, "other", seed=9)
    before = other.read_bytes()
    with pytest.raises(ModelFileError, match="another model"):
        house.save("other")
    assert other.read_bytes() == before
    with pytest.raises(ParameterError):
        house.save(instrument="bass")


def test_a_file_that_was_trained_anew_meanwhile_is_not_written(house: House) -> None:
    trained = replace(tiny_model(seed=7), anchors=())
    model_file.write(trained, house.file)
    before = house.file.read_bytes()
    with pytest.raises(ModelFileError, match="not what drone plays any more"):
        house.save()
    assert house.file.read_bytes() == before
    house.save("rescued")  # what plays is still in memory
    assert len(model_file.read(house.models / "rescued.plaud").anchors) == 2


def test_a_folder_that_cannot_be_written_is_one_line(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(model: object, path: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(model_file, "write", refuse)
    with pytest.raises(PlaudError, match="Permission denied — the anchors are not saved"):
        house.save()
