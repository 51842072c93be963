"""Patches rendered to files: the same file bit for bit, what was asked for in it, and none for bad input."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.errors import ParameterError, SettingsError, TransactionError
from plaud_live.repl.offline import render_patch
from tests.models_for_tests import tiny_file
from tests.signals import level_db

ROOT = Path(__file__).resolve().parents[2]
PATCHES = sorted((ROOT / "patches").glob("*.py"))


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which `load("tiny")` finds a small model."""
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    tiny_file(tmp_path / "models", "tiny")
    return tmp_path


def rendered(folder: Path, text: str, seconds: float = 2.0, **options: int) -> np.ndarray:
    """What a patch of `text` sounds like, float64 [samples, 2]."""
    patch, out = folder / "patch.py", folder / "out.wav"
    patch.write_text(text)
    render_patch(patch, seconds, out, **options)
    return soundfile.read(out, dtype="float64")[0]


def test_there_are_at_least_three_patches_of_10_to_40_lines() -> None:
    assert len(PATCHES) >= 3
    for patch in PATCHES:
        assert 10 <= len(patch.read_text().splitlines()) <= 40, patch.name


@pytest.mark.parametrize("patch", PATCHES, ids=lambda p: p.stem)
def test_every_patch_sounds_and_is_the_same_for_every_block_size(patch: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.wav", tmp_path / "second.wav"
    render_patch(patch, 6.0, first)
    render_patch(patch, 6.0, second, block_size=480)
    assert first.read_bytes() == second.read_bytes()
    sound, rate = soundfile.read(first)
    assert (rate, sound.shape) == (44100, (6 * 44100, 2))
    assert level_db(sound[:441]) < -60.0  # fades in
    assert level_db(sound[3 * 44100 :]) > -45.0
    assert np.abs(sound).max() < 0.97  # the limiter's ceiling of -0.3 dB


def test_what_is_typed_is_heard(tiny: Path) -> None:
    """A square on the gain, at 120 bpm: half a second of sound, half a second of silence."""
    sound = rendered(tiny, 'x = load("tiny"); clock.bpm = 120; x.play(); x.gain = sq(2)', 2.0)
    levels = [
        level_db(sound[round((t + 0.1) * 44100) : round((t + 0.4) * 44100)]) for t in (0.0, 0.5, 1.0, 1.5)
    ]
    assert levels[0] > -50.0
    assert levels[2] > -50.0
    assert max(levels[1], levels[3]) < levels[0] - 40.0


def test_over_is_a_fade(tiny: Path) -> None:
    sound = rendered(tiny, 'x = load("tiny"); clock.bpm = 120; x.play(over=4)', 3.0)
    levels = [level_db(sound[round(t * 44100) : round((t + 0.25) * 44100)]) for t in (0.0, 0.75, 1.75)]
    assert levels[0] < levels[1] - 3.0 < levels[2] - 5.0


def test_silence_until_something_plays(tiny: Path) -> None:
    assert not rendered(tiny, 'x = load("tiny"); x.z0 = lfo(1)').any()


def test_the_length_and_the_sample_rate_are_as_asked(tiny: Path) -> None:
    sound = rendered(tiny, 'x = load("tiny"); x.play()', 0.3333, sample_rate=48000, block_size=100)
    assert sound.shape == (round(0.3333 * 48000), 2)


BAD_PATCHES = {
    'x = load("tiny")\nx.z0 = = 3\n': "patch.py: invalid syntax — line 2, column 8",
    'x = load("tiny")\n\nx.brigth = 3\n': "patch.py line 3: x has no 'brigth' — did you mean 'bright'?",
    'x = load("nowhere")\n': "patch.py line 1: no model 'nowhere'",
    "exit()": "patch.py line 1: exit() is for the prompt",
}


@pytest.mark.parametrize("text", BAD_PATCHES)
def test_a_bad_patch_is_one_line_and_no_file(tiny: Path, text: str) -> None:
    with pytest.raises(TransactionError) as refusal:
        rendered(tiny, text)
    assert str(refusal.value).startswith(BAD_PATCHES[text])
    assert not list(tiny.glob("*.wav"))
    assert not list(tiny.glob(".*"))


def test_bad_options_are_one_line_each(tiny: Path) -> None:
    patch = tiny / "patch.py"
    patch.write_text('x = load("tiny")')
    with pytest.raises(ParameterError, match=r"no script 'nowhere\.py'"):
        render_patch("nowhere.py", 1.0, tiny / "a.wav")
    for seconds in (0.0, -1.0, float("nan"), 1e9):
        with pytest.raises(SettingsError, match="--seconds"):
            render_patch(patch, seconds, tiny / "a.wav")
    with pytest.raises(SettingsError, match=r"ends in \.wav"):
        render_patch(patch, 1.0, tiny / "a.mp3")
    with pytest.raises(SettingsError, match="no folder"):
        render_patch(patch, 1.0, tiny / "nowhere" / "a.wav")
    with pytest.raises(SettingsError, match="--sample-rate"):
        render_patch(patch, 1.0, tiny / "a.wav", sample_rate=1)
    with pytest.raises(SettingsError, match="--block"):
        render_patch(patch, 1.0, tiny / "a.wav", block_size=1)
    (tiny / "binary.py").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ParameterError, match="not a text file"):
        render_patch(tiny / "binary.py", 1.0, tiny / "a.wav")
