"""How far sounds would be from recordings on the average, by the power spectra that are expected of them.

The multi-resolution STFT loss (Yamamoto, Song and Kim, 2020) compares magnitudes, M made and T wanted. Where
a spectrum of expected power P is noise, its own power is P times an exponentially distributed number, so that
both terms of the loss have an expectation in closed form: with c = ln(T^2 / P)

    E |ln M - ln T| = (2 E1(exp c) + c + gamma) / 2,     E (M - T)^2 = P - 2 T sqrt(pi P / 4) + T^2

Where it is partials, whose power does not waver, these are |c| / 2 and (sqrt P - T)^2. A bin is part noise
and part partials by their shares of its power. So noise has to pay for its chance, and partials are worth
finding. Gradients are exact; they are computed with the sums, compiled.
"""

import math
from functools import cache
from typing import Any

import numpy as np
import torch
from numba import njit
from torch import Tensor

from plaud_live.models.shares import arrays, share_out
from plaud_live.training.losses.stft import SMALLEST_POWER

_LOW, _HIGH, _STEPS = -16.0, 6.0, 256  # of c, and steps of its table by one
_CHANCE = 1.0 - 0.5 * math.sqrt(math.pi)  # of its root mean square, what noise's mean magnitude lacks


def expected_distance(
    noise: Tensor, partials: Tensor, target: Tensor, weight: Tensor
) -> tuple[Tensor, Tensor]:
    """Spectral convergence, its mean over the batch, and log distance in nepers.

    `noise`, `partials` (expected) and `target` are powers [batch, windows, bins] in float32; `weight` [bins]
    weighs amplitudes. Differentiable in the first two.
    """
    convergence, log_distance = _Distance.apply(noise, partials, target, weight)
    return convergence, log_distance


@cache
def _table() -> np.ndarray:
    """Expected log distance of noise and its slope [2, steps] by c, integrated from where it is straight."""
    c = np.linspace(_LOW, _HIGH, int((_HIGH - _LOW) * _STEPS) + 1)
    slope = 0.5 - np.exp(-np.exp(c))
    steps = 0.5 * (slope[1:] + slope[:-1]) / _STEPS
    value = 0.5 * (-_LOW - np.euler_gamma) + np.concatenate([[0.0], np.cumsum(steps)])
    table: np.ndarray = np.stack([value, slope]).astype(np.float32)
    return table


class _Distance(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, noise: Tensor, partials: Tensor, target: Tensor, weight: Tensor
    ) -> tuple[Tensor, Tensor]:
        batch, windows, bins = noise.shape
        target = target.clamp(min=SMALLEST_POWER)
        ratio = (target / (noise + partials + SMALLEST_POWER)).log()
        given = [t.cpu().reshape(-1, bins) for t in (noise, partials, target, ratio)]
        by_log = torch.empty_like(given[0]), torch.empty_like(given[0])
        sums = torch.empty(batch * windows, 3, dtype=torch.float64)
        weights = arrays(weight.cpu())
        share_out(_measure, arrays(*given), (*weights, _table()), arrays(*by_log, sums))
        distance, off, size = sums.view(batch, windows, 3).sum(dim=1).unbind(dim=1)
        off, size = off.clamp(min=1e-12).sqrt(), size.sqrt()
        ctx.given, ctx.by_log, ctx.weights, ctx.shape = given[:3], by_log, weights, noise.shape
        ctx.scale = (0.5 / (off * size * batch)).float().repeat_interleave(windows)
        return (off / size).mean().to(noise), (distance.sum() / noise.numel()).to(noise)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        """By noise and by partials."""
        by_convergence, by_distance = gradients
        made = torch.empty_like(ctx.given[0]), torch.empty_like(ctx.given[0])
        scale = ctx.scale * by_convergence.cpu()
        log_scale = np.float32(float(by_distance) / made[0].numel())
        rows = arrays(*ctx.given, *ctx.by_log, scale)
        share_out(_combine, rows, (*ctx.weights, log_scale), arrays(*made))
        first, second = (each.to(by_distance).view(ctx.shape) for each in made)
        return first, second, None, None


# fmt: off
@njit(nogil=True, cache=True)
def _measure(noise, partials, target, ratio, weight, table, by_noise, by_partials, sums):  # type: ignore[no-untyped-def]
    """For each row its log distance and the squares of both norms; the log distance's gradients."""
    one, half, chance_lost = np.float32(1.0), np.float32(0.5), np.float32(_CHANCE)
    low, high, steps = np.float32(_LOW), np.float32(_HIGH - 1e-3), np.float32(_STEPS)
    value, slope = table[0], table[1]
    for row in range(noise.shape[0]):
        distance, off, size = 0.0, 0.0, 0.0
        for k in range(noise.shape[1]):
            power = noise[row, k] + partials[row, k] + np.float32(SMALLEST_POWER)
            share, wanted, w = noise[row, k] / power, target[row, k], weight[k]
            c = ratio[row, k]
            within = min(max(c, low), high)
            place = (within - low) * steps
            i = int(place)
            part = place - np.float32(i)
            chance = value[i] + part * (value[i + 1] - value[i]) + half * abs(c - within)
            steep = slope[i] + part * (slope[i + 1] - slope[i])
            sure = half * abs(c)
            surely = half if c > 0.0 else -half
            distance += w * (share * chance + (one - share) * sure)
            common = -(share * steep + (one - share) * surely)
            by_noise[row, k] = w / power * (common + (one - share) * (chance - sure))
            by_partials[row, k] = w / power * (common - share * (chance - sure))
            common = math.sqrt(power * wanted) * (one - share * chance_lost)
            off += w * w * (power + wanted - (one + one) * common)
            size += w * w * wanted
        sums[row, 0], sums[row, 1], sums[row, 2] = distance, off, size


@njit(nogil=True, cache=True)
def _combine(noise, partials, target, first, second, scale, weight, log_scale, by_noise, by_partials):  # type: ignore[no-untyped-def]
    """Gradients of both terms: the log distance's, `first` and `second`, and those of `off` above."""
    one, chance_lost = np.float32(1.0), np.float32(_CHANCE)
    for row in range(noise.shape[0]):
        for k in range(noise.shape[1]):
            power = noise[row, k] + partials[row, k] + np.float32(SMALLEST_POWER)
            share = noise[row, k] / power
            ratio = math.sqrt(target[row, k] / power)
            common = one - ratio * (one - share * chance_lost)
            by_share = (one + one) * ratio * chance_lost
            w = scale[row] * weight[k] * weight[k]
            by_noise[row, k] = log_scale * first[row, k] + w * (common + by_share * (one - share))
            by_partials[row, k] = log_scale * second[row, k] + w * (common - by_share * share)
# fmt: on
