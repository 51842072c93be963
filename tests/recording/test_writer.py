"""Takes that are cut after the fact, and recordings: to the sample, whatever happens to the writer."""

import json
import os
import random

import numpy as np
import pytest
import soundfile

from plaud_live.clock.tempo import TempoMap
from plaud_live.engine.capture import Capture
from plaud_live.engine.tracks import GRID, INPUT, Tracks
from plaud_live.recording import recording as recording_file
from tests.recording.stage import LENGTH, RATE, SPAN, Stage, heard


def test_a_take_has_the_mix_the_input_and_each_instrument_to_the_sample(stage: Stage) -> None:
    stage.names = {"drone": 3}
    stage.play(40 * GRID)
    stage.names = {"drone": 3, "bells": 4}
    stage.play(40 * GRID)
    start, stop = 12_345, 71_111
    info = stage.answer(stage.keep(start, stop, "home"))["take"]
    assert info["tracks"] == ["mix", "input", "drone", "bells"]
    assert (info["number"], info["samples"]) == (1, stop - start)
    assert np.array_equal(stage.wav("0001_home.wav"), heard(start, stop, 2))
    assert np.array_equal(stage.wav("0001_home.input.wav"), heard(start, stop, 1))
    assert np.array_equal(stage.wav("0001_home.drone.wav"), heard(start, stop, 3))
    bells = heard(start, stop, 4)
    bells[: 40 * GRID - start] = 0.0
    assert np.array_equal(stage.wav("0001_home.bells.wav"), bells)


def test_an_impulse_stands_at_its_sample(stage: Stage) -> None:
    stage.play(10 * GRID)
    silent, click = np.zeros((GRID, 2), np.float32), np.zeros((GRID, 2), np.float32)
    click[100] = 1.0
    stage.capture.begin(stage.position, GRID)
    stage.capture.end()
    stage.capture.write(stage.position, click, silent)
    stage.capture.advance(stage.position + GRID)
    at, stage.position = stage.position + 100, stage.position + GRID
    stage.play(10 * GRID)
    stage.keep(at - 50, at + 900, "click")
    sound = stage.wav("0001_click.input.wav")
    assert sound[50].tolist() == [1.0, 1.0]
    assert not sound[:50].any() and not sound[51:].any()


