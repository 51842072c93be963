"""A bank of sine oscillators with ramped frequency and amplitude, for `sinusoidal` and `harmonic`.

The phase within a frame has a closed form: with frequencies g0 and g1 (cycles per sample) at its ends, the
phase after n samples is start + g0 (n - v) + g1 v, v = n (n + 1) / (2 H). Frame starts are summed in
float64 and wrapped to one cycle, so that an oscillator is as exact after hours as at the start. Partials
times samples never stand in memory at once: frames are done a chunk at a time, and the gradient computes
its sines again.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from plaud_live.models.synth import Grid, with_previous

_CHUNK = 1 << 17  # oscillator samples at a time: stays in a core's cache
_TURN = 2.0 * math.pi


@dataclass(frozen=True)
class OscillatorState:
    """`phase` in cycles (float64), `frequency` in Hz and `amplitude` of each oscillator, [batch, count]."""

    phase: Tensor
    frequency: Tensor
    amplitude: Tensor


def render(
    frequency_hz: Tensor, amplitude: Tensor, state: OscillatorState | None, start: Tensor, grid: Grid
) -> tuple[Tensor, OscillatorState]:
    """Sum of sines [batch, frames * hop_size] from frame values [batch, frames, count].

    Without a state the phases are `start` (cycles, [count] or [batch, count]), the amplitudes ramp from 0
    and the frequencies do not sweep. The phase within a frame has the precision of `frequency_hz`, the
    sound that of `amplitude`.
    """
    batch, frames, count = frequency_hz.shape
    if state is None:
        phase = start.to(device=frequency_hz.device, dtype=torch.float64).expand(batch, count)
        state = OscillatorState(phase, frequency_hz[:, 0], torch.zeros_like(amplitude[:, 0]))
    increments = with_previous(frequency_hz, state.frequency) / grid.sample_rate
    amplitudes = with_previous(amplitude, state.amplitude)
    half = 0.5 * grid.hop_size
    advance = increments[:, :, 0].double() * (half - 0.5) + increments[:, :, 1].double() * (half + 0.5)
    ends = torch.remainder(state.phase.unsqueeze(1) + torch.cumsum(advance, dim=1), 1.0)
    starts = torch.cat([state.phase.unsqueeze(1), ends[:, :-1]], dim=1)
    flat = (starts.flatten(0, 1), increments.flatten(0, 1), amplitudes.flatten(0, 1))
    if torch.is_grad_enabled() and any(t.requires_grad for t in flat):
        audio = _Bank.apply(*flat, grid.hop_size)
    else:
        audio = _sum_of_sines(*flat, grid.hop_size)
    after = OscillatorState(ends[:, -1], frequency_hz[:, -1], amplitude[:, -1])
    return audio.view(batch, frames * grid.hop_size), after


def random_state(frequency_hz: Tensor, amplitude: Tensor) -> OscillatorState:
    """The start of a stream with random phases, for frame values [batch, frames, count]."""
    first = amplitude[:, 0]
    phase = torch.rand(first.shape, dtype=torch.float64, device=first.device)
    return OscillatorState(phase, frequency_hz[:, 0], torch.zeros_like(first))


def _sum_of_sines(starts: Tensor, increments: Tensor, amplitudes: Tensor, hop_size: int) -> Tensor:
    """Audio [segments, hop_size]; `starts` [segments, count], the others [segments, 2, count]."""
    audio = amplitudes.new_empty(starts.shape[0], hop_size)
    ramp = Grid(1, hop_size).ramp(amplitudes)
    for rows in _chunks(starts, hop_size):
        angle = _angles(starts[rows], increments[rows], hop_size, amplitudes.dtype)
        ends = torch.bmm(amplitudes[rows], angle.sin_())
        audio[rows] = torch.lerp(ends[:, 0], ends[:, 1], ramp)
    return audio


class _Bank(torch.autograd.Function):
    """`_sum_of_sines` with a gradient that keeps only frame values and computes the sines again."""

    @staticmethod
    def forward(ctx: Any, starts: Tensor, increments: Tensor, amplitudes: Tensor, hop_size: int) -> Tensor:
        ctx.save_for_backward(starts, increments, amplitudes)
        ctx.hop_size = hop_size
        return _sum_of_sines(starts, increments, amplitudes, hop_size)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        """Sums over samples of the gradient times sine, cosine, and cosine times the phase basis."""
        starts, increments, amplitudes = ctx.saved_tensors
        hop = ctx.hop_size
        gradient = gradients[0]
        to_starts, to_increments = torch.empty_like(starts), torch.empty_like(increments)
        to_amplitudes = torch.empty_like(amplitudes)
        ramp = Grid(1, hop).ramp(amplitudes)
        ends = torch.stack([1.0 - ramp, ramp])
        basis = _phase_basis(hop, amplitudes)
        weights = (ends[:, None] * basis[None]).flatten(0, 1)
        for rows in _chunks(starts, hop):
            angle = _angles(starts[rows], increments[rows], hop, amplitudes.dtype)
            g = gradient[rows].unsqueeze(1)
            moments = torch.bmm(g * weights, torch.cos(angle).transpose(1, 2)).unflatten(1, (2, 3))
            by_phase = _TURN * (moments * amplitudes[rows].unsqueeze(2)).sum(dim=1)
            to_starts[rows] = by_phase[:, 0].to(starts.dtype)
            to_increments[rows] = by_phase[:, 1:].to(increments.dtype)
            to_amplitudes[rows] = torch.bmm(g * ends, angle.sin_().transpose(1, 2))
        return to_starts, to_increments, to_amplitudes, None


def _phase_basis(hop_size: int, like: Tensor) -> Tensor:
    """What start, first and second frequency weigh in the phase at each sample, [3, hop_size]."""
    n = torch.arange(1, hop_size + 1, dtype=torch.float64)
    v = n * (n + 1) / (2 * hop_size)
    return torch.stack([torch.ones_like(n), n - v, v]).to(dtype=like.dtype, device=like.device)


def _angles(starts: Tensor, increments: Tensor, hop_size: int, dtype: torch.dtype) -> Tensor:
    """Phases in radians, wrapped to -pi to pi, [segments, count, hop_size], in `dtype`."""
    terms = torch.stack([starts.to(increments.dtype), increments[:, 0], increments[:, 1]], dim=-1)
    cycles = (terms.flatten(0, 1) @ _phase_basis(hop_size, increments)).view(*starts.shape, hop_size)
    return cycles.sub_(torch.round(cycles)).to(dtype).mul_(_TURN)


def _chunks(starts: Tensor, hop_size: int) -> list[slice]:
    step = max(1, _CHUNK // (starts.shape[1] * hop_size))
    return [slice(first, first + step) for first in range(0, starts.shape[0], step)]
