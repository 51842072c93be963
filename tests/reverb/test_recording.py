"""Recordings of rooms: what is taken, what is refused, each in one line."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.errors import SettingsError
from plaud_live.reverb.recording import RATE, read_recording
from tests.reverb.rooms import decaying_noise

T60 = np.full(7, 0.4)


def clap(rate: int = 48000, seconds: float = 1.0, channels: int = 1) -> np.ndarray:
    """[samples, channels]: quiet, then a decay of 0.4 s."""
    rng = np.random.default_rng(1)
    sound = decaying_noise(T60, np.arange(round(seconds * rate)) / rate, rng)
    sound = 0.5 * sound / np.abs(sound).max()
    quiet = np.concatenate([np.zeros(rate // 10), sound]) + 1e-5 * rng.standard_normal(
        len(sound) + rate // 10
    )
    return np.repeat(quiet[:, None], channels, axis=1)


def written(folder: Path, sound: np.ndarray, rate: int = 48000, subtype: str = "FLOAT") -> Path:
    path = folder / "room.wav"
    soundfile.write(path, sound, rate, subtype=subtype)
    return path


@pytest.mark.parametrize(("rate", "channels"), [(48000, 1), (44100, 2), (96000, 1)])
def test_a_clap_is_cut_to_its_decay(tmp_path: Path, rate: int, channels: int) -> None:
    found = read_recording(written(tmp_path, clap(rate, channels=channels), rate))
    assert found.responses.shape[0] == channels and not found.notes
    assert found.responses.shape[1] == pytest.approx(RATE, rel=0.01)

    assert found.room.whole.t60 == pytest.approx(0.4, rel=0.05)
    assert np.square(found.responses[:, : found.heard]).sum() == pytest.approx(channels, rel=1e-3)


def test_eight_kilohertz_are_taken_and_said(tmp_path: Path) -> None:
    found = read_recording(written(tmp_path, clap(8000), 8000))
    assert found.room.bands[-1].centre_hz == 2000.0
    assert "8000 Hz" in found.notes[0]


def test_more_than_two_channels_are_said(tmp_path: Path) -> None:
    found = read_recording(written(tmp_path, clap(channels=4)))
    assert len(found.responses) == 2 and "4 channels" in found.notes[0]


BAD = {
    "is silent": np.zeros((48000, 1)),
    "is clipped": np.clip(20.0 * clap(), -1.0, 1.0),
    "lasts 10 ms": clap()[:480],
    "not finite": np.where(np.arange(len(clap()))[:, None] == 9000, np.nan, clap()),
    "no decay": 0.1 * np.random.default_rng(1).standard_normal((48000, 1)),
}


@pytest.mark.parametrize("reason", BAD)
def test_what_is_no_room_is_refused(tmp_path: Path, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as caught:
        read_recording(written(tmp_path, BAD[reason]))
    assert "\n" not in str(caught.value) and "room.wav" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no sound" * 100])
def test_what_is_no_sound_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "room.wav"
    path.write_bytes(data)
    with pytest.raises(SettingsError, match="no sound file"):
        read_recording(path)
    with pytest.raises(SettingsError, match="no such file"):
        read_recording(tmp_path / "other.wav")
