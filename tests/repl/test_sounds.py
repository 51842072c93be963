"""Spans of recordings: seconds from and to, checked against the file, cut again as a list is cut."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.errors import ParameterError
from plaud_live.repl.sounds import Sound, sound


@pytest.fixture
def bell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sound:
    """Four seconds in PLAUD_HOME, at a rate that does not divide them evenly."""
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    soundfile.write(tmp_path / "bell.wav", np.zeros(4 * 22050), 22050)
    return sound("bell.wav")


def test_a_sound_is_the_whole_file_until_it_is_cut(bell: Sound) -> None:
    assert (bell.start, bell.end, bell.seconds) == (0.0, 4.0, 4.0)
    assert Path(bell.path).is_absolute()


@pytest.mark.parametrize(
    ("cut", "start", "end"),
    [
        (slice(1.5, 2), 1.5, 2.0),
        (slice(None, 3), 0.0, 3.0),
        (slice(-1, None), 3.0, 4.0),
        (slice(-2, -0.5), 2.0, 3.5),
    ],
)
def test_cuts_are_in_seconds(bell: Sound, cut: slice, start: float, end: float) -> None:
    assert (bell[cut].start, bell[cut].end) == (start, end)


def test_a_cut_of_a_cut_counts_from_its_own_start(bell: Sound) -> None:
    assert repr(bell[1:3][0.5:1]) == "sound('bell.wav')[1.5:2]"
    assert bell[1:3][-0.5:].start == 2.5


@pytest.mark.parametrize(
    "cut", [slice(2, 1), slice(1, 1), slice(0, 5), slice(-5, None), slice(0, 4, 2), slice("a", 2), 3, "x"]
)
def test_what_is_no_part_of_it_is_refused(bell: Sound, cut: object) -> None:
    with pytest.raises(ParameterError, match="wants"):
        bell[cut]


def test_what_is_no_sound_is_refused_in_a_line(bell: Sound, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("not a sound")
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), 22050)
    for path, why in (("nowhere.wav", "no file"), ("text.wav", "cannot be read"), ("empty.wav", "is empty")):
        with pytest.raises(ParameterError, match=why) as refusal:
            sound(path)
        assert "\n" not in str(refusal.value)
    for path in (3, "", None):
        with pytest.raises(ParameterError, match="in quotes"):
            sound(path)
