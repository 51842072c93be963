"""TouchDesigner, which runs nowhere here: its script with stand-ins for what it gives a script, and a stream
as its OSC Out CHOP sends it, both against a running instrument.
"""

import select
import struct
import time
from pathlib import Path
from typing import Any

import pytest
from pythonosc.udp_client import SimpleUDPClient

from plaud_live.control.osc import encode
from plaud_live.control.transaction import Set
from plaud_live.signals.graph import signal
from plaud_live.signals.live import Live
from tests.clients.conftest import Ear, Instrument
from tests.processes import wait_for
from tests.surfaces.readers import LAYOUT

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).resolve().parent.parent.parent / "surfaces" / "touchdesigner.py"
FRAMES_A_SECOND, SECONDS = 60, 5
OWN = 40 - len(LAYOUT.latents)
"""Channels that are controls of the artist's own; the others are latents."""


class Table:
    """A Table DAT: https://docs.derivative.ca/TableDAT_Class."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []

    def clear(self) -> None:
        self.rows = []

    def appendRow(self, cells: list[Any]) -> None:  # noqa: N802 (theirs)
        self.rows.append(list(cells))

    def row(self, name: str) -> list[Any] | None:
        return next((row for row in self.rows if row[0] == name), None)

    def __setitem__(self, place: tuple[str, int], value: Any) -> None:
        found = self.row(place[0])
        assert found is not None, f"no row {place[0]}"
        found[place[1]] = value

    def __getitem__(self, place: tuple[str, int]) -> Any:
        found = self.row(place[0])
        return found[place[1]] if found else None


class OscOut:
    """An OSC Out DAT, by python-osc: https://docs.derivative.ca/OscoutDAT_Class."""

    def __init__(self, port: int) -> None:
        self._client = SimpleUDPClient("127.0.0.1", port)

    def sendOSC(self, address: str, values: list[Any]) -> None:  # noqa: N802 (theirs)
        self._client.send_message(address, values)


class Project:
    """The four operators of the page, and the script's module."""

    def __init__(self, instrument: Instrument, ear: Ear) -> None:
        self.table, self._ear, self._taken = Table(), ear, 0
        self.delayed: list[tuple[str, int]] = []
        out = OscOut(instrument.port)
        self.module: dict[str, Any] = {
            "op": {"plaud": self.table, "plaud_out": out}.__getitem__,
            "me": None,
            "runs": [],
            "run": lambda text, fromOP, group, delayMilliSeconds: self.delayed.append(
                (text, delayMilliSeconds)
            ),
        }
        exec(compile(SCRIPT.read_text(), str(SCRIPT), "exec"), self.module)
        self.module["REPLY_PORT"] = ear.socket.getsockname()[1]

    def cook(self) -> Table:
        """The OSC In DAT calls the script for all that has come."""
        heard = self._ear.listen()
        for message in heard[self._taken :]:
            self.module["onReceiveOSC"](None, 0, "", b"", 0.0, message.address, list(message.arguments), None)
        self._taken = len(heard)
        return self.table


def test_the_script_fills_its_table_with_what_it_is_told(instrument: Instrument, ear: Ear) -> None:
    project = Project(instrument, ear)
    project.module["listen"]()
    assert [row[0] for row in project.table.rows[:8]] == [f"z{i}" for i in range(8)]
    assert project.delayed == [("mod.plaud_script._ask()", 20_000)]
    wait_for(lambda: project.cook()["z0", 1] == 0.5, "the latent's value is there")
    instrument.send("/plaud/inst/drone/z6", 0.8125)
    wait_for(lambda: project.cook()["z6", 1] == 0.8125, "a change is there")
    wait_for(lambda: project.cook()["peak", 1] > 0.0, "the level is there")
    first = project.cook()["beat", 1]
    wait_for(lambda: project.cook()["beat", 1] > first, "the beat goes on")
    project.module["send"]("/plaud/inst/drone/nothing", 1.0)
    wait_for(lambda: "404" in str(project.cook()["failed", 1]), "what failed is there")
    project.module["send"]("/plaud/notify", 0)


def test_the_words_of_the_script_play(instrument: Instrument, ear: Ear) -> None:
    words = Project(instrument, ear).module

    def source(name: str) -> str:
        instrument.wait_plain()
        return str(instrument.state()["instruments"]["drone"]["sources"][name][1])

    words["send"]("/plaud/scene/save", "s1")
    words["go"]("bell", 0)
    wait_for(lambda: source("z") == "A.bell", "it goes to an anchor")
    words["scene"]("s1", 0)
    instrument.wait_value("/plaud/inst/drone/z0", 0.5)
    for word, text in (("panic", "panic"), ("play", "play"), ("hush", "hush"), ("stop", "stop")):
        words[word]()
        wait_for(lambda text=text: source("level") == text, f"{word} is done")


def frame_bundle(seconds: float, channels: dict[str, float]) -> bytes:
    """All channels of a frame in one bundle, whose timetag counts seconds from the first frame on."""
    whole = int(seconds)
    packet = b"#bundle\0" + struct.pack(">II", whole, int((seconds - whole) * 2**32))
    for name, value in channels.items():
        message = encode("/" + name, float(value))
        packet += struct.pack(">i", len(message)) + message
    return packet


def test_a_stream_of_40_channels_at_60_hz_loses_nothing(instrument: Instrument, ear: Ear) -> None:
    """Every bundle is counted, none is dropped or refused, and the last frame is what sounds."""
    latents = [fader.address[1:] for fader in LAYOUT.latents]
    names = (*latents, *(f"plaud/ctl/td/c{i}" for i in range(OWN)))
    instrument.submit(Set("drone", "pan", Live("osc/td/c0", 0), 0.0, 0.0))
    before, frames = instrument.status()["osc"], FRAMES_A_SECOND * SECONDS
    started = time.monotonic()
    for frame in range(frames):
        values = {name: ((frame + 7 * i) % frames) / frames for i, name in enumerate(names)}
        packet = frame_bundle(frame / FRAMES_A_SECOND, values)
        ear.socket.sendto(packet, ("127.0.0.1", instrument.port))
        left = started + (frame + 1) / FRAMES_A_SECOND - time.monotonic()
        select.select([ear.socket], [], [], max(0.0, left))  # nothing is answered
    ear.settle()

    after = instrument.status()["osc"]
    assert after["untimely"] - before["untimely"] == frames
    assert [after[count] - before[count] for count in ("dropped", "malformed", "refused")] == [0, 0, 0]
    assert {message.address for message in ear.listen()} == {"/plaud/synced"}
    for name in latents:
        instrument.wait_value("/" + name, values[name], 1e-5)
    heard = instrument.status()["inputs"]  # those that were heard last: not always all
    shown = [i for i in range(OWN) if f"osc/td/c{i}" in heard]
    assert len(shown) >= OWN // 2
    for i in shown:
        assert heard[f"osc/td/c{i}"] == [pytest.approx(values[f"plaud/ctl/td/c{i}"], abs=1e-4)]
    instrument.wait_value("/plaud/inst/drone/pan", values["plaud/ctl/td/c0"], 1e-4)
    instrument.submit(Set("drone", "pan", signal(0.5), 0.0, 0.0))
