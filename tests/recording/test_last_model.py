"""The model that an instrument played last: as it was then, whatever has become of its file."""

from pathlib import Path

import pytest

from plaud_live.cli import main
from plaud_live.control.transaction import Swap
from plaud_live.errors import SessionError
from plaud_live.model_file import read
from plaud_live.recording.last_model import last_model
from tests.models_for_tests import child_file, tiny_file
from tests.recording.test_replay import Session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Session(tmp_path / "sessions" / "2026-11-22_1930_test")
    made.load(tiny_file(tmp_path, "tiny"))
    made.play(5000)
    return made


def test_it_is_what_was_swapped_in_last(session: Session, tmp_path: Path) -> None:
    first = read(tmp_path / "tiny.plaud").digest
    session.replay()
    assert read(last_model(str(session.folder), "drone")).digest == first
    child = child_file(tmp_path / "tiny.plaud", "child")
    digest = read(child).digest
    session.models.keep(session.models.load_info(str(child)))
    session.do(Swap("drone", str(child), 0.1, 0.0, digest=digest))
    session.play(40_000)
    session.replay()
    child.unlink()
    assert read(last_model(str(session.folder), "drone")).digest == digest


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("{folder}:drune", "has no 'drune' — did you mean 'drone'?"),
        ("{folder}:bass", "has no 'bass' — has drone"),
        ("nowhere:drone", "no session 'nowhere'"),
    ],
)
def test_what_is_not_there_is_a_line(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str, says: str
) -> None:
    session.replay()
    assert main(["export", word.format(folder=session.folder), str(tmp_path / "out")]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_model_that_was_not_kept_is_said(session: Session) -> None:
    session.replay()
    for path in (session.folder / "models").glob("*.plaud"):
        path.unlink()
    with pytest.raises(SessionError, match="test has no 'drone' — has none"):
        last_model(str(session.folder), "drone")
