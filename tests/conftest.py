"""Rules for the whole test run: files go to a temporary home, and in CI a skipped test is a failure."""

import os
import shutil
import tempfile

import pytest

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
_skipped: list[str] = []
_homes: list[str] = []


def pytest_configure() -> None:
    """Keep tests away from the performer's own sessions, models and controllers."""
    _homes.append(tempfile.mkdtemp(prefix="plaud-live-tests-"))
    os.environ["PLAUD_HOME"] = _homes[-1]
    os.environ["PLAUD_MIDI_API"] = "none"  # tests that want MIDI ask for a JACK server of their own


def pytest_unconfigure() -> None:
    for home in _homes:
        shutil.rmtree(home, ignore_errors=True)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if IN_CI and _skipped and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if IN_CI and _skipped:
        terminalreporter.section("skipped, which is a failure when CI is true", red=True)
        for name in _skipped:
            terminalreporter.line(name)
