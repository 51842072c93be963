"""The prompt that most tests here type at."""

import pytest

from tests.repl.silent import Prompt


@pytest.fixture
def prompt() -> Prompt:
    """A prompt at the first beat, with `drone`, whose second latent is `bright`."""
    return Prompt()
