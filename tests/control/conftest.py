"""What the tests of the control plane begin with."""

import pytest

from tests.control.player import Player


@pytest.fixture
def player() -> Player:
    return Player()
