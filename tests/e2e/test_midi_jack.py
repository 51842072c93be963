"""Real processes exchange MIDI over JACK with the instrument: all kinds of messages, unplugging, deaths."""

import os
import signal
from collections.abc import Iterator
from functools import reduce
from operator import add
from typing import Any

import pytest

from plaud_live.control.transaction import Load, Set
from plaud_live.engine import render
from plaud_live.errors import SessionError
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.live import Live
from plaud_live.synths import warm
from tests.engine.test_process import START_SECONDS, Performer
from tests.jack import MidiPeer, connect, message, wires
from tests.processes import JackServer, wait_for

pytestmark = pytest.mark.slow

PORT = "plaud-live:in"


@pytest.fixture(scope="module")
def player(jack: JackServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Performer]:
    """An instrument that opens JACK's MIDI ports, and those of a `nano` by itself."""
    warm.warm()
    render.warm()
    environment = {**jack.environment, "PLAUD_MIDI_API": "jack", "PLAUD_MIDI_CONNECT": "nano"}
    made = Performer(tmp_path_factory.mktemp("midi"), osc_port=0, environment=environment)
    made.submit(Load("drone", "tiny"))
    wait_for(lambda: "jack" in devices(made), "the port is open")
    yield made
    made.close()


@pytest.fixture
def sender(jack: JackServer, player: Performer) -> Iterator[MidiPeer]:
    """Another program, wired to the instrument's port."""
    made = MidiPeer("sender", jack)
    connect(jack, made.output, PORT)
    yield made
    made.close()


def devices(player: Performer) -> dict[str, bool]:
    """What is plugged in, or was, and whether it is."""
    try:
        answer = player.client.request("midi", what="devices")["devices"]
    except SessionError:  # one engine gone and the next not there yet
        return {}
    return {entry["stem"]: entry["connected"] for entry in answer}


def read(player: Performer, *controls: str) -> None:
    """Have a latent read these inputs, all of them with a weight of 0."""
    signals: list[Signal] = [0.0 * Live(f"midi/{control}", 0) for control in controls]
    player.submit(Set("drone", "z0", reduce(add, signals, Constant(0.5)), 0.0, 0.0))


def heard(player: Performer) -> dict[str, float]:
    """The last values of what is read."""
    try:
        inputs: dict[str, Any] = player.status()["inputs"]
    except SessionError:
        return {}
    return {
        name.removeprefix("midi/"): values[0] for name, values in inputs.items() if name.startswith("midi/")
    }


def wait_heard(player: Performer, **values: float) -> None:
    """Wait until inputs have these values, `_` for `-` in their names, to the 4 digits that are shown."""
    wanted = {name.replace("_", "-"): value for name, value in values.items()}

    def there() -> bool:
        now = heard(player)
        return all(now.get(name, 9.0) == pytest.approx(value, abs=6e-5) for name, value in wanted.items())

    wait_for(there, f"{wanted} is heard, not {heard(player)}")


def test_a_controller_moves_a_latent(player: Performer, sender: MidiPeer) -> None:
    player.submit(Set("drone", "z0", Live("midi/cc21", 0), 0.0, 0.0))
    for value in (127, 0, 32):
        sender.cc(21, value)
        at = pytest.approx(value / 127, abs=1e-3)
        wait_for(lambda at=at: player.status()["instruments"]["drone"]["z"][0] == at, "the latent gets there")
        assert player.client.request("heard", name="midi/cc21") == {"values": [at], "whose": "jack"}
    sender.cc(22, 127)  # which nothing reads
    wait_for(lambda: player.client.request("heard", name="midi/cc22")["values"] == [1.0], "it is heard")


def test_every_kind_of_message_arrives(player: Performer, sender: MidiPeer) -> None:
    read(
        player,
        "cc21-14",
        "nrpn1234",
        "rpn1",
        "bend",
        "touch",
        "touch60",
        "cc16-rel1",
        "cc17-rel2",
        "cc18-rel3",
    )
    sender.cc(21, 64)
    sender.cc(53, 1)
    for control, value in (
        (99, 1234 >> 7),
        (98, 1234 & 127),
        (6, 100),
        (38, 3),
        (101, 0),
        (100, 1),
        (6, 127),
    ):
        sender.cc(control, value)
    sender.send(message("pitchwheel", pitch=-8192), message("aftertouch", value=127))
    sender.send(message("polytouch", note=60, value=64))
    for control, value in ((16, 127), (17, 63), (18, 65)):
        sender.cc(control, value)
    wait_heard(
        player,
        cc21_14=(64 * 128 + 1) / 16383,
        nrpn1234=(100 * 128 + 3) / 16383,
        rpn1=1.0,
        bend=-1.0,
        touch=1.0,
        touch60=64 / 127,
        **{f"cc{15 + encoding}_rel{encoding}": 0.5 - 1 / 127 for encoding in (1, 2, 3)},
    )


def test_notes_by_priority_and_the_pedal(player: Performer, sender: MidiPeer) -> None:
    read(player, "number", "vel", "gate", "number-low")
    sender.send(message("note_on", note=60, velocity=127), message("note_on", note=72, velocity=1))
    wait_heard(player, number=72, number_low=60, vel=1 / 127, gate=1)
    sender.cc(64, 127)
    sender.send(message("note_off", note=60), message("note_off", note=72))
    sender.cc(21, 1)
    wait_heard(player, gate=1)
    sender.cc(64, 0)
    wait_heard(player, gate=0, number=72)


