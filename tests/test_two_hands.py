"""One model, two hands: torch and Numba compute the same voice and the same encoder.

A minute of moving latents and changing counts, at the model's own rate and another. The tolerance is that of
the design, 1e-5: both sum in float64 up to the phases and in float32 from there.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch

from plaud_live.model_file import PlaudModel
from plaud_live.models import files
from plaud_live.models.controls import CONTROL_NAMES
from plaud_live.synths.encoder import StreamingEncoder
from plaud_live.synths.voice import Voice
from tests.models_for_tests import tiny_model
from tests.pieces import pieces
from tests.signals import error_db, level_db, noise

SECONDS = 60
CONFIGS = {
    "all": {"sines": 12, "harmonics": 9, "noise_bands": 16},
    "sines": {"sines": 24, "noise_bands": 0},
    "harmonic": {"sines": 0, "harmonics": 20, "noise_bands": 0},
    "noise": {"sines": 0, "noise_bands": 32},
    "stereo": {"sines": 12, "harmonics": 9, "noise_bands": 16, "channels": 2},
    "long_hop": {"sines": 12, "harmonics": 5, "noise_bands": 8, "hop_size": 512},
}
GAINS = {"sine_gain": 0.1, "harmonic_gain": 1.0, "noise_gain": 0.1}  # the sum stays within full scale
BATCH = 500


def forgetting_model(name: str, seed: int) -> PlaudModel:
    """`tiny_model` with a recurrence that forgets, as a trained one does: chaos would tell 1e-16 from 0."""
    model = tiny_model(seed=seed, **CONFIGS[name])
    weight = "decoder.gru.weight_hh"
    return replace(model, weights={**model.weights, weight: np.float32(0.5) * model.weights[weight]})


def moving(model: PlaudModel, frames: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Latents [frames, d] and controls [frames, 10] of which every one moves, float64."""
    dice = np.random.default_rng(seed)
    config = model.config

    def steps(low: float, high: float, length: int) -> np.ndarray:
        return np.repeat(dice.uniform(low, high, frames // length + 1), length)[:frames]

    t = np.arange(frames)[:, None]
    rate, phase = dice.uniform(0.0003, 0.03, (2, 1, config.latent_size))
    latents = 1.5 * np.sin(2 * np.pi * (rate * t + 40.0 * phase))
    latents += 0.05 * dice.standard_normal(latents.shape)
    controls = {
        "sines": np.rint(steps(0.0, config.sines + 1.0, 97)),
        "harmonics": np.rint(steps(0.0, config.harmonics + 1.0, 131)),
        "noise_bands": np.rint(steps(0.0, config.noise_bands + 1.0, 113)),
        "sine_gain": GAINS["sine_gain"] * steps(0.5, 1.0, 3),
        "harmonic_gain": GAINS["harmonic_gain"] * steps(0.5, 1.0, 1),
        "noise_gain": GAINS["noise_gain"] * steps(0.5, 1.0, 2),
        "temperature": np.maximum(0.0, steps(-0.5, 0.5, 61)),
        "smoothing": np.rint(steps(0.0, config.max_smoothing + 2.0, 37)),
        "freeze": (steps(0.0, 1.0, 53) > 0.8).astype(float),
        "f0": np.maximum(0.0, steps(-1000.0, 2000.0, 41) + steps(-20.0, 20.0, 1)),
    }
    return latents, np.stack([controls[name] for name in CONTROL_NAMES], axis=1)


def numba_hand(
    model: PlaudModel, latents: np.ndarray, controls: np.ndarray, rate: int, seed: int
) -> np.ndarray:
    """The voice in blocks of a sound card, whatever the hop: [channels, samples]."""
    voice = Voice(model, rate, seed=seed)
    out = np.empty((voice.channels, len(latents) * voice.hop), np.float32)
    frame = 0
    for block in pieces(out.shape[1], seed, 2000):
        count = voice.frames_in(block.stop - block.start)
        piece = out[0, block] if voice.channels == 1 else out[:, block]
        voice.render(latents[frame : frame + count], controls[frame : frame + count], piece)
        frame += count
    return out


@torch.no_grad()
def torch_hand(
    model: PlaudModel, latents: np.ndarray, controls: np.ndarray, rate: int, seed: int
) -> np.ndarray:
    """The network, some seconds at a time to spare memory: [channels, samples]."""
    net = files.from_model(model, seed)
    asked = torch.from_numpy(latents).unsqueeze(0)
    given = torch.from_numpy(controls).unsqueeze(0)
    state, parts = None, []
    for first in range(0, len(latents), BATCH):
        rows = slice(first, first + BATCH)
        audio, state = net.decode(asked[:, rows], given[:, rows], state, rate)
        parts.append(audio[0].numpy())
    return np.concatenate(parts, axis=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CONFIGS))
@pytest.mark.parametrize("rate", [44100, 48000])
def test_a_minute_of_the_voice(name: str, rate: int) -> None:
    model = forgetting_model(name, seed=7)
    frames = SECONDS * model.config.sample_rate // model.config.hop_size
    latents, controls = moving(model, frames, seed=3)
    expected = torch_hand(model, latents, controls, rate, seed=5)
    found = numba_hand(model, latents, controls, rate, seed=5)
    assert -60.0 < level_db(expected) < -3.0
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("name", list(CONFIGS))
def test_a_second_of_the_voice(name: str) -> None:
    """At full level, as the model has it: three decimals of relative accuracy hold there too."""
    model = forgetting_model(name, seed=8)
    latents, controls = moving(model, 200, seed=4)
    controls[:, 3:6] = 1.0
    expected = torch_hand(model, latents, controls, 44100, seed=1)
    assert error_db(numba_hand(model, latents, controls, 44100, seed=1), expected) < -100.0


@torch.no_grad()
@pytest.mark.parametrize("kind", ["conv", "gru"])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("hop", [128, 256, 512])
def test_the_encoder(hop: int, channels: int, kind: str) -> None:
    model = tiny_model(hop_size=hop, channels=channels, encoder=kind, encoder_dilations=(1, 2, 4))
    net, encoder = files.from_model(model), StreamingEncoder(model, model.config.sample_rate)
    samples = 3 * 44100
    audio = noise(channels * samples, seed=2, gain=0.3).reshape(channels, samples)
    audio = (audio * np.linspace(0.0, 1.0, samples)).astype(np.float32)
    expected, _, _ = net.encode(torch.from_numpy(audio).unsqueeze(0))
    rows = audio[0] if channels == 1 else audio.T
    found = np.concatenate([encoder.push(rows[block]) for block in pieces(samples, hop, 900)])
    np.testing.assert_allclose(found, expected[0].numpy(), atol=1e-5)


@torch.no_grad()
def test_one_channel_is_heard_as_if_it_were_in_all() -> None:
    model = tiny_model(channels=2)
    net, encoder = files.from_model(model), StreamingEncoder(model, 48000)
    audio = noise(20000, seed=2, gain=0.3).astype(np.float32)
    both = StreamingEncoder(model, 48000).push(np.stack([audio, audio], axis=1))
    np.testing.assert_array_equal(encoder.push(audio), both)
    one = torch.from_numpy(audio).view(1, 1, -1)
    torch.testing.assert_close(net.encode(one)[0], net.encode(one.repeat(1, 2, 1))[0])
