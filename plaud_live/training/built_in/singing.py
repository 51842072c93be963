"""Voices made here: pulses of a glottis, and breath, through the resonances of a throat and mouth.

Source and filter after Fant (1960): the glottal pulse of Rosenberg (1971, his form C) as its lips radiate it,
that is differentiated; a cascade of resonators (Klatt, 1980); vowels at the formants that Peterson and Barney
(1952) measured, higher ones those of an even tube. The pulses are summed from their harmonics, so that
nothing aliases and every pitch is exact. Only NumPy; the same seed gives the same sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

Array = np.ndarray

RATE = 44100
HOP = 128  # samples between two shapes of the mouth
HIGHEST_HZ = 18000.0
SOUND_SPEED = 350.0  # m/s, in warm and moist air
RISE, FALL = 0.40, 0.16  # of a period: the glottis opens, and closes (Rosenberg, 1971)
_GRAIN = 1024  # samples of a piece of breath


@dataclass(frozen=True)
class Throat:
    """Lowest three formants in Hz by vowel, and the `length` of the tube in m, which gives all others."""

    length: float
    vowels: dict[str, tuple[float, float, float]]

    def formants(self, vowel: str) -> Array:
        """All formants below half the sample rate, in Hz; as many for each vowel of a throat."""
        tube = SOUND_SPEED / (4.0 * self.length)
        numbers = np.arange(4, int(0.5 * (RATE / 2 / tube + 1)))
        return np.concatenate([self.vowels[vowel], (2 * numbers - 1) * tube])


MAN = Throat(
    0.175,
    {
        "a": (730.0, 1090.0, 2440.0),
        "e": (530.0, 1840.0, 2480.0),
        "i": (270.0, 2290.0, 3010.0),
        "o": (570.0, 840.0, 2410.0),
        "u": (300.0, 870.0, 2240.0),
    },
)
WOMAN = Throat(
    0.145,
    {
        "a": (850.0, 1220.0, 2810.0),
        "e": (610.0, 2330.0, 2990.0),
        "i": (310.0, 2790.0, 3310.0),
        "o": (590.0, 920.0, 2710.0),
        "u": (370.0, 950.0, 2670.0),
    },
)


@dataclass(frozen=True)
class Phrase:
    """What one voice sings: (vowel, pitch in Hz, seconds), each reached from the one before.

    `breath` is the share of noise, 1 a whisper; `damping` widens all resonances, as closed lips do;
    `vibrato` in semitones; `roughness` in octaves, how unlike one period is to the next; `glide` in seconds
    from note to note. If it `swells` each note does, else the phrase as a whole.
    """

    throat: Throat
    notes: Sequence[tuple[str, float, float]]
    breath: float = 0.04
    damping: float = 1.0
    vibrato: float = 0.25
    roughness: float = 0.0
    glide: float = 0.15
    swells: bool = True


def sing(phrase: Phrase, seed: int) -> Array:
    """The sound of a phrase, float64 [samples], its loudest moment near 1."""
    dice = np.random.default_rng(seed)
    seconds = np.array([note[2] for note in phrase.notes])
    samples = round(float(seconds.sum()) * RATE)
    frames = np.arange(0, samples + HOP, HOP) / RATE
    mouth = _along(
        frames, seconds, np.stack([phrase.throat.formants(v) for v, _, _ in phrase.notes]), phrase.glide
    )
    pitch = _along(frames, seconds, np.log2([[hz] for _, hz, _ in phrase.notes]), phrase.glide)[:, 0]
    pitch += _vibrato(frames, phrase.vibrato, dice) + _wander(frames, dice)
    if phrase.roughness:
        pitch += phrase.roughness * dice.standard_normal(len(frames))
    f0 = np.exp2(pitch)
    times = np.arange(samples) / RATE
    phase = np.cumsum(np.interp(times, frames, f0)) / RATE + dice.random()
    level = _level(frames, seconds) if phrase.swells else _level(frames, np.array([seconds.sum()]))
    voiced = _harmonics(phase, f0, frames, times, mouth, phrase.damping)
    breath = _breath(samples, mouth, phrase.damping, dice)
    if phrase.breath < 1.0:
        breath *= 0.6 + 0.4 * np.cos(2 * np.pi * phase)  # the glottis lets most of it through while open
    sound = (1.0 - phrase.breath) * _unit(voiced) + phrase.breath * _unit(breath)
    return _unit(sound * np.interp(times, frames, level))


def choir(phrases: Sequence[Phrase], singers: int, seed: int) -> Array:
    """`singers` to each phrase, each a little late and out of tune, as loud together as one voice."""
    dice = np.random.default_rng((seed, 1))
    voices = []
    for number, phrase in enumerate(phrases):
        for singer in range(singers):
            off = 2.0 ** (0.12 * dice.standard_normal() / 12.0)
            notes = tuple((vowel, hz * off, seconds) for vowel, hz, seconds in phrase.notes)
            own = replace(phrase, notes=notes)
            late = np.zeros(round(0.04 * dice.random() * RATE))
            voices.append(np.concatenate([late, sing(own, seed + 100 * number + singer + 1)]))
    total = np.zeros(max(len(voice) for voice in voices))
    for voice in voices:
        total[: len(voice)] += voice
    return _unit(total)


def hiss(seconds: float, poles_hz: Sequence[float], width_hz: float, seed: int) -> Array:
    """Breath through a narrow place at the teeth: noise that resonates, [samples], swelling twice."""
    dice = np.random.default_rng(seed)
    samples = round(seconds * RATE)
    hz = np.fft.rfftfreq(samples, 1.0 / RATE)
    gain = sum(1.0 / (1.0 + ((hz - pole) / width_hz) ** 2) for pole in poles_hz)
    sound = np.fft.irfft(np.fft.rfft(dice.standard_normal(samples)) * gain, n=samples)
    frames = np.arange(0, samples + HOP, HOP) / RATE
    level = _level(frames, np.full(2, 0.5 * seconds))
    return _unit(sound * np.interp(np.arange(samples) / RATE, frames, level))


def response(hz: Array, formants: Array, damping: float = 1.0) -> Array:
    """Complex gain [...] of the throat at `hz` [...], for `formants` [..., n]; 1 at 0 Hz.

    Bandwidths are 60 Hz and 4 % of the frequency, about those of Klatt's table.
    """
    width = damping * (60.0 + 0.04 * formants)
    radius = np.exp(-np.pi * width / RATE)
    turn = 2.0 * radius * np.cos(2.0 * np.pi * formants / RATE)
    back = np.exp(-2j * np.pi * hz / RATE)[..., None]
    return np.prod((1.0 - turn + radius**2) / (1.0 - turn * back + radius**2 * back**2), axis=-1)


def glottis(count: int) -> Array:
    """Complex amplitudes of the first `count` harmonics of Rosenberg's pulse, differentiated; first is 1."""
    place = np.arange(8192) / 8192
    pulse = np.where(
        place < RISE,
        0.5 * (1.0 - np.cos(np.pi * place / RISE)),
        np.where(place < RISE + FALL, np.cos(0.5 * np.pi * (place - RISE) / FALL), 0.0),
    )
    harmonics = np.fft.rfft(pulse)[1 : count + 1] * 1j * np.arange(1, count + 1)
    return harmonics / np.abs(harmonics[0])


