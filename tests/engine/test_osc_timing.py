"""Timetags: each at its sample, to the ear, in order, atomic, bounded; and panic before all of them."""

import struct
from collections.abc import Iterator

import numpy as np
import pytest

from plaud_live.control.conductor import Outcome
from plaud_live.control.osc import bundle as packed
from plaud_live.control.osc import encode, to_timetag
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import State
from plaud_live.control.transaction import Play, Transaction
from plaud_live.engine.osc_server import LEAD_SECONDS, OscServer
from plaud_live.engine.timed import MAX_OF_ONE, MAX_TIMED, Timed
from plaud_live.signals.graph import Evaluation
from tests.engine.osc_peer import Desk, Peer, message, serve
from tests.engine.stage import Stage, Tone

RATE = 44100
START = 1000.0
"""The wall clock when sample 0 is heard, as tests.engine.osc_peer.Times has it."""


def at(seconds: float, *messages: tuple[object, ...]) -> bytes:
    """A bundle that is meant for so long after sample 0 is heard."""
    packets = [encode(f"/plaud/{address}", *values) for address, *values in messages]  # type: ignore[arg-type]
    return packed(packets, to_timetag(START + seconds))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def peer(desk: Desk) -> Iterator[Peer]:
    server = OscServer(0, desk, clock=lambda: desk.now / RATE)
    client = Peer(server)
    yield client
    client.socket.close()
    server.close()


def gain(desk: Desk, samples: np.ndarray) -> np.ndarray:
    """The gain's fader at engine samples."""
    state = desk.state
    beats = state.tempo.beats(samples.astype(np.float64))
    return Evaluation(beats, state.lookup).value(state.lookup(("drone", "gain", None)))


