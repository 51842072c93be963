"""python-osc, by attwad: its client and its blocking server, as an artist's script uses them."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_server import ThreadingOSCUDPServer
from pythonosc.udp_client import SimpleUDPClient

from tests.clients.conftest import Instrument
from tests.processes import wait_for

pytestmark = pytest.mark.slow

Heard = list[tuple[str, list[Any]]]


@pytest.fixture
def client(instrument: Instrument) -> SimpleUDPClient:
    return SimpleUDPClient("127.0.0.1", instrument.port)


@pytest.fixture
def heard(instrument: Instrument, client: SimpleUDPClient) -> Iterator[Heard]:
    """What python-osc's own server hears, at a port that the client names."""
    found: Heard = []
    dispatcher = Dispatcher()
    dispatcher.set_default_handler(lambda address, *values: found.append((address, list(values))))
    server = ThreadingOSCUDPServer(("127.0.0.1", 0), dispatcher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client.send_message("/plaud/notify", [1, "param event error", server.server_address[1]])
    yield found
    client.send_message("/plaud/notify", 0)
    server.shutdown()
    server.server_close()


def bundle(seconds: float, *messages: tuple[Any, ...]) -> Any:
    """For so many seconds from now; 0: at once."""
    builder = OscBundleBuilder(time.time() + seconds if seconds else IMMEDIATELY)
    for address, *values in messages:
        made = OscMessageBuilder(address)
        for value in values:
            made.add_arg(value)
        builder.add_content(made.build())
    return builder.build()


def test_what_its_client_sends_is_done(client: SimpleUDPClient, instrument: Instrument) -> None:
    client.send_message("/plaud/inst/drone/z0", 0.25)
    client.send_message("/plaud/inst/drone/z", [0.25, 0.75])
    client.send_message("/plaud/inst/drone/freeze", True)
    instrument.wait_value("/plaud/inst/drone/freeze", 1.0)
    instrument.wait_value("/plaud/inst/drone/z1", 0.75)
    client.send_message("/plaud/inst/drone/freeze", False)
    instrument.wait_value("/plaud/inst/drone/freeze", 0.0)


def test_its_server_hears_what_changes(client: SimpleUDPClient, instrument: Instrument, heard: Heard) -> None:
    wait_for(lambda: any(address == "/plaud/inst/drone/gain" for address, _ in heard), "all values are told")
    instrument.send("/plaud/inst/drone/z6", 0.6875)
    wait_for(lambda: ("/plaud/inst/drone/z6", [0.6875]) in heard, "the change is told")


def test_a_bundle_of_its_own_is_done_at_its_time(client: SimpleUDPClient, instrument: Instrument) -> None:
    client.send(bundle(4.0, ("/plaud/inst/drone/z2", 0.8125), ("/plaud/inst/drone/z3", 0.1875)))
    instrument.wait_plain()
    assert instrument.value("/plaud/inst/drone/z2") == 0.5
    instrument.wait_value("/plaud/inst/drone/z2", 0.8125)
    instrument.wait_value("/plaud/inst/drone/z3", 0.1875)


def test_panic_does_not_wait_behind_a_bundle(client: SimpleUDPClient, instrument: Instrument) -> None:
    """A stock dispatcher sleeps until the time of a bundle, and all that comes after it sleeps too."""
    client.send(bundle(30.0, ("/plaud/inst/drone/z2", 0.8125)))
    client.send_message("/plaud/panic", [])
    instrument.wait_plain()
    assert instrument.state()["instruments"]["drone"]["sources"]["level"][1] == "panic"
    assert instrument.value("/plaud/inst/drone/z2") == 0.5
