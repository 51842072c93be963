"""The hub: bytes to events and live inputs, over a real socket too; what an unplugged device leaves."""

import json
import selectors
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from plaud_live.control.midi_events import Control, Event, Note, Quiet
from plaud_live.engine.midi_hub import MidiHub
from plaud_live.engine.midi_wire import BYTES, DEVICES, MAX_WAITING, SEND, Wire

NANO = {"name": "nanoKONTROL2 24:0", "stem": "nanoKONTROL2", "in": True, "out": True, "connected": True}
KEYS = {**NANO, "name": "KeyStep 28:0", "stem": "KeyStep"}


class Rig:
    """A hub with all that it says kept."""

    def __init__(self) -> None:
        self.now = 10.0
        self.written: dict[str, float] = {}
        self.lines: list[str] = []
        self.events: list[Event] = []
        self.hub = MidiHub(self.written.__setitem__, self.lines.append, lambda: self.now)
        self.hub.listeners.append(self.events.append)


class Ports:
    """The process of the ports, played by the test: a socket that the hub finds."""

    def __init__(self, rig: Rig, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self.selector = selectors.DefaultSelector()
        self.rig = rig
        rig.hub.attach(path, self.selector)

    def accept(self) -> Wire:
        self.rig.now += 1.0
        self.rig.hub.work(self.rig.now)
        accepted, _ = self._listener.accept()
        return Wire(accepted)

    def settle(self) -> None:
        """Let the hub take what has been sent."""
        for key, _ in self.selector.select(1.0):
            key.data()

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.fixture
def ports(rig: Rig) -> Iterator[Ports]:
    with tempfile.TemporaryDirectory(prefix="plaud-midi-") as folder:
        made = Ports(rig, Path(folder) / "midi.sock")
        yield made
        rig.hub.close()
        made.close()


def tell(wire: Wire, *devices: dict[str, object]) -> None:
    wire.put(DEVICES, 0, 0.0, json.dumps(devices).encode())
    wire.flush()


def test_bytes_become_events_and_what_is_wanted_is_written(rig: Rig) -> None:
    rig.hub.want(["midi/cc21", "midi/gate"])
    rig.hub.feed("nano", bytes((0xB0, 21, 127, 0xB0, 22, 1, 0x90, 60, 100)), 3.5)
    assert rig.written == {"midi/cc21": 1.0, "midi/gate": 1.0}
    assert rig.events == [
        Control(3.5, "nano", 1, "cc21", 1.0, 7, 127),
        Control(3.5, "nano", 1, "cc22", 1 / 127, 7, 1),
        Note(3.5, "nano", 1, 60, 100 / 127, True),
    ]


def test_a_listener_that_fails_costs_the_others_nothing(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(event: Event) -> None:
        raise ValueError("on purpose")

    rig.hub.listeners.insert(0, fail)
    rig.hub.feed("nano", bytes((0xB0, 21, 1, 0xB0, 21, 2)))
    assert len(rig.events) == 2
    assert capsys.readouterr().err.count("ValueError: on purpose") == 2


def test_an_msb_that_waits_makes_the_hub_due(rig: Rig) -> None:
    rig.hub.want(["midi/cc21-14"])
    for value in range(5):
        rig.hub.feed("nano", bytes((0xB0, 21, value, 0xB0, 53, 99)))
    rig.hub.work(rig.now)
    rig.hub.feed("nano", bytes((0xB0, 21, 64)))
    assert rig.written["midi/cc21-14"] == (4 * 128 + 99) / 16383
    assert rig.hub.due - rig.now < 0.02
    rig.now = rig.hub.due
    rig.hub.work(rig.now)
    assert rig.written["midi/cc21-14"] == 64 * 128 / 16383


def test_what_is_unplugged_lets_go_of_its_notes_and_leaves_its_knobs(rig: Rig) -> None:
    rig.hub.want(["midi/cc21", "midi/gate"])
    rig.hub.feed("keys", bytes((0xB0, 21, 127, 0x90, 60, 100)))
    rig.hub.unplug("keys")
    assert rig.written == {"midi/cc21": 1.0, "midi/gate": 0.0}
    assert rig.events[-1] == Quiet(rig.now, "keys")


def test_messages_come_over_the_wire_with_the_time_of_their_coming(rig: Rig, ports: Ports) -> None:
    wire = ports.accept()
    tell(wire, NANO, KEYS)
    wire.put(BYTES, 1, 7.25, bytes((0xB0, 21, 127)))
    wire.flush()
    ports.settle()
    assert rig.events == [Control(7.25, "KeyStep", 1, "cc21", 1.0, 7, 127)]
    assert rig.lines == []  # what is there from the beginning is nothing new
    assert [device["stem"] for device in rig.hub.devices()] == ["nanoKONTROL2", "KeyStep"]


def test_unplugging_and_plugging_in_is_said(rig: Rig, ports: Ports) -> None:
    wire = ports.accept()
    tell(wire, NANO)
    ports.settle()
    wire.put(BYTES, 0, 1.0, bytes((0x90, 60, 100)))
    tell(wire, {**NANO, "connected": False})
    tell(wire, {**NANO, "name": "nanoKONTROL2 32:0"}, KEYS)
    ports.settle()
    assert rig.events[-1] == Quiet(rig.now, "nanoKONTROL2")
    assert rig.lines == [
        "MIDI: nanoKONTROL2 is gone — its knobs stay where they are",
        "MIDI: KeyStep is there",
        "MIDI: nanoKONTROL2 is back",
    ]


def test_another_process_of_the_ports_is_found_when_one_is_gone(rig: Rig, ports: Ports) -> None:
    wire = ports.accept()
    tell(wire, NANO)
    ports.settle()
    wire.close()
    ports.settle()
    assert [device["connected"] for device in rig.hub.devices()] == [False]
    again = ports.accept()
    tell(again, NANO)
    ports.settle()
    assert rig.lines[-1] == "MIDI: nanoKONTROL2 is back"


def test_what_is_sent_goes_to_the_device_that_is_meant(rig: Rig, ports: Ports) -> None:
    wire = ports.accept()
    tell(wire, {**NANO, "stem": "nano#2"}, {**NANO, "stem": "nano"}, {**KEYS, "out": False})
    ports.settle()
    assert rig.hub.send("nano", b"\xb0\x15\x01", 12.5)
    assert rig.hub.send("nano#2", b"\xf8")
    assert not rig.hub.send("KeyStep", b"\xf8")
    assert not rig.hub.send("MPK", b"\xf8")
    frames = [tuple(frame) for frame in wire.receive()]
    assert frames == [(SEND, 1, 12.5, b"\xb0\x15\x01"), (SEND, 0, 0.0, b"\xf8")]


def test_what_is_lost_on_the_way_is_counted_and_said_once_a_device(rig: Rig, ports: Ports) -> None:
    wire = ports.accept()
    tell(wire, {**NANO, "lost": 0}, {**KEYS, "lost": 0})
    ports.settle()
    assert [device["lost"] for device in rig.hub.devices()] == [0, 0] and rig.hub.lost == 0
    tell(wire, {**NANO, "lost": 3}, {**KEYS, "lost": 0})
    ports.settle()
    for _ in range(3 * MAX_WAITING // 1000):  # nobody reads them at the other end
        rig.hub.send("KeyStep", bytes(1000))
    nano, keys = rig.hub.devices()
    assert nano["lost"] == 3 and keys["lost"] > 1000 and rig.hub.lost == 3 + keys["lost"]
    for _ in range(3):
        rig.hub.work(rig.now)
    assert [line for line in rig.lines if "are lost" in line] == [
        f"MIDI: messages of {stem} are lost: too many at once — midi.devices() counts"
        for stem in (nano["stem"], keys["stem"])
    ]


def test_what_is_sent_without_ports_is_kept(rig: Rig) -> None:
    rig.hub.send("nano", b"\xf8", 3.0)
    assert list(rig.hub.sent) == [("nano", b"\xf8", 3.0)]


def test_a_wire_whose_reader_sleeps_is_bounded_and_loses_no_piece_of_a_frame() -> None:
    one, other = map(Wire, socket.socketpair())
    payload = bytes(1000)
    for i in range(3000):
        one.put(BYTES, i % 7, float(i), payload)
    lost = one.lost.total()
    assert lost > 0 and set(one.lost) <= set(range(7))
    received = []
    one.flush()
    while frames := other.receive():
        received += frames
        one.flush()
    assert [frame.time for frame in received] == [float(i) for i in range(len(received))]
    assert len(received) == 3000 - lost
    assert len(received) * 1000 > 0.9 * MAX_WAITING
    one.close()
    assert other.receive() == []
    assert other.ended
    other.close()
