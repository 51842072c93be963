"""The tempo map: beats and samples, against integration of the tempo."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    ("beat", "quant", "wanted"),
    [
        (0.0, 1.0, 0.0),
        (0.1, 1.0, 1.0),
        (16.0, 16.0, 16.0),
        (3.3, 0.0, 3.3),
        (3.0, 1e-310, 3.0),  # which infinity would be the first to fit
        (3.0, 5e-324, 3.0),
    ],
)
def test_next_multiple(beat: float, quant: float, wanted: float) -> None:
    assert next_multiple(beat, quant) == wanted


def test_a_ramp_is_linear_in_time() -> None:
    """From 60 to 120 in 12 beats: 90 a minute in the mean, so 8 seconds."""
    tempo = TempoMap(1000).changed(60.0, 0.0).changed(120.0, 4.0, over=12.0)
    begin, end = tempo.sample(4.0), tempo.sample(16.0)
    assert end - begin == pytest.approx(8000.0, abs=1e-6)
    assert tempo.bpm_at(tempo.beat(begin + 4000.0)) == pytest.approx(90.0)
    assert tempo.bpm_at(16.0) == tempo.bpm == 120.0
    assert tempo.arrival == 16.0
    seconds = np.arange(0.0, 8.0, 1e-4)
    integrated = 4.0 + np.cumsum(60.0 + 60.0 * (seconds + 0.5e-4) / 8.0) / 60.0 * 1e-4
    assert np.allclose(tempo.beats(begin + 1000.0 * (seconds + 1e-4)), integrated, atol=1e-9)


def test_a_ramp_that_is_replaced_stays_as_far_as_it_went() -> None:
    tempo = TempoMap(44100).changed(60.0, 0.0).changed(240.0, 8.0, over=16.0)
    other = tempo.changed(90.0, 12.0, over=4.0)
    past = np.linspace(0.0, tempo.sample(12.0), 999)
    assert np.array_equal(tempo.beats(past), other.beats(past))
    assert other.bpm_at(12.0) == pytest.approx(tempo.bpm_at(12.0))
    assert other.bpm_at(16.0) == 90.0
    assert other.bpm_at(14.0) < tempo.bpm_at(12.0)


def test_a_ramp_is_three_numbers_and_its_rise() -> None:
    tempo = TempoMap(1000).changed(60.0, 0.0).changed(120.0, 0.0, over=12.0)
    data = json.loads(json.dumps(tempo.to_data()))
    assert data["segments"] == [[0.0, 0.0, 92.0], [0.0, 0.0, 60.0, 7.5], [8000.0, 12.0, 120.0]]
    assert TempoMap.from_data(data) == tempo


changes_of_tempo = st.lists(
    st.tuples(st.floats(10.0, 999.0), st.floats(0.0, 40.0), st.floats(0.0, 64.0)), min_size=1, max_size=12
)


@given(changes_of_tempo)
@settings(deadline=None, derandomize=True, max_examples=150)
def test_any_ramps_are_exact_in_both_directions_and_only_appended(
    changes: list[tuple[float, float, float]],
) -> None:
    tempo, beat = TempoMap(44100), 0.0
    for bpm, wait, over in changes:
        beat += wait
        later = tempo.changed(bpm, beat, over)
        past = np.linspace(0.0, tempo.sample(beat), 50)
        assert np.allclose(later.beats(past), tempo.beats(past), atol=1e-9, rtol=0)
        tempo = later
    beats = np.linspace(0.0, tempo.arrival + 8.0, 300)
    samples = np.array([tempo.sample(b) for b in beats])
    assert np.all(np.diff(samples) > 0)
    assert np.allclose(tempo.beats(samples), beats, atol=1e-9, rtol=0)
    assert np.allclose([tempo.beat(s) for s in samples], beats, atol=1e-9, rtol=0)
    assert TempoMap.from_data(json.loads(json.dumps(tempo.to_data()))) == tempo