def test_mpe_notes_bend_alone(player: Performer, sender: MidiPeer) -> None:
    read(player, *(f"mpe{v}-{f}" for v in range(2) for f in ("number", "gate", "bend", "touch", "slide")))
    for channel, note, bent in ((1, 60, 8191), (2, 67, -8192)):
        sender.send(
            message("pitchwheel", channel=channel, pitch=bent),
            message("control_change", channel=channel, control=74, value=40 + channel),
            message("note_on", channel=channel, note=note, velocity=100),
            message("aftertouch", channel=channel, value=10 * channel),
        )
    wait_heard(player, mpe0_number=60, mpe0_bend=1, mpe0_touch=10 / 127, mpe0_slide=41 / 127, mpe0_gate=1)
    wait_heard(player, mpe1_number=67, mpe1_bend=-1, mpe1_touch=20 / 127, mpe1_slide=42 / 127, mpe1_gate=1)
    sender.send(message("note_off", channel=1, note=60), message("note_off", channel=2, note=67))
    wait_heard(player, mpe0_gate=0, mpe1_gate=0)


def test_the_monitor_shows_what_comes_clock_and_transport_too(player: Performer, sender: MidiPeer) -> None:
    assert player.client.request("midi", what="monitor", on=True)["on"]
    player.events.clear()
    sender.send(*[message("clock")] * 24, message("songpos", pos=64), message("start"), message("stop"))
    sender.cc(21, 64, channel=3)

    def shown() -> list[str]:
        return [str(event.get("text")) for event in player.events]

    for line in ("jack: cc 21 ch 3 = 64", "jack: start", "jack: stop", "jack: song position 64 sixteenths"):
        wait_for(lambda line=line: line in shown(), f"{line}, not {shown()}")
    wait_for(lambda: "jack: clock  ×24" in shown(), f"24 ticks, not {shown()}")
    assert not player.client.request("midi", what="monitor")["on"]


def test_a_device_is_found_again_by_name_and_lets_go_of_its_notes(
    player: Performer, jack: JackServer
) -> None:
    read(player, "cc21/nano", "gate/nano")
    player.events.clear()
    nano = MidiPeer("nanoKONTROL2", jack)
    wait_for(lambda: wires(jack, nano.output), "it is found")
    nano.cc(21, 127)
    nano.send(message("note_on", note=60, velocity=100))
    wait_heard(player, **{"cc21/nano": 1.0, "gate/nano": 1.0})
    nano.close()
    wait_for(lambda: devices(player)["nanoKONTROL2"] is False, "it is missed")
    wait_heard(player, **{"cc21/nano": 1.0, "gate/nano": 0.0})
    again = MidiPeer("nanoKONTROL2", jack)
    wait_for(lambda: wires(jack, again.output), "it is found again")
    again.cc(21, 0)
    wait_heard(player, **{"cc21/nano": 0.0})
    again.close()
    lines = [str(event.get("text")) for event in player.events]
    assert "MIDI: nanoKONTROL2 is gone — its knobs stay where they are" in lines
    assert "MIDI: nanoKONTROL2 is back" in lines


def test_two_devices_that_are_alike_are_told_apart(player: Performer, jack: JackServer) -> None:
    read(player, "cc22/nano.2", "cc22/nanoKONTROL2")
    wait_for(lambda: not devices(player).get("nanoKONTROL2"), "none is there")
    pair = [MidiPeer("nanoKONTROL2", jack), MidiPeer("nanoKONTROL2", jack)]
    for port in (pair[0].output, "nanoKONTROL2-01:MIDI 1"):
        wait_for(lambda port=port: wires(jack, port), f"{port} is found")
    for value, nano in zip((10, 100), pair, strict=True):
        nano.cc(22, value)

    def both() -> list[int]:
        return sorted(round(127 * heard(player).get(f"cc22/{n}", 0.5)) for n in ("nano.2", "nanoKONTROL2"))

    wait_for(lambda: both() == [10, 100], f"each is heard as itself, not {both()}")
    for nano in pair:
        nano.close()


def test_what_is_wired_outlives_an_engine(player: Performer, sender: MidiPeer) -> None:
    read(player, "cc23", "cc24")
    sender.cc(23, 100)
    wait_heard(player, cc23=100 / 127)
    wait_for(lambda: bool(player.playing.instance.get("standby")), "a standby is there", START_SECONDS)
    shown = player.status()["position"] + 8820
    wait_for(lambda: player.status()["position"] > shown, "the knob is shown")
    old = player.playing.instance["engine"]
    os.kill(old, signal.SIGKILL)
    player.playing.wait_changed("engine", old)
    wait_heard(player, cc23=100 / 127)
    wait_for(lambda: devices(player).get("jack"), "the ports are found by the new engine")
    sender.cc(24, 127)
    wait_heard(player, cc24=1.0)


def test_the_ports_come_back_when_their_process_or_their_server_dies(
    player: Performer, jack: JackServer
) -> None:
    read(player, "cc25")
    for end in (lambda: os.kill(player.playing.instance["midi"], signal.SIGKILL), jack.kill):
        old = player.playing.instance["midi"]
        end()
        wait_for(lambda: devices(player).get("jack") is False, "the ports are missed")
        if jack.process.poll() is not None:
            jack.start()
        player.playing.wait_changed("midi", old)
        wait_for(lambda: devices(player).get("jack"), "the ports are there again")
        sender = MidiPeer("another", jack)
        connect(jack, sender.output, PORT)
        sender.cc(25, 127)
        wait_heard(player, cc25=1.0)
        sender.cc(25, 0)
        wait_heard(player, cc25=0.0)
        sender.close()
