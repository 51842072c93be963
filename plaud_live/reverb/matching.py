"""Matches a network to a recorded room by measuring: what it is off by is put right, and measured again.

Decay by absorption, levels of early and late sound by octave by tone filters (Jot), the course of the early
sound by the levels of its taps. A turn takes a fraction of a second; after some there is little to put right.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from compiler.decay import impulse_response
from plaud_live.reverb.equaliser import CENTRES_HZ, Array
from plaud_live.reverb.measuring import EARLY_SECONDS, Room, measure
from plaud_live.reverb.networks import (
    CHANNELS,
    LONGEST_T60,
    SHORTEST_T60,
    Network,
    Taps,
    decaying,
    make,
    tone,
)
from plaud_live.reverb.nodes import model_of
from plaud_live.reverb.recording import RATE, Recording

LINES = 16
REFLECTIONS = 64
DIRECT_SECONDS = 0.001

_OCTAVES = len(CENTRES_HZ)
_MOST_DB = 30.0
_PATIENCE = 0.75
_TURNS = 16
_STILL = 0.01
_FEW = 3
_FALL_AN_OCTAVE = 0.85
_LEAST_SHARE = 0.03
"""Of the early energy wanted, what the early way gives at least, where the late way gives all of it."""


@dataclass(frozen=True, eq=False)
class Wish:
    """What a network should do: T60 in s and energies by octave [channels, octaves], early energy by segment.

    `measured` [octaves] says of which octaves T60 was read; `edges` are those of the segments, in samples.
    """

    t60: Array
    measured: NDArray[np.bool_]
    early: Array
    late: Array
    edges: Array
    segments: Array
    room: Room
    channels: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Guess:
    """A network, and what it was made of: T60 asked of its lines, levels in dB of its tones [2, octaves]."""

    network: Network
    t60: Array
    early_db: Array
    late_db: Array
    levels: Array
    """Levels [channels, segments] of the early taps."""


@dataclass(frozen=True, eq=False)
class Judged:
    """How far a network is from a wish: shares by which T60 is off, dB by which clarity and level are."""

    t60: Array
    c50: float
    c80: float
    clarity: Array
    level: Array
    loss: float


def wish_of(recording: Recording) -> Wish:
    """What is wanted for a recording."""
    channels = len(recording.responses)
    rooms = [measure(channel, RATE, _top(recording)) for channel in recording.responses]
    known = np.array([band.centre_hz for band in recording.room.bands])
    t60 = recording.room.of("t60")
    measured = np.isin(np.array(CENTRES_HZ), known[np.isfinite(t60)])
    early, late = (np.stack([_all_octaves(room.of(name)) for room in rooms]) for name in ("early", "late"))
    edges = segments()
    energy = np.square(recording.responses[:, : int(edges[-1])])
    energy = np.pad(energy, ((0, 0), (0, int(edges[-1]) - energy.shape[1])))
    parts = np.add.reduceat(energy, np.append(0, edges[:-1]).astype(int), axis=1)
    filled = _filled(t60, known)
    seconds = float(np.clip(0.8 * np.nanmax(filled) + 0.1, 0.4, 12.0))
    return Wish(
        filled,
        measured,
        np.broadcast_to(early, (CHANNELS, _OCTAVES)).copy(),
        np.broadcast_to(late, (CHANNELS, _OCTAVES)).copy(),
        edges,
        np.broadcast_to(parts, (CHANNELS, len(edges))).copy(),
        recording.room,
        channels,
        seconds,
    )


def segments() -> Array:
    """Ends of the direct sound and of REFLECTIONS parts of the early sound, ever longer, in samples."""
    start, end = DIRECT_SECONDS, EARLY_SECONDS
    bend = 0.012
    parts = np.geomspace(start + bend, end + bend, REFLECTIONS + 1) - bend
    return np.round(parts * RATE)


def first_guess(recording: Recording, wish: Wish, name: str, seed: int = 1) -> Guess:
    """A network for a room: sized by its T60, its late sound after a while, its taps at the room's peaks."""
    middle = float(np.exp(np.log(wish.t60[3:7]).mean()))
    size = float(np.clip(math.sqrt(middle / 1.5), 0.22, 1.3))
    network = make(
        name,
        wish.t60,
        lines=LINES,
        shortest=0.012 * size,
        longest=0.055 * size,
        taps=24,
        spread_seconds=0.02 * size,
        stages=1,
        scatter_seconds=0.016 * size,
        seed=seed,
        sample_rate=RATE,
    )
    wait = _wait(wish, middle, float(network.delays.min()) / RATE)
    diffusion = replace(network.diffusion, delays=network.diffusion.delays + round(wait * RATE))
    early = _reflections(recording, wish, seed)
    network = replace(network, diffusion=diffusion, early=early, early_tone=network.tone)
    levels = np.sqrt(wish.segments)
    zeros = np.zeros((CHANNELS, _OCTAVES))
    return built(Guess(network, wish.t60.copy(), zeros, zeros, levels))


