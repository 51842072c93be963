"""liblo, by Steve Harris and Stephen Sinclair: `oscsend` asks, `oscdump` prints what subscribers are told."""

import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from plaud_live.control.osc import encode
from tests.clients.conftest import Ear, Instrument
from tests.clients.programs import Program, needs
from tests.processes import wait_for

pytestmark = pytest.mark.slow


def oscsend(instrument: Instrument, *words: object) -> None:
    command = ["oscsend", "127.0.0.1", instrument.port, *words]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def dump(instrument: Instrument) -> Iterator[tuple[Program, int]]:
    """Oscdump on a free port, listening."""
    needs("oscdump", "oscsend")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Program(["oscdump", "-L", str(port)])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as knock:

        def answered() -> list[str]:
            knock.sendto(encode("/knock"), ("127.0.0.1", port))
            return program.said()

        wait_for(answered, f"oscdump listens at {port}")
    yield program, port
    program.close()


@pytest.mark.parametrize(
    ("address", "tags", "arguments", "value"),
    [
        ("/plaud/inst/drone/z0", "f", [0.25], 0.25),
        ("/plaud/inst/drone/z0", "d", [0.125], 0.125),
        ("/plaud/inst/drone/sines", "i", [7], 7.0),
        ("/plaud/inst/drone/sines", "h", [9], 9.0),
        ("/plaud/inst/drone/freeze", "T", [], 1.0),
        ("/plaud/inst/drone/freeze", "F", [], 0.0),
        ("/plaud/inst/drone/gain", "ff", [0.625, 0.25], 0.625),
        ("/plaud/inst/drone/z[23]", "f", [0.75], 0.75),
        ("/plaud/clock/bpm", "i", [120], 120.0),
    ],
)
def test_every_numeric_type_sets_a_value(
    instrument: Instrument, address: str, tags: str, arguments: list[Any], value: float
) -> None:
    needs("oscsend")
    oscsend(instrument, address, tags, *arguments)
    instrument.wait_value(address.replace("[23]", "3"), value)


def test_nil_leaves_a_latent_where_it_is(instrument: Instrument) -> None:
    needs("oscsend")
    oscsend(instrument, "/plaud/inst/drone/z", "fNf", 0.125, 0.875)
    instrument.wait_value("/plaud/inst/drone/z2", 0.875)
    instrument.wait_value("/plaud/inst/drone/z0", 0.125)
    assert instrument.value("/plaud/inst/drone/z1") == 0.5


def test_anchors_and_scenes_go_by_name(instrument: Instrument) -> None:
    needs("oscsend")
    oscsend(instrument, "/plaud/scene/save", "s", "here")
    oscsend(instrument, "/plaud/inst/drone/anchor", "sf", "bell", 0.0)
    instrument.wait_plain()
    sources = instrument.state()["instruments"]["drone"]["sources"]
    assert sources["z"][1] == "A.bell"
    oscsend(instrument, "/plaud/scene/recall", "sf", "here", 0.0)
    instrument.wait_value("/plaud/inst/drone/z0", 0.5)


def test_panic_is_silence(instrument: Instrument) -> None:
    needs("oscsend")
    oscsend(instrument, "/plaud/panic")
    instrument.wait_plain()
    assert instrument.state()["instruments"]["drone"]["sources"]["level"][1] == "panic"


def test_oscdump_prints_what_it_is_told(instrument: Instrument, ear: Ear, dump: tuple[Program, int]) -> None:
    """The ear asks for it at oscdump's port: replies go where the asker says, on its own machine."""
    program, port = dump
    ear.send("/plaud/notify", 1, "param beat meter error", port)
    program.wait_said("/plaud/inst/drone/z7 f ")
    program.wait_said("/plaud/clock/beat.reply ff ")
    program.wait_said("/plaud/meter/drone ff ")
    instrument.send("/plaud/inst/drone/z5", 0.375)
    program.wait_said("/plaud/inst/drone/z5 f 0.375")
    oscsend(instrument, "/plaud/nowhere")
    ear.send("/plaud/notify", 0)
