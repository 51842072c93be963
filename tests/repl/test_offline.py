"""Patches rendered to files: the same file bit for bit, what was asked for in it, and none for bad input."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.engine.offline import OfflineEngine
from plaud_live.errors import ParameterError, SettingsError, TransactionError
from plaud_live.repl.offline import OfflinePrompt, render_patch
from tests.models_for_tests import tiny_file
from tests.signals import level_db


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


def levels(sound: np.ndarray, seconds: float) -> list[bool]:
    """For each stretch of `seconds`, whether its middle half sounds."""
    size = round(seconds * 44100)
    parts = [sound[i + size // 4 : i + 3 * size // 4] for i in range(0, len(sound) - size + 1, size)]
    return [level_db(part) > -50.0 for part in parts]


LOOP = """
x = load("tiny"); clock.bpm = 120; x.play(); x.gain = 0
@every(1, at=0)
def pulse(n): x(gain=n % 2)
"""


def test_a_loop_of_a_patch_launches_on_its_beats(tiny: Path) -> None:
    """On and off every half second; each change is a glide of 50 ms that begins on the beat."""
    sound = rendered(tiny, LOOP, 3.0)
    assert levels(sound, 0.5) == [False, True] * 3
    for start in (22050, 3 * 22050):
        before, after = sound[start - 2205 : start - 220], sound[start + 2205 : start + 4410]
        assert level_db(before) < -60.0
        assert level_db(after) > -50.0


def test_loops_and_functions_are_the_same_for_every_block_size(tiny: Path) -> None:
    patch = LOOP + "@every(1/2)\ndef turn(n): x(z0=choose(.1, .5, .9))\nx.z1 = fn(lambda beat: beat % 1)\n"
    first = rendered(tiny, patch, 2.0)
    assert np.array_equal(first, rendered(tiny, patch, 2.0, block_size=480))
    assert np.array_equal(first, rendered(tiny, patch, 2.0))


def test_a_function_is_heard(tiny: Path) -> None:
    """A square of the beat by a function of the performer's, at 120 bpm."""
    sound = rendered(
        tiny, 'x = load("tiny"); clock.bpm = 120; x.play(); x.gain = fn(lambda beat: beat % 2 < 1)', 2.0
    )
    assert levels(sound, 0.5) == [True, False] * 2


def test_a_prompt_offline_goes_on_between_entries(tiny: Path) -> None:
    """Entries, loops and undo, at an engine without a clock: what is typed is heard from its quant on."""
    prompt = OfflinePrompt(OfflineEngine())
    for line in ('x = load("tiny")', "clock.bpm = 120", "x.play()", "x.gain = 0"):
        assert prompt.enter(line).accepted
    silent = prompt.render(1.0)
    assert prompt.enter("@every(2)\ndef on(n): x.gain = 1").accepted
    assert prompt.enter("1/0").accepted is False
    parts = [silent, prompt.render(1.0)]
    assert prompt.enter("hush()").accepted
    parts.append(prompt.render(2.0))
    prompt.close()
    assert levels(np.concatenate(parts).astype(np.float64), 1.0) == [False, True, False, False]
