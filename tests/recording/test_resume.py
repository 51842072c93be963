"""Where a session stood: its state, silent, whatever its record lacks."""

import json
from pathlib import Path

import numpy as np
import pytest

from plaud_live.control.parameters import LEVEL
from plaud_live.control.state import State
from plaud_live.control.transaction import Offer
from plaud_live.engine.journal import Journal
from plaud_live.errors import SettingsError
from plaud_live.model_file import read
from plaud_live.recording.resume import main, stand
from plaud_live.recording.spool import MIX, SPAN, Spool
from plaud_live.signals.graph import Constant, signal
from plaud_live.signals.oscillators import lfo
from tests.models_for_tests import child_file, tiny_file
from tests.recording.test_replay import RATE, Session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Session(tmp_path / "sessions" / "2026-11-22_1930_test")
    made.load(tiny_file(tmp_path, "tiny"))
    made.set("z0", lfo(1.5))
    made.play(5000)
    return made


def test_everything_is_there_and_nothing_sounds(session: Session) -> None:
    session.set("gain", signal(0.25))
    session.replay()
    found = stand(session.folder)
    assert found.sample == 5000 and found.sample_rate == RATE and not found.lost and found.state
    then, now = session.conductor.state, State.from_data(json.loads(json.dumps(found.state)))
    drone, before = now.instruments["drone"], then.instruments["drone"]
    level = drone.sources[LEVEL].signal
    assert isinstance(level, Constant) and level.number == 0.0
    for name in before.sources.keys() - {LEVEL}:
        assert drone.sources[name].text == before.sources[name].text
    assert now.tempo.bpm_at(0.0) == then.tempo.bpm_at(0.0) and now.anchors == then.anchors


def test_samples_go_on_after_all_that_was_captured(session: Session) -> None:
    """A drone may sound for long in which nothing is done."""
    session.replay()
    spool = Spool(session.folder / "capture")
    (session.folder / "capture" / "mix.7.f32").write_bytes(b"")
    spool.close()
    assert stand(session.folder).sample == 8 * SPAN


def test_it_ended_where_the_capture_ends(session: Session) -> None:
    session.replay()
    assert stand(session.folder).ended == 5000
    spool = Spool(session.folder / "capture")
    spool.write(MIX, 0, np.full((SPAN + 300, 2), 0.1, np.float32))
    spool.close()
    assert stand(session.folder).ended == SPAN + 300


def test_a_launch_whose_model_is_gone_is_said_and_the_others_are_there(
    session: Session, tmp_path: Path
) -> None:
    session.replay()
    (model,) = (session.folder / "models").glob("*.plaud")
    model.unlink()
    found = stand(session.folder)
    assert found.state is None
    assert found.lost[0] == f"it: model tiny ({model.stem[:6]}) is not in the session's folder models/"


def test_what_was_trained_and_not_offered_is_to_be_offered(session: Session) -> None:
    path = child_file(next(session.folder.parents[1].glob("tiny.plaud")), "child")
    made = {"instrument": "drone", "digest": read(path).digest, "path": str(path), "name": "child"}
    session.record({"kind": "trained", "sample": 5000, "data": made})
    session.replay()
    assert stand(session.folder).made == (made,)
    session.models.keep(session.models.load_info(str(path)))
    session.do(Offer("drone", str(path), made["digest"]))
    session.replay()
    found = stand(session.folder)
    assert found.made == () and found.state is not None
    assert [info["digest"] for info in found.state["offers"]["drone"]] == [made["digest"]]


def test_a_session_that_never_sounded_begins_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events.jsonl").write_text('{"kind": "message", "sample": 0}\n')
    assert main([str(tmp_path)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"state": None, "sample": 0, "sample_rate": None, "lost": [], "made": [], "ended": 0}
    (tmp_path / "session.toml").write_text("sample_rate = [")
    assert main([str(tmp_path)]) == 2
    assert "not the settings of a session" in capsys.readouterr().err


def test_a_journal_goes_on_in_a_folder_and_after_a_torn_line(tmp_path: Path) -> None:
    first = Journal(tmp_path, "gig")
    first.describe(sample_rate=44100.0)
    first.write("one", "test", sample=1)
    first.close()
    assert first.folder is not None
    record = first.folder / "events.jsonl"
    record.write_text(record.read_text() + '{"sample": 2, "ki')
    again = Journal(tmp_path, "gig", first.folder)
    again.resume(ended=1)
    again.describe(sample_rate=48000.0)
    again.write("two", "test", sample=3)
    again.close()
    assert again.folder == first.folder and "44100" in (first.folder / "session.toml").read_text()
    kinds = [json.loads(line)["kind"] for line in record.read_text().splitlines() if line.endswith("}")]
    assert kinds == ["one", "resumed", "two"]
    with pytest.raises(SettingsError):
        Journal(tmp_path, "no name")
