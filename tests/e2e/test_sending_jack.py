"""Real processes over JACK and UDP: what the instrument sends them, and a clock of theirs that it follows."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle

from plaud_live.control.clocks import CONTINUE, POSITION, START, STOP, TICK, Lead, RunClock
from plaud_live.control.following import BAR, phase_error
from plaud_live.control.maps import Map
from plaud_live.control.osc import to_unix_seconds
from plaud_live.control.outputs import EndOutput, Output
from plaud_live.control.transaction import Load, Set, Tempo
from plaud_live.engine import render
from plaud_live.errors import ParameterError
from plaud_live.signals.graph import Constant
from plaud_live.signals.live import Live
from plaud_live.signals.oscillators import saw, sq
from plaud_live.signals.space import Reference, place
from plaud_live.synths import warm
from tests.control.test_clocks import Sequencer
from tests.engine.test_process import Performer
from tests.jack import MidiPeer, connect
from tests.processes import JackServer, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.realtime]

OUT, IN = "plaud-live-out:out", "plaud-live:in"
DEVICE = "jack"
"""What the instrument's own ports are called as a device."""


@pytest.fixture(scope="module")
def player(jack: JackServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Performer]:
    warm.warm()
    render.warm()
    environment = {**jack.environment, "PLAUD_MIDI_API": "jack", "PLAUD_MIDI_CONNECT": "BCF2000"}
    made = Performer(tmp_path_factory.mktemp("sending"), osc_port=0, environment=environment)
    made.submit(Load("drone", "tiny"), Tempo(120.0, at=0.0))
    wait_for(lambda: stems(made), "the port is open")
    yield made
    made.close()


@pytest.fixture
def peer(jack: JackServer, player: Performer) -> Iterator[MidiPeer]:
    """Another program, wired to the instrument's ports both ways."""
    made = MidiPeer("peer", jack)
    connect(jack, OUT, made.input)
    connect(jack, made.output, IN)
    yield made
    made.close()


def stems(player: Performer) -> list[str]:
    found = player.client.request("midi", what="devices")["devices"]
    return [entry["stem"] for entry in found if entry["connected"]]


def kinds(peer: MidiPeer, first: int = 0) -> list[int]:
    """The status bytes of all but the ticks."""
    return [data[0] for _, data in peer.received[first:] if data[0] != TICK]


def heard_by(peer: MidiPeer) -> Sequencer:
    """A device that has followed all that came."""
    device = Sequencer()
    for at, data in tuple(peer.received):
        device.take(at, data)
    return device


def runs(peer: MidiPeer) -> bool:
    return heard_by(peer).running


def place_of(peer: MidiPeer) -> int:
    """The tick of its song that would be next."""
    return heard_by(peer).song + 1


def test_controls_bend_and_keys_arrive_in_another_program(player: Performer, peer: MidiPeer) -> None:
    player.submit(
        Set("drone", "z0", Constant(0.25), 0.0, 0.0),
        Output(f"midi/cc21/ch3/{DEVICE}", Reference("drone", "z", 0)),
        Output(f"midi/cc1-14/ch1/{DEVICE}", Constant(0.5)),
        Output(f"midi/bend/ch2/{DEVICE}", Constant(-1.0)),
        Output(f"midi/nrpn1234/ch1/{DEVICE}", Constant(1.0)),
    )
    wanted = {bytes((0xB2, 21, 32)), bytes((0xB0, 1, 64)), bytes((0xE1, 0, 0)), bytes((0xB0, 6, 127))}
    wait_for(lambda: wanted <= {data for _, data in peer.received}, "controls arrive")
    player.submit(Set("drone", "z0", Constant(1.0), 0.0, 0.0))
    wait_for(lambda: bytes((0xB2, 21, 127)) in {data for _, data in peer.received}, "the latent is followed")
    keys = place([Constant(60.0), sq(1), Constant(0.8)])
    player.submit(Output(f"midi/note/ch1/{DEVICE}", keys))
    wait_for(lambda: kinds(peer).count(0x90) >= 4, "keys are pressed")
    player.client.request("panic")
    wait_for(lambda: kinds(peer)[-1] == 0x80, "panic lets go")
    player.submit(*(EndOutput(key) for key in player.client.request("hello")["state"]["outputs"]))


def test_the_clock_runs_stands_and_goes_on_in_its_place(player: Performer, peer: MidiPeer) -> None:
    player.submit(RunClock(DEVICE, "start"))
    wait_for(lambda: runs(peer), "it starts")
    begun = len(peer.received)
    wait_for(lambda: len(peer.received) > begun + 4 * 48, "four seconds of ticks")
    ticks = np.array([at for at, data in peer.received[begun:] if data[0] == TICK])
    assert 60.0 / 24 / np.median(ticks[24:] - ticks[:-24]) * 24 == pytest.approx(120.0, rel=0.02)
    player.submit(RunClock(DEVICE, "stop"))
    wait_for(lambda: not runs(peer), "it stands")
    stood = place_of(peer)
    before = len(peer.received)
    player.submit(RunClock(DEVICE, "continue"))
    wait_for(lambda: CONTINUE in kinds(peer, before), "it goes on")
    position = next(data for _, data in reversed(peer.received) if data[0] == POSITION)
    assert (position[1] + (position[2] << 7)) * 6 == stood  # on a sixteenth
    player.submit(RunClock(DEVICE, "end"))
    wait_for(lambda: kinds(peer)[-1] == STOP, "it ends")


