"""What the voices of `voice` sing: vowels at several pitches, glides, hums, whispers, choirs in unison."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import soundfile

from plaud_live.training.built_in.recordings import levelled
from plaud_live.training.built_in.singing import MAN, RATE, WOMAN, Phrase, Throat, choir, hiss, sing

LEVEL_DB = -16.0
"""RMS of the loudest moment of a voice; breath and hisses are as far below as they are in a room."""

_BASS = (110.0, 87.31, 146.83, 196.0)  # A2 F2 D3 G3
_ALTO = (261.63, 220.0, 329.63, 440.0)  # C4 A3 E4 A4
_NOTE = 1.15  # seconds


def _vowel(throat: Throat, vowel: str, pitches: tuple[float, ...]) -> Phrase:
    return Phrase(throat, tuple((vowel, hz, _NOTE) for hz in pitches))


def _line(throat: Throat, vowels: str, pitches: tuple[float, ...], seconds: float) -> Phrase:
    """One vowel after the other, without a breath between them."""
    notes = tuple((vowel, hz, seconds) for vowel, hz in zip(vowels, pitches, strict=True))
    return Phrase(throat, notes, glide=0.8 * seconds, swells=False)


_PHRASES = {
    **{f"woman_{vowel}": _vowel(WOMAN, vowel, _ALTO) for vowel in "aeiou"},
    **{f"man_{vowel}": _vowel(MAN, vowel, _BASS) for vowel in "aeiou"},
    "melody": _line(WOMAN, "aeioua", (293.66, 349.23, 440.0, 392.0, 349.23, 293.66), 0.9),
    "talk": _line(MAN, "aeiouoiae", (123.47,) * 9, 0.6),
    "slide": Phrase(
        WOMAN, (("o", 174.61, 1.0), ("o", 698.46, 2.0), ("a", 174.61, 2.0)), glide=2.0, swells=False
    ),
    "hum": Phrase(MAN, (("u", 130.81, 2.2), ("u", 98.0, 2.2)), 0.02, damping=4.0),
    "creak": Phrase(MAN, (("a", 55.0, 2.0), ("o", 51.91, 2.0)), 0.08, vibrato=0.0, roughness=0.06),
    "whisper": Phrase(WOMAN, tuple((vowel, 220.0, 0.8) for vowel in "aeiou"), 1.0),
    "breath": Phrase(MAN, (("a", 110.0, 1.6), ("u", 110.0, 1.6)), 1.0, damping=3.0),
}
_CHOIRS = {
    "monks": [_line(MAN, "oao", (98.0, 98.0, 98.0), 2.0), _line(MAN, "oao", (196.0, 196.0, 196.0), 2.0)],
    "sisters": [
        _line(WOMAN, "uau", (392.0, 392.0, 392.0), 2.0), _line(WOMAN, "uau", (196.0, 196.0, 196.0), 2.0)
    ],
}  # fmt: skip
_SINGERS = 4
_HISS_SECONDS = 3.4
_HISSES = {"sss": ((6200.0, 8500.0), 900.0), "shh": ((2700.0, 4200.0), 700.0)}
_BELOW_DB = {"hum": -3.0, "whisper": -9.0, "breath": -14.0, "sss": -10.0, "shh": -9.0}


def songs() -> dict[str, Callable[[int], np.ndarray]]:
    """Every sound by name: what makes it, float64 [samples], from a seed."""
    made: dict[str, Callable[[int], np.ndarray]] = {}
    for name, phrase in _PHRASES.items():
        made[name] = partial(sing, phrase)
    for name, phrases in _CHOIRS.items():
        made[name] = partial(choir, phrases, _SINGERS)
    for name, (poles, width) in _HISSES.items():
        made[name] = partial(hiss, _HISS_SECONDS, poles, width)
    return made


def write_song(name: str, path: Path) -> None:
    """Write a sound, 44.1 kHz. Its seed is its place in the score."""
    made = songs()
    sound = made[name](list(made).index(name))[:, None]
    level = LEVEL_DB + _BELOW_DB.get(name, 0.0)
    soundfile.write(path, levelled(sound, RATE, level), RATE, subtype="PCM_24")
