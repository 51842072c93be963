"""Adding a voice to the stereo sum, and the reverb: gain and pan at every sample, without clicks.

Pan is that of a mono voice, whose sound is that of both sides, and the balance of a stereo one: the gains of
the sides are the same, so that a mono sound is as loud from either.
"""

import math

import numpy as np
import numpy.typing as npt
from numba import njit

GLIDE_SECONDS = 0.004
"""How long a gain takes at least to move by 1: what steps becomes a ramp, slower moves stay exact."""

BEND_SECONDS = 0.001
"""How long it takes at least to move as fast as that, or to stand again: the ramp has no corners."""

GAIN, MOVE, WANTED = range(3)
"""What is known of a side: its gain, by how much that moved, what was asked."""

_BRAKE = 8.0 / 9.0
"""Of what a move may change by, so that whole samples suffice to end it where it wants to."""

Samples = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]


def limits(sample_rate: float) -> tuple[float, float]:
    """By how much a gain moves in a sample at most, and by how much that changes."""
    glide = 1.0 / (GLIDE_SECONDS * sample_rate)
    return glide, glide / (BEND_SECONDS * sample_rate)


def sides_of(sound: Samples) -> tuple[Samples, Samples]:
    """What a voice sounds like on the left and on the right, [n] each: `sound` is [n] or [channels, n].

    More channels than two alternate between the sides.
    """
    if sound.ndim == 1:
        return sound, sound
    if len(sound) == 2:
        return sound[0], sound[1]
    return sound[0::2].mean(axis=0), sound[1::2].mean(axis=0)


@njit(cache=True, error_model="numpy")
def _follow(side: Array, wanted: float, glide: float, bend: float) -> float:
    """The gain of a side, `side` [GAIN, MOVE, WANTED], one sample on, as near to `wanted` as it comes.

    It moves by `glide` a sample at most, and that changes by `bend` at most, so that nothing has a corner;
    it slows down in time to arrive without going beyond. What moves less is followed to the sample.
    """
    gain, move = side[GAIN], side[MOVE]
    whole, toward = wanted - gain, wanted - side[WANTED]
    if abs(toward) > glide:  # a step: from here on it stands
        toward = 0.0
    rest = whole - toward
    if abs(whole) <= glide and abs(whole - move) <= bend and abs(rest) <= bend:
        gain, move = wanted, whole
    else:
        size, brake = abs(rest), _BRAKE * bend
        speed = min(size, math.sqrt(2.0 * brake * size + 0.25 * brake * brake) - 0.5 * brake)
        step = toward + math.copysign(speed, rest)
        move = min(max(step, move - bend, -glide), move + bend, glide)
        gain += move
    side[GAIN], side[MOVE], side[WANTED] = gain, move, wanted
    return gain


@njit(cache=True, error_model="numpy")
def add_voice(
    first: Samples,
    second: Samples,
    gain: Array,
    left: Array,
    right: Array,
    sides: Array,
    glide: float,
    bend: float,
    fade: float,
    step: float,
    out: Samples,
    alone: Samples,
) -> tuple[float, float, float]:
    """Add a voice to `out` [n, 2]: the fade at the end, and peak and mean square of what was added.

    `first` and `second` [n] are its sounds on the left and on the right, which may be the same.

    `gain`, `left` and `right` are linear, [n] or [1]. `sides` [2, 3] are both sides as they were and will
    be: they go to what is asked by at most `glide` a sample, which changes by `bend`. `fade` is a gain that
    moves by `step` a sample and stops at 0 and 1. What is added is added to `alone`, too, [n, 2], or [0, 2]
    for nowhere.
    """
    g, s = len(gain) - 1, len(left) - 1
    peak = 0.0
    total = 0.0
    kept = len(alone) > 0
    for n in range(len(first)):
        fade = min(1.0, max(0.0, fade + step))
        level = gain[min(n, g)]
        a = _follow(sides[0], level * left[min(n, s)], glide, bend)
        b = _follow(sides[1], level * right[min(n, s)], glide, bend)
        x = first[n] * (a * fade)
        y = second[n] * (b * fade)
        out[n, 0] += x
        out[n, 1] += y
        if kept:
            alone[n, 0] += x
            alone[n, 1] += y
        peak = max(peak, abs(x), abs(y))
        total += x * x + y * y
    return fade, peak, total / (2 * len(first))


@njit(cache=True, error_model="numpy")
def mix_reverb(
    x: Samples,
    wet: Samples,
    dry: Array,
    level: Array,
    sides: Array,
    glide: float,
    bend: float,
    track: Samples,
) -> float:
    """Make of `x` [n, 2] what is heard: itself times `dry`, and `wet` times `level`, [n] or [1].

    `sides` [2, 3] are these two as they were and will be, as in `add_voice`. What is changed by it is added
    to `track` [n, 2], or [0, 2] for nowhere. Returns the largest sample of the reverb.
    """
    peak = 0.0
    for n in range(len(x)):
        here = _follow(sides[0], dry[min(n, len(dry) - 1)], glide, bend)
        there = _follow(sides[1], level[min(n, len(level) - 1)], glide, bend)
        for c in range(2):
            before = x[n, c]
            heard = wet[n, c] * there
            peak = max(peak, abs(heard))
            x[n, c] = np.float32(before * here + heard)
            if len(track):
                track[n, c] += x[n, c] - before
    return peak
