"""The engine and the writer of most tests here."""

from pathlib import Path

import pytest

from tests.recording.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A session at its first sample."""
    return Stage(tmp_path)
