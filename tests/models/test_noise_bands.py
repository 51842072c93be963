"""Noise bands: amplitude 1 has an RMS of 1, ramps are linear, gradients are those of the plain product."""

import numpy as np
import pytest
import torch

from plaud_live import filterbank
from plaud_live.model_file import ModelConfig
from plaud_live.models.noise_bands import NoiseBands, NoiseControls, NoiseState
from plaud_live.models.synth import Grid

CONFIG = ModelConfig(sines=0, noise_bands=16, hop_size=64, mel_window=64)
GRID = Grid.of(CONFIG)


def plain(amplitude: np.ndarray, position: int, grid: Grid) -> np.ndarray:
    """Bands times samples, multiplied out, from the shared tables; `amplitude` [frames, bands]."""
    tables = filterbank.noise_loops(CONFIG, grid.sample_rate)
    frames, hop = len(amplitude), grid.hop_size
    n = position + np.arange(frames * hop)
    bands = sum(loop[:, n % loop.shape[1]].astype(float) for loop in tables.loops) * tables.scale[:, None]
    nodes = np.concatenate([np.zeros((1, amplitude.shape[1])), amplitude])
    ramps = [np.interp(np.arange(1, frames * hop + 1) / hop, np.arange(frames + 1), node) for node in nodes.T]
    return (np.array(ramps) * bands).sum(axis=0)


@pytest.mark.parametrize("band", [0, 7, 15])
def test_a_band_at_amplitude_1_has_rms_1(band: int) -> None:
    amplitude = torch.zeros(1, 4000, 16)
    amplitude[:, :, band] = 1.0
    audio, _ = NoiseBands(CONFIG).get_signal(NoiseControls(amplitude), None, GRID)
    rms = float(audio[0, 64:].square().mean().sqrt())
    assert rms == pytest.approx(1.0, abs=0.05)  # 6 s of a narrow band: its envelope fluctuates


@pytest.mark.parametrize("position", [0, 12345, 16384 * 26325 + 99])
@pytest.mark.parametrize("sample_rate", [44100, 48000])
def test_moving_bands_match_the_plain_product(position: int, sample_rate: int) -> None:
    grid = Grid.of(CONFIG, sample_rate)
    amplitude = np.random.default_rng(0).random((2, 30, 16))
    block = NoiseBands(CONFIG)
    state = NoiseState(position, torch.zeros(2, 16))
    audio, after = block.get_signal(NoiseControls(torch.from_numpy(amplitude).float()), state, grid)
    for item in range(2):
        np.testing.assert_allclose(audio[item].numpy(), plain(amplitude[item], position, grid), atol=2e-5)
    assert after.position == position + 30 * grid.hop_size


def test_gradient_of_the_amplitudes() -> None:
    block = NoiseBands(CONFIG)
    grid = Grid(44100, 16)
    dice = torch.Generator().manual_seed(0)
    amplitude = torch.rand(2, 3, 16, dtype=torch.float64, generator=dice).requires_grad_()
    before = torch.rand(2, 16, dtype=torch.float64, generator=dice).requires_grad_()

    def sound(amplitude: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
        return block.get_signal(NoiseControls(amplitude), NoiseState(16384 - 7, before), grid)[0]

    assert torch.autograd.gradcheck(sound, (amplitude, before))


def test_training_keeps_no_bands_times_samples() -> None:
    kept = []

    def pack(value: torch.Tensor) -> torch.Tensor:
        kept.append(value.numel())
        return value

    amplitude = torch.rand(2, 50, 16, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda value: value):
        NoiseBands(CONFIG).get_signal(NoiseControls(amplitude), None, GRID)
    assert sum(kept) < 0.1 * amplitude.numel() * GRID.hop_size


def test_it_starts_at_45_db_below_full_scale() -> None:
    block = NoiseBands(CONFIG)
    controls = block.get_controls(block.start_bias().view(1, 1, -1), GRID)
    assert 10 * np.log10(float(controls.amplitude.square().sum())) == pytest.approx(-45.0, abs=0.1)


def test_training_starts_anywhere_in_the_loops() -> None:
    torch.manual_seed(0)
    block = NoiseBands(CONFIG)
    controls = NoiseControls(torch.ones(3, 4, 16))
    states = [block.random_state(controls) for _ in range(2)]
    assert states[0].position != states[1].position
    assert float(states[0].amplitude.abs().sum()) == 0.0