def test_an_engine_that_dies_leaves_a_clock_that_another_puts_right(
    player: Performer, peer: MidiPeer
) -> None:
    player.submit(RunClock(DEVICE, "start"), Output(f"midi/cc7/ch1/{DEVICE}", saw(4)))
    wait_for(lambda: runs(peer), "it starts")
    before = len(peer.received)
    old = player.playing.instance["engine"]
    os.kill(old, signal.SIGKILL)
    player.playing.wait_changed("engine", old)
    wait_for(lambda: CONTINUE in kinds(peer, before), "the next engine goes on")
    new = kinds(peer, before)
    assert new[new.index(POSITION) + 1] == CONTINUE
    wait_for(lambda: kinds(peer, before).count(0xB0) > 20, "outputs go on")
    player.submit(RunClock(DEVICE, "end"), EndOutput(f"midi/cc7/ch1/{DEVICE}"))


class Master:
    """Ticks of 24 a beat from another program, with the jitter of a busy Python."""

    def __init__(self, peer: MidiPeer, bpm: float) -> None:
        self._peer, self._period = peer, 60.0 / bpm / 24
        self._going_on = True
        self.count = -1
        self._next = time.monotonic()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def beat(self) -> float:
        """Where its song is, without the jitter."""
        return (self.count + 1 - (self._next - time.monotonic()) / self._period) / 24

    def _run(self) -> None:
        self._peer.send(bytes((START,)))
        while self._going_on:
            time.sleep(max(0.0, self._next - time.monotonic()))
            self._peer.send(bytes((TICK,)))
            self.count += 1
            self._next += self._period

    def stop(self) -> None:
        self._going_on = False
        self._thread.join()
        self._peer.send(bytes((STOP,)))


def test_a_clock_is_followed_into_its_bars(player: Performer, peer: MidiPeer) -> None:
    master = Master(peer, 126.0)
    player.submit(Lead("midi"))

    def leader() -> dict[str, object]:
        return player.status().get("leader") or {}

    wait_for(lambda: leader().get("locked"), "it locks")
    assert leader()["device"] == DEVICE
    wait_for(lambda: player.status()["bpm"] == pytest.approx(126.0, rel=0.03), "it has the tempo")

    def apart() -> float:
        status = player.status()
        heard = status["beat"] - status["bpm"] / 60.0 * status["latency_ms"] / 1000.0
        return abs(phase_error(master.beat, heard, BAR))

    wait_for(lambda: apart() < 0.05, "bars fall together")
    master.stop()
    wait_for(lambda: not leader(), "its end is noticed")
    assert player.status()["bpm"] == pytest.approx(126.0, rel=0.06)
    player.submit(Lead(""), Tempo(120.0, at=0.0))


def test_a_motor_fader_stands_where_its_parameter_is(player: Performer, jack: JackServer) -> None:
    desk = MidiPeer("BCF2000", jack)
    try:
        wait_for(lambda: "BCF2000" in stems(player), "the fader box is found")
        player.submit(
            Map("drone", "z1", "midi/cc81/ch1/BCF2000", "f1"), Set("drone", "z1", Constant(0.5), 0.0, 0.0)
        )
        wait_for(lambda: bytes((0xB0, 81, 64)) in {data for _, data in desk.received}, "the fader goes there")
        player.submit(Set("drone", "z1", Constant(1.0), 1.0, 0.0))
        wait_for(lambda: desk.received[-1][1] == bytes((0xB0, 81, 127)), "it follows")
    finally:
        desk.close()


def test_signals_reach_another_program_over_udp_stamped_ahead(player: Performer) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        port.settimeout(10.0)
        where = f"osc/127.0.0.1:{port.getsockname()[1]}"
        player.submit(Output(f"{where}/beat", saw(1024) * 1024.0), Output(f"{where}/in", Live("osc/a", 0)))
        rows, heard = [], []
        while len(rows) < 120:
            data = port.recv(9000)
            stamp = to_unix_seconds(int.from_bytes(data[8:16], "big"))
            heard.append(stamp - time.time())
            rows += [(stamp, message.params[0]) for message in OscBundle(data) if message.address == "/beat"]
        player.submit(EndOutput(f"{where}/beat"), EndOutput(f"{where}/in"))
    stamps, beats = np.array(rows).T
    slopes = np.diff(beats) / np.diff(stamps)  # a sink that has to skip bends a few of them
    assert np.median(slopes) == pytest.approx(player.status()["bpm"] / 60.0, rel=2e-3)
    assert np.median(heard) > 0.0


def test_another_machine_is_sent_nothing_without_lan(player: Performer) -> None:
    with pytest.raises(ParameterError, match="another machine — play with --lan"):
        player.submit(Output("osc/192.0.2.7:7000/x", Constant(1.0)))
