"""aiSFX as an ear: its front end against Essentia's figures, its network against its own, and the loss."""

import importlib.util
from collections.abc import Callable

import numpy as np
import pytest
import torch

from plaud_live.errors import SettingsError
from plaud_live.training import embeddings
from plaud_live.training.embeddings import DIMS, SoundEar, embed, embeddings_available, mel_triangles
from plaud_live.training.losses.embedding import EmbeddingDistance
from plaud_live.training.options import TrainOptions
from tests.signals import noise, sine
from tests.training.losses.made import descend, gradient, value

Options = Callable[..., TrainOptions]

# log10(1 + 10000 x) of Essentia 2.1-beta6-dev1389: MelBands(inputSize=1025, numberBands=96, sampleRate=44100,
# lowFrequencyBound=0, highFrequencyBound=22050, warpingFormula='htkMel', weighting='warping',
# normalize='unit_sum', type='power') of Spectrum of Windowing(type='hann', normalized=False) of
# FrameGenerator(sound(), 2048, 1024). Rows are frames, columns bands.
FRAMES, BANDS = (1, 10, 40, 44), (3, 20, 35, 50, 90)
ESSENTIA = (
    (4.4991, 4.8858, 4.7879, 4.4537, 4.7546),
    (2.1659, 3.2179, 2.9884, 2.981, 3.1714),
    (0.0032, 1.8234, 0.0074, 0.0016, 0.0016),
    (1.1729, 1.5914, 0.5358, 0.0408, 0.0002),
)


def sound() -> np.ndarray:
    """A second of a tone in noise that fades by 80 dB, at 44.1 kHz."""
    times = np.arange(44100) / 44100
    hiss = np.random.default_rng(7).standard_normal(44100) * np.geomspace(1.0, 1e-4, 44100)
    return (0.5 * np.sin(2.0 * np.pi * 997.0 * times) + 0.1 * hiss).astype(np.float32)


def test_the_front_end_is_essentias() -> None:
    made = SoundEar(44100).spectrum(torch.from_numpy(sound())[None])[0] * embeddings._LOUDEST
    assert len(made) == 45
    ours = made[list(FRAMES)][:, list(BANDS)]
    torch.testing.assert_close(ours, torch.tensor(ESSENTIA), rtol=0.0, atol=3e-4)  # printed with 4 digits


def test_triangles_sum_to_1_and_cover_every_frequency() -> None:
    weights = mel_triangles()
    torch.testing.assert_close(weights.sum(dim=0), torch.ones(96))
    assert bool((weights[1:-1].sum(dim=1) > 0.0).all())


def test_embeddings_are_aisfx_own() -> None:
    """Its own blocks of 100 frames, half overlapping, and its own model, weights and all."""
    library = importlib.import_module("aisfx.preprocessing")
    audio = np.stack([np.tile(sound(), 5), noise(220500, 1, 0.1).astype(np.float32)])
    ear = SoundEar(44100)
    spectra = ear.spectrum(torch.from_numpy(audio)).numpy()
    for spectrum, ours in zip(spectra, embed(torch.from_numpy(audio), 44100), strict=True):
        blocks = library.blocking(spectrum, 100, 50, drop_partial_block=True)
        with torch.no_grad():
            theirs = ear.network(torch.tensor(blocks, dtype=torch.float32)).mean(dim=0)
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_like_sounds_are_nearer_than_unlike_ones() -> None:
    """Two noises are nearer to each other than to a tone, and a tone to another tone."""
    hiss = [noise(44100, seed, 0.1) for seed in (1, 2)]
    tones = [sine(44100, hz, 44100, 0.3) for hz in (440.0, 466.0)]
    points = embed(torch.from_numpy(np.stack([*hiss, *tones])).float(), 44100)
    assert points.shape == (4, DIMS)
    far = torch.cdist(points, points)
    assert far[0, 1] < 0.5 * far[0, 2]
    assert far[2, 3] < 0.5 * far[0, 2]


def test_a_rate_makes_no_difference() -> None:
    audio = torch.from_numpy(sine(16000, 440.0, 16000, 0.3)).float()[None]
    other = torch.from_numpy(sine(48000, 440.0, 48000, 0.3)).float()[None]
    points = embed(audio, 16000), embed(other, 48000)
    assert float((points[0] - points[1]).norm() / points[0].norm()) < 0.02


def test_the_gradient_reaches_the_waveform_and_steps_lower_the_loss(options: Options) -> None:
    loss = EmbeddingDistance(options())
    torch.manual_seed(1)
    audio = 0.1 * torch.randn(1, 1, 5000)
    target = torch.from_numpy(sine(5000, 440.0, 16000, 0.3)).float()[None, None]
    slope = gradient(loss, audio, target)
    assert bool(torch.isfinite(slope).all())
    assert float((slope != 0.0).float().mean()) > 0.99
    assert value(loss, target, target) == 0.0
    values = descend(loss, audio, target, rate=0.02, steps=6)
    assert values[-1] < 0.9 * values[0]


def test_gradients_are_finite_on_silence_and_short_sounds_are_heard(options: Options) -> None:
    loss = EmbeddingDistance(options())
    silence, tone = torch.zeros(1, 2, 600), 0.3 * torch.ones(1, 2, 600)
    for audio, target in ((silence, tone), (tone, silence), (silence, silence)):
        assert bool(torch.isfinite(gradient(loss, audio, target)).all())


def test_without_the_package_the_line_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, options: Options
) -> None:
    monkeypatch.setattr(embeddings, "find_spec", lambda name: None)
    assert not embeddings_available()
    with pytest.raises(SettingsError, match=r"pip install --no-deps aisfx==0.1.2"):
        EmbeddingDistance(options())
