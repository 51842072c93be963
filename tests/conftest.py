"""Rules for the whole test run: files go to a temporary home, real time is played alone, skips fail in CI."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.turns import Turns, is_realtime

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
FIRST = (
    "tests/test_patches",
    "tests/training/",
    "tests/notebooks/",
    "tests/compiler/test_cpp_block",
)
"""The longest."""

NOTHING_WRONG = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
_skipped: list[str] = []
_homes: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long those of `make soak` play that play."""
    parser.addoption("--minutes", type=float, default=60.0, help="of play in a soak test (%(default)g)")


def pytest_configure(config: pytest.Config) -> None:
    """Keep tests away from the performer's own sessions, models and controllers."""
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Turns(Path(config.workerinput["turns"])))
    _homes.append(tempfile.mkdtemp(prefix="plaud-live-tests-"))
    os.environ["PLAUD_HOME"] = _homes[-1]
    os.environ["PLAUD_MIDI_API"] = "none"  # tests that want MIDI ask for a JACK server of their own


def pytest_unconfigure() -> None:
    for home in _homes:
        shutil.rmtree(home, ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where all of them take turns."""
    node.workerinput["turns"] = _homes[-1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, what wants the machine for itself last: no worker waits for another."""
    items.sort(key=lambda item: (is_realtime(item), _turn(item.nodeid)))


def _turn(nodeid: str) -> int:
    """When a test has its turn: those of FIRST in that order, then the others."""
    return next((turn for turn, path in enumerate(FIRST) if nodeid.startswith(path)), len(FIRST))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear of whole files that are skipped: workers report only tests."""
    files = getattr(node, "workeroutput", {}).get("skipped", [])
    _skipped.extend(name for name in files if name not in _skipped)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["skipped"] = [name for name in _skipped if "::" not in name]
    elif IN_CI and _skipped and session.exitstatus in NOTHING_WRONG:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if IN_CI and _skipped:
        terminalreporter.section("skipped, which is a failure when CI is true", red=True)
        for name in _skipped:
            terminalreporter.line(name)
