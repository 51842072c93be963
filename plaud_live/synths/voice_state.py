"""What a voice remembers, what never changes while it plays, and its scratch: arrays for its kernels."""

from typing import NamedTuple

import numpy as np

from plaud_live import filterbank
from plaud_live.model_file import PlaudModel
from plaud_live.synths import noise
from plaud_live.synths.compile import Array

POSITION, PUSHED, SOUNDING, BEGUN = 0, 1, 2, 3  # places in State.clock


class State(NamedTuple):
    """All that a voice remembers. Float64 but for `clock`.

    `clock` int64 [4]: position of the next sample, frames in `history`, whether a frame has begun since it
    was started, whether the one that begins with the next sample has.
    `history` [max_smoothing, d] latents as a ring; `hidden` [h]; `features` [channels, head_size] of the last
    frame that was decoded; `amplitudes`, `strengths`, `gates`, `level_before`, `level` [channels, sines +
    harmonics + noise_bands]; `phase`, `hz_before`, `hz` [channels, sines + harmonics].
    """

    clock: Array
    history: Array
    hidden: Array
    features: Array
    amplitudes: Array
    strengths: Array
    gates: Array
    level_before: Array
    level: Array
    phase: Array
    hz_before: Array
    hz: Array


class Tables(NamedTuple):
    """All that does not change while a voice plays.

    `start_phase` [sines + harmonics] in cycles; `offsets` [channels, 2], where a channel stands in the loops.
    """

    hop: int
    sample_rate: float
    seed: int
    residual: Array
    start_phase: Array
    noise_scale: Array
    loop_0: Array
    loop_1: Array
    offsets: Array


class Scratch(NamedTuple):
    """Room for one frame and one block; nothing in it outlives a call."""

    smoothed: Array
    histogram: Array
    noise: Array
    runs: Array


def make_tables(model: PlaudModel, sample_rate: int, seed: int) -> Tables:
    """The tables of `model` at `sample_rate` Hz; `seed` is of what temperature adds."""
    config = model.config
    starts = [filterbank.start_phases(config.sines), filterbank.start_phases(config.harmonics)]
    if config.noise_bands:
        loops = filterbank.noise_loops(config, sample_rate)
        scale = np.array(loops.scale, np.float32)
        tables = [np.ascontiguousarray(loop.T) for loop in loops.loops]
    else:
        scale = np.zeros(0, np.float32)
        tables = [np.zeros((1, 0), np.int16)] * 2
    for table in tables:
        table.setflags(write=False)
    return Tables(
        filterbank.hop_samples(config, sample_rate),
        float(sample_rate),
        seed,
        np.array(model.latents.residual, np.float64),
        np.concatenate(starts),
        scale,
        tables[0],
        tables[1],
        np.array([filterbank.loop_offsets(c, config.channels) for c in range(config.channels)], np.int64),
    )


def make_state(model: PlaudModel, tables: Tables) -> State:
    """The state of a voice that has not begun."""
    config = model.config
    partials = tables.start_phase.size
    everything = partials + config.noise_bands
    channels = config.channels
    return State(
        np.zeros(4, np.int64),
        np.zeros((config.max_smoothing, config.latent_size)),
        np.zeros(config.decoder_size),
        np.zeros((channels, config.head_size)),
        *(np.zeros((channels, everything)) for _ in range(5)),
        *(np.zeros((channels, partials)) for _ in range(3)),
    )


def make_scratch(model: PlaudModel) -> Scratch:
    """Room for a frame and a block of `model`."""
    config = model.config
    return Scratch(
        np.zeros(config.latent_size),
        np.zeros(256, np.int64),
        np.zeros((2, config.noise_bands), np.float32),
        np.zeros((config.noise_bands // noise.CHUNK + 1, 2), np.int64),
    )
