"""Turns on this machine: what plays in real time runs alone, whatever the other workers of pytest-xdist do.

A worker has a share of the machine while it runs a test. One that comes to a test marked `realtime` waits
until it is alone, and stays so for all such tests that follow. Without pytest-xdist nobody has to wait.
"""

import fcntl
from collections.abc import Generator
from pathlib import Path

import pytest

MARKER = "realtime"


def is_realtime(item: pytest.Item) -> bool:
    """Whether a test wants the machine for itself."""
    return item.get_closest_marker(MARKER) is not None


class Turns:
    """A worker's plugin; the files in `folder`, which all workers share, are locked by whose turn it is."""

    def __init__(self, folder: Path) -> None:
        self._machine = (folder / "machine").open("w+b")
        self._door = (folder / "door").open("w+b")
        self._alone = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Run a test, and take down what it stood on, in its turn; waiting is before any time limit."""
        if not self._alone:
            self._alone = is_realtime(item)
            self._take(fcntl.LOCK_EX if self._alone else fcntl.LOCK_SH)
        try:
            return (yield)
        finally:
            self._alone = self._alone and nextitem is not None and is_realtime(nextitem)
            if not self._alone:
                fcntl.lockf(self._machine, fcntl.LOCK_UN)

    def _take(self, how: int) -> None:
        """Wait at the door, where one at a time waits: who wants to be alone is not overtaken for ever."""
        fcntl.lockf(self._door, fcntl.LOCK_EX)
        fcntl.lockf(self._machine, how)
        fcntl.lockf(self._door, fcntl.LOCK_UN)
