"""Outputs: signals that are sent, received by real sockets and by a hub without ports."""

import gc
import socket
from collections.abc import Iterator

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle

from plaud_live.control.clocks import RunClock
from plaud_live.control.conductor import Conductor
from plaud_live.control.osc import to_unix_seconds
from plaud_live.control.outputs import EndOutput, Output
from plaud_live.control.state import State
from plaud_live.control.transaction import Change, Load, Set, Tempo, Transaction
from plaud_live.engine.inputs import Inputs
from plaud_live.engine.midi_hub import MidiHub
from plaud_live.engine.midi_out import Devices, MidiOut
from plaud_live.engine.osc_out import BUNDLE_BYTES, OscOut
from plaud_live.engine.outputs import Outputs
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.live import Live
from plaud_live.signals.oscillators import lfo, saw
from plaud_live.signals.space import Reference, place
from tests.repl.silent import SAMPLE_RATE, load_info

AHEAD = 0.012
WALL = 1_700_000_000.0


class Times:
    """Samples are heard AHEAD after time 0 on."""

    def sample_at(self, monotonic: float) -> int:
        return round(monotonic * SAMPLE_RATE)

    def monotonic_to_wall(self, monotonic: float) -> float:
        return WALL + monotonic


class Hub(MidiHub):
    """A hub without ports, and one device that takes MIDI."""

    stems = ("nanoKONTROL2",)

    def devices(self) -> list[dict[str, object]]:
        return [{"name": s, "stem": s, "in": True, "out": True, "connected": True} for s in self.stems]


class Studio:
    """An engine's control thread without an engine: outputs, and a port that hears what is sent."""

    def __init__(self, permits: bool = False) -> None:
        self.conductor = Conductor(SAMPLE_RATE, load_info)
        self.inputs, self.now = Inputs(), 0.0
        self.told: list[str] = []
        self.port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.port.bind(("127.0.0.1", 0))
        self.port.settimeout(2.0)
        self.hub = Hub(lambda name, value: None, lambda: self.now)
        self.osc = OscOut(lambda host: permits, self.told.append)
        midi = MidiOut(Devices(self.hub), self.told.append)
        self.outputs = Outputs(
            lambda: self.state, self.inputs, Times(), lambda: AHEAD, self.osc, midi, self.told.append
        )
        self.do(Load("drone", "default"), Tempo(60.0, at=0.0))

    @property
    def state(self) -> State:
        return self.conductor.state

    def do(self, *changes: Change) -> None:
        self.conductor.submit(Transaction(changes), round(self.now * SAMPLE_RATE))

    def osc_to(self, signal: Signal, address: str = "/x", rate: float | None = None) -> None:
        self.do(Output(f"osc/127.0.0.1:{self.port.getsockname()[1]}{address}", signal, rate))

    def run(self, seconds: float, step: float = 0.001) -> None:
        end = self.now + seconds
        while self.now < end - 1e-9:
            if self.outputs.due <= self.now:
                self.outputs.work(self.now)
            self.now += step

    def received(self) -> list[tuple[float, str, list[float]]]:
        """Time stamp from 0, address and values of all that has come."""
        self.port.setblocking(False)
        found = []
        while True:
            try:
                data = self.port.recv(9000)
            except BlockingIOError:
                return found
            stamp = to_unix_seconds(int.from_bytes(data[8:16], "big")) - WALL
            found += [(stamp, m.address, list(m.params)) for m in OscBundle(data)]

    def midi(self) -> list[tuple[float, str, bytes]]:
        return [(at or 0.0, device, data) for device, data, at in self.hub.sent]


@pytest.fixture
def studio() -> Iterator[Studio]:
    made = Studio()
    yield made
    made.port.close()
    made.osc.close()


