"""A bank of sine oscillators with ramped frequency and amplitude, for `sinusoidal` and `harmonic`.

The phase within a frame has a closed form: with frequencies g0 and g1 (cycles per sample) at its ends, the
phase after n samples is start + g0 (n - v) + g1 v, v = n (n + 1) / (2 H). Frame starts are summed in
float64 and wrapped to one cycle, so that an oscillator is as exact after hours as at the start. Partials
times samples never stand in memory at once: the gradient computes its sines again. On the processor float32
sums are compiled (`sine_kernels`); elsewhere torch does some frames at a time.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from plaud_live.models import sine_kernels
from plaud_live.models.layers import exact
from plaud_live.models.synth import Grid, with_previous

_CHUNK = 1 << 22  # oscillator samples at a time, where torch sums them
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
    batch, _, count = frequency_hz.shape
    if state is None:
        phase = exact(start.to(frequency_hz.device)).expand(batch, count)
        state = OscillatorState(phase, frequency_hz[:, 0], torch.zeros_like(amplitude[:, 0]))
    increments = with_previous(frequency_hz, state.frequency) / grid.sample_rate
    amplitudes = with_previous(amplitude, state.amplitude)
    with torch.no_grad():
        starts, phase = _starts(state.phase, increments, grid.hop_size)
    inputs = (state.phase, starts, increments, amplitudes)
    if torch.is_grad_enabled() and any(value.requires_grad for value in inputs):
        audio = _Bank.apply(*inputs, grid.hop_size)
    else:
        audio = _sum_of_sines(starts, increments, amplitudes, grid.hop_size)
    return audio.flatten(1), OscillatorState(phase, frequency_hz[:, -1], amplitude[:, -1])


def random_state(frequency_hz: Tensor, amplitude: Tensor) -> OscillatorState:
    """The start of a stream with random phases, for frame values [batch, frames, count]."""
    first = amplitude[:, 0]
    phase = exact(torch.rand(first.shape, device=first.device))
    return OscillatorState(phase, frequency_hz[:, 0], torch.zeros_like(first))


def _starts(phase: Tensor, increments: Tensor, hop_size: int) -> tuple[Tensor, Tensor]:
    """Phases at the start of each frame [batch, frames, count] and after the last, in cycles, float64."""
    n, v = hop_size, 0.5 * (hop_size + 1)
    before, after = exact(increments).unbind(dim=2)
    advance = before * (n - v) + after * v
    ends = torch.remainder(phase.unsqueeze(1) + torch.cumsum(advance - advance.round(), dim=1), 1.0)
    return torch.cat([phase.unsqueeze(1), ends[:, :-1]], dim=1), ends[:, -1]


class _Angles:
    """Phases of some frames at a time, in radians from -pi to pi, in buffers that are used again.

    `rows` cuts batch times frames, flattened, into pieces of at most `_CHUNK` oscillator samples.
    """

    def __init__(self, starts: Tensor, increments: Tensor, hop_size: int, dtype: torch.dtype) -> None:
        self.count = starts.shape[2]
        segments = starts.shape[0] * starts.shape[1]
        step = max(1, min(segments, _CHUNK // (self.count * hop_size)))
        self.rows = [slice(first, first + step) for first in range(0, segments, step)]
        self._terms = torch.cat([starts.unsqueeze(2).to(increments.dtype), increments], dim=2)
        self._terms = self._terms.flatten(0, 1).transpose(1, 2).contiguous()
        self._basis = _phase_basis(hop_size, increments)
        self._cycles = increments.new_empty(step * self.count, hop_size)
        self._whole = torch.empty_like(self._cycles)
        self._angle = self._cycles.new_empty(self._cycles.shape, dtype=dtype)

    def __call__(self, rows: slice) -> Tensor:
        """Angles [segments, count, hop_size]; valid until the next call."""
        terms = self._terms[rows].flatten(0, 1)
        size = terms.shape[0]
        cycles, whole, angle = self._cycles[:size], self._whole[:size], self._angle[:size]
        torch.mm(terms, self._basis, out=cycles)
        torch.round(cycles, out=whole)
        torch.sub(cycles, whole, out=angle)
        return angle.mul_(_TURN).unflatten(0, (-1, self.count))


def _sum_of_sines(starts: Tensor, increments: Tensor, amplitudes: Tensor, hop_size: int) -> Tensor:
    """Audio [batch, frames, hop_size]; `starts` [batch, frames, count], others [batch, frames, 2, count]."""
    if _is_compiled(amplitudes):
        audio = sine_kernels.sum_of_sines(
            starts.flatten(0, 1),
            increments.flatten(0, 1),
            amplitudes.flatten(0, 1),
            _phase_basis(hop_size, increments),
        )
    else:
        audio = _torch_sum(starts, increments, amplitudes, hop_size)
    return audio.view(*starts.shape[:2], hop_size)


def _is_compiled(amplitudes: Tensor) -> bool:
    return amplitudes.device.type == "cpu" and amplitudes.dtype == torch.float32


def _torch_sum(starts: Tensor, increments: Tensor, amplitudes: Tensor, hop_size: int) -> Tensor:
    """As `_sum_of_sines`, frames flattened, on any device."""
    flat = amplitudes.flatten(0, 1)
    ends = flat.new_empty(flat.shape[0], 2, hop_size)
    angles = _Angles(starts, increments, hop_size, flat.dtype)
    for rows in angles.rows:
        torch.bmm(flat[rows], angles(rows).sin_(), out=ends[rows])
    return torch.lerp(ends[:, 0], ends[:, 1], Grid(1, hop_size).ramp(ends))


class _Bank(torch.autograd.Function):
    """`_sum_of_sines` with a gradient that keeps only frame values and computes the sines again.

    `starts` follow from `phase` and `increments`; their gradient is handed to both.
    """

    @staticmethod
    def forward(
        ctx: Any, phase: Tensor, starts: Tensor, increments: Tensor, amplitudes: Tensor, hop_size: int
    ) -> Tensor:
        ctx.save_for_backward(starts, increments, amplitudes)
        ctx.hop_size = hop_size
        return _sum_of_sines(starts, increments, amplitudes, hop_size)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, Tensor, Tensor, None]:
        """Gradients by frame values, from those by phase and by either increment within each frame."""
        starts, increments, amplitudes = ctx.saved_tensors
        hop = ctx.hop_size
        gradient = gradients[0].flatten(0, 1)
        if _is_compiled(amplitudes):
            basis = _phase_basis(hop, increments)
            by_phase, by_sine = sine_kernels.gradients(
                starts.flatten(0, 1), increments.flatten(0, 1), amplitudes.flatten(0, 1), gradient, basis
            )
        else:
            by_phase, by_sine = _torch_gradients(starts, increments, amplitudes, gradient, hop)
        by_phase = by_phase.unflatten(0, starts.shape[:2])
        by_start = exact(by_phase[:, :, 0])
        by_later = by_start.sum(dim=1, keepdim=True) - torch.cumsum(by_start, dim=1)
        n, v = hop, 0.5 * (hop + 1)
        by_increment = by_phase[:, :, 1:].to(increments.dtype)
        by_increment[:, :, 0] += (by_later * (n - v)).to(increments.dtype)
        by_increment[:, :, 1] += (by_later * v).to(increments.dtype)
        return by_start.sum(dim=1), None, by_increment, by_sine.unflatten(0, starts.shape[:2]), None


def _torch_gradients(
    starts: Tensor, increments: Tensor, amplitudes: Tensor, gradient: Tensor, hop_size: int
) -> tuple[Tensor, Tensor]:
    """By start and increments [segments, 3, count], and by amplitudes [segments, 2, count], on any device.

    Sums over samples of the gradient times sine, cosine, and cosine times the phase basis.
    """
    flat, gradient = amplitudes.flatten(0, 1), gradient.unsqueeze(1)
    ramp = Grid(1, hop_size).ramp(flat)
    ends = torch.stack([1.0 - ramp, ramp])
    weights = (ends.unsqueeze(1) * _phase_basis(hop_size, flat)).flatten(0, 1)
    by_sine, moments = torch.empty_like(flat), flat.new_empty(flat.shape[0], 6, flat.shape[2])
    angles = _Angles(starts, increments, hop_size, flat.dtype)
    cosine = flat.new_empty(angles.rows[0].stop, flat.shape[2], hop_size)
    for rows in angles.rows:
        g, angle = gradient[rows], angles(rows)
        torch.cos(angle, out=cosine[: g.shape[0]])
        torch.bmm(g * weights, cosine[: g.shape[0]].transpose(1, 2), out=moments[rows])
        torch.bmm(g * ends, angle.sin_().transpose(1, 2), out=by_sine[rows])
    return _TURN * (moments.unflatten(1, (2, 3)) * flat.unsqueeze(2)).sum(dim=1), by_sine


def _phase_basis(hop_size: int, like: Tensor) -> Tensor:
    """What start, first and second frequency weigh in the phase at each sample, [3, hop_size]."""
    n = torch.arange(1, hop_size + 1, dtype=torch.float64)
    v = n * (n + 1) / (2 * hop_size)
    return torch.stack([torch.ones_like(n), n - v, v]).to(dtype=like.dtype, device=like.device)
