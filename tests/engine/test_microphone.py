"""The input as live inputs: loudness and brightness of tones, an encoder's latents, any blocks the same."""

import numpy as np
import pytest

from plaud_live import model_file, settings
from plaud_live.clock.tempo import TempoMap
from plaud_live.control.units import raw_to_playable
from plaud_live.engine.inputs import Inputs
from plaud_live.engine.microphone import Ear, Microphone
from plaud_live.engine.models import info_of
from plaud_live.synths.encoder import StreamingEncoder
from tests.models_for_tests import tiny_file

RATE = 44100
TEMPO = TempoMap(RATE)
Sound = np.ndarray | None


def hear(sound: Sound, samples: int, block: int = 128, position: int = 0) -> tuple[Inputs, Microphone]:
    """Mono `sound` on both channels, in blocks."""
    inputs = Inputs()
    microphone = Microphone(RATE, inputs.write)
    feed(microphone, sound, samples, block, position)
    return inputs, microphone


def feed(microphone: Microphone, sound: Sound, samples: int, block: int, position: int = 0) -> None:
    for start in range(0, samples, block):
        count = min(block, samples - start)
        piece = None
        if sound is not None:
            piece = np.repeat(sound[start : start + count, None], 2, axis=1).astype(np.float32)
        microphone.hear(piece, count, position + start, TEMPO)


def sine(hz: float, amplitude: float, samples: int = RATE // 2) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * hz * np.arange(samples) / RATE)


def values(inputs: Inputs, name: str, samples: np.ndarray) -> np.ndarray:
    return inputs.read(name, TEMPO.beats(samples.astype(np.float64)))


@pytest.mark.parametrize("decibels", [-50.0, -30.0, -10.0, -3.0])
def test_loudness_is_rms_in_decibels(decibels: float) -> None:
    amplitude = np.sqrt(2.0) * 10.0 ** (decibels / 20.0)
    inputs, _ = hear(sine(1000.0, amplitude), RATE // 2)
    heard = inputs.latest()["mic/loud"][0]
    assert heard == pytest.approx(1.0 + decibels / 60.0, abs=0.003)  # 29 cycles of 1 kHz, cut anywhere


def test_loudness_follows_within_some_30_ms() -> None:
    sound = np.concatenate([np.zeros(RATE // 4), sine(1000.0, 0.5, RATE // 4), np.zeros(RATE // 4)])
    inputs, _ = hear(sound, len(sound))
    starts = RATE // 4 + np.array([-1, 0.035 * RATE, RATE // 4 - 1, RATE // 4 + 0.035 * RATE])
    np.testing.assert_allclose(values(inputs, "mic/loud", starts), [0.0, 0.85, 0.85, 0.0], atol=0.01)


@pytest.mark.parametrize("hz", [200.0, 1000.0, 5000.0])
def test_brightness_is_the_centroid_on_a_logarithmic_scale(hz: float) -> None:
    inputs, _ = hear(sine(hz, 0.3), RATE // 2)
    assert inputs.latest()["mic/bright"][0] == pytest.approx(np.log(hz / 100.0) / np.log(100.0), abs=0.01)


def test_noise_is_brighter_than_a_voice_and_silence_keeps_its_brightness() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(RATE // 2)
    inputs, microphone = hear(noise, len(noise))
    bright = inputs.latest()["mic/bright"][0]
    assert bright > 0.85
    feed(microphone, None, RATE // 2, 128, len(noise))
    assert inputs.latest()["mic/loud"] == (0.0,)
    assert 0.7 < inputs.latest()["mic/bright"][0] <= bright + 0.1


def test_silence_costs_no_memory() -> None:
    inputs, _ = hear(None, 10 * RATE)
    assert inputs._points["mic/loud"]._rows[2] <= 2
    assert inputs.latest() == {"mic/loud": (0.0,)}


def test_what_is_not_finite_counts_as_silence() -> None:
    inputs, _ = hear(np.full(RATE // 4, np.nan), RATE // 4)
    assert inputs.latest() == {"mic/loud": (0.0,)}


@pytest.mark.parametrize(("block", "position"), [(1, 0), (100, 0), (4096, 0), (64, 77)])
def test_any_blocks_give_the_same_values_at_the_same_samples(block: int, position: int) -> None:
    sound = sine(300.0, 0.4, 12000) * np.linspace(0.0, 1.0, 12000)
    expected, _ = hear(sound, len(sound), 512, position)
    got, _ = hear(sound, len(sound), block, position)
    at = position + np.arange(0, 12000, 37)
    for name in ("mic/loud", "mic/bright"):
        assert np.array_equal(values(got, name, at), values(expected, name, at))


def test_a_point_is_there_for_the_frame_that_begins_at_it_and_not_before() -> None:
    sound = np.concatenate([np.zeros(1024), np.full(1024, 0.5)])
    inputs, _ = hear(sound, len(sound), 100)
    before, at = values(inputs, "mic/loud", np.array([1279, 1280]))
    assert before == 0.0 and at > 0.5


@pytest.mark.parametrize("rate", [44100, 48000])
def test_latents_are_the_encoders_in_playable_units(tmp_path: object, rate: int) -> None:
    """Of the built-in model; at another rate than its own it is resampled, in the same pieces."""
    path = settings.find_model("default")
    model = model_file.read(path)
    info = info_of(model, path)
    inputs = Inputs()
    microphone = Microphone(rate, inputs.write)
    microphone.ears = {"mic/z": Ear(info, StreamingEncoder(model, rate))}
    sound = 0.3 * np.random.default_rng(1).standard_normal(12800).astype(np.float32)
    stereo = np.repeat(sound[:, None], 2, axis=1)
    for start in range(0, len(sound), 100):
        microphone.hear(stereo[start : start + 100], 100, start, TempoMap(rate))
    encoder = StreamingEncoder(model, rate)
    means = [m for piece in np.split(sound, len(sound) // microphone.hop) for m in encoder.push(piece)]
    place = np.clip(raw_to_playable(means[-1], np.array(info.low), np.array(info.high)), -0.5, 1.5)
    np.testing.assert_allclose(inputs.latest()["mic/z"], place, atol=1e-12)


def test_an_encoder_that_fails_leaves_the_last_place(tmp_path: object) -> None:
    class Broken:
        def push(self, audio: np.ndarray) -> np.ndarray:
            return np.full((1, 4), np.nan)

    path = tiny_file(tmp_path)  # type: ignore[arg-type]
    info = info_of(model_file.read(path), path)
    inputs = Inputs()
    microphone = Microphone(RATE, inputs.write)
    microphone.ears = {"mic/z": Ear(info, Broken())}  # type: ignore[arg-type]
    feed(microphone, sine(100.0, 0.1), RATE // 10, 128)
    assert "mic/z" not in inputs.latest()
