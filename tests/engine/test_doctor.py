"""The doctor: every line says ok, note or problem, and what is wrong has a remedy."""

import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from plaud_live import settings
from plaud_live.engine import doctor
from plaud_live.engine.doctor import NOTE, OK, PROBLEM
from tests.processes import jack_server


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUD_RUN_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path / "home"))


def run_doctor(*arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: PortAudio aborts one whose JACK server is gone when it ends."""
    code = "import sys; from plaud_live.engine.doctor import doctor; sys.exit(doctor(*sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def test_report_has_a_line_for_each_and_tells_whether_one_can_play() -> None:
    with jack_server():
        report = run_doctor()
    assert report.returncode == 0
    lines = [line for line in report.stdout.splitlines() if not line.lstrip().startswith("→")]
    assert lines[-1] == "ready to play"
    assert {line.split()[0] for line in lines[:-1]} <= {OK, NOTE}
    for what in (
        "Python",
        "packages",
        "PortAudio",
        "JACK",
        "system",
        "real time",
        "memory",
        "OSC",
        "MIDI",
        "terminal",
    ):
        assert what in report.stdout


def test_card_that_was_asked_for_and_is_not_there_is_a_problem() -> None:
    with jack_server():
        report = run_doctor("thunder")
    assert report.returncode == 1
    assert "problem  playing to: --device thunder: no such sound card" in report.stdout


def test_without_portaudio_one_may_play_without_sound(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    (finding,) = doctor.check_sound(None)
    assert finding.state == NOTE
    assert "apt install libportaudio2" in finding.remedy


def test_missing_package_is_a_problem_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no_such_package"))
    finding = next(doctor.check_packages())
    assert (finding.state, finding.remedy) == (PROBLEM, "pip install no_such_package")


def test_port_in_use_is_a_note() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        patch = pytest.MonkeyPatch()
        patch.setattr(settings, "OSC_PORT", port)
        (finding,) = doctor.check_osc_port()
        patch.undo()
    assert finding.state == NOTE
    assert str(port) in finding.text


@pytest.mark.skipif(sys.platform != "linux", reason="asks for Linux's limits")
def test_what_is_said_of_real_time_is_what_the_limits_allow() -> None:
    (finding,) = doctor.check_real_time()
    if finding.state == NOTE:
        assert resource.getrlimit(resource.RLIMIT_RTPRIO)[0] in (0, 1)
        assert "limits.d" in finding.remedy
    else:
        assert "SCHED_FIFO" in finding.text


def test_run_folder_that_cannot_be_made_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PLAUD_RUN_DIR", str(tmp_path / "file" / "run"))
    sessions, run = doctor.check_folders()
    assert (sessions.state, run.state) == (OK, PROBLEM)
    assert "PLAUD_RUN_DIR" in run.remedy


def test_midi_is_looked_at_and_its_absence_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    (none,) = doctor.check_midi()
    assert none.state == NOTE  # tests have none, unless they ask for it
    with jack_server():
        monkeypatch.setenv("PLAUD_MIDI_API", "jack")
        assert [str(finding) for finding in doctor.check_midi()] == [
            "ok       MIDI: jack: nothing plugged in"
        ]