def pass_time(desk: Desk, server: OscServer, samples: int, step: int = 128) -> None:
    for _ in range(-(-samples // step)):
        desk.now += step
        if server.due <= desk.now / RATE:
            server.work()


@pytest.mark.parametrize("meant", [4410, 10_007, 44_100, 123_456])
def test_a_gain_steps_at_its_sample(desk: Desk, peer: Peer, meant: int) -> None:
    assert peer.ask(at(meant / RATE, ("inst/drone/gain", 0.25, 0.0))) == []
    assert desk.submitted == [] and peer.server.counts.timed == 1
    pass_time(desk, peer.server, meant)
    around = gain(desk, np.arange(meant - 3, meant + 3))
    np.testing.assert_allclose(around, [0.75, 0.75, 0.75, 0.25, 0.25, 0.25])


def test_it_is_handed_over_before_it_is_rendered_and_no_sooner(desk: Desk, peer: Peer) -> None:
    peer.ask(at(1.0, ("inst/drone/gain", 0.25)))
    pass_time(desk, peer.server, RATE - round(1.5 * LEAD_SECONDS * RATE))
    assert desk.submitted == []
    pass_time(desk, peer.server, round(LEAD_SECONDS * RATE))
    assert len(desk.submitted) == 1 and desk.now < RATE


def test_what_is_meant_a_moment_ago_is_done_at_once_and_counted(desk: Desk, peer: Peer) -> None:
    desk.now = RATE
    peer.ask(at(0.5, ("inst/drone/gain", 0.25)), at(0.05, ("inst/drone/pan", 0.25)))
    assert (desk.going_to("gain"), desk.going_to("pan")) == (0.25, 0.25)
    assert (peer.server.counts.late, peer.server.counts.untimely, desk.told) == (2, 0, [])


@pytest.mark.parametrize("seconds", [-1.1, 61.0, -999.0, 2e9])
def test_the_time_of_another_clock_is_taken_as_now_counted_and_said_once(
    desk: Desk, peer: Peer, seconds: float
) -> None:
    for value in (0.1, 0.2, 0.3):
        peer.ask(at(seconds, ("inst/drone/gain", value)))
        desk.now += RATE // 100
    assert desk.going_to("gain") == pytest.approx(0.3)
    assert peer.server.counts.untimely == 3
    (line,) = desk.told
    assert ("behind" if seconds < 0 else "ahead of") in line and f":{peer.socket.getsockname()[1]}" in line


def test_bundles_come_in_the_order_of_their_times(desk: Desk, peer: Peer) -> None:
    for seconds, value in ((0.5, 0.5), (0.2, 0.2), (0.4, 0.4), (0.3, 0.3)):
        peer.send(at(seconds, ("inst/drone/gain", value, 0.0)))
    serve(peer.server)
    heard = []
    for _ in range(5):
        pass_time(desk, peer.server, RATE // 10)
        heard.append(float(gain(desk, np.array([desk.now]))[0]))
    assert heard == pytest.approx([0.75, 0.2, 0.3, 0.4, 0.5])


def test_what_one_sender_means_for_one_sample_is_one_transaction(desk: Desk, peer: Peer) -> None:
    peer.ask(*(at(0.5, (f"inst/drone/{name}", 0.25)) for name in ("gain", "pan", "z0", "freeze")))
    pass_time(desk, peer.server, RATE)
    assert [len(each.changes) for each in desk.submitted] == [4]


def test_a_bundle_that_is_refused_leaves_nothing_in_the_queue(desk: Desk, peer: Peer) -> None:
    ((address, values),) = peer.ask(at(0.5, ("inst/drone/gain", 0.25), ("inst/drone/gain", 7.0)))
    assert (address, values[1]) == ("/plaud/fail", 400)
    pass_time(desk, peer.server, RATE)
    assert desk.submitted == [] and peer.server.due == float("inf")


def test_of_two_that_fall_together_the_one_that_fails_is_named(desk: Desk, peer: Peer) -> None:
    peer.ask(at(0.5, ("inst/drone/anchor", "nowhere")), at(0.5, ("inst/drone/gain", 0.25)))
    pass_time(desk, peer.server, RATE)
    ((address, values),) = peer.heard()
    assert (address, values[:2]) == ("/plaud/fail", ["/plaud/inst/drone/anchor", 422])
    assert desk.going_to("gain") == 0.25


def test_inputs_move_at_their_beat(desk: Desk, peer: Peer) -> None:
    peer.ask(at(0.5, ("ctl/x", 0.25)), at(0.75, ("ctl/x", 1.0)))
    pass_time(desk, peer.server, RATE)
    samples = np.array([22049, 22050, 33074, 33075])
    values = desk.inputs.read("osc/x", desk.state.tempo.beats(samples.astype(float)))
    np.testing.assert_allclose(values, [0.5, 0.25, 0.25, 1.0])
    assert desk.controls == ["osc/x", "osc/x"]  # and what they are mapped to


def test_bundles_within_a_bundle_have_times_of_their_own(desk: Desk, peer: Peer) -> None:
    inner = [at(0.25, ("inst/drone/gain", 0.25, 0.0)), at(0.5, ("inst/drone/gain", 0.5, 0.0))]
    peer.ask(packed([encode("/plaud/inst/drone/pan", 0.25, 0.0), *inner]))
    assert desk.going_to("pan") == 0.25
    pass_time(desk, peer.server, RATE)
    values = [t.changes[0].signal.number for t in desk.submitted]  # type: ignore[union-attr]
    assert values == [0.25, 0.25, 0.5]


def test_panic_forgets_what_was_to_come_and_never_waits(desk: Desk, peer: Peer) -> None:
    peer.ask(at(0.5, ("inst/drone/play",)), at(9.0, ("panic",)))
    assert desk.panics == 1
    pass_time(desk, peer.server, RATE)
    assert desk.submitted == []


def test_questions_with_a_time_are_answered_then(desk: Desk, peer: Peer) -> None:
    assert peer.ask(at(0.5, ("ping", 7))) == []
    pass_time(desk, peer.server, RATE)
    assert peer.heard() == [("/plaud/pong", [7])]


def test_too_much_to_come_is_refused(desk: Desk, peer: Peer) -> None:
    many = [at(30.0 + n / 100, ("ctl/x", 0.5)) for n in range(MAX_OF_ONE)]
    for start in range(0, MAX_OF_ONE, 128):
        assert peer.ask(*many[start : start + 128]) == []
    ((address, values),) = peer.ask(at(30.0, ("ctl/x", 0.5)))
    assert (address, values[1]) == ("/plaud/fail", 409)
    other = Peer(peer.server)
    assert other.ask(at(30.0, ("ctl/x", 0.5))) == []  # one sender does not keep the others out


def test_the_queue_is_bounded_and_keeps_order() -> None:
    timed: Timed[int, str] = Timed()
    put = [timed.put(float(n % 7), n % 3, str(n)) for n in range(MAX_TIMED + 10)]
    assert sum(put) == len(timed) == MAX_TIMED
    numbers = [(e.when, e.number) for e in timed.take(3.0)]
    assert numbers == sorted(numbers) and timed.soonest == 4.0
    assert timed.clear() == MAX_TIMED - len(numbers) and timed.soonest == float("inf")


class Sounding(Desk):
    """A desk whose state is rendered."""

    def __init__(self, info: ModelInfo) -> None:
        super().__init__()
        self.voice = Tone()
        self.stage = Stage({"drone": info}, {"drone": self.voice})
        self.stage.submit(Play("drone", 0.0, 0.0))

    @property
    def state(self) -> State:
        return self.stage.conductor.state if hasattr(self, "stage") else self.conductor.state

    def submit(self, transaction: Transaction) -> Outcome:
        if not hasattr(self, "stage"):
            return super().submit(transaction)
        outcome = self.stage.conductor.submit(transaction, self.now)
        self.stage.renderer.take(self.stage.conductor.state)
        return outcome

    def render(self, server: OscServer, samples: int, block: int) -> np.ndarray:
        heard = []
        while self.now < samples:
            if server.due <= self.now / RATE:
                server.work()
            heard.append(self.stage.play(block, block))
            self.now = self.stage.renderer.position
        return np.concatenate(heard)


@pytest.mark.parametrize("block", [32, 128, 512])
def test_heard_gains_step_at_their_sample_and_latents_move_from_the_next_frame(
    info: ModelInfo, block: int
) -> None:
    """What the renderer makes of it: the master's limiter delays all of it alike."""
    desk = Sounding(info)
    server = OscServer(0, desk, clock=lambda: desk.now / RATE)
    peer = Peer(server)
    meant = [9001, 12_345, 15_000, 17_999]
    for n, sample in enumerate(meant):
        peer.send(at(sample / RATE, ("inst/drone/gain", 0.25 if n % 2 == 0 else 0.75, 0.0)))
    peer.send(at(13_000 / RATE, ("inst/drone/z0", 0.9, 0.0)))
    serve(server)
    sound = desk.render(server, 20_000, block)[:, 0].astype(np.float64)
    w = 2.0 * np.pi * desk.voice.hz / RATE
    error = np.abs(sound[2:] - 2.0 * np.cos(w) * sound[1:-1] + sound[:-2])
    for sample in meant:
        begin = sample + desk.stage.renderer.limiter.latency - 60
        around = error[begin - 2 : begin + 61]  # what belongs to samples from `begin` on
        assert int(np.argmax(around > 0.2 * around.max())) == 60
        assert around[:60].max() < 0.05 * around.max()
    latents = np.array(desk.voice.asked)[:, 0]
    (moved,) = np.flatnonzero(np.diff(latents)) + 1
    assert moved == -(-13_000 // Tone.hop)
    peer.socket.close()
    server.close()


def test_a_malformed_timetag_is_no_time(desk: Desk, peer: Peer) -> None:
    packet = b"#bundle\0" + struct.pack(">Q", 0) + struct.pack(">I", 20) + message("ping", 1)[:20]
    assert peer.ask(packet) in ([], [("/plaud/pong", [1])])
    assert peer.server.counts.untimely + peer.server.counts.malformed == 1
