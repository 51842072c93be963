"""JACK for whoever plays in it; a module that wants another server has a fixture of the same name."""

from collections.abc import Iterator

import pytest

from tests.processes import JackServer, jack_server


@pytest.fixture(scope="module")
def jack() -> Iterator[JackServer]:
    """A server of the module's own, in which nothing of a late client is lost."""
    with jack_server(patient=True) as server:
        yield server
