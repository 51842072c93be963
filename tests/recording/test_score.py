"""The tempo map of a MIDI file against that of the session, and against mido, that reads it again."""

from pathlib import Path

import mido
import numpy as np
import pytest

from plaud_live.clock.tempo import Segment, TempoMap
from plaud_live.recording import midi_file
from plaud_live.recording.midi_file import MOST_WAIT, Track
from plaud_live.recording.score import TICKS_A_BEAT, Score, merged

RATE = 44100
NOTE = bytes((0x90, 60, 1))


def read_seconds(path: Path) -> list[float]:
    """When mido has the notes of a file, by the tempo map in it."""
    seconds, found = 0.0, []
    for message in mido.MidiFile(path):
        seconds += message.time
        if message.type == "note_on":
            found.append(seconds)
    return found


def written(folder: Path, score: Score, samples: list[int]) -> Path:
    """A file with a note at each of some samples."""
    first, notes = Track("tempo"), Track("notes")
    for piece in score.pieces:
        first.tempo(piece.tick, piece.microseconds)
    for sample in samples:
        notes.add(score.tick(sample), NOTE)
    midi_file.write(folder / "a.mid", TICKS_A_BEAT, [first, notes], score.end)
    return folder / "a.mid"


MAPS = {
    "steady": TempoMap(RATE),
    "changes": TempoMap(RATE).changed(133.7, 3.0).changed(61.2, 8.25).changed(999.0, 40.0),
    "ramps": TempoMap(RATE).changed(180.0, 4.0, 7.0).changed(50.0, 16.0, 3.5).changed(97.0, 30.0),
    "restless": TempoMap(RATE, tuple(Segment(7000.0 * i, 0.29 * i, 110.0 + i % 3) for i in range(200))),
}


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("start", [0, 61_003])
def test_what_mido_reads_is_when_it_sounded_to_a_tick(tmp_path: Path, name: str, start: int) -> None:
    tempo, stop = MAPS[name], 40 * RATE
    score = Score(tempo, start, stop)
    samples = sorted(np.random.default_rng(1).integers(start, stop, 400).tolist())
    found = np.array(read_seconds(written(tmp_path, score, samples)))
    ticks = np.array([60.0 / tempo.bpm_at(tempo.beat(sample)) / TICKS_A_BEAT for sample in samples])
    # a ramp's steps and a first bar that is no bar may be a third faster or slower than the session's tempo
    assert (np.abs(found - (np.array(samples) - start) / RATE) <= 1.5 * ticks).all()


@pytest.mark.parametrize("name", ["steady", "changes", "ramps"])
def test_beats_are_whole_in_the_file_where_they_are_in_the_session(name: str) -> None:
    tempo = MAPS[name]
    score = Score(tempo, 0, 40 * RATE)
    for beat in range(40):
        seconds = (score.tick(tempo.sample(beat)) / TICKS_A_BEAT - beat) * 60.0 / tempo.bpm_at(beat)
        assert abs(seconds) < 0.00025, beat


def test_a_tempo_that_does_not_change_is_one_event() -> None:
    (piece,) = Score(TempoMap(RATE), 0, 60 * RATE).pieces
    assert piece.microseconds == round(60e6 / 92)


def test_rounded_tempos_do_not_add_up_in_ten_hours() -> None:
    tempo = TempoMap(RATE).changed(117.3, 0.0)
    score = Score(tempo, 0, 36_000 * RATE)
    beats = np.linspace(0, 70_000, 500)
    off = [score.tick(tempo.sample(b)) / TICKS_A_BEAT - b for b in beats]
    assert np.abs(off).max() * 60.0 / 117.3 < 0.00045
    assert len(score.pieces) < 200


@pytest.mark.parametrize(
    ("beat", "first"),
    [(0.0, 0), (8.0, 0), (5.2, 3), (6.4, 2), (7.9, 4), (4.00005, 0), (4.001, 4), (7.4, 5)],
)
def test_bars_begin_where_the_session_has_them(beat: float, first: int) -> None:
    tempo = TempoMap(RATE)
    start = round(tempo.sample(beat))
    score = Score(tempo, start, start + 60 * RATE)
    assert score.first_bar == first
    bar = first * TICKS_A_BEAT
    bars = np.arange(8.0 if beat < 7.25 else 12.0, 60.0, 4.0)
    ticks = [score.tick(tempo.sample(b)) - bar for b in bars]
    assert all(min(tick % (4 * TICKS_A_BEAT), -tick % (4 * TICKS_A_BEAT)) <= 5 for tick in ticks)
    assert all(0.6 < 60e6 / 92 / piece.microseconds < 1.4 for piece in score.pieces)


def test_maps_that_forget_their_beginnings_are_one_that_does_not() -> None:
    maps = [TempoMap(RATE)]
    for i in range(1, 700):  # as a clock outside that is followed
        maps.append(maps[-1].changed(90.0 + i % 7, 0.5 * i))
    maps.append(maps[-1].changed(60.0, 500.0))  # to come, and then taken back
    maps.append(maps[-1].changed(70.0, 400.0))
    whole = merged(maps)
    assert len(maps[-1].segments) < 300 < len(whole.segments)
    for i in (1, 300, 699):
        sample = maps[i].sample(0.5 * i + 0.25)
        assert whole.beat(sample) == pytest.approx(0.5 * i + 0.25, abs=1e-9)
    assert whole.bpm == 70.0 and whole.bpm_at(520.0) == 70.0


def test_longer_silence_than_a_file_can_count_is_parted(tmp_path: Path) -> None:
    track = Track("long")
    track.add(2 * MOST_WAIT + 5, NOTE)
    midi_file.write(tmp_path / "a.mid", TICKS_A_BEAT, [track], 0)
    (read,) = mido.MidiFile(tmp_path / "a.mid").tracks
    assert sum(message.time for message in read) == 2 * MOST_WAIT + 5
    assert max(message.time for message in read) <= MOST_WAIT and read.name == "long"


def test_any_text_can_be_a_marker(tmp_path: Path) -> None:
    track = Track("größer")
    for text in ("drone.z0 = lfo(8)  # weiß", "half a pair: \ud83d", ""):
        track.marker(0, text)
    midi_file.write(tmp_path / "a.mid", TICKS_A_BEAT, [track], 0)
    (read,) = mido.MidiFile(tmp_path / "a.mid", charset="utf-8").tracks
    assert read.name == "größer"
    assert [m.text for m in read if m.type == "marker"] == ["drone.z0 = lfo(8)  # weiß", "half a pair: ?", ""]


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    midi_file.write(tmp_path / "a.mid", TICKS_A_BEAT, [Track("a")], 0)
    with pytest.raises(FileExistsError):
        midi_file.write(tmp_path / "a.mid", TICKS_A_BEAT, [Track("b")], 0)
