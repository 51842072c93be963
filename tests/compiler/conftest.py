"""What the tests of publishing begin with."""

from pathlib import Path

import pytest

from compiler.hot_reload import HotReload
from tests.compiler.publishing import Clock, reload_into


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live(tmp_path: Path, clock: Clock) -> HotReload:
    return reload_into(tmp_path, clock)