def built(guess: Guess) -> Guess:
    """`guess` with the network that it says."""
    early = guess.network.early
    if early is None:
        raise ValueError("a guess has early taps")
    signed = np.where(early.out < 0.0, -1.0, 1.0) * (early.out != 0.0)
    of_tap = np.concatenate([guess.levels[:, :1], guess.levels[:, :1], guess.levels[:, 1:]], axis=1)
    network = decaying(guess.network, guess.t60)
    network = replace(
        network,
        tone=tone(guess.late_db, RATE),
        early=replace(early, out=signed * np.maximum(of_tap, 1e-6)),
        early_tone=tone(guess.early_db, RATE),
    )
    return replace(guess, network=network)


def responses(network: Network, seconds: float) -> tuple[Array, Array]:
    """Impulse responses [2, 2, samples] of the early way and of the late one."""
    if network.early is None:
        raise ValueError("a matched network has early taps")
    count = math.ceil(seconds * network.sample_rate)
    short = math.ceil(min(seconds, 0.4) * network.sample_rate)
    silent = replace(network.early, out=np.zeros_like(network.early.out))
    late = impulse_response(model_of(replace(network, early=silent)), count)
    alone = replace(network, outputs=np.zeros_like(network.outputs))
    early = np.zeros_like(late)
    early[..., :short] = impulse_response(model_of(alone), short)
    return early, late


def match(recording: Recording, wish: Wish, name: str, turns: int = _TURNS) -> Iterator[tuple[Guess, Judged]]:
    """Guesses, each measured, until `turns` are over or the best has not become better for a while.

    The first has been put right once: before that the levels of early and late sound are anyhow.
    """
    guess, _ = improved(first_guess(recording, wish, name), wish)
    best, since = math.inf, 0
    for _ in range(turns):
        nearer, found = improved(guess, wish)
        yield guess, found
        since = 0 if found.loss < (1.0 - _STILL) * best else since + 1
        best = min(best, found.loss)
        if since >= _FEW:
            return
        guess = nearer


def improved(guess: Guess, wish: Wish) -> tuple[Guess, Judged]:
    """One turn: `guess` measured, and the guess that is nearer, if measuring it says the same."""
    early, late = responses(guess.network, wish.seconds)
    rooms = [[measure(part[channel], RATE) for part in (early, late)] for channel in range(CHANNELS)]
    together = measure(early + late, RATE)
    found_late = np.stack([pair[1].of("late") for pair in rooms])
    given = np.stack([pair[1].of("early") for pair in rooms])
    found_early = np.stack([pair[0].of("early") for pair in rooms])
    rest = np.stack([pair[0].of("late") for pair in rooms])
    late_db = guess.late_db + _PATIENCE * _decibels(
        np.maximum(wish.late - rest, 0.05 * wish.late), found_late
    )
    moved = given * 10.0 ** ((late_db - guess.late_db) / 10.0)
    wanted = np.maximum(wish.early - moved, _LEAST_SHARE * wish.early)
    early_db = guess.early_db + _PATIENCE * _decibels(wanted, found_early)
    t60 = guess.t60 * (wish.t60 / together.of("t60")) ** _PATIENCE
    of_late = np.add.reduceat(
        np.square(late).sum(axis=1)[:, : int(wish.edges[-1])],
        np.append(0, wish.edges[:-1]).astype(int),
        axis=1,
    )
    of_late *= (moved.sum(axis=1) / given.sum(axis=1))[:, None]
    levels = np.sqrt(np.maximum(wish.segments - of_late, _LEAST_SHARE * wish.segments))
    early_db -= _decibels(np.square(levels).sum(axis=1), np.square(guess.levels).sum(axis=1))[:, None]
    next_guess = Guess(
        guess.network,
        np.clip(np.where(np.isfinite(t60), t60, guess.t60), SHORTEST_T60, LONGEST_T60),
        np.clip(early_db, -_MOST_DB, _MOST_DB),
        np.clip(late_db, -_MOST_DB, _MOST_DB),
        levels,
    )
    return built(next_guess), judged(early + late, wish, together)


