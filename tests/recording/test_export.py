"""A session as a folder for other programs: read by mido, libsndfile and sox, and against what was heard."""

import csv
import errno
import json
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
import soundfile

from plaud_live.cli import main
from plaud_live.control.keys import Keys, PlayNote
from plaud_live.control.transaction import Quant, Scene, Tempo, Transaction
from plaud_live.engine.guards import DcGuard
from plaud_live.engine.limiter import Limiter
from plaud_live.errors import SessionError
from plaud_live.recording.export import export_session
from plaud_live.recording.spool import Spool
from plaud_live.recording.wav_file import Kind, WavFile
from plaud_live.signals.oscillators import lfo
from tests.models_for_tests import tiny_file
from tests.recording.test_replay import RATE, Session
from tests.recording.test_wav_file import chunks
from tests.signals import noise


class Gig(Session):
    """A short session with a controller, typed notes, a scene, a tempo that changes, and a take."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "sessions" / "2026-11-22_1930_gig")
        self.load(tiny_file(folder, "tiny", harmonics=6))
        self.set("z0", lfo(1.5))
        self.play(5000)

    def midi(self, *rows: tuple[int, str, str]) -> None:
        """What devices sent: a sample, a device, bytes."""
        self.record({"kind": "midi", "by": "midi", "sample": rows[0][0], "data": rows})

    def text(self, text: str, *changes: Any) -> None:
        """As from the prompt."""
        transaction = Transaction(changes, text)
        outcome = self.conductor.submit(transaction, self.renderer.position)
        data = transaction.to_data()
        event = {"kind": "submit", "sample": outcome.sample, "beat": outcome.beat, "by": "prompt"}
        (self.folder / "events.jsonl").open("a").write(
            json.dumps({**event, "text": text, "data": data}) + "\n"
        )
        self.renderer.take(self.conductor.state)

    def take(self, number: int, start: int, sound: np.ndarray, track: str = "input", **more: Any) -> None:
        """A take with one more track than its mix."""
        name = f"takes/{number:04d}_home{'.' if track != 'mix' else ''}{track if track != 'mix' else ''}.wav"
        (self.folder / "takes").mkdir(exist_ok=True)
        WavFile(self.folder / name, Kind(RATE, start=start)).write(0, sound)
        first = {"number": number, "start": start, "samples": len(sound), "gaps": [], **more}
        first["files"] = {track: Path(name).name}
        (self.folder / f"takes/{number:04d}_home.jsonl").write_text(json.dumps(first) + "\n")

    def export(self, folder: Path | None = None, **more: Any) -> tuple[Path, list[str]]:
        self.taken.flush()
        self.record({"kind": "end", "sample": self.renderer.position})
        return export_session(self.folder, folder, **more)

    @property
    def mix(self) -> np.ndarray:
        return np.concatenate(self.heard)


@pytest.fixture
def gig(tmp_path: Path) -> Gig:
    return Gig(tmp_path)


def sound(path: Path) -> np.ndarray:
    read, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert rate == RATE
    return np.asarray(read)


def timed(path: Path) -> list[tuple[float, mido.Message]]:
    """What mido reads, at its seconds."""
    seconds, found = 0.0, []
    for message in mido.MidiFile(path):
        seconds += message.time
        found.append((seconds, message))
    return found


def test_the_mix_is_what_was_heard_and_the_stems_add_up_to_it(gig: Gig) -> None:
    gig.play(30_000)
    folder, said = gig.export()
    assert folder == gig.folder / "renders" / "export" and said == []
    mix, part, delay = sound(folder / "mix.wav"), sound(folder / "drone.wav"), Limiter(RATE).latency
    assert mix.shape == part.shape == gig.mix.shape
    assert np.array_equal(mix[:-delay], gig.mix[delay:]) and np.abs(mix).max() > 0.01
    again = part.copy()
    DcGuard(RATE).process(again)
    Limiter(RATE).process(again)
    assert np.array_equal(again[delay:], mix[:-delay])
    for name in ("mix", "drone"):
        assert struct.unpack_from("<Q", chunks(folder / f"{name}.wav")["bext"], 338) == (0,)


def test_a_part_of_a_session_begins_at_its_time_reference(gig: Gig) -> None:
    gig.play(40_000)
    folder, said = gig.export(at=0.25, until=0.5)
    start, stop = RATE // 4, RATE // 2
    mix, delay = sound(folder / "mix.wav"), Limiter(RATE).latency
    assert np.array_equal(mix, gig.mix[start + delay : stop + delay]) and not said
    assert len(sound(folder / "drone.wav")) == stop - start
    assert struct.unpack_from("<Q", chunks(folder / "mix.wav")["bext"], 338) == (start,)


def test_notes_and_controllers_are_where_they_were_through_changes_of_tempo(gig: Gig) -> None:
    gig.text("clock.bpm = 140", Tempo(140.0))
    gig.play(20_000)
    gig.text("clock(bpm=60, over=1)", Tempo(60.0, None, 1.0))
    gig.play(60_000)
    wanted = [5000, 17_777, 31_111, 42_000, 60_001, 80_000]
    data = ["904564", "b015057f", "e50040", "a04510", "804540", "d320"]  # two at once in one of them
    gig.midi(*zip(wanted, ["piano", "nano#2", *["piano"] * 4], data, strict=True))
    folder, _ = gig.export()
    file = mido.MidiFile(folder / "session.mid")
    assert (file.type, file.ticks_per_beat) == (1, 15360)
    names = [track.name for track in file.tracks]
    assert names == ["2026-11-22_1930_gig", *(f"{d} channel {c}" for d, c in
                     (("nano#2", 1), ("piano", 1), ("piano", 4), ("piano", 6)))]  # fmt: skip
    found = [(s, m.bytes()) for s, m in timed(folder / "session.mid") if not m.is_meta]
    ticks = 60.0 / 60.0 / 15360
    expected = ["904564", "b01505", "e50040", "a04510", "804540", "d320"]
    assert [bytes(b).hex() for _, b in found] == expected
    assert np.abs(np.array([s for s, _ in found]) - np.array(wanted) / RATE).max() <= ticks
    tempos = [m.tempo for _, m in timed(folder / "session.mid") if m.type == "set_tempo"]
    assert tempos[0] == round(60e6 / 92) and tempos[1] == pytest.approx(60e6 / 140, abs=40)
    assert tempos[-1] == pytest.approx(1e6, rel=1e-3) and len(tempos) > 4


def test_what_stood_and_was_held_before_is_there_and_nothing_hangs(gig: Gig) -> None:
    gig.play(80_000)
    gig.midi((1000, "piano", "903c64"), (1100, "piano", "904064"), (1200, "piano", "803c40"))
    gig.midi((1300, "piano", "b01530"), (1400, "piano", "b01540"), (1500, "piano", "e02050"))
    gig.midi((70_000, "piano", "904364"), (72_000, "piano", ""), (84_000, "piano", "903064"))
    folder, _ = gig.export(at=1.0, until=1.75)
    found = [(round((s + 1.0) * RATE), bytes(m.bytes()).hex()) for s, m in timed(folder / "session.mid")
             if not m.is_meta]  # fmt: skip
    at = RATE
    assert found[:3] == [(at, "b01540"), (at, "e02050"), (at, "904064")]
    assert [(abs(a - b) < 3, c) for (a, c), b in zip(found[3:], (70_000, 72_000, 72_000), strict=True)] == [
        (True, "904364"), (True, "804040"), (True, "804340"),
    ]  # fmt: skip


def test_typed_notes_are_a_track(gig: Gig) -> None:
    gig.text("drone.keys()", Keys("drone"))
    gig.text("note", PlayNote("drone", 64.0, 0.5, 1.0))
    gig.play(20_000)
    gig.text("held", PlayNote("drone", 67.0, 1.0, None))
    gig.play(20_000)
    folder, _ = gig.export()
    notes = [(s, m) for s, m in timed(folder / "session.mid") if m.type.startswith("note")]
    state = gig.conductor.state
    first = next(note for note in state.notes if note.key == 64.0)
    assert notes[0][0] == pytest.approx(state.tempo.sample(first.start) / RATE, abs=5e-5)
    assert {m.velocity for _, m in notes if m.type == "note_on"} == {64, 127}
    ons = [m.note for _, m in notes if m.type == "note_on"]
    assert sorted(ons) == sorted(m.note for _, m in notes if m.type == "note_off")


def test_places_are_in_the_sound_the_notes_and_the_lists(gig: Gig) -> None:
    gig.do(Quant(1.0))
    gig.text('scene("dark")', Scene("dark"))
    gig.play(20_000)
    gig.text("clock.bpm = 120\n\nclock.quant = 1   # " + "long " * 40, Tempo(120.0))
    info = {"number": 1, "name": "home", "start": 7000, "samples": 9000, "tags": ["good"], "binned": False}
    gig.record({"kind": "take", "sample": 16_000, "data": info})
    gig.record({"kind": "engine died", "sample": 18_000, "data": "signal 11"})
    gig.record({"kind": "message", "sample": 19_000, "data": {"text": "drone.z0 is held"}})
    for i in range(30):
        gig.record({"kind": "submit", "by": "osc", "text": f"/plaud/inst/drone/z0 {i}", "sample": 20_000 + i,
                    "data": {"changes": [{"do": "set"}]}})  # fmt: skip
    gig.begin(gig.renderer.position, gig.conductor.to_data())
    gig.play(6000)
    folder, _ = gig.export()
    with (folder / "markers.csv").open() as file:
        table = list(csv.DictReader(file))
    rows = {row["text"]: row for row in table}
    assert rows["take 1 home #good"]["end_seconds"] == f"{16_000 / RATE:.6f}"
    assert rows['scene("dark")']["kind"] == "scene"
    assert {"engine died: signal 11", "another engine plays", "drone.z0 is held"} <= rows.keys()
    assert sum(text.startswith("/plaud") for text in rows) == 1, "what goes on is marked where it begins"
    long = next(text for text in rows if text.startswith("clock.bpm"))
    assert len(long) == 60 and long.startswith("clock.bpm = 120 · clock.quant = 1 # long") and long[-1] == "…"
    tempo = gig.conductor.state.tempo
    beat = tempo.beat(int(rows[long]["sample"]))
    assert beat == pytest.approx(round(beat), abs=1e-4), "where it begins, not where it was typed"
    markers = [(s, m.text) for s, m in timed(folder / "session.mid") if m.type == "marker"]
    labels = [line.split("\t") for line in (folder / "labels.txt").read_text().splitlines()]
    cues = places(folder / "mix.wav")
    assert len(markers) == len(labels) == len(cues) == len(table)
    for (seconds, text), (begins, ends, label), (sample, name, samples) in zip(
        markers, labels, cues, strict=True
    ):
        decoded = text.encode("latin-1").decode()  # as mido reads all text
        assert decoded == label == name
        assert seconds == pytest.approx(float(begins), abs=1e-4)
        assert sample / RATE == pytest.approx(float(begins), abs=1e-6)
        assert samples / RATE == pytest.approx(float(ends) - float(begins), abs=2e-6)


def places(path: Path) -> list[tuple[int, str, int]]:
    """Cue points with their names and lengths: sample, name, samples."""
    found = chunks(path)
    assert list(found)[-3:] == ["data", "cue ", "LIST"] and found["LIST"][:4] == b"adtl"
    (count,) = struct.unpack_from("<I", found["cue "])
    cues = [struct.unpack_from("<II4sIII", found["cue "], 4 + 24 * i) for i in range(count)]
    names, lengths, at, data = {}, {}, 4, found["LIST"]
    while at < len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        number = struct.unpack_from("<I", data, at + 8)[0]
        if kind == b"labl":
            names[number] = data[at + 12 : at + 8 + size].rstrip(b"\0").decode()
        else:
            assert kind == b"ltxt" and data[at + 16 : at + 20] == b"rgn "
            lengths[number] = struct.unpack_from("<I", data, at + 12)[0]
        at += 8 + size + size % 2
    return [(cue[5], names[cue[0]], lengths.get(cue[0], 0)) for cue in cues]


@pytest.mark.skipif(shutil.which("sox") is None, reason="sox is not installed")
def test_sox_reads_it(gig: Gig) -> None:
    gig.play(3000)
    folder, _ = gig.export()
    read = subprocess.run(
        ["sox", folder / "mix.wav", "-t", "f32", "-"], check=True, capture_output=True, timeout=60
    )
    samples = np.frombuffer(read.stdout, "<f4").reshape(-1, 2)
    assert np.allclose(samples, sound(folder / "mix.wav"), rtol=0.0, atol=2.0**-24)  # that is its precision
    assert read.stderr == b""


def test_the_input_is_of_takes_and_of_what_was_captured(gig: Gig) -> None:
    gig.play(60_000)
    heard = 0.1 * noise(2 * 65_000, 3).reshape(-1, 2).astype(np.float32)
    gig.take(1, 4000, heard[4000:20_000], gaps=[[1000, 3000, "the writer was away"]])
    spool = Spool(gig.folder / "capture")
    spool.write("input", 50_000, heard[50_000:65_000])
    spool.miss(0, 50_000, "the writer was away")
    spool.close()
    folder, said = gig.export()
    read = sound(folder / "input.wav")
    assert np.array_equal(read[4000:20_000], heard[4000:20_000])
    assert np.array_equal(read[50_000:], heard[50_000:]) and not read[20_000:50_000].any()
    assert [line.split(":")[0] for line in said] == ["input"] * 3
    assert said[0] == "input: 0:00.0 to 0:00.1 was not kept, and is silent"
    assert said[2].startswith("input: 0:00.5 to 0:01.1") and said[2] in (folder / "export.txt").read_text()


def test_a_record_that_was_cut_off_is_exported_as_far_as_it_goes(gig: Gig) -> None:
    gig.play(20_000)
    gig.taken.flush()
    gig.record({"kind": "remark", "sample": 25_000})
    with (gig.folder / "events.jsonl").open("a") as file:
        file.write('{"sample": 30000, "kind": "sub')
    folder, said = export_session(gig.folder)
    assert np.array_equal(sound(folder / "mix.wav")[:20_000], gig.mix[Limiter(RATE).latency :][:20_000])
    assert len(sound(folder / "mix.wav")) == 25_000 and not said


def test_what_cannot_be_rendered_is_said_and_the_rest_is_there(gig: Gig) -> None:
    gig.play(20_000)
    (model,) = (gig.folder / "models").glob("*.plaud")
    model.unlink()
    delay = Limiter(RATE).latency
    gig.take(1, 10_000, gig.mix[10_000:20_000], "mix")
    gig.midi((6000, "piano", "903c64"))
    folder, said = gig.export()
    assert any(f"({model.name[:6]}) is not in the session's folder models/" in line for line in said)
    assert any(line.startswith("mix: 0:00.0 to 0:00.2 was not kept") for line in said)
    mix = sound(folder / "mix.wav")
    assert np.array_equal(mix[10_000 - delay : 20_000 - delay], gig.mix[10_000:20_000])
    assert not mix[:9000].any() and not (folder / "drone.wav").exists()
    assert any(m.type == "note_on" for _, m in timed(folder / "session.mid"))


def test_an_export_is_never_written_over(
    gig: Gig, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    gig.export()
    assert main(["sessions", "export", "gig"]) == 0
    assert capsys.readouterr().out == f"{gig.folder / 'renders' / 'export_2'}\n"
    assert main(["sessions", "export", "gig", "--out", str(tmp_path / "mine"), "--until", "0:00.1"]) == 0
    before = sorted(tmp_path.rglob("*"))
    assert main(["sessions", "export", "gig", "--out", str(tmp_path / "mine")]) == 2
    assert "mine: is there already — give another --out" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before
    assert main(["sessions", "export", "gog"]) == 2
    assert "no session 'gog'" in capsys.readouterr().err
    assert main(["sessions", "export", "gig", "--at", "17:00"]) == 2
    assert "has 0:00.1: nothing to export from 1020 s on" in capsys.readouterr().err


def test_a_disk_without_room_is_said_and_nothing_is_left(
    gig: Gig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gig.play(20_000)
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: full)
        with pytest.raises(SessionError, match="the mix alone wants 0 MB, 0 MB are free — give --out on"):
            gig.export(tmp_path / "out")
    written = WavFile.write

    def fill(file: WavFile, at: int, piece: np.ndarray) -> None:
        if at > 10_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        written(file, at, piece)

    monkeypatch.setattr(WavFile, "write", fill)
    with pytest.raises(SessionError, match=r"nothing was exported to .*: mix.wav: No space left on device"):
        gig.export(tmp_path / "out")
    assert not [path for path in tmp_path.iterdir() if "export" in path.name or path.name == "out"]