def test_a_signal_arrives_as_it_is_heard_stamped_ahead(studio: Studio) -> None:
    """A ramp of one a second: each value tells its own time."""
    studio.osc_to(saw(8) * 8.0)
    studio.run(2.0)
    came = studio.received()
    stamps = np.array([stamp for stamp, _, _ in came])
    values = np.array([values[0] for _, _, values in came])
    assert 115 <= len(came) <= 121
    assert values == pytest.approx(stamps, abs=2e-5)  # a timetag has 2e-7 s, a float32 below 2 has 1e-7
    assert np.diff(stamps) == pytest.approx(1.0 / 60.0, abs=1e-5)
    assert stamps[0] == pytest.approx(AHEAD, abs=1e-4)


def test_only_changes_are_sent_and_what_stands_is_repeated_now_and_then(studio: Studio) -> None:
    studio.osc_to(Reference("drone", "z", 0))
    studio.run(2.0)
    assert len(studio.received()) == 1
    studio.do(Set("drone", "z0", Constant(1.0), at=0.0))
    studio.run(1.0)
    assert [v for _, _, v in studio.received()][-1] == [1.0]
    studio.run(10.0)
    assert len(studio.received()) == 3


def test_outputs_to_one_port_come_in_one_bundle_and_never_too_large(studio: Studio) -> None:
    for i in range(40):
        studio.osc_to(lfo(4) + i, f"/td/channel{i}")
    studio.run(0.01)
    first = studio.received()
    assert sorted(address for _, address, _ in first) == sorted(f"/td/channel{i}" for i in range(40))
    assert studio.osc.sent == 1


def test_a_bundle_fits_a_network(studio: Studio) -> None:
    for i in range(20):
        studio.osc_to(place([0.1 * k for k in range(16)]), f"/a/rather/long/address/{i}")
    studio.outputs.work(0.0)
    sizes = []
    studio.port.setblocking(False)
    while studio.osc.sent > len(sizes):
        sizes.append(len(studio.port.recv(9000)))
    assert len(sizes) > 1
    assert max(sizes) <= BUNDLE_BYTES + 16


def test_different_rates_keep_their_own_time(studio: Studio) -> None:
    studio.osc_to(saw(8), "/slow", 10.0)
    studio.osc_to(saw(8), "/fast", 100.0)
    studio.run(2.0)
    came = [address for _, address, _ in studio.received()]
    assert (came.count("/slow"), came.count("/fast")) == (20, 200)


def test_what_falls_behind_is_left_out_and_stays_on_its_grid(studio: Studio) -> None:
    studio.osc_to(saw(8) * 8.0, rate=50.0)
    studio.run(0.2)
    studio.now += 0.511  # the control thread was held up
    studio.run(0.3)
    stamps = np.array([stamp for stamp, _, _ in studio.received()]) - AHEAD
    assert len(stamps) < 30
    assert stamps * 50.0 == pytest.approx(np.round(stamps * 50.0), abs=1e-3)


def test_a_signal_that_fails_is_said_once_and_the_others_are_sent(studio: Studio) -> None:
    studio.osc_to(1.0 / (Live("osc/a", 0) - 0.4), "/bad")
    studio.osc_to(saw(8), "/good")
    studio.run(0.1)
    studio.inputs.write("osc/a", 0.05, 0.4)
    studio.run(1.0)
    came = [address for _, address, _ in studio.received()]
    assert came.count("/good") > 50
    assert [line for line in studio.told if "keeps its last value: not finite" in line] == studio.told
    assert len(studio.told) == 1
    assert list(studio.outputs.failing.values()) == ["not finite"]
    studio.inputs.write("osc/a", 1.1, 0.9)
    studio.run(0.2)
    assert not studio.outputs.failing


def test_what_no_float_of_osc_holds_is_sent_as_near_as_it_comes_and_said_once(studio: Studio) -> None:
    """A function of a performer's may give any number of Python's."""
    most = float(np.finfo(np.float32).max)
    for value, sent in ((1e300, most), (-1e39, -most), (1e-310, 0.0), (most, most), (0.25, 0.25)):
        studio.osc_to(Constant(value))
        studio.run(1.2)
        assert studio.received()[-1][2] == [sent]
    assert [line for line in studio.told if "beyond what OSC holds" in line] == studio.told
    assert len(studio.told) == 1


