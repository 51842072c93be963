"""The house: the command line stays light and answers in one line, and in CI a skipped test is a failure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from plaud_live import cli
from plaud_live.errors import SessionError

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"numba", "torch", "soundfile", "sounddevice", "prompt_toolkit", "textual", "mido", "rtmidi", "flamo"}


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with `words` in the checkout and collect what it prints."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "words", [["--help"], ["play", "--help"], ["panic", "--help"], ["monitor", "--help"], ["train", "--help"]]
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys, plaud_live.cli as cli\n"
        "try:\n    cli.main(sys.argv[1:])\n"
        "except SystemExit as end:\n    print('exit', end.code)\n"
        "print('loaded', *sys.modules)"
    )
    result = run("-c", code, *words)
    assert result.returncode == 0, result.stderr
    assert "exit 0" in result.stdout
    heavy = (
        HEAVY if words[0] == "train" else {*HEAVY, "numpy"}
    )  # defaults of a model come with its file format
    assert set(result.stdout.split("loaded ")[1].split()) & heavy == set()


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    assert f"usage: plaud-live {command}" in capsys.readouterr().out


def command_that_raises(error: BaseException) -> cli.Command:
    def fail(_: object) -> int:
        raise error

    return cli.Command("fails", cli.add_no_arguments, fail)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (SessionError("no instrument runs"), 2, "plaud-live: no instrument runs\n"),
        (PermissionError(13, "Permission denied", "out.wav"), 2, "plaud-live: out.wav: Permission denied\n"),
        (
            ModuleNotFoundError("No module named 'torch.nn'", name="torch.nn"),
            2,
            "plaud-live: panic needs torch, which is not installed — pip install 'plaud-live[train]'\n",
        ),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_goes_wrong_is_one_line(
    error: BaseException,
    code: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "panic", command_that_raises(error))
    assert cli.main(["panic"]) == code
    assert capsys.readouterr().err == line


def test_a_reader_that_has_read_enough_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "plaud_live", "info", "default"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    os.close(write)
    assert done.stderr == b""


def test_our_own_mistakes_keep_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDS, "panic", command_that_raises(ModuleNotFoundError(name="plaud_live.x")))
    with pytest.raises(ModuleNotFoundError):
        cli.main(["panic"])


@pytest.mark.parametrize(
    "words", [["--block", "3x"], ["nonsense"], ["render"], ["play", "--preset", "slow"], ["panic", "now"]]
)
def test_bad_words_are_one_line_and_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(words)
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("plaud-live: ")
    assert error.count("\n") == 1


def test_without_a_command_it_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    play = cli.COMMANDS["play"]
    monkeypatch.setitem(
        cli.COMMANDS, "play", cli.Command(play.help, play.add_arguments, lambda args: seen.append(args) or 0)
    )
    assert cli.main([]) == 0
    assert cli.main(["--plain", "--osc-port", "9200"]) == 0
    assert cli.main(["play", "bells", "--sink", "null"]) == 0
    assert [(a.model, a.plain, a.osc_port, a.sink) for a in seen] == [
        ("default", False, 9100, None),
        ("default", True, 9200, None),
        ("bells", False, 9100, "null"),
    ]


def run_tests(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the test files in `folder` by the rules of this house."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", str(folder), *words, str(folder)]
    return run("-m", "pytest", *options, **environment)


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(
    ("body", "ci", "code"),
    [
        ("def test_x():\n    pytest.skip('no sound card')", "true", 1),
        ("def test_x():\n    pytest.skip('no sound card')", "", 0),
        ("pytest.importorskip('no_such_package')\ndef test_x():\n    pass", "true", 1),
        ("@pytest.mark.xfail\ndef test_x():\n    raise ValueError", "true", 0),
        ("def test_x():\n    pass", "true", 0),
    ],
)
def test_a_skip_fails_the_run_in_ci(body: str, ci: str, code: int, workers: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(f"import pytest\n{body}\n")
    result = run_tests(tmp_path, "-n", workers, CI=ci)
    assert result.returncode == code, result.stdout
    assert ("which is a failure when CI is true" in result.stdout) == (code == 1)


LOOKS_FOR_IT = """
import time
from pathlib import Path
def test_looks():
    Path(__file__).with_name("begun").touch()
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        assert not Path(__file__).with_name("played").exists()
        time.sleep(0.01)
"""

WANTS_TO_BE_ALONE = """
import pytest, time
from pathlib import Path
@pytest.mark.realtime
def test_plays():
    Path(__file__).with_name("played").touch()
def test_waits_until_another_worker_looks():
    until = time.monotonic() + 30.0
    while not Path(__file__).with_name("begun").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
"""


def test_what_plays_in_real_time_waits_until_it_is_alone(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(LOOKS_FOR_IT)
    (tmp_path / "test_b.py").write_text(WANTS_TO_BE_ALONE)
    result = run_tests(tmp_path, "-n", "2", "--dist", "loadfile")
    assert result.returncode == 0, result.stdout
    assert (tmp_path / "played").exists()


def test_tests_do_not_write_into_the_performers_home() -> None:
    assert Path(os.environ["PLAUD_HOME"]).name.startswith("plaud-live-tests-")
