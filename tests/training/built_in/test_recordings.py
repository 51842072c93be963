"""Recordings: only free ones go in, and they go in as loud as the table says."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.errors import DatasetError
from plaud_live.training.built_in.recordings import (
    MOMENT_SECONDS,
    PEAK,
    REST_SECONDS,
    cc0_recordings,
    free_recordings,
    levelled,
    write_strokes,
)
from tests.signals import level_db, noise, sine

TEXT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2016 Somebody
License: MIT

Files: etc/samples/free.flac
 etc/samples/also_free.flac
Copyright: 2013 A
Source: http://example.org
License: CC0

Files: etc/samples/bound.flac
Copyright: 2013 B
License: CC-BY-3.0

License: CC0
 The text of the licence.
"""
RATE = 8000


@pytest.fixture
def copyright_file(tmp_path: Path) -> Path:
    (tmp_path / "copyright").write_text(TEXT)
    return tmp_path / "copyright"


def test_only_what_the_copyright_file_names_as_cc0_counts(copyright_file: Path) -> None:
    assert cc0_recordings(copyright_file) == {"free", "also_free"}


def test_a_recording_that_is_not_named_as_cc0_is_refused(copyright_file: Path, tmp_path: Path) -> None:
    (tmp_path / "bound.flac").touch()
    with pytest.raises(DatasetError, match="does not name bound as CC0; it may not be trained on"):
        free_recordings(["bound"], tmp_path, copyright_file)


def test_a_free_recording_that_is_missing_is_named(copyright_file: Path, tmp_path: Path) -> None:
    (tmp_path / "free.flac").touch()
    with pytest.raises(DatasetError, match=r"also_free\.flac: missing"):
        free_recordings(["free", "also_free"], tmp_path, copyright_file)
    assert free_recordings(["free"], tmp_path, copyright_file) == {"free": tmp_path / "free.flac"}


def test_a_sound_is_levelled_by_its_loudest_moment() -> None:
    """A tone in the middle of silence, far longer than a moment: its RMS is what was asked for."""
    sound = np.zeros((RATE, 1))
    sound[2000:4000, 0] = sine(2000, 500.0, RATE, 0.2)
    assert level_db(levelled(sound, RATE, -20.0)[2200:3800]) == pytest.approx(-20.0, abs=0.05)


def test_a_click_is_not_made_to_clip() -> None:
    sound = np.zeros((RATE, 2))
    sound[100] = 0.5
    assert np.abs(levelled(sound, RATE, -12.0)).max() == pytest.approx(PEAK)
    assert not levelled(np.zeros((10, 1)), RATE, -12.0).any()


def test_strokes_follow_one_another_at_their_levels(tmp_path: Path) -> None:
    length, rest = 1000, round(REST_SECONDS * RATE)
    soundfile.write(tmp_path / "hit.wav", noise(length, 3, 0.1), RATE, subtype="PCM_24")
    write_strokes(tmp_path / "hit.wav", tmp_path / "out.wav", (-12.0, -18.0))
    sound, _ = soundfile.read(tmp_path / "out.wav")
    assert len(sound) == 2 * (length + rest)
    first, second = sound[:length], sound[length + rest :][:length]
    np.testing.assert_allclose(second, first * 10 ** (-6 / 20), atol=1e-6)
    assert not sound[length : length + rest].any()
    moment = round(MOMENT_SECONDS * RATE)
    loudest = max(level_db(first[i : i + moment]) for i in range(length - moment))
    assert loudest == pytest.approx(-12.0, abs=0.05)
