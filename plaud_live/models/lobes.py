"""Where partials lie in a power spectrum: each spread over its window's main lobe and the one beside it.

A partial of some power at `position` (in bins, anywhere between them) adds power times V(|bin - position|) to
the bins around it, V the power response of a Hann window, 1 at 0: (sinc(x) / (1 - x^2))^2 (Harris, 1978).
The gradient by the position is what lets a frequency be found. On the processor the sums are compiled.
"""

from functools import cache
from typing import Any

import numpy as np
import torch
from numba import njit
from torch import Tensor

from plaud_live.models.shares import arrays, share_out

REACH = 3.0
"""Bins of a window as long as its spectrum that a partial is heard in, to each side."""

_STEPS = 512  # of the table, a bin


def spread(power: Tensor, position: Tensor, bins: int, padding: float) -> Tensor:
    """Power spectra [rows, bins] of partials with `power` and `position` [rows, partials], in bins.

    `padding` is how many times longer than the window the spectrum is. Differentiable in both.
    """
    if power.device.type != "cpu" or power.dtype != torch.float32:
        return _spread(power, position, bins, padding)
    made: Tensor = _Spread.apply(power, position, bins, padding)
    return made


def response(x: np.ndarray) -> np.ndarray:
    """Power response of a Hann window `x` bins off its middle, 1 at 0."""
    nearly = np.abs(np.abs(x) - 1.0) < 1e-6
    inside = np.where(nearly, 0.5, np.sinc(x) / np.where(nearly, 1.0, 1.0 - x**2))
    return np.where(np.abs(x) < REACH, inside, 0.0) ** 2


@cache
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """Response and its slope, `_STEPS` a bin, from 0 to REACH, and as much again of nothing."""
    x = np.arange(int(REACH * _STEPS) + 2) / _STEPS
    step = 1e-4
    slope = (response(x + step) - response(np.abs(x - step))) / (2.0 * step)
    slope[0] = 0.0
    slope[x >= REACH - step] = 0.0
    return response(x).astype(np.float32), slope.astype(np.float32)


def _spread(power: Tensor, position: Tensor, bins: int, padding: float) -> Tensor:
    """As `spread`, by torch alone, on any device."""
    reach = int(REACH * padding) + 1
    nearest = position.detach().round()
    bin_ = nearest.unsqueeze(-1) + torch.arange(-reach, reach + 1, device=power.device)
    x = (bin_ - position.unsqueeze(-1)).abs() / padding
    nearly = (x - 1.0).abs() < 1e-3
    safe = torch.where(nearly, torch.zeros_like(x), x)
    inside = torch.where(nearly, 0.5 - 0.75 * (x - 1.0), torch.sinc(safe) / (1.0 - safe.square()))
    heard = (x < REACH) & (bin_ >= 0) & (bin_ < bins)
    parts = power.unsqueeze(-1) * torch.where(heard, inside, torch.zeros_like(x)).square()
    made = power.new_zeros(power.shape[0], bins)
    return made.scatter_add(1, bin_.long().clamp(0, bins - 1).flatten(1), parts.flatten(1))


class _Spread(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, power: Tensor, position: Tensor, bins: int, padding: float) -> Tensor:
        ctx.save_for_backward(power, position)
        ctx.padding = padding
        made = power.new_zeros(power.shape[0], bins)
        share_out(_add, arrays(power, position), (np.float32(padding), *_tables()), arrays(made))
        return made

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        """By power and by position."""
        power, position = ctx.saved_tensors
        by_power, by_position = torch.empty_like(power), torch.empty_like(position)
        share_out(
            _gradient,
            arrays(power, position, gradients[0]),
            (np.float32(ctx.padding), *_tables()),
            arrays(by_power, by_position),
        )
        return by_power, by_position, None, None


@njit(nogil=True, cache=True)
def _add(power, position, padding, response, slope, made):  # type: ignore[no-untyped-def]
    scale, reach, last = np.float32(_STEPS) / padding, np.float32(REACH) * padding, made.shape[1] - 1
    for row in range(power.shape[0]):
        out = made[row]
        for partial in range(power.shape[1]):
            gain, place = power[row, partial], position[row, partial]
            for k in range(max(0, int(np.ceil(place - reach))), min(last, int(place + reach)) + 1):
                x = abs(np.float32(k) - place) * scale
                i = int(x)
                out[k] += gain * (response[i] + (x - np.float32(i)) * (response[i + 1] - response[i]))


@njit(nogil=True, cache=True)
def _gradient(power, position, gradient, padding, response, slope, by_power, by_position):  # type: ignore[no-untyped-def]
    scale, reach, last = np.float32(_STEPS) / padding, np.float32(REACH) * padding, gradient.shape[1] - 1
    for row in range(power.shape[0]):
        g = gradient[row]
        for partial in range(power.shape[1]):
            place = position[row, partial]
            gain, moved = np.float32(0.0), np.float32(0.0)
            for k in range(max(0, int(np.ceil(place - reach))), min(last, int(place + reach)) + 1):
                off = place - np.float32(k)
                x = abs(off) * scale
                i = int(x)
                part = x - np.float32(i)
                gain += g[k] * (response[i] + part * (response[i + 1] - response[i]))
                steep = g[k] * (slope[i] + part * (slope[i + 1] - slope[i]))
                moved += steep if off > 0.0 else -steep
            by_power[row, partial] = gain
            by_position[row, partial] = power[row, partial] * moved / padding
