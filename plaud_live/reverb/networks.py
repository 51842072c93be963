"""Feedback delay networks in numbers: how long their lines are, what these absorb, how they are mixed.

Two ways from input to output are added: the late one, a loop of delay lines with an absorption filter each
and a lossless matrix (Jot and Chaigne, AES 1991), reached through a few taps that make its echoes dense; and,
if there is one, the early one, taps of its own. Each ends in a tone filter (Jot's tone correction).
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from plaud_live.errors import SettingsError
from plaud_live.reverb.equaliser import (
    CENTRES_HZ,
    SECTIONS,
    Array,
    Grid,
    design,
    levels_db,
    sections_of,
    spread,
)

MATRICES = ("orthogonal", "householder", "hadamard")
CHANNELS = 2
SHORTEST_T60, LONGEST_T60 = 0.05, 100.0
"""Seconds that an octave may take to decay by 60 dB."""
HEADROOM = 0.9999
"""Largest gain of a line at any frequency: every loop loses something, its certificate rests on that."""

_DENSE_HZ = 8192


@dataclass(frozen=True, eq=False)
class Taps:
    """Sound heard again after `delays` [taps] in samples: `into` [taps, 2], then `out` [channels, taps]."""

    delays: Array
    into: Array
    out: Array


@dataclass(frozen=True, eq=False)
class Scatter:
    """Delays [lines] in samples, and a lossless matrix [lines, lines] after them.

    Each such stage makes many echoes of one: before the loop, and in it at every turn (Schlecht and Habets,
    "Scattering in feedback delay networks", IEEE TASLP 2020).
    """

    delays: Array
    mixing: Array


@dataclass(frozen=True, eq=False)
class Network:
    """A stereo reverb in numbers: lines, their matrix and filters, ways in and out, early reflections.

    `matrix` is one of MATRICES, `mixing` [lines, lines] its values; `absorption` [lines, sections, 6];
    `outputs` [2, lines]; tones [2, sections, 6]. Stages `spread` are before the loop, `scatter` in it.
    """

    name: str
    sample_rate: float
    delays: Array
    matrix: str
    mixing: Array
    absorption: Array
    diffusion: Taps
    outputs: Array
    tone: Array
    spread: tuple[Scatter, ...] = ()
    scatter: tuple[Scatter, ...] = ()
    early: Taps | None = None
    early_tone: Array | None = None

    @property
    def lines(self) -> int:
        """How many delay lines."""
        return len(self.delays)

    @property
    def turns(self) -> Array:
        """Samples [lines] of a turn of the loop: the line, and what a turn's scattering takes on average."""
        return self.delays + sum(float(stage.delays.mean()) for stage in self.scatter)


def prime_delays(lines: int, shortest: float, longest: float) -> Array:
    """`lines` different primes, geometrically spread from `shortest` to `longest` samples: no common factors.

    Raises SettingsError where there is no room for them.
    """
    found: list[int] = []
    for wish in np.geomspace(shortest, longest, lines):
        near = np.arange(max(2, int(0.9 * wish)), int(1.1 * wish) + 2)
        near = near[np.argsort(np.abs(near - wish), kind="stable")]
        free = next((int(n) for n in near if n not in found and _is_prime(int(n))), None)
        if free is None:
            raise SettingsError(f"reverb: no {lines} primes from {shortest:g} to {longest:g} samples")
        found.append(free)
    return np.array(sorted(found), dtype=np.float64)


def absorption(delays: Array, t60: Array, sample_rate: float) -> Array:
    """Filters [lines, sections, 6] with which lines of `delays` samples decay in `t60` s at CENTRES_HZ.

    They gain less than 1 at every frequency, whatever the t60. Raises SettingsError for a t60 out of range.
    """
    seconds = np.asarray(t60, dtype=np.float64)
    if not ((seconds >= SHORTEST_T60) & (seconds <= LONGEST_T60)).all():
        worst = seconds[~((seconds >= SHORTEST_T60) & (seconds <= LONGEST_T60))][0]
        raise SettingsError(f"t60 of {worst:g} s: wants {SHORTEST_T60:g} to {LONGEST_T60:g} s")
    frequencies = Grid(sample_rate).frequencies
    slow = 1.0 / spread(1.0 / seconds, np.array(CENTRES_HZ), frequencies)
    wanted = -60.0 * delays[:, None] / (sample_rate * slow)
    gains = design(wanted, sample_rate, 1.0 / np.abs(wanted))
    dense = np.append(np.geomspace(1.0, 0.5 * sample_rate, _DENSE_HZ), 0.0)
    sections = sections_of(gains, sample_rate)
    excess = levels_db(sections, dense, sample_rate).max(axis=1) - 20.0 * math.log10(HEADROOM)
    sections[:, 0, :3] *= 10.0 ** (-np.maximum(excess, 0.0) / 20.0)[:, None]
    return sections


