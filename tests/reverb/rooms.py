"""Rooms that nobody built: a shoebox by image sources with a diffuse tail, two rooms with a door between.

After Allen and Berkley, "Image method for efficiently simulating small-room acoustics" (JASA 1979). Walls
absorb by octave, air too; what comes after the first reflections is noise that decays as Eyring says. They
share nothing with what matches them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RATE = 48000
SPEED = 343.0
OCTAVES_HZ = np.array([125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0])
AIR = np.array([0.1, 0.3, 0.6, 1.0, 1.9, 5.8, 20.3]) * 1e-3
"""What air takes of the energy, in 1/m, at 20 degrees and half humidity."""
LOWEST_HZ = 40.0


@dataclass(frozen=True)
class Shoebox:
    """A room of `size` m whose walls absorb a share by octave; a source, ears, and seconds that are heard."""

    size: tuple[float, float, float]
    absorption: tuple[float, ...]
    source: tuple[float, float, float]
    ears: tuple[tuple[float, float, float], ...]
    seconds: float
    seed: int = 0
    early: float = 0.07

    @property
    def t60(self) -> Array:
        """Eyring's, with air, by octave."""
        x, y, z = self.size
        surface, volume = 2.0 * (x * y + x * z + y * z), x * y * z
        walls = -surface * np.log(1.0 - np.array(self.absorption))
        return 24.0 * np.log(10.0) / SPEED * volume / (walls + 4.0 * volume * AIR)


def heard_in(room: Shoebox) -> Array:
    """Impulse responses [ears, samples] at RATE."""
    rng = np.random.default_rng(room.seed)
    return np.stack([_response(room, np.array(ear), rng) for ear in room.ears])


def coupled(near: Array, far: Array, share: float, seconds: float, seed: int = 0) -> Array:
    """Two ears [2, samples] in a dry room (T60 `near` by octave) whose door leads to a live one (`far`).

    The live one's sound builds up first, and has a `share` of the energy. A direct sound is there too.
    """
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * RATE)) / RATE
    ears = []
    for _ in range(2):
        dry = decaying_noise(near, times, rng)
        live = decaying_noise(far, times, rng) * np.sqrt(np.clip((times - 0.03) / 0.06, 0.0, 1.0))
        late = dry / np.linalg.norm(dry) * np.sqrt(1.0 - share) + live / np.linalg.norm(live) * np.sqrt(share)
        late[: round(0.004 * RATE)] = 0.0
        late[0] = 0.5
        ears.append(late)
    return np.stack(ears)


def decaying_noise(t60: Array, times: Array, rng: np.random.Generator) -> Array:
    """Noise that decays by 60 dB in `t60` s by octave, as strong in all of them at first."""
    count = len(times)
    parts = _octaves(rng.standard_normal(count))
    return (parts * 10.0 ** (-3.0 * times / t60[:, None])).sum(axis=0)


def _response(room: Shoebox, ear: Array, rng: np.random.Generator) -> Array:
    count = round(room.seconds * RATE)
    times = np.arange(count) / RATE
    found = np.zeros((len(OCTAVES_HZ), count))
    reach = int(np.ceil(1.5 * room.early * SPEED / (2.0 * min(room.size)))) + 1
    walk = np.arange(-reach, reach + 1)
    cells = np.stack(np.meshgrid(walk, walk, walk, indexing="ij"), axis=-1).reshape(-1, 3)
    gains = np.sqrt(1.0 - np.array(room.absorption))
    for mirror in np.ndindex(2, 2, 2):
        places = (1 - 2 * np.array(mirror)) * np.array(room.source) + 2 * cells * np.array(room.size)
        far = np.linalg.norm(places - ear, axis=1)
        hits = (np.abs(cells - mirror) + np.abs(cells)).sum(axis=1)
        kept = far < 1.5 * room.early * SPEED
        at = far[kept] / SPEED * RATE + rng.uniform(0.0, 1.5, kept.sum()) * (hits[kept] > 0)
        signs = np.where(hits[kept] > 2, rng.choice([-1.0, 1.0], kept.sum()), 1.0)
        for octave, gain in enumerate(gains):
            level = signs * gain ** hits[kept] / far[kept] * np.exp(-0.5 * AIR[octave] * far[kept])
            np.add.at(found[octave], at.astype(int), level)
    parts = np.stack([_octaves(each)[octave] for octave, each in enumerate(found)])
    begin = np.linalg.norm(np.array(room.source) - ear) / SPEED
    fade = np.clip((times - begin - 0.6 * room.early) / (0.6 * room.early), 0.0, 1.0) * np.pi / 2.0
    tail = _octaves(rng.standard_normal(count)) * 10.0 ** (-3.0 * times / room.t60[:, None])
    where = slice(round((begin + 0.5 * room.early) * RATE), round((begin + 1.2 * room.early) * RATE))
    levels = np.sqrt(np.square(parts[:, where]).sum(axis=1) / np.square(tail[:, where]).sum(axis=1))
    whole = (parts * np.cos(fade) + levels[:, None] * tail * np.sin(fade)).sum(axis=0)
    spectrum = np.fft.rfft(whole)
    hertz = np.fft.rfftfreq(count, 1.0 / RATE)
    return np.fft.irfft(spectrum * hertz**2 / (hertz**2 + LOWEST_HZ**2), count)


def _octaves(sound: Array) -> Array:
    """The parts [octaves, samples] of `sound`, triangles over octaves, that add up to it."""
    count = len(sound)
    hertz = np.fft.rfftfreq(2 * count, 1.0 / RATE)
    hertz[0] = hertz[1]
    places = np.log2(hertz / OCTAVES_HZ[:, None])
    shares = np.clip(1.0 - np.abs(places), 0.0, 1.0)
    shares[0][places[0] < 0.0] = 1.0
    shares[-1][places[-1] > 0.0] = 1.0
    return np.fft.irfft(np.fft.rfft(sound, 2 * count) * shares, 2 * count)[:, :count]