def judged(found: Array, wish: Wish, room: Room | None = None) -> Judged:
    """How far `found` [2, 2, samples] is from `wish`."""
    here = measure(found, RATE) if room is None else room
    wanted = wish.room
    count = len(wanted.bands)
    read = wish.measured[:count]
    t60 = (here.of("t60")[:count] / wish.t60[:count] - 1.0)[read]
    c50, c80 = here.whole.c50 - wanted.whole.c50, here.whole.c80 - wanted.whole.c80
    clarity = (here.of("c80")[:count] - wanted.of("c80"))[read]
    level = _decibels(here.of("energy")[:count] / CHANNELS, wanted.of("energy") / wish.channels)
    t60 = np.where(np.isfinite(t60), t60, 1.0)
    loss = math.sqrt(
        float(np.square(t60 / 0.1).mean())
        + (c50**2 + c80**2) / 8.0
        + float(np.square(clarity / 4.0).mean())
        + float(np.square(level / 4.0).mean())
    )
    return Judged(t60, c50, c80, clarity, level, loss)


def _reflections(recording: Recording, wish: Wish, seed: int) -> Taps:
    """The direct sound of each input, and a tap where each segment of the room's early sound is strongest."""
    rng = np.random.default_rng(seed)
    strength = np.abs(recording.responses).max(axis=0)
    strength = np.pad(strength, (0, max(0, int(wish.edges[-1]) - len(strength))))
    pairs = zip(wish.edges[:-1].astype(int), wish.edges[1:].astype(int), strict=True)
    places = [first + int(np.argmax(strength[first:last])) for first, last in pairs]
    delays = np.array([0.0, 0.0, *places])
    into = rng.standard_normal((REFLECTIONS, CHANNELS))
    into /= np.linalg.norm(into, axis=1, keepdims=True)
    sides = np.sign(recording.responses[:, places]) + 0.0
    out = rng.choice([-1.0, 1.0], (CHANNELS, REFLECTIONS))
    out[: len(sides)] = np.where(sides == 0.0, 1.0, sides)
    return Taps(delays, np.concatenate([np.eye(CHANNELS), into]), np.concatenate([np.eye(CHANNELS), out], 1))


def _wait(wish: Wish, middle: float, shortest: float) -> float:
    """Seconds for which the late sound is held back, so that it leaves the early energy to the early way."""
    late = float(wish.late[:, 2:8].sum())
    early = max(float(wish.early[:, 2:8].sum()) - float(wish.segments[:, 0].sum()), 1e-9)
    rate = 6.0 * math.log(10.0) / middle
    fits = math.log1p(0.7 * early / max(late, 1e-9)) / rate
    return float(np.clip(EARLY_SECONDS - fits - shortest, 0.0, 0.05))


def _top(recording: Recording) -> float:
    return recording.room.bands[-1].centre_hz * math.sqrt(2.0)


def _all_octaves(values: Array) -> Array:
    """Energies [octaves] of what is known of the lower ones: beyond these they fall by 3 dB an octave."""
    missing = _OCTAVES - len(values)
    beyond = values[-1] * 0.5 ** np.arange(1, missing + 1) if missing else values[:0]
    return np.maximum(np.append(values, beyond), 1e-12)


def _filled(t60: Array, known: Array) -> Array:
    """T60 [octaves] where some were not read: between neighbours, ever shorter above the highest."""
    x = np.log2(np.array(CENTRES_HZ))
    good = np.isfinite(t60)
    at = np.log2(known[good])
    found = np.exp(np.interp(x, at, np.log(t60[good])))
    above = np.maximum(x - at[-1], 0.0)
    return np.clip(found * _FALL_AN_OCTAVE**above, SHORTEST_T60, LONGEST_T60)


def _decibels(wanted: Array, found: Array) -> Array:
    return np.asarray(10.0 * np.log10(np.maximum(wanted, 1e-15) / np.maximum(found, 1e-15)))
