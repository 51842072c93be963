"""Noise bands: looped band-limited noise, each band with an amplitude of its own.

After NoiseBandNet (Barahona-Ríos and Collins, 2024). A linear ramp of the amplitudes is two matrix products
with the same stretch of the loops, one for either end of the frame, so that bands times samples are never
multiplied out; the gradient needs only the loops.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from plaud_live import filterbank
from plaud_live.model_file import ModelConfig
from plaud_live.models.controls import PlayControls
from plaud_live.models.synth import START_LEVEL_DB, Grid, amplitude, start_of_amplitude, with_previous


@dataclass(frozen=True)
class NoiseControls:
    """`amplitude` of each band [batch, frames, noise_bands]: the RMS that the band sounds with."""

    amplitude: Tensor


@dataclass(frozen=True)
class NoiseState:
    """`position` in samples since the start, shared by the batch, and `amplitude` [batch, noise_bands].

    Channels share the position too, and stand `filterbank.loop_offsets` apart.
    """

    position: int
    amplitude: Tensor


class NoiseBands(nn.Module):
    """Features to noise bands."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.count = config.noise_bands
        self.features = config.noise_bands
        self._tables: dict[tuple[int, int, torch.dtype, torch.device], tuple[Tensor, ...]] = {}

    def start_bias(self) -> Tensor:
        """Amplitudes equal, START_LEVEL_DB in all."""
        gain = math.sqrt(10.0 ** (START_LEVEL_DB / 10.0) / self.count)
        return torch.full((self.count,), start_of_amplitude(gain))

    def get_controls(self, features: Tensor, grid: Grid, play: PlayControls | None = None) -> NoiseControls:
        """Bands for `features` [batch, frames, noise_bands]."""
        return NoiseControls(amplitude(features))

    def get_signal(
        self, controls: NoiseControls, state: NoiseState | None, grid: Grid, channel: int = 0
    ) -> tuple[Tensor, NoiseState]:
        """Audio [batch, frames * hop_size] of a channel; without a state the loops start at sample 0."""
        values = controls.amplitude
        if state is None:
            state = NoiseState(0, torch.zeros_like(values[:, 0]))
        pairs = with_previous(values, state.amplitude)
        tables = self._tables_for(grid, values)
        offsets = filterbank.loop_offsets(channel, self.config.channels)
        positions = tuple(state.position + offset for offset in offsets)
        if torch.is_grad_enabled() and pairs.requires_grad:
            audio = _Bands.apply(pairs, tables, positions, grid.hop_size)
        else:
            audio = _sum_of_bands(pairs, tables, positions, grid.hop_size)
        return audio, NoiseState(state.position + audio.shape[1], values[:, -1])

    def random_state(self, controls: NoiseControls) -> NoiseState:
        """The start of a stream, but anywhere in the loops."""
        position = int(torch.randint(math.prod(filterbank.LOOP_LENGTHS), ()))
        return NoiseState(position, torch.zeros_like(controls.amplitude[:, 0]))

    def _tables_for(self, grid: Grid, like: Tensor) -> tuple[Tensor, ...]:
        """The loops as floats [noise_bands, length + hop_size]: a hop longer, so that no frame wraps."""
        key = (grid.sample_rate, grid.hop_size, like.dtype, like.device)
        if key not in self._tables:
            loops = filterbank.noise_loops(self.config, grid.sample_rate)
            scale = torch.from_numpy(loops.scale).to(like.dtype).unsqueeze(1)
            self._tables = {
                key: tuple(
                    torch.cat([table, table[:, : grid.hop_size]], dim=1).to(like.device)
                    for table in (scale * torch.tensor(loop, dtype=like.dtype) for loop in loops.loops)
                )
            }
        return self._tables[key]


class _Stretches:
    """What a frame sounds with, [bands, hop_size]: both loops summed, in a buffer that is used again."""

    def __init__(self, tables: tuple[Tensor, ...], positions: tuple[int, ...], hop_size: int) -> None:
        self.tables, self.positions, self.hop_size = tables, positions, hop_size
        self._sum = tables[0].new_empty(tables[0].shape[0], hop_size)

    def __call__(self, frame: int) -> Tensor:
        """Valid until the next call."""
        hop = self.hop_size
        starts = [
            (position + frame * hop) % (table.shape[1] - hop)
            for position, table in zip(self.positions, self.tables, strict=True)
        ]
        first, second = (table[:, p : p + hop] for table, p in zip(self.tables, starts, strict=True))
        return torch.add(first, second, out=self._sum)


def _sum_of_bands(
    pairs: Tensor, tables: tuple[Tensor, ...], positions: tuple[int, ...], hop_size: int
) -> Tensor:
    """Audio [batch, frames * hop_size] for `pairs` [batch, frames, 2, bands], amplitudes at frame ends."""
    batch, frames = pairs.shape[:2]
    rows = pairs.permute(1, 2, 0, 3).reshape(frames, 2 * batch, pairs.shape[3])
    ends = pairs.new_empty(frames, 2 * batch, hop_size)
    stretches = _Stretches(tables, positions, hop_size)
    for frame in range(frames):
        torch.mm(rows[frame], stretches(frame), out=ends[frame])
    ramp = Grid(1, hop_size).ramp(pairs)
    audio = torch.lerp(ends[:, :batch], ends[:, batch:], ramp)
    return audio.transpose(0, 1).reshape(batch, frames * hop_size)


class _Bands(torch.autograd.Function):
    """`_sum_of_bands` with its gradient: the same products, transposed."""

    @staticmethod
    def forward(
        ctx: Any, pairs: Tensor, tables: tuple[Tensor, ...], positions: tuple[int, ...], hop_size: int
    ) -> Tensor:
        ctx.tables, ctx.positions, ctx.hop_size = tables, positions, hop_size
        return _sum_of_bands(pairs, tables, positions, hop_size)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        """Correlate the gradient, weighted by either ramp, with the loops."""
        hop = ctx.hop_size
        gradient = gradients[0].unflatten(1, (-1, hop)).transpose(0, 1)
        frames, batch = gradient.shape[:2]
        ramp = Grid(1, hop).ramp(gradient)
        ends = torch.cat([gradient * (1.0 - ramp), gradient * ramp], dim=1)
        rows = gradient.new_empty(frames, 2 * batch, ctx.tables[0].shape[0])
        stretches = _Stretches(ctx.tables, ctx.positions, hop)
        for frame in range(frames):
            torch.mm(ends[frame], stretches(frame).T, out=rows[frame])
        return rows.unflatten(1, (2, batch)).permute(2, 0, 1, 3), None, None, None
