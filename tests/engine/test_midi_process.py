"""The process of the MIDI ports: what it says where there is no MIDI, and when it sends what it is given."""

import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plaud_live.control.midi_events import Event, Note, Quiet
from plaud_live.engine.link import Channel
from plaud_live.engine.midi_hub import MidiHub
from plaud_live.engine.midi_process import LOOK_SECONDS
from plaud_live.engine.midi_wire import SOCKET_NAME
from tests.jack import MidiPeer, connect, message, wires
from tests.playing import Playing
from tests.processes import PATIENCE, JackServer, jack_server, wait_for

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "plaud_live.engine.midi_process"]


def said(folder: Path, **environment: str) -> tuple[list[str], int]:
    """What the process tells the supervisor before it ends by itself, and its exit status."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    process = subprocess.Popen(
        [*COMMAND, "--channel", str(theirs.fileno()), "--socket", str(folder / SOCKET_NAME)],
        cwd=ROOT,
        env={**os.environ, **environment},
        pass_fds=(theirs.fileno(),),
    )
    theirs.close()
    status = process.wait(PATIENCE)
    lines = [str(message["text"]) for message in channel.receive()]
    channel.close()
    return lines, status


def test_without_its_library_it_says_so_once_and_what_to_install(tmp_path: Path) -> None:
    text = "libasound.so.2: cannot open shared object file"
    (tmp_path / "rtmidi.py").write_text(f'raise ImportError("{text}")\n')
    lines, status = said(tmp_path, PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]))
    assert (lines, status) == (
        [f"no MIDI: {text} — apt install libasound2, or pip install python-rtmidi"],
        0,
    )


def test_a_system_that_there_is_not_is_refused_in_a_line(tmp_path: Path) -> None:
    lines, status = said(tmp_path, PLAUD_MIDI_API="midi", PYTHONPATH=str(ROOT))
    assert (lines, status) == (["no MIDI: PLAUD_MIDI_API=midi — have alsa, core, jack"], 0)


@pytest.mark.slow
def test_an_instrument_without_midi_plays_and_says_it_once(tmp_path: Path) -> None:
    playing = Playing(tmp_path, environment={"PLAUD_MIDI_API": "midi"})
    try:
        playing.wait_playing()
        wait_for(lambda: "no MIDI" in str(playing.events), "it is said")
        wait_for(lambda: not playing.instance.get("midi"), "its process has ended")
        assert [event["data"] for event in playing.events if "no MIDI" in str(event)] == [
            "no MIDI: PLAUD_MIDI_API=midi — have alsa, core, jack"
        ]
    finally:
        playing.close()


@pytest.fixture
def jack() -> Iterator[JackServer]:
    with jack_server(patient=True) as server:
        yield server


class Wired:
    """The ports' process in JACK, an engine's hub that sends to it, and a program that listens there."""

    def __init__(self, jack: JackServer) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="plaud-midi-"))
        self._process = subprocess.Popen(
            [*COMMAND, "--socket", str(self._folder / SOCKET_NAME)],
            cwd=ROOT,
            env={**jack.environment, "PLAUD_MIDI_API": "jack"},
        )
        self._selector = selectors.DefaultSelector()
        self.hub = MidiHub(lambda name, value: None)
        self.hub.attach(self._folder / SOCKET_NAME, self._selector)
        self.peer = MidiPeer("listener", jack)

    def serve(self) -> bool:
        """Let the hub work; whether it has found the ports."""
        self.hub.work(time.monotonic() + 1.0)
        for key, _ in self._selector.select(0.01):
            key.data()
        return bool(self.hub.devices())

    def close(self) -> None:
        self.hub.close()
        self.peer.close()
        self._process.kill()
        self._process.wait(PATIENCE)
        shutil.rmtree(self._folder)


@pytest.fixture
def wired(jack: JackServer) -> Iterator[Wired]:
    wired = Wired(jack)
    try:
        wait_for(wired.serve, "the ports are found")
        connect(jack, "plaud-live-out:out", wired.peer.input)
        yield wired
    finally:
        wired.close()


@pytest.mark.slow
def test_what_is_sent_goes_out_in_the_order_of_its_times_and_ends_with_its_engine(wired: Wired) -> None:
    hub, peer = wired.hub, wired.peer
    now = time.monotonic()
    times = {21: now + 0.3, 22: now + 0.2, 23: now + 0.4, 20: 0.0}
    for control, at in times.items():
        assert hub.send("jack", message("control_change", control=control, value=1), at)
    wait_for(lambda: len(peer.received) == 4, "all has come")
    assert [data[1] for _, data in peer.received] == [20, 22, 21, 23]
    assert all(came >= times[data[1]] for came, data in peer.received)

    late = time.monotonic()
    hub.send("jack", message("note_on", note=60, velocity=99, channel=2), late - 0.001)
    hub.send("jack", message("note_on", note=62, velocity=99), late)
    hub.send("jack", message("note_off", note=62), 0.0)
    hub.send("jack", message("control_change", control=24, value=1), late + 30.0)
    hub.send("jack", bytes((0xFA,)))
    wait_for(lambda: len(peer.received) == 8, "the notes have come, in order")
    assert [data for _, data in peer.received[4:]] == [
        message("note_on", note=60, velocity=99, channel=2),
        message("note_on", note=62, velocity=99),
        message("note_off", note=62),
        bytes((0xFA,)),
    ]
    hub.close()
    wait_for(lambda: len(peer.received) == 10, "what it held is let go")
    assert [data for _, data in peer.received[8:]] == [bytes((0x82, 60, 0)), bytes((0xFC,))]


@pytest.mark.slow
def test_when_the_last_sender_at_our_port_is_gone_its_notes_end(jack: JackServer, wired: Wired) -> None:
    events: list[Event] = []
    wired.hub.listeners.append(events.append)
    first, last = MidiPeer("first", jack), MidiPeer("last", jack)

    def heard(count: int) -> bool:
        wired.serve()
        return len(events) >= count

    try:
        for each in (first, last):
            connect(jack, each.output, "plaud-live:in")
            each.send(message("note_on", note=60, velocity=127, channel=each is last))
        wait_for(lambda: heard(2), "both play")
        seen = time.monotonic() + 3 * LOOK_SECONDS
        wait_for(lambda: time.monotonic() > seen, "both are seen in one look")
        first.close()
        wait_for(lambda: first.output not in wires(jack, "plaud-live:in"), "one is gone")
        last.send(message("note_on", note=62, velocity=127))
        wait_for(lambda: heard(3), "the other plays on")
        assert all(isinstance(event, Note) for event in events)
        last.close()
        wait_for(lambda: heard(4), "and is gone, too")
        assert isinstance(events[-1], Quiet) and (events[-1].device, events[-1].channel) == ("jack", 0)
    finally:
        first.close()
        last.close()


@pytest.mark.slow
def test_a_second_instrument_has_ports_of_its_own_and_looks_at_them(jack: JackServer, wired: Wired) -> None:
    second = Wired(jack)
    events: dict[str, list[Event]] = {"first": [], "second": []}
    wired.hub.listeners.append(events["first"].append)
    second.hub.listeners.append(events["second"].append)
    sender = MidiPeer("sender", jack)

    def heard(count: int) -> bool:
        wired.serve()
        second.serve()
        return len(events["second"]) >= count

    try:
        wait_for(second.serve, "the ports are found")
        assert [entry["name"] for entry in wired.hub.devices()] == ["plaud-live:in"]
        assert [entry["name"] for entry in second.hub.devices()] == ["plaud-live-2:in"]
        connect(jack, sender.output, "plaud-live-2:in")
        connect(jack, "plaud-live-2-out:out", sender.input)
        sender.send(message("note_on", note=60, velocity=127))
        wait_for(lambda: heard(1), "it is heard")
        second.hub.send("jack", message("note_on", note=61, velocity=1))
        wait_for(lambda: [data[1] for _, data in sender.received] == [61], "and answered")
        seen = time.monotonic() + 3 * LOOK_SECONDS
        wait_for(lambda: time.monotonic() > seen, "its wire is seen")
        sender.close()
        wait_for(lambda: heard(2), "its notes end with it")
        assert isinstance(events["second"][-1], Quiet)
        assert not events["first"]
    finally:
        second.close()
        sender.close()
