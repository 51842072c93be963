"""The oscillator bank against a plain sum of sines, its gradient against differences, its memory."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import Tensor

from plaud_live.models import oscillators, sine_kernels
from plaud_live.models.synth import Grid
from tests.signals import assert_close_db, sine

GRID = Grid(44100, 32)


def moving(frames: int, count: int, seed: int = 0, top_hz: float = 8000.0) -> tuple[Tensor, Tensor]:
    """Frequencies and amplitudes [2, frames, count], float64, that jump about from frame to frame."""
    dice = torch.Generator().manual_seed(seed)
    shape = (2, frames, count)
    frequency = 50.0 + top_hz * torch.rand(shape, generator=dice, dtype=torch.float64)
    return frequency, torch.rand(shape, generator=dice, dtype=torch.float64)


def plain(frequency: Tensor, amplitude: Tensor, start: Tensor, grid: Grid) -> np.ndarray:
    """The same sound, sample by sample: both values interpolated, the frequency summed up to a phase."""
    f, a = frequency.numpy(), amplitude.numpy()
    r = np.arange(1, grid.hop_size + 1)[:, None] / grid.hop_size
    out = []
    for item in range(len(f)):
        before_f, before_a = f[item, 0], np.zeros_like(a[item, 0])
        phase, samples = start.numpy().copy(), []
        for now_f, now_a in zip(f[item], a[item], strict=True):
            hz, gain = before_f + (now_f - before_f) * r, before_a + (now_a - before_a) * r
            cycles = phase + np.cumsum(hz, axis=0) / grid.sample_rate
            samples.append((gain * np.sin(2 * np.pi * cycles)).sum(axis=1))
            before_f, before_a, phase = now_f, now_a, cycles[-1]
        out.append(np.concatenate(samples))
    return np.stack(out)


def test_moving_partials_match_a_plain_sum() -> None:
    frequency, amplitude = moving(frames=40, count=7)
    start = torch.rand(7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    audio, _ = oscillators.render(frequency, amplitude, None, start, GRID)
    np.testing.assert_allclose(audio.numpy(), plain(frequency, amplitude, start, GRID), atol=1e-9)


def test_float32_amplitudes_keep_exact_phases() -> None:
    """What plays: float64 frequencies, float32 sound."""
    frequency, amplitude = moving(frames=40, count=7)
    start = torch.zeros(7, dtype=torch.float64)
    audio, _ = oscillators.render(frequency, amplitude.float(), None, start, GRID)
    assert audio.dtype == torch.float32
    np.testing.assert_allclose(audio.numpy(), plain(frequency, amplitude, start, GRID), atol=1e-6 * 7)


def test_float32_frequencies_are_good_enough_to_train_with() -> None:
    frequency, amplitude = moving(frames=40, count=7)
    start = torch.zeros(7, dtype=torch.float64)
    audio, _ = oscillators.render(frequency.float(), amplitude.float(), None, start, GRID)
    assert_close_db(audio.numpy(), plain(frequency, amplitude, start, GRID), -80.0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_partial_is_in_phase_after_an_hour(dtype: torch.dtype) -> None:
    """A constant frequency, so that the phase is known as a fraction. Unwrapped sums would be off by 4e-4."""
    frames, hop, hz = 3600 * 44100 // 256, 256, 9876.5
    increments = torch.full((1, 1, 2, 1), hz / 44100, dtype=dtype).expand(1, frames, 2, 1)
    _, phase = oscillators._starts(torch.zeros(1, 1, dtype=torch.float64), increments, hop)
    turns = frames * hop * Fraction(float(increments[0, 0, 0, 0]))
    assert abs((float(phase) - float(turns % 1) + 0.5) % 1.0 - 0.5) < 1e-5


def test_amplitude_ramps_are_linear() -> None:
    """A partial at a quarter of the rate is 1 at every fourth sample: the envelope can be read off."""
    grid = Grid(44100, 64)
    amplitude = torch.tensor([0.5, 0.5, 1.0, 0.0], dtype=torch.float64).view(1, 4, 1)
    audio, _ = oscillators.render(
        torch.full_like(amplitude, 11025.0), amplitude, None, torch.zeros(1, dtype=torch.float64), grid
    )
    nodes = np.array([0.0, 0.5, 0.5, 1.0, 0.0])
    samples = np.arange(1, 257)
    envelope = np.interp(samples, np.arange(5) * 64, nodes)
    np.testing.assert_allclose(audio[0, ::4].numpy(), envelope[::4], atol=1e-12)


def test_frequency_does_not_sweep_in_at_the_start() -> None:
    frequency = torch.full((1, 8, 1), 1234.5, dtype=torch.float64)
    amplitude = torch.ones_like(frequency)
    audio, _ = oscillators.render(frequency, amplitude, None, torch.zeros(1, dtype=torch.float64), GRID)
    np.testing.assert_allclose(audio[0, 32:].numpy(), sine(8 * 32 + 1, 1234.5)[33:], atol=1e-10)


def test_gradients_of_phase_frequency_and_amplitude() -> None:
    grid = Grid(44100, 8)
    frequency, amplitude = moving(frames=3, count=2)
    phase, level = torch.rand(2, 2, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    before = torch.tensor([[300.0, 4000.0], [50.0, 9000.0]], dtype=torch.float64)

    def sound(khz: Tensor, amplitude: Tensor, phase: Tensor, before: Tensor, level: Tensor) -> Tensor:
        """In kilohertz, so that a difference of 1e-6 is felt by all inputs alike."""
        state = oscillators.OscillatorState(phase, 1000.0 * before, level)
        return oscillators.render(1000.0 * khz, amplitude, state, torch.zeros(2), grid)[0]

    inputs = (frequency / 1000.0, amplitude, phase, before / 1000.0, level)
    assert torch.autograd.gradcheck(sound, tuple(value.requires_grad_() for value in inputs), atol=1e-6)


def test_gradient_is_the_same_in_any_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    def gradients() -> list[Tensor]:
        inputs = [value.requires_grad_() for value in moving(frames=9, count=5)]
        audio, _ = oscillators.render(*inputs, None, torch.zeros(5, dtype=torch.float64), GRID)
        audio.square().sum().backward()
        return [audio.detach(), *(value.grad for value in inputs if value.grad is not None)]

    whole = gradients()
    monkeypatch.setattr(oscillators, "_CHUNK", 1)
    for actual, expected in zip(gradients(), whole, strict=True):
        torch.testing.assert_close(actual, expected, rtol=1e-12, atol=1e-12)


def test_training_keeps_no_partials_times_samples() -> None:
    """What is kept for the gradient is a few values a frame: far less than one float a partial and sample."""
    kept = []

    def pack(value: Tensor) -> Tensor:
        kept.append(value.numel())
        return value

    frequency, amplitude = (value.float().requires_grad_() for value in moving(frames=20, count=50))
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda value: value):
        oscillators.render(frequency, amplitude, None, torch.zeros(50), Grid(44100, 256))
    assert sum(kept) < 0.1 * frequency.numel() * 256


def test_compiled_and_torch_sums_and_gradients_agree() -> None:
    """What a processor computes and what another device computes, at frequencies up to Nyquist."""
    random = torch.Generator().manual_seed(5)
    starts = torch.rand(70, 9, generator=random, dtype=torch.float64)
    increments = 0.5 * torch.rand(70, 2, 9, generator=random, dtype=torch.float64)
    amplitudes = torch.rand(70, 2, 9, generator=random, dtype=torch.float64)
    gradient = torch.randn(70, 64, generator=random, dtype=torch.float64)
    basis = oscillators._phase_basis(64, increments)
    compiled = sine_kernels.sum_of_sines(starts, increments, amplitudes, basis)
    in_torch = oscillators._torch_sum(starts[None], increments[None], amplitudes[None], 64)
    torch.testing.assert_close(compiled, in_torch, rtol=0.0, atol=1e-7)
    compiled = sine_kernels.gradients(starts, increments, amplitudes, gradient, basis)
    in_torch = oscillators._torch_gradients(starts[None], increments[None], amplitudes[None], gradient, 64)
    for value, expected in zip(compiled, in_torch, strict=True):
        torch.testing.assert_close(value, expected, rtol=0.0, atol=1e-5)


def test_a_frequency_that_is_not_a_number_reaches_sound_and_gradient() -> None:
    """Fast arithmetic may not hide it: the trainer tells a step that failed by it."""
    increments = torch.full((1, 2, 3), 0.1)
    increments[0, 0, 1] = torch.nan
    starts, amplitudes = torch.zeros(1, 3), torch.ones(1, 2, 3)
    basis = oscillators._phase_basis(16, increments)
    assert sine_kernels.sum_of_sines(starts, increments, amplitudes, basis).isnan().all()
    by_phase, _ = sine_kernels.gradients(starts, increments, amplitudes, torch.ones(1, 16), basis)
    assert by_phase[0, :, 1].isnan().all() and by_phase[0, :, [0, 2]].isfinite().all()
