"""The prompt that most tests here type at, and the command that it runs beside."""

from pathlib import Path

import pytest

from tests.repl.commands import Command
from tests.repl.silent import Prompt


@pytest.fixture
def prompt() -> Prompt:
    """A prompt at the first beat, with `drone`, whose second latent is `bright`."""
    return Prompt()


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """What is run instead of `plaud-live`."""
    return Command(tmp_path, monkeypatch)