def t60_of(network: Network, frequencies: Array) -> Array:
    """Seconds [frequencies] in which the lines decay by 60 dB, all lines' mean."""
    level = levels_db(network.absorption, frequencies, network.sample_rate)
    return np.asarray(-60.0 / network.sample_rate / (level / network.turns[:, None]).mean(axis=0))


def flat(channels: int = CHANNELS) -> Array:
    """A tone filter that changes nothing, with the structure of all."""
    return sections_of(np.zeros((channels, 1 + SECTIONS)), 48000.0)


def tone(levels: Array, sample_rate: float) -> Array:
    """A tone filter [channels, sections, 6] of `levels` in dB [channels, centres] at CENTRES_HZ."""
    wanted = spread(levels, np.array(CENTRES_HZ), Grid(sample_rate).frequencies)
    return sections_of(design(wanted, sample_rate), sample_rate)


def make(
    name: str,
    t60: Array,
    lines: int = 8,
    matrix: str = "orthogonal",
    shortest: float = 0.021,
    longest: float = 0.079,
    taps: int = 24,
    spread_seconds: float = 0.03,
    stages: int = 1,
    scatter_seconds: float = 0.024,
    spread_stages: int = 1,
    early: Taps | None = None,
    seed: int = 1,
    sample_rate: float = 48000.0,
) -> Network:
    """A network that decays in `t60` s at CENTRES_HZ, before any fitting, at no level in particular.

    Lines are `shortest` to `longest` s; `taps` within `spread_seconds` feed them; so many `stages` scatter
    within `scatter_seconds`, and `spread_stages` before the loop. The seed fixes gains and matrices.
    Raises SettingsError for what cannot be.
    """
    if matrix not in MATRICES:
        raise SettingsError(f"matrix {matrix!r}: there are {', '.join(MATRICES)}")
    if not 2 <= lines <= 64 or (matrix == "hadamard" and lines & (lines - 1)):
        raise SettingsError(f"{lines} lines: wants 2 to 64, and for hadamard a power of 2")
    rng = np.random.default_rng(seed)
    delays = prime_delays(lines, shortest * sample_rate, longest * sample_rate)
    if taps < 1 or stages < 0 or spread_stages < 0:
        raise SettingsError(f"{taps} taps and {stages} and {spread_stages} stages: want 1 and 0 at least")
    network = Network(
        name=name,
        sample_rate=float(sample_rate),
        delays=delays,
        matrix=matrix,
        mixing=mixing(matrix, lines, rng),
        absorption=np.zeros((lines, SECTIONS, 6)),
        diffusion=diffusion(lines, taps, spread_seconds * sample_rate, rng),
        outputs=signs((CHANNELS, lines), rng) / math.sqrt(lines),
        tone=flat(),
        scatter=tuple(scattering(lines, scatter_seconds * sample_rate, rng) for _ in range(stages)),
        spread=tuple(scattering(lines, spread_seconds * sample_rate, rng) for _ in range(spread_stages)),
        early=early,
        early_tone=flat() if early is not None else None,
    )
    return decaying(network, t60)


def decaying(network: Network, t60: Array) -> Network:
    """`network` with absorption for `t60` s at CENTRES_HZ. Raises SettingsError for one out of range."""
    return replace(network, absorption=absorption(network.turns, t60, network.sample_rate))


def scattering(lines: int, longest: float, rng: np.random.Generator) -> Scatter:
    """A stage whose delays are spread over `longest` samples, one in each part of it."""
    delays = np.floor(longest / lines * (np.arange(lines) + rng.random(lines)))
    return Scatter(rng.permutation(delays), mixing(MATRICES[0], lines, rng))


def mixing(matrix: str, lines: int, rng: np.random.Generator) -> Array:
    """A lossless matrix [lines, lines] of a kind of MATRICES, an orthogonal one at random."""
    if matrix == "householder":
        return np.eye(lines) - 2.0 / lines
    if matrix == "hadamard":
        found = np.ones((1, 1))
        while len(found) < lines:
            found = np.kron(np.array([[1.0, 1.0], [1.0, -1.0]]), found)
        return found / math.sqrt(lines)
    found, triangle = np.linalg.qr(rng.standard_normal((lines, lines)))
    found = found * np.sign(np.diag(triangle))
    return found if np.linalg.det(found) > 0.0 else found[[1, 0, *range(2, lines)]]


def diffusion(lines: int, taps: int, longest: float, rng: np.random.Generator) -> Taps:
    """Taps at random within `longest` samples, one in each part of it (velvet noise), each to all lines."""
    delays = np.floor(longest / taps * (np.arange(taps) + rng.random(taps)))
    delays[0] = 0.0
    into = rng.standard_normal((taps, CHANNELS))
    into /= np.linalg.norm(into, axis=1, keepdims=True)
    return Taps(delays, into, signs((lines, taps), rng) / math.sqrt(taps))


def signs(shape: Any, rng: np.random.Generator) -> Array:
    """1 or -1."""
    return rng.integers(0, 2, shape) * 2.0 - 1.0


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, math.isqrt(number) + 1))