def _harmonics(phase: Array, f0: Array, frames: Array, times: Array, mouth: Array, damping: float) -> Array:
    """The pulses [samples] of a voice at `phase` in periods, shaped by `mouth` [frames, formants]."""
    count = int(HIGHEST_HZ / f0.min())
    turn = np.exp(2j * np.pi * phase)
    wave, sound = np.ones_like(turn), np.zeros(len(phase))
    for number, source in enumerate(glottis(count), start=1):
        wave = wave * turn
        hz = number * f0
        gain = source * response(hz, mouth, damping) * np.clip((HIGHEST_HZ - hz) / 1000.0, 0.0, 1.0)
        real, imaginary = (np.interp(times, frames, part) for part in (gain.real, gain.imag))
        sound += real * wave.real - imaginary * wave.imag
    return sound


def _breath(samples: int, mouth: Array, damping: float, dice: np.random.Generator) -> Array:
    """Noise [samples] through the same mouth, in pieces that overlap by three quarters."""
    step = _GRAIN // 4
    noise = np.pad(dice.standard_normal(samples), (_GRAIN, _GRAIN))
    window = np.hanning(_GRAIN + 1)[:-1]
    hz = np.fft.rfftfreq(_GRAIN, 1.0 / RATE)
    out = np.zeros(len(noise))
    for start in range(0, len(noise) - _GRAIN, step):
        frame = min(max((start - _GRAIN // 2) // HOP, 0), len(mouth) - 1)
        shape = np.abs(response(hz, mouth[frame], damping))
        piece = np.fft.irfft(np.fft.rfft(noise[start : start + _GRAIN] * window) * shape, n=_GRAIN)
        out[start : start + _GRAIN] += piece * window
    return out[_GRAIN : _GRAIN + samples]


def _along(frames: Array, seconds: Array, values: Array, glide: float) -> Array:
    """`values` [notes, n] over time [frames, n]: held, and reached by half a cosine of `glide` seconds."""
    out = np.repeat(values[:1], len(frames), axis=0)
    for start, before, after in zip(np.cumsum(seconds), values, values[1:], strict=False):
        way = 0.5 - 0.5 * np.cos(np.pi * np.clip((frames - start) / glide + 0.5, 0.0, 1.0))
        out += way[:, None] * (after - before)
    return out


def _vibrato(frames: Array, depth: float, dice: np.random.Generator) -> Array:
    """Octaves: 5 to 6 Hz, coming in a third of a second after the phrase began."""
    since = np.clip((frames - 0.3) / 0.4, 0.0, 1.0)
    return depth / 12.0 * since * np.sin(2 * np.pi * (5.0 + dice.random()) * frames)


def _wander(frames: Array, dice: np.random.Generator) -> Array:
    """Octaves: a slow drift of about 5 cents, as no voice stands still."""
    knots = np.arange(frames[0], frames[-1] + 0.5, 0.25)
    return np.interp(frames, knots, 0.004 * dice.standard_normal(len(knots)))


def _level(frames: Array, seconds: Array) -> Array:
    """Each note swells and sinks by 10 dB; silence before the first and after the last."""
    ends = np.cumsum(seconds)
    note = np.minimum(np.searchsorted(ends, frames, side="right"), len(seconds) - 1)
    place = np.clip((frames - (ends - seconds)[note]) / seconds[note], 0.0, 1.0)
    swell = 10.0 ** (0.5 * (np.sin(np.pi * place) ** 0.7 - 1.0))
    return swell * np.clip(frames / 0.06, 0.0, 1.0) * np.clip((ends[-1] - frames) / 0.12, 0.0, 1.0)


def _unit(sound: Array) -> Array:
    """At the peak 1, if there is one."""
    peak = float(np.abs(sound).max(initial=0.0))
    return sound / peak if peak else sound
