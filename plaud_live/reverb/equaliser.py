"""Graphic equaliser: a cascade of second-order sections whose level in dB follows a wish at every frequency.

One low shelf, octave peaks and one high shelf, whose gains are found together by Gauss-Newton on the exact
levels, after Schlecht and Habets, "Accurate reverberation time control in feedback delay networks" (DAFx
2017), and Välimäki and Liski, "Accurate cascade graphic equalizer" (IEEE SPL 2017). Sections are
Bristow-Johnson's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CENTRES_HZ = tuple(1000.0 * 2.0**octave for octave in range(-4, 5))
"""Octaves whose level can be chosen, 62.5 Hz to 16 kHz: the first and the last are shelves."""
SECTIONS = len(CENTRES_HZ)
"""Sections of a cascade; a gain for all frequencies is in the first."""

_POINTS_PER_OCTAVE = 4
_PEAK_Q = 1.3
_SHELF_Q = 0.6
_STEPS = 12
_RIDGE = 1e-3
_TRIAL_DB = 1e-3
_MOST_DB = 60.0


@dataclass(frozen=True)
class Grid:
    """Frequencies in Hz at which levels are matched, and z = exp(i w) there, for one sample rate."""

    sample_rate: float

    @property
    def frequencies(self) -> Array:
        """A quarter of an octave apart, from the lowest octave's lower edge to just below half the rate."""
        top = min(20000.0, 0.46 * self.sample_rate)
        octaves = np.log2(top / 44.0)
        return 44.0 * 2.0 ** np.linspace(0.0, octaves, 1 + round(_POINTS_PER_OCTAVE * octaves))


def centres(sample_rate: float) -> Array:
    """Centres in Hz of the sections: those that would be near half the rate lie below each other there."""
    return np.minimum(np.array(CENTRES_HZ), 0.35 * sample_rate)


def sections_of(gains_db: Array, sample_rate: float) -> Array:
    """Sections [..., SECTIONS, 6] for `gains_db` [..., 1 + SECTIONS]: of all frequencies, then of each.

    A section is b0 b1 b2 a0 a1 a2 with a0 = 1; stable and of minimum phase for all gains.
    """
    amplitude = 10.0 ** (gains_db[..., 1:] / 40.0)
    omega = 2.0 * np.pi * centres(sample_rate) / sample_rate
    omega[0] *= np.sqrt(2.0)
    omega[-1] /= np.sqrt(2.0)
    cosine, sine = np.cos(omega), np.sin(omega)
    quality = np.full(SECTIONS, _PEAK_Q)
    quality[[0, -1]] = _SHELF_Q
    alpha = np.broadcast_to(sine / (2.0 * quality), amplitude.shape)
    cosine = np.broadcast_to(cosine, amplitude.shape)
    found = np.empty((*amplitude.shape, 6))
    found[..., 0], found[..., 2] = 1.0 + alpha * amplitude, 1.0 - alpha * amplitude
    found[..., 1] = found[..., 4] = -2.0 * cosine
    found[..., 3], found[..., 5] = 1.0 + alpha / amplitude, 1.0 - alpha / amplitude
    for index, side in ((0, 1.0), (-1, -1.0)):
        found[..., index, :] = _shelf(amplitude[..., index], cosine[..., index], alpha[..., index], side)
    found /= found[..., 3:4].copy()
    found[..., 0, :3] *= 10.0 ** (gains_db[..., :1] / 20.0)
    return found


def levels_db(sections: Array, frequencies: Array, sample_rate: float) -> Array:
    """Level in dB [..., frequencies] of cascades `sections` [..., sections, 6]."""
    back = np.exp(-2j * np.pi * np.asarray(frequencies) / sample_rate)
    powers = np.stack([np.ones_like(back), back, back**2])
    above, below = np.abs(sections[..., :3] @ powers), np.abs(sections[..., 3:] @ powers)
    return 20.0 * np.log10(np.maximum(above / below, 1e-12)).sum(axis=-2)


def design(wanted_db: Array, sample_rate: float, weights: Array | None = None) -> Array:
    """Gains in dB [channels, 1 + SECTIONS] whose levels are `wanted_db` [channels, frequencies of Grid].

    `weights` [channels, frequencies] of the errors, 1 by default.
    """
    frequencies = Grid(sample_rate).frequencies
    weight = np.ones_like(wanted_db) if weights is None else weights
    gains = np.zeros((len(wanted_db), 1 + SECTIONS))
    gains[:, 0] = wanted_db.mean(axis=1)
    moves = _TRIAL_DB * np.eye(1 + SECTIONS)
    for _ in range(_STEPS):
        here = levels_db(sections_of(gains, sample_rate), frequencies, sample_rate)
        there = levels_db(sections_of(gains[:, None] + moves, sample_rate), frequencies, sample_rate)
        slopes = np.swapaxes(there - here[:, None], 1, 2) / _TRIAL_DB * weight[..., None]
        scale = np.square(slopes).mean(axis=(1, 2))[:, None, None]
        normal = np.swapaxes(slopes, 1, 2) @ slopes + _RIDGE * scale * np.eye(1 + SECTIONS)
        error = weight * (wanted_db - here)
        step = np.linalg.solve(normal, np.swapaxes(slopes, 1, 2) @ error[..., None])[..., 0]
        gains = np.clip(gains + step, -_MOST_DB, _MOST_DB)
    return gains


def spread(values: Array, at_hz: Array, frequencies: Array) -> Array:
    """`values` [..., bands] at `at_hz` read at `frequencies`, straight over octaves, flat beyond the ends."""
    x, known = np.log2(frequencies), np.log2(at_hz)
    rows = np.atleast_2d(values)
    found = np.stack([np.interp(x, known, row) for row in rows])
    return found.reshape(*np.shape(values)[:-1], len(frequencies))


def _shelf(amplitude: Array, cosine: Array, alpha: Array, side: float) -> Array:
    """A low (`side` 1) or high (-1) shelf of `amplitude` squared, [..., 6]."""
    plus, minus = amplitude + 1.0, amplitude - 1.0
    root, turn = 2.0 * np.sqrt(amplitude) * alpha, side * cosine
    return np.stack(
        [
            amplitude * (plus - minus * turn + root),
            side * 2.0 * amplitude * (minus - plus * turn),
            amplitude * (plus - minus * turn - root),
            plus + minus * turn + root,
            side * -2.0 * (minus + plus * turn),
            plus + minus * turn - root,
        ],
        axis=-1,
    )
