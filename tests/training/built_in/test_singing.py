"""Voices made here, as Praat hears them: the pitch that was asked for, and the formants of the vowel."""

from dataclasses import replace

import numpy as np
import parselmouth
import pytest

from plaud_live.training.built_in import singing
from plaud_live.training.built_in.score import songs
from plaud_live.training.built_in.singing import MAN, RATE, WOMAN, Phrase, Throat, choir, hiss, sing
from tests.signals import level_db

STILL = Phrase(MAN, (("a", 110.0, 0.5),), vibrato=0.0)


def heard_pitch(sound: np.ndarray) -> np.ndarray:
    """Hz of the frames that Praat finds voiced."""
    hz = parselmouth.Sound(sound, RATE).to_pitch_ac(time_step=0.01).selected_array["frequency"]
    return hz[hz > 0.0]


def band_db(sound: np.ndarray, low: float, high: float) -> float:
    """Level of what lies between two frequencies in Hz."""
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    hz = np.fft.rfftfreq(len(sound), 1.0 / RATE)
    return float(10.0 * np.log10(power[(hz >= low) & (hz < high)].sum() + 1e-20))


@pytest.mark.parametrize("hz", [98.0, 220.0, 440.0])
def test_it_sings_the_pitch_that_is_asked_for(hz: float) -> None:
    sound = sing(replace(STILL, notes=(("a", hz, 0.5),)), seed=1)
    assert np.median(heard_pitch(sound)) == pytest.approx(hz, rel=0.01)  # it drifts by some cents


def test_a_glide_comes_from_one_pitch_and_ends_at_the_other() -> None:
    notes = (("a", 110.0, 0.5), ("a", 220.0, 0.5))
    hz = heard_pitch(sing(replace(STILL, notes=notes, swells=False), seed=1))
    assert np.median(hz[: len(hz) // 4]) == pytest.approx(110.0, rel=0.02)
    assert np.median(hz[-len(hz) // 4 :]) == pytest.approx(220.0, rel=0.02)


@pytest.mark.parametrize(("throat", "ceiling_hz"), [(MAN, 5000.0), (WOMAN, 5800.0)])
@pytest.mark.parametrize("vowel", "aeiou")
def test_praat_finds_the_formants_of_each_vowel(throat: Throat, ceiling_hz: float, vowel: str) -> None:
    """By linear prediction (Burg), which follows harmonics more than it should: a fifth is what to expect."""
    sound = sing(Phrase(throat, ((vowel, 100.0, 0.6),), breath=0.0, vibrato=0.0), seed=2)
    found = parselmouth.Sound(sound, RATE).to_formant_burg(maximum_formant=ceiling_hz)
    for number, hz in enumerate(throat.vowels[vowel][:2], start=1):
        values = [found.get_value_at_time(number, t) for t in np.arange(0.2, 0.4, 0.01)]
        assert np.nanmedian(values) == pytest.approx(hz, rel=0.2), f"F{number} of {vowel}"


def test_formants_of_a_tube_stand_at_its_odd_quarters() -> None:
    """An even tube of 17.5 cm: 500, 1500, 2500 Hz and so on; above the third ours are these."""
    assert MAN.formants("a")[3:6] == pytest.approx([3500.0, 4500.0, 5500.0])
    assert len({len(MAN.formants(vowel)) for vowel in MAN.vowels}) == 1
    assert MAN.formants("a")[-1] < RATE / 2


def test_the_throat_lets_a_constant_through_and_resonates_at_its_formants() -> None:
    formants = MAN.formants("i")
    assert abs(singing.response(np.zeros(1), formants[None])[0]) == pytest.approx(1.0)
    hz = np.arange(100.0, 4000.0, 5.0)
    gain = np.abs(singing.response(hz, np.broadcast_to(formants, (len(hz), len(formants)))))
    inner = (gain[1:-1] > gain[:-2]) & (gain[1:-1] > gain[2:])
    assert hz[1:-1][inner] == pytest.approx(formants[:4], rel=0.02)


def test_nothing_aliases_and_the_glottis_falls_by_12_db_an_octave() -> None:
    """Of Rosenberg's flow, that is 6 dB as the lips radiate it; nothing is above the last harmonic."""
    sound = sing(replace(STILL, notes=(("a", 440.0, 0.5),), breath=0.0), seed=1)
    assert band_db(sound, singing.HIGHEST_HZ + 200.0, RATE / 2) < band_db(sound, 0.0, 2000.0) - 80.0
    levels = 20.0 * np.log10(np.abs(singing.glottis(160)))
    octaves = [levels[n : 2 * n].mean() - levels[2 * n : 4 * n].mean() for n in (10, 20, 40)]
    assert octaves == pytest.approx([6.0, 6.0, 6.0], abs=1.0)


def test_a_whisper_has_the_vowel_but_no_pitch() -> None:
    voiced, whispered = (sing(replace(STILL, breath=share), seed=1) for share in (0.0, 1.0))
    near = [np.abs(heard_pitch(sound) / 110.0 - 1.0) < 0.1 for sound in (voiced, whispered)]
    assert near[0].sum() > 30
    assert not near[1].any()
    assert band_db(whispered, 600.0, 1300.0) > band_db(whispered, 1500.0, 2200.0) + 10.0  # F1 and F2 of a


def test_a_hiss_is_where_its_poles_are() -> None:
    sound = hiss(0.5, (6200.0, 8500.0), 900.0, seed=1)
    assert band_db(sound, 5000.0, 10000.0) > band_db(sound, 0.0, 4000.0) + 20.0


def beating_db(sound: np.ndarray, low: float, high: float) -> float:
    """How much the level of a band goes up and down from one 20 ms to the next."""
    hz = np.fft.rfftfreq(len(sound), 1.0 / RATE)
    band = np.fft.irfft(np.fft.rfft(sound) * ((hz > low) & (hz < high)), n=len(sound))
    frames = band[RATE // 4 : 3 * RATE // 4].reshape(25, -1)
    return float(np.std([level_db(frame) for frame in frames]))


def test_the_singers_of_a_choir_beat_and_are_no_louder_than_one() -> None:
    """Some cents apart, their eighth harmonics are some Hz apart."""
    phrase = replace(STILL, notes=(("o", 196.0, 1.0),), breath=0.0)
    one, many = sing(phrase, 1), choir([phrase], 4, 1)
    assert np.abs(many).max() == pytest.approx(1.0)
    assert beating_db(many, 1450.0, 1690.0) > beating_db(one, 1450.0, 1690.0) + 1.5


def test_the_same_seed_is_the_same_sound_and_another_is_not() -> None:
    short = replace(STILL, notes=(("a", 220.0, 0.1),))
    np.testing.assert_array_equal(sing(short, 5), sing(short, 5))
    assert not np.array_equal(sing(short, 5), sing(short, 6))


def test_a_phrase_begins_and_ends_in_silence() -> None:
    sound = sing(STILL, seed=3)
    assert np.abs(sound[0]) < 1e-3 and np.abs(sound[-20:]).max() < 5e-3
    assert level_db(sound[10000:12000]) > -20.0


def test_the_score_names_what_the_table_asks_for() -> None:
    from plaud_live.training.built_in.table import MODELS

    assert set(MODELS["voice"].songs) == set(songs())
