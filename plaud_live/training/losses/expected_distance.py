"""How far sounds would be from recordings on the average, by the power spectra that are expected of them.

The multi-resolution STFT loss (Yamamoto, Song and Kim, 2020) compares magnitudes. Where a spectrum of expected
power P is noise, its own power is P u with u exponentially distributed, so that both of its terms have an
expectation in closed form. With T^2 the recording's power and c = ln(T^2 / P),

    E |ln M - ln T|  = (2 E1(exp c) + c + gamma) / 2,     E (M - T)^2 = P - 2 T sqrt(pi P / 4) + T^2;

where it is partials, whose power does not waver, |c| / 2 and (sqrt P - T)^2. Bins are part noise and part
partials, by their shares of the power. So noise has to pay for its chance, and partials are worth finding.
"""

import math
from functools import cache
from typing import Any

import numpy as np
import torch
from numba import njit
from scipy.special import exp1
from torch import Tensor

from plaud_live.models.shares import arrays, share_out

SMALLEST_POWER = 1e-8
_LOW, _HIGH, _STEPS = -16.0, 6.0, 128
_RAYLEIGH = 0.5 * math.sqrt(math.pi)


def expected_distance(noise: Tensor, partials: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Spectral convergence and log distance, means over the batch. All arguments are powers [batch, windows, bins]."""
    return _Distance.apply(noise, partials, target)


@cache
def _table() -> np.ndarray:
    c = _LOW + np.arange(int((_HIGH - _LOW) * _STEPS) + 2) / _STEPS
    value = 0.5 * (2.0 * exp1(np.exp(c)) + c + np.euler_gamma)
    slope = 0.5 - np.exp(-np.exp(c))
    return np.stack([value, slope]).astype(np.float32)


class _Distance(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, noise: Tensor, partials: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        batch, windows, bins = noise.shape
        target = target.clamp(min=SMALLEST_POWER)
        log_target = target.log()
        flat = [t.reshape(batch * windows, bins) for t in (noise, partials, target, log_target)]
        by_noise, by_partials = torch.empty_like(flat[0]), torch.empty_like(flat[0])
        sums = noise.new_empty(batch * windows, 3, dtype=torch.float64)
        share_out(_measure, arrays(*flat), (_table(),), arrays(by_noise, by_partials, sums))
        ctx.flat, ctx.by_log, ctx.shape = flat[:3], (by_noise, by_partials), noise.shape
        each = sums.view(batch, windows, 3).sum(dim=1)
        off, size = each[:, 1].clamp(min=1e-12).sqrt(), each[:, 2].sqrt()
        ctx.scale = 0.5 / (off * size * batch)
        return (off / size).mean().float(), (each[:, 0].sum() / noise.numel()).float()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        by_convergence, by_log = gradients
        noise, partials, target = ctx.flat
        first, second = ctx.by_log
        scale = (ctx.scale * by_convergence).float().repeat_interleave(ctx.shape[1])
        log_scale = np.float32(float(by_log) / noise.numel())
        made = torch.empty_like(first), torch.empty_like(second)
        share_out(
            _combine, arrays(noise, partials, target, first, second, scale), (log_scale,), arrays(*made)
        )
        return made[0].view(ctx.shape), made[1].view(ctx.shape), None


@njit(nogil=True, cache=True)
def _measure(noise, partials, target, log_target, table, by_noise, by_partials, sums):  # type: ignore[no-untyped-def]
    one, half = np.float32(1.0), np.float32(0.5)
    low, high, steps, rayleigh = (
        np.float32(_LOW),
        np.float32(_HIGH - 1e-3),
        np.float32(_STEPS),
        np.float32(_RAYLEIGH),
    )
    value, slope = table[0], table[1]
    for row in range(noise.shape[0]):
        distance, off, size = 0.0, 0.0, 0.0
        for k in range(noise.shape[1]):
            power = noise[row, k] + partials[row, k] + np.float32(SMALLEST_POWER)
            share = noise[row, k] / power
            c = log_target[row, k] - math.log(power)
            place = (min(max(c, low), high) - low) * steps
            i = int(place)
            part = place - np.float32(i)
            chance = value[i] + part * (value[i + 1] - value[i])
            steep = slope[i] + part * (slope[i + 1] - slope[i])
            if c < low:
                chance += half * (low - c)
            elif c > high:
                chance += half * (c - high)
            sure = half * abs(c)
            surely = half if c > 0.0 else -half
            distance += share * chance + (one - share) * sure
            common = -(share * steep + (one - share) * surely) / power
            gap = (chance - sure) / power
            by_noise[row, k] = common + (one - share) * gap
            by_partials[row, k] = common - share * gap
            magnitude = math.sqrt(power * target[row, k])
            off += power - np.float32(2.0) * magnitude * (share * rayleigh + one - share) + target[row, k]
            size += target[row, k]
        sums[row, 0], sums[row, 1], sums[row, 2] = distance, off, size


@njit(nogil=True, cache=True)
def _combine(noise, partials, target, first, second, scale, log_scale, by_noise, by_partials):  # type: ignore[no-untyped-def]
    one, two, rayleigh = np.float32(1.0), np.float32(2.0), np.float32(_RAYLEIGH)
    for row in range(noise.shape[0]):
        for k in range(noise.shape[1]):
            power = noise[row, k] + partials[row, k] + np.float32(SMALLEST_POWER)
            share = noise[row, k] / power
            ratio = math.sqrt(target[row, k] / power)
            weight = one - share * (one - rayleigh)
            # off = power - 2 sqrt(power target) weight + target
            common = one - ratio * weight
            by_share = two * ratio * (one - rayleigh)  # d off / d share, over power
            by_noise[row, k] = log_scale * first[row, k] + scale[row] * (common + by_share * (one - share))
            by_partials[row, k] = log_scale * second[row, k] + scale[row] * (common - by_share * share)
