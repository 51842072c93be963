"""`plaud-live eval`: what it prints, where, and its exit code."""

import io
import json
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from plaud_live import cli
from plaud_live.repl.desk import Desk
from plaud_live.repl.editor import listening
from plaud_live.repl.editor_client import SOCKET_NAME
from tests.processes import wait_for
from tests.repl.silent import SilentEngine
from tests.repl.test_main import Stage

PATIENCE = 60.0
"""Seconds; only a failure waits so long."""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A run folder, short as the path of a socket has to be."""
    with tempfile.TemporaryDirectory() as made:
        monkeypatch.setenv("PLAUD_RUN_DIR", made)
        yield Path(made)


@pytest.fixture
def prompt(folder: Path) -> Iterator[SilentEngine]:
    """A prompt that listens in the run folder; its engine."""
    engine = SilentEngine()
    desk = Desk(engine, engine.snapshot, lambda line: None)
    desk.on_start(desk.namespace.interpreter.remember)  # pytest changes the streams of this process
    desk.enter('drone = load("default")').result(PATIENCE)
    with listening(desk, folder / SOCKET_NAME):
        yield engine
    desk.close()


def test_accepted_is_0_and_the_value_is_printed(
    prompt: SilentEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["eval", "drone.z0 = .3; 6*7"]) == 0
    assert capsys.readouterr() == ("42\n", "")
    assert cli.main(["eval", "drone.z0", "=", ".4"]) == 0  # words without quotes
    assert capsys.readouterr() == ("", "")
    assert prompt.conductor.state.instruments["drone"].sources["z"].text == "0.4"


def test_refused_is_1_and_the_line_is_an_error(
    prompt: SilentEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["eval", "drone.gian = .3"]) == 1
    assert capsys.readouterr() == ("", "drone has no 'gian' — did you mean 'gain'?\n")


def test_the_whole_answer_is_json(prompt: SilentEngine, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["eval", "--json", "drone.gain = .5"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "shown": "", "beat": 0.0}


def test_a_file_and_the_standard_input_are_sent_whole(
    prompt: SilentEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "block.py"
    file.write_text("for n in range(3):\n    x = n\nx, 'ü'\n", encoding="utf-8")
    for words in (["eval", str(file)], ["eval", "-"], ["eval"]):
        monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(file.read_bytes())))
        assert cli.main(words) == 0
        assert capsys.readouterr().out == "(2, 'ü')\n"


def test_no_prompt_no_file_and_no_text_are_2_and_a_line_each(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe")
    lines = {
        "1 + 1": "no prompt at ",
        "nowhere.py": "eval nowhere.py: no such file",
        str(tmp_path / "binary.py"): "is not a text",
    }
    for given, line in lines.items():
        assert cli.main(["eval", given]) == 2
        error = capsys.readouterr().err
        assert line in error
        assert error.startswith("plaud-live: ")
        assert error.count("\n") == 1


def test_a_prompt_in_its_own_process_listens_until_it_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = Stage(folder)
    process = subprocess.Popen(
        stage.command("--plain"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=stage.environment,
        pass_fds=[stage.snapshot.fd],
        text=True,
    )
    try:
        wait_for((folder / SOCKET_NAME).exists, "the prompt listens", PATIENCE)
        assert cli.main(["eval", "drone.z0 = .3", ";", "drone"]) == 0
        assert capsys.readouterr().out == "drone: default, 4 latents, silent\n"
        assert "editor> drone.z0 = .3 ; drone" in process.communicate(timeout=PATIENCE)[0]
        assert not (folder / SOCKET_NAME).exists()
    finally:
        process.kill()
        process.wait()
        stage.close()
