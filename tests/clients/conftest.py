"""A running instrument for OSC clients of other authors, one for all tests of this folder."""

import select
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from plaud_live.control.osc import OscBundle, OscMessage, encode, parse
from plaud_live.control.transaction import Load, Play, Transaction
from plaud_live.engine import render
from plaud_live.synths import warm
from tests.playing import Playing
from tests.processes import PATIENCE, wait_for

ENGINE = "plaud_live.engine.process"
START_SECONDS = 120.0


class Instrument:
    """The built-in model as `drone`, playing, and an OSC client of ours that looks at it."""

    def __init__(self, playing: Playing) -> None:
        self.playing = playing
        wait_for(lambda: playing.instance.get("prompt"), "the instrument plays", START_SECONDS)
        self.prompt = playing.client()
        self.prompt.on_event = lambda event: None
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE)
        self.submit(Load("drone", "default"), Play("drone", 0.0, 0.0))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.playing.instance["osc_port"])

    def submit(self, *changes: Any) -> None:
        """Launch something as the prompt does."""
        self.prompt.request("submit", transaction=Transaction(changes, "test").to_data())

    def state(self) -> dict[str, Any]:
        """The engine's whole state, as JSON."""
        return dict(self.prompt.request("hello")["state"])

    def status(self) -> dict[str, Any]:
        """How it goes."""
        return dict(self.prompt.request("status"))

    def send(self, address: str, *arguments: Any) -> None:
        """One message."""
        self.socket.sendto(encode(address, *arguments), ("127.0.0.1", self.port))

    def ask(self, address: str, *arguments: Any) -> OscMessage:
        """One message, and its answer."""
        self.send(address, *arguments)
        answer = parse(self.socket.recv(8192))
        assert isinstance(answer, OscMessage)
        return answer

    def value(self, address: str) -> float:
        """The value of a parameter now."""
        answer = self.ask("/plaud/get", address)
        assert answer.arguments[0] == address, answer
        value = answer.arguments[1]
        assert isinstance(value, int | float)
        return float(value)

    def wait_value(self, address: str, wanted: float, tolerance: float = 1e-4) -> None:
        """Wait until a parameter has a value."""
        wait_for(
            lambda: abs(self.value(address) - wanted) <= tolerance,
            f"{address} is {wanted}, not {self.value(address)}",
        )

    def wait_plain(self) -> None:
        """Wait until everything that was sent before has been worked off."""
        assert self.ask("/plaud/sync", 1) == OscMessage("/plaud/synced", (1,))

    def close(self) -> None:
        """End it."""
        self.prompt.close()
        self.socket.close()
        self.playing.close()


class Ear:
    """A socket that hears what it is told: messages, those of bundles one by one."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.heard: list[OscMessage] = []
        self._syncs = 0

    def send(self, address: str, *arguments: Any) -> None:
        """One message."""
        self.socket.sendto(encode(address, *arguments), ("127.0.0.1", self.instrument.port))

    def listen(self) -> list[OscMessage]:
        """All that has come so far."""
        while select.select([self.socket], [], [], 0)[0]:
            packet = parse(self.socket.recv(65536))
            self.heard += packet.messages() if isinstance(packet, OscBundle) else [packet]
        return self.heard

    def settle(self) -> None:
        """Wait until everything that was sent from here has been worked off."""
        self._syncs += 1
        self.send("/plaud/sync", self._syncs)
        done = OscMessage("/plaud/synced", (self._syncs,))
        wait_for(lambda: done in self.listen(), "what was sent is worked off")

    def close(self) -> None:
        """Hear nothing more."""
        self.socket.close()


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instrument]:
    warm.warm()
    render.warm()
    folder = tmp_path_factory.mktemp("clients")
    playing = Playing(folder, engine=ENGINE, model="default", osc_port=0)
    try:
        instrument = Instrument(playing)
    except BaseException:
        playing.close()
        raise
    yield instrument
    instrument.close()


@pytest.fixture
def instrument(running: Instrument) -> Instrument:
    """The instrument, playing, at a place that no test goes to."""
    running.submit(Load("drone", "default"), Play("drone", 0.0, 0.0))
    for address, value in (("/plaud/inst/drone/z", (0.5,) * 8), ("/plaud/inst/drone/gain", (0.5,))):
        running.send(address, *value)
    for name in ("gain", *(f"z{i}" for i in range(8))):
        running.wait_value(f"/plaud/inst/drone/{name}", 0.5)
    return running


@pytest.fixture
def ear(instrument: Instrument) -> Iterator[Ear]:
    made = Ear(instrument)
    yield made
    made.close()
