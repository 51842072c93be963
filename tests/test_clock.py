"""The tempo map: beats and samples, against integration of the tempo."""

import numpy as np
import pytest

from plaud_live.clock.tempo import TempoMap, next_multiple
from plaud_live.errors import ParameterError


def test_one_tempo_is_a_line() -> None:
    tempo = TempoMap(44100).changed(120.0, 0.0)
    assert tempo.beat(44100.0) == pytest.approx(2.0)
    assert tempo.sample(2.0) == pytest.approx(44100.0)


def test_beats_are_the_integral_of_the_tempo() -> None:
    tempo = TempoMap(1000).changed(60.0, 0.0).changed(120.0, 4.0).changed(90.0, 10.0)
    samples = np.arange(0.0, 12000.0)
    rate = np.where(samples < 4000, 1.0, np.where(samples < 7000, 2.0, 1.5)) / 1000
    integrated = np.concatenate([[0.0], np.cumsum(rate)[:-1]])
    assert np.allclose(tempo.beats(samples), integrated, atol=1e-9)


def test_sample_and_beat_are_inverse_and_continuous() -> None:
    tempo = TempoMap(48000)
    for beat, bpm in ((3.0, 140.0), (8.0, 33.0), (9.5, 240.0)):
        tempo = tempo.changed(bpm, beat)
    for beat in np.linspace(0.0, 20.0, 201):
        assert tempo.beat(tempo.sample(beat)) == pytest.approx(beat, abs=1e-9)
    beats = tempo.beats(np.arange(0.0, 48000 * 10.0, 7.0))
    assert np.all(np.diff(beats) > 0)
    assert np.allclose(beats, [tempo.beat(s) for s in np.arange(0.0, 48000 * 10.0, 7.0)], atol=1e-9)


def test_a_later_change_replaces_what_was_to_come() -> None:
    tempo = TempoMap(44100).changed(100.0, 8.0).changed(140.0, 4.0)
    assert tempo.bpm == 140.0
    assert tempo.bpm_at(100.0) == 140.0


def test_data_round_trip() -> None:
    tempo = TempoMap(44100).changed(101.5, 3.0)
    assert TempoMap.from_data(tempo.to_data()) == tempo


def test_the_map_stays_small_and_right_over_a_long_night() -> None:
    tempo = TempoMap(44100)
    for i in range(1000):
        tempo = tempo.changed(60.0 + i % 7, float(i))
    assert len(tempo.segments) <= 256
    assert tempo.beat(tempo.sample(1005.0)) == pytest.approx(1005.0)


def test_any_blocks_of_samples_give_the_same_beats() -> None:
    tempo = TempoMap(44100)
    for i in range(40):
        tempo = tempo.changed(60.0 + 7.3 * (i % 9), 1.0 + i / 3)
    samples = np.arange(0.0, tempo.sample(20.0))
    blocks = [tempo.beats(samples[at : at + 1000]) for at in range(0, len(samples), 1000)]
    assert np.array_equal(np.concatenate(blocks), tempo.beats(samples))
    assert tempo.beats(samples[:0]).shape == (0,)


@pytest.mark.parametrize("bpm", [0.0, -3.0, 1e9, float("nan")])
def test_impossible_tempo(bpm: float) -> None:
    with pytest.raises(ParameterError, match=r"clock\.bpm"):
        TempoMap(44100).changed(bpm, 0.0)


@pytest.mark.parametrize(
    ("beat", "quant", "wanted"), [(0.0, 1.0, 0.0), (0.1, 1.0, 1.0), (16.0, 16.0, 16.0), (3.3, 0.0, 3.3)]
)
def test_next_multiple(beat: float, quant: float, wanted: float) -> None:
    assert next_multiple(beat, quant) == wanted