def test_control_frames_begin_at_their_samples(stage: Stage) -> None:
    stage.names = {"drone": 3}
    stage.play(40 * GRID)
    start, stop = 5000, 30_000
    stage.keep(start, stop, "home", columns=["loud"])
    with np.load(stage.folder / "takes" / "0001_home.npz", allow_pickle=False) as frames:
        samples = frames["drone.samples"]
        assert np.array_equal(samples, np.arange(-(-start // 256) * 256, stop, 256) - start)
        assert np.allclose(frames["drone.latents"], (samples + start)[:, None] + np.array([0.1, 0.2]))
        assert np.allclose(frames["drone.controls"][:, 0], samples + start + 0.3)
        assert frames["drone.names"].tolist() == ["loud"]


def test_the_sidecar_has_the_state_and_the_events_of_the_span(stage: Stage) -> None:
    stage.play(60 * GRID)
    events = [
        {"sample": n, "kind": "submit", "text": f"z{n}"} for n in (10, 14_000, 19_000, 30_000, 59_999, 60_000)
    ]
    lines = [json.dumps(event) for event in events]
    (stage.folder / "events.jsonl").write_text("\n".join([*lines[:3], "torn {", *lines[3:], ""]))
    stage.keep(20_000, 60_000, "home", state_sample=14_000)
    first, *rest = stage.sidecar("0001_home.jsonl")
    assert first["state"] == {"tempo": 92} and first["state_sample"] == 14_000
    assert [(event["at"], event["text"]) for event in rest] == [
        (-6000, "z14000"), (-1000, "z19000"), (10_000, "z30000"), (39_999, "z59999"),
    ]  # fmt: skip
    assert (first["start"], first["samples"], first["files"]["mix"]) == (20_000, 40_000, "0001_home.wav")


def test_a_take_that_ends_now_waits_for_its_last_samples(stage: Stage) -> None:
    stage.play(20 * GRID)
    order = stage.keep(GRID, 22 * GRID)
    assert "0001_home.jsonl" not in stage.files
    stage.play(2 * GRID)
    assert stage.answer(order)["take"]["samples"] == 21 * GRID
    assert np.array_equal(stage.wav("0001_home.wav"), heard(GRID, 22 * GRID, 2))


def test_two_takes_at_once_have_numbers_of_their_own(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_file, "MOST", 1000)
    stage.play(60 * GRID)
    first, second = stage.keep(1000, 50_000, "a"), stage.keep(2000, 40_000, "a")
    stage.work()
    assert [stage.answer(each)["take"]["number"] for each in (first, second)] == [1, 2]
    assert np.array_equal(stage.wav("0001_a.wav"), heard(1000, 50_000, 2))
    assert np.array_equal(stage.wav("0002_a.wav"), heard(2000, 40_000, 2))


def test_nothing_is_overwritten_and_a_foreign_files_number_is_not_taken(stage: Stage) -> None:
    mine = stage.folder / "takes" / "0007_mine.wav"
    mine.write_bytes(b"mine")
    stage.play(20 * GRID)
    info = stage.answer(stage.keep(0, 1000))["take"]
    stage.order("delete", number=8)
    again = stage.answer(stage.keep(0, 1000))["take"]
    assert (info["number"], again["number"], mine.read_bytes()) == (8, 9, b"mine")


@pytest.mark.parametrize("name", ["", "../up", "a b", "a.input", "x" * 65, "ä"])
def test_a_name_that_is_none_is_refused_and_nothing_is_left(stage: Stage, name: str) -> None:
    stage.play(4 * GRID)
    answer = stage.answer(stage.keep(0, 100, name))
    assert answer["event"] == "failed" and "no name for a take" in answer["text"]
    assert stage.files == []


def test_an_instrument_called_input_has_a_file_of_its_own(stage: Stage) -> None:
    stage.names = {"input": 3}
    stage.play(20 * GRID)
    stage.keep(0, 1000)
    assert np.array_equal(stage.wav("0001_home.input.wav"), heard(0, 1000, 1))
    assert np.array_equal(stage.wav("0001_home.input-instrument.wav"), heard(0, 1000, 3))


def test_tags_stay_and_what_is_deleted_lies_in_the_bin(stage: Stage) -> None:
    stage.play(20 * GRID)
    stage.keep(0, 1000, "a")
    stage.keep(0, 1000, "b")
    stage.order("tag", number=1, tag="good")
    stage.order("tag", number=1, tag="good")
    assert stage.answer(stage.order("delete", number=2))["take"]["binned"]
    assert "in the bin" in stage.answer(stage.order("tag", number=2, tag="good"))["text"]
    stage.start_writer()
    known = [(info["name"], info["tags"], info["binned"]) for info in stage.writer.takes.all()]
    assert known == [("a", ["good"], False), ("b", [], True)]
    assert sorted(path.name for path in stage.writer.takes.bin.iterdir()) == [
        "0002_b.input.wav", "0002_b.jsonl", "0002_b.npz", "0002_b.wav",
    ]  # fmt: skip


def test_a_recording_is_whole_at_every_moment(stage: Stage) -> None:
    stage.names = {"drone": 3}
    stage.play(30 * GRID)
    start = stage.position
    info = stage.answer(stage.record("long"))["take"]
    assert stage.tracks.get("recording") == start + 1 and info["number"] == 1
    for _ in range(12):
        stage.play(16 * GRID)
        assert np.array_equal(stage.wav("0001_long.wav"), heard(start, stage.position, 2))
        assert np.array_equal(stage.wav("0001_long.drone.wav"), heard(start, stage.position, 3))
    stage.play(3 * GRID)
    done = stage.answer(stage.order("stop", stop=stage.position - 77, beats=9.5))
    assert done["take"]["samples"] == stage.position - 77 - start and done["take"]["beats"] == 9.5
    assert done["record"]["kind"] == "rec" and stage.tracks.get("recording") == 0
    assert np.array_equal(stage.wav("0001_long.wav"), heard(start, stage.position - 77, 2))
    with np.load(stage.folder / "takes" / "0001_long.npz") as frames:
        assert len(frames["drone.samples"]) == len(range(start, stage.position - 77, 256))


def test_only_one_recording_goes_on_at_a_time(stage: Stage) -> None:
    stage.play(4 * GRID)
    stage.record("a")
    stage.play(4 * GRID)
    assert stage.answer(stage.record("b"))["take"]["name"] == "a"
    stage.order("stop", stop=stage.position)
    failed = stage.answer(stage.order("stop", stop=stage.position))
    assert failed["event"] == "failed" and "rec.start()" in failed["text"]


def test_24_bits(stage: Stage) -> None:
    stage.play(4 * GRID)
    stage.record("a", bits=24)
    start = stage.position
    stage.play(8 * GRID)
    stage.order("stop", stop=stage.position)
    expected = np.clip(heard(start, stage.position, 2), -1.0, 1.0)
    assert np.abs(stage.wav("0001_a.wav") - expected).max() <= 1.01 / 2**23


@pytest.mark.parametrize("seed", range(5))
def test_a_writer_that_is_killed_again_and_again_loses_nothing(stage: Stage, seed: int) -> None:
    """Killed: nothing of it is called any more, wherever it was; another takes up what it left."""
    random.seed(seed)
    stage.names = {"drone": 3}
    stage.play(10 * GRID)
    start = stage.position
    stage.record("long")
    for _ in range(10):
        waiting = stage.position - stage.tracks.get("captured")
        stage.play(random.randrange(1, 24) * GRID, work=random.random() < 0.5 or waiting > LENGTH // 3)
        for path in (stage.folder / "takes").glob("*.wav"):  # a write that did not come to its header
            with path.open("ab") as torn:
                torn.write(b"\x55" * random.randrange(20))
        stage.start_writer()
    stop = stage.position
    stage.work()
    answer = stage.answer(stage.order("stop", stop=stop))
    assert answer["take"]["gaps"] == []
    for name, seed_of in (("", 2), (".input", 1), (".drone", 3)):
        assert np.array_equal(stage.wav(f"0001_long{name}.wav"), heard(start, stop, seed_of)), name
    with np.load(stage.folder / "takes" / "0001_long.npz") as frames:
        assert np.array_equal(frames["drone.samples"] + start, np.arange(-(-start // 256) * 256, stop, 256))


def test_an_order_that_comes_again_after_a_death_is_carried_out_once(stage: Stage) -> None:
    stage.play(20 * GRID)
    order = {"id": "x", "do": "keep", "kind": "keep", "name": "a", "start": 0, "stop": 21 * GRID,
             "sample_rate": RATE, "bits": 32, "beats": 1.0}  # fmt: skip
    stage.writer.obey(order)
    stage.start_writer()
    stage.writer.obey(order)
    stage.play(2 * GRID)
    assert stage.answer("x")["take"]["number"] == 1
    stage.said.clear()
    stage.writer.obey(order)
    assert stage.answer("x")["take"]["number"] == 1
    assert [name for name in stage.files if name.endswith(".wav")] == ["0001_a.input.wav", "0001_a.wav"]


def test_what_is_lost_while_no_writer_was_there_is_silent_and_said(stage: Stage) -> None:
    stage.play(16 * GRID)
    stage.play(LENGTH + 40 * GRID, work=False)
    stage.start_writer()
    stage.play(8 * GRID)
    (line,) = stage.lines()
    assert "missing" in line and "away" in line
    info = stage.answer(stage.keep(0, stage.position))["take"]
    ((begin, end, why),) = info["gaps"]
    assert begin == 16 * GRID and why == "the writer was away"
    sound = stage.wav("0001_home.wav")
    assert not sound[begin:end].any()
    assert np.array_equal(sound[:begin], heard(0, begin, 2))
    assert np.array_equal(sound[end:], heard(end, stage.position, 2))


@pytest.mark.parametrize("bits", [24, 32])
def test_a_part_of_a_take_becomes_a_file_once(stage: Stage, bits: int) -> None:
    stage.play(GRID)
    stage.record("a", bits=bits)
    stage.play(30 * GRID)
    stage.order("stop", stop=stage.position)
    first = stage.answer(stage.order("cut", number=1, start=5000, stop=25_000))["take"]["path"]
    sound, _ = soundfile.read(first, dtype="float32")
    assert np.array_equal(sound, stage.wav("0001_a.wav")[5000:25_000])
    made = os.stat(first).st_ino
    again = stage.answer(stage.order("cut", number=1, start=5000, stop=25_000))["take"]["path"]
    assert again == first and os.stat(again).st_ino == made
    assert "not 5 to 5" in stage.answer(stage.order("cut", number=1, start=5, stop=5))["text"]


def test_what_is_overwritten_while_it_is_copied_is_a_gap_of_all_tracks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.names = {"drone": 3}
    stage.play(8 * GRID)
    stage.play(8 * GRID, work=False)
    read = stage.tracks.read

    def slow(ring: int, start: int, stop: int) -> np.ndarray | None:
        found = read(ring, start, stop)
        if ring == INPUT and stage.position == 16 * GRID:
            stage.play(LENGTH, work=False)
        return found

    monkeypatch.setattr(stage.tracks, "read", slow)
    stage.work()
    info = stage.answer(stage.keep(4 * GRID, 70 * GRID, "away"))["take"]
    ((first, last, why),) = info["gaps"]
    assert first == 4 * GRID and "away" in why and last > first
    assert np.array_equal(stage.wav("0001_away.drone.wav")[:first], heard(4 * GRID, 8 * GRID, 3))


def test_a_recording_of_a_session_that_goes_on_later_ends_where_it_was(stage: Stage) -> None:
    stage.play(4 * GRID)
    tempo = TempoMap(RATE).to_data()
    stage.record("long", state={"tempo": tempo}, beats=0.0)
    stage.play(20 * GRID)
    before = stage.position
    stage.tracks = Tracks.create(LENGTH)
    first = 2 * SPAN
    for field in ("first", "written", "captured", "entries"):
        stage.tracks.set(field, first)
    stage.position = first
    stage.capture = Capture(stage.tracks, first, RATE, 0)
    stage.start_writer()
    stage.play(4 * GRID)
    assert stage.tracks.get("recording") == 0
    (info,) = stage.writer.takes.all()
    assert info["samples"] == before - 4 * GRID and info["beats"] > 0.0
    assert np.array_equal(stage.wav("0001_long.wav"), heard(4 * GRID, before, 2))
    assert stage.answer(stage.keep(first, first + 100))["take"]["number"] == 2
