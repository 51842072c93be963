"""The real processes that tests start leave nothing behind that stops the next ones."""

from tests.processes import JackServer, jack_server


def test_killed_servers_do_not_use_up_the_places_that_jack_has() -> None:
    for _ in range(9):  # JACK remembers eight
        with jack_server() as server:
            server.kill()


def test_two_servers_at_a_time_have_names_of_their_own() -> None:
    with jack_server() as first:
        second = JackServer()
        second.close()
    assert first.name != second.name
