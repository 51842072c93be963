"""Pure Data without a screen, with pd/osc-control.pd open: faders, buttons, and what they are told."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from plaud_live.control.osc import OscMessage, encode, parse
from tests.clients.conftest import Instrument
from tests.clients.programs import PdClient, needs
from tests.processes import PATIENCE, wait_for
from tests.surfaces.readers import LAYOUT

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
PATCH = ROOT / "pd" / "osc-control.pd"
SPY = """\
#N canvas 0 0 400 300 12;
#X obj 10 10 r plaud-drone-{name};
#X obj 10 40 print {name};
#X connect 0 0 1 0;
"""
"""A patch of somebody else, which sees what happens to a fader."""

STRANGER = """\
#N canvas 0 0 400 300 12;
#X obj 10 10 delay {wait};
#X obj 10 40 loadbang;
#X msg 10 70 \\; {message};
#X connect 1 0 0 0;
#X connect 0 0 2 0;
"""
"""A patch of somebody else, which sends a message a while after it was opened."""


class Heard:
    """A socket in the instrument's place."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE)
        self.sender = ("", 0)

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def next(self) -> OscMessage:
        packet, self.sender = self.socket.recvfrom(8192)
        message = parse(packet)
        assert isinstance(message, OscMessage)
        return message

    def tell(self, address: str, *arguments: float | str) -> None:
        self.socket.sendto(encode(address, *arguments), self.sender)


@pytest.fixture
def ear() -> Iterator[Heard]:
    needs("pd")
    heard = Heard()
    yield heard
    heard.socket.close()


def spy(folder: Path, name: str) -> Path:
    path = folder / f"spy-{name}.pd"
    path.write_text(SPY.format(name=name))
    return path


def test_every_fader_and_button_says_what_it_is_called(ear: Heard) -> None:
    """The packets, one for each: whole numbers where only those make sense, over from the number box."""
    faders = {fader: fader.low + 0.3 * (fader.high - fader.low) for fader in LAYOUT.faders}
    moves = [f"plaud-drone-{fader.key} {value:.6g}" for fader, value in faders.items()]
    presses = [f"plaud-drone-{button.key} bang" for button in LAYOUT.buttons]
    pd = PdClient([PATCH], [f"plaud-connect 127.0.0.1 {ear.port}", *moves, *presses])
    try:
        assert ear.next() == OscMessage("/plaud/notify", (1.0, "param beat meter error"))
        for fader, value in faders.items():
            sent = ear.next()
            wanted = float(int(value + 0.5)) if fader.whole and not fader.is_switch else value
            assert sent.address == fader.address
            assert sent.arguments == (pytest.approx(wanted, abs=1e-5 * max(1.0, fader.high)),)
        assert [ear.next() for _ in LAYOUT.buttons] == [
            OscMessage(button.address, button.arguments) for button in LAYOUT.buttons
        ]
    finally:
        pd.close()


def test_a_fader_follows_and_does_not_answer(ear: Heard, tmp_path: Path) -> None:
    late = tmp_path / "late.pd"
    late.write_text(STRANGER.format(wait=400, message="plaud-drone-z1 0.625"))
    pd = PdClient([spy(tmp_path, "z0"), PATCH, late], [f"plaud-connect 127.0.0.1 {ear.port}"])
    try:
        assert ear.next().address == "/plaud/notify"
        ear.tell("/plaud/inst/drone/z0", 0.75)
        ear.tell("/plaud/inst/other/z0", 0.125)
        pd.wait_said("z0: set 0.75")
        assert ear.next() == OscMessage("/plaud/inst/drone/z1", (0.625,))  # and nothing of z0 before it
        assert not any("0.125" in line for line in pd.said())
    finally:
        pd.close()


def test_the_patch_answers_who_asks_whether_it_is_there(ear: Heard) -> None:
    """Numbers of 24 bits, which its floats hold: an instrument elsewhere then tells it what changes."""
    pd = PdClient([PATCH], [f"plaud-connect 127.0.0.1 {ear.port}"])
    try:
        assert ear.next().address == "/plaud/notify"
        ear.tell("/plaud/ping", 2**24 - 1, 10_000_019)
        assert ear.next() == OscMessage("/plaud/pong", (2.0**24 - 1, 10_000_019.0))
    finally:
        pd.close()


def test_the_instrument_is_played_and_plays_back(instrument: Instrument, tmp_path: Path) -> None:
    needs("pd")
    patches = [spy(tmp_path, "z5"), spy(tmp_path, "meter"), PATCH]
    sent = [f"plaud-connect 127.0.0.1 {instrument.port}", "plaud-drone-z0 0.25", "plaud-drone z1 0.875 0.1"]
    pd = PdClient(patches, [*sent, "plaud-drone-sines 20.3"])
    try:
        instrument.wait_value("/plaud/inst/drone/z0", 0.25)
        instrument.wait_value("/plaud/inst/drone/z1", 0.875)
        instrument.wait_value("/plaud/inst/drone/sines", 20.0)
        pd.wait_said("z5: set 0.5")
        instrument.send("/plaud/inst/drone/z5", 0.1875)
        pd.wait_said("z5: set 0.1875")
        wait_for(lambda: any(line.startswith("meter: -") for line in pd.said()), "the level in dB is shown")
        assert not [line for line in pd.said() if "error" in line]
    finally:
        pd.close()
