"""Augmentation: crops varied in level, pitch, company and gaps, so that a small material teaches more.

What is varied is a training crop, which is both what the encoder hears and what is to come back; what is held
out never passes here. Every choice is a function of the crop's key (seed, rank, step): a run that was
interrupted goes on with the same ones.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plaud_live.errors import SettingsError

RANGES = {"gain": "gain_db", "pitch": "pitch_semitones", "mix": "mix_db", "mute": "mute_share"}
"""Each kind, and the setting that says how far it goes."""
KINDS = tuple(RANGES)
_CHOICES, _COMPANY = 1 << 41, 1 << 42  # parts of keys, far from all steps
_FLANK = 256  # samples over which a gap falls silent and comes back: no click to learn

Draw = Callable[[int, int, tuple[int, ...]], np.ndarray]


@dataclass(frozen=True)
class Augmentation:
    """How likely each kind is for a crop, 0 to 1, and how far it goes.

    `gain`: louder or softer by up to `gain_db`, never beyond full scale. `pitch`: resampled to up to
    `pitch_semitones` higher or lower, tempo and all; what is shifted down has no highest octave left. `mix`:
    with another crop up to `mix_db` below it, their level together kept. `mute`: silent for up to the share
    `mute_share` of the crop.
    """

    gain: float = 0.0
    gain_db: float = 6.0
    pitch: float = 0.0
    pitch_semitones: float = 2.0
    mix: float = 0.0
    mix_db: float = 12.0
    mute: float = 0.0
    mute_share: float = 0.5

    def __post_init__(self) -> None:
        for kind in KINDS:
            if not 0.0 <= getattr(self, kind) <= 1.0:
                raise SettingsError(f"--augment {kind}:{getattr(self, kind):g}: a probability, wants 0 to 1")
        limits = {"gain_db": (40.0, "dB"), "pitch_semitones": (24.0, "semitones"), "mix_db": (60.0, "dB"),
                  "mute_share": (1.0, "a share of the crop")}  # fmt: skip
        for name, (most, unit) in limits.items():
            if not 0.0 <= (value := getattr(self, name)) <= most:
                raise SettingsError(f"--augment: {name} {value:g}, {unit}, wants 0 to {most:g}")

    @property
    def active(self) -> bool:
        """Whether any crop is changed."""
        return any(getattr(self, kind) > 0.0 for kind in KINDS)


LITTLE_SECONDS = 60.0
FOR_LITTLE = Augmentation(gain=0.5, pitch=0.3, mix=0.2)
"""How crops of a material of less than LITTLE_SECONDS are varied where nothing is said about it."""


def augmentation_for(seconds: float) -> Augmentation:
    """How crops of a material of so many `seconds` are varied where nothing is said about it."""
    return FOR_LITTLE if seconds < LITTLE_SECONDS else Augmentation()


def augmented(
    draw: Draw, settings: Augmentation, samples: int, count: int, key: tuple[int, ...]
) -> np.ndarray:
    """`count` crops [count, ..., samples] of `draw`, varied; without augmentation exactly those drawn.

    `draw` gives crops for a number of samples, a count and a key, as `Dataset.crops` does.
    """
    if not settings.active:
        return draw(samples, count, key)
    widest = 2.0 ** (settings.pitch_semitones / 12.0) if settings.pitch else 1.0
    crops = draw(math.ceil(samples * widest), count, key)
    company = draw(samples, count, (*key, _COMPANY)) if settings.mix else crops
    made = []
    for index, chance in enumerate(np.random.default_rng((*key, _CHOICES)).random((count, 10))):
        gain, pitch, mix, mute, level, shift, place, other, start, length = chance
        crop = _cut(crops[index], samples, place)
        if pitch < settings.pitch:
            ratio = 2.0 ** ((2.0 * shift - 1.0) * settings.pitch_semitones / 12.0)
            crop = _resampled(_cut(crops[index], round(samples * ratio), place), ratio, samples)
        if mix < settings.mix:
            share = _linear(-other * settings.mix_db)
            crop = (crop + share * company[index]) / math.sqrt(1.0 + share * share)
        if gain < settings.gain:
            crop = crop * _linear((2.0 * level - 1.0) * settings.gain_db)
        if mute < settings.mute:
            crop = crop * _gap(samples, start, length * settings.mute_share)
        made.append(_within_full_scale(crop, crops[index]))
    return np.stack(made).astype(np.float32)


def _cut(crop: np.ndarray, samples: int, place: float) -> np.ndarray:
    """`samples` of a crop [..., more], from `place` 0..1 on."""
    first = int(place * (crop.shape[-1] - samples + 1))
    return crop[..., first : first + samples]


def _resampled(crop: np.ndarray, ratio: float, samples: int) -> np.ndarray:
    """A crop [..., samples * ratio] played `ratio` times as fast, [..., samples]."""
    import soxr

    rows = crop.reshape(-1, crop.shape[-1])
    out = np.zeros((len(rows), samples), np.float32)
    for row, sound in zip(out, rows, strict=True):
        fast = soxr.resample(np.ascontiguousarray(sound, np.float32), ratio, 1.0)[:samples]
        row[: len(fast)] = fast
    return out.reshape(*crop.shape[:-1], samples)


def _gap(samples: int, start: float, share: float) -> np.ndarray:
    """A gain [samples], 0 over `share` of it from `start` 0..1 on, with flanks of half a cosine."""
    n = np.arange(samples)
    first = start * samples
    outside = np.maximum(first - n, n - (first + share * samples))
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(outside / _FLANK, 0.0, 1.0))


def _within_full_scale(crop: np.ndarray, before: np.ndarray) -> np.ndarray:
    """A crop no louder at its peak than 1, or than it was."""
    peak = float(np.abs(crop).max(initial=0.0))
    most = max(1.0, float(np.abs(before).max(initial=0.0)))
    return crop * (most / peak) if peak > most else crop


def _linear(decibels: float) -> float:
    return float(10.0 ** (decibels / 20.0))