def test_other_machines_are_sent_to_with_lan_alone() -> None:
    for permits, lines in ((False, 1), (True, 0)):
        studio = Studio(permits)
        studio.do(Output("osc/192.0.2.7:7000/x", saw(8)))
        studio.run(0.3)
        assert len(studio.told) == lines
        assert (studio.osc.sent + studio.osc.failed > 0) == permits
        studio.port.close()
        studio.osc.close()


def test_an_output_that_has_ended_is_sent_no_more(studio: Studio) -> None:
    studio.osc_to(saw(8))
    studio.run(0.2)
    studio.do(EndOutput(next(iter(studio.state.outputs))))
    studio.run(0.1)
    studio.received()
    studio.run(1.0)
    assert studio.received() == []


class TestMidi:
    def test_controls_leave_when_they_are_heard_and_only_when_they_change(self, studio: Studio) -> None:
        studio.do(Output("midi/cc21/ch2/nano", saw(4)))
        studio.run(3.9)
        sent = studio.midi()
        assert [data[2] for _, _, data in sent] == list(range(round(3.9 / 4 * 127) + 1))
        assert {(device, data[:2]) for _, device, data in sent} == {("nanoKONTROL2", b"\xb1\x15")}
        for at, _, data in sent[1:]:  # each step half way between two numbers
            assert at == pytest.approx((data[2] - 0.5) / 127 * 4, abs=0.0101)

    def test_a_device_that_comes_back_is_told_all(self, studio: Studio) -> None:
        studio.do(Output("midi/cc21/ch1/nano", Constant(0.5)))
        studio.run(0.5)
        assert len(studio.midi()) == 1
        studio.hub.stems = ()
        studio.run(1.0)
        studio.hub.stems = ("nanoKONTROL2",)
        studio.run(1.0)
        assert len(studio.midi()) == 2
        assert [line for line in studio.told if "waits: no device" in line] == studio.told
        assert len(studio.told) == 1

    def test_keys_are_let_go_when_they_end_and_at_panic(self, studio: Studio) -> None:
        studio.do(Output("midi/note/ch1/nano", place([Constant(60.0), lfo(4) * 0.0 + 1.0, Constant(0.8)])))
        studio.run(0.5)
        assert [data[0] for _, _, data in studio.midi()] == [0x90]
        studio.outputs.silence()
        studio.run(2.0)
        assert [data[0] for _, _, data in studio.midi()] == [0x90, 0x80]
        assert studio.midi()[1][0] > studio.midi()[0][0]
        studio.do(Output("midi/note/ch1/nano", place([Constant(62.0), Constant(1.0), Constant(0.8)])))
        studio.run(2.0)
        assert [data[0] for _, _, data in studio.midi()] == [0x90, 0x80, 0x90]
        studio.do(EndOutput("midi/note/ch1/nano"))
        studio.run(0.1)
        assert [data[:2] for _, _, data in studio.midi()][-1] == b"\x80\x3e"

    def test_a_clock_is_no_output(self, studio: Studio) -> None:
        studio.do(RunClock("nano", "start"))
        studio.run(0.5)
        assert studio.midi() == []


def test_hours_of_sending_leave_nothing_that_only_a_collector_finds(studio: Studio) -> None:
    """The engine collects no garbage while it plays."""
    studio.osc_to(saw(8) + Reference("drone", "z", 0), "/good")
    studio.osc_to(Live("osc/a", 2), "/bad")
    studio.inputs.write("osc/a", 0.0, [1.0, 2.0, 3.0])
    studio.do(Output("midi/note/ch1/nano", place([Constant(60.0), lfo(1), Constant(0.8)])))
    studio.run(1.0)
    assert studio.outputs.failing
    gc.collect()
    gc.disable()
    try:
        studio.run(5.0)
        assert gc.collect() == 0
    finally:
        gc.enable()
