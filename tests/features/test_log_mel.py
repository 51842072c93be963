"""Log-mel and loudness against a direct computation in NumPy, and against physics."""

import numpy as np
import pytest
import torch

from plaud_live import filterbank
from plaud_live.features.framing import Framing
from plaud_live.features.log_mel import LogMel
from plaud_live.features.loudness import Loudness
from plaud_live.model_file import ModelConfig
from tests.signals import noise, sine

CONFIG = ModelConfig()
FLOOR = filterbank.LOG_FLOOR


def log_mel() -> LogMel:
    return LogMel(
        torch.from_numpy(filterbank.mel_window(CONFIG)),
        torch.from_numpy(filterbank.mel_filterbank(CONFIG)),
        FLOOR,
    )


def direct(frame: np.ndarray) -> np.ndarray:
    """Log-mel of one frame in float64: a Fourier sum written out, and triangles over its bins."""
    size = CONFIG.mel_window
    n = np.arange(size)
    hann = np.sin(np.pi * n / size) ** 2
    x = frame * hann * 2.0 / hann.sum()
    k = np.arange(size // 2 + 1)
    magnitude = np.abs(np.exp(-2j * np.pi * np.outer(k, n) / size) @ x)
    hz = k * CONFIG.sample_rate / size
    top = 2595 * np.log10(1 + CONFIG.mel_high_hz / 700)
    low = 2595 * np.log10(1 + CONFIG.mel_low_hz / 700)
    edges = 700 * (10 ** (np.linspace(low, top, CONFIG.mel_bands + 2) / 2595) - 1)
    bands = []
    for left, centre, right in zip(edges, edges[1:], edges[2:], strict=False):
        weight = np.interp(hz, [left, centre, right], [0.0, 1.0, 0.0])
        if weight.sum() == 0.0:
            weight[np.argmin(np.abs(hz - centre))] = 1.0
        bands.append(weight @ magnitude / weight.sum())
    return np.log(np.array(bands) + FLOOR)


@pytest.mark.parametrize("gain", [1.0, 1e-3, 0.0])
def test_log_mel_matches_a_direct_computation(gain: float) -> None:
    audio = noise(4096, seed=1, gain=gain) + sine(4096, 440.0, gain=0.5 * gain)
    frames, _ = Framing(CONFIG.mel_window, CONFIG.hop_size)(torch.from_numpy(audio).float().view(1, -1))
    found = log_mel()(frames)[0].numpy()
    for t in (0, 3, 9, 15):  # the first looks into the silence before
        end = (t + 1) * CONFIG.hop_size
        frame = np.concatenate([np.zeros(CONFIG.mel_window), audio])[end : end + CONFIG.mel_window]
        np.testing.assert_allclose(
            found[t], direct(frame), atol=2e-4
        )  # float32 of a small band beside a large


def test_a_sine_is_heard_in_its_own_band() -> None:
    frames = torch.from_numpy(sine(CONFIG.mel_window, 3000.0)).float().view(1, 1, -1)
    bands = log_mel()(frames)[0, 0]
    to_mel = 2595 * np.log10(1 + np.array([CONFIG.mel_low_hz, CONFIG.mel_high_hz, 3000.0]) / 700)
    expected = (to_mel[2] - to_mel[0]) / (to_mel[1] - to_mel[0]) * (CONFIG.mel_bands + 1) - 1
    assert abs(int(bands.argmax()) - expected) < 1.0
    assert bands.min() < bands.max() - 6.0


def test_loudness_is_the_log_of_the_rms() -> None:
    frames = torch.from_numpy(sine(44100, 441.0, gain=0.5)).view(1, 1, -1)
    found = float(Loudness(FLOOR)(frames))
    assert found == pytest.approx(np.log(0.5 / np.sqrt(2.0) + FLOOR), abs=1e-9)


def test_silence_is_the_floor_and_has_a_gradient() -> None:
    frames = torch.zeros(1, 1, 1024, requires_grad=True)
    loudness = Loudness(FLOOR)(frames)
    assert float(loudness.detach()) == pytest.approx(np.log(FLOOR), abs=1e-6)
    (loudness + log_mel()(frames).sum()).sum().backward()
    assert frames.grad is not None and bool(torch.isfinite(frames.grad).all())
