"""Models of several channels by what is heard: sides, balance, hot swap with mono ones, keys, guards."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.keys import Keys
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.transaction import Play, Set
from plaud_live.engine.key_events import Press
from plaud_live.engine.key_player import KeyPlayer
from plaud_live.engine.mix import sides_of
from plaud_live.engine.models import Models
from plaud_live.engine.parts import Frames, Part
from plaud_live.signals.oscillators import lfo
from plaud_live.synths.voice import Voice
from tests.engine.stage import RATE, Stage, Tone, steady
from tests.models_for_tests import tiny_file
from tests.signals import level_db


class Sides(Tone):
    """Two channels: a tone on the left, a quarter of it and higher on the right."""

    def render(self, asked: np.ndarray, controls: np.ndarray, out: np.ndarray) -> None:
        n = np.arange(self.position, self.position + out.shape[1])
        out[0] = 0.25 * np.sin(2.0 * np.pi * 300.0 * n / RATE)
        out[1] = 0.0625 * np.sin(2.0 * np.pi * 600.0 * n / RATE)
        self.poison(self.position, out)
        self.position += out.shape[1]


@pytest.fixture
def wide(info: ModelInfo) -> tuple[Stage, Sides]:
    voice = Sides()
    return Stage({"drone": replace(info, channels=2)}, {"drone": voice}), voice


@pytest.mark.parametrize(
    ("pan", "left", "right"), [(0.0, 1.0, 0.0), (0.5, np.sqrt(0.5), np.sqrt(0.5)), (1.0, 0.0, 1.0)]
)
def test_pan_is_the_balance_of_the_sides(
    wide: tuple[Stage, Sides], pan: float, left: float, right: float
) -> None:
    stage, _ = wide
    stage.submit(Play("drone", 0.0, 0.0))
    stage.set("drone", "pan", pan)
    out = steady(stage)
    np.testing.assert_allclose(np.abs(out).max(axis=0), [0.25 * left, 0.0625 * right], rtol=2e-3, atol=1e-9)
    for side, gain in enumerate((left, right)):
        if gain:
            assert int(np.argmax(np.abs(np.fft.rfft(out[:, side])))) == 300 * (side + 1)
    power = 0.5 * ((0.25 * left) ** 2 + (0.0625 * right) ** 2) / 2
    assert stage.renderer.slots["drone"].meter.rms == pytest.approx(np.sqrt(power), rel=0.01)
    assert stage.renderer.meter.rms == pytest.approx(np.sqrt(power), rel=0.01)


def test_more_channels_alternate_between_the_sides() -> None:
    sound = np.arange(12, dtype=np.float32).reshape(4, 3)
    left, right = sides_of(sound)
    np.testing.assert_array_equal(left, (sound[0] + sound[2]) / 2)
    np.testing.assert_array_equal(right, (sound[1] + sound[3]) / 2)


def test_mono_and_stereo_voices_replace_each_other_without_a_click(info: ModelInfo) -> None:
    stage = Stage({"drone": info}, {"drone": Tone(300.0)})
    stage.submit(Play("drone", 0.0, 0.0))
    stage.play(5000)
    slope = 0.25 * np.sqrt(0.5) * 2 * np.pi * 600.0 / RATE
    for other, voice, same in ((replace(info, channels=2), Sides(), False), (info, Tone(300.0), True)):
        stage.renderer.install("drone", other, voice)  # type: ignore[arg-type]
        out = stage.play(5000).astype(np.float64)
        assert np.abs(np.diff(out, axis=0)).max() <= slope * 1.05
        assert np.allclose(out[3000:, 0], out[3000:, 1], atol=1e-4) == same


def test_what_is_not_finite_in_one_channel_silences_both_and_sounds_again(wide: tuple[Stage, Sides]) -> None:
    stage, voice = wide
    stage.submit(Play("drone", 0.0, 0.0))
    stage.play(RATE // 2)

    def poison(position: int, out: np.ndarray) -> None:
        if position <= bad < position + out.shape[1]:
            out[1, bad - position] = np.nan

    bad = stage.renderer.position + 1000
    voice.poison = poison
    out = stage.play(5000)
    assert np.isfinite(out).all()
    slope = 0.25 * (2 * np.pi * 300.0 / RATE + 2.0 / (0.005 * RATE))
    assert np.abs(np.diff(out.astype(np.float64), axis=0)).max() <= slope
    assert stage.renderer.events[-1].kind == "nan"
    np.testing.assert_allclose(
        np.abs(steady(stage)).max(axis=0), np.sqrt(0.5) * np.array([0.25, 0.0625]), rtol=0.01
    )


@pytest.mark.parametrize("block", [64, 1000])
def test_real_voices_sound_the_same_for_every_block_size(tmp_path: Path, block: int) -> None:
    models = Models()
    info = models.load_info(str(tiny_file(tmp_path, channels=2, harmonics=4)))
    assert info.channels == 2

    def performance(size: int) -> np.ndarray:
        stage = Stage({"a": info}, {"a": models.make_voice(info, RATE, "a")})
        stage.submit(Play("a", 0.0, 0.0), Set("a", "z0", lfo(2), 0.0, 0.0), Set("a", "pan", lfo(1), 0.0, 0.0))
        return stage.play(12000, size)

    whole = performance(128)
    assert level_db(whole) > -50.0
    assert not np.allclose(whole[:, 0], whole[:, 1], atol=1e-3)
    np.testing.assert_array_equal(performance(block), whole)


def test_keys_play_both_channels(tmp_path: Path) -> None:
    """A note is what its voice plays by itself, shaped by the envelope, in either channel."""
    path = tiny_file(tmp_path, channels=2, sines=0, noise_bands=0, harmonics=6)
    models = Models()
    info = models.load_info(str(path))
    made = models.model(info)
    part = Part(info, [Voice(made, RATE)])
    player = KeyPlayer("drone", part, RATE, 1024)
    player.take(Keys("drone", voices=1, attack=0.001), (), TempoMap(RATE), 0, asleep=True)
    player.hear(Press(0, ("piano", 1, 57.0, 0.0), 1.0))
    out = np.zeros((2, 8192), np.float32)
    alone, expected = Voice(made, RATE), np.zeros((2, 8192), np.float32)
    latents = np.zeros((4, info.latent_size))
    controls = np.tile(alone.default_controls(), (4, 1))
    alone.retune(220.0)
    tuned = controls.copy()
    tuned[:, 9] = 220.0
    for at in range(0, 8192, 1024):
        piece = slice(at, at + 1024)
        player.listen(at, 1024, TempoMap(RATE))
        player.render(at, [Frames(part, latents, controls)], (), out[:, piece])
        alone.render(latents, tuned, expected[:, piece])
    np.testing.assert_allclose(out[:, 2048:], expected[:, 2048:], atol=1e-6)
    assert not np.allclose(out[0], out[1], atol=1e-3)
