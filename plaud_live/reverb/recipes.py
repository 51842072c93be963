"""How the reverbs that come with the instrument are made: the same again from the same numbers."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from plaud_live.reverb.networks import CHANNELS, Network, Taps, flat, make, signs, tone
from plaud_live.reverb.nodes import levelled, response_of

_LOOK_SECONDS = 3.0


def default() -> Network:
    """A dense stereo hall, as smooth as a plate: 2.5 s at middle frequencies, darker as it decays."""
    t60 = np.array([2.9, 2.9, 2.8, 2.65, 2.5, 2.2, 1.7, 1.15, 0.7])
    return levelled(make("default", t60, shortest=0.0215, longest=0.078, stages=2, seed=107))


def small_room() -> Network:
    """A furnished room of some 30 m³: 0.4 s, early reflections that are as loud as what follows."""
    t60 = np.array([0.62, 0.58, 0.5, 0.44, 0.4, 0.38, 0.34, 0.29, 0.22])
    network = make(
        "small_room",
        t60,
        shortest=0.0047,
        longest=0.0223,
        spread_seconds=0.006,
        stages=1,
        scatter_seconds=0.006,
        seed=5,
    )
    return with_early(levelled(network), 14, 0.0018, 0.026, 0.5, seed=6)


def hall() -> Network:
    """A concert hall of 16 lines: 3 s, warm, walls that are heard between 12 and 80 ms."""
    t60 = np.array([3.6, 3.5, 3.3, 3.15, 3.0, 2.6, 1.95, 1.2, 0.7])
    network = make(
        "hall",
        t60,
        lines=16,
        shortest=0.031,
        longest=0.113,
        spread_seconds=0.04,
        stages=1,
        scatter_seconds=0.036,
        seed=11,
    )
    return with_early(levelled(network), 18, 0.012, 0.08, 0.25, seed=12)


def impossible() -> Network:
    """No room does this: the higher, the longer it sounds, from half a second to 20 s, as loud."""
    t60 = np.array([0.5, 0.8, 1.3, 2.3, 4.0, 7.0, 11.0, 16.0, 20.0])
    network = make("impossible", t60, shortest=0.029, longest=0.117, stages=2, seed=12)
    even = np.broadcast_to(-10.0 * np.log10(t60 / t60[4]), (CHANNELS, len(t60)))
    return levelled(replace(network, tone=tone(even, network.sample_rate)))


RECIPES: Mapping[str, Callable[[], Network]] = {
    made.__name__: made for made in (default, small_room, hall, impossible)
}


def with_early(network: Network, taps: int, first: float, last: float, share: float, seed: int) -> Network:
    """`network` with early reflections from `first` to `last` s, a `share` of its energy, ever softer."""
    rng = np.random.default_rng(seed)
    edges = np.geomspace(first, last, taps + 1)
    delays = np.round((edges[:-1] + rng.random(taps) * np.diff(edges)) * network.sample_rate)
    into = rng.standard_normal((taps, CHANNELS))
    into /= np.linalg.norm(into, axis=1, keepdims=True)
    out = signs((CHANNELS, taps), rng) * rng.uniform(0.7, 1.3, (CHANNELS, taps)) * np.sqrt(delays[0] / delays)
    out *= math.sqrt(share / (1.0 - share)) / np.linalg.norm(out, axis=1, keepdims=True)
    early = replace(network, early=Taps(delays, into, out), early_tone=flat())
    whole = float(np.square(response_of(early, _LOOK_SECONDS)).sum()) / CHANNELS
    gain = 1.0 / math.sqrt(whole)
    return replace(early, outputs=gain * early.outputs, early=Taps(delays, into, gain * out))
